"""What joins records: links between any two of them, and comments."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.commands.records import create
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind


def link(
    row: Row,
    other: Row,
    *,
    record: bytes,
    sort: str = "related",
    note: str | None = None,
) -> list[Edit]:
    """A joint that lies where the first record lies; it keeps the title of the far one."""
    values: dict[str, Value] = {
        "from_kind": row.kind,
        "from_id": row.id,
        "to_kind": other.kind,
        "to_id": other.id,
        "label": title_of(other),
        "type": sort,
        "note": note,
    }
    return create(kind("link"), workspace=row.workspace, record=record, values=values)


def comment(
    row: Row, text: str, *, record: bytes, reply_to: bytes | None = None, mentions: Sequence[bytes] = ()
) -> list[Edit]:
    """What somebody says about a record; its words never change afterwards."""
    values: dict[str, Value] = {
        "about_kind": row.kind,
        "about": row.id,
        "text": text,
        "reply_to": reply_to,
        "mentions": sorted(mentions),
    }
    return create(kind("comment"), workspace=row.workspace, record=record, values=values)


def title_of(row: Row) -> str | None:
    """What a record is called, where it has a title of its own."""
    title = row.values.get(kind(row.kind).title_field)
    return title if isinstance(title, str) else None
