"""Answers on standard output: JSON documents, and tables for people."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any


def t(msgid: str) -> str:
    """Mark the head of a column for translation; the table translates it."""
    return msgid


def to_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as what is in them, two spaces apart."""
    shown = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(heads, *shown, strict=True)]
    lines = [_line(row, widths) for row in (list(heads), *shown)]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _width(text: str) -> int:
    """How many places a text takes in a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(mark) in "WF" for mark in text)
    thin = sum(unicodedata.category(mark) in ("Mn", "Me", "Cf") for mark in text)
    return len(text) + wide - thin
