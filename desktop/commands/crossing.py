"""Reads how an indicator is split: its dimensions and their categories, in their order, as `Split`."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.commands.categories import Category, Dimension, Split
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from desktop.store.titles import shown_title


def read_split(reader: Reader, dimensions: Sequence[bytes], language: str) -> Split:
    """The crossed categories of some dimensions; archived ones and dimensions without any are left out."""
    if not dimensions:
        return Split()
    found = reader.rows("dimension", list(dimensions))
    found.sort(key=_in_order)
    made = []
    for row in found:
        rows = reader.select(Query("category", where=(Where("dimension", "=", row.id),)))
        rows = sorted((each for each in rows if not each.values.get("archived")), key=_in_order)
        categories = tuple(
            Category(str(each.values["code"]), shown_title(each, language, base="name"))
            for each in rows
            if each.values.get("code")
        )
        if categories and not row.values.get("archived"):
            made.append(
                Dimension(row.id, shown_title(row, language, base="name"), categories, _why_blocked(row))
            )
    return Split(tuple(made))


def _in_order(row: Row) -> tuple[str, bytes]:
    position = row.values.get("position")
    return (str(position[1]) if position else "~", row.id)


def _why_blocked(dimension: Row) -> str:
    if dimension.values.get("type") == "directness":
        return "direct_indirect"
    overlaps = dimension.values.get("exclusive") is False or dimension.values.get("double_counting")
    return "overlap" if overlaps else ""
