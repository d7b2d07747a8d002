"""What a spreadsheet is to the importer: sheets of plain cells, whatever file they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

CellValue = str | Decimal | bool | datetime | date | time | None


class Cell(NamedTuple):
    """One cell; `merged_from` points to the top left cell of a merge that covers this one.

    `formula` is kept beside its cached value; a formula without cached value has the value None
    until `formulas.settle` computed it, and `trouble` says why it could not.
    """

    value: CellValue = None
    shown: str = ""
    formula: str | None = None
    merged_from: tuple[int, int] | None = None
    percent: bool = False
    shaded: bool = False
    bold: bool = False
    trouble: str | None = None

    @property
    def blank(self) -> bool:
        """Nothing that a person would call content."""
        return not self.shown and self.formula is None


EMPTY = Cell()


class Merge(NamedTuple):
    """A merged area, rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `cells[row][column]`, rows as long as their last used cell; use `at` to look anywhere."""

    name: str
    cells: list[list[Cell]]
    merges: dict[tuple[int, int], Merge] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    right_to_left: bool = False

    def at(self, row: int, column: int) -> Cell:
        """The cell at a place, empty outside the used area."""
        if 0 <= row < len(self.cells) and 0 <= column < len(self.cells[row]):
            return self.cells[row][column]
        return EMPTY

    def spread(self, row: int, column: int) -> Cell:
        """The cell as it looks on screen: a covered cell shows what its merge shows."""
        cell = self.at(row, column)
        return self.at(*cell.merged_from) if cell.merged_from else cell

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Columns and cells with content in a row."""
        if 0 <= row < len(self.cells):
            for column, cell in enumerate(self.cells[row]):
                if cell.shown or cell.formula is not None:
                    yield column, cell

    @property
    def height(self) -> int:
        return len(self.cells)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read; `name` is the file name without folders, `delimited` tells text from workbook."""

    name: str
    sheets: tuple[Sheet, ...]
    fingerprint: str
    delimited: bool = False


def column_letter(column: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0 for `A`, 26 for `AA`."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def number_text(value: Decimal) -> str:
    """Canonical decimal text: no exponent, no trailing zeros, `0` never `-0`."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def show(value: CellValue, *, percent: bool = False) -> str:
    """What a cell says in a list of problems."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"{number_text(value * 100)}%" if percent else number_text(value)
    if isinstance(value, datetime):
        whole = value.hour == value.minute == value.second == 0
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat()
