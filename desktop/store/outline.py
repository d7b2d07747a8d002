"""Lines of a workplan: a few columns of a result, activity or milestone, without the whole row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from desktop.store.reader import Reader

RESULT: Final = "result"
ACTIVITY: Final = "activity"
MILESTONE: Final = "milestone"
PLAN_KINDS: Final = (RESULT, ACTIVITY, MILESTONE)

_COLUMNS: Final = {
    RESULT: "id, position_parent, position, NULL, NULL, code, NULL, NULL, NULL, NULL, NULL, owner, NULL",
    ACTIVITY: (
        "id, position_parent, position, result, NULL, code, status, start, end, agreed_end, progress, lead,"
        " traffic_light"
    ),
    MILESTONE: (
        "id, NULL, NULL, result, activity, code, status, reached_on, due, agreed_due, NULL, owner, NULL"
    ),
}
_CHUNK: Final = 400


class Line(NamedTuple):
    """One line of the plan. `parent` is of its own kind; `result` and `activity` are what it hangs from."""

    id: bytes
    kind: str
    parent: bytes | None
    key: str | None
    result: bytes | None
    activity: bytes | None
    code: str
    status: str | None
    start: str | None
    """Of a milestone: the day it was reached."""
    end: str | None
    """Of a milestone: the day it is due."""
    agreed_end: str | None
    progress: int | None
    lead: bytes | None
    light: str | None


def read_some(reader: Reader, kind: str, records: Sequence[bytes]) -> list[Line]:
    """The lines of some records; what is removed is left out."""
    rowids = [rowid for rowid in map(reader.ids.find, records) if rowid is not None]
    return read_at(reader, kind, rowids)


def read_at(reader: Reader, kind: str, rowids: Sequence[int], *, removed: bool = False) -> list[Line]:
    """The lines at some row numbers, in their order; what is removed only if it is asked for."""
    found: dict[int, Line] = {}
    inside = "" if removed else " AND +_deleted = 0"
    for at in range(0, len(rowids), _CHUNK):
        part = rowids[at : at + _CHUNK]
        marks = ",".join("?" * len(part))
        sql = f'SELECT {_COLUMNS[kind]} FROM "{kind}" WHERE id IN ({marks}){inside}'
        rows = reader.connection.execute(sql, part).fetchall()
        found.update(zip((row[0] for row in rows), _lines(reader, kind, rows), strict=True))
    return [found[rowid] for rowid in rowids if rowid in found]


def _lines(reader: Reader, kind: str, rows: Any) -> list[Line]:
    record = reader.ids.record
    known: dict[int | None, bytes | None] = {None: None}
    make = Line._make
    found: list[Line] = []
    for row in rows:
        parent, result, activity, lead = row[1], row[3], row[4], row[11]
        for rowid in (parent, result, activity, lead):
            if rowid not in known:
                known[rowid] = record(rowid)
        near = (record(row[0]), kind, known[parent], row[2], known[result], known[activity], row[5] or "")
        found.append(make((*near, *row[6:11], known[lead], row[12])))
    return found


@dataclass(frozen=True, slots=True)
class Money:
    """The budget lines of one activity, added up. An amount that nobody entered is empty, never 0."""

    planned: str
    spent: str
    currency: str
    lines: int
    mixed: bool = False
    """The lines are of several currencies, and their amounts are not added."""


def read_money(reader: Reader, activities: Sequence[bytes]) -> dict[bytes, Money]:
    """Planned (or revised) and spent amounts by activity; amounts of several currencies are not added."""
    rowids = {rowid: record for record in activities if (rowid := reader.ids.find(record)) is not None}
    order = list(rowids)
    amounts: dict[int, list[tuple[str | None, str | None, str]]] = {}
    for at in range(0, len(order), _CHUNK):
        part = order[at : at + _CHUNK]
        marks = ",".join("?" * len(part))
        rows = reader.connection.execute(
            "SELECT activity, coalesce(revised, planned), spent, coalesce(currency, '') FROM budget_line"
            f" WHERE activity IN ({marks}) AND +_deleted = 0",
            part,
        )
        for activity, planned, spent, currency in rows:
            amounts.setdefault(activity, []).append((planned, spent, currency))
    return {rowids[rowid]: _sum(lines) for rowid, lines in amounts.items()}


def _sum(lines: Sequence[tuple[str | None, str | None, str]]) -> Money:
    currencies = {currency for _, _, currency in lines}
    if len(currencies) > 1:
        return Money("", "", "", len(lines), mixed=True)
    planned = _total(planned for planned, _, _ in lines)
    spent = _total(spent for _, spent, _ in lines)
    return Money(planned, spent, next(iter(currencies)), len(lines))


def _total(amounts: Iterable[str | None]) -> str:
    there = [Decimal(amount) for amount in amounts if amount is not None]
    return _plain(sum(there, Decimal(0))) if there else ""


def _plain(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
