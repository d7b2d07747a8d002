"""Figures as acts: the first entry of a place, handing in, targets, and new records of the framework."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.commands import measures
from desktop.commands.problems import FieldsToFixError
from desktop.store.rows import Row
from sync.records import kind

WORKSPACE, PERIOD, PLACE, PERSON = (bytes([number]) * 16 for number in range(1, 5))
NEW = b"n" * 16


def row(name: str, **values: Any) -> Row:
    blank = dict.fromkeys(kind(name).fields)
    return Row(b"r" * 16, name, WORKSPACE, {**blank, **values}, seen={"status": ((7, 1),)})


INDICATOR = row("indicator", title="People trained", definition_version=3)


def test_the_first_entry_makes_a_draft_that_knows_its_definition() -> None:
    (edit,) = measures.first_entry(
        INDICATOR, record=NEW, period=PERIOD, place=PLACE, values={"cells": {"F": "3"}}, reported_by=PERSON
    )
    assert edit.create
    assert edit.writes == {
        "indicator": INDICATOR.id, "period": PERIOD, "place": PLACE, "status": "draft",
        "definition_version": 3, "reported_by": PERSON, "cells": {"F": "3"},
    }  # fmt: skip


def test_what_is_no_number_makes_no_entry() -> None:
    with pytest.raises(FieldsToFixError):
        measures.first_entry(INDICATOR, record=NEW, period=PERIOD, place=None, values={"total": "2o4"})


def test_a_figure_takes_the_mark_of_missing_away() -> None:
    value = row("value", indicator=INDICATOR.id, missing_reason="not_collected")
    (edit,) = measures.set_figures(value, {"total": "4"})
    assert edit.writes == {"total": "4", "missing_reason": None}


def test_only_filled_drafts_and_returned_values_are_handed_in() -> None:
    base = row("value", indicator=INDICATOR.id, cells={}, missing={})
    made = {
        name: replace(base, id=name.encode().ljust(16), values={**base.values, **values})
        for name, values in {
            "draft": {"status": "draft", "total": "1"},
            "empty": {"status": "draft"},
            "returned": {"status": "returned", "cells": {"F": "1"}},
            "missing": {"status": None, "missing_reason": "not_collected"},
            "approved": {"status": "approved", "total": "1"},
            "sent": {"status": "submitted", "total": "1"},
        }.items()
    }
    assert [each.id.strip() for each in measures.to_submit(list(made.values()))] == [
        b"draft", b"returned", b"missing",
    ]  # fmt: skip
    edits = measures.submit(list(made.values()), by=PERSON, on="2026-06-15")
    assert len(edits) == 3
    assert edits[0].writes == {"status": "submitted", "submitted_by": PERSON, "submitted_on": "2026-06-15"}
    assert edits[0].seen == {"status": ((7, 1),)}


def test_a_target_is_made_once_and_changed_afterwards() -> None:
    (made,) = measures.set_target(None, INDICATOR, {"value": "600"}, record=NEW, period=PERIOD)
    assert made.create
    assert made.writes == {"indicator": INDICATOR.id, "period": PERIOD, "value": "600"}
    (changed,) = measures.set_target(
        row("target", indicator=INDICATOR.id, value="600"), INDICATOR, {"value": None}
    )
    assert changed.writes == {"value": None}
    assert measures.set_target(None, INDICATOR, {"value": None}, record=NEW) == []


def test_a_new_indicator_counts_people_upwards_unless_told_otherwise() -> None:
    (edit,) = measures.add_indicator(
        workspace=WORKSPACE, record=NEW, values={"title": "Trained"}, result=PLACE
    )
    assert edit.writes["unit_type"] == "number"
    assert edit.writes["cumulation"] == "running_sum"
    assert edit.writes["result"] == PLACE
    (edit,) = measures.add_indicator(
        workspace=WORKSPACE, record=NEW, values={"title": "Employed", "unit_type": "percent"}
    )
    assert edit.writes["cumulation"] == "latest"
    assert "aggregation" not in edit.writes


def test_a_new_result_stands_behind_its_siblings() -> None:
    (edit,) = measures.add_result(
        workspace=WORKSPACE, record=NEW, values={"title": "Skills"}, parent=PLACE, last="a3"
    )
    parent, key = edit.writes["position"]
    assert parent == PLACE
    assert key > "a3"
