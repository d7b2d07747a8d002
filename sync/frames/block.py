"""A block: changes laid out by column, in `dseq` or `pseq` order. A local edit is a block of one.

Hot paths work on the columns; `changes_of` makes objects where heads, conflicts or unknown kinds need them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from sync.changes import Bases, Change, Value


@dataclass(slots=True)
class Column:
    """One written field of a group.

    `rows[i]` is the row in the group that `values[i]` belongs to (`None`: every row, in order);
    `keys[i]` is the member or map key for keyed fields; `bases` is `None` when every value was
    made on the creation.
    """

    name: str
    merge: str
    values: list[Value]
    rows: list[int] | None = None
    keys: list[str] | None = None
    bases: list[Bases | None] | None = None

    def key(self, at: int) -> str:
        return self.name if self.keys is None else f"{self.name}/{self.keys[at]}"


@dataclass(slots=True)
class Group:
    """Changes of one kind and one nature. `positions[i]` is the place of row `i` in the block."""

    kind: str
    create: bool
    hole: bool
    positions: list[int]
    records: list[bytes]
    columns: list[Column] = field(default_factory=list)
    covers: dict[int, dict[str, Bases]] = field(default_factory=dict)
    """Row -> bases of fields it does not write: what a delete had seen."""
    formers: dict[int, bytes] = field(default_factory=dict)
    """Row -> hash of the change it was before it was issued again."""


@dataclass(slots=True)
class Block:
    """`len(dseqs)` changes of one workspace; lists run in parallel."""

    workspace: bytes
    devices: list[int]
    dseqs: list[int]
    stamps: list[int]
    txns: list[int]
    authors: list[bytes]
    groups: list[Group]

    def __len__(self) -> int:
        return len(self.dseqs)


def block_of(changes: Sequence[Change]) -> Block:
    """Lay out changes of one workspace by column."""
    groups: dict[tuple[str, bool, bool], _Making] = {}
    for position, change in enumerate(changes):
        nature = (change.kind, change.create, change.hole)
        making = groups.get(nature)
        if making is None:
            making = groups[nature] = _Making(Group(*nature, [], []))
        making.add(position, change)
    return Block(
        changes[0].workspace if changes else bytes(16),
        [change.device for change in changes],
        [change.dseq for change in changes],
        [change.stamp for change in changes],
        [change.txn for change in changes],
        [change.author for change in changes],
        [making.finish() for making in groups.values()],
    )


_Cell = tuple[int, str, Value, Bases | None]


class _Making:
    """A group while its rows come in."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._places: dict[str, tuple[str, str]] = {}
        self._cells: dict[tuple[str, str], list[_Cell]] = {}

    def add(self, position: int, change: Change) -> None:
        group, cells, places = self._group, self._cells, self._places
        row = len(group.records)
        group.positions.append(position)
        group.records.append(change.record)
        bases, classes = change.bases, change.classes
        writes = dict.fromkeys(change.writes, change.code) if change.hole else change.writes
        for key, value in writes.items():
            place = places.get(key)
            if place is None:
                name, _, member = key.partition("/")
                place = places[key] = (name, member)
            column = (place[0], classes.get(place[0], "r"))
            held = cells.get(column)
            if held is None:
                held = cells[column] = []
            held.append((row, place[1], value, bases.get(key)))
        cover = {key: ids for key, ids in bases.items() if key not in change.writes} if bases else None
        if cover:
            group.covers[row] = cover
        if change.former:
            group.formers[row] = change.former

    def finish(self) -> Group:
        count = len(self._group.records)
        self._group.columns = [_column(*named, held, count) for named, held in self._cells.items()]
        return self._group


def _column(name: str, merge: str, cells: Sequence[_Cell], count: int) -> Column:
    rows, keys, values, bases = map(list, zip(*cells, strict=True))
    keyed = merge in ("k", "s") or any(keys)
    whole = not keyed and rows == list(range(count))
    return Column(
        name,
        merge,
        values,
        None if whole else rows,
        keys if keyed else None,
        bases if any(base is not None for base in bases) else None,
    )


def changes_of(block: Block) -> list[Change]:
    """The changes of a block as objects, in block order."""
    out: list[Change | None] = [None] * len(block)
    for group in block.groups:
        for row, change in enumerate(_group_changes(block, group)):
            out[group.positions[row]] = change
    return [change for change in out if change is not None]


def _group_changes(block: Block, group: Group) -> Iterable[Change]:
    count = len(group.records)
    writes: list[dict[str, Value]] = [{} for _ in range(count)]
    bases: list[dict[str, Bases]] = [{} for _ in range(count)]
    codes = [""] * count
    classes = {column.name: column.merge for column in group.columns}
    for column in group.columns:
        rows = range(count) if column.rows is None else column.rows
        if group.hole:
            for row, code in zip(rows, column.values, strict=True):
                codes[row] = str(code)
        values = [None] * len(column.values) if group.hole else column.values
        keys = (
            [column.key(at) for at in range(len(values))] if column.keys is not None else repeat(column.name)
        )
        for row, key, value in zip(rows, keys, values, strict=False):
            writes[row][key] = value
        if column.bases is not None:
            for at, row in enumerate(rows):
                base = column.bases[at]
                if base is not None:
                    bases[row][column.key(at)] = base
    for row, cover in group.covers.items():
        bases[row].update(cover)
    for row, position in enumerate(group.positions):
        yield Change(
            block.devices[position],
            block.dseqs[position],
            block.workspace,
            group.kind,
            group.records[row],
            block.authors[position],
            block.stamps[position],
            block.txns[position],
            group.create,
            writes[row],
            bases[row],
            classes,
            group.hole,
            codes[row],
            group.formers.get(row, b""),
        )
