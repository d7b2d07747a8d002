"""What people type, paste or import, turned into canonical values; what is not understood is refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sync.errors import DaftarError
from sync.records import checks, dates, numbers, syntax
from sync.records.checks import problem
from sync.records.ids import id_text, parse_id
from sync.records.shape import FieldType, Shape, Value

Translations = Callable[[str], Iterable[str]]
"""The wordings of an English msgid in other languages, so that their labels are understood too."""

_YES: Final = frozenset(
    ["yes", "y", "true", "1", "x", "✓", "✔", "☑", "on", "oui", "o", "vrai", "نعم", "صح", "صحيح"]
)
_NO: Final = frozenset(["no", "n", "false", "0", "-", "✗", "✘", "☐", "off", "non", "faux", "لا", "خطا"])
_LINE_ENDS: Final = r"\r\n?"
_LIST_BORDER: Final = r"[;\n\u061b]"
_COMMA: Final = r"[,\u060c]"
_CODE_AND_LABEL: Final = r"\s+[-\u2013\u2014:]\s+"
_ARABIC_FORMS: Final = str.maketrans("ٱىة", "ايه")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the reader of a text knows about how it was written."""

    decimal: numbers.DecimalSign | None = None
    serial_dates: bool = False
    translations: Translations | None = None


def comparable(text: str) -> str:
    """A spelling in which labels are compared: no case, accents, vowel signs, dashes or double spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(
        mark for mark in plain if unicodedata.category(mark) not in {"Mn", "Cf"} and mark != "\u0640"
    )
    return " ".join(re.sub(r"[\s_\u2010-\u2015'\u2019-]+", " ", plain.translate(_ARABIC_FORMS)).split())


def parse_value(shape: Shape, value: object, hints: Hints) -> Value:
    """The canonical value of a text, or of a Python, spreadsheet or JSON value; raises FieldProblem."""
    if isinstance(value, str) and not value.strip() and shape.type is not FieldType.LONG_TEXT:
        value = None
    canonical = None if value is None or value == "" else _PARSERS[shape.type](shape, value, hints)
    checks.check_value(shape, canonical)
    return canonical


def parse_item(shape: Shape, value: object, hints: Hints) -> Value:
    """The canonical value of one member of a set or one cell of a map."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    canonical = _ITEM_PARSERS.get(shape.type, _PARSERS[shape.type])(shape, value, hints)
    checks.check_item(shape, canonical)
    return canonical


def _text(shape: Shape, value: object, hints: Hints) -> Value:
    if isinstance(value, str):
        text = re.sub(_LINE_ENDS, "\n", value)
        text = text if shape.type is FieldType.LONG_TEXT else text.strip()
        return _formed(shape, text)
    if isinstance(value, bool):
        raise problem("not_text", shape, value)
    if isinstance(value, int | float | Decimal):
        return _number(shape, value, hints)
    if isinstance(value, date):
        try:
            return dates.from_python(value).removesuffix("T00:00")
        except (ValueError, OverflowError) as error:
            raise problem("not_text", shape, value) from error
    raise problem("not_text", shape, value)


def _formed(shape: Shape, text: str) -> str:
    """The text in the case that its named form asks for."""
    form = syntax.SYNTAXES.get(shape.syntax or "")
    if form is None or not (form.upper or form.lower):
        return text
    plain = numbers.plain_characters(text)
    return plain.upper() if form.upper else plain.lower()


def _number(shape: Shape, value: object, hints: Hints) -> str:
    try:
        if isinstance(value, str):
            text = numbers.read_number(_without_unit(shape, value), decimal=hints.decimal)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            text = numbers.canonical_number(value)
        else:
            raise problem("not_a_number", shape, value)
    except ValueError as error:
        raise problem("not_a_number", shape, value) from error
    if len(text) > syntax.NUMBER_LENGTH:
        raise problem("not_a_number", shape, value)
    return text


def _without_unit(shape: Shape, text: str) -> str:
    return text.strip().removesuffix("%").removesuffix("\u066a") if shape.unit == "%" else text


def _integer(shape: Shape, value: object, hints: Hints) -> Value:
    text = _number(shape, value, hints)
    if "." in text:
        raise problem("not_a_whole_number", shape, value)
    return int(text)


def _boolean(shape: Shape, value: object, _hints: Hints) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in {0, 1}:
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lstrip("=").removesuffix("()").casefold()
        word = word if word in _YES | _NO else comparable(numbers.plain_characters(word))
        if word in _YES or word in _NO:
            return word in _YES
    raise problem("not_yes_or_no", shape, value)


def _date(shape: Shape, value: object, hints: Hints) -> Value:
    try:
        if isinstance(value, date):
            text = dates.from_python(value)
            return dates.read_date(text)
        if isinstance(value, str) and not (hints.serial_dates and _is_digits(value)):
            return dates.read_date(value)
        if hints.serial_dates and isinstance(value, int | float | str) and not isinstance(value, bool):
            return dates.serial_date(float(value))
    except (ValueError, OverflowError):
        pass
    raise problem("not_a_date", shape, value)


