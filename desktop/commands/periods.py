"""Reporting periods: what a code covers, which of a year are worked with, and how each stands today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.commands.records import create
from desktop.store.rows import Row
from sync.changes import Edit
from sync.records import kind

_CODE: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{2})))?")
_QUARTER_DUE: Final = 15
_LENGTHS: Final = (
    (45, "monthly"),
    (105, "quarterly"),
    (135, "triannual"),
    (200, "semiannual"),
    (400, "annual"),
)


class PeriodState(StrEnum):
    """How a period stands on a day."""

    NOT_YET = "not_yet"
    RUNNING = "running"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from a first to a last one, as ISO texts."""

    start: str
    end: str

    @property
    def year(self) -> int:
        return int(self.end[:4])

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


def span_of(code: str) -> Span | None:
    """The days of `2026`, `2026-Q2`, `2026-H1` or `2026-05`."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    year, quarter, half, month = (int(part) if part else 0 for part in found.groups())
    if quarter:
        return _months(year, quarter * 3 - 2, quarter * 3)
    if half:
        return _months(year, half * 6 - 5, half * 6)
    if month:
        return _months(year, month, month) if month <= 12 else None
    return _months(year, 1, 12)


def _months(year: int, first: int, last: int) -> Span:
    following = dt.date(year + last // 12, last % 12 + 1, 1)
    end = following - dt.timedelta(days=1)
    return Span(f"{year:04d}-{first:02d}-01", end.isoformat())


def row_span(row: Row) -> Span | None:
    """The days of a period record; where a date is missing, what its code says."""
    start, end = row.values.get("start"), row.values.get("end")
    if isinstance(start, str) and isinstance(end, str):
        return Span(start, end)
    return span_of(str(row.values.get("code") or ""))


def frequency_of(span: Span) -> str:
    """How often periods of this length come."""
    days = (dt.date.fromisoformat(span.end) - dt.date.fromisoformat(span.start)).days
    return next((name for longest, name in _LENGTHS if days <= longest), "life_of_programme")


def working_periods(
    rows: Iterable[Row], *, span: Span, frequency: str | None, used: frozenset[bytes]
) -> list[Row]:
    """The periods of a stretch of time that figures are entered for, in order.

    Those of the indicator's own frequency, else quarters, else the shortest there are; and any other one
    that is already used.
    """
    inside = [(row, own) for row in rows if (own := row_span(row)) is not None and span.holds(own)]
    by_length: dict[str, list[Row]] = {}
    for row, own in inside:
        by_length.setdefault(frequency_of(own), []).append(row)
    order = [frequency or "quarterly", "quarterly", *(name for _, name in _LENGTHS)]
    chosen = {row.id for row in next((by_length[name] for name in order if name in by_length), [])}
    kept = [(own, row) for row, own in inside if row.id in chosen or row.id in used]
    kept.sort(key=lambda pair: (pair[0].start, pair[0].end, pair[1].id))
    return [row for _, row in kept]


def state_of(row: Row, *, today: str) -> PeriodState:
    """Whether it may be filled in, is due, or is closed."""
    if row.values.get("locked"):
        return PeriodState.CLOSED
    span = row_span(row)
    if span is None:
        return PeriodState.RUNNING
    if today < span.start:
        return PeriodState.NOT_YET
    return PeriodState.OVERDUE if today > due_day(row) else PeriodState.RUNNING


def due_day(row: Row) -> str:
    """The day it is due: as written, else its last day."""
    due = row.values.get("due")
    span = row_span(row)
    return str(due) if isinstance(due, str) else span.end if span is not None else "9999-12-31"


def days_between(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def add_quarters(
    year: int, existing: Sequence[Row], *, workspace: bytes, new_id: Callable[[], bytes]
) -> list[Edit]:
    """The quarters of a year that are not there yet, each due two weeks after its end."""
    taken = {(span.start, span.end) for row in existing if (span := row_span(row)) is not None}
    edits: list[Edit] = []
    for quarter in range(1, 5):
        span = _months(year, quarter * 3 - 2, quarter * 3)
        if (span.start, span.end) in taken:
            continue
        due = dt.date.fromisoformat(span.end) + dt.timedelta(days=_QUARTER_DUE)
        edits += create(
            kind("period"),
            workspace=workspace,
            record=new_id(),
            values={
                "name": f"Q{quarter} {year}",
                "code": f"{year:04d}-Q{quarter}",
                "start": span.start,
                "end": span.end,
                "due": due.isoformat(),
                "frequency": "quarterly",
            },
        )
    return edits
