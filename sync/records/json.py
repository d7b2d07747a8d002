"""Records as JSON for the command line: ids as UUID text, sets as lists, tables as objects."""

from collections.abc import Mapping
from typing import Any

from sync.records.base import Kind
from sync.records.ids import id_text
from sync.records.parsing import Translations
from sync.records.problems import FieldProblem
from sync.records.shape import Value


def to_json(kind: Kind, values: Mapping[str, Value]) -> dict[str, Any]:
    """Values as JSON types, in the order of the declaration; fields unknown here come last."""
    known = {name: values[name] for name in kind.fields if name in values}
    rest = {name: values[name] for name in sorted(values) if name not in kind.fields}
    return {name: value_to_json(value) for name, value in {**known, **rest}.items()}


def value_to_json(value: Value) -> Any:
    """One canonical value as JSON types."""
    if isinstance(value, bytes):
        return id_text(value) if len(value) == 16 else value.hex()
    if isinstance(value, Mapping):
        return {key: value_to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [value_to_json(item) for item in value]
    return value


def from_json(
    kind: Kind, data: Mapping[str, Any], *, translations: Translations | None = None
) -> tuple[dict[str, Value], list[FieldProblem]]:
    """Canonical values, and a problem for each entry that was not understood.

    In JSON the decimal sign is a dot: "1.234" is a little more than one.
    """
    values: dict[str, Value] = {}
    problems: list[FieldProblem] = []
    for name, given in data.items():
        field = kind.fields.get(name)
        if field is None:
            problems.append(FieldProblem("unknown_field", name, given))
            continue
        try:
            values[name] = field.parse(given, decimal=".", translations=translations)
        except FieldProblem as problem:
            problems.append(problem)
    return values, problems
