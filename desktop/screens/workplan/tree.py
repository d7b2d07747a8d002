"""The plan as the screen knows it: its shape by row numbers, and any line of it when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.store import shape
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT, Line, read_at
from desktop.store.reader import Reader
from desktop.store.shape import Shape

LOOSE = b"\xff" * 16
"""The group of lines that hang from no result."""
_NOWHERE = ("", None)


class Lines:
    """The lines of a plan by id, filtered out or not, each read when it is looked at."""

    def __init__(self, reader: Reader | None, whole: Shape) -> None:
        self._reader, self._whole = reader, whole

    def _place(self, record: object) -> int | None:
        if self._reader is None or not isinstance(record, bytes):
            return None
        rowid = self._reader.ids.find(record)
        return rowid if rowid in self._whole.above else None

    def __contains__(self, record: object) -> bool:
        return self._place(record) is not None

    def __getitem__(self, record: bytes) -> Line:
        line = self.get(record)
        if line is None:
            raise KeyError(record)
        return line

    def get(self, record: bytes | None) -> Line | None:
        rowid = self._place(record)
        found = self.at([rowid]) if rowid is not None else []
        return found[0] if found else None

    def kind(self, record: bytes) -> str:
        """The kind of a line that is there, without reading it."""
        rowid = self._place(record)
        return "" if rowid is None else self._kind(rowid)

    def _kind(self, rowid: int) -> str:
        if rowid in self._whole.results:
            return RESULT
        return MILESTONE if rowid in self._whole.milestones else ACTIVITY

    def at(self, rowids: Sequence[int]) -> list[Line]:
        """The lines at these row numbers, in order, also where one was removed a moment ago."""
        if self._reader is None:
            return []
        found: list[Line] = []
        start = 0
        kinds = [self._kind(rowid) for rowid in rowids]
        for end in range(1, len(rowids) + 1):
            if end == len(rowids) or kinds[end] != kinds[start]:
                found += read_at(self._reader, kinds[start], rowids[start:end], removed=True)
                start = end
        return found


@dataclass(frozen=True, slots=True)
class Tree:
    """What the filter lets through, and the whole of the plan around it. For the GUI thread."""

    shape: Shape = field(default_factory=Shape)
    whole: Shape = field(default_factory=Shape)
    nodes: Sequence[int] = ()
    """Row numbers in reading order, as if everything stood open."""
    total: int = 0
    """How many activities the filter lets through."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many of these stand how."""
    reader: Reader | None = None

    @property
    def lines(self) -> Lines:
        return Lines(self.reader, self.whole)

    def siblings(self, record: bytes) -> list[Line]:
        """The lines of its kind that stand beside one, itself included, in their order."""
        rowid = self._rowid(record)
        return self._of_kind(self.whole.above[rowid], self.lines.kind(record))

    def children(self, kind: str, record: bytes | None) -> list[Line]:
        """What hangs from a line; from ("", None) hang the results at the top and the loose lines."""
        if record is not None:
            return self.lines.at(self.whole.below.get(self._rowid(record), ()))
        below = self.whole.below
        return self.lines.at([*below.get(shape.LOOSE, ()), *below.get(shape.TOP, ())])

    def inside(self, record: bytes) -> int:
        """How many lines hang from one, directly."""
        return len(self.whole.below.get(self._rowid(record), ()))

    def ancestors(self, record: bytes) -> list[bytes]:
        """What a line hangs from, and what that hangs from, and so on."""
        trail = self.whole.trail(self._rowid(record))
        return [self._record(rowid) for rowid in trail if rowid != shape.LOOSE]

    def _of_kind(self, place: int, kind: str) -> list[Line]:
        return [line for line in self.lines.at(self.whole.below.get(place, ())) if line.kind == kind]

    def _rowid(self, record: bytes) -> int:
        rowid = self.reader.ids.find(record) if self.reader is not None else None
        return shape.TOP if rowid is None else rowid

    def _record(self, rowid: int) -> bytes:
        assert self.reader is not None
        return self.reader.ids.record(rowid)


def place_of(line: Line, lines: Lines) -> tuple[str, bytes | None]:
    """What a line hangs from, as (kind, id); ("", None) at the top or where that is not known here."""
    if line.kind == RESULT:
        parent = line.parent
        return (RESULT, parent) if parent in lines else _NOWHERE
    if line.kind == ACTIVITY and line.parent in lines:
        return (ACTIVITY, line.parent)
    if line.kind == MILESTONE and line.activity in lines:
        return (ACTIVITY, line.activity)
    return (RESULT, line.result) if line.result in lines else _NOWHERE
