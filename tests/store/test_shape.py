"""The shape of the plan as the database sorts it: what hangs from what, in order, and what a filter keeps."""

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.office import JORDAN, LEBANON, Office, open_office

from desktop.screens.workplan.standing import ORDER, standing_key
from desktop.store.outline import read_some
from desktop.store.plan_lines import read_found, read_leads, read_standing_so, read_standings
from desktop.store.reader import Reader
from desktop.store.shape import LOOSE, Shape, natural, read_shape
from desktop.store.sql import numbers
from sync.changes import DELETED

TODAY = dt.date(2026, 6, 15).isoformat()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(tmp_path, filled=False)
    yield made
    made.close()


def told(office: Office, reader: Reader, shape: Shape, closed: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    """Names with levels, in reading order."""
    names = {reader.ids.find(record): name for name, record in office.ids.items()} | {LOOSE: "loose"}
    shut = {rowid for rowid, name in names.items() if name in closed}
    return [(names[rowid], len(shape.trail(rowid))) for rowid in shape.order(shut)]


def rowids(office: Office, reader: Reader, *names: str) -> set[int | None]:
    return {reader.ids.find(office.ids[name]) for name in names}


def a_small_plan(office: Office) -> None:
    ids = office.ids
    office.add("o1", "result", title="Outcome", position=[None, "a"])
    office.add("p1", "result", title="Output", position=[ids["o1"], "a"])
    office.add("a2", "activity", title="Water points", result=ids["p1"], position=[None, "b"])
    office.add("a1", "activity", title="Wells", result=ids["p1"], position=[None, "a"], code="W.1")
    office.add("b", "activity", title="Pumps", result=ids["p1"], position=[ids["a1"], "a"])
    office.add("m", "milestone", title="Ready", activity=ids["a1"], due="2026-07-01")


def test_activities_hang_from_their_results_and_milestones_from_their_activities(
    office: Office, reader: Reader
) -> None:
    a_small_plan(office)
    shape = read_shape(reader, JORDAN)
    assert told(office, reader, shape) == [("o1", 0), ("p1", 1), ("a1", 2), ("b", 3), ("m", 3), ("a2", 2)]
    assert shape.activities == 3


def test_what_is_closed_hides_everything_inside(office: Office, reader: Reader) -> None:
    a_small_plan(office)
    shape = read_shape(reader, JORDAN)
    assert told(office, reader, shape, ("a1",)) == [("o1", 0), ("p1", 1), ("a1", 2), ("a2", 2)]
    assert told(office, reader, shape, ("o1",)) == [("o1", 0)]


def test_removed_lines_and_other_workspaces_are_left_out(office: Office, reader: Reader) -> None:
    a_small_plan(office)
    office.grant(LEBANON, "Lebanon")
    office.add("far", "activity", workspace=LEBANON, title="Elsewhere")
    office.change("a2", "activity", **{DELETED: True})
    assert [name for name, _ in told(office, reader, read_shape(reader, JORDAN))] == [
        "o1",
        "p1",
        "a1",
        "b",
        "m",
    ]
    assert told(office, reader, read_shape(reader, bytes(16))) == []


def test_what_hangs_from_nothing_stands_in_a_group_of_its_own(office: Office, reader: Reader) -> None:
    office.add("o1", "result", title="Outcome")
    office.add("gone", "result", title="Removed")
    office.add("a1", "activity", title="Wells", result=office.ids["gone"])
    office.change("gone", "result", **{DELETED: True})
    shape = read_shape(reader, JORDAN)
    assert told(office, reader, shape) == [("o1", 0), ("loose", 0), ("a1", 1)]
    assert told(office, reader, shape, ("loose",)) == [("o1", 0), ("loose", 0)]


def test_a_plan_without_results_has_no_groups(office: Office, reader: Reader) -> None:
    office.add("a1", "activity", title="Wells")
    office.add("a2", "activity", title="Pumps", position=[office.ids["a1"], "a"])
    assert told(office, reader, read_shape(reader, JORDAN)) == [("a1", 0), ("a2", 1)]


def test_two_lines_under_each_other_are_shown_and_not_lost(office: Office, reader: Reader) -> None:
    office.add("o1", "result", title="One", position=[None, "a"])
    office.add("o2", "result", title="Two", position=[office.ids["o1"], "a"])
    office.change("o1", "result", position=[office.ids["o2"], "a"])
    office.add("a", "activity", title="Wells", result=office.ids["o2"])
    office.add("b", "activity", title="Mine", position=[office.ids["a"], "a"])
    office.change("a", "activity", position=[office.ids["b"], "a"])
    names = [name for name, _ in told(office, reader, read_shape(reader, JORDAN))]
    assert sorted(names) == ["a", "b", "loose", "o1", "o2"]


def test_lines_without_a_place_follow_by_their_codes_as_people_count(office: Office, reader: Reader) -> None:
    for code in ("1.10", "1.9", "", "1.2"):
        office.add(f"c{code}", "activity", title="Line", **({"code": code} if code else {}))
    office.add("late", "activity", title="Line", position=[None, "z"], code="9")
    office.add("soon", "activity", title="Line", position=[None, "b"], code="8")
    names = [name for name, _ in told(office, reader, read_shape(reader, JORDAN))]
    assert names == ["soon", "late", "c1.2", "c1.9", "c1.10", "c"]
    assert sorted(["1.10", "1.9", "1.2"], key=natural) == ["1.2", "1.9", "1.10"]


def test_lines_of_the_same_place_stand_by_their_ids(office: Office, reader: Reader) -> None:
    for name, code in (("x", "3"), ("y", "2"), ("z", "1")):
        office.add(name, "activity", title="Line", position=[None, "k"], code=code)
    names = [name for name, _ in told(office, reader, read_shape(reader, JORDAN))]
    assert names == sorted(names, key=office.ids.__getitem__)


def test_lines_that_meet_in_one_place_are_sorted_into_each_other(office: Office, reader: Reader) -> None:
    ids = office.ids
    office.add("o1", "result", title="One")
    office.add("o2", "result", title="Two")
    office.add("a", "activity", title="Whole", result=ids["o1"])
    office.add("p3", "activity", title="Part", result=ids["o1"], position=[ids["a"], "c"])
    office.add("p2", "activity", title="Part", result=ids["o2"], position=[ids["a"], "b"])
    office.add("p1", "activity", title="Part", position=[ids["a"], "a"])
    names = [name for name, _ in told(office, reader, read_shape(reader, JORDAN))]
    assert names[names.index("a") : names.index("a") + 4] == ["a", "p1", "p2", "p3"]


def test_a_filter_keeps_what_the_matches_hang_from(office: Office, reader: Reader) -> None:
    a_small_plan(office)
    shape = read_shape(reader, JORDAN)
    found = read_found(reader, JORDAN, "pump", inside=shape)
    assert found == rowids(office, reader, "b")
    assert told(office, reader, shape.keep(found)) == [("o1", 0), ("p1", 1), ("a1", 2), ("b", 3)]
    assert told(office, reader, shape.keep([])) == []


def test_the_beginning_of_a_code_finds_its_line(office: Office, reader: Reader) -> None:
    a_small_plan(office)
    shape = read_shape(reader, JORDAN)
    assert read_found(reader, JORDAN, "w.", inside=shape) >= rowids(office, reader, "a1")
    assert read_found(reader, JORDAN, "%", inside=shape) == set()


def test_the_database_and_the_rows_agree_on_how_a_line_stands(office: Office, reader: Reader) -> None:
    statuses = (
        None, "not_started", "ongoing", "completed", "delayed", "at_risk", "paused", "postponed", "cancelled",
    )  # fmt: skip
    days = (None, "2026-06-01", "2026-07-01")
    many = [
        (
            f"x{at}",
            {
                "title": "Line",
                **{
                    name: value
                    for name, value in (
                        ("status", status), ("end", end), ("agreed_end", agreed), ("traffic_light", light),
                    )
                    if value is not None
                },
            },
        )
        for at, (status, end, agreed, light) in enumerate(
            itertools.product(statuses, days, days, (None, "red", "yellow", "green"))
        )
    ]  # fmt: skip
    office.add_many("activity", many)
    office.add("m1", "milestone", title="Was", status="planned", reached_on="2026-06-01", due="2026-05-01")
    office.add("m2", "milestone", title="Will be", status="planned", due="2026-05-01")
    lines = [
        *read_some(reader, "activity", [office.ids[name] for name, _ in many]),
        *read_some(reader, "milestone", [office.ids["m1"], office.ids["m2"]]),
    ]
    expected = {line.id: standing_key(line, TODAY) for line in lines}
    counts = read_standings(reader, JORDAN, today=TODAY).counts()
    activities = [expected[office.ids[name]] for name, _ in many]
    for key in ORDER:
        found = read_standing_so(reader, JORDAN, standings={key}, leads=(), today=TODAY)
        assert {reader.ids.record(rowid) for rowid in found} == {
            record for record, each in expected.items() if each == key
        }
        assert counts[key] == activities.count(key)


def test_people_who_lead_are_named_and_filtered_by(office: Office, reader: Reader) -> None:
    office.add("omar", "person", name="Omar Khalil")
    office.add("rima", "person", name="Rima Mansour")
    office.add("a1", "activity", title="Wells", lead=office.ids["omar"])
    office.add("m1", "milestone", title="Ready", owner=office.ids["rima"])
    office.add("a2", "activity", title="Pumps")
    assert read_leads(reader, JORDAN) == {
        office.ids["omar"]: "Omar Khalil", office.ids["rima"]: "Rima Mansour",
    }  # fmt: skip
    led = read_standing_so(reader, JORDAN, standings=(), leads={office.ids["rima"]}, today=TODAY)
    assert led == rowids(office, reader, "m1")
    assert read_standings(reader, JORDAN, today=TODAY).counts(led)["waiting"] == 0
    assert read_standings(reader, JORDAN, today=TODAY).counts()["waiting"] == 2


def test_a_long_array_is_read_by_the_piece() -> None:
    assert numbers("[]") == []
    many = list(range(1 << 40, (1 << 40) + 20_000))
    assert numbers(str(many).replace(" ", "")) == many


def test_an_existing_notebook_gets_its_indexes_when_it_is_opened(tmp_path: Path) -> None:
    before = open_office(tmp_path)
    before.store.with_connection(lambda connection: connection.execute('DROP INDEX "activity_by_plan"'))
    before.close()
    after = Office(tmp_path, ids=before.ids)
    reader = after.store.reader()
    assert read_shape(reader, JORDAN).activities
    reader.close()
    after.close()
