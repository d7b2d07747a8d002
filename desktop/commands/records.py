"""What can be done to any record: make it, change fields of it, take it away, bring it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.commands.problems import insist, problems_of_change
from desktop.store.rows import Row
from sync.changes import DELETED, Bases, Edit, Value, member_key
from sync.errors import DaftarError
from sync.records import Kind, Merge

NO_TEXTS: Mapping[str, bytes] = {}


def create(kind: Kind, *, workspace: bytes, record: bytes, values: Mapping[str, Value]) -> list[Edit]:
    """A new record with all its fields; raises `FieldsToFixError`, `read_only_kind`."""
    insist_writable(kind)
    insist(kind.check(values))
    return [new_record(kind, workspace=workspace, record=record, values=values)]


def new_record(kind: Kind, *, workspace: bytes, record: bytes, values: Mapping[str, Value]) -> Edit:
    """The edit of a new record whose values were checked."""
    writes: dict[str, Value] = {}
    for name, value in values.items():
        if value is None or value in ("", [], {}):
            continue
        writes[name] = _text_update(None, value) if kind.field(name).merge is Merge.TEXT else value
    return Edit(workspace, kind.name, record, writes, create=True)


def change(
    kind: Kind, row: Row, values: Mapping[str, Value], *, texts: Mapping[str, bytes] = NO_TEXTS
) -> list[Edit]:
    """Set fields of a record to whole new values; nothing where they all stand there already.

    Sets and maps are written member by member, so that two people can change different ones. Long texts
    need the stored documents of the record (`Reader.state(…).texts`) in `texts`.
    """
    insist_writable(kind)
    insist_there(row)
    insist(problems_of_change(kind, row, values))
    writes: dict[str, Value] = {}
    for name, value in values.items():
        if kind.field(name).merge is Merge.TEXT:
            if (value or "") != (row.values.get(name) or ""):
                writes[name] = _text_update(texts.get(name), value or "")
        else:
            writes |= keys_to_write(kind, name, row.values.get(name), value)
    return edit_keys(row, writes)


def edit_keys(row: Row, writes: Mapping[str, Value]) -> list[Edit]:
    """One edit of keys (`cells/F`), made on what the row showed of them."""
    if not writes:
        return []
    seen = {key: row.seen[key] for key in writes if key in row.seen}
    return [Edit(row.workspace, row.kind, row.id, writes, seen)]


def keys_to_write(kind: Kind, name: str, before: Value, after: Value) -> dict[str, Value]:
    """The keys of a field whose values differ, with their new values."""
    field = kind.field(name)
    if field.merge is Merge.SET:
        old, new = list(before or ()), list(after or ())
        gone = {f"{name}/{member_key(member)}": None for member in old if member not in new}
        return gone | {f"{name}/{member_key(member)}": True for member in new if member not in old}
    if field.merge is Merge.MAP:
        had, has = dict(before or {}), dict(after or {})
        return {
            f"{name}/{key}": has.get(key)
            for key in sorted(had.keys() | has.keys())
            if had.get(key) != has.get(key)
        }
    return {} if _plain(before) == _plain(after) else {name: after}


def with_members(before: Value, *, add: Iterable[Value] = (), take: Iterable[Value] = ()) -> list[Value]:
    """A set with members added and taken out, in canonical order."""
    return sorted((set(before or ()) | set(add)) - set(take))


def remove(kind: Kind, row: Row) -> list[Edit]:
    """Delete a record, naming everything that was seen of it; nothing where it is deleted already."""
    insist_writable(kind)
    if row.deleted:
        return []
    return [Edit(row.workspace, row.kind, row.id, {DELETED: True}, dict(row.seen))]


def restore(kind: Kind, row: Row) -> list[Edit]:
    """Bring a deleted record back; nothing where it is not deleted."""
    insist_writable(kind)
    if not row.deleted:
        return []
    seen: dict[str, Bases] = {DELETED: row.seen[DELETED]} if DELETED in row.seen else {}
    return [Edit(row.workspace, row.kind, row.id, {DELETED: None}, seen)]


def insist_writable(kind: Kind) -> None:
    """Refuse kinds that only the server writes."""
    if kind.read_only:
        raise DaftarError("read_only_kind", kind=kind.name)


def insist_there(row: Row) -> None:
    """Refuse to change what is deleted: that would bring it back without saying so."""
    if row.deleted:
        raise DaftarError("record_deleted", kind=row.kind)


def _plain(value: Value) -> Value:
    return list(value) if isinstance(value, tuple) else value


def _text_update(snapshot: bytes | None, text: str) -> bytes:
    from sync.merge.texts import set_text

    return set_text(snapshot, text).update
