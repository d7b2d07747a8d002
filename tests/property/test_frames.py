"""Frames: what goes in comes out, and nothing malformed gets further than a typed error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Change, canonical
from sync.errors import DaftarError
from sync.frames import block_of, changes_of, columns, decode_block, encode_block, read_frames, seal, unseal
from sync.frames.packing import join_frames, make_frame, open_frame, pack_changes
from tests.helpers.histories import CLASSES, STEPS, WORKSPACE, play

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(
    lambda number: f"{number.normalize():f}"
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    TEXTS,
    NUMBERS,
    st.dates().map(lambda day: day.isoformat()),
    st.binary(min_size=16, max_size=16),
    st.lists(st.one_of(st.none(), TEXTS), max_size=3),
)
IDS = st.binary(min_size=16, max_size=16)
STAMPS = st.integers(0, 2**63 - 1)
DSEQS = st.integers(1, 2**40)
DEVICES = st.integers(1, 2**48 - 1)
BASES = st.lists(st.tuples(DEVICES, DSEQS), max_size=3).map(tuple)
KEYS = st.sampled_from(["title", "status", "cells/F|15-24", "cells/ا", "tags/x", "deleted", "unheard_of"])


@st.composite
def some_changes(draw: st.DrawFn) -> list[Change]:
    changes = []
    for number in range(draw(st.integers(1, 6))):
        writes: Mapping[str, Any] = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
        bases = draw(st.dictionaries(KEYS, BASES, max_size=3))
        classes = {key.partition("/")[0]: CLASSES.get(key.partition("/")[0], "r") for key in writes}
        changes.append(
            Change(
                draw(DEVICES),
                draw(DSEQS),
                WORKSPACE,
                draw(st.sampled_from(["activity", "value", "kind_of_tomorrow"])),
                draw(IDS),
                draw(IDS),
                draw(STAMPS),
                number,
                draw(st.booleans()),
                writes,
                bases,
                classes,
                former=draw(st.sampled_from([b"", b"f" * 16])),
            )
        )
    return changes


@given(some_changes())
def test_a_block_gives_back_its_changes_byte_for_byte(changes: list[Change]) -> None:
    back = changes_of(decode_block(encode_block(block_of(changes)), WORKSPACE))
    assert [canonical(change) for change in back] == [canonical(change) for change in changes]
    for change, whole in zip(back, changes, strict=True):
        assert {name: change.classes[name] for name in whole.classes} == whole.classes


@given(STEPS)
def test_frames_of_a_history_join_back_to_it(steps: Any) -> None:
    changes = play(steps)
    frames = [frame for frame, _ in pack_changes(changes, limit=200)]
    assert [canonical(change) for change in join_frames(frames, WORKSPACE)] == [
        canonical(change) for change in changes
    ]


@given(
    st.lists(
        st.one_of(TEXTS, NUMBERS, st.sampled_from(["", "-", "1.", ".5", "007", "1e3", "-0", "2026-02-30"]))
    )
)
def test_a_column_of_texts_is_kept_to_the_letter(values: list[str]) -> None:
    assert columns.decode(columns.encode(values), len(values)) == values


@given(st.lists(VALUES))
def test_a_column_of_anything_is_kept_with_its_types(values: list[Any]) -> None:
    back = columns.decode(columns.encode(values), len(values))
    assert [(type(value), value) for value in back] == [(type(value), value) for value in values]


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_with_a_code(data: bytes) -> None:
    for read in (
        lambda: unseal(data),
        lambda: decode_block(data, WORKSPACE),
        lambda: list(read_frames(data)),
    ):
        assert refusal(read) in {"", "bad_frame", "cut_frame", "frame_too_new"}


def refusal(read: Callable[[], object]) -> str:
    """The code of the error a reader answers with; empty where it read something."""
    try:
        read()
    except DaftarError as error:
        return error.code
    return ""


@given(STEPS, st.data())
def test_inv_29_a_flipped_bit_or_a_missing_end_is_noticed(steps: Any, data: st.DataObject) -> None:
    frame = make_frame(block_of(play(steps)))
    at = data.draw(st.integers(0, len(frame) - 1))
    flipped = bytearray(frame)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    for damaged in (bytes(flipped), frame[:at]):
        with pytest.raises(DaftarError):
            open_frame(damaged, WORKSPACE)


def test_inv_30_a_bomb_is_stopped_before_it_is_unpacked() -> None:
    bomb = seal(b"\0" * (9 * 1024 * 1024))
    assert len(bomb) < 2_000
    with pytest.raises(DaftarError) as caught:
        unseal(bomb)
    assert caught.value.code == "bad_frame"


def test_a_txn_is_never_split_over_two_frames() -> None:
    changes = [
        Change(
            7,
            at,
            WORKSPACE,
            "activity",
            at.to_bytes(16),
            b"a" * 16,
            at,
            at // 3,
            True,
            {"title": f"text {at}"},
        )
        for at in range(1, 40)
    ]
    for _, part in pack_changes(changes, limit=150):
        whole = [change for change in changes if change.txn in {each.txn for each in part}]
        assert len(whole) == len(part)
