"""The question before a colleague's change is discarded: what becomes of it, and why it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.screens.exchange.change_card import Written, record_title
from desktop.screens.exchange.held_wording import discard_text
from desktop.syncing.quarantine import Held, check_reason
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import GrowingDialog
from desktop.widgets.fields import NoteField
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError


class DiscardDialog(GrowingDialog):
    """`decided` carries the reason. Esc and Cancel leave the change where it is, and Enter never discards."""

    decided = Signal(str)

    def __init__(self, look: Look, desk: Desk, held: Held, *, reason: str = "", parent: QWidget) -> None:
        words, change = look.words, held.change
        title = record_title(desk, Written(change.kind, change.record, change.writes, change.create))
        super().__init__(
            look,
            title=words.t("Discard the change to “{title}”?", title=words.isolate(title)),
            text=discard_text(words, held.code, held.person),
            width=460,
            parent=parent,
        )
        self.body.addSpacing(8)
        self.reason = NoteField(look, words.t("Reason"), value=reason, required=True, parent=self)
        self.reason.draft_changed.connect(lambda _text: self.reason.set_error(""))
        self.body.addWidget(self.reason)
        self.cancel_button = Button(look, words.t("Cancel"), parent=self)
        self.discard_button = Button(look, words.t("Discard"), kind="danger", parent=self)
        self.add_button(self.cancel_button)
        self.add_button(self.discard_button)
        self.cancel_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.discard_button.clicked.connect(self._discard)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _discard(self) -> None:
        try:
            reason = check_reason(self.reason.text())
        except DaftarError as error:
            self.reason.set_error(explain(self._look.words, error))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.accept()
        self.decided.emit(reason)
