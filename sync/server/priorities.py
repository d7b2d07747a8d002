"""In which order a newcomer gets the records of a workspace: what is worked with first, what is old last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sync.clock import stamp_ms
from sync.merge import RecordState, is_deleted

FIRST: Final = 0
THEN: Final = 1
OLD: Final = 2

_FIRST_KINDS: Final = frozenset(
    {
        "programme",
        "workspace",
        "person",
        "organisation",
        "place",
        "pillar",
        "theme",
        "result",
        "indicator",
        "period",
        "activity",
        "milestone",
        "role",
        "meeting",
    }
)
"""Without these there is no plan to look at, and nobody in it."""

_RECENT: Final = dt.timedelta(days=90)
_OLD: Final = dt.timedelta(days=400)
_DATES: Final = {"meeting": "start", "activity": "end"}
_NEVER_OLD: Final = _FIRST_KINDS - _DATES.keys()


def priority(state: RecordState, *, now_ms: int) -> int:
    """When a record is wanted; the same record has the same priority in every snapshot of one day."""
    if is_deleted(state):
        return OLD
    day = state.values.get(_DATES[state.kind]) if state.kind in _DATES else None
    newest = max([state.created_stamp, *(h.stamp for reg in state.heads.values() for h in reg.heads)])
    return _rank(state.kind, day, newest, now_ms)


def priority_of_plain(kind: str, stamp: int, flat: Sequence[Any], *, now_ms: int) -> int:
    """The same of a record that nobody has changed: when it was made, and its names and values by turns."""
    name = _DATES.get(kind)
    day = (
        None
        if name is None
        else next((flat[at + 1] for at in range(0, len(flat), 2) if flat[at] == name), None)
    )
    return _rank(kind, day, stamp, now_ms)


def _rank(kind: str, day: object, newest: int, now_ms: int) -> int:
    if kind in _DATES:
        found = _day(day)
        today = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC).date()
        past = _RECENT if kind == "meeting" else _OLD
        return FIRST if found is None or found >= today - past else OLD
    if kind in _NEVER_OLD:
        return FIRST
    return OLD if stamp_ms(newest) < now_ms - _OLD // dt.timedelta(milliseconds=1) else THEN


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
