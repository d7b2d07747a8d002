"""Disaggregations: the usual ones ready made, and new ones with their categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from desktop.commands import places
from desktop.commands.records import create
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind
from sync.records.order import spread


def t(msgid: str) -> str:
    """Mark a message for translation."""
    return msgid


ADD_DIMENSION: Final = t("Add a disaggregation")
ADD_CATEGORY: Final = t("Add a category")


@dataclass(frozen=True, slots=True)
class Preset:
    """A disaggregation that most programmes use: its type and name, and code and name of its categories."""

    type: str
    name: str
    categories: tuple[tuple[str, str], ...]
    unknown: bool = True


PRESETS: Final = (
    Preset("sex", t("Sex"), (("F", t("Women")), ("M", t("Men")))),
    Preset("age", t("Age"), (("15-24", "15–24"), ("25+", "25+"))),
    Preset(
        "status",
        t("Status of people"),
        (
            ("R", t("Refugees")),
            ("I", t("Internally displaced people")),
            ("A", t("Asylum seekers")),
            ("T", t("Returnees")),
            ("G", t("Migrants")),
            ("H", t("Host community")),
        ),
        unknown=False,
    ),
    Preset("disability", t("Disability"), (("D", t("With disability")), ("N", t("Without disability")))),
)
UNKNOWN_CODE: Final = "U"
UNKNOWN: Final = t("Unknown")


def add_preset(
    preset: Preset,
    *,
    workspace: bytes,
    new_id: Callable[[], bytes],
    say: Callable[[str], str],
    last: str | None = None,
) -> list[Edit]:
    """A ready-made disaggregation in the words of its maker; nobody is in two of its categories."""
    record = new_id()
    edits = add_dimension(
        {"name": say(preset.name), "type": preset.type, "exclusive": True},
        workspace=workspace,
        record=record,
        last=last,
    )
    named = [*preset.categories, *([(UNKNOWN_CODE, UNKNOWN)] if preset.unknown else [])]
    for (code, name), key in zip(named, spread(len(named)), strict=True):
        values: dict[str, Value] = {
            "name": say(name), "code": code, "dimension": record, "position": [None, key],
            "unknown": True if code == UNKNOWN_CODE else None,
        }  # fmt: skip
        edits += create(kind("category"), workspace=workspace, record=new_id(), values=values)
    return edits


def add_dimension(
    values: Mapping[str, Value], *, workspace: bytes, record: bytes, last: str | None = None
) -> list[Edit]:
    """A disaggregation behind the last one, whose order key is `last`."""
    given = {**values, "position": places.at_end(last)}
    return create(kind("dimension"), workspace=workspace, record=record, values=given)


def add_category(
    dimension: Row, *, record: bytes, name: str, code: str, last: str | None = None
) -> list[Edit]:
    """A category behind the last one of its disaggregation."""
    values: dict[str, Value] = {
        "name": name, "code": code, "dimension": dimension.id, "position": places.at_end(last),
    }  # fmt: skip
    return create(kind("category"), workspace=dimension.workspace, record=record, values=values)
