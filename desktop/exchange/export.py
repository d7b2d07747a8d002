"""Records as .xlsx, .csv or .json that offices can open, edit and give back without loss."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop.exchange.columns import Candidates, ExportColumn, LabelOf, Labels, columns_of, guard, shown_text
from desktop.words import Words
from sync.errors import DaftarError
from sync.records import FieldType, Value, id_text, kind

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

Row = tuple[bytes, Mapping[str, Value]]
"""A record's id and its canonical values."""

OPTIONS: Final = "Options"
MARK: Final = "daftar-export-1"
_SHEET_TITLE = 31
_LONGEST_CELL = 32_000
_EXACT_DIGITS = 15
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_LIVE: Final = frozenset("=+-@#'\t")
"""First characters of what could be taken for a formula or an error."""
_NOT_XML = re.compile("[\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WIDTHS = {FieldType.DATE: 14, FieldType.DATETIME: 18, FieldType.NUMBER: 14, FieldType.INTEGER: 10}


def export_kind(
    rows: Iterable[Row],
    kind_name: str,
    target: Path,
    words: Words,
    *,
    label_of: LabelOf | None = None,
    candidates: Candidates | None = None,
) -> int:
    """Write all records of one kind to a file; its ending says how. Returns the number of records.

    `label_of` gives the name of a referred record; without it references are shown as ids.
    `candidates` are the records, by kind, that drop-down lists offer beside those in use.
    Raises `DaftarError` `export_cannot_write` or `export_format_unknown`.
    """
    return export_kinds([(kind_name, rows)], target, words, label_of=label_of, candidates=candidates)


def export_kinds(
    tables: Iterable[tuple[str, Iterable[Row]]],
    target: Path,
    words: Words,
    *,
    label_of: LabelOf | None = None,
    candidates: Candidates | None = None,
) -> int:
    """Write several kinds to one file: a sheet for each in .xlsx, one after the other in .json."""
    writer = {".xlsx": _write_xlsx, ".csv": _write_csv, ".json": _write_json}.get(target.suffix.lower())
    if writer is None:
        raise DaftarError("export_format_unknown", name=target.name)
    partial = target.with_name(f".{target.name}.partial")
    try:
        count = writer(tables, partial, words, Labels(label_of or id_text, candidates or {}))
        partial.replace(target)
    except OSError as trouble:
        raise DaftarError("export_cannot_write", name=target.name) from trouble
    finally:
        partial.unlink(missing_ok=True)
    return count


# Workbooks


def _write_xlsx(
    tables: Iterable[tuple[str, Iterable[Row]]], target: Path, words: Words, labels: Labels
) -> int:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    options: list[list[str]] = [[MARK, words.language]]
    count = 0
    with target.open("wb") as stream:
        try:
            for name, rows in tables:
                count += _SheetWriter(book, name, words, labels).write(rows, options)
            _write_options(book, options)
            book.save(stream)
        except BaseException:
            # The sheets write to files of their own, which must not stay open.
            for sheet in book.worksheets:
                if not sheet.closed:
                    sheet.close()
            raise
    return count


class _SheetWriter:
    """One sheet: header, rows, drop-down lists."""

    def __init__(self, book: Workbook, name: str, words: Words, labels: Labels) -> None:
        self.words, self.label_of = words, labels.of
        self.kind = kind(name)
        self.columns = columns_of(self.kind, words)
        for column in self.columns:
            column.offer(labels)
        title = _FORBIDDEN_IN_TITLE.sub(" ", words.t(self.kind.plural))[:_SHEET_TITLE]
        # Its stubs leave out what it inherits.
        self.sheet: Any = book.create_sheet(title)
        self._lay_out()

    def _lay_out(self) -> None:
        from openpyxl.utils import get_column_letter

        self.sheet.freeze_panes = "B2"
        self.sheet.sheet_view.rightToLeft = self.words.is_rtl
        self.sheet.column_dimensions["A"].hidden = True
        for place, column in enumerate(self.columns, start=2):
            dimension = self.sheet.column_dimensions[get_column_letter(place)]
            dimension.width = _WIDTHS.get(column.declared.type, 44 if column.declared.multiline else 26)
            dimension.hidden = column.hidden

    def write(self, rows: Iterable[Row], options: list[list[str]]) -> int:
        header = [self._styled("id", bold=True)]
        header += [self._styled(column.heading, bold=True) for column in self.columns]
        self.sheet.append(header)
        count = 0
        for record, values in rows:
            cells = [self._cell(column, values.get(column.name)) for column in self.columns]
            self.sheet.append([id_text(record), *cells])
            count += 1
        self._add_lists(count, options)
        return count

    def _styled(self, value: Any, *, bold: bool = False, number_format: str = "", wrap: bool = False) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font

        cell = WriteOnlyCell(self.sheet, value=value)
        if bold:
            cell.font = Font(bold=True)
        if number_format:
            cell.number_format = number_format
        if wrap:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell

    def _cell(self, column: ExportColumn, value: Value) -> object:
        if value is None or value in ([], {}, ""):
            return None
        field = column.declared
        if field.type is FieldType.DATE:
            return self._styled(date.fromisoformat(value), number_format="dd mmm yyyy")
        if field.type is FieldType.DATETIME:
            return self._styled(datetime.fromisoformat(value), number_format="dd mmm yyyy hh:mm")
        if field.type is FieldType.INTEGER:
            return int(value)
        if field.type is FieldType.NUMBER and len(value.strip("-0.").replace(".", "")) <= _EXACT_DIGITS:
            return self._styled(float(value), number_format=_number_format(value))
        return self._text(column.shown(value, self.label_of), wrap=field.multiline)

    def _text(self, text: str, *, wrap: bool) -> object:
        """Text that no program takes for a formula."""
        text = _ESCAPE_LIKE.sub("_x005F_", _NOT_XML.sub("\ufffd", text))[:_LONGEST_CELL]
        if not wrap and text[0] not in _LIVE:
            return text
        cell = self._styled(text, wrap=wrap)
        cell.data_type = "s"
        if guard(text) != text:
            cell.quotePrefix = True
        return cell

    def _add_lists(self, count: int, options: list[list[str]]) -> None:
        """Drop-down lists of choices and of the records referred to, and what their entries stand for."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        options.append(["sheet", self.kind.name, self.sheet.title])
        for place, column in enumerate(self.columns, start=2):
            options.append(["column", column.name, column.heading])
            if not column.entries:
                continue
            first = len(options) + 1
            options += [["entry", code, shown] for shown, code in column.entries.items()]
            if column.single:
                source = f"{OPTIONS}!$C${first}:$C${len(options)}"
                rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
                letter = get_column_letter(place)
                rule.add(f"{letter}2:{letter}{count + 1000}")
                self.sheet.data_validations.append(rule)


def _number_format(text: str) -> str:
    decimals = len(text.partition(".")[2])
    return "#,##0" if not decimals else "#,##0.00" if decimals <= 2 else "General"


def _write_options(book: Workbook, options: list[list[str]]) -> None:
    """The hidden sheet by which the file is read back, whatever its language and the order of its columns."""
    from openpyxl.cell import WriteOnlyCell

    sheet = book.create_sheet(OPTIONS)
    sheet.sheet_state = "hidden"
    for line in options:
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=_ESCAPE_LIKE.sub("_x005F_", _NOT_XML.sub("\ufffd", text)))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)


# Text tables


def _write_csv(
    tables: Iterable[tuple[str, Iterable[Row]]], target: Path, words: Words, labels: Labels
) -> int:
    """One kind as text: references stand twice, by name for people and by id for reading back."""
    [(name, rows)] = tables
    columns = columns_of(kind(name), words)
    separator = "," if words.language == "en" else ";"
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
        header = ["id"]
        for column in columns:
            header += [column.heading, f"{column.heading} [id]"] if column.refers else [column.heading]
        out.writerow(map(guard, header))
        for record, values in rows:
            line = [id_text(record)]
            for column in columns:
                value = values.get(column.name)
                text = "" if value is None else column.shown(value, labels.of)
                line.append(text if column.declared.type in _NUMBERS else guard(text))
                if column.refers:
                    line.append(column.declared.format(value))
            out.writerow(line)
            count += 1
    return count


_NUMBERS = frozenset({FieldType.NUMBER, FieldType.INTEGER})


def _write_json(
    tables: Iterable[tuple[str, Iterable[Row]]], target: Path, words: Words, _labels: Labels
) -> int:
    """Canonical values, ids as UUID text: the form that the command line speaks."""
    count = 0
    with target.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{"format": "{MARK}", "language": "{words.language}", "records": [')
        for name, rows in tables:
            for record, values in rows:
                entry = {"kind": name, "id": id_text(record), "values": _plain(values)}
                stream.write(("," if count else "") + "\n" + json.dumps(entry, ensure_ascii=False))
                count += 1
        stream.write("\n]}\n")
    return count


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return id_text(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def to_text(rows: Iterable[Row], kind_name: str, words: Words, *, label_of: LabelOf | None = None) -> str:
    """Rows as tab-separated text for the clipboard, headings first."""
    columns = [column for column in columns_of(kind(kind_name), words) if not column.hidden]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([column.heading for column in columns])
    name: Callable[[bytes], str] = label_of or id_text
    for _, values in rows:
        writer.writerow([shown_text(column, values.get(column.name), name) for column in columns])
    return out.getvalue()
