"""Merging: the invariants of SYNC §11 that hold for the fold alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.changes import DELETED, Change
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.frames import block_of, changes_of, decode_block, encode_block
from sync.merge import conflicts_of, fold, is_deleted
from sync.records import KINDS
from sync.records.problems import FieldProblem
from tests.helpers.histories import (
    CLASSES,
    KEYS,
    RECORD,
    STEPS,
    WORKSPACE,
    Author,
    ancestors,
    edit,
    fold_in_order,
    play,
)

Steps = Sequence[tuple[int, str, int, int, int]]


@given(STEPS, st.randoms(use_true_random=False))
def test_inv_04_the_fold_does_not_depend_on_the_order(steps: Steps, order: random.Random) -> None:
    changes = play(steps)
    expected = fold_in_order(changes)
    shuffled = list(changes)
    order.shuffle(shuffled)
    state = fold_in_order(shuffled)
    assert state.values == expected.values
    assert {key: register.heads for key, register in state.heads.items()} == {
        key: register.heads for key, register in expected.heads.items()
    }
    assert record_term(state) == record_term(expected)


@given(STEPS, st.randoms(use_true_random=False))
def test_inv_03_folding_again_changes_nothing(steps: Steps, order: random.Random) -> None:
    changes = play(steps)
    state = fold_in_order(changes)
    before = record_term(state)
    current = [
        change for change in changes[1:] if any(_is_head(state.heads, change, key) for key in change.writes)
    ]
    order.shuffle(current)
    for change in current:
        fold(state, change)
    assert record_term(state) == before


def _is_head(heads: object, change: Change, key: str) -> bool:
    assert isinstance(heads, dict)
    return key in heads and any(head.id == change.id for head in heads[key].heads)


@given(STEPS)
def test_inv_05_a_change_that_has_seen_another_replaces_it_whatever_the_clocks_say(steps: Steps) -> None:
    changes = play(steps)
    state = fold_in_order(changes)
    for key in KEYS:
        lineage = ancestors(changes, key)
        heads = {head.id for head in state.register(key).heads}
        for older_than in lineage.values():
            assert not heads & older_than


@given(STEPS)
def test_inv_06_a_conflict_is_raised_exactly_when_two_heads_differ(steps: Steps) -> None:
    changes = play(steps)
    state = fold_in_order(changes)
    listed = {conflict.key for conflict in conflicts_of(state)}
    for key in KEYS:
        lineage = ancestors(changes, key)
        superseded = set().union(*lineage.values()) if lineage else set()
        values = {
            repr(change.writes[key])
            for change in changes
            if key in change.writes and change.id not in superseded
        }
        contested = CLASSES[key.partition("/")[0]] in "rk" and len(values) > 1
        assert (key in listed) == contested


@given(STEPS, st.randoms(use_true_random=False))
def test_inv_07_every_replica_lists_the_same_conflicts_under_the_same_ids(
    steps: Steps, order: random.Random
) -> None:
    changes = play(steps)
    shuffled = list(changes)
    order.shuffle(shuffled)
    assert {item.id for item in conflicts_of(fold_in_order(changes))} == {
        item.id for item in conflicts_of(fold_in_order(shuffled))
    }


@given(STEPS)
def test_inv_02_every_change_is_a_head_or_superseded_by_a_descendant(steps: Steps) -> None:
    changes = play(steps)
    state = fold_in_order(changes)
    for key in (*KEYS, DELETED):
        lineage = ancestors(changes, key)
        superseded = set().union(*lineage.values()) if lineage else set()
        heads = {head.id for head in state.register(key).heads}
        for change in changes[1:]:
            if key in change.writes:
                assert (change.id in heads) != (change.id in superseded)


@given(STEPS)
def test_an_edit_that_a_delete_had_not_seen_keeps_the_record_alive(steps: Steps) -> None:
    changes = play(steps)
    state = fold_in_order(changes)
    deletes = [head for head in state.register(DELETED).heads if head.value]
    seen = {change for head in deletes for ids in head.covers.values() for change in ids}
    unseen = [
        head
        for key, register in state.heads.items()
        if key != DELETED
        for head in register.heads
        if not head.creation and head.id not in seen
    ]
    if deletes and unseen:
        assert not is_deleted(state)
        assert DELETED in {conflict.key for conflict in conflicts_of(state)}


@given(
    st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=8), st.randoms(use_true_random=False)
)
def test_the_digest_does_not_depend_on_order_and_forgets_what_is_replaced(
    terms: list[bytes], order: random.Random
) -> None:
    records = [RECORD[:-1] + bytes([at * 37 % 256]) for at in range(len(terms))]
    pairs = list(zip(records, terms, strict=True))
    one, other = Digest(), Digest()
    one.add_all(pairs)
    order.shuffle(pairs)
    for record, term in pairs:
        other.replace(record, None, bytes(reversed(term)))
        other.replace(record, bytes(reversed(term)), term)
    assert one.stored() == other.stored()
    for record, term in pairs:
        one.replace(record, term, None)
    assert one.stored() == Digest().stored()


def test_inv_04_half_a_character_never_becomes_part_of_a_change() -> None:
    """Neither of what is typed nor of what arrives: it cannot be written as UTF-8, so nobody hashes it."""
    for half in ("\ud83d", "a\udc00b"):
        for name in ("title", "description", "tags"):
            with pytest.raises(FieldProblem):
                KINDS["activity"].fields[name].check([half] if name == "tags" else half)
    author = Author(1)
    block = encode_block(block_of([edit(author, "title", 1, 5)]))
    assert block.count(b"v1") == 1
    for half in (b"\xed\xa0", b"\xc0\x80", b"\xff\xfe"):
        with pytest.raises(DaftarError, match="bad_frame"):
            changes_of(decode_block(block.replace(b"v1", half), WORKSPACE))
