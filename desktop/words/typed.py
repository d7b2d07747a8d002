"""Reads the numbers and dates that people type, by the same rules as imports and the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.records.problems import FieldProblem


def parse_number(text: str, *, decimal: str) -> str:
    """`decimal` settles what is otherwise open: whether 1,234 is a thousand or a little more than one."""
    from sync.records.numbers import read_number

    return _read(lambda: read_number(text, decimal="," if decimal == "," else "."), "not_a_number", text)


def parse_date(text: str) -> str:
    from sync.records.dates import read_date

    return _read(lambda: read_date(text), "not_a_date", text)


def parse_datetime(text: str) -> str:
    from sync.records.dates import read_datetime

    return _read(lambda: read_datetime(text), "not_a_datetime", text)


def _read(reader: Callable[[], str], code: str, text: str) -> str:
    try:
        return reader()
    except ValueError as error:
        raise _problem(code, text) from error


def _problem(code: str, text: str) -> FieldProblem:
    from sync.records.problems import FieldProblem

    return FieldProblem(code, "", text)
