"""Blocks as bytes: MessagePack of positional lists, column by column.

Record ids travel as an index into a table of 10-byte prefixes (device number and run of a native id)
and a counter, so a row of new records costs almost nothing. The workspace is not in the block: it is
part of the start of each chain and is known from where the frame stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgpack

from sync.changes import Bases
from sync.errors import DaftarError
from sync.frames import columns as encoding
from sync.frames import integers
from sync.frames.block import Block, Column, Group

VERSION: Final = 1
IDS: Final = 6
_PREFIX: Final = 10
_ID_BYTES: Final = 16
_CREATE: Final = 1
_HOLE: Final = 2
_MAX_CHANGES: Final = 200_000
_MAX_CELLS: Final = 8_000_000
"""A column of equal values takes a few bytes however many rows it fills, so their number is capped too."""


class _Table:
    """Distinct items and their places, in order of first use."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}

    def place(self, item: Any) -> int:
        return self.places.setdefault(item, len(self.places))

    def places_of(self, items: Sequence[Any]) -> list[int]:
        known = {item: self.place(item) for item in dict.fromkeys(items)}
        return [known[item] for item in items]

    def items(self) -> list[Any]:
        return list(self.places)


def encode_block(block: Block) -> bytes:
    """Bytes of a block, ready for `container.seal`."""
    devices, authors, prefixes = _Table(), _Table(), _Table()
    groups = [_encode_group(block, group, devices, prefixes) for group in block.groups]
    body = [
        VERSION,
        _narrow(devices.places_of(block.devices)),
        _consecutive(block.dseqs),
        integers.deltas(block.stamps),
        _narrow(block.txns),
        _narrow(authors.places_of(block.authors)),
        groups,
        devices.items(),
        authors.items(),
        prefixes.items(),
    ]
    return bytes(msgpack.packb(body))


def _narrow(numbers: Sequence[int]) -> Any:
    """One number where all are the same, else differences."""
    same = bool(numbers) and numbers.count(numbers[0]) == len(numbers)
    return numbers[0] if same else integers.deltas(numbers)


def _consecutive(numbers: Sequence[int]) -> Any:
    first = numbers[0] if numbers else 0
    return first if list(numbers) == list(range(first, first + len(numbers))) else integers.deltas(numbers)


def _split_ids(ids: Sequence[bytes], prefixes: _Table) -> tuple[Any, list[int]]:
    """Where the prefixes stand in their table, and the counters."""
    places = _narrow(prefixes.places_of([record[:_PREFIX] for record in ids]))
    return places, [int.from_bytes(record[_PREFIX:]) for record in ids]


def _encode_group(block: Block, group: Group, devices: _Table, prefixes: _Table) -> list[Any]:
    flags = (_CREATE if group.create else 0) | (_HOLE if group.hole else 0)
    covers = [
        [row, key, [[devices.place(device), dseq] for device, dseq in ids]]
        for row, cover in group.covers.items()
        for key, ids in cover.items()
    ]
    formers = [[list(group.formers), list(group.formers.values())]] if group.formers else []
    places, counters = _split_ids(group.records, prefixes)
    return [
        group.kind,
        flags,
        _consecutive(group.positions),
        places,
        integers.deltas(counters),
        [_encode_column(block, group, column, devices, prefixes) for column in group.columns],
        covers,
        *formers,
    ]


def _encode_column(
    block: Block, group: Group, column: Column, devices: _Table, prefixes: _Table
) -> list[Any]:
    rows = None if column.rows is None else integers.deltas(column.rows)
    keys = None
    if column.keys is not None:
        table = _Table()
        places = table.places_of(column.keys)
        keys = [table.items(), bytes(places) if len(table.places) <= 256 else integers.pack(places)]
    values = column.values
    if column.merge != "t" and _are_ids(values):
        places, counters = _split_ids(values, prefixes)
        packed = [IDS, places, integers.pack(counters)]
    else:
        packed = encoding.encode(values)
    return [column.name, column.merge, rows, keys, packed, _encode_bases(block, group, column, devices)]


