"""Which changes of a colleague's strand may be shown: the server has not looked at them yet.

What is left out here is kept and handed on all the same: the server says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sync.errors import DaftarError
from sync.frames import Block, Group
from sync.frames.checking import check_group
from sync.merge.texts import merge_text
from sync.records import Kind, Merge
from sync.replica.ids import Database, IdMap
from sync.replica.rows import OTHER_TABLE

_TOP_STAMP: Final = 1 << 62
_CHUNK: Final = 500


def refused_positions(block: Block) -> set[int]:
    """The positions of changes whose values could not stand in their fields."""
    refused = {at for at, stamp in enumerate(block.stamps) if stamp >= _TOP_STAMP}
    for group in block.groups:
        refused |= {group.positions[row] for row in (*check_group(group), *_rows_with_bad_texts(group))}
    return refused


def _rows_with_bad_texts(group: Group) -> set[int]:
    bad = set()
    for column in group.columns:
        if column.merge != Merge.TEXT.value:
            continue
        rows = range(len(group.records)) if column.rows is None else column.rows
        for row, value in zip(rows, column.values, strict=True):
            try:
                merge_text(None, value)
            except (DaftarError, TypeError):
                bad.add(row)
    return bad


def known_elsewhere(
    database: Database, ids: IdMap, kinds: Mapping[str, Kind], *, kind: str, records: Sequence[bytes]
) -> set[bytes]:
    """Which of these records are here as records of another kind: one id is one record."""
    found: set[bytes] = set()
    rowids = {rowid: record for record in records if (rowid := ids.find(record)) is not None}
    numbers = list(rowids)
    for at in range(0, len(numbers), _CHUNK):
        part: list[Any] = numbers[at : at + _CHUNK]
        marks = ",".join("?" * len(part))
        for table in (*kinds, OTHER_TABLE):
            if table == kind:
                continue
            question, asked = f'SELECT id FROM "{table}" WHERE id IN ({marks})', part
            if table == OTHER_TABLE:
                question, asked = f"{question} AND _kind != ?", [*part, kind]
            found |= {rowids[row[0]] for row in database.execute(question, asked)}
    return found
