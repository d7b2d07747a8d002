"""The sample programme of `build/tasks.py run` is made of records and edits that every laptop accepts."""

import importlib
import sys
from collections.abc import Iterator
from datetime import date
from types import ModuleType
from uuid import UUID

import pytest
from helpers.repository import ROOT

from sync.records import kind
from sync.records.json import from_json

TODAY = date(2026, 3, 5)


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(ROOT / "build")
    yield importlib.import_module("sample")
    sys.modules.pop("sample", None)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names of those whose records the server makes."""
    monkeypatch.syspath_prepend(ROOT / "build")
    yield set(importlib.import_module("demo").PEOPLE)
    for name in ("demo", "sample", "bootstrap"):
        sys.modules.pop(name, None)


def numbered(keys: list[str]) -> dict[str, str]:
    return {key: str(UUID(int=number, version=4)) for number, key in enumerate(keys, start=1)}


def test_every_sample_record_is_valid(sample: ModuleType, people: set[str]) -> None:
    records = sample.load(TODAY).records
    ids = numbered([*people, *(key for _, key, _ in records)])
    problems = []
    for name, key, fields in records:
        values, unread = from_json(kind(name), sample.resolve(fields, ids))
        problems += [f"{name} {key}: {problem}" for problem in [*unread, *kind(name).check(values)]]
    assert not problems, "\n".join(problems)


def test_sample_records_name_only_what_stands_before_them(sample: ModuleType, people: set[str]) -> None:
    known = {name: name for name in people}
    for _, key, fields in sample.load(TODAY).records:
        sample.resolve(fields, known)
        assert key not in known
        known[key] = key


def test_edits_are_about_sample_records_of_their_kind(sample: ModuleType, people: set[str]) -> None:
    loaded = sample.load(TODAY)
    kinds = {f"@{key}": name for name, key, _ in loaded.records}
    assert set(loaded.apart) == people
    edits = [*loaded.unsent, *(edit for edits in loaded.apart.values() for edit in edits)]
    for edit in edits:
        assert edit.action == "add" or kinds[edit.record] == edit.kind, edit
        assert {field.partition(".")[0] for field in edit.fields} <= kind(edit.kind).fields.keys(), edit


def test_two_people_change_an_end_date_a_cell_and_something_removed(sample: ModuleType) -> None:
    first, second = (
        {(edit.record, "deleted" if edit.action == "delete" else field) for edit in edits
         for field in edit.fields or ["deleted"]}
        for edits in sample.load(TODAY).apart.values()
    )  # fmt: skip
    same = {field.partition(".")[0] for record, field in first & second}
    removed = {record for record, field in first | second if field == "deleted"}
    changed = {record for record, field in first | second if field != "deleted"}
    assert {"end", "cells"} <= same
    assert removed & changed


def test_sample_dates_count_from_today(sample: ModuleType) -> None:
    fields = {key: fields for _, key, fields in sample.load(TODAY).records}
    assert fields["call"]["start"] == "2026-03-06T09:30"
    assert fields["a31"]["due"] == "2026-03-08"


@pytest.mark.parametrize(
    "today, before, running",
    [
        (date(2026, 3, 31), ("Q3 2025", "2025-07-01", "2025-09-30"), ("Q1 2026", "2026-01-01", "2026-04-15")),
        (date(2026, 10, 1), ("Q2 2026", "2026-04-01", "2026-06-30"), ("Q4 2026", "2026-10-01", "2027-01-15")),
    ],
)
def test_sample_quarters_are_those_around_today(
    sample: ModuleType, today: date, before: tuple[str, ...], running: tuple[str, ...]
) -> None:
    fields = {key: fields for _, key, fields in sample.load(today).records}
    assert tuple(fields["q_before"][name] for name in ("name", "start", "end")) == before
    assert tuple(fields["q_now"][name] for name in ("name", "start", "due")) == running


def test_an_activity_is_planned_in_every_quarter_it_touches(sample: ModuleType) -> None:
    fields = {key: fields for _, key, fields in sample.load(TODAY).records}
    assert (fields["olive"]["start"], fields["olive"]["end"]) == ("2026-01-21", "2026-08-16")
    assert fields["olive"]["quarters"] == ["2026-Q1", "2026-Q2", "2026-Q3"]


def test_a_run_of_one_kind_is_cut_where_a_record_names_another(sample: ModuleType) -> None:
    records = [("result", "a", {}), ("result", "b", {"position": ["@a", "a0"]}), ("result", "c", {})]
    assert [[key for _, key, _ in batch] for batch in sample.batches(records)] == [["a"], ["b", "c"]]
