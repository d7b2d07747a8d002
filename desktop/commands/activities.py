"""What people do with lines of the workplan: move them in time and in the tree, and say how far they are."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.commands import places
from desktop.commands.records import change, with_members
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind

_ACTIVITY = "activity"
_WHOLE = 100


def reschedule(row: Row, *, start: str | None, end: str | None, reason: str | None = None) -> list[Edit]:
    """New planned dates; a reason, where one is given, is kept as the reason for the delay."""
    values: dict[str, Value] = {"start": start, "end": end}
    if reason is not None:
        values["delay_reason"] = reason or None
    return change(kind(_ACTIVITY), row, values)


def toggle_quarter(row: Row, quarter: str) -> list[Edit]:
    """Plan a quarter (`2026-Q2`), or no longer."""
    before = row.values.get("quarters") or []
    given = [quarter]
    after = with_members(before, take=given) if quarter in before else with_members(before, add=given)
    return change(kind(_ACTIVITY), row, {"quarters": after})


def set_progress(row: Row, percent: int | None) -> list[Edit]:
    """How far it is; the status follows only where it would contradict the number."""
    values: dict[str, Value] = {"progress": percent}
    status = row.values.get("status")
    if percent == _WHOLE and status not in ("completed", "cancelled"):
        values["status"] = "completed"
    elif percent and percent < _WHOLE and status in (None, "not_started", "planned", "completed"):
        values["status"] = "ongoing"
    return change(kind(_ACTIVITY), row, values)


def set_status(row: Row, status: str | None) -> list[Edit]:
    """The status alone; what is completed is wholly done."""
    values: dict[str, Value] = {"status": status}
    if status == "completed" and row.values.get("progress") is not None:
        values["progress"] = _WHOLE
    return change(kind(_ACTIVITY), row, values)


def move_in_tree(
    row: Row,
    *,
    parent: bytes | None,
    siblings: Sequence[str],
    index: int,
    ancestors: Sequence[bytes] = (),
    result: bytes | None = None,
) -> list[Edit]:
    """Move a line under another one (or to the top), and under another output if one is given."""
    edits = places.move(row, parent=parent, siblings=siblings, index=index, ancestors=ancestors)
    return edits + (change(kind(_ACTIVITY), row, {"result": result}) if result is not None else [])
