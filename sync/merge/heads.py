"""The heads of many changed records as columns, and back: half of what a snapshot of a used place says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.changes import ChangeId
from sync.errors import DaftarError
from sync.frames import integers
from sync.merge.record import RecordState
from sync.merge.register import Head, Register


class _Table:
    """Distinct items and their places, in order of first use."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, item: Any) -> int:
        return self._places.setdefault(item, len(self._places))

    def items(self) -> list[Any]:
        return list(self._places)


def pack_heads(states: Sequence[RecordState]) -> list[Any]:
    """The registers of states, in their order; a value that the record shows is not said again."""
    keys, devices, authors = _Table(), _Table(), _Table()
    counts: list[int] = []
    places: list[int] = []
    sizes: list[int] = []
    heads: list[Head] = []
    said: list[list[Any]] = []
    awaited: list[list[Any]] = []
    for state in states:
        counts.append(len(state.heads))
        for key, register in sorted(state.heads.items()):
            if register.awaited:
                awaited.append([len(places), _placed(register.awaited, devices)])
            places.append(keys.place(key))
            sizes.append(len(register.heads))
            shown = state.values.get(key)
            for head in register.heads:
                if not _same(head.value, shown):
                    said.append([len(heads), head.value])
                heads.append(head)
    covers = [
        [at, key, _placed(ids, devices)]
        for at, head in enumerate(heads)
        for key, ids in sorted(head.covers.items())
    ]
    return [
        *([integers.pack(column) for column in (counts, places, sizes)]),
        integers.pack([devices.place(head.id[0]) for head in heads]),
        integers.deltas([head.id[1] for head in heads]),
        integers.deltas([head.stamp for head in heads]),
        integers.pack([authors.place(head.author) for head in heads]),
        bytes(head.creation for head in heads),
        [at for at, _ in said],
        [value for _, value in said],
        covers,
        awaited,
        keys.items(),
        devices.items(),
        authors.items(),
    ]


def unpack_heads(packed: Sequence[Any], states: Sequence[RecordState]) -> None:
    """Put the registers back into states, which hold the values they show."""
    counts, places, sizes, at_device = map(integers.unpack, packed[:4])
    dseqs, stamps = integers.undeltas(packed[4]), integers.undeltas(packed[5])
    at_author, creations = integers.unpack(packed[6]), bytes(packed[7])
    values = dict(zip(packed[8], packed[9], strict=True))
    keys, devices, authors = packed[12], packed[13], packed[14]
    _insist(len(counts) == len(states) and sum(counts) == len(places) == len(sizes))
    _insist(sum(sizes) == len(dseqs) == len(stamps) == len(at_device) == len(at_author) == len(creations))
    covers: dict[int, dict[str, tuple[ChangeId, ...]]] = {}
    for at, key, ids in packed[10]:
        covers.setdefault(at, {})[str(key)] = _ids(ids, devices)
    awaited = {at: frozenset(_ids(ids, devices)) for at, ids in packed[11]}
    head_at = place_at = 0
    for state, count in zip(states, counts, strict=True):
        for _ in range(count):
            key = keys[places[place_at]]
            _insist(type(key) is str)
            heads = []
            for at in range(head_at, head_at + sizes[place_at]):
                identity = (devices[at_device[at]], dseqs[at])
                value = values[at] if at in values else state.values.get(key)
                author = bytes(authors[at_author[at]])
                heads.append(
                    Head(identity, stamps[at], author, value, bool(creations[at]), covers.get(at, {}))
                )
            state.heads[key] = Register(tuple(heads), awaited.get(place_at, frozenset()))
            head_at += sizes[place_at]
            place_at += 1


def _same(value: Any, shown: Any) -> bool:
    return type(value) is type(shown) and value == shown


def _placed(ids: Iterable[ChangeId], devices: _Table) -> list[list[int]]:
    return [[devices.place(device), dseq] for device, dseq in sorted(ids)]


def _ids(packed: Sequence[Any], devices: Sequence[int]) -> tuple[ChangeId, ...]:
    return tuple((devices[at], int(dseq)) for at, dseq in packed)


def _insist(condition: object) -> None:
    if not condition:
        raise DaftarError("bad_frame", reason="heads")
