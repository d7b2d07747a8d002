"""What the meetings screen says: states, times, numbers, and how late an action point is."""

from __future__ import annotations

import datetime as dt

from desktop.bridge.desk import Desk
from desktop.screens.meetings.reading import Facts, Item, Outcome
from desktop.store.rows import Row
from desktop.widgets.badge import Badge
from desktop.words import Words

_SOON_DAYS = 7


def today_of(desk: Desk) -> dt.date:
    return dt.datetime.fromtimestamp(desk.clock.now_ms() / 1000, dt.UTC).astimezone().date()


def now_of(desk: Desk) -> str:
    """This minute, in the form of stored times."""
    moment = dt.datetime.fromtimestamp(desk.clock.now_ms() / 1000, dt.UTC).astimezone()
    return moment.strftime("%Y-%m-%dT%H:%M")


def state_badge(words: Words, state: object) -> Badge:
    """The state of a meeting, filled."""
    if state == "in_progress":
        return Badge(words.t("Taking minutes"), "over", "pen-line")
    if state == "closed":
        return Badge(words.t("Closed"), "ok", "circle-check")
    if state == "open":
        return Badge(words.t("Agenda is open"), "over", "list")
    return Badge(words.t("Draft"), "none", "pencil")


def when(words: Words, row: Row, *, today: dt.date) -> str:
    """Day and hours of a meeting."""
    start, end = row.values.get("start"), row.values.get("end")
    if not isinstance(start, str):
        return words.t("no date yet")
    day = dt.date.fromisoformat(start[:10])
    weekday = words.weekday_names()[day.weekday()]
    shown = f"{weekday} {words.date(day, 'short' if day.year == today.year else 'medium')}"
    return f"{shown}{'، ' if words.language == 'ar' else ', '}{hours(words, start, end)}"


def hours(words: Words, start: str, end: object) -> str:
    """From when until when, kept in one piece."""
    first = words.time(start)
    if not isinstance(end, str):
        return words.isolate(first)
    last = words.time(end) if end[:10] == start[:10] else words.datetime(end, "short")
    return words.isolate(f"{first}–{last}")


def caption(words: Words, facts: Facts, *, today: dt.date) -> str:
    """The line under the title."""
    row = facts.row
    parts = [when(words, row, today=today)]
    if row.values.get("place"):
        parts.append(words.isolate(str(row.values["place"])))
    if facts.chair is not None:
        parts.append(words.t("Chair {name}", name=words.isolate(facts.chair.name)))
    if facts.note_taker is not None:
        parts.append(words.t("Notes {name}", name=words.isolate(facts.note_taker.name)))
    return " · ".join(parts)


def minutes_line(words: Words, facts: Facts) -> tuple[str, bool]:
    """How much of the time the agenda takes, and whether that is too much."""
    planned, room = facts.planned_minutes, length_of(facts.row)
    if not room:
        return words.t("{minutes} min", minutes=words.number(planned)), False
    text = words.t("{minutes} of {room} min", minutes=words.number(planned), room=words.number(room))
    return text, planned > room


def length_of(row: Row) -> int:
    """The minutes between start and end; 0 where one is missing."""
    start, end = row.values.get("start"), row.values.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return 0
    span = dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)
    return max(0, int(span.total_seconds() // 60))


def item_line(words: Words, item: Item) -> str:
    """Duration and presenter of an agenda item."""
    parts = []
    minutes = item.row.values.get("minutes")
    if minutes is not None:
        parts.append(words.t("{minutes} min", minutes=words.number(int(minutes))))
    if item.presenter is not None:
        parts.append(words.isolate(item.presenter.name.split()[0]))
    return " · ".join(parts)


def counts_line(words: Words, item: Item) -> str:
    """What came out of an item so far."""
    parts = []
    if item.decisions:
        parts.append(words.n("{count} decision", "{count} decisions", item.decisions))
    if item.actions:
        parts.append(words.n("{count} action", "{count} actions", item.actions))
    return words.join(parts)


def due_badge(words: Words, row: Row, *, today: dt.date) -> Badge | None:
    """When an action point is due, in words; filled only where it matters now."""
    status = row.values.get("status")
    if status == "completed":
        done = row.values.get("completed_on")
        if not done:
            return Badge(words.t("Done"), "ok", "circle-check")
        day = words.isolate(words.date(str(done), "short"))
        return Badge(words.t("Done {day}", day=day), "ok", "circle-check")
    if status == "cancelled":
        return Badge(words.t("Cancelled"), "none", "circle-slash")
    due = row.values.get("due")
    return _open_badge(words, dt.date.fromisoformat(due), today) if isinstance(due, str) else None


def _open_badge(words: Words, due: dt.date, today: dt.date) -> Badge:
    days = (due - today).days
    if days < 0:
        return Badge(words.n("{count} day late", "{count} days late", -days), "bad", "clock-alert")
    if days == 0:
        return Badge(words.t("Today"), "watch", "calendar-clock")
    shown = words.date(due, "short" if due.year == today.year else "medium")
    text = f"{words.weekday_names()[due.weekday()]} {shown}"
    if days <= _SOON_DAYS:
        return Badge(text, "watch", "calendar-clock")
    return Badge(text, "none", "calendar", filled=False)


def source_line(words: Words, outcome: Outcome, *, code: bool = True) -> str:
    """Number of an outcome and where it comes from."""
    parts = []
    if outcome.carried and outcome.meeting_day:
        parts.append(words.t("from {day}", day=words.isolate(words.date(outcome.meeting_day, "short"))))
    elif outcome.item_number:
        parts.append(words.t("item {number}", number=words.number(outcome.item_number)))
    if code and outcome.activity is not None:
        name = outcome.activity.code or outcome.activity.title
        parts.append(words.t("activity {code}", code=words.isolate(name)))
    tail = words.join(parts)
    number = words.isolate(outcome.number) if outcome.number else ""
    return " · ".join(part for part in (number, tail) if part)