def _are_ids(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {bytes} and set(map(len, values)) == {_ID_BYTES}


def _encode_bases(block: Block, group: Group, column: Column, devices: _Table) -> Any:
    if column.bases is None:
        return None
    counts: list[int] = []
    flat_devices: list[int] = []
    flat_dseqs: list[int] = []
    rows = range(len(group.records)) if column.rows is None else column.rows
    for row, base in zip(rows, column.bases, strict=True):
        position = group.positions[row]
        counts.append(0 if base is None else len(base) + 1)
        for device, dseq in base or ():
            flat_devices.append(devices.place(device))
            own = device == block.devices[position]
            flat_dseqs.append(block.dseqs[position] - dseq if own else dseq)
    return [_narrow(counts), _narrow(flat_devices), integers.pack(flat_dseqs)]


def decode_block(payload: bytes, workspace: bytes, *, values: bool = True) -> Block:
    """Read a block; raises `DaftarError("bad_frame")` for anything malformed.

    Without `values` it is an outline: which changes there are and to which records, but nothing written.
    """
    try:
        body = msgpack.unpackb(payload, strict_map_key=True, max_map_len=0)
        return _decode_body(body, workspace, values=values)
    except DaftarError:
        raise
    except (
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        OverflowError,
        AttributeError,
        msgpack.UnpackException,
    ) as error:
        raise DaftarError("bad_frame", reason="block") from error


def _decode_body(body: Any, workspace: bytes, *, values: bool) -> Block:
    if body[0] != VERSION:
        raise DaftarError("frame_too_new")
    _, device_places, dseqs, stamps, txns, author_places, packed_groups, devices, authors, prefixes = body
    _insist(all(type(device) is int and 0 <= device < 1 << 48 for device in devices))
    _insist(all(type(author) is bytes and len(author) == _ID_BYTES for author in authors))
    _insist(all(type(prefix) is bytes and len(prefix) == _PREFIX for prefix in prefixes))
    full_stamps = integers.undeltas(stamps)
    count = len(full_stamps)
    _insist(count <= _MAX_CHANGES and _within(full_stamps, 1 << 63))
    block = Block(
        workspace,
        [devices[at] for at in _widen(device_places, count)],
        _range(dseqs, count),
        full_stamps,
        _widen(txns, count),
        [authors[at] for at in _widen(author_places, count)],
        [],
    )
    left = _MAX_CELLS
    for packed in packed_groups:
        records = _join_ids(packed[3], integers.undeltas(packed[4]), prefixes)
        left -= len(records) * len(packed[5])
        _insist(len(records) <= count and left >= 0)
        group = _outline_group(block, packed, records)
        if values:
            _fill_group(block, group, packed, devices, prefixes)
        block.groups.append(group)
    covered = sorted(position for group in block.groups for position in group.positions)
    _insist(covered == list(range(count)))
    _insist(not block.dseqs or min(block.dseqs) > 0)
    return block


def _insist(condition: object) -> None:
    if not condition:
        raise DaftarError("bad_frame", reason="block")


def _within(numbers: Sequence[int], limit: int) -> bool:
    """Whether all numbers are places below `limit`."""
    return not numbers or (min(numbers) >= 0 and max(numbers) < limit)


def _widen(packed: Any, count: int) -> list[int]:
    if type(packed) is int:
        _insist(packed >= 0)
        return [packed] * count
    numbers = integers.undeltas(packed)
    _insist(len(numbers) == count and (not numbers or min(numbers) >= 0))
    return numbers


def _range(packed: Any, count: int) -> list[int]:
    if type(packed) is int:
        return list(range(packed, packed + count))
    return _widen(packed, count)


def _join_ids(places: Any, counters: Sequence[int], prefixes: Sequence[bytes]) -> list[bytes]:
    if type(places) is int and places >= 0:
        prefix = prefixes[places]
        return [prefix + counter.to_bytes(_ID_BYTES - _PREFIX) for counter in counters]
    return [
        prefixes[place] + counter.to_bytes(_ID_BYTES - _PREFIX)
        for place, counter in zip(_widen(places, len(counters)), counters, strict=True)
    ]


def _references(places: Any, counters: Sequence[int], prefixes: Sequence[bytes]) -> list[Any]:
    """Like `_join_ids`, for ids of which most occur many times."""
    if type(places) is not int or places < 0:
        return list(_join_ids(places, counters, prefixes))
    distinct = list(set(counters))
    whole = dict(zip(distinct, _join_ids(places, distinct, prefixes), strict=True))
    return list(map(whole.__getitem__, counters))


def _outline_group(block: Block, packed: Any, records: list[bytes]) -> Group:
    kind, flags, positions, *_ = packed
    _insist(type(kind) is str and 0 < len(kind) <= 64)
    group = Group(kind, bool(flags & _CREATE), bool(flags & _HOLE), _range(positions, len(records)), records)
    _insist(_within(group.positions, len(block)))
    return group


def _fill_group(
    block: Block, group: Group, packed: Any, devices: Sequence[int], prefixes: Sequence[bytes]
) -> None:
    _, _, _, _, _, columns, covers, *formers = packed
    group.columns = [_decode_column(block, group, column, devices, prefixes) for column in columns]
    for row, key, ids in covers:
        _insist(type(key) is str and type(row) is int and 0 <= row < len(group.records))
        group.covers.setdefault(row, {})[key] = tuple((devices[at], _dseq(dseq)) for at, dseq in ids)
    for rows, hashes in formers:
        _insist(all(type(item) is bytes and len(item) == _ID_BYTES for item in hashes))
        group.formers = dict(zip(rows, hashes, strict=True))


def _dseq(number: Any) -> int:
    _insist(type(number) is int and 0 < number < 1 << 48)
    return int(number)


def _decode_column(
    block: Block, group: Group, packed: Any, devices: Sequence[int], prefixes: Sequence[bytes]
) -> Column:
    name, merge, row_steps, packed_keys, packed_values, packed_bases = packed
    _insist(
        type(name) is str
        and 0 < len(name) <= 64
        and "/" not in name
        and type(merge) is str
        and len(merge) == 1
    )
    rows = None if row_steps is None else integers.undeltas(row_steps)
    count = len(group.records) if rows is None else len(rows)
    _insist(rows is None or _within(rows, len(group.records)))
    keys = None
    if packed_keys is not None:
        keys = _decode_keys(packed_keys, count)
    if packed_values[0] == IDS:
        values: list[Any] = _references(packed_values[1], integers.unpack(packed_values[2]), prefixes)
        _insist(len(values) == count)
    else:
        values = encoding.decode(packed_values, count)
    column = Column(name, merge, values, rows, keys)
    if packed_bases is not None:
        column.bases = _decode_bases(block, group, column, packed_bases, devices)
    return column


def _decode_keys(packed: Any, count: int) -> list[str]:
    table, packed_places = packed
    places = packed_places if type(packed_places) is bytes else integers.unpack(packed_places)
    _insist(set(map(type, table)) <= {str} and len(places) == count and _within(places, len(table)))
    return [table[at] for at in places]


def _decode_bases(
    block: Block, group: Group, column: Column, packed: Any, devices: Sequence[int]
) -> list[Bases | None]:
    counts = _widen(packed[0], len(column.values))
    dseqs = integers.unpack(packed[2])
    owners = _widen(packed[1], len(dseqs))
    _insist(sum(max(0, count - 1) for count in counts) == len(dseqs))
    out: list[Bases | None] = []
    at = 0
    rows = range(len(group.records)) if column.rows is None else column.rows
    for row, count in zip(rows, counts, strict=True):
        if count == 0:
            out.append(None)
            continue
        position = group.positions[row]
        ids = []
        for place in range(at, at + count - 1):
            device = devices[owners[place]]
            own = device == block.devices[position]
            ids.append((device, _dseq(block.dseqs[position] - dseqs[place] if own else dseqs[place])))
        at += count - 1
        out.append(tuple(ids))
    return out
