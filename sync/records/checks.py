"""Whether a canonical value may stand in a field: exact, without any leniency towards typing."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from sync.records import syntax
from sync.records.dates import is_canonical_date, is_canonical_datetime
from sync.records.ids import ID_BYTES
from sync.records.numbers import is_canonical
from sync.records.order import is_key
from sync.records.problems import FieldProblem
from sync.records.shape import FieldType, Shape, Value

TAG_LENGTH: Final = 100
MOST_MEMBERS: Final = 500
MOST_CELLS: Final = 5_000
BIGGEST_INTEGER: Final = 2**53 - 1

# Patterns are compiled when they are first used (and kept by `re`): a start does not wait for them.
_BAD: Final = f"[{syntax.BAD_CHARACTERS}\ud800-\udfff]"


def problem(code: str, shape: Shape, value: object, **params: str | int) -> FieldProblem:
    return FieldProblem(code, shape.name, value, params)


def check_value(shape: Shape, value: Value) -> None:
    """Raises the FieldProblem of the first thing that is wrong with a canonical value."""
    if value is None:
        if shape.required:
            raise problem("required", shape, value)
        return
    _CHECKS[shape.type](shape, value)


def check_item(shape: Shape, value: Value) -> None:
    """Checks one member of a set or the value of one key of a map."""
    if value is None:
        return
    _ITEM_CHECKS[shape.type](shape, value)


def check_key(shape: Shape, key: Value) -> None:
    """Checks one key of a map."""
    if not isinstance(key, str) or re.search(_BAD, key):
        raise problem("not_a_key", shape, key)
    check_form(shape, key)


def check_form(shape: Shape, text: str) -> None:
    """Checks a short text against the field's named form, if it has one."""
    form = syntax.SYNTAXES[shape.syntax] if shape.syntax is not None else None
    if form is not None and not re.fullmatch(form.pattern, text):
        raise problem(form.problem, shape, text)


def check_characters(shape: Shape, text: str) -> None:
    if found := re.search(_BAD, text):
        raise problem("bad_character", shape, text, place=found.start() + 1)


def check_range(shape: Shape, number: Decimal | int, *, typed: object) -> None:
    if shape.minimum is not None and number < shape.minimum:
        raise problem("too_small", shape, typed, minimum=str(shape.minimum))
    if shape.maximum is not None and number > shape.maximum:
        raise problem("too_big", shape, typed, maximum=str(shape.maximum))


def _text(shape: Shape, value: Value) -> None:
    if not isinstance(value, str):
        raise problem("not_text", shape, value)
    if shape.required and not value.strip(" \t\n"):
        raise problem("required", shape, value)
    if shape.max_length is not None and len(value) > shape.max_length:
        raise problem("too_long", shape, value, limit=shape.max_length)
    check_characters(shape, value)
    if value:
        check_form(shape, value)


def _number(shape: Shape, value: Value) -> None:
    if not isinstance(value, str) or not is_canonical(value):
        raise problem("not_a_number", shape, value)
    if shape.minimum is not None or shape.maximum is not None:
        check_range(shape, Decimal(value), typed=value)


def _integer(shape: Shape, value: Value) -> None:
    if type(value) is not int:
        raise problem("not_a_whole_number", shape, value)
    if abs(value) > BIGGEST_INTEGER:
        raise problem("too_big", shape, value, maximum=str(BIGGEST_INTEGER))
    check_range(shape, value, typed=value)


def _boolean(shape: Shape, value: Value) -> None:
    if not isinstance(value, bool):
        raise problem("not_yes_or_no", shape, value)


def _date(shape: Shape, value: Value) -> None:
    if not isinstance(value, str) or not is_canonical_date(value):
        raise problem("not_a_date", shape, value)


def _datetime(shape: Shape, value: Value) -> None:
    if not isinstance(value, str) or not is_canonical_datetime(value):
        raise problem("not_a_datetime", shape, value)


def _choice(shape: Shape, value: Value) -> None:
    if not isinstance(value, str) or value not in shape.choices:
        raise problem("not_a_choice", shape, value)


def _reference(shape: Shape, value: Value) -> None:
    if not isinstance(value, bytes) or len(value) != ID_BYTES:
        raise problem("not_a_reference", shape, value)


def _tag(shape: Shape, value: Value) -> None:
    if not isinstance(value, str) or not value:
        raise problem("not_text", shape, value)
    if len(value) > TAG_LENGTH:
        raise problem("too_long", shape, value, limit=TAG_LENGTH)
    check_characters(shape, value)
    if shape.choices and value not in shape.choices:
        raise problem("not_a_choice", shape, value)
    check_form(shape, value)


def _members(shape: Shape, value: Value) -> None:
    if not isinstance(value, list):
        raise problem("not_a_list", shape, value)
    if len(value) > MOST_MEMBERS:
        raise problem("too_many", shape, value, limit=MOST_MEMBERS)
    for member in value:
        if member is None:
            raise problem("not_a_list", shape, value)
        check_item(shape, member)
    if any(value[place] >= value[place + 1] for place in range(len(value) - 1)):
        raise problem("not_a_list", shape, value)


def _entries(shape: Shape, value: Value) -> None:
    if not isinstance(value, Mapping):
        raise problem("not_a_map", shape, value)
    if len(value) > MOST_CELLS:
        raise problem("too_many", shape, value, limit=MOST_CELLS)
    for key, item in value.items():
        check_key(shape, key)
        check_item(shape, item)


def _order(shape: Shape, value: Value) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise problem("not_a_position", shape, value)
    parent, key = value
    parent_fits = parent is None or (isinstance(parent, bytes) and len(parent) == ID_BYTES)
    if not parent_fits or not isinstance(key, str) or len(key) > 500 or not is_key(key):
        raise problem("not_a_position", shape, value)


_Check = Callable[[Shape, Any], None]

_CHECKS: Final[Mapping[FieldType, _Check]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.CHOICE: _choice,
    FieldType.REFERENCE: _reference,
    FieldType.TAGS: _members,
    FieldType.REFERENCES: _members,
    FieldType.NUMBERS: _entries,
    FieldType.REASONS: _entries,
    FieldType.ORDER: _order,
}

_ITEM_CHECKS: Final[Mapping[FieldType, _Check]] = {
    **_CHECKS,
    FieldType.TAGS: _tag,
    FieldType.REFERENCES: _reference,
    FieldType.NUMBERS: _number,
    FieldType.REASONS: _choice,
}
