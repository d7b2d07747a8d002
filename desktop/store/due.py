"""What is due in a workspace: activities, milestones, action points, and periods without their figures.

The database sorts and counts; only the few lines that are shown become rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop.store.reader import Reader
from desktop.store.rows import Row
from sync.records import id_text

START, FIGURES = "start", "figures"
_FOREVER: Final = "9999-12-31"
_OLDEST_DAYS: Final = 400
_BEGINS: Final = (
    "coalesce(status, 'not_started') IN ('not_started', 'planned') AND actual_start IS NULL"
    " AND start IS NOT NULL AND coalesce(\"end\", '9999') >= :today"
)
_ITEMS: Final = f"""
WITH item(kind, id, due, what, owner) AS (
    SELECT 'activity', id, CASE WHEN {_BEGINS} THEN start ELSE "end" END,
           CASE WHEN {_BEGINS} THEN 'start' ELSE '' END, lead
    FROM activity
    WHERE _ws = :ws AND _deleted = 0 AND coalesce(status, '') NOT IN ('completed', 'cancelled')
      AND id NOT IN (SELECT position_parent FROM activity
                     WHERE _ws = :ws AND _deleted = 0 AND position_parent IS NOT NULL)
    UNION ALL
    SELECT 'milestone', milestone.id, milestone.due, '', coalesce(milestone.owner, activity.lead)
    FROM milestone LEFT JOIN activity ON activity.id = milestone.activity
    WHERE milestone._ws = :ws AND milestone._deleted = 0 AND milestone.reached_on IS NULL
      AND coalesce(milestone.status, 'planned') = 'planned'
    UNION ALL
    SELECT 'action_point', id, due, '', owner
    FROM action_point
    WHERE _ws = :ws AND _deleted = 0 AND coalesce(status, 'open') = 'open'
)"""
# How often periods come, by their length in days: as the indicators say it.
_LENGTHS: Final = (
    (45, "monthly"),
    (105, "quarterly"),
    (135, "triannual"),
    (200, "semiannual"),
    (400, "annual"),
)
_USUAL: Final = "quarterly"


@dataclass(frozen=True, slots=True)
class Days:
    """Today, the last day of this week, and the last day that is looked ahead to; all ISO."""

    today: str
    week_end: str
    horizon: str


@dataclass(frozen=True, slots=True)
class Due:
    """One line. `row` is the record; of a period, `missing` are the indicators without a value.

    `what` is `start` where an activity has yet to begin, `figures` where values are to be entered.
    """

    kind: str
    record: bytes
    due: str
    what: str = ""
    owner: bytes | None = None
    row: Row | None = None
    missing: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """The first lines of a stretch of days, and how many there are in all."""

    lines: tuple[Due, ...] = ()
    count: int = 0


def people_of(reader: Reader, account: bytes) -> tuple[bytes, ...]:
    """The person records of an account; there is one in each workspace."""
    rows = reader.connection.execute(
        "SELECT id FROM person WHERE account = ? AND _deleted = 0", (id_text(account),)
    )
    return tuple(reader.ids.record(int(row[0])) for row in rows)


def days_from(today: dt.date, *, last_weekday: int, ahead: int) -> Days:
    """`last_weekday` is the day a week ends on: Monday is 0."""
    left = (last_weekday - today.weekday()) % 7
    return Days(
        today.isoformat(),
        (today + dt.timedelta(days=left)).isoformat(),
        (today + dt.timedelta(days=ahead)).isoformat(),
    )


def read_bands(
    reader: Reader,
    workspace: bytes,
    days: Days,
    *,
    owners: Sequence[bytes] | None = None,
    limits: Sequence[int] = (6, 6, 6),
) -> tuple[Band, Band, Band]:
    """Overdue, this week, and what comes after; of some people only, or of everybody.

    Figures without a responsible person are everybody's.
    """
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    figures = _figures_due(reader, index, days, owners=owners)
    day_after = (dt.date.fromisoformat(days.week_end) + dt.timedelta(days=1)).isoformat()
    day_before = (dt.date.fromisoformat(days.today) - dt.timedelta(days=1)).isoformat()
    spans = (("", day_before), (days.today, days.week_end), (day_after, days.horizon))
    counts = _counted(reader, owners, index=index, days=days)
    made = []
    for (first, last), limit, count in zip(spans, limits, counts, strict=True):
        found: list[Any] = []
        if count:
            where, values = _where(reader, owners, index=index, first=first, last=last, today=days.today)
            sql = f"{_ITEMS} SELECT kind, id, due, what, owner FROM item {where}"
            sql += " ORDER BY due, kind, id LIMIT :most"
            found = reader.connection.execute(sql, {**values, "most": limit}).fetchall()
        also = [line for line in figures if first <= line.due <= last]
        lines = sorted([*_with_rows(reader, found), *also], key=lambda line: line.due)
        made.append(Band(tuple(lines[:limit]), count + len(also)))
    return made[0], made[1], made[2]


def _counted(
    reader: Reader, owners: Sequence[bytes] | None, *, index: int, days: Days
) -> tuple[int, int, int]:
    """How many are overdue, due this week and due later, in one go over them all."""
    where, values = _where(reader, owners, index=index, first="", last=days.horizon, today=days.today)
    row = reader.connection.execute(
        f"{_ITEMS} SELECT count(*), total(due < :today), total(due > :week_end) FROM item {where}",
        {**values, "week_end": days.week_end},
    ).fetchone()
    everything, overdue, later = (int(each) for each in row)
    return overdue, everything - overdue - later, later


def _where(
    reader: Reader, owners: Sequence[bytes] | None, *, index: int, first: str, last: str, today: str
) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {"ws": index, "today": today, "first": first, "last": last}
    where = "WHERE due >= :first AND due <= :last AND due <> ''"
    if owners is not None:
        rowids = [rowid for rowid in map(reader.ids.find, owners) if rowid is not None]
        values |= {f"owner{at}": rowid for at, rowid in enumerate(rowids)}
        where += f" AND owner IN ({', '.join(f':owner{at}' for at in range(len(rowids)))})"
    return where, values


def _with_rows(reader: Reader, found: Sequence[Any]) -> list[Due]:
    record = reader.ids.record
    ids = {(str(kind), int(rowid)): record(int(rowid)) for kind, rowid, *_ in found}
    rows: dict[bytes, Row] = {}
    for kind in {kind for kind, _ in ids}:
        wanted = [each for (own, _), each in ids.items() if own == kind]
        rows |= {row.id: row for row in reader.rows(kind, wanted)}
    return [
        Due(kind, own, due, what, None if owner is None else record(owner), rows.get(own))
        for kind, rowid, due, what, owner in found
        for own in (ids[kind, int(rowid)],)
    ]


# Figures


def _figures_due(reader: Reader, index: int, days: Days, *, owners: Sequence[bytes] | None) -> list[Due]:
    oldest = (dt.date.fromisoformat(days.today) - dt.timedelta(days=_OLDEST_DAYS)).isoformat()
    periods = reader.connection.execute(
        'SELECT id, start, "end", coalesce(due, "end") FROM period'
        " WHERE _ws = ? AND _deleted = 0 AND coalesce(locked, 0) = 0 AND start <= ?"
        ' AND coalesce(due, "end") BETWEEN ? AND ? ORDER BY 4, id',
        (index, days.today, oldest, days.horizon),
    ).fetchall()
    lengths = _lengths(reader, index)
    mine = None if owners is None else {reader.ids.find(owner) for owner in owners}
    found = []
    for rowid, start, end, due in periods:
        lacking = _lacking(reader, index, rowid, _length(start, end or due), lengths)
        wanted = [each for each in lacking if mine is None or each[1] is None or each[1] in mine]
        if not wanted:
            continue
        responsible = {each[1] for each in wanted}
        owner = next(iter(responsible)) if len(responsible) == 1 else None
        record = reader.ids.record(int(rowid))
        row = next(iter(reader.rows("period", [record])), None)
        missing = tuple(reader.ids.record(int(indicator)) for indicator, _ in wanted)
        person = None if owner is None else reader.ids.record(owner)
        found.append(Due("period", record, due, FIGURES, person, row, missing))
    return found


def _lengths(reader: Reader, index: int) -> set[str]:
    rows = reader.connection.execute(
        'SELECT start, coalesce("end", due) FROM period WHERE _ws = ? AND _deleted = 0 AND start IS NOT NULL',
        (index,),
    )
    return {_length(start, end) for start, end in rows}


def _length(start: str, end: str | None) -> str:
    days = (dt.date.fromisoformat(end or _FOREVER) - dt.date.fromisoformat(start)).days
    return next((name for longest, name in _LENGTHS if days <= longest), "")


def _lacking(
    reader: Reader, index: int, period: int, length: str, lengths: set[str]
) -> list[tuple[int, int | None]]:
    """Indicators that are reported this often and have no value in the period, with who is responsible."""
    rows = reader.connection.execute(
        f"SELECT id, responsible, coalesce(collection_frequency, reporting_frequency, '{_USUAL}')"
        " FROM indicator WHERE _ws = ? AND _deleted = 0 AND coalesce(status, 'active') = 'active'"
        " AND NOT EXISTS (SELECT 1 FROM value"
        " WHERE value.indicator = indicator.id AND value.period = ? AND +value._deleted = 0)"
        " ORDER BY coalesce(code, title), id",
        (index, period),
    )
    regular = {name for _, name in _LENGTHS}
    return [
        (indicator, responsible)
        for indicator, responsible, often in rows
        if length == (often if often in lengths else _USUAL if often in regular else "-")
    ]


# Values that wait for somebody


def returned_values(reader: Reader, workspace: bytes, *, people: Sequence[bytes]) -> tuple[bytes, ...]:
    """Values sent back to these people; those that nobody signed are everybody's."""
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    rows = reader.connection.execute(
        "SELECT id, coalesce(submitted_by, reported_by) FROM value"
        " WHERE _ws = ? AND _deleted = 0 AND status = 'returned' ORDER BY reviewed_on, id",
        (index,),
    )
    mine = {reader.ids.find(person) for person in people}
    return tuple(reader.ids.record(int(rowid)) for rowid, who in rows if who is None or who in mine)


def submitted_values(reader: Reader, workspace: bytes) -> tuple[bytes, ...]:
    """Values that wait for approval, the oldest first."""
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    rows = reader.connection.execute(
        "SELECT id FROM value WHERE _ws = ? AND _deleted = 0 AND status = 'submitted'"
        " ORDER BY submitted_on, id",
        (index,),
    )
    return tuple(reader.ids.record(int(row[0])) for row in rows)


def is_untouched(reader: Reader, workspace: bytes) -> bool:
    """Whether nothing was planned, measured or met about yet."""
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    for kind in ("activity", "milestone", "action_point", "meeting", "indicator"):
        sql = f'SELECT EXISTS(SELECT 1 FROM "{kind}" WHERE _ws = ? AND _deleted = 0)'
        if reader.connection.execute(sql, (index,)).fetchone()[0]:
            return False
    return True
