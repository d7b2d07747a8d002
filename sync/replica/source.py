"""What applying needs to know of a block and of the search index, apart from how it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Indexer(Protocol):
    """Keeps the search index in the same transaction: rows are (rowid, workspace index, title, text)."""

    def add(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None: ...

    def add_new(self, rows: Mapping[str, Sequence[tuple[int, int, str, str]]]) -> None:
        """Rows of records that nobody has seen yet, by kind: in one go, because order matters to an index."""

    def replace(self, rows: Mapping[str, Sequence[tuple[int, int, str, str]]]) -> None:
        """Rows by kind, each in the place of one that may be there."""

    def remove(self, rowids: Sequence[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a block comes from. `settled`: the server has ordered it; `effective`: stamps by position."""

    workspace: bytes
    workspace_index: int
    log: int
    settled: bool
    effective: Mapping[int, int]
