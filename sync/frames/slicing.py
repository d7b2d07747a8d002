"""Cutting a block where a `txn` ends, so that applying it can make way for somebody who types."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

from sync.changes import Bases
from sync.frames.block import Block, Column, Group

_T = TypeVar("_T")

EDIT_COST: Final = 8
"""An edit costs so many times what a new record costs."""
_AIM_S: Final = 0.002
"""How long a slice takes while somebody types: the commit behind it takes longer, and is waited for too."""
_CALM_AIM_S: Final = 0.048
"""How long otherwise: each slice and each column in it has its price, which fewer slices pay less often."""
_TYPING_S: Final = 10.0
"""So long after somebody had to wait, somebody is taken to type."""
_FIRST: Final = 80
_FEWEST: Final = 20
_MOST: Final = 2_000


def cost(block: Block) -> int:
    """What applying a block costs, in new records."""
    made = sum(len(group.positions) for group in block.groups if group.create)
    return made + EDIT_COST * (len(block) - made)


class Pace:
    """How much may be in the next slice, from how long the last ones took and whether somebody types."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.budget = _FIRST
        self._monotonic = monotonic
        self._typing_until = float("-inf")

    def hurry(self) -> None:
        """Somebody waits: slices are short from here on, until nobody has waited for a while."""
        if not self.typing:
            self.budget = max(_FEWEST, int(self.budget * _AIM_S / _CALM_AIM_S))
        self._typing_until = self._monotonic() + _TYPING_S

    def note(self, block: Block, seconds: float) -> None:
        """A slice took so long; what follows is at most twice or half of what was."""
        aim = _AIM_S if self.typing else _CALM_AIM_S
        fitting = cost(block) * aim / max(seconds, 1e-6)
        lowest, highest = max(_FEWEST, self.budget // 2), min(_MOST, self.budget * 2)
        self.budget = int(min(max(fitting, lowest), highest))

    @property
    def typing(self) -> bool:
        """Whether somebody is taken to type."""
        return self._monotonic() < self._typing_until


def slices(block: Block, *, budget: int) -> list[Block]:
    """The block in pieces worth about `budget` new records each; one `txn` is never cut."""
    if cost(block) <= budget:
        return [block]
    ends = list(_ends(block, budget))
    if len(ends) < 2 or any(list(group.positions) != sorted(group.positions) for group in block.groups):
        return [block]
    return [part(block, first, last) for first, last in pairwise([0, *ends])]


def _ends(block: Block, budget: int) -> Iterator[int]:
    costs = [EDIT_COST] * len(block)
    for group in block.groups:
        if group.create:
            for position in group.positions:
                costs[position] = 1
    spent = 0
    together = list(zip(block.devices, block.txns, strict=True))
    for at, cost in enumerate(costs):
        if spent >= budget and together[at] != together[at - 1]:
            yield at
            spent = 0
        spent += cost
    yield len(block)


def part(block: Block, first: int, last: int) -> Block:
    """The changes from position `first` to before `last`; rows stand in the order of positions."""
    groups = [_slice_group(group, first, last) for group in block.groups]
    return Block(
        block.workspace,
        block.devices[first:last],
        block.dseqs[first:last],
        block.stamps[first:last],
        block.txns[first:last],
        block.authors[first:last],
        [group for group in groups if group.records],
    )


def _slice_group(group: Group, first: int, last: int) -> Group:
    start, end = bisect_left(group.positions, first), bisect_left(group.positions, last)
    columns = (_slice_column(column, start, end) for column in group.columns)
    return Group(
        group.kind,
        group.create,
        group.hole,
        [position - first for position in group.positions[start:end]],
        group.records[start:end],
        [column for column in columns if column.values],
        _rows_of(group.covers, start, end),
        _rows_of(group.formers, start, end),
    )


def _rows_of(by_row: dict[int, _T], start: int, end: int) -> dict[int, _T]:
    return {row - start: item for row, item in by_row.items() if start <= row < end}


def _slice_column(column: Column, start: int, end: int) -> Column:
    if column.rows is None:
        places: Sequence[int] = range(start, end)
        rows = None
    else:
        places = [at for at, row in enumerate(column.rows) if start <= row < end]
        rows = [column.rows[at] - start for at in places]
    return Column(
        column.name,
        column.merge,
        [column.values[at] for at in places],
        rows,
        None if column.keys is None else [column.keys[at] for at in places],
        _some_bases(None if column.bases is None else [column.bases[at] for at in places]),
    )


def _some_bases(bases: list[Bases | None] | None) -> list[Bases | None] | None:
    """`None` where every value was made on the creation, as in a block that is not cut."""
    return bases if bases and any(base is not None for base in bases) else None
