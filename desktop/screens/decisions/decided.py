"""What was decided this month, quietly, under the questions that are still open."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.screens.decisions import wording
from desktop.screens.decisions.reading import Decided
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Link, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look


class DecidedList(QWidget):
    """A few lines; each opens its record."""

    opened = Signal(str, object)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_lines(self, desk: Desk, decided: Sequence[Decided]) -> None:
        empty_layout(self._column)
        self.setVisible(bool(decided))
        if not decided:
            return
        look, tokens = self._look, self._look.tokens
        self._column.addWidget(Rule(look))
        title = Label(
            look, look.words.t("Decided this month"), role=Role.SECONDARY, weight=SEMIBOLD, colour=tokens.t2
        )
        title.setContentsMargins(0, 8, 0, 4)
        self._column.addWidget(title)
        for each in decided:
            kind = desk.store.kinds[each.kind]
            row = QHBoxLayout()
            row.setSpacing(10)
            icon = IconLabel(look, "circle-check", size=16, colour=tokens.ok.text)
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            lines = QVBoxLayout()
            lines.setSpacing(1)
            link = Link(look, each.title or look.words.t(kind.label), role=Role.SECONDARY, weight=REGULAR)
            link.setProperty("kind", each.kind)
            link.setProperty("record", each.record.hex())
            link.clicked.connect(self._clicked)
            lines.addWidget(link)
            said = wording.decided_line(desk, each, kind=kind)
            lines.addWidget(ElidedLabel(look, said, role=Role.CAPTION, colour=tokens.t3))
            row.addLayout(lines, 1)
            self._column.addLayout(row)
            self._column.addSpacing(6)

    @Slot()
    def _clicked(self) -> None:
        link = self.sender()
        if link is not None:
            self.opened.emit(str(link.property("kind")), bytes.fromhex(str(link.property("record"))))
