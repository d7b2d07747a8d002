"""Which line of a plan hangs from which, as numbers alone: 100,000 lines are sorted by the database.

Ids become row numbers, children come as one array from an index, and Python only joins arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.store.reader import Reader
from desktop.store.sql import numbers
from sync.replica.ids import COUNTER_BITS

TOP: Final = 0
"""The place of results that hang from no other."""
LOOSE: Final = -1
"""The place of what hangs from no result."""

_CHUNK: Final = 400
_LAST: Final = "~"
_NUMBER: Final = re.compile(r"\d+")

_PART: Final = 8_000

_Runs = dict[tuple[int | None, int | None], list[int]]
_Home = Callable[[int | None, int | None], int]


@dataclass(frozen=True, slots=True)
class Shape:
    """Row numbers by what they hang from. Activities stand before milestones, those before results."""

    below: Mapping[int, Sequence[int]] = field(default_factory=dict)
    above: Mapping[int, int] = field(default_factory=dict)
    """What each line hangs from; `TOP` and `LOOSE` hang from nothing."""
    results: frozenset[int] = frozenset()
    milestones: frozenset[int] = frozenset()

    @property
    def activities(self) -> int:
        """How many activities there are."""
        return len(self.above) - len(self.results) - len(self.milestones)

    @property
    def has_loose_group(self) -> bool:
        """Whether what hangs from no result stands in a group: not where there are no results at all."""
        return bool(self.results) and LOOSE in self.below

    def trail(self, rowid: int) -> list[int]:
        """What a line hangs from, nearest first."""
        found = []
        at = self.above.get(rowid, TOP)
        while at not in (TOP, LOOSE):
            found.append(at)
            at = self.above.get(at, TOP)
        if at == LOOSE and self.has_loose_group:
            found.append(LOOSE)
        return found

    def order(self, closed: Collection[int] = ()) -> list[int]:
        """Every line in reading order, but for what is inside closed ones."""
        found: list[int] = []
        self._walk(TOP, found, closed)
        if LOOSE in self.below:
            if self.has_loose_group:
                found.append(LOOSE)
            if not self.has_loose_group or LOOSE not in closed:
                self._walk(LOOSE, found, closed)
        return found

    def _walk(self, place: int, found: list[int], closed: Collection[int]) -> None:
        """Depth first, without recursion: plans of hundreds of levels are possible after odd imports."""
        below = self.below
        stack: list[tuple[Sequence[int], int]] = [(below.get(place, ()), 0)]
        while stack:
            run, at = stack.pop()
            start = at
            for at in range(start, len(run)):
                rowid = run[at]
                if rowid in below and rowid not in closed:
                    found += run[start : at + 1]
                    stack.append((run, at + 1))
                    stack.append((below[rowid], 0))
                    break
            else:
                found += run[start:]

    def keep(self, matching: Collection[int]) -> Shape:
        """The matching lines with what they hang from, in the same order."""
        passing, above = set(matching), self.above
        places = {above[rowid] for rowid in matching}
        new = places - {TOP, LOOSE}
        while new:
            passing |= new
            new = {above[rowid] for rowid in new} - places
            places |= new
            new -= {TOP, LOOSE}
        below = {at: [each for each in self.below[at] if each in passing] for at in places}
        return Shape(below, above, self.results, self.milestones)


def natural(code: str) -> tuple[tuple[int, str], ...]:
    """1.2 before 1.10; what has no code comes last."""
    if not code:
        return ((1 << 30, ""),)
    return tuple(
        (int(part), "") if _NUMBER.fullmatch(part) else (1 << 29, part)
        for part in re.split(r"[.\-/ ]+", code)
        if part
    )


def read_shape(reader: Reader, workspace: bytes) -> Shape:
    """The shape of a workspace's plan, removed lines left out."""
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    result_runs = _ordered(reader, "result", index)
    activity_runs = _ordered(reader, "activity", index)
    results = frozenset(rowid for run in result_runs.values() for rowid in run)
    rows = _milestone_rows(reader, index)
    # Few lines hold others: only those are looked up.
    parents = {parent for parent, _ in activity_runs} | {activity for _, activity, *_ in rows}
    known = {rowid for run in activity_runs.values() for rowid in parents.intersection(run)}
    known |= results

    def home_of_result(parent: int | None, _result: int | None) -> int:
        return parent if parent is not None and parent in results else TOP

    def home(parent: int | None, result: int | None) -> int:
        if parent is not None and parent in known:
            return parent
        return result if result is not None and result in results else LOOSE

    below = _joined(reader, "activity", activity_runs, home)
    milestones = _by_day(reader, rows, home)
    for found in (milestones, _joined(reader, "result", result_runs, home_of_result)):
        for at, run in found.items():
            below.setdefault(at, []).extend(run)
    above: dict[int, int] = {}
    for at, run in below.items():
        for part in _parts(run):
            above.update(dict.fromkeys(part, at))
    _break_rings(reader, below, above, results)
    return Shape(below, above, results, frozenset(rowid for run in milestones.values() for rowid in run))


