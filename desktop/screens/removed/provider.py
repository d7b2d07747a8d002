"""The lines of the list: what it was, what it belonged to, who removed it and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from desktop.bridge.desk import Desk
from desktop.models.columns import Cell, CellKind, Column
from desktop.models.columns import Row as GridRow
from desktop.store.people import Author, author_of
from desktop.store.reader import Reader
from desktop.store.removed import Removed, removed_records, whole_of
from desktop.store.rows import Row
from desktop.store.titles import code_of, title_of
from desktop.widgets.kind_icons import kind_icon


def t(msgid: str) -> str:
    """Mark a column title for translation."""
    return msgid


COLUMNS: Final = (
    Column("title", t("Removed"), width=320, stretch=True),
    Column("kind", t("What it is"), CellKind.STATUS, width=170),
    Column("whole", t("Belonged to"), width=220),
    Column("when", t("When"), CellKind.DATE, width=150),
    Column("by", t("Who"), CellKind.PERSON, width=170),
)


class RemovedProvider:
    """Holds what the reader thread found; titles are read for the lines in view."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.found: Sequence[Removed] = ()
        self._by_id: Mapping[bytes, Removed] = {}
        self._authors: dict[bytes, Author] = {}

    def take(self, found: Sequence[Removed]) -> None:
        self.found = found
        self._by_id = {each.record: each for each in found}
        self._authors = {}

    def of(self, record: bytes) -> Removed | None:
        return self._by_id.get(record)

    def ids(self) -> Sequence[bytes]:
        return [each.record for each in self.found]

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        by_kind: dict[str, list[bytes]] = {}
        for record in ids:
            removed = self._by_id.get(record)
            if removed is not None:
                by_kind.setdefault(removed.kind, []).append(record)
        reader = self._desk.reader
        rows = {row.id: row for kind, records in by_kind.items() for row in reader.rows(kind, records)}
        return [self._shown(reader, rows[record]) for record in ids if record in rows]

    def _shown(self, reader: Reader, row: Row) -> GridRow:
        words, removed = self._desk.words, self._by_id[row.id]
        kind = self._desk.store.kinds[row.kind]
        whole = whole_of(reader, row)
        author = self._author(reader, removed.by)
        when = ""
        if removed.when_ms:
            when = words.moment(removed.when_ms, now_ms=self._desk.clock.now_ms())
        return GridRow(
            row.id,
            {
                "title": Cell(called(self._desk, row), prefix=code_of(reader, row)),
                "kind": Cell(words.t(kind.label), icon=kind_icon(row.kind)),
                "whole": Cell(title_of(reader, whole, language=words.language) if whole is not None else ""),
                "when": Cell(when[:1].upper() + when[1:]),
                "by": Cell(author.name or words.t("Somebody"), person=author.record),
            },
        )

    def _author(self, reader: Reader, account: bytes) -> Author:
        if account not in self._authors:
            self._authors[account] = author_of(reader, account)
        return self._authors[account]


def called(desk: Desk, row: Row) -> str:
    """The title of a record, or the word for its kind where it has none."""
    title = " ".join(title_of(desk.reader, row, language=desk.words.language).split())
    return title or desk.words.t(desk.store.kinds[row.kind].label)


def read_removed(workspace: bytes, search: str) -> Callable[[Reader], list[Removed]]:
    """The question for the reader thread."""

    def question(reader: Reader) -> list[Removed]:
        return removed_records(reader, workspaces=(workspace,) if workspace else (), search=search)

    return question
