"""A file beside a record: its record travels first, its content later."""

from __future__ import annotations

import mimetypes
from typing import Final

from desktop.commands import evidence
from desktop.commands.records import change, create, remove, with_members
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind


def t(msgid: str) -> str:
    """Mark a label for translation."""
    return msgid


ATTACH: Final = t("Attach a file")


def attach(
    row: Row,
    *,
    record: bytes,
    file_name: str,
    fingerprint: bytes,
    size: int,
    title: str | None = None,
    type: str | None = None,  # noqa: A002 - the name of the field
) -> list[Edit]:
    """A new attachment that belongs to a record; a value also points to it as its evidence."""
    media, _ = mimetypes.guess_type(file_name)
    fields: dict[str, Value] = {
        "title": title or file_name,
        "file_name": file_name,
        "media_type": media,
        "size": size,
        "sha256": fingerprint.hex(),
        "type": type or ("evidence" if row.kind == "value" else "document"),
    }
    if row.kind == "value":
        return evidence.add(row, fields, record=record)
    given = {name: each for name, each in fields.items() if each is not None}
    given |= {"about_kind": row.kind, "about": row.id}
    return create(kind("attachment"), workspace=row.workspace, record=record, values=given)


def detach(owner: Row, attachment: Row) -> list[Edit]:
    """Take an attachment away, also out of the evidence of the value that points to it."""
    edits = remove(kind("attachment"), attachment)
    if owner.kind == "value" and not owner.deleted and attachment.id in (owner.values.get("evidence") or ()):
        members = with_members(owner.values.get("evidence"), take=[attachment.id])
        edits += change(kind("value"), owner, {"evidence": members})
    return edits