def _ordered(reader: Reader, kind: str, index: int) -> _Runs:
    """Row numbers by (parent, result), in order: by place, and behind them by code as people count."""
    result = "result" if kind == "activity" else "NULL"
    source = f'FROM "{kind}" INDEXED BY "{kind}_by_plan" WHERE _ws = ? AND _deleted = 0'
    groups = "position_parent, result" if kind == "activity" else "position_parent"
    runs: _Runs = {}
    ask = reader.connection.execute
    sql = (
        f"SELECT position_parent, {result}, json_group_array(id) {source}"
        f" AND position IS NOT NULL GROUP BY {groups}"
    )
    for parent, of, text in ask(sql, (index,)):
        runs[parent, of] = numbers(text)
    twice = (
        f"SELECT DISTINCT position_parent, {result} {source} AND position IS NOT NULL"
        f" GROUP BY {groups}, position HAVING count(*) > 1"
    )
    for parent, of in ask(twice, (index,)).fetchall():
        runs[parent, of] = _sorted(reader, kind, runs[parent, of])
    unplaced: dict[tuple[int | None, int | None], list[tuple[str, list[int]]]] = {}
    # `position IS NULL` would hide from the database that the index has this order already.
    sql = (
        f"SELECT position_parent, {result}, code, json_group_array(id) {source}"
        f" AND typeof(position) = 'null' GROUP BY {groups}, position, code"
    )
    for parent, of, code, text in ask(sql, (index,)):
        unplaced.setdefault((parent, of), []).append((code or "", numbers(text)))
    for at, buckets in unplaced.items():
        buckets.sort(key=lambda bucket: natural(bucket[0]))
        run = runs.setdefault(at, [])
        for _, bucket in buckets:
            run += _as_everywhere(reader, bucket)
    return runs


def _as_everywhere(reader: Reader, bucket: list[int]) -> list[int]:
    """Lines that nothing else tells apart stand by their ids, which are the same on every laptop."""
    if bucket[0] >> COUNTER_BITS != bucket[-1] >> COUNTER_BITS:
        bucket.sort(key=reader.ids.record)
    return bucket


def _joined(reader: Reader, kind: str, runs: _Runs, home: _Home) -> dict[int, list[int]]:
    """The runs by place; where several meet in one place they are sorted into each other."""
    places: dict[int, list[list[int]]] = {}
    for (parent, result), run in runs.items():
        places.setdefault(home(parent, result), []).append(run)
    return {
        at: found[0] if len(found) == 1 else _sorted(reader, kind, [each for run in found for each in run])
        for at, found in places.items()
    }


def _sorted(reader: Reader, kind: str, rowids: Sequence[int]) -> list[int]:
    keys: dict[int, tuple[Any, ...]] = {}
    record = reader.ids.record
    for at in range(0, len(rowids), _CHUNK):
        part = rowids[at : at + _CHUNK]
        sql = f'SELECT id, position, code FROM "{kind}" WHERE id IN ({",".join("?" * len(part))})'
        for rowid, key, code in reader.connection.execute(sql, part):
            # The code only counts where nobody gave the line a place.
            keys[rowid] = (key or _LAST, () if key else natural(code or ""), record(rowid))
    return sorted(rowids, key=keys.__getitem__)


def _milestone_rows(reader: Reader, index: int) -> list[tuple[Any, ...]]:
    sql = "SELECT id, activity, result, due, code FROM milestone WHERE _ws = ? AND _deleted = 0"
    return list(reader.connection.execute(sql, (index,)))


def _by_day(reader: Reader, rows: Sequence[tuple[Any, ...]], home: _Home) -> dict[int, list[int]]:
    """Milestones stand in the order of their days."""
    places: dict[int, list[tuple[Any, ...]]] = {}
    for rowid, activity, result, due, code in rows:
        line = (due or _LAST, natural(code or ""), reader.ids.record(rowid), rowid)
        places.setdefault(home(activity, result), []).append(line)
    return {at: [line[-1] for line in sorted(lines)] for at, lines in places.items()}


def _break_rings(
    reader: Reader, below: dict[int, list[int]], above: dict[int, int], results: Collection[int]
) -> None:
    """Two people can put two lines under each other; such a ring is shown at the top, never lost."""
    settled = {TOP, LOOSE}
    for start in tuple(below):
        trail: list[int] = []
        at = start
        while at not in settled:
            if at in trail:
                broken = min(trail[trail.index(at) :], key=reader.ids.record)
                below[above[broken]].remove(broken)
                above[broken] = TOP if broken in results else LOOSE
                below.setdefault(above[broken], []).append(broken)
                break
            trail.append(at)
            at = above[at]
        settled.update(trail)


def _parts(run: Sequence[int]) -> Iterator[Sequence[int]]:
    """A long run by the piece, for the same reason."""
    for at in range(0, len(run), _PART):
        yield run[at : at + _PART]
