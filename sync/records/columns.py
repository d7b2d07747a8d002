"""Whole columns of canonical values checked at once, in pydantic's own engine, for frames and bulk work.

A column is more tolerant than a form in one way: a choice that this version does not know is let through if
it has the form of a code. It was made by a newer version, is merged and forwarded like any other value, and
is shown after an upgrade.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from sync.records import checks, syntax
from sync.records.ids import ID_BYTES
from sync.records.problems import FieldProblem
from sync.records.shape import FieldType, Shape, Value

_PATTERNS: Final = {
    FieldType.DATE: (syntax.DATE, 10),
    FieldType.DATETIME: (syntax.DATETIME, 16),
    FieldType.CHOICE: (syntax.CHOICE, 60),
    FieldType.REASONS: (syntax.CHOICE, 60),
}


def value_schema(shape: Shape, *, item: bool = False, known_choices: bool = True) -> CoreSchema:
    """The pydantic schema of one canonical value (or of one member or cell) of a field."""
    inner = _plain_schema(shape, item=item, known_choices=known_choices)
    return inner if shape.required and not item else core_schema.nullable_schema(inner)


def first_bad(
    shape: Shape, values: Sequence[Value], *, item: bool = False, known_choices: bool = False
) -> int | None:
    """The index of the first value that may not stand in the field; None if all may."""
    try:
        _column(shape, item, known_choices).validate_python(values)
    except ValidationError as error:
        return next((int(part) for part in error.errors(include_input=False)[0]["loc"]), 0)
    return None


@cache
def _column(shape: Shape, item: bool, known_choices: bool) -> SchemaValidator:  # noqa: FBT001
    cell = value_schema(shape, item=item, known_choices=known_choices)
    return SchemaValidator(core_schema.list_schema(cell, fail_fast=True))


def _plain_schema(shape: Shape, *, item: bool, known_choices: bool) -> CoreSchema:
    if not item and shape.type in {
        FieldType.TAGS,
        FieldType.REFERENCES,
        FieldType.NUMBERS,
        FieldType.REASONS,
    }:
        return _by_check(shape, checks.check_value if known_choices else _check_entries)
    match shape.type:
        case FieldType.TEXT | FieldType.LONG_TEXT:
            pattern = f"(?:{syntax.SYNTAXES[shape.syntax].pattern})?" if shape.syntax else syntax.TEXT
            return _text_schema(syntax.FILLED_TEXT if shape.required else pattern, shape.max_length)
        case FieldType.NUMBER | FieldType.NUMBERS if shape.minimum is None and shape.maximum is None:
            return _text_schema(syntax.NUMBER, syntax.NUMBER_LENGTH)
        case FieldType.NUMBER | FieldType.NUMBERS if shape.minimum == 0 and shape.maximum is None:
            return _text_schema(syntax.NUMBER_FROM_ZERO, syntax.NUMBER_LENGTH)
        case FieldType.INTEGER:
            least, most = -checks.BIGGEST_INTEGER, checks.BIGGEST_INTEGER
            return core_schema.int_schema(
                strict=True,
                ge=least if shape.minimum is None else int(shape.minimum),
                le=most if shape.maximum is None else int(shape.maximum),
            )
        case FieldType.BOOLEAN:
            return core_schema.bool_schema(strict=True)
        case FieldType.CHOICE | FieldType.REASONS if known_choices:
            return core_schema.literal_schema(list(shape.choices))
        case FieldType.DATE | FieldType.DATETIME | FieldType.CHOICE | FieldType.REASONS:
            pattern, longest = _PATTERNS[shape.type]
            return _text_schema(pattern, longest)
        case FieldType.REFERENCE | FieldType.REFERENCES:
            return core_schema.bytes_schema(strict=True, min_length=ID_BYTES, max_length=ID_BYTES)
        case FieldType.TAGS if not (known_choices and shape.choices):
            pattern = syntax.SYNTAXES[shape.syntax].pattern if shape.syntax else syntax.TEXT
            return _text_schema(pattern, checks.TAG_LENGTH, shortest=1)
        case _:
            return _by_check(shape, checks.check_item)


def _text_schema(pattern: str, longest: int | None, *, shortest: int = 0) -> CoreSchema:
    return core_schema.str_schema(
        strict=True, pattern=f"^(?:{pattern})$", max_length=longest, min_length=shortest or None
    )


def _by_check(shape: Shape, check: Callable[[Shape, Any], None]) -> CoreSchema:
    def validate(value: Any) -> Any:
        try:
            check(shape, value)
        except FieldProblem as problem:
            raise ValueError(problem.code) from problem
        return value

    return core_schema.no_info_plain_validator_function(validate)


def _check_entries(shape: Shape, value: Value) -> None:
    """A whole set or map, choices of newer versions included."""
    try:
        checks.check_value(shape, value)
    except FieldProblem as problem:
        if problem.code != "not_a_choice":
            raise
