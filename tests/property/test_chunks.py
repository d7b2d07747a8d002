"""Pieces of snapshots: whatever state a record is in comes back as it was, and damage is told."""

from typing import Any

import msgpack
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import Change, base_field
from sync.digest import record_term
from sync.errors import DaftarError
from sync.frames import block_of, encode_block
from sync.merge import RecordState
from sync.merge.chunks import Chunk, HoleMark, Tables, open_piece, pack_chunk, pack_tables, said_by
from sync.merge.creations import block_of_creations
from tests.helpers.histories import CLASSES, STEPS, WORKSPACE, fold_in_order, play

_IDS = st.tuples(st.integers(1, 2**48 - 1), st.integers(1, 2**40))


def states_of(data: bytes) -> list[RecordState]:
    piece = open_piece(data, WORKSPACE)
    assert isinstance(piece, Chunk)
    return [state for group in piece.block.groups for state in piece.states(group)]


@given(STEPS)
def test_a_state_comes_back_as_it_was(steps: list[Any]) -> None:
    state = fold_in_order(play(steps))
    [back] = states_of(pack_chunk([state], {"activity": CLASSES}))
    assert (back.created, back.created_stamp, back.created_by) == (
        state.created,
        state.created_stamp,
        state.created_by,
    )
    assert (back.values, back.heads, back.texts) == (state.values, state.heads, state.texts)
    assert record_term(back) == record_term(state)


_NAMES = st.sampled_from(["title", "tags/a", "tags/b", "cells/F", "notes", "mood", "odd/x"])
_VALUES = st.dictionaries(_NAMES, st.sampled_from(["", "a", "7", True, 3]), max_size=6)
_TEXTS = st.dictionaries(st.sampled_from(["notes", "story"]), st.binary(min_size=1, max_size=5), max_size=2)


@given(st.lists(st.tuples(_VALUES, _TEXTS), min_size=1, max_size=8))
def test_columns_are_the_bytes_that_single_creations_would_be(told: list[Any]) -> None:
    """Pieces are named by their bytes, so how they are made must not show."""
    classes = {"title": "r", "tags": "s", "cells": "k", "notes": "t"}
    states = [
        RecordState(
            WORKSPACE, "activity", bytes([at]) * 16, (7, at + 1), 5 + at, b"p" * 16, values, texts=texts
        )
        for at, (values, texts) in enumerate(told)
    ]
    changes = []
    for state in states:
        writes = {**state.values, **state.texts}
        used = {name: classes[name] for name in {base_field(key) for key in writes} & classes.keys()}
        used |= dict.fromkeys(state.texts, "t")
        place = (WORKSPACE, "activity", state.record, b"p" * 16, state.created_stamp, 0)
        changes.append(Change(7, state.created[1] if state.created else 0, *place, True, writes, {}, used))
    assert encode_block(block_of_creations(states, classes)) == encode_block(block_of(changes))


@given(STEPS)
def test_a_piece_that_says_the_same_is_the_one_that_is_there(steps: list[Any]) -> None:
    state = fold_in_order(play(steps))
    former = pack_chunk([state], {"activity": CLASSES}, level=3)
    kept = {said_by(former): former}
    assert pack_chunk([state], {"activity": CLASSES}, level=19, kept=kept) is former
    state.values["title"] = msgpack.packb(steps).hex() + " of now"
    assert pack_chunk([state], {"activity": CLASSES}, level=19, kept=kept) != former


@given(
    st.dictionaries(st.integers(1, 2**48 - 1), st.integers(1, 2**40), max_size=5),
    st.frozensets(_IDS, max_size=3),
    st.dictionaries(st.binary(min_size=16, max_size=16), st.binary(max_size=40), max_size=3),
    st.lists(st.tuples(_IDS, st.dictionaries(st.text(max_size=9), st.lists(_IDS).map(tuple))), max_size=3),
)
def test_tables_come_back_as_they_were(
    positions: dict[int, int], parked: frozenset[Any], histories_of: dict[bytes, bytes], holes: list[Any]
) -> None:
    marks = tuple(HoleMark(*at, "invalid_value", bases) for at, bases in holes)
    tables = Tables(positions, parked, marks, histories_of)
    assert open_piece(pack_tables(tables), WORKSPACE) == tables


@given(STEPS, st.data())
def test_damage_is_told_and_nothing_else(steps: list[Any], data: st.DataObject) -> None:
    whole = bytearray(pack_chunk([fold_in_order(play(steps))], {"activity": CLASSES}, level=3))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        open_piece(bytes(whole[:cut]) if data.draw(st.booleans()) else bytes(whole), WORKSPACE)
    except DaftarError as error:
        assert error.code in {"bad_frame", "cut_frame", "frame_too_new"}  # noqa: PT017 - one of these, or whole