def _datetime(shape: Shape, value: object, hints: Hints) -> Value:
    try:
        if isinstance(value, date):
            text = dates.from_python(value)
            return text if "T" in text else f"{text}T00:00"
        if isinstance(value, str) and not (hints.serial_dates and _is_digits(value)):
            return dates.read_datetime(value)
        if hints.serial_dates and isinstance(value, int | float | str) and not isinstance(value, bool):
            return dates.serial_datetime(float(value))
    except (ValueError, OverflowError):
        pass
    raise problem("not_a_datetime", shape, value)


def _is_digits(text: str) -> bool:
    return re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", text) is not None


def _choice(shape: Shape, value: object, hints: Hints) -> Value:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = _number(shape, value, hints)
    if isinstance(value, str):
        code = _find_choice(shape, value, hints)
        if code is None:
            # A cell of our own template reads "code - label"; both halves must mean the same entry.
            halves = re.split(_CODE_AND_LABEL, value.strip(), maxsplit=1)
            found = {_find_choice(shape, half, hints) for half in halves} if len(halves) == 2 else set()
            code = found.pop() if len(found) == 1 else None
        if code is not None:
            return code
    raise problem("not_a_choice", shape, value)


def _find_choice(shape: Shape, text: str, hints: Hints) -> str | None:
    stripped = text.strip()
    if stripped in shape.choices:
        return stripped
    wanted = comparable(stripped)
    for code in shape.choices:
        label = shape.choice_labels.get(code, code)
        wordings = (code, label, *(hints.translations(label) if hints.translations else ()))
        if any(comparable(wording) == wanted for wording in wordings):
            return code
    return shape.choice_aliases.get(wanted)


def _reference(shape: Shape, value: object, _hints: Hints) -> Value:
    if isinstance(value, bytes):
        return value
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, str):
        try:
            return parse_id(value)
        except DaftarError:
            pass
    raise problem("not_a_reference", shape, value)


def _tag(shape: Shape, value: object, hints: Hints) -> Value:
    text = _text(shape, value, hints)
    return _choice(shape, text, hints) if shape.choices else text


def _members(shape: Shape, value: object, hints: Hints) -> Value:
    if isinstance(value, str):
        # Commas part the members only of a text without semicolons and line ends.
        text = re.sub(_LINE_ENDS, "\n", value)
        members: Iterable[object] = re.split(_LIST_BORDER if re.search(_LIST_BORDER, text) else _COMMA, text)
    elif isinstance(value, list | tuple | set | frozenset):
        members = value
    else:
        members = [value]
    canonical = (parse_item(shape, member, hints) for member in members)
    return sorted({member for member in canonical if member is not None})


def _entries(shape: Shape, value: object, hints: Hints) -> Value:
    if isinstance(value, str):
        pairs = []
        for part in re.split(_LIST_BORDER, re.sub(_LINE_ENDS, "\n", value)):
            key, equals, item = part.partition("=")
            if equals:
                pairs.append((key.strip(), item))
            elif part.strip():
                raise problem("not_a_map", shape, value)
    elif isinstance(value, Mapping):
        pairs = [(key.strip() if isinstance(key, str) else key, item) for key, item in value.items()]
    else:
        raise problem("not_a_map", shape, value)
    entries: dict[str, Value] = {}
    for typed_key, item in pairs:
        key = _formed(shape, typed_key) if isinstance(typed_key, str) else typed_key
        checks.check_key(shape, key)
        canonical = parse_item(shape, item, hints)
        if key in entries:
            raise problem("not_a_key", shape, key)
        if canonical is not None:
            entries[key] = canonical
    return entries


def _order(shape: Shape, value: object, hints: Hints) -> Value:
    if isinstance(value, str):
        parent, _, key = value.rpartition("/")
        value = [parent or None, key]
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise problem("not_a_position", shape, value)
    parent_id = None if value[0] is None else _reference(shape, value[0], hints)
    return [parent_id, value[1]]


def format_value(shape: Shape, value: Value) -> str:
    """A plain text that `parse_value` turns back into the same value (with `decimal="."`)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return id_text(value)
    if shape.type is FieldType.ORDER:
        parent, key = value
        return f"{id_text(parent) if parent else ''}/{key}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list):
        text = "; ".join(id_text(member) if isinstance(member, bytes) else str(member) for member in value)
        return f"{text};" if re.search(_COMMA, text) else text
    return str(value)


_Parser = Callable[[Shape, Any, Hints], Value]

_PARSERS: Final[Mapping[FieldType, _Parser]] = {
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

_ITEM_PARSERS: Final[Mapping[FieldType, _Parser]] = {
    FieldType.TAGS: _tag,
    FieldType.REFERENCES: _reference,
    FieldType.NUMBERS: _number,
    FieldType.REASONS: _choice,
}
