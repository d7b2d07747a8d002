"""What a declaration says about one field, as plain data: the ground under checking and parsing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

Value = Any
"""A canonical value: None, bool, int, str, 16 bytes, or a list or dict of these."""


class Merge(StrEnum):
    """How concurrent edits of a field come together; fixed for ever once a field is released."""

    REGISTER = "r"
    MAP = "k"
    SET = "s"
    TEXT = "t"
    ORDER = "o"


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    REFERENCE = "reference"
    TAGS = "tags"
    REFERENCES = "references"
    NUMBERS = "numbers"
    REASONS = "reasons"
    LONG_TEXT = "long_text"
    ORDER = "order"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One field as declared. Labels, hints and choice labels are English msgids."""

    name: str
    type: FieldType
    merge: Merge
    required: bool = False
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    unit: str | None = None
    label: str = ""
    hint: str = ""
    searchable: bool = False
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choice_labels: Mapping[str, str] = field(default_factory=dict)
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings that people type, in comparison form (see `words.comparable`) -> code."""
    syntax: str | None = None
    """A named form of its texts, members or keys (see `syntax.SYNTAXES`): quarter, currency, cell, ..."""
    multiline: bool = False
    immutable: bool = False
    """Written when the record is made and never again."""
    technical: bool = False
    """Filled by the program; forms do not offer it."""
