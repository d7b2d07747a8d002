"""Codes that stand twice, under the open questions: nothing is contested, but a meeting would mix them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.store.codes import codes_used_twice
from desktop.store.reader import Reader
from desktop.store.titles import title_of
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Link, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look

_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class CodeLines:
    """One code, the plural label of the kind, and (record, title) of each that has it."""

    kind: str
    plural: str
    code: str
    records: tuple[tuple[bytes, str], ...]


def read_codes(reader: Reader, *, language: str) -> list[CodeLines]:
    """What the list shows, read in the reader thread."""
    return [
        CodeLines(
            shared.kind,
            reader.kinds[shared.kind].plural,
            shared.code,
            tuple((row.id, title_of(reader, row, language=language)) for row in shared.rows),
        )
        for shared in codes_used_twice(reader)
    ]


class TwiceList(QWidget):
    """Each code with links to its records; whoever gives one of them another code takes it off the list."""

    opened = Signal(str, object)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_codes(self, codes: Sequence[CodeLines]) -> None:
        empty_layout(self._column)
        self.setVisible(bool(codes))
        if not codes:
            return
        look, words, tokens = self._look, self._look.words, self._look.tokens
        self._column.addWidget(Rule(look))
        title = Label(
            look, words.t("The same code twice"), role=Role.SECONDARY, weight=SEMIBOLD, colour=tokens.t2
        )
        title.setContentsMargins(0, 8, 0, 0)
        self._column.addWidget(title)
        about = words.t("Both stay. Give one of them another code.")
        self._column.addWidget(Label(look, about, role=Role.SECONDARY, colour=tokens.t2, wrap=True))
        for each in codes[:_SHOWN]:
            self._column.addSpacing(4)
            self._column.addLayout(self._lines(each))
        rest = len(codes) - _SHOWN
        if rest > 0:
            more = words.n("{count} more", "{count} more", rest)
            self._column.addWidget(Label(look, more, role=Role.CAPTION, colour=tokens.t3))

    def _lines(self, each: CodeLines) -> QHBoxLayout:
        look, words = self._look, self._look.words
        row = QHBoxLayout()
        row.setSpacing(10)
        icon = IconLabel(look, "triangle-alert", size=16, colour=look.tokens.watch.text)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        head = f"{words.isolate(each.code)} · {words.t(each.plural)}"
        lines.addWidget(Label(look, head, role=Role.SECONDARY, weight=SEMIBOLD))
        for record, title in each.records:
            link = Link(look, title or each.code, role=Role.SECONDARY, weight=REGULAR)
            link.setAccessibleName(f"{each.code} {title}".strip())
            link.setProperty("kind", each.kind)
            link.setProperty("record", record.hex())
            link.clicked.connect(self._clicked)
            lines.addWidget(link)
        row.addLayout(lines, 1)
        return row

    @Slot()
    def _clicked(self) -> None:
        link = self.sender()
        if link is not None:
            self.opened.emit(str(link.property("kind")), bytes.fromhex(str(link.property("record"))))
