"""What was typed or pasted into an input, read into the value that is stored; else it says why not."""

from __future__ import annotations

from typing import Final

from desktop.commands.totals import Measure
from desktop.screens.indicators.layout import FIELD, field_of, input_kind
from desktop.words import Words
from sync.errors import DaftarError
from sync.records import FieldProblem, Value, kind

COUNTED: Final = frozenset({"unique_people", "people", "households", "enterprises", "events"})
_NO_VALUE: Final = frozenset({"-", "–", "—"})


def is_whole(measure: Measure) -> bool:
    """Whether only whole numbers make sense: people and the like come in ones."""
    if measure.decimals is not None:
        return measure.decimals == 0
    return measure.unit_type == "number" and measure.counts in COUNTED


def read_input(words: Words, measure: Measure, column: str, text: str) -> Value:
    """The value of a typed text; None for nothing. Raises `FieldProblem`."""
    said = text.strip()
    if not said:
        return None
    how = input_kind(measure, column)
    if how == "text":
        return said
    name = field_of(column) if column.startswith(FIELD) else "cells"
    if how == "yes_no":
        return _read_yes_no(words, said)
    try:
        number = words.parse_number(said.removesuffix("%").removesuffix("٪").strip())
    except (FieldProblem, ValueError):
        code = "not_a_whole_number" if is_whole(measure) or how == "step" else "not_a_number"
        raise FieldProblem(code, name, text) from None
    if (is_whole(measure) or how == "step") and "." in number:
        raise FieldProblem("not_a_whole_number", name, text)
    if is_whole(measure) and number.startswith("-"):
        raise FieldProblem("too_small", name, text, {"minimum": "0"})
    if how == "step":
        return int(number)
    field = kind("value").field(name)
    if name == "cells":
        field.check_item(None, number)
    else:
        field.check(number)
    return number


def _read_yes_no(words: Words, said: str) -> int:
    known = {words.t("Yes").casefold(): 1, words.t("No").casefold(): 0}
    if said.casefold() in known:
        return known[said.casefold()]
    field = kind("dimension").field("archived")
    try:
        return int(bool(field.parse(said)))
    except DaftarError:
        raise FieldProblem("not_yes_or_no", "score", said) from None


def is_blank(text: str) -> bool:
    """Whether a pasted cell says nothing; a dash in a table means the same."""
    return not text.strip() or text.strip() in _NO_VALUE
