"""Rows and history as documents: ids as UUID text, everything else as it travels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from desktop.store.rows import Row
from sync.changes import DELETED, Change, base_field, key_member
from sync.clock import stamp_ms
from sync.records import Kind, id_text
from sync.records.json import to_json, value_to_json


def row_document(kind: Kind, row: Row) -> dict[str, Any]:
    """`id`, `workspace` and every declared field by name."""
    values = {name: row.values.get(name) for name in kind.fields}
    return {"id": id_text(row.id), "workspace": id_text(row.workspace), **to_json(kind, values)}


def whole_document(kind: Kind, row: Row) -> dict[str, Any]:
    """The same, with what is known about the record."""
    known = {
        "kind": row.kind,
        "deleted": row.deleted,
        "unsent": row.unsent,
        "contested": sorted(map(shown_key, row.contested)),
    }
    return row_document(kind, row) | known


def shown_key(key: str) -> str:
    """A key as it is typed: `cells.F|15-24` for `cells/F|15-24`."""
    return key.replace("/", ".", 1)


def moment(stamp: int) -> str:
    """When a stamp was made, in UTC."""
    return (
        datetime.fromtimestamp(stamp_ms(stamp) / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def device_text(device: int) -> str:
    return f"{device:012x}"


def history_documents(
    kind: Kind, history: Sequence[tuple[Change, bool]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What happened to a record, oldest first."""
    changes = [change for change, _ in history if not change.hole]
    known = {change.id: change for change in changes}
    texts = _Texts(kind)
    return [
        {
            "at": moment(change.stamp),
            "stamp": change.stamp,
            "author": names.get(id_text(change.author)),
            "author_id": id_text(change.author),
            "device": device_text(change.device),
            "what": what(change, known),
            "fields": _fields(kind, change.writes, texts, create=change.create),
            "sent": sent,
        }
        for change, sent in history
        if not change.hole
    ]


def what(change: Change, known: Mapping[tuple[int, int], Change]) -> str:
    """`create`, `delete`, `restore`, `decide` or `edit`."""
    if change.create:
        return "create"
    from desktop.commands.decisions import former_heads

    if any(former_heads(change, key, known) for key in change.writes):
        return "decide"
    if DELETED in change.writes:
        return "delete" if change.writes[DELETED] else "restore"
    return "edit"


class _Texts:
    """Long texts as they read after each change."""

    def __init__(self, kind: Kind | None) -> None:
        self._kind = kind
        self._snapshots: dict[str, bytes] = {}

    def is_text(self, name: str) -> bool:
        field = self._kind.fields.get(name) if self._kind is not None else None
        return field is not None and field.merge == "t"

    def after(self, name: str, update: bytes) -> str:
        from sync.merge.texts import merge_text, read_text

        self._snapshots[name] = merge_text(self._snapshots.get(name), update)
        return read_text(self._snapshots[name])


def written_fields(kind: Kind | None, writes: Mapping[str, Any], *, create: bool) -> dict[str, Any]:
    """What one change wrote, by field."""
    return _fields(kind, writes, _Texts(kind), create=create)


def _fields(kind: Kind | None, writes: Mapping[str, Any], texts: _Texts, *, create: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in writes.items():
        name, keyed, member = base_field(key), "/" in key, key.partition("/")[2]
        if key == DELETED:
            fields[DELETED] = bool(value)
        elif texts.is_text(name):
            fields[name] = texts.after(name, value)
        elif not keyed:
            fields[name] = value_to_json(value)
        elif _is_set(kind, name):
            _put_member(fields, name, member, value, create=create)
        else:
            fields.setdefault(name, {})[member] = value_to_json(value)
    return fields


def _is_set(kind: Kind | None, name: str) -> bool:
    field = kind.fields.get(name) if kind is not None else None
    return field is not None and field.merge == "s"


def _put_member(fields: dict[str, Any], name: str, member: str, value: Any, *, create: bool) -> None:
    shown = value_to_json(key_member(member))
    if create:
        fields.setdefault(name, []).append(shown)
    else:
        entry = fields.setdefault(name, {"added": [], "removed": []})
        entry["added" if value else "removed"].append(shown)


def short(value: Any) -> str:
    """A value in a table."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={short(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(short(item) for item in value)
    return str(value)
