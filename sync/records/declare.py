"""The vocabulary in which record types are declared: one helper for each type of field.

Labels, hints and choice labels are English msgids; their translations are in `records.po`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from sync.records.base import Field
from sync.records.parsing import comparable
from sync.records.shape import FieldType, Merge
from sync.records.vocabularies import FREQUENCY, FREQUENCY_ALIASES

TITLE_LENGTH: Final = 500
LINE_LENGTH: Final = 1_000
DESCRIPTION_LENGTH: Final = 20_000
LONG_TEXT_LENGTH: Final = 200_000

Text: TypeAlias = str | None
Number: TypeAlias = str | None
Integer: TypeAlias = int | None
Boolean: TypeAlias = bool | None
Day: TypeAlias = str | None
Moment: TypeAlias = str | None
Choice: TypeAlias = str | None
Id: TypeAlias = bytes | None
Tags: TypeAlias = list[str] | None
Ids: TypeAlias = list[bytes] | None
Cells: TypeAlias = dict[str, str] | None
Position: TypeAlias = list[bytes | str | None] | None


def title(label: str = "Title", *, hint: str = "", required: bool = True) -> Field:
    """What a record is called by."""
    return text(label, hint=hint, required=required, searchable=True, longest=TITLE_LENGTH)


def text(
    label: str,
    *,
    hint: str = "",
    required: bool = False,
    searchable: bool = False,
    longest: int = LINE_LENGTH,
    syntax: str | None = None,
    immutable: bool = False,
    technical: bool = False,
) -> Field:
    """A line of text."""
    return Field(
        "",
        FieldType.TEXT,
        Merge.REGISTER,
        required=required,
        label=label,
        hint=hint,
        searchable=searchable,
        max_length=longest,
        syntax=syntax,
        immutable=immutable,
        technical=technical,
    )


def paragraph(label: str, *, hint: str = "", required: bool = False, immutable: bool = False) -> Field:
    """A few sentences: found by search, merged as a whole."""
    return Field(
        "",
        FieldType.TEXT,
        Merge.REGISTER,
        required=required,
        label=label,
        hint=hint,
        searchable=True,
        max_length=DESCRIPTION_LENGTH,
        multiline=True,
        immutable=immutable,
    )


def long_text(label: str, *, hint: str = "") -> Field:
    """A text that several people may write at once, merged character by character."""
    return Field(
        "",
        FieldType.LONG_TEXT,
        Merge.TEXT,
        label=label,
        hint=hint,
        searchable=True,
        max_length=LONG_TEXT_LENGTH,
        multiline=True,
    )


def code(label: str = "Code", *, hint: str = "", syntax: str | None = None) -> Field:
    """A human code such as 1.2.3; never unique by force."""
    return text(label, hint=hint, searchable=True, longest=100, syntax=syntax)


def number(
    label: str, *, unit: str | None = None, least: str | None = None, most: str | None = None, hint: str = ""
) -> Field:
    """An exact decimal number; percentages are written 0-100."""
    return Field(
        "",
        FieldType.NUMBER,
        Merge.REGISTER,
        unit=unit,
        label=label,
        hint=hint,
        minimum=None if least is None else Decimal(least),
        maximum=None if most is None else Decimal(most),
    )


def amount(label: str, *, hint: str = "") -> Field:
    """A sum of money in the record's currency."""
    return number(label, unit="currency", hint=hint)


def integer(
    label: str,
    *,
    unit: str | None = None,
    least: int | None = None,
    most: int | None = None,
    hint: str = "",
    technical: bool = False,
) -> Field:
    """A whole number."""
    return Field(
        "",
        FieldType.INTEGER,
        Merge.REGISTER,
        unit=unit,
        label=label,
        hint=hint,
        minimum=None if least is None else Decimal(least),
        maximum=None if most is None else Decimal(most),
        technical=technical,
    )


def yes_no(label: str, *, hint: str = "") -> Field:
    return Field("", FieldType.BOOLEAN, Merge.REGISTER, label=label, hint=hint)


def day(label: str, *, hint: str = "") -> Field:
    return Field("", FieldType.DATE, Merge.REGISTER, label=label, hint=hint)


def moment(label: str, *, hint: str = "") -> Field:
    """A date and a time, in the time zone that the record names."""
    return Field("", FieldType.DATETIME, Merge.REGISTER, label=label, hint=hint)


def choice(
    label: str,
    choices: Mapping[str, str],
    *,
    hint: str = "",
    required: bool = False,
    aliases: Mapping[str, str] | None = None,
    immutable: bool = False,
    technical: bool = False,
) -> Field:
    """One code out of a list. Codes never change; `aliases` are other spellings that people use."""
    return Field(
        "",
        FieldType.CHOICE,
        Merge.REGISTER,
        required=required,
        choices=tuple(choices),
        label=label,
        hint=hint,
        choice_labels=choices,
        choice_aliases={comparable(alias): meant for alias, meant in (aliases or {}).items()},
        immutable=immutable,
        technical=technical,
    )


def currency() -> Field:
    return text("Currency", syntax="currency", hint="Three letters, such as USD.")


def country() -> Field:
    return text("Country", syntax="country", hint="Two letters, such as JO.")


def time_zone() -> Field:
    return text("Time zone", syntax="time_zone", hint="Such as Asia/Amman.")


def web_address(label: str = "Web address") -> Field:
    return text(label, syntax="url", longest=2_000)


def frequency(label: str) -> Field:
    """How often something is done."""
    return choice(label, FREQUENCY, aliases=FREQUENCY_ALIASES)


def ref(
    label: str,
    *targets: str,
    hint: str = "",
    required: bool = False,
    immutable: bool = False,
    technical: bool = False,
) -> Field:
    """Another record, by its id alone. No targets: any kind."""
    return Field(
        "",
        FieldType.REFERENCE,
        Merge.REGISTER,
        required=required,
        targets=targets,
        label=label,
        hint=hint,
        immutable=immutable,
        technical=technical,
    )


def refs(label: str, *targets: str, hint: str = "") -> Field:
    """A set of other records."""
    return Field("", FieldType.REFERENCES, Merge.SET, targets=targets, label=label, hint=hint)


def tags(
    label: str, *, hint: str = "", choices: Mapping[str, str] | None = None, syntax: str | None = None
) -> Field:
    """A set of words, free or out of a list."""
    return Field(
        "",
        FieldType.TAGS,
        Merge.SET,
        choices=tuple(choices or ()),
        label=label,
        hint=hint,
        searchable=choices is None and syntax is None,
        max_length=100,
        choice_labels=choices or {},
        syntax=syntax,
    )


def numbers(label: str, *, hint: str = "", keys: str = "cell") -> Field:
    """A table of numbers, one register for each key."""
    return Field("", FieldType.NUMBERS, Merge.MAP, label=label, hint=hint, syntax=keys)


def reasons(label: str, choices: Mapping[str, str], *, hint: str = "") -> Field:
    """A coded reason for each key of a table."""
    return Field(
        "",
        FieldType.REASONS,
        Merge.MAP,
        choices=tuple(choices),
        label=label,
        hint=hint,
        choice_labels=choices,
        syntax="cell",
    )


def position(label: str = "Place in the list") -> Field:
    """Parent and place among siblings, as one register: `[parent id or None, key]`."""
    return Field("", FieldType.ORDER, Merge.ORDER, label=label, technical=True)
