"""Reporting periods: what codes cover, which are worked with, how each stands, and the quarters of a year."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.commands.periods import (
    PeriodState,
    Span,
    add_quarters,
    days_between,
    frequency_of,
    row_span,
    span_of,
    state_of,
    working_periods,
)
from desktop.store.rows import Row
from sync.records import kind

WORKSPACE = bytes(16)
YEAR = Span("2026-01-01", "2026-12-31")


def period(code: str, *, number: int = 0, **values: Any) -> Row:
    span = span_of(code)
    assert span is not None
    given = {**dict.fromkeys(kind("period").fields), "name": code, "code": code}
    given |= {"start": span.start, "end": span.end, **values}
    return Row(number.to_bytes(16, "big"), "period", WORKSPACE, given)


@pytest.mark.parametrize(
    "code, start, end",
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q2", "2026-04-01", "2026-06-30"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_code_covers_its_days(code: str, start: str, end: str) -> None:
    assert span_of(code) == Span(start, end)


@pytest.mark.parametrize("code", ["", "Q2", "2026-13", "2026-Q5", "spring"])
def test_other_codes_cover_nothing(code: str) -> None:
    assert span_of(code) is None


def test_a_period_without_dates_covers_what_its_code_says() -> None:
    assert row_span(period("2026-Q1", start=None)) == Span("2026-01-01", "2026-03-31")
    unknown = period("2026-Q1", start=None)
    assert row_span(replace(unknown, values={**unknown.values, "code": "spring"})) is None


def test_the_length_tells_the_frequency() -> None:
    codes = {"2026": "annual", "2026-Q2": "quarterly", "2026-H1": "semiannual", "2026-02": "monthly"}
    for code, expected in codes.items():
        span = span_of(code)
        assert span is not None
        assert frequency_of(span) == expected


def test_quarters_are_worked_with_unless_the_indicator_says_otherwise() -> None:
    rows = [
        period(code, number=at) for at, code in enumerate(("2026", "2026-Q2", "2026-Q1", "2025-Q4"), start=1)
    ]
    chosen = working_periods(rows, span=YEAR, frequency=None, used=frozenset())
    assert [row["code"] for row in chosen] == ["2026-Q1", "2026-Q2"]
    chosen = working_periods(rows, span=YEAR, frequency="annual", used=frozenset())
    assert [row["code"] for row in chosen] == ["2026"]


def test_a_period_that_is_used_is_never_hidden() -> None:
    rows = [period("2026", number=1), period("2026-Q1", number=2)]
    chosen = working_periods(rows, span=YEAR, frequency=None, used=frozenset({rows[0].id}))
    assert {row["code"] for row in chosen} == {"2026", "2026-Q1"}


def test_a_period_is_open_from_its_first_day_and_overdue_after_its_due_day() -> None:
    row = period("2026-Q2", due="2026-07-15")
    states = {
        day: state_of(row, today=day) for day in ("2026-03-31", "2026-04-01", "2026-07-15", "2026-07-16")
    }
    assert list(states.values()) == [
        PeriodState.NOT_YET, PeriodState.RUNNING, PeriodState.RUNNING, PeriodState.OVERDUE,
    ]  # fmt: skip
    assert state_of(period("2026-Q2", locked=True), today="2026-05-01") is PeriodState.CLOSED


def test_days_are_counted() -> None:
    assert days_between("2026-06-15", "2026-07-15") == 30


def test_only_the_quarters_that_are_not_there_are_added() -> None:
    ids = iter(range(10, 20))
    edits = add_quarters(
        2026, [period("2026-Q2")], workspace=WORKSPACE, new_id=lambda: next(ids).to_bytes(16, "big")
    )
    assert [edit.writes["code"] for edit in edits] == ["2026-Q1", "2026-Q3", "2026-Q4"]
    assert edits[-1].writes["due"] == "2027-01-15"
    assert all(edit.create and edit.kind == "period" for edit in edits)
