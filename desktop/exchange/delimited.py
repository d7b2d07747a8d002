"""Text tables (comma, semicolon, tab): encoding and separator found by looking."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from decimal import Decimal

from desktop.exchange.cells import EMPTY, Cell, Sheet
from desktop.exchange.package import Limits
from sync.errors import DaftarError

_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=[,;\t|]$", re.IGNORECASE)
_SAMPLE_LINES = 40


def decode(data: bytes) -> str | None:
    """The text of a file; None when it is not text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_one_byte_encoding(data), errors="replace")


def _one_byte_encoding(data: bytes) -> str:
    """Arabic words are runs of high bytes; French accents stand alone between plain letters."""
    joined = alone = run = 0
    for byte in data[:200_000]:
        if byte >= 0xC0:
            run += 1
            continue
        if run > 1:
            joined += run
        elif run:
            alone += 1
        run = 0
    return "cp1256" if joined + (run if run > 1 else 0) > alone else "cp1252"


def find_separator(text: str) -> str:
    """The separator that cuts the first lines into the most even rows."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    if not lines:
        return ","
    if _SEPARATOR_LINE.match(lines[0]):
        return lines[0][4]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        width, often = max(counts.items(), key=lambda item: (item[0] > 1) * item[1] * min(item[0], 6))
        score = often * min(width, 6) if width > 1 else 0.0
        if score > best_score:
            best, best_score = separator, score
    return best


def read_delimited(data: bytes, *, name: str, limits: Limits) -> tuple[Sheet, ...]:
    """The one sheet of a text table; every value is text, as it stands."""
    text = decode(data)
    if text is None:
        raise DaftarError("import_unreadable", name=name, why="damaged")
    if not text.strip():
        raise DaftarError("import_empty", name=name)
    try:
        separator = find_separator(text)
        if _SEPARATOR_LINE.match(text.partition("\n")[0].strip("\r")):
            text = text.partition("\n")[2]
        rows = _read_rows(text, separator=separator, name=name, limits=limits)
    except csv.Error as trouble:
        raise DaftarError("import_unreadable", name=name, why="damaged") from trouble
    while rows and not rows[-1]:
        rows.pop()
    title = name.rpartition(".")[0] or name
    return (Sheet(name=title, cells=rows),)


def _read_rows(text: str, *, separator: str, name: str, limits: Limits) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for number, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        if number >= limits.rows or len(fields) > limits.columns:
            raise DaftarError("import_unreadable", name=name, why="too_large")
        line = [_cell(value) for value in fields]
        while line and line[-1] is EMPTY:
            line.pop()
        rows.append(line)
    return rows


def _cell(text: str) -> Cell:
    shown = text.strip()
    if not shown:
        return EMPTY
    # Plain integers are numbers in any country; everything else waits for its column's habit.
    if shown.isascii() and shown.isdigit() and len(shown) < 16 and (shown[0] != "0" or shown == "0"):
        return Cell(Decimal(shown), shown)
    return Cell(text, shown)
