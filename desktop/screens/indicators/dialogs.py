"""Questions of the data entry: why a value is missing, what of a pasted block cannot be read, new names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ChoiceField
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import DateField, TextField
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from sync.records import kind

_TALLEST = 220


class MissingDialog(Dialog):
    """Chooses a reason; `chosen` carries its code and, for what comes later, the day it is expected."""

    chosen = Signal(str, str)

    def __init__(
        self, look: Look, *, where: str, reason: str = "", expected: str = "", parent: QWidget
    ) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Why is it missing?"),
            text=words.t("{where} stays empty, and totals say that something is missing.", where=where),
            parent=parent,
        )
        field = kind("value").field("missing_reason")
        choices = [(code, words.t(label)) for code, label in field.choice_labels.items()]
        self.reason = ChoiceField(look, words.t("Reason"), choices, value=reason, required=True, parent=self)
        self.expected = DateField(look, words.t("Expected on"), value=expected, parent=self)
        self.body.addSpacing(8)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.expected)
        self._keep = Button(look, words.t("Leave it"), parent=self)
        self._keep.clicked.connect(self.reject)
        self._mark = Button(look, words.t("Mark as missing"), kind="primary", parent=self)
        self._mark.clicked.connect(self._take)
        self.add_button(self._keep)
        self.add_button(self._mark)
        self.reason.committed.connect(self._follow)
        self._follow()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _follow(self) -> None:
        self.expected.setVisible(self.reason.value == "collected_later")
        ready = bool(self.reason.value)
        self._mark.set_ready(ready=ready, reason=self._look.words.t("A reason is needed first."))

    @Slot()
    def _take(self) -> None:
        self.expected.commit()
        if self.expected.error:
            return
        later = self.reason.value == "collected_later"
        self.chosen.emit(self.reason.value, self.expected.value if later else "")
        self.accept()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A pasted cell that cannot be used as it is."""

    where: str
    text: str
    problem: str


class PasteDialog(Dialog):
    """Shows what of a block can be used and what cannot; `taken` puts both into their cells."""

    taken = Signal()

    def __init__(
        self,
        look: Look,
        *,
        good: int,
        troubles: Sequence[Trouble],
        refused: int,
        left_out: int,
        parent: QWidget,
    ) -> None:
        words = look.words
        said = [words.n("{count} cell can be used.", "{count} cells can be used.", good)]
        if troubles:
            said.append(
                words.n(
                    "{count} cell is kept as it is until it is fixed.",
                    "{count} cells are kept as they are until they are fixed.",
                    len(troubles),
                )
            )
        if refused:
            said.append(
                words.n(
                    "{count} falls on a locked cell or a total and is left out.",
                    "{count} fall on locked cells or totals and are left out.",
                    refused,
                )
            )
        if left_out:
            said.append(
                words.n(
                    "{count} finds no row or column here and is left out.",
                    "{count} find no row or column here and are left out.",
                    left_out,
                )
            )
        super().__init__(
            look, title=words.t("Paste from Excel"), text=" ".join(said), width=520, parent=parent
        )
        if troubles:
            self.body.addSpacing(8)
            self.body.addWidget(self._list(troubles))
        back = Button(look, words.t("Paste nothing"), parent=self)
        back.clicked.connect(self.reject)
        take = Button(look, words.t("Put it in"), kind="primary", icon="paste", parent=self)
        take.clicked.connect(self._take)
        self.add_button(back)
        self.add_button(take)
        take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list(self, troubles: Sequence[Trouble]) -> QScrollArea:
        look = self._look
        area = QScrollArea(self)
        area.setAccessibleName(look.words.t("Cells to fix"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(look, ground=look.tokens.surface)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for trouble in troubles[:200]:
            column.addWidget(Label(look, trouble.where, weight=MEDIUM, wrap=True, parent=inside))
            column.addWidget(
                Label(
                    look,
                    trouble.problem,
                    role=Role.SECONDARY,
                    colour=look.tokens.bad.text,
                    wrap=True,
                    parent=inside,
                )
            )
        column.addStretch(1)
        area.setWidget(inside)
        area.setFixedHeight(min(_TALLEST, 52 * len(troubles) + 8))
        return area

    @Slot()
    def _take(self) -> None:
        self.taken.emit()
        self.accept()


class NameDialog(Dialog):
    """Asks for the code and the title of something new."""

    named = Signal(str, str)

    def __init__(
        self,
        look: Look,
        *,
        title: str,
        text: str = "",
        label: str,
        action: str,
        with_code: bool = True,
        code: str = "",
        parent: QWidget,
    ) -> None:
        super().__init__(look, title=title, text=text, parent=parent)
        words = look.words
        self.code: TextField | None = None
        self.body.addSpacing(8)
        if with_code:
            self.code = TextField(look, words.t("Code"), value=code, parent=self)
            self.body.addWidget(self.code)
        self.name = TextField(look, label, required=True, parent=self)
        self.body.addWidget(self.name)
        keep = Button(look, words.t("Not now"), parent=self)
        keep.clicked.connect(self.reject)
        self._act = Button(look, action, kind="primary", icon="plus", parent=self)
        self._act.clicked.connect(self._take)
        self.add_button(keep)
        self.add_button(self._act)
        self.name.editor.textChanged.connect(self._follow)
        self._follow()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _follow(self) -> None:
        ready = bool(self.name.text().strip())
        self._act.set_ready(ready=ready, reason=self._look.words.t("A title is needed first."))

    @Slot()
    def _take(self) -> None:
        code = self.code.text().strip() if self.code is not None else ""
        self.named.emit(code, self.name.text().strip())
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._act.isEnabled():
            self._take()
            return
        super().keyPressEvent(event)
