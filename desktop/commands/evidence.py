"""What a reported value rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.commands.records import change, create, with_members
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind


def t(msgid: str) -> str:
    """Mark a label for translation."""
    return msgid


EVIDENCE: Final = t("Add evidence")


def add(value: Row, fields: Mapping[str, Value], *, record: bytes) -> list[Edit]:
    """A new attachment, and the value that points to it."""
    given = {name: each for name, each in fields.items() if each is not None}
    given |= {"about_kind": value.kind, "about": value.id}
    made = create(kind("attachment"), workspace=value.workspace, record=record, values=given)
    members = with_members(value.values.get("evidence"), add=[record])
    return made + change(kind(value.kind), value, {"evidence": members})
