"""Making, changing, deleting and restoring records: what becomes of what was typed and what was seen."""

import pytest
from helpers.drawer import PLACE, RECORD, row

from desktop.commands import records
from desktop.commands.problems import FieldsToFixError
from sync.changes import DELETED
from sync.errors import DaftarError
from sync.merge.texts import merge_text, read_text, set_text
from sync.records import KINDS

ACTIVITY, COMMENT, MEETING = KINDS["activity"], KINDS["comment"], KINDS["meeting"]


def test_a_creation_leaves_out_what_is_empty() -> None:
    values = {"title": "Train", "code": None, "tags": [], "notes": ""}
    (edit,) = records.create(ACTIVITY, workspace=PLACE, record=RECORD, values=values)
    assert edit.create
    assert edit.writes == {"title": "Train"}


def test_a_creation_names_every_problem_and_makes_nothing() -> None:
    values = {"progress": 140, "start": "2026-03-12", "end": "2026-03-01"}
    with pytest.raises(FieldsToFixError) as caught:
        records.create(ACTIVITY, workspace=PLACE, record=RECORD, values=values)
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("title", "required"),
        ("progress", "too_big"),
        ("end", "end_before_start"),
    }


def test_long_text_of_a_creation_becomes_a_document() -> None:
    values = {"title": "Review", "notes": "كتبت الملاحظات"}
    (edit,) = records.create(MEETING, workspace=PLACE, record=RECORD, values=values)
    assert read_text(merge_text(None, edit.writes["notes"])) == "كتبت الملاحظات"


def test_a_change_carries_what_was_seen_of_the_keys_it_writes() -> None:
    seen = {"title": ((5, 9),), "progress": ((5, 8), (6, 1)), "tags/a": ((5, 7),)}
    shown = row("activity", title="Train", progress=10, tags=["a"], seen=seen)
    (edit,) = records.change(ACTIVITY, shown, {"progress": 20, "tags": ["b"]})
    assert edit.writes == {"progress": 20, "tags/a": None, "tags/b": True}
    assert edit.seen == {"progress": ((5, 8), (6, 1)), "tags/a": ((5, 7),)}


def test_what_stands_there_already_is_not_written() -> None:
    shown = row("activity", title="Train", quarters=["2026-Q1"])
    assert records.change(ACTIVITY, shown, {"title": "Train", "quarters": ["2026-Q1"], "code": None}) == []


def test_cells_are_written_one_by_one() -> None:
    shown = row("value", indicator=RECORD, cells={"F": "1", "M": "2"})
    (edit,) = records.change(KINDS["value"], shown, {"cells": {"F": "1", "M": "3", "X": "4"}})
    assert edit.writes == {"cells/M": "3", "cells/X": "4"}


def test_a_long_text_is_changed_within_its_document() -> None:
    snapshot = merge_text(None, set_text(None, "agreed: dates").update)
    shown = row("meeting", title="Review", notes="agreed: dates")
    (edit,) = records.change(MEETING, shown, {"notes": "agreed: new dates"}, texts={"notes": snapshot})
    assert read_text(merge_text(snapshot, edit.writes["notes"])) == "agreed: new dates"


def test_a_rule_over_two_fields_is_checked_on_the_result() -> None:
    shown = row("activity", title="Train", start="2026-03-10", end="2026-03-12")
    with pytest.raises(FieldsToFixError) as caught:
        records.change(ACTIVITY, shown, {"start": "2026-03-20"})
    assert [problem.code for problem in caught.value.problems] == ["end_before_start"]


def test_what_was_wrong_elsewhere_before_does_not_stand_in_the_way() -> None:
    shown = row("activity", title="Train", status="of_a_newer_version")
    assert len(records.change(ACTIVITY, shown, {"progress": 10})) == 1


def test_an_immutable_field_is_not_changed() -> None:
    with pytest.raises(FieldsToFixError) as caught:
        records.change(COMMENT, row("comment", text="Good"), {"text": "Bad"})
    assert [problem.code for problem in caught.value.problems] == ["cannot_change"]


def test_a_delete_names_everything_that_was_seen() -> None:
    seen = {"title": ((5, 9),), "progress": ((6, 1),)}
    (edit,) = records.remove(ACTIVITY, row("activity", title="Train", seen=seen))
    assert edit.writes == {DELETED: True}
    assert edit.seen == seen


def test_a_restore_stands_on_the_delete_alone() -> None:
    seen = {"title": ((5, 9),), DELETED: ((5, 10),)}
    (edit,) = records.restore(ACTIVITY, row("activity", title="Train", seen=seen, deleted=True))
    assert edit.writes == {DELETED: None}
    assert edit.seen == {DELETED: ((5, 10),)}


def test_deleting_twice_and_restoring_what_is_there_do_nothing() -> None:
    assert records.remove(ACTIVITY, row("activity", title="Train", deleted=True)) == []
    assert records.restore(ACTIVITY, row("activity", title="Train")) == []


def test_what_is_deleted_is_not_changed() -> None:
    with pytest.raises(DaftarError) as caught:
        records.change(ACTIVITY, row("activity", title="Train", deleted=True), {"title": "Teach"})
    assert caught.value.code == "record_deleted"


def test_workspaces_are_the_servers_own() -> None:
    with pytest.raises(DaftarError) as caught:
        records.create(KINDS["workspace"], workspace=PLACE, record=RECORD, values={"name": "Mine"})
    assert caught.value.code == "read_only_kind"
