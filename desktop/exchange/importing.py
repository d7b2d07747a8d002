"""From a file to a plan, and from a plan to edits: the two pure functions of every import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from desktop.exchange.actuals import ActualsReader
from desktop.exchange.building import Builder
from desktop.exchange.cells import Sheet, Workbook
from desktop.exchange.existing import EmptyWorkspace
from desktop.exchange.formulas import settle
from desktop.exchange.kinds import TableKind
from desktop.exchange.logframe import LogframeReader
from desktop.exchange.measures import Measures
from desktop.exchange.planned import Existing, ImportPlan, Ref, Severity, TableSummary
from desktop.exchange.recognise import SheetReading, Table, Wanted, recognise
from desktop.exchange.workbook import Limits, read_workbook
from desktop.exchange.workplan import WorkplanReader, link_results
from sync.changes import Edit, flatten
from sync.errors import DaftarError
from sync.records import Value, kind

_LISTED_CELLS = 60
_ORDER = (TableKind.LOGFRAME, TableKind.WORKPLAN, TableKind.ACTUALS)


def plan_import(
    source: Path | bytes,
    *,
    today_year: int,
    as_: Wanted | None = None,
    existing: Existing | None = None,
    name: str | None = None,
    limits: Limits | None = None,
) -> ImportPlan:
    """What a file would bring into a workspace. Nothing is written, and nothing is left out unsaid.

    Raises `DaftarError` only when the file cannot be read at all.
    """
    book = read_workbook(source, name=name, limits=limits)
    settle(book)
    builder = Builder(existing=existing or EmptyWorkspace(), today_year=today_year, file_name=book.name)
    readings = recognise(book, wanted=as_)
    _read_tables([table for reading in readings for table in reading.tables], builder)
    link_results(builder)
    cells: Counter[str] = Counter()
    for reading in readings:
        _list_surroundings(reading, builder)
        cells += _account(reading, builder)
    if not builder.drafts:
        _tell_nothing_found(book, builder)
    return builder.finish(name=book.name, fingerprint=book.fingerprint, cells=cells)


def _read_tables(tables: list[Table], builder: Builder) -> None:
    """Frameworks first, so that plans and values find their results and indicators."""
    measures = Measures(builder)
    for table in sorted(tables, key=lambda table: _ORDER.index(table.kind)):
        builder.tables.append(_summary(table))
        for row in range(table.band.top, table.band.bottom + 1):
            builder.structure(table.sheet, row, [head.column for head in table.band.heads])
        if table.kind is TableKind.WORKPLAN:
            WorkplanReader.of(table, builder).read()
        elif table.kind is TableKind.LOGFRAME:
            LogframeReader.of(table, builder, measures).read()
        else:
            ActualsReader.of(table, builder, measures).read()


def _summary(table: Table) -> TableSummary:
    columns = {column.label or f"[{column.index + 1}]": column.field for column in table.columns}
    return TableSummary(
        table.sheet.name, table.kind.value, table.band.bottom + 1, table.first + 1, table.last + 1, columns,
        round(table.confidence, 2),
    )  # fmt: skip


def _list_surroundings(reading: SheetReading, builder: Builder) -> None:
    """Sheets left aside, lines around the tables, and rows that are hidden on screen."""
    sheet = reading.sheet
    if reading.ignored:
        _list_ignored(reading, builder)
        return
    for row in range(sheet.height):
        for column, _ in sheet.row(row):
            if not any(_holds(table, row, column) for table in reading.tables):
                above = all(row < table.band.top for table in reading.tables)
                code = "title_line" if above else "outside_table"
                builder.problem(code, sheet=sheet, row=row, column=column)
    hidden = sorted(row for row in sheet.hidden_rows if any(True for _ in sheet.row(row)))
    if hidden:
        rows = ", ".join(str(row + 1) for row in hidden[:12]) + (" …" if len(hidden) > 12 else "")
        builder.problem("rows_hidden", sheet=sheet, severity=Severity.WARNING, count=len(hidden), rows=rows)
    for (row, column), text in sorted(sheet.comments.items()):
        if not any(
            table.first <= row <= table.last and _holds(table, row, column) for table in reading.tables
        ):
            builder.problem("cell_note", sheet=sheet, row=row, read=text)


def _holds(table: Table, row: int, column: int) -> bool:
    return table.band.top <= row <= table.last and table.band.left <= column <= table.band.right


def _list_ignored(reading: SheetReading, builder: Builder) -> None:
    sheet = reading.sheet
    filled = [(row, column) for row in range(sheet.height) for column, _ in sheet.row(row)]
    severity = Severity.NOTE if len(filled) <= _LISTED_CELLS else Severity.WARNING
    builder.problem(str(reading.ignored), sheet=sheet, severity=severity, count=len(filled))
    if len(filled) <= _LISTED_CELLS:
        for row, column in filled:
            builder.problem("ignored_cell", sheet=sheet, row=row, column=column)


def _account(reading: SheetReading, builder: Builder) -> Counter[str]:
    if reading.ignored:
        return Counter(listed=sum(1 for row in range(reading.sheet.height) for _ in reading.sheet.row(row)))
    return builder.account(reading.sheet)


def _tell_nothing_found(book: Workbook, builder: Builder) -> None:
    sheet = book.sheets[0] if book.sheets else Sheet(book.name, [])
    builder.problem("nothing_found", sheet=sheet, read=book.name, severity=Severity.ERROR)


def to_edits(plan: ImportPlan, *, workspace: bytes, new_id: Callable[[], bytes]) -> list[Edit]:
    """The plan as edits that make its records, each with a fresh id, in the order of the file."""
    ids = {record.key: new_id() for record in plan.records}
    return [
        Edit(
            workspace=workspace,
            kind=record.kind,
            record=ids[record.key],
            writes=flatten(resolve(record.values, ids), kind(record.kind).classes()),
            create=True,
        )
        for record in plan.records
    ]


def resolve(values: Mapping[str, Value], ids: Mapping[str, bytes]) -> dict[str, Value]:
    """Values with ids in place of references inside the plan; sets sorted as the store wants them."""

    def one(value: Value) -> Value:
        if not isinstance(value, Ref):
            return value
        try:
            return ids[value.key]
        except KeyError:
            raise DaftarError("import_reference_lost", key=value.key) from None

    resolved: dict[str, Value] = {}
    for name, value in values.items():
        if name == "position":
            resolved[name] = [one(value[0]), value[1]]
        elif isinstance(value, list):
            resolved[name] = sorted({one(member) for member in value})
        else:
            resolved[name] = one(value)
    return resolved
