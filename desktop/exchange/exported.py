"""Reads files that were exported before, whatever was edited in them, back into values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop.exchange.cells import Cell, Sheet, Workbook
from desktop.exchange.columns import ExportColumn, columns_of, unguard
from desktop.exchange.export import MARK, OPTIONS
from desktop.exchange.planned import Problem, Severity
from desktop.exchange.workbook import Limits, column_letter, read_workbook
from desktop.words import LANGUAGES, Words
from sync.errors import DaftarError
from sync.records import Field, FieldProblem, FieldType, Kind, Value, kind, parse_id


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """One row of an export: the id it had (None for a row that was added), and its values."""

    kind: str
    record: bytes | None
    values: Mapping[str, Value]
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Exported:
    """An export read back. Fields of `rows` are all that the file has columns for, None where empty."""

    fingerprint: str
    rows: tuple[ExportedRow, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Key:
    """What the Options sheet tells of one sheet."""

    kind: str
    columns: dict[str, str] = field(default_factory=dict)
    entries: dict[str, dict[str, str]] = field(default_factory=dict)


def is_export(book: Workbook) -> bool:
    """Whether a workbook was written by `export_kinds`."""
    return any(sheet.name == OPTIONS and sheet.at(0, 0).shown == MARK for sheet in book.sheets)


def read_export(source: Path | bytes, *, kind_name: str = "", name: str | None = None) -> Exported:
    """An exported .xlsx, .csv (its kind must be told) or .json; raises `DaftarError` `not_an_export`."""
    if _looks_like_json(source):
        return _read_json(source, name=name or "")
    book = read_workbook(source, name=name, limits=Limits(rows=1_000_000))
    problems: list[Problem] = []
    if is_export(book):
        rows = [row for sheet, key in _keyed(book) for row in _read_sheet(sheet, key, problems)]
    elif book.delimited and kind_name:
        rows = list(_read_text(book.sheets[0], kind(kind_name), problems))
    else:
        raise DaftarError("not_an_export", name=book.name)
    return Exported(book.fingerprint, tuple(rows), tuple(problems))


def _looks_like_json(source: Path | bytes) -> bool:
    if isinstance(source, Path):
        return source.suffix.lower() == ".json"
    return source[:40].lstrip().startswith(b"{")


def _keyed(book: Workbook) -> Iterator[tuple[Sheet, _Key]]:
    """Every sheet with the meaning of its headings and entries."""
    keys: dict[str, _Key] = {}
    current: _Key | None = None
    name = ""
    [options] = [sheet for sheet in book.sheets if sheet.name == OPTIONS]
    for row in range(1, options.height):
        what, code, shown = (_raw(options.at(row, column)) for column in range(3))
        if what == "sheet":
            current = keys[shown] = _Key(code)
        elif current is not None and what == "column":
            name = code
            current.columns[shown] = name
        elif current is not None and what == "entry":
            current.entries.setdefault(name, {})[shown] = code
    for sheet in book.sheets:
        if sheet.name in keys:
            yield sheet, keys[sheet.name]


def _raw(cell: Cell) -> str:
    return cell.value if isinstance(cell.value, str) else cell.shown


def _read_sheet(sheet: Sheet, key: _Key, problems: list[Problem]) -> Iterator[ExportedRow]:
    declared = kind(key.kind)
    headings = {column: _raw(cell) for column, cell in sheet.row(0)}
    fields = {column: key.columns[text] for column, text in headings.items() if text in key.columns}
    ids = [column for column, text in headings.items() if text == "id"]
    for row in range(1, sheet.height):
        if not any(True for _ in sheet.row(row)):
            continue
        values: dict[str, Value] = {}
        for column, name in fields.items():
            one = declared.fields.get(name)
            if one is None or one.type is FieldType.LONG_TEXT:
                continue
            cell = sheet.at(row, column)
            try:
                values[name] = _value(one, cell, key.entries.get(name, {}))
            except FieldProblem as problem:
                problems.append(_told(sheet, row, column, cell, problem))
        record = parse_id(sheet.at(row, ids[0]).shown) if ids and sheet.at(row, ids[0]).shown else None
        yield ExportedRow(key.kind, record, values, sheet.name, row + 1)


def _value(one: Field, cell: Cell, entries: Mapping[str, str]) -> Value:
    """The canonical value of a cell; names of records and choices are looked up in the file's own list."""
    value: object = cell.value
    if value is None:
        return None
    if isinstance(value, Decimal) and one.type in {FieldType.TEXT, FieldType.CHOICE}:
        value = cell.shown
    if isinstance(value, str) and entries:
        if one.type in {FieldType.REFERENCES, FieldType.TAGS}:
            value = [entries.get(part.strip(), part.strip()) for part in value.split(";") if part.strip()]
        else:
            value = entries.get(value, entries.get(value.strip(), value))
    return one.parse(value, decimal=".")


