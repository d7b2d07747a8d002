"""What an older version of this program kept without knowing it, put in its place (SYNC §6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from sync.changes import base_field
from sync.merge.texts import read_text
from sync.records import Kind, Merge
from sync.replica.apply import search_row
from sync.replica.ids import Database
from sync.replica.replica import Replica
from sync.replica.rows import OTHER_TABLE, pack_extra, unpack_extra
from sync.replica.source import Indexer
from sync.replica.states import States

_SHAPE: Final = "shape"


def adopt(database: Database, replica: Replica, indexer: Indexer) -> None:
    """Move records of kinds, and values of fields, that are declared by now into their tables.

    Looks only where the declarations are not those of the last start. The caller owns the transaction.
    """
    shape = _shape(replica.kinds)
    row = database.execute("SELECT value FROM meta WHERE key = ?", (_SHAPE,)).fetchone()
    if row is not None and bytes(row[0]) == shape:
        return
    moving = _Moving(database, replica, indexer)
    for name in replica.kinds:
        moving.records(name)
        moving.fields(name)
    database.execute(
        "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_SHAPE, shape),
    )


def _shape(kinds: Mapping[str, Kind]) -> bytes:
    names = sorted(f"{kind.name}.{name}" for kind in kinds.values() for name in ("", *kind.fields))
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).digest()


class _Moving:
    def __init__(self, database: Database, replica: Replica, indexer: Indexer) -> None:
        self._database = database
        self._kinds = replica.kinds
        self._known = replica.applier.states
        self._unknown = States(database, replica.ids, {})
        self._indexer = indexer

    def records(self, kind: str) -> None:
        """Records that were kept raw, because nobody knew their kind."""
        rows = self._database.execute(
            f"SELECT o.id, o._ws, w.item FROM {OTHER_TABLE} o JOIN workspace_state w ON w.idx = o._ws"
            " WHERE o._kind = ?",
            (kind,),
        ).fetchall()
        for rowid, index, workspace in rows:
            item = self._unknown.load(kind, [rowid], bytes(workspace))[rowid]
            item.shown.classes.update(self._kinds[kind].classes())
            self._known.insert(item)
            self._database.execute(f"DELETE FROM {OTHER_TABLE} WHERE id = ?", (rowid,))
            self._indexer.add(kind, [search_row(self._kinds[kind], item, index)])

    def fields(self, kind: str) -> None:
        """Values that stood beside the columns, because nobody knew their field."""
        fields = self._kinds[kind].fields
        rows = self._database.execute(
            f'SELECT id, _ws, _extra FROM "{kind}" WHERE _extra IS NOT NULL'
        ).fetchall()
        moved = {
            rowid: (index, names)
            for rowid, index, extra in rows
            if (names := {base_field(key) for key in unpack_extra(extra)[0]} & fields.keys())
        }
        for rowid, index, name in self._texts(kind):
            moved[rowid] = (index, moved.get(rowid, (index, set()))[1] | {name})
        for rowid, (index, names) in moved.items():
            self._move(kind, rowid, index, sorted(names))

    def _texts(self, kind: str) -> list[tuple[int, int, str]]:
        found = []
        for name, field in self._kinds[kind].fields.items():
            if field.merge is Merge.TEXT:
                found += self._database.execute(
                    f'SELECT k.id, k._ws, d.field FROM document d JOIN "{kind}" k ON k.id = d.record'
                    f' WHERE d.field = ? AND k."{name}" IS NULL',
                    (name,),
                ).fetchall()
        return found

    def _move(self, kind: str, rowid: int, index: int, names: Sequence[str]) -> None:
        item = self._known.load(kind, [rowid], bytes(16))[rowid]
        codec = self._known.codecs[kind]
        texts = {name: read_text(item.shown.texts[name]) for name in names if name in item.shown.texts}
        columns = codec.columns_of(item.shown.values, texts, names)
        columns["_extra"] = pack_extra(item.shown.values, item.shown.classes, self._kinds[kind].fields)
        assignments = ", ".join(f'"{name}" = ?' for name in columns)
        self._database.execute(f'UPDATE "{kind}" SET {assignments} WHERE id = ?', (*columns.values(), rowid))
        self._indexer.replace({kind: [search_row(self._kinds[kind], item, index)]})
