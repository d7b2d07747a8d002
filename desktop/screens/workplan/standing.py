"""How a line of the plan stands today: its status, and lateness from its dates."""

import datetime as dt
from dataclasses import dataclass

from desktop.store.outline import MILESTONE, Line
from desktop.words import Words

DONE, CANCELLED, PAUSED, LATE, WATCH, OFF, ON_TRACK, WAITING = (
    "done",
    "cancelled",
    "paused",
    "late",
    "watch",
    "off",
    "on_track",
    "waiting",
)
ORDER = (DONE, ON_TRACK, WATCH, OFF, LATE, PAUSED, WAITING, CANCELLED)
"""As the footer lists them."""

_FAMILIES = {
    DONE: ("ok", "circle-check"),
    ON_TRACK: ("ok", "circle-dot"),
    WATCH: ("watch", "triangle-alert"),
    OFF: ("bad", "trending-down"),
    LATE: ("bad", "clock-alert"),
    PAUSED: ("none", "circle-pause"),
    WAITING: ("none", "circle-dashed"),
    CANCELLED: ("none", "circle-slash"),
}
_FINISHED = frozenset({"completed", "reached"})
_STOPPED = {"paused": PAUSED, "postponed": PAUSED, "cancelled": CANCELLED}
_SAID_LATE = frozenset({"delayed", "missed"})
_NOT_BEGUN = frozenset({None, "not_started", "planned"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One of `ORDER`, the days of delay, and whether the paused one was postponed."""

    key: str
    late_days: int = 0
    status: str | None = None

    @property
    def family(self) -> str:
        return _FAMILIES[self.key][0]

    @property
    def icon(self) -> str:
        return _FAMILIES[self.key][1]


def standing(line: Line, today: dt.date) -> Standing:
    """How a line stands, with the days of its delay."""
    key = standing_key(line, today.isoformat())
    return Standing(key, late_days(line, today) if key == LATE else 0, line.status)


def standing_key(line: Line, today: str) -> str:
    """Late is what passed its agreed end (or its end, where nothing was agreed) without being done.

    Days are compared as they are written: a plan may have very many lines.
    """
    status = line.status
    if status in _FINISHED or (line.kind == MILESTONE and line.start):
        return DONE
    if status in _STOPPED:
        return _STOPPED[status]
    promised = line.agreed_end or line.end
    if status in _SAID_LATE or (promised is not None and promised < today):
        return LATE
    if line.light == "red":
        return OFF
    if status == "at_risk" or line.light in ("yellow", "orange"):
        return WATCH
    return WAITING if status in _NOT_BEGUN else ON_TRACK


def late_days(line: Line, today: dt.date) -> int:
    """How many days past the agreed end it will be done, as far as anybody knows today."""
    agreed = _day(line.agreed_end) or _day(line.end)
    if agreed is None:
        return 0
    end = _day(line.end) or agreed
    if agreed < today:
        return (max(end, today) - agreed).days
    return max(0, (end - agreed).days) if line.status in _SAID_LATE else 0


def standing_word(words: Words, found: Standing, *, full: bool = False) -> str:
    """The word of a cell or badge: "Late 42 d", in full "Late 42 days"."""
    if found.key == LATE:
        if not found.late_days:
            return words.t("Late")
        if full:
            return words.n("Late {count} day", "Late {count} days", found.late_days)
        return words.n("Late {count} d", "Late {count} d", found.late_days)
    if found.key == PAUSED and found.status == "postponed":
        return words.t("Postponed")
    if found.key == DONE and found.status == "reached":
        return words.t("Reached")
    return plain_word(words, found.key)


def plain_word(words: Words, key: str) -> str:
    """The word of a standing for counts and filters."""
    return {
        DONE: words.t("Done"),
        ON_TRACK: words.t("On track"),
        WATCH: words.t("Watch"),
        OFF: words.t("Off track"),
        LATE: words.t("Late"),
        PAUSED: words.t("Paused"),
        WAITING: words.t("Not started"),
        CANCELLED: words.t("Cancelled"),
    }[key]


def mark_of(key: str) -> tuple[str, str]:
    """Family and icon of a standing."""
    return _FAMILIES[key]


def _day(iso: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(iso) if iso else None
    except ValueError:
        return None
