"""Reported values: cells of the disaggregated table, each its own register, and why some are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.commands.problems import insist
from desktop.commands.records import edit_keys, insist_there
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import FieldProblem, kind

_VALUE = "value"


def enter_cells(row: Row, cells: Mapping[str, Value], *, field: str = "cells") -> list[Edit]:
    """Numbers by category (`F|15-24`); what was marked as missing there no longer is.

    Works on the tables of targets and baselines too, by their `field`.
    """
    insist_there(row)
    declared = kind(row.kind).field(field)
    problems = []
    for key, number in cells.items():
        try:
            declared.check_item(key, number)
        except FieldProblem as problem:
            problems.append(FieldProblem(problem.code, f"{field}.{key}", problem.value, problem.params))
    insist(problems)
    before = row.values.get(field) or {}
    writes = {f"{field}/{key}": number for key, number in cells.items() if before.get(key) != number}
    if row.kind == _VALUE and field == "cells":
        missing = row.values.get("missing") or {}
        entered = [key for key, number in cells.items() if number is not None and key in missing]
        writes |= {f"missing/{key}": None for key in entered}
        if any(number is not None for number in cells.values()) and row.values.get("missing_reason"):
            writes["missing_reason"] = None
    return edit_keys(row, writes)


def clear_cells(row: Row, keys: Iterable[str], *, field: str = "cells") -> list[Edit]:
    """Empty cells: not zero, but not known."""
    return enter_cells(row, dict.fromkeys(keys), field=field)


def mark_missing(row: Row, reason: str | None, *, keys: Iterable[str] = ()) -> list[Edit]:
    """Say why the value, or some of its cells, is missing; a number that stood there is taken out."""
    insist_there(row)
    declared, chosen = kind(_VALUE), list(keys)
    whole = declared.field("missing_reason")
    try:
        whole.check(reason)
    except FieldProblem as problem:
        insist([problem])
    if not chosen:
        return edit_keys(
            row, {} if row.values.get("missing_reason") == reason else {"missing_reason": reason}
        )
    cells = row.values.get("cells") or {}
    missing = row.values.get("missing") or {}
    writes: dict[str, Value] = {}
    for key in chosen:
        if missing.get(key) != reason:
            writes[f"missing/{key}"] = reason
        if reason is not None and key in cells:
            writes[f"cells/{key}"] = None
    return edit_keys(row, writes)
