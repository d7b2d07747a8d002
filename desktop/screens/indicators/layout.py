"""The columns of the entry grid and the heads over them, as what an indicator counts asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Final, Literal

from desktop.commands.categories import JOINT, Split
from desktop.commands.totals import Measure
from desktop.models.entry import EntryColumn, EntryRole, HeaderSpan
from desktop.store.rows import Row
from desktop.words import Words

FIELD: Final = "="
"""Begins the key of a column that is a field of the value, not a cell of its table."""
ALL: Final = "=all"
SUM: Final = "=sum/"
_CELL, _SAID, _WIDE, _TEXT = 67, 88, 112, 420

InputKind = Literal["cell", "number", "yes_no", "step", "text"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns and the levels over them."""

    columns: tuple[EntryColumn, ...]
    levels: tuple[tuple[HeaderSpan, ...], ...]

    def column(self, key: str) -> EntryColumn | None:
        return next((column for column in self.columns if column.key == key), None)


def input_kind(measure: Measure, key: str) -> InputKind:
    """How what is typed into a column is read."""
    if not key.startswith(FIELD):
        return "cell"
    if key == "=score":
        return "yes_no" if measure.unit_type == "yes_no" else "step"
    return "text" if key == "=text" else "number"


def is_field(key: str) -> bool:
    """Whether a column is an input for a field of the value itself."""
    return key.startswith(FIELD) and not key.startswith(SUM) and key != ALL


def field_of(key: str) -> str:
    """The field of the value that a column writes."""
    return key.removeprefix(FIELD)


def keys_of_sum(split: Split, column: str) -> list[str]:
    """The cells that a total column adds up."""
    if column == ALL:
        return list(split.keys)
    outer = column.removeprefix(SUM)
    return [key for key in split.keys if key.partition(JOINT)[0] == outer]


def make_layout(
    words: Words, indicator: Row, measure: Measure, split: Split, *, apart: bool, wide: bool = False
) -> Layout:
    """The columns for an indicator.

    `apart` adds the one for totals that were counted apart; `wide` gives totals room for words.
    """
    if measure.unit_type == "qualitative":
        return Layout((EntryColumn("=text", words.t("In words"), width=_TEXT),), ())
    if measure.unit_type in ("yes_no", "scale"):
        title = words.t("Yes or no") if measure.unit_type == "yes_no" else words.t("Step")
        return Layout((EntryColumn("=score", title, width=_WIDE),), ())
    sums = measure.unit_type == "number"
    columns, levels = _split_columns(words, split, sums=sums)
    if measure.by_parts:
        columns += _part_columns(words, indicator, measure)
    elif not split.keys:
        unit = str(indicator.values.get("unit") or words.t("Value"))
        columns.append(EntryColumn("=total", unit, width=_WIDE))
    else:
        if apart or not sums:
            columns.append(EntryColumn("=total", words.t("Counted apart"), width=92))
        columns.append(EntryColumn(ALL, words.t("All"), EntryRole.GRAND, width=_SAID if wide else _CELL))
    extra = len(columns) - sum(span.span for span in levels[0]) if levels else 0
    padded = tuple((*level, *(HeaderSpan("", 1) for _ in range(extra))) for level in levels)
    return Layout(tuple(columns), padded)


def _part_columns(words: Words, indicator: Row, measure: Measure) -> list[EntryColumn]:
    values = indicator.values
    shown = words.t("%") if measure.unit_type == "percent" else words.t("Value")
    return [
        EntryColumn("=numerator", str(values.get("numerator_label") or words.t("Numerator")), width=160),
        EntryColumn(
            "=denominator", str(values.get("denominator_label") or words.t("Denominator")), width=160
        ),
        EntryColumn(ALL, shown, EntryRole.GRAND, width=92),
    ]


def _split_columns(
    words: Words, split: Split, *, sums: bool
) -> tuple[list[EntryColumn], list[list[HeaderSpan]]]:
    if not split.keys:
        return [], []
    dimensions = split.dimensions
    leaves = {category.code: words.isolate(category.name) for category in dimensions[-1].categories}
    columns: list[EntryColumn] = []
    widest = max((len(name) for name in leaves.values()), default=0)
    width = _CELL if widest <= 9 else min(140, _CELL + 6 * (widest - 9))
    for outer, keys in groupby(split.keys, key=lambda key: key.partition(JOINT)[0]):
        some = list(keys)
        inner = [EntryColumn(key, leaves[key.rpartition(JOINT)[2]], width=width) for key in some]
        columns += inner
        if sums and len(dimensions) > 1:
            columns.append(EntryColumn(f"{SUM}{outer}", words.t("Total"), EntryRole.TOTAL, ends_group=True))
    return columns, _levels(words, split, sums=sums)


def _levels(words: Words, split: Split, *, sums: bool) -> list[list[HeaderSpan]]:
    """The headers over the cells, the outermost dimension first."""
    dimensions = split.dimensions
    if len(dimensions) == 1:
        return [[HeaderSpan(dimensions[0].name, len(dimensions[0].categories))]]
    gap = [HeaderSpan("", 1)] if sums else []
    levels: list[list[HeaderSpan]] = []
    for depth in range(len(dimensions) - 1):
        inside = prod(len(each.categories) for each in dimensions[depth + 1 :])
        here = [HeaderSpan(words.isolate(each.name), inside) for each in dimensions[depth].categories]
        if depth == 0:
            levels.append([HeaderSpan(span.text, span.span + len(gap)) for span in here])
            continue
        repeats = prod(len(each.categories) for each in dimensions[1:depth])
        levels.append([span for _ in dimensions[0].categories for span in (*(here * repeats), *gap)])
    return levels


def category_path(split: Split, key: str) -> Sequence[str]:
    """The names of the categories of a cell, the outermost first."""
    names = []
    for dimension, code in zip(split.dimensions, key.split(JOINT), strict=False):
        names += [category.name for category in dimension.categories if category.code == code]
    return names
