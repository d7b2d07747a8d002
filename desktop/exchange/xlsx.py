"""Workbooks read straight from their XML: fast, with formula and cached value in one pass, and with limits.

Real office files carry broken styles and extensions that stop fuller readers; an import needs only
values, formulas, merges, shading, comments and what is hidden.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import IO
from xml.parsers import expat

from desktop.exchange.cells import EMPTY, Cell, CellValue, Merge, Sheet, column_index, show
from desktop.exchange.formulas import shift
from desktop.exchange.package import (
    PLAIN,
    Limits,
    Package,
    Refused,
    Style,
    make_parser,
    read_styles,
    text_of,
    unescape,
)
from sync.errors import DaftarError

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
_PLAIN_INTEGER = re.compile(r"-?[0-9]{1,15}$")


def _from_serial(raw: float, *, epoch_1904: bool) -> CellValue:
    """A date number as date; numbers below one are times of day, and 1900 has its phantom leap day."""
    if not 0 <= raw < 2_958_466:
        return None
    if raw < 1:
        minutes, seconds = divmod(min(round(raw * 86_400), 86_399), 60)
        return time(minutes // 60, minutes % 60, seconds)
    base = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if raw < 60 else 30)  # noqa: DTZ001
    return base + timedelta(seconds=round(raw * 86_400))


def _number(raw: str) -> Decimal | None:
    if _PLAIN_INTEGER.match(raw):
        return Decimal(raw)
    try:
        value = float(raw)
    except ValueError:
        return None
    # Fifteen digits are what the sheet's own program shows; the rest is binary noise.
    return Decimal(format(value, ".15g")) if abs(value) < 1e18 else None


class SheetReader:
    """Collects the cells of one sheet while its XML goes by; equal cells are made once and shared."""

    def __init__(self, *, strings: list[str], styles: list[Style], epoch_1904: bool, limits: Limits) -> None:
        self.strings, self.styles, self.limits = strings, styles, limits
        self.epoch_1904 = epoch_1904
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.right_to_left = False
        self._locals: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._made: dict[tuple[str, str, str], Cell | None] = {}
        self._shared: dict[str, tuple[int, int, str]] = {}
        self._count = 0
        self._row = self._column = -1
        self._line: dict[int, Cell] = {}
        self._cell: dict[str, str] = {}
        self._text: list[str] = []
        self._formula: dict[str, str] | None = None
        self._formula_text = ""
        self._phonetic = False

    def parse(self, stream: IO[bytes]) -> None:
        # Without namespaces: the names of a sheet are known, and half the time goes into telling them apart.
        parser = make_parser(namespaces=False)
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(stream)

    def _characters(self, data: str) -> None:
        if not self._phonetic:
            self._text.append(data)

    def _local(self, name: str) -> str:
        self._locals[name] = local = name.rpartition(":")[2]
        return local

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._locals.get(name) or self._local(name)
        if name == "v":
            self._text = []
        elif name == "c":
            self._cell = attributes
            self._formula = None
            self._text = []
            reference = attributes.get("r", "")
            column = self._columns.get(reference.rstrip("0123456789"))
            self._column = column if column is not None else self._find_column(reference)
        elif name == "f":
            self._formula, self._text = attributes, []
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic = True
        elif name not in {"is", "t"}:
            self._start_other(name, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        self._row = int(reference) - 1 if reference.isdigit() else self._row + 1
        self._column = -1
        self._line = self.rows.setdefault(self._row, {})
        if attributes.get("hidden") in {"1", "true"}:
            self.hidden_rows.add(self._row)

    def _find_column(self, reference: str) -> int:
        match = _REFERENCE.match(reference)
        if not match:
            return self._column + 1
        return self._columns.setdefault(match[1], column_index(match[1]))

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            one, two = _REFERENCE.match(first), _REFERENCE.match(last or first)
            if one and two:
                area = Merge(int(one[2]) - 1, column_index(one[1]), int(two[2]) - 1, column_index(two[1]))
                self.merges.append(area)
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            first_column, last_column = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.hidden_columns.update(range(first_column - 1, min(last_column, self.limits.columns)))
        elif name == "sheetView":
            self.right_to_left = attributes.get("rightToLeft") in {"1", "true"}

    def _end(self, name: str) -> None:
        name = self._locals.get(name) or self._local(name)
        if name == "c":
            self._end_cell()
        elif name == "f":
            self._formula_text, self._text = "".join(self._text), []
        elif name == "rPh":
            self._phonetic = False

    def _end_cell(self) -> None:
        attributes = self._cell
        key = (attributes.get("t", "n"), "".join(self._text), attributes.get("s", ""))
        cell = self._made[key] if key in self._made else self._make(key)
        if self._formula is not None:
            cell = self._with_formula(cell, key)
        if cell is None:
            return
        if cell.shown or cell.formula is not None:
            self._count += 1
            limits = self.limits
            if self._count > limits.cells or self._row >= limits.rows or self._column >= limits.columns:
                raise Refused("more cells than can be read")
        elif self._column >= self.limits.columns or self._row >= self.limits.rows:
            return
        self._line[self._column] = cell

    def _make(self, key: tuple[str, str, str]) -> Cell | None:
        """The cell of a type, a raw text and a style; None for one that says nothing."""
        kind, raw, style_id = key
        known = style_id.isdigit() and int(style_id) < len(self.styles)
        style = self.styles[int(style_id)] if known else PLAIN
        value, trouble = self._value(kind, raw, style)
        percent = style.percent and isinstance(value, Decimal)
        shown = show(value, percent=percent) or trouble or ""
        cell = None
        if shown or style.shaded:
            cell = Cell(
                value if shown else None, shown, None, None, percent, style.shaded, style.bold, trouble
            )
        self._made[key] = cell
        return cell

    def _value(self, kind: str, raw: str, style: Style) -> tuple[CellValue, str | None]:
        """The value, or the error word of a cell in error."""
        if kind == "s":
            known = raw.isdigit() and int(raw) < len(self.strings)
            return (self.strings[int(raw)] if known else None), None
        if kind in {"inlineStr", "str"}:
            return unescape(raw) or None, None
        raw = raw.strip()
        if not raw:
            return None, None
        if kind == "b":
            return raw in {"1", "true"}, None
        if kind == "e":
            return None, raw
        return self._plain_value(kind, raw, style), None

    def _plain_value(self, kind: str, raw: str, style: Style) -> CellValue:
        if kind == "d":
            try:
                return datetime.fromisoformat(raw).replace(tzinfo=None)
            except ValueError:
                return raw
        number = _number(raw)
        if number is None:
            return raw
        if style.date:
            moment = _from_serial(float(number), epoch_1904=self.epoch_1904)
            return number if moment is None else moment
        return number

    def _with_formula(self, cell: Cell | None, key: tuple[str, str, str]) -> Cell | None:
        """The cell with its formula beside the stored result; a stored empty text is an empty cell."""
        assert self._formula is not None
        has_result = cell is not None and bool(cell.shown)
        if not has_result and key[0] == "str":
            return cell
        text = self._formula_text
        shared = self._formula.get("si", "") if self._formula.get("t") == "shared" else ""
        if text and shared:
            self._shared[shared] = (self._row, self._column, text)
        elif not text and shared in self._shared:
            row, column, first = self._shared[shared]
            text = shift(first, rows=self._row - row, columns=self._column - column)
        if not text and has_result:
            return cell
        percent = key[2].isdigit() and int(key[2]) < len(self.styles) and self.styles[int(key[2])].percent
        base = cell or Cell()
        return base._replace(formula=f"={text}", percent=base.percent if has_result else percent)


def _lay_out(reader: SheetReader) -> tuple[list[list[Cell]], dict[tuple[int, int], Merge]]:
    """Rows of cells as wide as their last used cell, with covered cells pointing to their merge."""
    rows = reader.rows
    used = [row for row, cells in rows.items() if any(cell.shown or cell.formula for cell in cells.values())]
    height = max(used, default=-1) + 1
    width = max((column for row in used for column, cell in rows[row].items() if cell.shown or cell.formula),
                default=-1) + 1  # fmt: skip
    merges: dict[tuple[int, int], Merge] = {}
    covered = 0
    for merge in reader.merges:
        if merge.top >= height or merge.left >= width or merge.bottom < merge.top or merge.right < merge.left:
            continue
        merges[merge.top, merge.left] = merge
        covered += (min(merge.bottom, height) - merge.top + 1) * (min(merge.right, width) - merge.left + 1)
        if covered > reader.limits.cells:
            raise Refused("merges over more cells than can be read")
        for row in range(merge.top, min(merge.bottom, height - 1) + 1):
            line = rows.setdefault(row, {})
            for column in range(merge.left, min(merge.right, width - 1) + 1):
                if (row, column) != (merge.top, merge.left):
                    line[column] = line.get(column, EMPTY)._replace(merged_from=(merge.top, merge.left))
    cells: list[list[Cell]] = []
    for row in range(height):
        line = rows.get(row, {})
        last = max((column for column in line if column < width), default=-1)
        cells.append([line.get(column, EMPTY) for column in range(last + 1)])
    return cells, merges


def _read_comments(package: Package, part: str) -> dict[tuple[int, int], str]:
    comments = {}
    for kind, target in package.targets(part).values():
        if kind != "comments" or not package.has(target):
            continue
        tree = package.tree(target)
        authors = [node.text for node in tree.find("author")]
        for node in tree.find("comment"):
            match = _REFERENCE.match(node.get("ref"))
            text = "".join(text_of(part) for part in node.find("text")).strip()
            if "Comment:" in text and text.startswith("[Threaded comment]"):
                text = text.partition("Comment:")[2].strip()
            if match and text:
                index = node.get("authorId")
                author = authors[int(index)].strip() if index.isdigit() and int(index) < len(authors) else ""
                signed = f"{author}: {text}" if author and not text.startswith(author) else text
                comments[int(match[2]) - 1, column_index(match[1])] = signed
    return comments


def _workbook_part(package: Package) -> str:
    for kind, target in package.targets("").values():
        if kind == "officeDocument" and package.has(target):
            return target
    return "xl/workbook.xml"


def _read_sheets(package: Package, limits: Limits) -> list[Sheet]:
    main = _workbook_part(package)
    if main.endswith(".bin") or package.has("xl/workbook.bin"):
        raise DaftarError("import_format_unsupported", format="XLSB")
    if not package.has(main):
        raise DaftarError("import_format_unsupported", format="ODS") if package.has("mimetype") else Refused
    book = package.tree(main)
    targets = package.targets(main)
    by_kind = dict(targets.values())
    strings = [text_of(node) for node in package.tree(by_kind.get("sharedStrings", "")).find("si")]
    styles = read_styles(package.tree(by_kind.get("styles", "")))
    epoch_1904 = any(node.get("date1904") in {"1", "true"} for node in book.find("workbookPr"))
    sheets = []
    for node in book.find("sheet")[: limits.sheets]:
        kind, part = targets.get(node.get("id"), ("", ""))
        if kind != "worksheet" or not package.has(part):
            continue
        reader = SheetReader(strings=strings, styles=styles, epoch_1904=epoch_1904, limits=limits)
        with package.open(part) as stream:
            reader.parse(stream)
        cells, merges = _lay_out(reader)
        sheets.append(
            Sheet(
                name=node.get("name"),
                cells=cells,
                merges=merges,
                comments=_read_comments(package, part),
                hidden=node.get("state") in {"hidden", "veryHidden"},
                hidden_rows=frozenset(row for row in reader.hidden_rows if row < len(cells)),
                hidden_columns=frozenset(reader.hidden_columns),
                right_to_left=reader.right_to_left,
            )
        )
    return sheets


def read_xlsx(data: bytes, *, name: str, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of a workbook; anything that is not one is `import_unreadable`."""
    try:
        return tuple(_read_sheets(Package(data, limits), limits))
    except Refused as refusal:
        raise DaftarError("import_unreadable", name=name, why="too_large") from refusal
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, expat.ExpatError, EOFError, KeyError, NotImplementedError,
        OSError, OverflowError, RuntimeError, UnicodeError, ValueError, zlib.error,
    ) as broken:  # fmt: skip
        raise DaftarError("import_unreadable", name=name, why="damaged") from broken
