"""What nobody has to decide but somebody should look at, under the open questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.screens.decisions import wording
from desktop.screens.decisions.reading import Person, person_of
from desktop.store.codes import codes_used_twice
from desktop.store.reader import Reader
from desktop.store.titles import title_of
from desktop.store.together import written_together
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Link, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look

_SHOWN: Final = 6
_QUOTED: Final = 160
_NOTED_MS: Final = 14 * 86_400_000
"""So long a paragraph that two people wrote is named, unless somebody edits it before."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One code, and (record, title) of each that has it."""

    kind: str
    code: str
    records: tuple[tuple[bytes, str], ...]


@dataclass(frozen=True, slots=True)
class Mixed:
    """One text with a paragraph that two people wrote."""

    kind: str
    record: bytes
    title: str
    field: str
    people: tuple[Person, ...]
    paragraph: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """What the lists show."""

    codes: tuple[Shared, ...] = ()
    texts: tuple[Mixed, ...] = ()


def read_quiet(reader: Reader, *, account: bytes, now_ms: int, language: str) -> Quiet:
    """Read in the reader thread."""
    codes = tuple(
        Shared(
            shared.kind,
            shared.code,
            tuple((row.id, title_of(reader, row, language=language)) for row in shared.rows),
        )
        for shared in codes_used_twice(reader)
    )
    texts = tuple(
        Mixed(
            one.row.kind,
            one.row.id,
            title_of(reader, one.row, language=language),
            one.field,
            tuple(person_of(reader, author, account=account) for author in one.authors),
            one.paragraphs[0],
        )
        for one in written_together(reader, since_ms=now_ms - _NOTED_MS)
    )
    return Quiet(codes, texts)


class QuietList(QWidget):
    """Two short lists, each gone when there is nothing in it."""

    opened = Signal(str, object)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_quiet(self, desk: Desk, quiet: Quiet) -> None:
        empty_layout(self._column)
        self.setVisible(bool(quiet.codes or quiet.texts))
        words = self._look.words
        if quiet.texts:
            self._add_head(words.t("Written at the same time"), words.t("Two people wrote in one paragraph."))
            for text in quiet.texts[:_SHOWN]:
                self._add_text(desk, text)
            self._add_rest(len(quiet.texts))
        if quiet.codes:
            self._add_head(
                words.t("The same code twice"), words.t("Both stay. Give one of them another code.")
            )
            for code in quiet.codes[:_SHOWN]:
                head = f"{words.isolate(code.code)} · {words.t(desk.store.kinds[code.kind].plural)}"
                links = [self._link(code.kind, record, title or code.code) for record, title in code.records]
                for link in links:
                    link.setAccessibleName(f"{code.code} {link.accessibleName()}")
                self._add_entry("triangle-alert", [self._bold(head), *links])
            self._add_rest(len(quiet.codes))

    def _add_head(self, title: str, about: str) -> None:
        look, tokens = self._look, self._look.tokens
        if self._column.count():
            self._column.addSpacing(8)
        self._column.addWidget(Rule(look))
        head = Label(look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=tokens.t2)
        head.setContentsMargins(0, 8, 0, 0)
        self._column.addWidget(head)
        self._column.addWidget(Label(look, about, role=Role.SECONDARY, colour=tokens.t2, wrap=True))

    def _add_text(self, desk: Desk, text: Mixed) -> None:
        look, words, kind = self._look, self._look.words, desk.store.kinds[text.kind]
        said = text.paragraph if len(text.paragraph) <= _QUOTED else f"{text.paragraph[:_QUOTED].rstrip()}…"
        names = words.join([words.isolate(wording.first_name(words, person)) for person in text.people])
        about = wording.ordered(words, f"{words.t(kind.fields[text.field].label)} · {names}")
        self._add_entry(
            "message",
            [
                self._link(text.kind, text.record, text.title or words.t(kind.label)),
                Label(look, about, role=Role.CAPTION, colour=look.tokens.t3, wrap=True),
                Label(look, words.t("“{text}”", text=said), role=Role.SECONDARY, wrap=True),
            ],
        )

    def _add_entry(self, icon: str, widgets: Sequence[QWidget]) -> None:
        look = self._look
        row = QHBoxLayout()
        row.setSpacing(10)
        colour = look.tokens.watch.text
        mark = IconLabel(look, icon, size=16, colour=colour)
        mark.setFixedWidth(16)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for widget in widgets:
            lines.addWidget(widget)
        row.addLayout(lines, 1)
        self._column.addSpacing(4)
        self._column.addLayout(row)

    def _add_rest(self, count: int) -> None:
        if count > _SHOWN:
            more = self._look.words.n("{count} more", "{count} more", count - _SHOWN)
            self._column.addWidget(Label(self._look, more, role=Role.CAPTION, colour=self._look.tokens.t3))

    def _bold(self, text: str) -> Label:
        return Label(self._look, text, role=Role.SECONDARY, weight=SEMIBOLD)

    def _link(self, kind: str, record: bytes, title: str) -> Link:
        link = Link(self._look, title, role=Role.SECONDARY, weight=REGULAR)
        link.setAccessibleName(title)
        link.setProperty("kind", kind)
        link.setProperty("record", record.hex())
        link.clicked.connect(self._clicked)
        return link

    @Slot()
    def _clicked(self) -> None:
        link = self.sender()
        if link is not None:
            self.opened.emit(str(link.property("kind")), bytes.fromhex(str(link.property("record"))))
