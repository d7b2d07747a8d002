"""The newest doings of others, what was decided lately, and what records are called."""

from helpers.colleagues import DAY_MS, HOUR_MS, Colleague
from helpers.office import JORDAN, NOW_MS, Office

from desktop.store.numbering import numbers_in_use
from desktop.store.reader import Reader
from desktop.store.recent import changed_by_others, decided_records, recent_changes
from desktop.store.titles import cell_label, code_of, name_of, title_of


def account(reader: Reader) -> bytes:
    return bytes(reader.meta("account"))


def test_the_newest_change_comes_first_and_the_number_is_bounded(office: Office, reader: Reader) -> None:
    office.change("solar", "activity", progress=61)
    found = list(recent_changes(reader, most=5))
    assert len(found) == 5
    assert found[0].writes == {"progress": 61}


def test_doings_of_one_person_on_one_day_are_one_line(office: Office, reader: Reader) -> None:
    omar, claire = Colleague(office, "omar", 0xBEEF), Colleague(office, "claire", 0xFACE)
    for number in range(3):
        omar.adds("action_point", title=f"Point {number}", status="open")
    claire.changes("solar", "activity", end="2026-09-01")
    news = changed_by_others(reader, workspaces=(JORDAN,), account=account(reader))
    assert [(each.act, each.kind, each.count) for each in news] == [
        ("changed", "activity", 1),
        ("added", "action_point", 3),
    ]
    assert news[0].fields == ("end",)
    assert news[0].title == "Solar installation course"
    assert news[0].when_ms == NOW_MS - HOUR_MS


def test_own_doings_are_no_news(office: Office, reader: Reader) -> None:
    office.change("solar", "activity", progress=61)
    assert changed_by_others(reader, account=account(reader)) == []


def test_a_returned_value_is_told_as_such(office: Office, reader: Reader) -> None:
    Colleague(office, "claire", 0xFACE).changes("people-q2", "value", status="returned")
    news = changed_by_others(reader, account=account(reader))
    assert [(each.act, each.title) for each in news] == [("returned", "People completing training")]


def test_decisions_are_found_among_the_newest_changes(office: Office, reader: Reader) -> None:
    omar, claire = Colleague(office, "omar", 0xBEEF), Colleague(office, "claire", 0xFACE)
    omar.changes("solar", "activity", end="2026-09-01", ago_ms=2 * DAY_MS)
    claire.changes("solar", "activity", end="2026-09-02", ago_ms=2 * DAY_MS)
    state = reader.state("activity", office.ids["solar"])
    both = tuple(head.id for head in state.register("end").heads)
    omar.changes("solar", "activity", end="2026-09-03", seen={"end": both})
    assert decided_records(reader, since_ms=NOW_MS - DAY_MS) == [("activity", office.ids["solar"])]
    assert decided_records(reader, since_ms=NOW_MS) == []


def test_a_record_without_a_title_is_called_after_another(office: Office, reader: Reader) -> None:
    assert title_of(reader, office.row("people-q2", "value")) == "People completing training"
    assert name_of(reader, "person", office.ids["omar"]) == "Omar Khalil"
    assert name_of(reader, "person", bytes(16)) == ""
    assert code_of(reader, office.row("certificates", "activity")) == "1.1.3"


def test_cells_are_called_by_their_categories(office: Office, reader: Reader) -> None:
    dimension = office.add("sex", "dimension", name="Sex", type="sex")
    office.add("women", "category", name="Women", code="F", dimension=dimension)
    assert cell_label(reader, "F|15-24") == "Women 15-24"


def test_numbers_of_a_workspace_are_counted(office: Office, reader: Reader) -> None:
    office.add("again", "action_point", title="Same number", number="A-31", status="open")
    assert numbers_in_use(reader, "action_point", workspace=JORDAN)["A-31"] == 2
    assert numbers_in_use(reader, "comment", workspace=JORDAN) == {}
