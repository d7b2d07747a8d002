"""Makes the messy spreadsheets that the import tests read, and reads plans back in few words."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from desktop.exchange import ImportPlan, PlannedRecord, Ref, plan_import

Rows = Sequence[Sequence[Any]]
GREY = PatternFill("solid", fgColor="FFBBBBBB")


def make_book(
    sheets: Mapping[str, Rows], *, merges: Sequence[str] = (), shaded: Sequence[str] = ()
) -> Workbook:
    """A workbook of these rows; merges and shading go to its first sheet."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one sheet
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, values in enumerate(rows, start=1):
            for column, value in enumerate(values, start=1):
                if value is not None:
                    sheet.cell(row, column, value)
    first = book.worksheets[0]
    for area in merges:
        first.merge_cells(area)
    for place in shaded:
        first[place].fill = GREY
    return book


def save(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def make_xlsx(
    rows: Rows, *, merges: Sequence[str] = (), shaded: Sequence[str] = (), name: str = "Plan"
) -> bytes:
    """The bytes of a workbook with one sheet."""
    return save(make_book({name: rows}, merges=merges, shaded=shaded))


def plan_rows(
    rows: Rows, *, merges: Sequence[str] = (), shaded: Sequence[str] = (), **options: Any
) -> ImportPlan:
    """The plan of one sheet with these rows."""
    return plan_import(make_xlsx(rows, merges=merges, shaded=shaded), **{"today_year": 2026, **options})


def titles(plan: ImportPlan, kind: str) -> list[str]:
    """What the records of a kind are called."""
    return [str(record.values.get("title") or record.values.get("name")) for record in plan.of_kind(kind)]


def codes(plan: ImportPlan) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in plan.problems]


def find(plan: ImportPlan, kind: str, title: str) -> PlannedRecord:
    """The one record of that name."""
    [record] = [
        one for one in plan.of_kind(kind) if title in {one.values.get("title"), one.values.get("name")}
    ]
    return record


def named(plan: ImportPlan, reference: object) -> str | None:
    """The name of the record that a reference of the plan points to."""
    if not isinstance(reference, Ref):
        return None
    [record] = [one for one in plan.records if one.key == reference.key]
    return str(record.values.get("title") or record.values.get("name"))


def names(plan: ImportPlan, references: Sequence[object] | None) -> list[str | None]:
    return [named(plan, one) for one in references or []]


def total(plan: ImportPlan, field: str = "planned") -> Decimal:
    """The sum of a field over all budget lines."""
    return sum((Decimal(line.values.get(field) or 0) for line in plan.of_kind("budget_line")), Decimal(0))
