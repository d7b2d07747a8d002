"""How a value is split: crossed categories, the keys their cells are stored under, and what may be added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product

from desktop.commands.totals import Part, Total, add_cells, number

JOINT = "|"
MOST_CELLS = 400
"""More crossed categories than that are no table that anybody fills in."""


@dataclass(frozen=True, slots=True)
class Category:
    """One answer; its code is part of the key that values are stored under."""

    code: str
    name: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of splitting. `blocked` says why its categories must not be added, where they must not."""

    id: bytes
    name: str
    categories: tuple[Category, ...]
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """The dimensions of an indicator, the outermost first."""

    dimensions: tuple[Dimension, ...] = ()
    _keys: tuple[str, ...] = field(default=(), init=False)
    _every: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        codes = [[category.code for category in each.categories] for each in self.dimensions]
        keys = tuple(JOINT.join(parts) for parts in product(*codes)) if codes else ()
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_every", frozenset(keys))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all cells, in the order of the columns."""
        return self._keys

    def covers(self, cells: Mapping[str, str]) -> bool:
        """Whether these are all the cells there are, each under its own key."""
        return cells.keys() == self._every

    def blocked(self, *, inside: int = 0) -> str:
        """Why the categories inside a depth must not be added; empty where they may."""
        return next((each.blocked for each in self.dimensions[inside:] if each.blocked), "")

    def key_for(self, stored: str) -> str | None:
        """The cell that a stored key means, whatever the order of its codes; None where there is none."""
        if stored in self._every:
            return stored
        parts = stored.split(JOINT)
        if len(parts) != len(self.dimensions):
            return None
        found = {JOINT.join(order) for order in permutations(parts)} & self._every
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one value as the split shows them; `stored` maps a cell to the key it is kept under."""

    numbers: Mapping[str, str]
    missing: Mapping[str, str]
    stored: Mapping[str, str]
    others: Mapping[str, str]
    """Numbers under keys that are no cell of the split any more; they still count."""


def cells_of(split: Split, cells: Mapping[str, str], missing: Mapping[str, str]) -> Cells:
    """Sort what is stored into the cells of a split."""
    numbers: dict[str, str] = {}
    stored: dict[str, str] = {}
    others: dict[str, str] = {}
    for key, value in cells.items():
        at = split.key_for(key)
        if at is None or at in numbers:
            others[key] = value
        else:
            numbers[at] = value
            stored[at] = key
    reasons: dict[str, str] = {}
    for key, reason in missing.items():
        at = split.key_for(key)
        if at is not None:
            reasons.setdefault(at, reason)
            stored.setdefault(at, key)
    return Cells(numbers, reasons, stored, others)


COMPLETE = frozenset({"not_applicable"})
"""Reasons after which nothing more is to come."""


def parts_of_cells(cells: Cells, keys: Iterable[str], *, due: bool, reason: str | None = None) -> list[Part]:
    """Each cell as a part of a sum; `reason` is why the whole value is missing."""
    parts = []
    for key in keys:
        value = number(cells.numbers.get(key))
        why = cells.missing.get(key) or reason
        parts.append(Part(value, whole=value is not None or not due or why in COMPLETE))
    return parts


def sum_of_cells(
    split: Split, cells: Cells, keys: Sequence[str], *, inside: int, due: bool, reason: str | None = None
) -> Total:
    """The sum of some cells; numbers that are no cell any more belong to the sum of all."""
    parts = parts_of_cells(cells, keys, due=due, reason=reason)
    if not inside:
        parts += [Part(number(value)) for value in cells.others.values()]
    return add_cells(parts, blocked=split.blocked(inside=inside))
