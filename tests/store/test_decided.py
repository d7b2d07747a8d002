"""Decisions in a team: undone, done again, opened again, and the same for everybody in the end."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.commands import decisions, records
from sync.errors import DaftarError
from sync.records import KINDS


@pytest.fixture
def torn(team: Team) -> tuple[Member, Member, bytes]:
    """Two people changed the end of one activity without having seen each other."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey", "end": "2026-06-30"})
    team.settle()
    lina.set("activity", activity, {"end": "2026-07-15"})
    omar.set("activity", activity, {"end": "2026-08-01"})
    team.settle()
    return lina, omar, activity


def decide(member: Member, place: int) -> bytes:
    (conflict,) = member.reader.conflicts()
    state = member.reader.state(conflict.kind, conflict.record)
    member.store.submit(decisions.take(conflict, state, place), label="Decide").result()
    return conflict.id


def open_values(member: Member) -> list[set[object]]:
    return [set(values) for _, values in member.contested()]


def test_a_decision_ends_the_question_for_everybody(team: Team, torn: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = torn
    decide(lina, 1)
    team.settle()
    assert omar.contested() == []
    assert omar.row("activity", activity)["end"] == lina.row("activity", activity)["end"]


def test_an_undone_decision_stands_open_for_everybody_and_can_be_done_again(
    team: Team, torn: tuple[Member, Member, bytes]
) -> None:
    lina, omar, activity = torn
    decide(lina, 1)
    chosen = lina.row("activity", activity)["end"]
    team.settle()
    lina.store.undo().result()
    team.settle()
    assert open_values(omar) == open_values(lina) == [{"2026-07-15", "2026-08-01"}]
    lina.store.undo(redo=True).result()
    team.settle()
    assert omar.contested() == lina.contested() == []
    assert omar.row("activity", activity)["end"] == chosen
    assert lina.digest() == omar.digest()


def test_a_decision_opened_by_somebody_else_is_open_for_everybody(
    team: Team, torn: tuple[Member, Member, bytes]
) -> None:
    lina, omar, activity = torn
    decided = decide(lina, 1)
    team.settle()
    history = [change for change, _ in omar.reader.history("activity", activity)]
    (decision,) = decisions.decisions_in(history)
    assert decision.conflict == decided
    edits = decisions.reopen(decision, history, omar.reader.state("activity", activity))
    omar.store.submit(edits, label="Open").result()
    team.settle()
    assert open_values(lina) == open_values(omar) == [{"2026-07-15", "2026-08-01"}]
    omar.store.undo().result()
    team.settle()
    assert lina.contested() == omar.contested() == []


@pytest.mark.parametrize("deletes", [True, False])
def test_an_undone_decision_about_a_delete_asks_again(team: Team, deletes: bool) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey"})
    team.settle()
    lina.store.submit(
        records.remove(KINDS["activity"], lina.row("activity", activity)), label="Delete"
    ).result()
    omar.set("activity", activity, {"progress": 40})
    team.settle()
    (conflict,) = omar.reader.conflicts()
    state = omar.reader.state("activity", activity)
    edits = decisions.delete(conflict, state) if deletes else decisions.keep(conflict, state)
    omar.store.submit(edits, label="Decide").result()
    team.settle()
    assert lina.row("activity", activity).deleted is deletes
    assert lina.contested() == []
    omar.store.undo().result()
    team.settle()
    assert [key for key, _ in lina.contested()] == [key for key, _ in omar.contested()] == ["deleted"]
    assert lina.digest() == omar.digest()


def test_an_ordinary_edit_leaves_the_question_open(torn: tuple[Member, Member, bytes]) -> None:
    lina, _, activity = torn
    row = lina.row("activity", activity)
    lina.write(*records.change(KINDS["activity"], row, {"end": "2026-09-01"}))
    assert len(lina.contested()) == 1
    assert lina.row("activity", activity)["end"] == "2026-09-01"


def test_a_member_taken_out_of_a_set_stays_out_although_somebody_added_it_too(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey", "tags": ["urgent"]})
    team.settle()
    omar.write(*records.change(KINDS["activity"], omar.row("activity", activity), {"tags": []}))
    omar.write(*records.change(KINDS["activity"], omar.row("activity", activity), {"tags": ["urgent"]}))
    lina.write(*records.change(KINDS["activity"], lina.row("activity", activity), {"tags": []}))
    team.settle()
    assert lina.row("activity", activity)["tags"] == ["urgent"]
    lina.write(*records.change(KINDS["activity"], lina.row("activity", activity), {"tags": []}))
    team.settle()
    assert lina.row("activity", activity)["tags"] == omar.row("activity", activity)["tags"] == []


def test_a_command_that_writes_a_key_twice_is_undone_to_what_stood_before(team: Team) -> None:
    lina = team.join("Lina Haddad")
    activity = lina.add("activity", {"title": "Employer survey", "progress": 10})
    row = lina.row("activity", activity)
    twice = [*records.change(KINDS["activity"], row, {"progress": 20})] * 2
    lina.write(*twice)
    lina.store.undo().result()
    assert lina.row("activity", activity)["progress"] == 10
    assert lina.contested() == []


def test_long_text_is_undone_and_done_again(team: Team) -> None:
    lina = team.join("Lina Haddad")
    meeting = lina.add("meeting", {"title": "Steering"})
    lina.set_text("meeting", meeting, "notes", "agreed")
    for redo, text in ((False, ""), (True, "agreed"), (False, "")):
        lina.store.undo(redo=redo).result()
        assert (lina.row("meeting", meeting)["notes"] or "") == text


def test_history_keeps_own_changes_when_another_was_refused(team: Team) -> None:
    lina = team.join("Lina Haddad")
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.set("activity", activity, {"progress": 10})
    lina.set("activity", activity, {"status": "approved"})
    lina.set("activity", activity, {"progress": 20})
    try:
        lina.sync()
    except DaftarError as error:
        pytest.fail(error.code)
    history = [change for change, _ in lina.reader.history("activity", activity) if not change.hole]
    assert [dict(change.writes).get("progress") for change in history] == [None, 10, 20]
