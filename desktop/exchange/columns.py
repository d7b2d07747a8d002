"""The columns of an exported kind: headings, what a value looks like, and which entry stands for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.words import Words
from sync.records import Field, FieldType, Kind, Value, id_text

LabelOf = Callable[[bytes], str]
"""The name of a record by its id."""

Candidates = Mapping[str, Sequence[bytes]]
"""Records that may be referred to, by kind."""

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_LIST = re.compile(r"\s*;\s*")


def guard(text: str) -> str:
    """Text that a spreadsheet program could take for a formula gets an apostrophe before it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    """The inverse of `guard`."""
    return text[1:] if _GUARDED.match(text) else text


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of records, and which of them drop-down lists offer."""

    of: LabelOf
    candidates: Candidates


@dataclass(slots=True)
class ExportColumn:
    """One field as a column. `entries` grows while values are shown: shown text -> code or id."""

    declared: Field
    heading: str
    hidden: bool
    yes_no: tuple[str, str]
    entries: dict[str, str] = field(default_factory=dict)
    _shown: dict[bytes, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def refers(self) -> bool:
        return self.declared.type in {FieldType.REFERENCE, FieldType.REFERENCES}

    @property
    def single(self) -> bool:
        """One entry of a list fills the cell."""
        return self.declared.type in {FieldType.CHOICE, FieldType.REFERENCE, FieldType.BOOLEAN}

    def shown(self, value: Value, label_of: LabelOf) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return self.yes_no[0] if value else self.yes_no[1]
        if self.declared.type is FieldType.REFERENCE:
            return self._label(value, label_of)
        if self.declared.type is FieldType.REFERENCES:
            return "; ".join(self._label(member, label_of) for member in value)
        if self.declared.type is FieldType.CHOICE:
            return self._choice(value)
        if self.declared.type is FieldType.TAGS and self.declared.choices:
            return "; ".join(self._choice(member) for member in value)
        return self.declared.format(value)

    def offer(self, labels: Labels) -> None:
        """Put the records that may be chosen into the list before any is used."""
        if self.declared.type is FieldType.REFERENCE:
            for target in self.declared.targets:
                for record in labels.candidates.get(target, ()):
                    self._label(record, labels.of)

    def _choice(self, code: str) -> str:
        return next((shown for shown, one in self.entries.items() if one == code), code)

    def _label(self, record: bytes, label_of: LabelOf) -> str:
        """A name that stands for one record only, and holds no separator."""
        if record not in self._shown:
            label = _LIST.sub(", ", label_of(record)).strip() or id_text(record)
            if label in self.entries:
                label = f"{label} [{id_text(record)[-8:]}]"
            self._shown[record] = label
            self.entries[label] = id_text(record)
        return self._shown[record]


def columns_of(kind: Kind, words: Words) -> list[ExportColumn]:
    """The columns of a kind, each with a heading of its own; required ones are marked."""
    columns: list[ExportColumn] = []
    taken: set[str] = {"id"}
    for one in kind.fields.values():
        heading = words.t(one.label) + (" *" if one.required else "")
        while heading in taken:
            heading = f"{heading} ({one.name})"
        taken.add(heading)
        yes_no = (words.t("Yes"), words.t("No"))
        column = ExportColumn(one, heading, one.technical, yes_no)
        if one.type is FieldType.BOOLEAN:
            column.entries = {yes_no[0]: "yes", yes_no[1]: "no"}
        elif one.choices:
            column.entries = _choice_entries(one, words)
        columns.append(column)
    return columns


def _choice_entries(one: Field, words: Words) -> dict[str, str]:
    entries: dict[str, str] = {}
    for code in one.choices:
        label = words.t(one.choice_labels.get(code, code))
        shown = f"{code} - {label}" if label in entries or ";" in label else label
        entries[shown] = code
    return entries


def shown_text(column: ExportColumn, value: Value, label_of: LabelOf) -> str:
    """A value for the clipboard; nothing for what is not there."""
    return "" if value is None else guard(column.shown(value, label_of))
