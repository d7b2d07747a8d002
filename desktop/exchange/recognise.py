"""Decides what each table of a file is, and which of its columns is which field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from desktop.exchange.bands import Band, Head, find_bands
from desktop.exchange.cells import Cell, Sheet, Workbook
from desktop.exchange.folding import fold
from desktop.exchange.kinds import ALLOWED, MONEY, RESULT_COLUMNS, SEVERAL, WEIGHTS, TableKind
from desktop.exchange.sections import read_title
from desktop.exchange.terms import NO_TICKS, TICKS

Wanted = Literal["workplan", "logframe"]

_CODE = re.compile(r"(?:[A-Za-z]{1,4}[.\-\s]?)?\d{1,3}(?:[.\-]\d{1,3}){0,5}\.?[a-z]?$")
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the field it stands for; `extra` is kept as notes, `blank` holds nothing."""

    head: Head
    field: str
    score: float = 1.0

    @property
    def index(self) -> int:
        return self.head.column

    @property
    def label(self) -> str:
        return self.head.label


@dataclass(frozen=True, slots=True)
class Table:
    """A recognised table; rows from 0, both ends of the body included."""

    sheet: Sheet
    kind: TableKind
    band: Band
    first: int
    last: int
    columns: tuple[Column, ...]
    confidence: float

    def column(self, name: str) -> Column | None:
        """The first column of a field."""
        return next((column for column in self.columns if column.field == name), None)

    def all(self, name: str) -> list[Column]:
        """Every column of a field."""
        return [column for column in self.columns if column.field == name]

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The filled cells of a row that belong to this table."""
        for column, cell in self.sheet.row(row):
            if self.band.left <= column <= self.band.right:
                yield column, cell

    def cells(self, column: Column) -> Iterator[tuple[int, Cell]]:
        """The filled cells of a column's body."""
        for row in range(self.first, self.last + 1):
            cell = self.sheet.at(row, column.index)
            if cell.shown:
                yield row, cell


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet with its tables, or the code of why it is left aside."""

    sheet: Sheet
    tables: tuple[Table, ...] = ()
    ignored: str | None = None


def recognise(book: Workbook, *, wanted: Wanted | None = None) -> list[SheetReading]:
    """Every sheet of a file with what was found on it. `wanted` settles what would be doubtful."""
    return [_read_sheet(sheet, wanted=wanted) for sheet in book.sheets]


def _read_sheet(sheet: Sheet, *, wanted: Wanted | None) -> SheetReading:
    if not sheet.height:
        return SheetReading(sheet, ignored="sheet_empty")
    if sheet.hidden:
        return SheetReading(sheet, ignored="sheet_hidden")
    bands = find_bands(sheet, needed=1.5 if wanted else 2.0)
    tables = []
    for place, band in enumerate(bands):
        last = next(
            (other.top - 1 for other in bands[place + 1 :] if other.top > band.bottom), sheet.height - 1
        )
        table = _read_table(sheet, band, last=last, wanted=wanted)
        if table is not None:
            tables.append(table)
    if tables:
        return SheetReading(sheet, tuple(tables))
    return SheetReading(sheet, ignored="sheet_without_table" if not bands else "sheet_not_understood")


def _read_table(sheet: Sheet, band: Band, *, last: int, wanted: Wanted | None) -> Table | None:
    first = band.bottom + 1
    while last >= first and not _has_cells(sheet, band, last):
        last -= 1
    if last < first:
        return None
    kind, score = _choose_kind(sheet, band, first=first, last=last, wanted=wanted)
    if kind is None:
        return None
    columns = assign_columns(sheet, band, kind, first=first, last=last)
    table = Table(sheet, kind, band, first, last, tuple(columns), min(1.0, score / 6))
    return table if _complete(table) else None


def _has_cells(sheet: Sheet, band: Band, row: int) -> bool:
    return any(band.left <= column <= band.right for column, _ in sheet.row(row))


def _complete(table: Table) -> bool:
    """Whether the table has what its records cannot do without."""
    if table.kind is TableKind.WORKPLAN:
        return table.column("activity") is not None
    if table.kind is TableKind.LOGFRAME:
        return any(table.column(name) for name in ("indicator", *RESULT_COLUMNS))
    named = table.column("indicator") or table.column("indicator_code")
    return named is not None and any(table.column(name) for name in ("value", "actual"))


def _choose_kind(
    sheet: Sheet, band: Band, *, first: int, last: int, wanted: Wanted | None
) -> tuple[TableKind | None, float]:
    """The kind that the headings speak for most; a wish needs less proof and excludes the others."""
    scores = {kind: _kind_score(sheet, band, kind, first=first, last=last) for kind in TableKind}
    if wanted == "workplan":
        scores = {TableKind.WORKPLAN: scores[TableKind.WORKPLAN]}
    elif wanted == "logframe":
        del scores[TableKind.WORKPLAN]
    kind = max(scores, key=lambda one: scores[one])
    enough = 0.8 if wanted else 2.6
    return (kind, scores[kind]) if scores[kind] >= enough else (None, scores[kind])


def _kind_score(sheet: Sheet, band: Band, kind: TableKind, *, first: int, last: int) -> float:
    weights = WEIGHTS[kind]
    best: dict[str, float] = {}
    for head in band.heads:
        options = {
            name: weights.get(name, 0.0) * score for name, score in head.fields.items() if score >= 0.6
        }
        nature = _measured(sheet, head, first=first, last=last)
        if nature:
            options = {nature: weights.get(nature, 0.0), **options}
        if options:
            name = max(options, key=lambda one: options[one])
            best[name] = max(best.get(name, 0.0), options[name])
    score = sum(best.values())
    if kind is TableKind.WORKPLAN and not (
        {"activity", "sub_activity", "title", "description"} & best.keys()
    ):
        return score * 0.4
    if (
        kind is TableKind.LOGFRAME
        and "indicator" not in best
        and not {"mov", "assumptions", "baseline"} & best.keys()
    ):
        return score * 0.4
    if kind is TableKind.ACTUALS:
        timed = {"period", "measured_period"} & best.keys()
        measured = {"value", "actual", "measured_period", "measured_category"} & best.keys()
        named = {"indicator", "indicator_code"} & best.keys()
        if not (timed and measured and named):
            return score * 0.3
        if any(
            head.fields.get(name, 0) >= 0.9
            for head in band.heads
            for name in ("mov", "assumptions", "cumulation")
        ):
            return score * 0.5
    return score


def _measured(sheet: Sheet, head: Head, *, first: int, last: int) -> str:
    """What a column headed by a period or category holds: numbers or ticks."""
    if head.fields and max(head.fields.values()) >= 0.9 and "timeframe" not in head.fields:
        return ""
    if head.period is None and not head.categories and not head.place:
        return ""
    numbers, ticks = count_contents(sheet, head.column, first=first, last=last)
    if numbers > ticks:
        return "measured_period" if head.period is not None else "measured_category"
    return "tick" if head.period is not None and (head.period.fine or ticks) else ""


def count_contents(sheet: Sheet, column: int, *, first: int, last: int) -> tuple[int, int]:
    """How many cells of a column hold numbers, and how many hold marks."""
    numbers = ticks = 0
    for row in range(first, min(last, first + _SAMPLE) + 1):
        cell = sheet.at(row, column)
        if not cell.shown:
            continue
        if is_mark(cell.shown):
            ticks += 1
        elif isinstance(cell.value, Decimal) or any(mark.isdigit() for mark in cell.shown):
            numbers += 1
    return numbers, ticks


def is_mark(text: str) -> bool:
    """Whether a text is one of the marks that stand in quarter cells."""
    bare = text.strip().casefold()
    return bare in TICKS or bare in NO_TICKS or fold(text) in TICKS


def assign_columns(sheet: Sheet, band: Band, kind: TableKind, *, first: int, last: int) -> list[Column]:
    """Give every column its field, the surest first; what stays over is `extra`."""
    claims: list[tuple[float, int, str]] = []
    fixed: dict[int, Column] = {}
    for place, head in enumerate(band.heads):
        special = _special(sheet, head, kind, first=first, last=last)
        if special is not None:
            fixed[place] = special
            continue
        for word, score in head.fields.items():
            name = _renamed(kind, word)
            if name in ALLOWED[kind] and score >= 0.6:
                fit = _fit(sheet, head.column, name, first=first, last=last)
                claims.append((score + fit, place, name))
    taken = {column.field for column in fixed.values()}
    for score, place, name in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if place not in fixed and (name in SEVERAL or name not in taken):
            fixed[place] = Column(band.heads[place], name, min(score, 1.0))
            taken.add(name)
    columns = [
        fixed.get(place) or _leftover(sheet, head, first=first, last=last)
        for place, head in enumerate(band.heads)
    ]
    return _fill_gaps(sheet, columns, kind, first=first, last=last)


def _renamed(kind: TableKind, name: str) -> str:
    if kind is TableKind.ACTUALS:
        return {"status": "residence", "target_group": "residence"}.get(name, name)
    return name


def _special(sheet: Sheet, head: Head, kind: TableKind, *, first: int, last: int) -> Column | None:
    """Columns that are told by their period or category more than by a word."""
    top = max(head.fields, key=lambda name: head.fields[name]) if head.fields else ""
    if kind is TableKind.WORKPLAN:
        return _workplan_special(sheet, head, top, first=first, last=last)
    measured = head.period is not None or bool(head.categories) or bool(head.place)
    if not measured:
        return None
    if top in {"target", "baseline", "actual", "value"}:
        field = "value" if kind is TableKind.ACTUALS and top == "actual" else top
        return Column(head, field)
    if top and head.fields[top] >= 0.9 and top not in {"timeframe", "period", "planned", "budget"}:
        return None
    numbers, _ = count_contents(sheet, head.column, first=first, last=last)
    if kind is TableKind.ACTUALS:
        return Column(head, "value", 0.9)
    if top == "planned" or (numbers and head.period is not None):
        return Column(head, "target", 0.7)
    return None


def _workplan_special(sheet: Sheet, head: Head, top: str, *, first: int, last: int) -> Column | None:
    if head.period is None:
        return None
    money = next((name for name in MONEY if head.fields.get(name, 0.0) >= 0.6), "")
    if money:
        return Column(head, f"{money}_part" if head.period.fine else money)
    if top not in {"", "timeframe", "planned", "period"}:
        return None
    numbers, ticks = count_contents(sheet, head.column, first=first, last=last)
    if numbers > ticks:
        return Column(head, "budget_part", 0.7) if head.period.fine else None
    return Column(head, "tick")


def _fit(sheet: Sheet, column: int, name: str, *, first: int, last: int) -> float:
    """A small bonus for contents that suit the field."""
    numbers, _ = count_contents(sheet, column, first=first, last=last)
    filled = sum(1 for row in range(first, min(last, first + _SAMPLE) + 1) if sheet.at(row, column).shown)
    if not filled:
        return -0.05
    share = numbers / filled
    if name in {*MONEY, "quantity", "unit_cost", "value", "progress", "baseline_year"}:
        return 0.05 * share
    if name in {"lead", "partners", "activity", "comments", "indicator"}:
        return -0.1 * share if share > 0.6 else 0.0
    return 0.0


def _leftover(sheet: Sheet, head: Head, *, first: int, last: int) -> Column:
    filled = any(sheet.at(row, head.column).shown for row in range(first, last + 1))
    return Column(head, "extra" if filled else "blank", 0.0)


def _fill_gaps(
    sheet: Sheet, columns: list[Column], kind: TableKind, *, first: int, last: int
) -> list[Column]:
    """Fields that a table must have, found by what unnamed or vaguely named columns hold."""
    if kind is not TableKind.ACTUALS and all(column.field != "level" for column in columns):
        columns = [_as_level(sheet, column, first=first, last=last) for column in columns]
    if kind is TableKind.WORKPLAN:
        columns = _promote(columns, "budget", ("planned",), money=True)
        columns = _promote(columns, "activity", ("sub_activity", "title", "description", "deliverable"))
        if all(column.field != "activity" for column in columns):
            columns = _longest_texts(sheet, columns, first=first, last=last)
    if kind is TableKind.ACTUALS:
        if all(column.field != "indicator" for column in columns):
            columns = _promote(columns, "indicator", ("output", "result", "outcome"))
        columns = _promote(columns, "indicator_code", ("code",))
        if all(column.field not in {"value", "actual"} for column in columns):
            columns = _promote(columns, "value", ("target",))
        columns = [_as_dimension(sheet, column, first=first, last=last) for column in columns]
    if all(column.field not in {"code", "indicator_code"} for column in columns):
        columns = [_as_code(sheet, column, columns, first=first, last=last) for column in columns]
    return columns


def _promote(
    columns: list[Column], name: str, sources: Sequence[str], *, money: bool = False
) -> list[Column]:
    """The first of some vaguer columns takes a field that nobody has."""
    if any(column.field == name or (money and column.field == f"{name}_part") for column in columns):
        return columns
    for source in sources:
        for place, column in enumerate(columns):
            if column.field == source:
                return [*columns[:place], replace(column, field=name, score=0.7), *columns[place + 1 :]]
    return columns


def _longest_texts(sheet: Sheet, columns: list[Column], *, first: int, last: int) -> list[Column]:
    """Without any heading for it, the activity is the unnamed column with the longest texts."""

    def length(column: Column) -> float:
        texts = [sheet.at(row, column.index).shown for row in range(first, min(last, first + _SAMPLE) + 1)]
        return sum(map(len, texts)) / max(1, sum(1 for text in texts if text))

    free = [column for column in columns if column.field == "extra" and not column.label]
    best = max(free, key=length, default=None)
    if best is None or length(best) < 12:
        return columns
    return [replace(column, field="activity", score=0.5) if column is best else column for column in columns]


def _as_code(sheet: Sheet, column: Column, columns: list[Column], *, first: int, last: int) -> Column:
    """An unnamed column full of 1.1.1 is the code."""
    if column.field != "extra" or column.label:
        return column
    texts = [text for row in range(first, last + 1) if (text := sheet.at(row, column.index).shown)]
    fits = sum(1 for text in texts if _CODE.match(text))
    first_unnamed = next(one for one in columns if one.field == "extra" and not one.label)
    return (
        replace(column, field="code", score=0.6)
        if column is first_unnamed and fits >= len(texts) * 0.7
        else column
    )


def _as_level(sheet: Sheet, column: Column, *, first: int, last: int) -> Column:
    """An unnamed column of level words: Overall objective, Results, Activities."""
    if column.field != "extra" or column.label:
        return column
    texts = [text for row in range(first, last + 1) if (text := sheet.at(row, column.index).shown)]
    levels = sum(1 for text in texts if len(text) <= 40 and read_title(text).type is not None)
    return replace(column, field="level", score=0.6) if levels >= max(1, len(texts) * 0.6) else column


def _as_dimension(sheet: Sheet, column: Column, *, first: int, last: int) -> Column:
    """An unknown column with few different short texts splits the values; it is a dimension."""
    if column.field != "extra" or not column.label:
        return column
    texts = [text for row in range(first, last + 1) if (text := sheet.at(row, column.index).shown)]
    distinct = set(texts)
    short = all(len(text) <= 40 for text in distinct)
    plain = not all(isinstance(sheet.at(row, column.index).value, Decimal) for row in range(first, last + 1))
    few = len(distinct) <= 25 and len(distinct) <= max(2, len(texts) * 0.34)
    return replace(column, field="other_dimension", score=0.5) if short and few and plain else column
