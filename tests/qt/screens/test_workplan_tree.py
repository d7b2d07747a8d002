"""How a line of the plan stands today."""

import datetime as dt

import pytest

from desktop.screens.workplan.standing import late_days, standing, standing_word
from desktop.store.outline import ACTIVITY, MILESTONE, Line
from desktop.words import Words

TODAY = dt.date(2026, 6, 15)


def line(name: str, kind: str = ACTIVITY, **more: object) -> Line:
    facts = dict.fromkeys(Line._fields) | {"id": name.encode(), "kind": kind, "code": "", "key": name}
    for key, value in more.items():
        facts[key] = value.encode() if key in ("parent", "result", "activity", "lead") else value
    return Line(**facts)


@pytest.mark.parametrize(
    "facts, key, days",
    [
        ({"status": "completed", "end": "2026-01-01"}, "done", 0),
        ({"status": "ongoing", "end": "2026-07-16", "agreed_end": "2026-06-04"}, "late", 42),
        ({"status": "ongoing", "end": "2026-06-01"}, "late", 14),
        ({"status": "ongoing", "end": "2026-06-15"}, "on_track", 0),
        ({"status": "ongoing", "end": "2026-08-14", "agreed_end": "2026-08-07"}, "on_track", 0),
        ({"status": "delayed", "end": "2026-09-17", "agreed_end": "2026-07-30"}, "late", 49),
        ({"status": "at_risk", "end": "2026-12-01"}, "watch", 0),
        ({"status": "ongoing", "light": "red"}, "off", 0),
        ({"status": "paused", "end": "2026-01-01"}, "paused", 0),
        ({"status": None}, "waiting", 0),
        ({"status": "cancelled"}, "cancelled", 0),
    ],
)
def test_lateness_comes_from_the_dates(facts: dict[str, str], key: str, days: int) -> None:
    found = standing(line("a", **facts), TODAY)
    assert (found.key, found.late_days) == (key, days)


def test_a_milestone_is_late_by_what_it_slipped() -> None:
    milestone = line("m", MILESTONE, status="planned", end="2026-06-25", agreed_end="2026-06-04")
    assert late_days(milestone, TODAY) == 21
    assert standing_word(Words("en"), standing(milestone, TODAY), full=True) == "Late 21 days"
