"""The shape of the plan: what hangs from what, how it stands today, and what moves would write."""

import datetime as dt

import pytest

from desktop.screens.workplan.standing import late_days, standing, standing_word
from desktop.screens.workplan.tree import LOOSE, Tree, Wanted, build_tree, natural
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT, Line
from desktop.words import Words

TODAY = dt.date(2026, 6, 15)


def line(name: str, kind: str = ACTIVITY, **more: object) -> Line:
    facts = dict.fromkeys(Line._fields) | {"id": name.encode(), "kind": kind, "code": "", "key": name}
    for key, value in more.items():
        facts[key] = value.encode() if key in ("parent", "result", "activity", "lead") else value
    return Line(**facts)


def shape(tree: Tree) -> list[tuple[str, int]]:
    return [(node.id.decode(errors="replace"), node.level) for node in tree.nodes]


def test_activities_hang_from_their_results_and_milestones_from_their_activities() -> None:
    tree = build_tree(
        [
            line("o1", RESULT),
            line("p1", RESULT, parent="o1"),
            line("a2", result="p1"),
            line("a1", result="p1"),
            line("b", parent="a1", result="p1"),
            line("m", MILESTONE, activity="a1", end="2026-07-01"),
        ],
        Wanted(),
        TODAY,
    )
    assert shape(tree) == [("o1", 0), ("p1", 1), ("a1", 2), ("b", 3), ("m", 3), ("a2", 2)]
    assert tree.total == 3


def test_what_hangs_from_nothing_stands_in_a_group_of_its_own() -> None:
    tree = build_tree([line("o1", RESULT), line("a1", result="gone")], Wanted(), TODAY)
    assert [node.id for node in tree.nodes] == [b"o1", LOOSE, b"a1"]


def test_a_plan_without_results_has_no_groups() -> None:
    assert shape(build_tree([line("a1"), line("a2")], Wanted(), TODAY)) == [("a1", 0), ("a2", 0)]


def test_two_lines_under_each_other_are_shown_and_not_lost() -> None:
    lines = [line("o1", RESULT, parent="o2"), line("o2", RESULT, parent="o1"), line("a", result="o2")]
    tree = build_tree(lines, Wanted(), TODAY)
    assert sorted(node.id for node in tree.nodes) == [b"a", b"o1", b"o2"]


def test_a_filter_keeps_what_the_matches_hang_from() -> None:
    lines = [line("o1", RESULT), line("a1", result="o1", lead="x"), line("a2", result="o1", lead="y")]
    tree = build_tree(lines, Wanted(leads=frozenset({b"x"})), TODAY)
    assert shape(tree) == [("o1", 0), ("a1", 1)]
    assert tree.total == 1


def test_codes_are_ordered_as_people_count() -> None:
    assert sorted(["1.10", "1.9", "1.2"], key=natural) == ["1.2", "1.9", "1.10"]


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
