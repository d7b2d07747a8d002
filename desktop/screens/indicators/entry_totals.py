"""The totals of the entry grid: of a line, of a group of categories, and of all places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from desktop.commands.categories import COMPLETE, Cells, Split, sum_of_cells
from desktop.commands.roll_up import total_of
from desktop.commands.totals import Difference, Measure, Part, Total, number, total_of_places
from desktop.models.entry import EntryCell, EntryState
from desktop.screens.indicators.facts import Entry, Facts
from desktop.screens.indicators.layout import ALL, SUM, keys_of_sum
from desktop.screens.indicators.lines import Line
from desktop.screens.indicators.wording import difference_text, number_text, total_text, total_tip
from desktop.store.figures import figures_of
from desktop.store.rows import Row
from desktop.words import Words


class Table(Protocol):
    """What totals are made of."""

    @property
    def words(self) -> Words: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def measure(self) -> Measure: ...

    @property
    def split(self) -> Split: ...

    def entry(self, line: Line) -> Entry | None: ...

    def lines(self, period: bytes) -> Sequence[Line]: ...

    def cells(self, row: Row) -> Cells: ...

    def is_due(self, period: bytes) -> bool: ...

    def is_expected(self, line: Line) -> bool: ...

    def missing_reason(self, entry: Entry | None, column: str) -> str: ...


def sum_cell(table: Table, line: Line, column: str) -> EntryCell:
    entry = table.entry(line)
    if entry is None:
        return EntryCell()
    if column == ALL:
        total, difference = total_of(
            table.measure, table.split, figures_of(entry.row), due=table.is_due(line.period)
        )
        return shown(table, total, difference)
    return shown(table, part_sum(table, line, entry, column), brief=True)


def part_sum(table: Table, line: Line, entry: Entry, column: str) -> Total:
    return sum_of_cells(
        table.split,
        table.cells(entry.row),
        keys_of_sum(table.split, column),
        inside=1,
        due=table.is_due(line.period),
        reason=entry.row.values.get("missing_reason"),
    )


def shown(
    table: Table, total: Total, difference: Difference | None = None, *, brief: bool = False
) -> EntryCell:
    """A total as a cell; where there is no room for words, a dash with its reason as the tip."""
    words = table.words
    if total.blocked:
        said = "–" if brief else total_text(words, table.measure, total)
        return EntryCell(said, EntryState.BLOCKED, reason=said, tip=total_tip(words, total), edit="")
    text = total_text(words, table.measure, total)
    edit = number_text(words, table.measure, total.value)
    if difference is not None:
        tip = difference_text(words, table.measure, difference)
        return EntryCell(words.isolate(f"≠ {text}"), tip=tip, edit=edit)
    return EntryCell(text, tip=total_tip(words, total), edit=edit)


def total_cell(table: Table, row: str, column: str) -> EntryCell:
    """A cell in the row of all places."""
    period = bytes.fromhex(row.partition("/")[0])
    whole = next((each.total for each in table.facts.figures if each.period == period), Total())
    if column in (ALL, "=score") or (column == "=total" and not table.split.keys):
        return shown(table, whole)
    if column == "=total":
        return EntryCell()
    if whole.blocked in ("two_entries", "whole_and_parts"):
        return shown(table, whole, brief=True)
    if column in ("=numerator", "=denominator"):
        value = whole.numerator if column == "=numerator" else whole.denominator
        return EntryCell(table.words.number(value) if value is not None else "")
    if not table.split.keys or table.measure.unit_type != "number":
        return EntryCell()
    parts = list(column_parts(table, period, column))
    return shown(table, total_of_places(table.measure, parts), brief=True)


def column_parts(table: Table, period: bytes, column: str) -> Iterator[Part]:
    due = table.is_due(period)
    for line in table.lines(period):
        entry = table.entry(line)
        if not table.is_expected(line):
            continue
        if entry is None:
            yield Part(whole=not due)
        elif column.startswith(SUM):
            total = part_sum(table, line, entry, column)
            expected = not due or table.missing_reason(entry, ALL) in COMPLETE
            known = total.value is not None or bool(total.blocked)
            yield Part(total.value, whole=not total.bound if known else expected, blocked=total.blocked)
        else:
            value = number(table.cells(entry.row).numbers.get(column))
            done = not due or table.missing_reason(entry, column) in COMPLETE
            yield Part(value, whole=value is not None or done)
