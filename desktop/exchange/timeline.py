"""Which quarters an activity is planned for: marks under quarters or months, shading, written time frames."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from desktop.exchange.building import Builder
from desktop.exchange.dates import full_year
from desktop.exchange.folding import fold, listed, squash
from desktop.exchange.periods import PeriodPart, find_years, read_period
from desktop.exchange.planned import Severity
from desktop.exchange.recognise import Column, Table, is_mark
from desktop.exchange.tables import Reader
from desktop.exchange.terms import NO_TICKS

_LIST = re.compile(r"\s*[,;،؛&+\n]\s*|\s+(?:and|et|و)\s+", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:[-–—→]|\s(?:to|à|au|until|jusqu'à|إلى|الى|حتى)\s)\s*", re.IGNORECASE)
_ALWAYS = frozenset(
    fold(word)
    for word in listed(
        "All year; Throughout; Throughout the year; Whole year; Year-round; Continuous;"
        " Ongoing; Toute l'année;"
        "Continu; En continu; طوال العام; طوال السنة; على مدار السنة; مستمر",
        by=";",
    )
)


@dataclass(slots=True)
class Timeline:
    """The time columns of a table with their years settled."""

    reader: Reader
    year: int
    sure: bool
    shading: bool
    blank_marks: int = 0
    columns: list[tuple[Column, list[str]]] = field(default_factory=list)

    @classmethod
    def of(cls, reader: Reader) -> Timeline:
        """Settle the year by banners, titles, sheet and file name, dates, and last by today."""
        year, sure = plan_year(reader.table, reader.builder)
        timeline = cls(reader, year, sure, shading=False)
        reader.plan_year = year if sure else None
        for column in reader.table.all("tick"):
            timeline.columns.append((column, timeline.quarters_of(column)))
        unsaid = [
            one for one, _ in timeline.columns if one.head.period is None or one.head.period.year is None
        ]
        if unsaid and not sure:
            reader.builder.problem(
                "year_assumed", sheet=reader.sheet, row=reader.table.band.bottom, column=unsaid[0].index,
                severity=Severity.WARNING, year=year,
            )  # fmt: skip
        timeline.shading = timeline._only_shaded()
        return timeline

    def quarters_of(self, column: Column) -> list[str]:
        """The quarters that a column stands for."""
        return self._quarters_of(column.head.period or PeriodPart())

    def _quarters_of(self, part: PeriodPart) -> list[str]:
        year = part.year or (self.year + part.nth_year - 1 if part.nth_year else self.year)
        if part.in_quarter:
            return [f"{year}-Q{part.in_quarter}"]
        if part.month and part.month_to:
            return [
                f"{year}-Q{quarter}" for quarter in range((part.month + 2) // 3, (part.month_to + 2) // 3 + 1)
            ]
        if part.half:
            return [f"{year}-Q{part.half * 2 - 1}", f"{year}-Q{part.half * 2}"]
        return [f"{year}-Q{quarter}" for quarter in range(1, 5)]

    def _only_shaded(self) -> bool:
        """Bars drawn by colouring cells, when no cell of the time columns has a mark."""
        table, shaded, plain = self.reader.table, 0, 0
        for column, _ in self.columns:
            for row in range(table.first, table.last + 1):
                cell = table.sheet.at(row, column.index)
                if cell.shown:
                    return False
                shaded += cell.shaded
                plain += not cell.shaded
        if shaded and plain:
            self.reader.builder.problem(
                "marks_from_shading", sheet=table.sheet, row=table.band.bottom, count=shaded
            )
        return bool(shaded and plain)

    def quarters(self, row: int) -> list[str]:
        """The quarters of one row, sorted."""
        found: set[str] = set()
        title = self.reader.table.column("activity")
        banner = title is not None and self.reader.sheet.at(row, title.index).shaded
        for column, quarters in self.columns:
            cell = self.reader.cell(row, column)
            across = self.reader.sheet.spread(row, column.index)
            if cell.shown:
                if self._ticked(row, column, cell.shown):
                    found.update(quarters)
            elif _is_tick(across.shown) or (self.shading and cell.shaded and not banner):
                found.update(quarters)
        found.update(self._written(row))
        return sorted(found)

    def _ticked(self, row: int, column: Column, shown: str) -> bool:
        bare = shown.strip().casefold()
        if bare in NO_TICKS:
            self.reader.tell("read_as_empty", row, column, field=column.label)
            return False
        said = read_period(shown)
        own = column.head.period
        if is_mark(shown) or (said is not None and own is not None and said.in_quarter == own.in_quarter):
            self.reader.use(row, column)
            return True
        value = self.reader.sheet.at(row, column.index).value
        if isinstance(value, datetime):
            self.reader.tell("mark_is_date", row, column, field=column.label)
            return True
        self.reader.tell("mark_not_understood", row, column, severity=Severity.WARNING, field=column.label)
        return False

    def _written(self, row: int) -> list[str]:
        """Quarters out of a written time frame such as `Q1-Q3` or `Jan - Mar 2026`."""
        column = self.reader.table.column("timeframe")
        if column is None:
            return []
        shown = self.reader.cell(row, column).shown
        if not shown:
            return []
        if fold(shown) in _ALWAYS:
            self.reader.use(row, column)
            return self._quarters_of(PeriodPart())
        found: list[str] = []
        for piece in _LIST.split(squash(shown)):
            quarters = self._stretch(piece)
            if not quarters:
                return []
            found += quarters
        self.reader.use(row, column)
        return found

    def _stretch(self, text: str) -> list[str]:
        whole = read_period(text)
        if whole is not None:
            return self._quarters_of(whole)
        ends = [read_period(part) for part in _RANGE.split(text) if part]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return []
        last = ends[1]
        first = ends[0].with_outer(PeriodPart(year=last.year))
        from_, to = self._quarters_of(first)[0], self._quarters_of(last)[-1]
        return _between(from_, to)


def _is_tick(shown: str) -> bool:
    """A mark that says yes; shown by a merge, it holds for all the columns below it."""
    return bool(shown) and is_mark(shown) and shown.strip().casefold() not in NO_TICKS


def _between(first: str, last: str) -> list[str]:
    """All quarters from one to another; nothing when they are the wrong way round or decades apart."""
    year, quarter = int(first[:4]), int(first[-1])
    found: list[str] = []
    while f"{year}-Q{quarter}" <= last and len(found) < 80:
        found.append(f"{year}-Q{quarter}")
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return found


def plan_year(table: Table, builder: Builder) -> tuple[int, bool]:
    """The year of a plan and whether something said it."""
    said = [head.period.year for head in table.band.heads if head.period is not None and head.period.year]
    if said:
        return min(said), True
    dated = _years_of_dates(table, builder.today_year)
    for text in (*_titles(table), table.sheet.name, builder.file_name):
        years = find_years(text)
        if len(set(years)) == 1:
            return years[0], True
        if years and dated and dated.most_common(1)[0][0] in years:
            return dated.most_common(1)[0][0], True
    if dated:
        return dated.most_common(1)[0][0], True
    return builder.today_year, False


def _titles(table: Table) -> list[str]:
    """The lines above a header, the nearest last, without dates of revision."""
    lines = []
    for row in range(max(0, table.band.top - 8), table.band.top):
        lines += [cell.shown for _, cell in table.sheet.row(row)]
    return [line for line in lines if not re.search(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", line)]


def _years_of_dates(table: Table, today_year: int) -> Counter[int]:
    years: Counter[int] = Counter()
    for name in ("start", "end"):
        column = table.column(name)
        if column is None:
            continue
        for _, cell in table.cells(column):
            if isinstance(cell.value, datetime):
                years[cell.value.year] += 1
            elif isinstance(cell.value, str):
                found = find_years(cell.value)
                match = re.search(r"\d{1,2}[./-]\d{1,2}[./-](\d{2})$", cell.value.strip())
                years.update(found or ([full_year(int(match[1]), today_year=today_year)] if match else []))
    return years
