"""The two questions of a bundle: whom it is for, and whether what was opened is to be taken in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.screens.exchange.stick_wording import facts, trust_sentence
from desktop.syncing.bundles import Look as Seen
from desktop.syncing.recipients import SERVER, Recipient
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ChoiceField
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import CheckBox, TextField
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look

_MOST_SHOWN = 4


class SaveDialog(Dialog):
    """Whom the bundle is for; `chosen` carries the recipients, whether it is to fit into e-mails, and whether
    attached files go along: `files` says how many bytes these are.
    """

    chosen = Signal(object, bool, bool)

    def __init__(self, look: Look, found: Sequence[Recipient], *, files: int = 0, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Save to USB stick"),
            text=words.t(
                "Only whoever it is for can open it. A colleague gets the workspaces that both of you "
                "may enter."
            ),
            parent=parent,
        )
        self._groups: dict[str, tuple[Recipient, ...]] = {}
        for one in found:
            key = SERVER if one.key == SERVER else one.account.hex()
            self._groups[key] = (*self._groups.get(key, ()), one)
        names = [
            (key, words.t("The server, through anybody") if key == SERVER else group[0].person)
            for key, group in self._groups.items()
        ]
        self.recipient = ChoiceField(
            look,
            words.t("For whom"),
            names,
            value=names[0][0] if names else "",
            required=True,
            parent=self,
        )
        self.body.addSpacing(8)
        self.body.addWidget(self.recipient)
        self.for_mail = CheckBox(look, words.t("In parts of 20 MB, for e-mail"), parent=self)
        self.body.addWidget(self.for_mail)
        size = words.t("With files, {size}", size=words.size(files))
        self.with_files = CheckBox(look, size, parent=self)
        self.with_files.setVisible(bool(files))
        self.body.addWidget(self.with_files)
        self.cancel_button = Button(look, words.t("Cancel"), parent=self)
        self.save_button = Button(look, words.t("Choose a place…"), kind="primary", icon="usb", parent=self)
        self.add_button(self.cancel_button)
        self.add_button(self.save_button)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._choose)
        if not names:
            reason = words.t("This notebook has not met a server yet. Send and receive once.")
            self.recipient.set_error(reason)
            self.save_button.set_ready(ready=False, reason=reason)
        self.recipient.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        group = self._groups.get(self.recipient.value)
        if group:
            self.accept()
            self.chosen.emit(group, self.for_mail.isChecked(), self.with_files.isChecked())


class OpenDialog(Dialog):
    """Who made what was opened; `wanted` carries the code that was typed, if one is needed."""

    wanted = Signal(str)

    def __init__(self, look: Look, found: Sequence[Seen], *, parent: QWidget) -> None:
        words = look.words
        title = words.t("Take in this bundle?") if len(found) == 1 else words.t("Take in these files?")
        text = words.t(
            "What is new appears at once. Nothing of yours is replaced unseen: where both of you changed "
            "one thing, you are asked."
        )
        super().__init__(look, title=title, text=text, width=480, parent=parent)
        self.body.addSpacing(8)
        for seen in found[:_MOST_SHOWN]:
            self.body.addLayout(self._facts(look, seen))
            colour = look.tokens.t2 if seen.trust else look.tokens.bad.text
            self.body.addWidget(
                Label(look, trust_sentence(words, seen), colour=colour, wrap=True, parent=self)
            )
        if len(found) > _MOST_SHOWN:
            more = words.n("{count} more file", "{count} more files", len(found) - _MOST_SHOWN)
            self.body.addWidget(Label(look, more, colour=look.tokens.t2, parent=self))
        self.code = TextField(look, words.t("Code"), parent=self)
        self.code.setVisible(any(seen.notes is None and seen.head.lock is not None for seen in found))
        self.body.addWidget(self.code)
        self.cancel_button = Button(look, words.t("Cancel"), parent=self)
        self.take_button = Button(look, words.t("Take in"), kind="primary", icon="download", parent=self)
        self.add_button(self.cancel_button)
        self.add_button(self.take_button)
        self.cancel_button.clicked.connect(self.reject)
        self.take_button.clicked.connect(self._take)
        self.take_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _facts(self, look: Look, seen: Seen) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for at, (name, value) in enumerate(facts(look.words, seen)):
            label = Label(look, name, role=Role.SECONDARY, colour=look.tokens.t3, parent=self)
            label.setMinimumWidth(96)
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            shown = Label(look, value, weight=MEDIUM, wrap=True, parent=self)
            shown.setAccessibleName(f"{name}: {value}")
            grid.addWidget(shown, at, 1)
        return grid

    def _take(self) -> None:
        self.accept()
        self.wanted.emit(self.code.text().strip())
