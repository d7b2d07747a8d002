"""Records as JSON for the command line."""

import json
from typing import Any

from sync.records import id_text, kind
from sync.records.json import from_json, to_json

ONE, TWO = b"\x01" * 16, b"\x02" * 16


def test_records_survive_json() -> None:
    activity = kind("activity")
    values: dict[str, Any] = {
        "title": "تدريب",
        "lead": ONE,
        "partners": [ONE, TWO],
        "quarters": ["2026-Q1"],
        "progress": 40,
        "position": [TWO, "a0"],
        "end": None,
    }
    shown = json.loads(json.dumps(to_json(activity, values)))
    assert shown["lead"] == id_text(ONE)
    assert shown["partners"] == [id_text(ONE), id_text(TWO)]
    assert shown["position"] == [id_text(TWO), "a0"]
    assert from_json(activity, shown) == (values, [])


def test_tables_are_objects_and_numbers_keep_their_digits() -> None:
    values = {"indicator": ONE, "cells": {"F|15-24": "1.234", "M|15-24": "12"}, "total": "1131372.25"}
    shown = json.loads(json.dumps(to_json(kind("value"), values)))
    assert shown["cells"] == {"F|15-24": "1.234", "M|15-24": "12"}
    assert from_json(kind("value"), shown) == (values, [])


def test_json_numbers_and_written_dates_are_understood() -> None:
    given = {"planned": 1131372.25, "spent": "1.234", "rate_date": "05/03/2026", "year": 2026}
    values, problems = from_json(kind("budget_line"), given)
    assert values == {"planned": "1131372.25", "spent": "1.234", "rate_date": "2026-03-05", "year": 2026}
    assert problems == []


def test_each_wrong_entry_is_reported_and_the_others_are_kept() -> None:
    values, problems = from_json(kind("activity"), {"title": "Pilot", "progress": "much", "colour": "red"})
    assert values == {"title": "Pilot"}
    assert [(problem.field, problem.code) for problem in problems] == [
        ("progress", "not_a_number"),
        ("colour", "unknown_field"),
    ]


def test_fields_of_a_newer_version_are_shown_last() -> None:
    shown = to_json(kind("activity"), {"zone": ONE, "progress": 1, "title": "Pilot"})
    assert list(shown.items()) == [("title", "Pilot"), ("progress", 1), ("zone", id_text(ONE))]
