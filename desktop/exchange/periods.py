"""Periods as people write them in headings and cells: `2025-Q1`, `T1 2025`, `Jan-Mar 2025`, `الربع الأول`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from desktop.exchange.folding import fold, listed
from desktop.exchange.vocabulary import MONTHS, ORDINALS, PERIOD_WORDS

_PIECES = re.compile(r"\d+|%|[^\W\d]+")
_ENDINGS = frozenset(listed("st nd rd th er ere eme e ieme ème"))
_FILLERS = frozenset(listed("of de du to au a the من الي period periode end fin الفترة"))
_LIMITS = {"quarter": 4, "half": 2, "week": 5, "month": 12, "nth_year": 20}


@dataclass(frozen=True, slots=True)
class PeriodPart:
    """What a text says about time; parts of stacked headers are put together with `with_outer`."""

    year: int | None = None
    nth_year: int | None = None
    half: int | None = None
    quarter: int | None = None
    month: int | None = None
    month_to: int | None = None
    week: int | None = None

    def with_outer(self, outer: PeriodPart) -> PeriodPart:
        """This part completed by the banner above it."""
        return PeriodPart(
            self.year or outer.year,
            self.nth_year or outer.nth_year,
            self.half or outer.half,
            self.quarter or outer.quarter,
            self.month or outer.month,
            self.month_to or outer.month_to,
            self.week or outer.week,
        )

    @property
    def in_quarter(self) -> int | None:
        """The quarter of the year this part lies in, if it lies in one."""
        if self.month:
            month_quarter = (self.month + 2) // 3
            inside = self.month_to is None or (self.month_to + 2) // 3 == month_quarter
            return month_quarter if inside else None
        return self.quarter

    @property
    def fine(self) -> bool:
        """It names a stretch shorter than a year."""
        return bool(self.half or self.quarter or self.month)

    def span(self) -> Span | None:
        """First and last day and a label; None without a year."""
        if self.year is None:
            return None
        if self.month:
            return _months(self.year, self.month, self.month_to or self.month)
        if self.quarter:
            return _months(self.year, self.quarter * 3 - 2, self.quarter * 3)
        if self.half:
            return _months(self.year, self.half * 6 - 5, self.half * 6)
        return _months(self.year, 1, 12)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of days with the label it gets."""

    start: date
    end: date
    label: str


def _months(year: int, first: int, last: int) -> Span:
    end_year = year if last >= first else year + 1
    end = date(end_year, last, calendar.monthrange(end_year, last)[1])
    return Span(date(year, first, 1), end, _label(year, first, end_year, last))


def _label(year: int, first: int, end_year: int, last: int) -> str:
    """The short name of a stretch of months; quarters, halves and years have their own."""
    months = last - first + 1
    if year == end_year and first % months == 1 % months and months in {3, 6, 12}:
        return {3: f"{year}-Q{last // 3}", 6: f"{year}-H{last // 6}", 12: str(year)}[months]
    return f"{year}-{first:02}" if months == 1 else f"{year}-{first:02}/{end_year}-{last:02}"


def read_period(text: str) -> PeriodPart | None:
    """The period a text names, if it names nothing else."""
    if len(text) > 40:
        return None
    reader = _Reader(_PIECES.findall(fold(text)))
    return reader.read()


def find_years(text: str) -> list[int]:
    """The years that are mentioned anywhere in a text."""
    return [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", fold(text))]


class _Reader:
    """The words of one text, taken one after the other."""

    def __init__(self, words: list[str]) -> None:
        self.words, self.place = words, 0
        self.found: dict[str, int] = {}
        self.loose: int | None = None

    def read(self) -> PeriodPart | None:
        while self.place < len(self.words):
            word = self.words[self.place]
            self.place += 1
            if not self._take(word):
                return None
        if self.loose is not None:
            # `Q1 25`: two digits beside a quarter or month are a year.
            if "year" in self.found or not self.found or not 15 <= self.loose <= 60:
                return None
            self.found["year"] = 2000 + self.loose
        if not self.found or any(not 1 <= self.found.get(name, 1) <= most for name, most in _LIMITS.items()):
            return None
        return PeriodPart(**self.found)

    def _take(self, word: str) -> bool:
        if word.isdigit():
            return self._number(word)
        pair = f"{word} {self._peek()}"
        if pair in MONTHS:
            self.place += 1
            return self._month(MONTHS[pair])
        if word in MONTHS:
            return self._month(MONTHS[word])
        if word in PERIOD_WORDS:
            return self._named(PERIOD_WORDS[word], word)
        if word in ORDINALS and self.loose is None:
            self.loose = ORDINALS[word]
            return True
        return word in _FILLERS or (word in _ENDINGS and self.loose is not None)

    def _peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def _number(self, word: str) -> bool:
        value = int(word)
        if len(word) == 4 and 1990 <= value <= 2100 and "year" not in self.found:
            self.found["year"] = value
            return True
        if len(word) <= 2 and self.loose is None:
            self.loose = value
            return self._slashed(value)
        return False

    def _slashed(self, value: int) -> bool:
        """`2025/01` and `01/2025` are a month; a lone number is left open."""
        if len(self.words) == 2 and 1 <= value <= 12:
            other = self.words[1] if self.place == 1 else self.words[0]
            if len(other) == 4 and other.isdigit():
                self.loose, self.found["month"] = None, value
        return True

    def _month(self, month: int) -> bool:
        if "month" not in self.found:
            self.found["month"] = month
        elif "month_to" not in self.found:
            self.found["month_to"] = month
        else:
            return False
        return True

    def _named(self, name: str, word: str) -> bool:
        following = self._peek()
        number = int(following) if following.isdigit() else ORDINALS.get(following)
        if number is not None and (len(following) < 3 or not following.isdigit()):
            self.place += 1
            if word == "s":
                name = "half" if number <= 2 else "week"
        elif name == "year" and following.isdigit():
            return True
        elif self.loose is not None:
            number, self.loose = self.loose, None
        else:
            return False
        name = "nth_year" if name == "year" else name
        if name in self.found:
            return False
        self.found[name] = number
        return True
