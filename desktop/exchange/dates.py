"""Dates as offices write them, day first or month first by what a column proves; months and quarters too."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from desktop.exchange.cells import Cell
from desktop.exchange.folding import fold, latin_digits, squash
from desktop.exchange.vocabulary import MONTHS

_NUMERIC = re.compile(r"(\d{1,2})\s*([/.\-\s])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\b\.?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_NUMBERS = re.compile(r"\d+")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?$", re.IGNORECASE)
_SERIALS: Final = (25_569, 73_051)
"""1970 to 2100 as day numbers of a spreadsheet."""


@dataclass(frozen=True, slots=True)
class DayOrder:
    """What a column proves about `03/04/2026`."""

    day_first: bool = True
    proven: bool = False


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date as read; `doubtful` when day and month could change places, `partial` when no day was given."""

    day: date
    doubtful: bool = False
    partial: bool = False


def full_year(year: int, *, today_year: int) -> int:
    """Two digits become the year nearest to today that fits, at most thirty years ahead."""
    if year >= 100:
        return year
    century = today_year - today_year % 100
    return century + year if century + year <= today_year + 30 else century + year - 100


def day_order(texts: Iterable[str]) -> DayOrder:
    """Whether the numeric dates of a column put the day first; a part above 12 is the proof."""
    first = second = 0
    for text in texts:
        match = _NUMERIC.match(latin_digits(squash(text)))
        if not match:
            continue
        if match[2] == ".":
            # Nobody writes the month first with dots, so dots prove nothing about slashes.
            continue
        first += int(match[1]) > 12 >= int(match[3])
        second += int(match[3]) > 12 >= int(match[1])
    return DayOrder(day_first=first >= second, proven=bool(first) != bool(second) or first != second)


def read_date(cell: Cell, *, order: DayOrder, today_year: int, last: bool = False) -> ReadDate | None:
    """The date in a cell. A month without a day is its first day, or its last when `last`."""
    value = cell.value
    if isinstance(value, datetime):
        return ReadDate(value.date()) if 1900 <= value.year <= 2199 else None
    if isinstance(value, date):
        return ReadDate(value) if 1900 <= value.year <= 2199 else None
    if isinstance(value, Decimal):
        if _SERIALS[0] <= value < _SERIALS[1]:
            return ReadDate(date(1899, 12, 30) + timedelta(days=int(value)))
        return None
    return (
        _read_text(value, order=order, today_year=today_year, last=last) if isinstance(value, str) else None
    )


def _read_text(text: str, *, order: DayOrder, today_year: int, last: bool) -> ReadDate | None:
    bare = _CLOCK.sub("", latin_digits(squash(text))).strip(" ,;")
    match = _ISO.match(bare)
    if match:
        return _made(int(match[1]), int(match[2]), int(match[3]))
    match = _NUMERIC.fullmatch(bare)
    if match:
        return _numeric(match, order=order, today_year=today_year)
    return _with_month_name(bare, today_year=today_year, last=last)


def _numeric(match: re.Match[str], *, order: DayOrder, today_year: int) -> ReadDate | None:
    one, two, year = int(match[1]), int(match[3]), full_year(int(match[4]), today_year=today_year)
    dotted = match[2] == "."
    day_first = dotted or order.day_first
    if one > 12 or two > 12:
        day, month = (one, two) if two <= 12 else (two, one)
        return _made(year, month, day)
    day, month = (one, two) if day_first else (two, one)
    return _made(year, month, day, doubtful=not dotted and not order.proven and one != two)


def _with_month_name(text: str, *, today_year: int, last: bool) -> ReadDate | None:
    words = fold(text.replace("1er", "1")).split()
    month, rest = _find_month(words)
    numbers = [word for word in rest if word.isdigit() or re.fullmatch(r"\d{1,2}(?:st|nd|rd|th|e|er)", word)]
    if not month or len(numbers) != len(rest) or not 1 <= len(numbers) <= 2:
        return None
    values = [int(_NUMBERS.match(number)[0]) for number in numbers]  # type: ignore[index]  # digits, as checked
    if len(values) == 1:
        if values[0] <= 31 and len(numbers[0]) < 4 and "-" not in text and "'" not in text:
            return None
        year = full_year(values[0], today_year=today_year)
        day = calendar.monthrange(year, month)[1] if last and 1900 <= year <= 2199 else 1
        found = _made(year, month, day)
        return ReadDate(found.day, partial=True) if found else None
    day, year = (values[1], values[0]) if len(numbers[0]) == 4 else (values[0], values[1])
    return _made(full_year(year, today_year=today_year), month, day)


def _find_month(words: list[str]) -> tuple[int, list[str]]:
    """The month a list of words names, and the words that are left."""
    for length in (2, 1):
        for start in range(len(words) - length + 1):
            month = MONTHS.get(" ".join(words[start : start + length]))
            if month:
                return month, words[:start] + words[start + length :]
    return 0, words


def month_of(text: str) -> int:
    """The month that a text is the name of, or 0."""
    return MONTHS.get(fold(text), 0)


def _made(year: int, month: int, day: int, *, doubtful: bool = False) -> ReadDate | None:
    if not 1900 <= year <= 2199:
        return None
    try:
        return ReadDate(date(year, month, day), doubtful=doubtful)
    except ValueError:
        return None
