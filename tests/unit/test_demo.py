"""The sample programme of `build/tasks.py run` is made of records that every laptop accepts."""

import importlib
import sys
from datetime import date
from types import ModuleType
from uuid import UUID

import pytest
from helpers.repository import ROOT

from sync.records import kind
from sync.records.json import from_json

TODAY = date(2026, 3, 5)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "build")
    yield importlib.import_module("demo")
    for name in ("demo", "bootstrap"):
        sys.modules.pop(name, None)


def test_every_sample_record_is_valid(demo: ModuleType) -> None:
    records = demo.load_sample(TODAY)
    ids = {key: str(UUID(int=number, version=4)) for number, (_, key, _) in enumerate(records, start=1)}
    problems = []
    for name, key, fields in records:
        values, unread = from_json(kind(name), demo.resolve(fields, ids))
        problems += [f"{name} {key}: {problem}" for problem in [*unread, *kind(name).check(values)]]
    assert not problems, "\n".join(problems)


def test_sample_records_name_only_what_stands_before_them(demo: ModuleType) -> None:
    known: dict[str, str] = {}
    for _, key, fields in demo.load_sample(TODAY):
        demo.resolve(fields, known)
        assert key not in known
        known[key] = key


def test_sample_dates_count_from_today(demo: ModuleType) -> None:
    fields = {key: fields for _, key, fields in demo.load_sample(TODAY)}
    assert fields["mt1"]["start"] == "2026-01-24T09:30"
    assert fields["p2"]["due"] == "2026-03-10"


def test_a_run_of_one_kind_is_cut_where_a_record_names_another(demo: ModuleType) -> None:
    records = [("result", "a", {}), ("result", "b", {"position": ["@a", "a0"]}), ("result", "c", {})]
    assert [[key for _, key, _ in batch] for batch in demo._without_inner_references(records)] == [
        ["a"],
        ["b", "c"],
    ]
