"""What people do with activities, values, meetings and links, as edits."""

from dataclasses import replace

import pytest
from helpers.drawer import PLACE, RECORD, row

from desktop.commands import activities, links, meetings, places, values
from desktop.commands.problems import FieldsToFixError
from sync.errors import DaftarError
from sync.records import make_record_id

OTHER = make_record_id(9, 1, 2)
THIRD = make_record_id(9, 1, 3)


def test_rescheduling_keeps_the_reason() -> None:
    shown = row("activity", title="Train", start="2026-03-01", end="2026-03-05")
    (edit,) = activities.reschedule(shown, start="2026-04-01", end="2026-04-05", reason="Floods")
    assert edit.writes == {"start": "2026-04-01", "end": "2026-04-05", "delay_reason": "Floods"}


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(FieldsToFixError):
        activities.reschedule(row("activity", title="Train"), start="2026-04-02", end="2026-04-01")


def test_a_quarter_is_planned_and_no_longer() -> None:
    shown = row("activity", title="Train", quarters=["2026-Q1"])
    assert activities.toggle_quarter(shown, "2026-Q2")[0].writes == {"quarters/2026-Q2": True}
    assert activities.toggle_quarter(shown, "2026-Q1")[0].writes == {"quarters/2026-Q1": None}


@pytest.mark.parametrize(
    "status, percent, written",
    [
        ("planned", 100, {"progress": 100, "status": "completed"}),
        ("planned", 40, {"progress": 40, "status": "ongoing"}),
        ("delayed", 40, {"progress": 40}),
        ("cancelled", 100, {"progress": 100}),
        ("completed", 90, {"progress": 90, "status": "ongoing"}),
    ],
)
def test_the_status_follows_progress_only_where_it_would_contradict(
    status: str, percent: int, written: dict[str, object]
) -> None:
    shown = row("activity", title="Train", status=status)
    assert activities.set_progress(shown, percent)[0].writes == written


def test_a_line_moves_between_its_new_siblings() -> None:
    (edit,) = activities.move_in_tree(
        row("activity", title="Train"), parent=OTHER, siblings=["a0", "a1"], index=1
    )
    parent, key = edit.writes["position"]
    assert parent == OTHER
    assert "a0" < key < "a1"


def test_nothing_is_put_under_itself() -> None:
    for parent, ancestors in ((RECORD, ()), (OTHER, (RECORD,))):
        with pytest.raises(DaftarError) as caught:
            places.move(row("activity", title="T"), parent=parent, siblings=(), index=0, ancestors=ancestors)
        assert caught.value.code == "inside_itself"


def test_entered_cells_are_no_longer_missing() -> None:
    shown = row(
        "value", indicator=OTHER, cells={"F": "1"}, missing={"M": "unknown"}, missing_reason="unknown"
    )
    (edit,) = values.enter_cells(shown, {"F": "1", "M": "5"})
    assert edit.writes == {"cells/M": "5", "missing/M": None, "missing_reason": None}


def test_every_wrong_cell_is_named() -> None:
    with pytest.raises(FieldsToFixError) as caught:
        values.enter_cells(row("value", indicator=OTHER), {"F": "many", "a b": "1"})
    assert [problem.field for problem in caught.value.problems] == ["cells.F", "cells.a b"]


def test_cleared_cells_are_not_zero() -> None:
    shown = row("value", indicator=OTHER, cells={"F": "1"})
    assert values.clear_cells(shown, ["F", "M"])[0].writes == {"cells/F": None}


def test_a_missing_cell_has_a_reason_and_no_number() -> None:
    shown = row("value", indicator=OTHER, cells={"F": "1"})
    (edit,) = values.mark_missing(shown, "not_collected", keys=["F", "M"])
    assert edit.writes == {"missing/F": "not_collected", "cells/F": None, "missing/M": "not_collected"}


def test_a_whole_value_can_be_missing() -> None:
    (edit,) = values.mark_missing(row("value", indicator=OTHER), "suppressed")
    assert edit.writes == {"missing_reason": "suppressed"}
    with pytest.raises(FieldsToFixError):
        values.mark_missing(row("value", indicator=OTHER), "forgotten")


@pytest.mark.parametrize(
    "numbers, expected",
    [
        ([], "A-1"),
        (["A-1", None, "A-10", "A-9"], "A-11"),
        (["2026/07", "2026/06"], "2026/08"),
        (["free text"], "A-1"),
    ],
)
def test_the_next_number_is_written_like_the_last(numbers: list[str | None], expected: str) -> None:
    assert meetings.next_number(numbers, prefix="A-") == expected


def test_a_decision_carries_the_date_and_the_next_number() -> None:
    meeting = row("meeting", title="Steering", start="2026-03-05T09:00")
    (edit,) = meetings.record_decision(meeting, record=OTHER, title="Go on", numbers=["D-4"], item=RECORD)
    assert edit.writes == {
        "title": "Go on",
        "number": "D-5",
        "meeting": RECORD,
        "agenda_item": RECORD,
        "date": "2026-03-05",
        "status": "active",
    }


def test_an_agenda_grows_at_its_end() -> None:
    meeting = row("meeting", title="Steering")
    (edit,) = meetings.add_agenda_item(meeting, record=OTHER, title="Budget", last="a3")
    assert edit.writes["position"] == [None, "a4"]
    assert edit.writes["meeting"] == RECORD


def test_an_action_point_is_opened_done_and_opened_again() -> None:
    (edit,) = meetings.add_action_point(workspace=PLACE, record=OTHER, title="Write", numbers=[])
    assert (edit.writes["number"], edit.writes["status"]) == ("A-1", "open")
    done = meetings.complete_action(row("action_point", title="Write", status="open"), on="2026-03-09")
    assert done[0].writes == {"status": "completed", "completed_on": "2026-03-09"}
    again = row("action_point", title="Write", status="completed", completed_on="2026-03-09")
    assert meetings.reopen_action(again)[0].writes == {"status": "open", "completed_on": None}


def test_a_link_keeps_the_title_of_the_far_record() -> None:
    far = replace(row("lesson", title="Start small"), id=OTHER)
    (edit,) = links.link(row("activity", title="Train"), far, record=THIRD, sort="learnt_from")
    assert edit.writes["label"] == "Start small"


def test_a_comment_says_what_it_is_about() -> None:
    (edit,) = links.comment(row("activity", title="Train"), "Well done", record=OTHER)
    assert edit.writes == {"about_kind": "activity", "about": RECORD, "text": "Well done"}
