"""From what people type in a cell or field to the canonical value of a declared field."""

from collections.abc import Callable, Sequence

from desktop.models.candidates import Candidate
from desktop.words import Words
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import Field, FieldProblem, FieldType, Value

Find = Callable[[str], Sequence[Candidate]]
"""Records that can be meant by a text; their keys are ids in hex."""
_ID_DIGITS = 32


def typed_value(words: Words, field: Field, text: str, *, find: Find | None = None) -> Value:
    """The value, or `None` for nothing; raises `FieldProblem`, with the text untouched in it."""
    text = text.strip()
    if not text:
        return None
    if field.type is FieldType.REFERENCE:
        return _reference(field, text, find)
    if field.type is FieldType.DATE:
        return words.parse_date(text)
    if field.type is FieldType.DATETIME:
        return words.parse_datetime(text)
    if field.type is FieldType.NUMBER:
        value: Value = words.parse_number(text.replace("%", ""))
    elif field.type is FieldType.INTEGER:
        value = _whole(words, field, text)
    else:
        value = field.parse(text, translations=lambda label: (words.t(label),))
    field.check(value)
    return value


def problem_text(words: Words, problem: BaseException) -> str:
    """The sentence under the field."""
    return explain(words, problem)


def edit_text(words: Words, field: Field, value: Value) -> str:
    """What an editor starts with: something that `typed_value` reads back."""
    if value is None:
        return ""
    if field.type is FieldType.DATE:
        return words.date(str(value))
    if field.type is FieldType.DATETIME:
        return words.datetime(str(value))
    if field.type is FieldType.NUMBER:
        return words.number(str(value))
    if isinstance(value, bytes):
        return value.hex()
    return words.digits(str(value)) if field.type is FieldType.INTEGER else str(value)


def _whole(words: Words, field: Field, text: str) -> int:
    try:
        plain = words.parse_number(text.replace("%", ""))
    except DaftarError as error:
        raise FieldProblem("not_a_whole_number", field.name, text) from error
    if "." in plain:
        raise FieldProblem("not_a_whole_number", field.name, text)
    return int(plain)


def _reference(field: Field, text: str, find: Find | None) -> bytes:
    if len(text) == _ID_DIGITS:
        try:
            return bytes.fromhex(text)
        except ValueError:
            pass
    meant = text.casefold()
    same = [each for each in (find(text) if find is not None else ()) if each.text.casefold() == meant]
    if len(same) != 1:
        raise FieldProblem("not_a_reference", field.name, text)
    return bytes.fromhex(same[0].key)
