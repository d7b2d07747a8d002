"""What a change did, in words: for history lists of any kind of record."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.widgets.value_text import NameOf, item_text
from desktop.words import Words
from sync.changes import DELETED, Change, base_field, key_member
from sync.records import Field, FieldType, Kind

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One sentence without its author, and what the fields are since."""

    sentence: str
    details: tuple[tuple[str, str], ...] = ()


def change_words(words: Words, kind: Kind, change: Change, *, name_of: NameOf) -> ChangeWords:
    """Such as "changed End" with `("End", "16 Jul 2026")`; fields of the program itself are left out."""
    if change.create:
        return ChangeWords(words.t("added this"))
    if DELETED in change.writes:
        gone = bool(change.writes[DELETED])
        return ChangeWords(words.t("removed this") if gone else words.t("brought this back"))
    details = _details(words, kind, change.writes, name_of)
    moved = any(_type(kind, key) is FieldType.ORDER for key in change.writes)
    if not details:
        return ChangeWords(words.t("moved this in the plan") if moved else words.t("changed this"))
    labels = words.join([label for label, _ in details])
    return ChangeWords(words.t("changed {fields}", fields=labels), tuple(details))


def _type(kind: Kind, key: str) -> FieldType | None:
    field = kind.fields.get(base_field(key))
    return field.type if field is not None else None


def _details(
    words: Words, kind: Kind, writes: Mapping[str, object], name_of: NameOf
) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for key, value in writes.items():
        field = kind.fields.get(base_field(key))
        if field is None or field.technical:
            continue
        found.setdefault(words.t(field.label), []).append(_one(words, field, key, value, name_of))
    return [(label, words.join(texts)) for label, texts in found.items()]


def _one(words: Words, field: Field, key: str, value: object, name_of: NameOf) -> str:
    member = key.partition("/")[2]
    if member and field.type in (FieldType.TAGS, FieldType.REFERENCES):
        shown = item_text(words, field, key_member(member), name_of=name_of)
        return words.t("with {value}", value=shown) if value else words.t("without {value}", value=shown)
    if field.type is FieldType.LONG_TEXT:
        return words.t("the text was edited")
    shown = item_text(words, field, value, name_of=name_of) or words.t("nothing")
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST - 1] + "…"
    return f"{words.isolate(member)} {shown}" if member else shown
