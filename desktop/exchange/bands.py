"""Finds the header of a table anywhere on a sheet: its rows, its banners, and what each column is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.exchange.cells import Cell, Sheet
from desktop.exchange.folding import fold, listed
from desktop.exchange.headers import Heading, quick_fields, read_heading
from desktop.exchange.periods import PeriodPart
from desktop.exchange.vocabulary import MONTH_INITIALS

_THOROUGH_ROWS = 120
_MEASURES = frozenset(
    listed(
        "budget planned revised committed spent target actual value baseline quantity unit_cost "
        "numerator denominator "
        "start end actual_start actual_end baseline_year"
    )
)


@dataclass(frozen=True, slots=True)
class Head:
    """All that stacked headings say of one column."""

    column: int
    label: str
    fields: dict[str, float] = field(default_factory=dict)
    period: PeriodPart | None = None
    currency: str | None = None
    thousands: bool = False
    percent: bool = False
    categories: tuple[tuple[str, str], ...] = ()
    place: str = ""
    """The country that the column is headed with."""


@dataclass(frozen=True, slots=True)
class Band:
    """The header rows of one table, both ends included, and its columns."""

    top: int
    bottom: int
    heads: tuple[Head, ...]
    score: float

    @property
    def left(self) -> int:
        return self.heads[0].column

    @property
    def right(self) -> int:
        return self.heads[-1].column


def score_row(sheet: Sheet, row: int, *, quick: bool) -> float:
    """How much a row looks like a header; 0 when it does not."""
    best: dict[str, float] = {}
    texts = numbers = known = 0
    extra = 0.0
    for _, cell in sheet.row(row):
        if isinstance(cell.value, datetime):
            extra = min(extra + 0.2, 1.6)
            continue
        if not isinstance(cell.value, str):
            numbers += not _is_year(cell)
            continue
        texts += 1
        heading = Heading("", quick_fields(cell.shown)) if quick else read_heading(cell.shown)
        if heading.best >= 0.7:
            known += 1
            name = max(heading.fields, key=lambda one: heading.fields[one])
            best[name] = max(best.get(name, 0.0), heading.best)
        elif heading.known:
            known += 1
            extra = min(extra + 0.4, 1.6)
    if len(best) < 2 or numbers > texts * 0.5 or (known < texts * 0.4 and len(best) < 4):
        return 0.0
    return sum(best.values()) + extra


def _is_year(cell: Cell) -> bool:
    return cell.shown.isdigit() and 1990 <= int(cell.shown) <= 2100


def find_bands(sheet: Sheet, *, needed: float = 2.0) -> list[Band]:
    """The headers of a sheet from top to bottom; the same header again on a later page is not a new one."""
    quick_scores = [score_row(sheet, row, quick=row >= _THOROUGH_ROWS) for row in range(sheet.height)]
    best = max(quick_scores, default=0.0)
    if best < needed * 0.9:
        return []
    bands: list[Band] = []
    row = 0
    while row < sheet.height:
        enough = max(needed * 0.9, best * 0.55 if not bands else max(2.7, best * 0.45))
        if quick_scores[row] < enough:
            row += 1
            continue
        row = _best_neighbour(quick_scores, row)
        found = read_bands(sheet, row, score=quick_scores[row])
        bands += [band for band in found if not any(_same_labels(band, earlier) for earlier in bands)]
        row = max(row, bands[-1].bottom if bands else row) + 1
    return bands


def _best_neighbour(scores: Sequence[float], row: int) -> int:
    """Of a banner row and the row below it, the one that says more."""
    following = scores[row + 1] if row + 1 < len(scores) else 0.0
    return row + 1 if following > scores[row] * 1.2 else row


def _same_labels(one: Band, other: Band) -> bool:
    labels = {fold(head.label) for head in one.heads if head.label}
    beside = one.right < other.left or other.right < one.left
    return (
        bool(labels)
        and not beside
        and len(labels & {fold(head.label) for head in other.heads}) >= len(labels) * 0.8
    )


def read_bands(sheet: Sheet, row: int, *, score: float) -> list[Band]:
    """The header around a row, cut where empty columns part two tables that stand side by side."""
    top, bottom = row, row
    while top > 0 and row - top < 2 and _is_banner_row(sheet, top - 1, top):
        top -= 1
    while bottom + 1 < sheet.height and bottom - row < 2 and _is_sub_row(sheet, bottom + 1, bottom):
        bottom += 1
    heads = _read_heads(sheet, top, bottom)
    return [Band(top, bottom, tuple(group), score) for group in _groups(sheet, heads, bottom)]


def _is_banner_row(sheet: Sheet, row: int, below: int) -> bool:
    """A row over a header that groups its columns: merged over some of them, or years and the like."""
    cells = list(sheet.row(row))
    if not cells:
        return False
    columns = [column for column, _ in sheet.row(below)]
    width = columns[-1] - columns[0] + 1
    grouping = False
    for column, cell in cells:
        merge = sheet.merges.get((row, column))
        if len(cell.shown) > 60 or (merge and merge.width >= max(3, width * 0.8)):
            return False
        heading = read_heading(cell.shown)
        strong = heading.best >= 0.9 or heading.category is not None
        pure = heading.period is not None and not heading.fields and len(cell.shown) <= 16
        tall = merge is not None and merge.bottom > row
        if merge and merge.width > 1:
            grouping = True
        elif not (strong or pure or tall) or (len(cells) == 1 and not pure):
            return False
        grouping = grouping or pure or tall or (strong and sheet.at(below, column + 1).shown != "")
    return grouping


def _is_sub_row(sheet: Sheet, row: int, above: int) -> bool:
    """A row under a header that tells the columns of its merged or blank headings apart."""
    cells = list(sheet.row(row))
    if not cells:
        return False
    if all(_is_unit(cell.shown) for _, cell in cells):
        return True
    wide = 0
    for column, cell in cells:
        over = sheet.at(above, column)
        merge = sheet.merges.get(over.merged_from or (above, column))
        is_wide = merge is not None and merge.width > 1 and merge.bottom < row
        wide += is_wide
        if _is_unit(cell.shown):
            continue
        if not is_wide and over.shown:
            return False
        heading = read_heading(cell.shown)
        if len(cell.shown) > 40 or not (heading.known or _is_year(cell) or isinstance(cell.value, datetime)):
            return False
    return wide > 0 or len(cells) > 1


def _is_unit(text: str) -> bool:
    """A currency or a bracketed remark alone: it belongs to the heading above."""
    bracketed = text.startswith("(") and text.endswith(")") and len(text) <= 20
    heading = read_heading(text)
    return (bracketed or heading.currency is not None) and not heading.fields and heading.period is None


def _read_heads(sheet: Sheet, top: int, bottom: int) -> list[Head]:
    rows = range(top, bottom + 1)
    width = max(len(sheet.cells[row]) for row in rows)
    stacks = [[_heading(sheet, row, column) for row in rows] for column in range(width)]
    for level in range(len(rows) - 1):
        _spread_banners(stacks, level)
    heads = [combine(column, [one for one in stack if one.label]) for column, stack in enumerate(stacks)]
    return _name_month_initials(heads)


def _heading(sheet: Sheet, row: int, column: int) -> Heading:
    cell = sheet.at(row, column)
    if cell.merged_from and cell.merged_from[0] < row:
        # Covered from above: the same heading again says nothing new.
        return Heading("")
    spread = sheet.spread(row, column)
    if isinstance(spread.value, datetime):
        # A heading `Jan-26` is often a date that only looks like a month.
        return Heading(spread.shown[:7], period=PeriodPart(year=spread.value.year, month=spread.value.month))
    return read_heading(spread.shown)


def _spread_banners(stacks: list[list[Heading]], level: int) -> None:
    """A banner that was not merged reaches as far right as the columns under it are of its kind."""
    banner: Heading | None = None
    nature = ""
    for stack in stacks:
        own = stack[level]
        below = next((one for one in stack[level + 1 :] if one.label), None)
        if own.label:
            banner, nature = own, _nature(below)
        elif banner is not None and below is not None and nature and _nature(below) == nature:
            stack[level] = banner
        else:
            banner = None


def _nature(heading: Heading | None) -> str:
    if heading is None:
        return ""
    if heading.period is not None and not heading.fields:
        return "period"
    if heading.category is not None or heading.place:
        return "category"
    return "measure" if _MEASURES & {name for name, score in heading.fields.items() if score > 0.9} else ""


def combine(column: int, stack: list[Heading]) -> Head:
    """One column's headings, from the banner down, as one meaning."""
    kept = [one for place, one in enumerate(stack) if place == 0 or one.label != stack[place - 1].label]
    label = " / ".join(one.label for one in kept)
    period: PeriodPart | None = None
    for one in reversed(kept):
        if one.period is not None:
            period = one.period if period is None else period.with_outer(one.period)
    fields = dict(kept[-1].fields) if kept else {}
    for outer in reversed(kept[:-1]):
        fields = _under(dict(outer.fields), fields)
    return Head(
        column,
        label,
        fields,
        period,
        next((one.currency for one in reversed(kept) if one.currency), None),
        any(one.thousands for one in kept),
        any(one.percent for one in kept),
        tuple(one.category for one in kept if one.category is not None),
        next((one.label for one in kept if one.place), ""),
    )


