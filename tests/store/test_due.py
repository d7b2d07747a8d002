"""What is due: each band holds its own days, one's own work or everybody's, and periods without figures."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.busy import make_busy
from helpers.office import JORDAN, LEBANON, Office, open_office

from desktop.store.due import (
    Band,
    Days,
    days_from,
    is_untouched,
    people_of,
    read_bands,
    returned_values,
    submitted_values,
)
from desktop.store.kept import kept_backups
from desktop.store.reader import Reader

MONDAY = dt.date(2026, 6, 15)
DAYS = days_from(MONDAY, last_weekday=6, ahead=30)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(tmp_path)
    make_busy(made)
    yield made
    made.close()


def titles(band: Band) -> list[str]:
    return [
        str(line.row.values.get("title") or line.row.values.get("name")) for line in band.lines if line.row
    ]


def test_the_week_ends_with_its_own_last_day() -> None:
    assert Days("2026-06-15", "2026-06-21", "2026-07-15") == DAYS
    assert days_from(MONDAY, last_weekday=5, ahead=1).week_end == "2026-06-20"
    assert days_from(MONDAY, last_weekday=0, ahead=1).week_end == "2026-06-15"


def test_own_work_falls_into_its_bands_in_order(office: Office, reader: Reader) -> None:
    overdue, week, later = read_bands(reader, JORDAN, DAYS, owners=[office.ids["lina"]], limits=(9, 9, 20))
    assert titles(overdue) == [
        "Q1 2026",
        "Send the assessor list to the board",
        "Confirm the dates of the baseline survey",
    ]
    assert titles(week) == [
        "Choose three photographs for the half-year report",
        "Share the cash-for-training comparison",
        "Tracer study of graduates",
    ]
    assert titles(later)[0] == "Field visit to Mafraq"
    assert "Workplace safety module" in titles(later), "it has yet to begin"
    assert later.count == len(later.lines)


def test_what_has_yet_to_begin_is_due_on_its_first_day(office: Office, reader: Reader) -> None:
    _, week, _ = read_bands(reader, JORDAN, DAYS, owners=[office.ids["lina"]])
    line = next(line for line in week.lines if line.record == office.ids["tracer"])
    assert (line.what, line.due) == ("start", "2026-06-18")


def test_a_limit_shortens_the_lines_and_not_the_count(office: Office, reader: Reader) -> None:
    band = read_bands(reader, JORDAN, DAYS, owners=[office.ids["lina"]], limits=(1, 1, 2))[2]
    assert len(band.lines) == 2
    assert band.count == 10


def test_everybodys_work_holds_more(office: Office, reader: Reader) -> None:
    mine = read_bands(reader, JORDAN, DAYS, owners=[office.ids["lina"]], limits=(50, 50, 50))
    everybody = read_bands(reader, JORDAN, DAYS, limits=(50, 50, 50))
    assert "Send 56 complete files to the board secretary" in titles(everybody[1])
    assert [all_.count >= own.count for all_, own in zip(everybody, mine, strict=True)] == [True] * 3


def test_figures_are_due_for_indicators_without_a_value(office: Office, reader: Reader) -> None:
    overdue, _, later = read_bands(reader, JORDAN, DAYS, owners=[office.ids["lina"]], limits=(9, 9, 20))
    assert overdue.lines[0].missing == (office.ids["income"],)
    assert overdue.lines[0].due == "2026-04-15"
    assert "Q2 2026" in titles(later)


def test_a_locked_period_asks_for_nothing(office: Office, reader: Reader) -> None:
    office.change("q1", "period", locked=True)
    overdue, _, _ = read_bands(reader, JORDAN, DAYS)
    assert "Q1 2026" not in titles(overdue)


def test_an_indicator_asks_only_for_periods_of_its_own_length(office: Office, reader: Reader) -> None:
    office.add("2025", "period", name="2025", start="2025-01-01", end="2025-12-31", due="2026-06-16")
    office.change("income", "indicator", reporting_frequency="annual")
    overdue, week, _ = read_bands(reader, JORDAN, DAYS)
    assert "Q1 2026" not in titles(overdue)
    line = next(line for line in week.lines if line.record == office.ids["2025"])
    assert line.missing == (office.ids["income"],)


def test_what_has_parts_is_left_to_its_parts(office: Office, reader: Reader) -> None:
    office.add(
        "part", "activity", title="Ask the firm", end="2026-07-30", position=[office.ids["baseline"], "a0"]
    )
    overdue, _, _ = read_bands(reader, JORDAN, DAYS)
    assert "Confirm the dates of the baseline survey" not in titles(overdue)


def test_another_workspace_has_nothing_of_it(office: Office, reader: Reader) -> None:
    office.grant(LEBANON, "Lebanon")
    assert read_bands(reader, LEBANON, DAYS) == (Band(), Band(), Band())
    assert is_untouched(reader, LEBANON)
    assert not is_untouched(reader, JORDAN)


def test_values_wait_for_who_sent_them_and_for_approval(office: Office, reader: Reader) -> None:
    people = people_of(reader, bytes(reader.meta("account")))
    assert people == (office.ids["lina"],)
    assert returned_values(reader, JORDAN, people=people) == (office.ids["returned"],)
    assert returned_values(reader, JORDAN, people=[office.ids["omar"]]) == ()
    assert len(submitted_values(reader, JORDAN)) == 3


def test_backups_say_when_they_were_made(office: Office) -> None:
    kept = kept_backups(office.paths, most=3)
    assert [backup.when_ms for backup in kept] == [office.clock.now_ms() // 1000 * 1000]
    (office.paths.backups / "daily-2026-06-16.daftar-backup").write_bytes(b"half of it")
    assert kept_backups(office.paths, most=3) == kept
