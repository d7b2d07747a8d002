"""What people do with figures: enter the first one, hand a period in, set targets, add to the framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.commands import places
from desktop.commands.problems import insist
from desktop.commands.records import change, create, new_record
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind


def t(msgid: str) -> str:
    """Mark a label for translation."""
    return msgid


SUBMIT: Final = t("Submit values")
TARGET: Final = t("Set a target")
ADD_RESULT: Final = t("Add a result")
ADD_INDICATOR: Final = t("Add an indicator")
ADD_PLACE: Final = t("Add a place")
ADD_PERIODS: Final = t("Add the quarters of a year")
SHEET: Final = t("Change the reference sheet")

_OPEN: Final = frozenset({None, "draft", "returned", "withdrawn"})
_FILLED: Final = ("cells", "missing", "missing_reason", "total", "numerator", "denominator", "score", "text")
_NOTHING: Final[Mapping[str, Value]] = {}


def first_entry(
    indicator: Row,
    *,
    record: bytes,
    period: bytes,
    place: bytes | None,
    values: Mapping[str, Value],
    reported_by: bytes | None = None,
) -> list[Edit]:
    """The value of an indicator in a period and place, with the first thing that was entered for it.

    It lies where the indicator lies and remembers the version of the definition it was counted by.
    """
    given: dict[str, Value] = {
        "indicator": indicator.id,
        "period": period,
        "place": place,
        "status": "draft",
        "definition_version": indicator.values.get("definition_version"),
        "reported_by": reported_by,
    }
    declared = kind("value")
    whole = {**given, **values}
    insist(declared.check(whole))
    return [new_record(declared, workspace=indicator.workspace, record=record, values=whole)]


def empty_value(indicator: Row, *, record: bytes, period: bytes, place: bytes | None) -> Row:
    """The row of a value that is being made, before it has been read back."""
    values: dict[str, Value] = dict.fromkeys(kind("value").fields)
    values |= {"cells": {}, "missing": {}, "evidence": [], "indicator": indicator.id, "period": period}
    values |= {"place": place, "status": "draft"}
    return Row(record, "value", indicator.workspace, values, unsent=True)


def set_figures(row: Row, values: Mapping[str, Value]) -> list[Edit]:
    """Figures outside the table of categories; what was marked as missing no longer is."""
    wanted = dict(values)
    entered = any(value is not None for value in values.values())
    if entered and row.values.get("missing_reason"):
        wanted["missing_reason"] = None
    return change(kind("value"), row, wanted)


def is_filled(row: Row) -> bool:
    """Whether anything at all was entered."""
    return any(row.values.get(name) not in (None, "", {}) for name in _FILLED)


def to_submit(rows: Sequence[Row]) -> list[Row]:
    """The values that can be handed in."""
    return [row for row in rows if not row.deleted and row.values.get("status") in _OPEN and is_filled(row)]


def submit(rows: Sequence[Row], *, by: bytes | None, on: str) -> list[Edit]:
    """Hand values in for review."""
    edits: list[Edit] = []
    for row in to_submit(rows):
        edits += change(kind("value"), row, {"status": "submitted", "submitted_by": by, "submitted_on": on})
    return edits


def set_target(
    row: Row | None,
    indicator: Row,
    values: Mapping[str, Value],
    *,
    record: bytes = b"",
    period: bytes | None = None,
    place: bytes | None = None,
) -> list[Edit]:
    """The target of a period and place: changed where there is one, else made."""
    if row is not None:
        return change(kind("target"), row, values)
    if all(value is None for value in values.values()):
        return []
    given = {"indicator": indicator.id, "period": period, "place": place, **values}
    return create(kind("target"), workspace=indicator.workspace, record=record, values=given)


def add_result(
    *,
    workspace: bytes,
    record: bytes,
    values: Mapping[str, Value],
    parent: bytes | None = None,
    last: str | None = None,
) -> list[Edit]:
    """A result behind the last one under its parent, whose order key is `last`."""
    given = {**values, "position": places.at_end(last, parent=parent)}
    return create(kind("result"), workspace=workspace, record=record, values=given)


def add_indicator(
    *, workspace: bytes, record: bytes, values: Mapping[str, Value], result: bytes | None = None
) -> list[Edit]:
    """An indicator, counted in whole numbers and good when it grows unless something else is said."""
    usual: dict[str, Value] = {
        "status": "active",
        "unit_type": "number",
        "direction": "increase",
        "cumulation": "running_sum",
        "aggregation": "sum",
        "definition_version": 1,
    }
    if values.get("unit_type") not in (None, "number"):
        usual |= {"cumulation": "latest", "aggregation": None}
    given = {
        **usual,
        **{name: value for name, value in values.items() if value is not None},
        "result": result,
    }
    return create(kind("indicator"), workspace=workspace, record=record, values=given)


def add_place(*, workspace: bytes, record: bytes, values: Mapping[str, Value] = _NOTHING) -> list[Edit]:
    """A place that figures can be entered for."""
    return create(kind("place"), workspace=workspace, record=record, values=dict(values))
