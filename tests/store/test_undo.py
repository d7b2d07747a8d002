"""Undo and redo over commands, across restarts and beside other people's changes."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.rows import Query
from desktop.store.store import Store
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import KINDS


@pytest.fixture
def lina(team: Team) -> Member:
    return team.join("Lina Haddad")


def test_undo_goes_back_step_by_step_and_redo_forward_again(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Employer survey"})
    for progress in (10, 20, 30):
        lina.set("activity", activity, {"progress": progress})
    seen = []
    for redo in (False, False, False, True, True, True, False):
        lina.store.undo(redo=redo).result()
        seen.append(lina.row("activity", activity)["progress"])
    assert seen == [20, 10, None, 10, 20, 30, 20]


def test_undoing_a_creation_removes_the_record_and_redo_brings_it_back(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.store.undo().result()
    assert lina.row("activity", activity).deleted
    lina.store.undo(redo=True).result()
    assert not lina.row("activity", activity).deleted


def test_undoing_a_removal_restores_the_record_with_its_values(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Employer survey", "quarters": ["2026-Q1"]})
    lina.set("activity", activity, {"progress": 70})
    lina.delete("activity", activity)
    lina.store.undo().result()
    row = lina.row("activity", activity)
    assert (row.deleted, row["progress"], row["quarters"]) == (False, 70, ["2026-Q1"])


def test_undo_asks_where_somebody_else_changed_the_same_thing_since(team: Team, lina: Member) -> None:
    omar = team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.set("activity", activity, {"progress": 10})
    team.settle()
    omar.set("activity", activity, {"progress": 55})
    team.settle()
    with pytest.raises(DaftarError, match="undo_moved_on"):
        lina.store.undo().result()
    lina.store.undo(insist=True).result()
    team.settle()
    assert omar.row("activity", activity)["progress"] is None
    assert omar.contested() == []


def test_undo_of_a_text_takes_out_what_was_written(lina: Member) -> None:
    meeting = lina.add("meeting", {"title": "اجتماع"})
    lina.set_text("meeting", meeting, "notes", "مرحبا")
    lina.set_text("meeting", meeting, "notes", "مرحبا بكم 😀")
    lina.store.undo().result()
    assert lina.row("meeting", meeting)["notes"] == "مرحبا"


def test_a_job_of_many_parts_is_one_undo(lina: Member) -> None:
    edits = [
        Edit(lina.workspace, "activity", lina.store.new_id(), {"title": f"Activity {number}"}, create=True)
        for number in range(700)
    ]
    lina.store.submit(edits, label="Import").result()
    everything = Query("activity", (lina.workspace,))
    assert lina.reader.count(everything) == 700
    assert lina.store.undo().result() == "Import"
    assert lina.reader.count(everything) == 0
    lina.store.undo(redo=True).result()
    assert lina.reader.count(everything) == 700


def test_undo_survives_a_restart(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.set("activity", activity, {"progress": 10})
    lina.store.close()
    lina.store = Store.open(lina.profile, KINDS, lina.house.clock)
    lina.store.undo().result()
    assert lina.row("activity", activity)["progress"] is None


def test_with_nothing_done_there_is_nothing_to_undo(lina: Member) -> None:
    for redo, code in ((False, "nothing_to_undo"), (True, "nothing_to_redo")):
        with pytest.raises(DaftarError, match=code):
            lina.store.undo(redo=redo).result()


def test_what_stands_on_a_refused_change_can_be_undone_and_read_again(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Employer survey"})
    # What a delete had seen of a field whose only change was refused: the creation, without its name.
    seen = {"status": ((0, 0),), "title": lina.row("activity", activity).seen.get("title", ())}
    lina.set("activity", activity, {"deleted": True}, seen=seen)
    (change,) = lina.run(lambda replica: replica.unsent(replica.workspaces.get(lina.workspace)))[1:]
    assert "status" not in change.bases
    lina.sync()
    assert lina.row("activity", activity).deleted
