"""Checks over several fields of one record."""

from collections.abc import Mapping

from sync.records.base import Rule
from sync.records.problems import FieldProblem
from sync.records.shape import Value


def ordered(start: str, end: str) -> Rule:
    """`end` is not before `start`; dates and times compare as their canonical texts."""

    def rule(values: Mapping[str, Value]) -> FieldProblem | None:
        first, last = values.get(start), values.get(end)
        if isinstance(first, str) and isinstance(last, str) and last < first:
            return FieldProblem("end_before_start", end, last, {"start": first})
        return None

    return rule


def different(one: str, other: str) -> Rule:
    """Two references of one record do not name the same record."""

    def rule(values: Mapping[str, Value]) -> FieldProblem | None:
        if values.get(one) is not None and values.get(one) == values.get(other):
            return FieldProblem("same_record", other, values[other])
        return None

    return rule


def any_of(*names: str) -> Rule:
    """At least one of these fields is filled; the first one is asked for."""

    def rule(values: Mapping[str, Value]) -> FieldProblem | None:
        if all(values.get(name) in (None, "", []) for name in names):
            return FieldProblem("required", names[0])
        return None

    return rule
