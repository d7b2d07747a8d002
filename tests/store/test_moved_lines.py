"""A line of the plan that moves to another workspace takes along what stands under it, as the window does."""

from helpers.team import Member, Team

from desktop.screens.workplan.moving import read_cargo
from desktop.store.moved import with_lines_below, with_parts
from desktop.store.rows import Query


def planned(lina: Member) -> dict[str, bytes]:
    """Two branches; the activity of the first has a milestone, a line under it, and a budget line."""
    made: dict[str, bytes] = {}
    made["goal"] = lina.add("result", {"title": "Jobs", "level": "outcome"})
    made["output"] = lina.add(
        "result", {"title": "Training", "level": "output", "position": [made["goal"], "a"]}
    )
    made["activity"] = lina.add("activity", {"title": "Courses", "result": made["output"]})
    made["below"] = lina.add(
        "activity", {"title": "Rooms", "result": made["output"], "position": [made["activity"], "a"]}
    )
    made["milestone"] = lina.add("milestone", {"title": "First course", "activity": made["below"]})
    made["budget"] = lina.add("budget_line", {"title": "Rent", "activity": made["below"]})
    made["aside"] = lina.add("activity", {"title": "Another branch"})
    return made


def test_everything_under_a_line_goes_along_and_nothing_beside_it(team: Team) -> None:
    lina = team.join("Lina Haddad")
    made = planned(lina)
    rows = with_lines_below(lina.reader, lina.row("activity", made["activity"]))
    assert rows[0].id == made["activity"]
    assert {row.id for row in rows} == {made[name] for name in ("activity", "below", "milestone", "budget")}
    whole = with_lines_below(lina.reader, lina.row("result", made["goal"]))
    assert {row.id for row in whole} == set(made.values()) - {made["aside"]}
    assert [row.id for row in with_parts(lina.reader, lina.row("activity", made["aside"]))] == [made["aside"]]


def test_what_was_removed_stays(team: Team) -> None:
    lina = team.join("Lina Haddad")
    made = planned(lina)
    lina.delete("activity", made["below"])
    rows = with_lines_below(lina.reader, lina.row("activity", made["activity"]))
    assert {row.id for row in rows} == {made["activity"]}


def test_lines_in_a_circle_end(team: Team) -> None:
    lina = team.join("Lina Haddad")
    made = planned(lina)
    lina.set("activity", made["activity"], {"position": [made["below"], "a"]})
    rows = with_lines_below(lina.reader, lina.row("activity", made["activity"]))
    assert {row.id for row in rows} == {made[name] for name in ("activity", "below", "milestone", "budget")}
    assert lina.reader.select(Query("activity"))


def test_the_window_and_the_command_line_take_the_same(team: Team) -> None:
    lina = team.join("Lina Haddad")
    made = planned(lina)
    reader = lina.reader
    by_line = with_lines_below(reader, lina.row("activity", made["activity"]))
    under = [("activity", made["below"]), ("milestone", made["milestone"])]
    cargo = read_cargo(reader, "activity", made["activity"], under)
    assert cargo is not None
    assert {row.id for row in cargo.rows(whole=True)} == {row.id for row in by_line}
