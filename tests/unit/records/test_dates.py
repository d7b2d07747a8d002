"""Dates and times as people write them in three languages."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.dates import (
    from_python,
    is_canonical_date,
    read_date,
    read_datetime,
    serial_date,
    serial_datetime,
)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.03.05",
        "2026-03-05T00:00:00",
        "05/03/2026",
        "5/3/2026",
        "5/3/26",
        "05.03.26",
        "5-3-2026",
        "5 3 2026",
        "05 / 03 / 2026",
        " 05/03/2026 ",
        "05 Mar 2026",
        "5 March 2026",
        "5-Mar-26",
        "March 5, 2026",
        "5 mars 2026",
        "05 mars 26",
        "٠٥/٠٣/٢٠٢٦",
        "٢٠٢٦/٣/٥",
        "\u200f٥/٣/٢٠٢٦",
        "٥ آذار ٢٠٢٦",
        "5 مارس 2026",
        "۵/۳/۲۰۲۶",
    ],
)
def test_the_fifth_of_march_is_understood(typed: str) -> None:
    assert read_date(typed) == "2026-03-05"


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("18.07.26", "2026-07-18"),
        ("1er août 2026", "2026-08-01"),
        ("2 déc. 2025", "2025-12-02"),
        ("5 févr. 2026", "2026-02-05"),
        ("15 تشرين الأول 2026", "2026-10-15"),
        ("15 كانون الثاني 2026", "2026-01-15"),
        ("3 كانون الأول 2026", "2026-12-03"),
        ("31/12/69", "2069-12-31"),
        ("31/12/70", "1970-12-31"),
        ("29/02/2024", "2024-02-29"),
        ("03/04/2026", "2026-04-03"),
    ],
)
def test_the_day_comes_first(typed: str, meant: str) -> None:
    assert read_date(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "03/25/2026",
        "2026-25-03",
        "31/02/2026",
        "29/02/2023",
        "5/3",
        "13/2026",
        "2026",
        "46086",
        "Q1 2026",
        "TBD",
        "",
        "05/03/2026 14:30",
        "05/03/2026 (tbc)",
        "05/03-2026",
        "1/1/20267",
        "05/03/1899",
        "05/03/2200",
        "5 كانون 2026",
        "5 الأول 2026",
        "0/3/2026",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(typed)


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("05/03/2026 14:30", "2026-03-05T14:30"),
        ("2026-03-05T14:30", "2026-03-05T14:30"),
        ("2026-03-05 14:30:00", "2026-03-05T14:30"),
        ("05 Mar 2026, 09:05", "2026-03-05T09:05"),
        ("5 mars 2026 à 14h30", "2026-03-05T14:30"),
        ("5 mars 2026 14 h", "2026-03-05T14:00"),
        ("05/03/2026 2:30 pm", "2026-03-05T14:30"),
        ("05/03/2026 12:00 am", "2026-03-05T00:00"),
        ("٥/٣/٢٠٢٦ ٢:٣٠ م", "2026-03-05T14:30"),
        ("05/03/2026", "2026-03-05T00:00"),
    ],
)
def test_times_follow_the_date(typed: str, meant: str) -> None:
    assert read_datetime(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-05T14:30:15",
        "2026-03-05T14:30Z",
        "2026-03-05T14:30+02:00",
        "05/03/2026 24:00",
        "05/03/2026 14",
        "05/03/2026 13:00 pm",
        "14:30",
    ],
)
def test_nothing_of_a_time_is_dropped(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_datetime(typed)


@given(DAYS)
def test_dates_read_back_from_every_spelling(day: date) -> None:
    text = day.isoformat()
    assert is_canonical_date(text)
    assert (
        read_date(text)
        == read_date(f"{day:%d/%m/%Y}")
        == read_date(f"{day.day}.{day.month}.{day.year}")
        == text
    )
    assert read_date(text) == from_python(day)


@given(st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"))
def test_canonical_dates_are_days_of_the_calendar(text: str) -> None:
    try:
        known = 1900 <= date.fromisoformat(text).year < 2200
    except ValueError:
        known = False
    assert is_canonical_date(text) == known


@given(MOMENTS)
def test_moments_read_back(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0)
    text = from_python(minute)
    assert read_datetime(text) == read_datetime(f"{minute:%d/%m/%Y %H:%M}") == text


@given(st.text())
def test_any_text_gives_a_date_or_a_refusal(text: str) -> None:
    try:
        day = read_date(text)
    except ValueError:
        return
    assert is_canonical_date(day)


def test_day_numbers_of_spreadsheets() -> None:
    assert serial_date(46086) == "2026-03-05"
    assert serial_date(1) == "1900-01-01"
    assert serial_date(59) == "1900-02-28"
    assert serial_date(61) == "1900-03-01"
    assert serial_datetime(46086.604166666664) == "2026-03-05T14:30"
    for number in (0, 60, -3, 46086.5, 1e9):
        with pytest.raises(ValueError, match=r".+"):
            serial_date(number)


def test_python_datetimes_keep_minutes_and_refuse_to_lose_more() -> None:
    assert from_python(datetime(2026, 3, 5, 14, 29, 59, 999_800)) == "2026-03-05T14:30"  # noqa: DTZ001
    for moment in (datetime(2026, 3, 5, 14, 30, 15), datetime(2026, 3, 5, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="more than minutes"):
            from_python(moment)
