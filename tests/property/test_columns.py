"""Work by columns says the same as work by objects: joined, cut, packed row by row, numbers in planes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Change, canonical, pack_body
from sync.errors import DaftarError
from sync.frames import block_of, changes_of, integers
from sync.frames.bodies import pack_bodies
from sync.frames.joining import join_blocks, rejoin
from sync.frames.packing import make_frame, open_frame
from sync.frames.slicing import Pace, slices
from tests.helpers.histories import CLASSES, WORKSPACE

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
KEYS = st.sampled_from(["title", "titles", "cells/F", "cells/M|15-24", "tags/x", "tags/ا", "deleted"])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS)
BASES = st.lists(st.tuples(st.just(7), st.integers(1, 9)), max_size=2).map(tuple)
NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30)
ODD_NUMBERS = (None, [1, "2"], [9, 0, b"x"], [2, 0, b"xyz"], [1, -(1 << 70), b"x"], [True], {"a": 1})


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Changes of one device, some of which belong together."""
    txn, changes = 1, []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        txn = number if draw(st.booleans()) else txn
        create = draw(st.booleans())
        writes: dict[str, Any] = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
        bases = {} if create else draw(st.dictionaries(KEYS, BASES, max_size=2))
        classes = {key.partition("/")[0]: CLASSES.get(key.partition("/")[0], "r") for key in writes}
        record = draw(st.integers(1, 5)).to_bytes(16)
        kind = draw(st.sampled_from(["activity", "value"]))
        changes.append(
            Change(
                7, number, WORKSPACE, kind, record, b"a" * 16, number, txn, create, writes, bases, classes,
                former=draw(st.sampled_from([b"", b"f" * 16])),
            )
        )  # fmt: skip
    return changes


def bytes_of(changes: list[Change]) -> list[bytes]:
    return [canonical(change) for change in changes]


@given(histories(), st.integers(1, 6))
def test_a_block_cut_into_slices_holds_the_same_changes(changes: list[Change], budget: int) -> None:
    parts = [changes_of(piece) for piece in slices(block_of(changes), budget=budget)]
    assert bytes_of([change for part in parts for change in part]) == bytes_of(changes)
    seen: set[int] = set()
    for part in parts:
        txns = {change.txn for change in part}
        assert not txns & seen, "a txn was cut"
        seen |= txns


@given(histories(), st.data())
def test_blocks_joined_by_column_hold_the_same_changes(changes: list[Change], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(changes)), max_size=4)) | {0, len(changes)})
    blocks = [block_of(changes[first:last]) for first, last in pairwise(cuts)]
    frame = make_frame(join_blocks(blocks))
    assert bytes_of(changes_of(open_frame(frame, WORKSPACE))) == bytes_of(changes)


@given(histories(), st.integers(80, 600))
def test_small_frames_become_fewer_and_stay_in_order(changes: list[Change], limit: int) -> None:
    frames = [make_frame(block_of([change])) for change in changes]
    joined = list(rejoin(frames, WORKSPACE, limit=limit))
    assert sum(count for _, count in joined) == len(frames)
    back = [change for frame, _ in joined for change in changes_of(open_frame(frame, WORKSPACE))]
    assert bytes_of(back) == bytes_of(changes)


@given(histories())
def test_bodies_packed_from_columns_are_those_of_the_changes(changes: list[Change]) -> None:
    block = block_of(changes)
    for group in block.groups:
        expected = [pack_body(changes[position].writes) for position in group.positions]
        assert pack_bodies(group, texts=True) == expected


@given(NUMBERS)
def test_numbers_in_planes_come_back(numbers: list[int]) -> None:
    assert integers.unpack(integers.pack(numbers)) == numbers
    assert integers.undeltas(integers.deltas([number >> 1 for number in numbers])) == [
        number >> 1 for number in numbers
    ]


@pytest.mark.parametrize("packed", ODD_NUMBERS)
def test_what_are_no_numbers_is_refused(packed: object) -> None:
    with pytest.raises(DaftarError):
        integers.unpack(packed)


def test_weeks_and_other_dates_are_kept_as_they_were_written() -> None:
    from sync.frames import columns

    for odd in ("2026-W01-1", "2026-1-001", "20260-1-01"):
        values = [odd, "2026-01-05", odd]
        assert columns.decode(columns.encode(values), 3) == values


def test_slices_become_as_large_as_the_machine_is_quick() -> None:
    change = Change(7, 1, WORKSPACE, "activity", b"r" * 16, b"a" * 16, 1, 1, True, {}, {}, {})
    block, pace = block_of([change] * 100), Pace()
    pace.hurry()
    for _ in range(10):
        pace.note(block, 0.001)
    assert pace.budget == 200
    pace.note(block, 1.0)
    assert pace.budget == 100, "one slow slice halves it"
    for _ in range(10):
        pace.note(block, 1.0)
    assert pace.budget == 20, "never so few that slicing is the work"


def test_slices_are_longer_while_nobody_types() -> None:
    change = Change(7, 1, WORKSPACE, "activity", b"r" * 16, b"a" * 16, 1, 1, True, {}, {}, {})
    block, now = block_of([change] * 100), [0.0]
    pace = Pace(lambda: now[0])

    def settled() -> int:
        for _ in range(10):
            pace.note(block, 0.01)
        return pace.budget

    assert settled() == 480
    pace.hurry()
    assert pace.budget == 20, "the next slice is short already"
    assert settled() == 20
    now[0] += 9.0
    pace.hurry()
    assert pace.budget == 20
    now[0] += 9.0
    assert settled() == 20, "who was waiting a moment ago may type on"
    now[0] += 2.0
    assert settled() == 480