def _told(sheet: Sheet, row: int, column: int, cell: Cell, problem: FieldProblem) -> Problem:
    params = {"field": problem.field, "refused": problem.code}
    return Problem(
        sheet.name, row + 1, column_letter(column), cell.shown, "value_refused", params, Severity.ERROR
    )


def _read_text(sheet: Sheet, declared: Kind, problems: list[Problem]) -> Iterator[ExportedRow]:
    """A text table: headings in any of our languages; where a reference has an id column, that one counts."""
    columns = _find_columns(sheet, declared)
    for row in range(1, sheet.height):
        values: dict[str, Value] = {}
        for index, column in columns.items():
            cell = sheet.at(row, index)
            if column.declared.type is FieldType.LONG_TEXT:
                continue
            text = unguard(_raw(cell)) if column.declared.type not in _NUMBERS else _raw(cell)
            try:
                values[column.name] = _text_value(column, text)
            except FieldProblem as problem:
                problems.append(_told(sheet, row, index, cell, problem))
        if values:
            shown = sheet.at(row, 0).shown
            yield ExportedRow(declared.name, parse_id(shown) if shown else None, values, sheet.name, row + 1)


_NUMBERS = frozenset({FieldType.NUMBER, FieldType.INTEGER})


def _find_columns(sheet: Sheet, declared: Kind) -> dict[int, ExportColumn]:
    headings = {unguard(_raw(cell)): column for column, cell in sheet.row(0)}
    best: dict[int, ExportColumn] = {}
    for language in LANGUAGES:
        found: dict[int, ExportColumn] = {}
        for column in columns_of(declared, Words(language)):
            heading = f"{column.heading} [id]" if column.refers else column.heading
            if heading in headings:
                found[headings[heading]] = column
        best = max(best, found, key=len)
    return best


def _text_value(column: ExportColumn, text: str) -> Value:
    if not text:
        return None
    if column.refers:
        return column.declared.parse(text)
    if column.declared.type is FieldType.TAGS:
        parts = [column.entries.get(part.strip(), part.strip()) for part in text.split(";") if part.strip()]
        return column.declared.parse(parts)
    return column.declared.parse(column.entries.get(text, text), decimal=".")


def _read_json(source: Path | bytes, *, name: str) -> Exported:
    import hashlib

    try:
        data = source.read_bytes() if isinstance(source, Path) else source
        content = json.loads(data)
    except OSError as trouble:
        raise DaftarError("import_cannot_open", name=name) from trouble
    except ValueError as trouble:
        raise DaftarError("import_unreadable", name=name, why="damaged") from trouble
    if not isinstance(content, dict) or content.get("format") != MARK:
        raise DaftarError("not_an_export", name=name)
    problems: list[Problem] = []
    try:
        entries = enumerate(content.get("records", []), start=1)
        rows = tuple(_read_entry(entry, number, problems) for number, entry in entries)
    except (AttributeError, KeyError, TypeError) as trouble:
        raise DaftarError("import_unreadable", name=name, why="damaged") from trouble
    return Exported(hashlib.sha256(data).hexdigest(), rows, tuple(problems))


def _read_entry(entry: Any, number: int, problems: list[Problem]) -> ExportedRow:
    declared = kind(entry["kind"])
    values: dict[str, Value] = {}
    for key, value in entry["values"].items():
        try:
            values[key] = declared.field(key).parse(value, decimal=".")
        except FieldProblem as problem:
            problems.append(_told(Sheet(declared.name, []), number - 1, 0, Cell(None, str(value)), problem))
    return ExportedRow(declared.name, parse_id(entry["id"]), values, declared.name, number)
