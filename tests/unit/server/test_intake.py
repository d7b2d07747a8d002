"""Taking a push apart: the quick road of columns says the same as the objects."""

from dataclasses import replace

import pytest
from helpers.laptop import Laptop

from sync.changes import Change, chain_over, chain_start
from sync.digest import record_term
from sync.errors import DaftarError
from sync.merge import RecordState, fold
from sync.merge.texts import read_text, set_text
from sync.server.intake import Sender, take_in
from sync.server.states import pack_creation, pack_state
from sync.wire.messages import Push

WORKSPACE = b"w" * 16
PERSON = b"p" * 16


@pytest.fixture
def laptop() -> Laptop:
    return Laptop(77, PERSON, now_ms=1_767_225_600_000)


@pytest.fixture
def sender() -> Sender:
    return Sender(PERSON, "officer", 77, 1, lambda author: author == b"s" * 16)


def _mixed(laptop: Laptop) -> list[Change]:
    made = laptop.create(WORKSPACE, "activity", {"title": "Training", "tags": ["a", "b"], "end": None})
    meeting = laptop.create(WORKSPACE, "meeting", {"title": "x", "notes": set_text(None, "one").update})
    value = laptop.create(WORKSPACE, "value", {"indicator": b"i" * 16, "cells": {"F": "3", "M": "4"}})
    edit = laptop.edit(made, {"title": "Training 2"}, {"title": (made.id,)})
    gone = laptop.edit(made, {"deleted": True}, {"deleted": (), "title": (edit.id,)})
    return [made, meeting, value, edit, gone]


def test_the_chain_is_that_of_the_changes(laptop: Laptop, sender: Sender) -> None:
    changes = _mixed(laptop)
    push = laptop.push(1, changes)
    intake = take_in(push, workspace=WORKSPACE, sender=sender)
    for count in range(len(changes) + 1):
        expected = chain_over(chain_start(WORKSPACE), changes[:count])
        assert intake.chain_after(count) == expected
    assert intake.last_dseq == len(changes)


def test_only_new_records_take_the_quick_road(laptop: Laptop, sender: Sender) -> None:
    push = laptop.push(1, _mixed(laptop))
    (piece,) = take_in(push, workspace=WORKSPACE, sender=sender).pieces
    assert sorted(piece.plain) == [0, 1, 2]
    assert sorted(piece.changes) == [3, 4]
    assert piece.refused == {}


def test_a_change_that_was_replaced_stays_replaced_when_others_are_looked_at(
    laptop: Laptop, sender: Sender
) -> None:
    (piece,) = take_in(laptop.push(1, _mixed(laptop)), workspace=WORKSPACE, sender=sender).pieces
    other = replace(piece.change_at(3), bases={"title": ((9, 9),)})
    piece.changes = {3: other}
    assert piece.change_at(0).create
    assert piece.change_at(3) == other


def test_the_quick_road_stores_what_the_fold_would_have(laptop: Laptop, sender: Sender) -> None:
    changes = _mixed(laptop)[:3]
    (piece,) = take_in(laptop.push(1, changes), workspace=WORKSPACE, sender=sender).pieces
    for at, change in enumerate(changes):
        folded = RecordState(WORKSPACE, change.kind, change.record)
        fold(folded, change)
        plain = piece.plain[at]
        creation = pack_creation(*change.id, change.stamp, change.author)
        assert plain.term == record_term(folded)
        assert creation + plain.state == pack_state(folded)
        assert [(name, read_text(stored)) for name, stored in plain.texts] == [
            (name, read_text(stored)) for name, stored in folded.texts.items()
        ]


def test_a_text_that_is_none_leaves_the_quick_road(laptop: Laptop, sender: Sender) -> None:
    made = [
        laptop.create(WORKSPACE, "meeting", {"title": "x", "notes": notes})
        for notes in (set_text(None, "one").update, b"no text")
    ]
    (piece,) = take_in(laptop.push(1, made), workspace=WORKSPACE, sender=sender).pieces
    assert not piece.plain
    assert sorted(piece.changes) == [0, 1]


def test_frames_have_to_follow_each_other(laptop: Laptop, sender: Sender) -> None:
    changes = [laptop.create(WORKSPACE, "activity", {"title": str(at)}) for at in range(3)]
    first, second = laptop.push(1, changes[:1]), laptop.push(1, changes[2:])
    push = Push(1, 1, first.chain, (*first.frames, *second.frames))
    with pytest.raises(DaftarError, match="bad_frame"):
        take_in(push, workspace=WORKSPACE, sender=sender)


def test_nobody_pushes_holes_or_anothers_changes(laptop: Laptop, sender: Sender) -> None:
    push = laptop.push(1, [laptop.create(WORKSPACE, "activity", {"title": "x"})])
    other = Sender(PERSON, "officer", 78, 1, lambda _: False)
    with pytest.raises(DaftarError, match="bad_frame"):
        take_in(push, workspace=WORKSPACE, sender=other)


def test_work_from_before_enrolment_is_taken_and_posing_is_not(laptop: Laptop, sender: Sender) -> None:
    laptop.person = b"b" * 16
    before = laptop.create(WORKSPACE, "activity", {"title": "Before"})
    laptop.person = b"s" * 16
    posing = laptop.create(WORKSPACE, "activity", {"title": "Posing"})
    push = laptop.push(1, [before, posing])
    (piece,) = take_in(push, workspace=WORKSPACE, sender=sender).pieces
    assert piece.refused == {1: "wrong_author"}
