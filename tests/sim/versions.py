"""Laptops of other versions: older ones lack kinds and fields, newer ones have some that others lack."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sync.records import KINDS, Kind
from sync.records import declare as d
from sync.records.base import Field

_MISSING_KINDS: Final = {"N-2": {"agenda_item", "budget_line"}, "N-1": {"budget_line"}}
# What a version has, every later one has too.
_MISSING_FIELDS: Final = {
    "N-2": {
        "activity": {"priority", "tags", "quarters", "progress"},
        "value": {"cells"},
        "meeting": {"notes", "tags"},
    },
    "N-1": {"activity": {"tags", "progress"}, "meeting": {"tags"}},
}
_NEW_FIELDS: Final[Mapping[str, Field]] = {
    "mood": d.text("Mood"),
    "colours": d.tags("Colours"),
    "scores": d.numbers("Scores"),
    "story": d.long_text("Story"),
}
ORDER: Final = ("N-2", "N-1", "N", "N+1")


def kinds_of(version: str) -> dict[str, Kind]:
    """The record types as that version declares them."""
    if version == "N+1":
        return _newer()
    gone, fields = _MISSING_KINDS.get(version, set()), _MISSING_FIELDS.get(version, {})
    return {name: _without(kind, fields.get(name, set())) for name, kind in KINDS.items() if name not in gone}


def _newer() -> dict[str, Kind]:
    added = {name: replace(one, name=name) for name, one in _NEW_FIELDS.items()}
    activity = KINDS["activity"]
    risk = KINDS["risk"]
    return {
        **KINDS,
        "activity": replace(activity, fields={**activity.fields, **added}),
        "survey": replace(risk, name="survey", fields={**risk.fields, **added}),
    }


def _without(kind: Kind, names: set[str]) -> Kind:
    if not names:
        return kind
    return replace(kind, fields={name: one for name, one in kind.fields.items() if name not in names})
