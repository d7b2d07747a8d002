"""Moving a record to another workspace: made anew there, deleted here, with a link that leads back.

Whoever edited it here without knowing is asked whether it goes, as with any delete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from desktop.commands.links import title_of
from desktop.commands.records import create, insist_there, insist_writable, remove
from desktop.store.moved import MOVED_FROM
from desktop.store.rows import Row
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import FieldType, Kind
from sync.records import kind as kind_of

_WITHOUT_LINK: Final = frozenset({"budget_line", "role", "target", "value", "category"})
"""Nobody links to these or speaks of them by themselves."""


def move(
    rows: Sequence[Row],
    *,
    workspace: bytes,
    new_id: Callable[[], bytes],
    known: Mapping[bytes, bytes] | None = None,
) -> list[Edit]:
    """The edits that move a record and its parts (`rows`, the record first).

    References between them follow; `known` says what others are called there. Raises `same_workspace`.
    """
    for row in rows:
        insist_writable(kind_of(row.kind))
        insist_there(row)
    if rows[0].workspace == workspace:
        raise DaftarError("same_workspace")
    names = {**(known or {}), **{row.id: new_id() for row in rows}}
    made: list[Edit] = []
    for row in rows:
        kind = kind_of(row.kind)
        values = {name: _moved(kind, name, value, names) for name, value in row.values.items()}
        made += create(kind, workspace=workspace, record=names[row.id], values=values)
        if row.kind not in _WITHOUT_LINK:
            made += _link_back(row, names[row.id], workspace=workspace, record=new_id())
    return made + [edit for row in rows for edit in remove(kind_of(row.kind), row)]


def _link_back(row: Row, moved: bytes, *, workspace: bytes, record: bytes) -> list[Edit]:
    values = {
        "from_kind": row.kind,
        "from_id": moved,
        "to_kind": row.kind,
        "to_id": row.id,
        "label": title_of(row),
        "type": MOVED_FROM,
    }
    return create(kind_of("link"), workspace=workspace, record=record, values=values)


def _moved(kind: Kind, name: str, value: Any, names: Mapping[bytes, bytes]) -> Any:
    """A value with its references as they are there; the place under a parent that stays is given up."""
    field = kind.fields[name]
    if value is None:
        return None
    if field.type is FieldType.ORDER:
        parent, key = value
        return [names.get(parent), key]
    if isinstance(value, bytes):
        return names.get(value, value)
    if isinstance(value, list):
        return sorted(names.get(each, each) for each in value)
    return value
