"""A stored value as people read it: numbers, dates and names in their language."""

from collections.abc import Callable, Mapping, Sequence

from desktop.words import Words
from sync.records import Field, FieldType, Value

NameOf = Callable[[str, bytes | None], str]
"""The title of a record of a kind; empty where it is not known here."""


def value_text(words: Words, field: Field, value: Value, *, name_of: NameOf | None = None) -> str:
    """One value of a declared field; empty for nothing."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, Mapping):
        parts = [f"{words.isolate(str(key))} {item_text(words, field, each)}" for key, each in value.items()]
        return words.join(parts)
    if field.type in (FieldType.TAGS, FieldType.REFERENCES) and isinstance(value, Sequence):
        return words.join([item_text(words, field, each, name_of=name_of) for each in value])
    return item_text(words, field, value, name_of=name_of)


def item_text(words: Words, field: Field, value: Value, *, name_of: NameOf | None = None) -> str:
    """One member of a set, one cell of a map, or a plain value."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return _name(words, field, value, name_of)
    if isinstance(value, bool):
        return words.t("Yes") if value else words.t("No")
    if field.unit == "%" and field.type in (FieldType.NUMBER, FieldType.INTEGER):
        return words.percent(value)
    if field.type in (FieldType.NUMBER, FieldType.NUMBERS):
        return words.number(str(value))
    if field.type is FieldType.INTEGER:
        # Years are integers too, and are never grouped.
        return words.digits(str(value)) if value > 999 else words.number(value)
    if field.type is FieldType.DATE:
        return words.date(str(value))
    if field.type is FieldType.DATETIME:
        return words.datetime(str(value))
    text = str(value)
    if text in field.choice_labels:
        return words.t(field.choice_labels[text])
    if field.syntax == "quarter" and "-Q" in text:
        return words.quarter(text)
    return text


def _name(words: Words, field: Field, record: bytes, name_of: NameOf | None) -> str:
    for target in field.targets:
        found = name_of(target, record) if name_of is not None else ""
        if found:
            return found
    return words.t("not on this laptop")