def _under(outer: dict[str, float], inner: dict[str, float]) -> dict[str, float]:
    """What a heading means under a banner: `Planned` under `Budget`, `Year` under `Baseline`."""
    if not inner:
        return outer
    if not outer:
        return inner
    top = max(outer, key=lambda name: outer[name])
    for name in inner:
        meant = _PAIRS.get((top, name))
        if meant:
            return {meant: 1.0}
    return inner


_PAIRS = {
    ("budget", "planned"): "budget",
    ("budget", "budget"): "budget",
    ("budget", "target"): "budget",
    ("budget", "actual"): "spent",
    ("budget", "value"): "budget",
    ("planned", "budget"): "budget",
    ("actual", "budget"): "spent",
    ("actual", "start"): "actual_start",
    ("actual", "end"): "actual_end",
    ("baseline", "value"): "baseline",
    ("baseline", "period"): "baseline_year",
    ("baseline", "timeframe"): "baseline_year",
    ("target", "value"): "target",
    ("target", "budget"): "target",
    ("target", "planned"): "target",
    ("actual", "value"): "actual",
}


def _name_month_initials(heads: list[Head]) -> list[Head]:
    """Twelve neighbours headed J F M A M J J A S O N D are the months."""
    ends = [fold(head.label.rpartition(" / ")[2]) for head in heads]
    for initials in MONTH_INITIALS:
        letters = [fold(letter) for letter in initials.split()]
        for start in range(len(heads) - 11):
            if ends[start : start + 12] == letters:
                for month in range(12):
                    head = heads[start + month]
                    outer = head.period or PeriodPart()
                    heads[start + month] = Head(
                        head.column,
                        head.label,
                        {},
                        PeriodPart(month=month + 1).with_outer(outer),
                        head.currency,
                    )
    return heads


def _groups(sheet: Sheet, heads: list[Head], bottom: int) -> list[list[Head]]:
    """Heads by table: an empty column parts two tables when both sides can stand alone."""
    filled = {
        column for row in range(bottom + 1, min(sheet.height, bottom + 40)) for column, _ in sheet.row(row)
    }
    groups: list[list[Head]] = [[]]
    for head in heads:
        if head.label or head.column in filled:
            groups[-1].append(head)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if any(head.label for head in group)]
    if len(groups) > 1 and all(_stands_alone(group) for group in groups):
        return groups
    everything = [head for group in groups for head in group]
    return [everything] if everything else []


def _stands_alone(group: list[Head]) -> bool:
    names = [max(head.fields, key=lambda one: head.fields[one]) for head in group if head.fields]
    return len(set(names)) >= 2 and bool({"activity", "title", "indicator", "result", "output"} & set(names))
