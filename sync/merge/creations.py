"""Settled states laid out as the creations that would have made them, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sync.changes import Value
from sync.frames import Block, Column, Group
from sync.merge.record import RecordState

_TEXT = "t"
_KEYED = frozenset("ks")

_Cell = tuple[int, str, Value]
_Place = tuple[Callable[[_Cell], None], str]


def block_of_creations(states: Sequence[RecordState], classes: Mapping[str, str]) -> Block:
    """One group of records of one kind. `classes`: field -> merge class; texts are known by where they stand.

    Columns stand in the order in which the records name them first, as a block of changes has it: equal
    states are equal bytes.
    """
    if any(state.created is None for state in states):
        raise ValueError("a settled record was created")
    places: dict[str, _Place] = {}
    texts: dict[str, _Place] = {}
    columns: dict[tuple[str, str], list[_Cell]] = {}

    def new(known: dict[str, _Place], key: str, merge: str | None) -> _Place:
        name, _, member = key.partition("/")
        held = columns.setdefault((name, merge or classes.get(name, "r")), [])
        known[key] = (held.append, member)
        return known[key]

    for row, state in enumerate(states):
        written = state.texts
        for key, value in state.values.items():
            if written and key.partition("/")[0] in written:
                append, member = texts.get(key) or new(texts, key, _TEXT)
                append((row, member, written.get(key, value)))
            else:
                append, member = places.get(key) or new(places, key, None)
                append((row, member, value))
        for key, text in written.items():
            if key not in state.values:
                append, member = texts.get(key) or new(texts, key, _TEXT)
                append((row, member, text))
    count = len(states)
    created = [state.created or (0, 0) for state in states]
    return Block(
        states[0].workspace if states else bytes(16),
        [device for device, _ in created],
        [dseq for _, dseq in created],
        [state.created_stamp for state in states],
        [0] * count,
        [state.created_by for state in states],
        [
            Group(
                states[0].kind,
                True,
                False,
                list(range(count)),
                [state.record for state in states],
                [_column(*named, held, count) for named, held in columns.items()],
            )
        ]
        if states
        else [],
    )


def _column(name: str, merge: str, cells: Sequence[_Cell], count: int) -> Column:
    rows, keys, values = map(list, zip(*cells, strict=True))
    keyed = merge in _KEYED or any(keys)
    whole = not keyed and len(rows) == count
    return Column(name, merge, values, None if whole else rows, keys if keyed else None)
