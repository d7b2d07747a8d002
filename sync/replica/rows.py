"""Canonical values as SQLite columns and back, for one kind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, Final

import msgpack

from sync.changes import Value, base_field, key_member
from sync.frames import Column, Group
from sync.frames.bodies import is_table
from sync.records import FieldType, Kind, Merge
from sync.replica.ids import IdMap
from sync.replica.schema import column_declarations

ENGINE_COLUMNS: Final = (
    "_ws",
    "_dev",
    "_dseq",
    "_stamp",
    "_author",
    "_made",
    "_settled",
    "_deleted",
    "_term",
    "_extra",
)
OTHER_TABLE: Final = "other_record"


class RowCodec:
    """Turns flat values (`cells/F`) into the columns of one kind's table and back."""

    def __init__(self, kind: Kind, ids: IdMap) -> None:
        self.kind = kind
        self._ids = ids

    # What is said of a kind is put together when it is first asked for: most readers ask for few kinds.

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(column_declarations(self.kind))

    @cached_property
    def _quoted(self) -> str:
        return ", ".join([f'"{name}"' for name in (*ENGINE_COLUMNS, *self.columns)])

    @cached_property
    def insert_sql(self) -> str:
        marks = ", ".join("?" * (1 + len(ENGINE_COLUMNS) + len(self.columns)))
        return f'INSERT INTO "{self.kind.name}"(id, {self._quoted}) VALUES({marks})'

    @cached_property
    def select_sql(self) -> str:
        return f'SELECT id, {self._quoted} FROM "{self.kind.name}"'

    @cached_property
    def _at(self) -> dict[str, int]:
        return {name: 1 + len(ENGINE_COLUMNS) + place for place, name in enumerate(self.columns)}

    # Writing

    def insert_into(self, columns: Sequence[str]) -> str:
        """An INSERT of these columns behind `id` and the engine's, `_deleted` and `_extra` left out."""
        engine = [name for name in ENGINE_COLUMNS if name not in ("_deleted", "_extra")]
        names = ", ".join(f'"{name}"' for name in (*engine, *columns))
        marks = ", ".join("?" * (1 + len(engine) + len(columns)))
        return f'INSERT INTO "{self.kind.name}"(id, {names}) VALUES({marks})'

    def columns_of(
        self, values: Mapping[str, Value], texts: Mapping[str, str], names: Sequence[str]
    ) -> dict[str, Any]:
        """SQLite values of the named fields, from the whole flat state of the record."""
        out: dict[str, Any] = {}
        for name in names:
            field = self.kind.fields[name]
            if field.merge in (Merge.MAP, Merge.SET):
                prefix = f"{name}/"
                items = {key[len(prefix) :]: value for key, value in values.items() if key.startswith(prefix)}
                out[name] = self._pack_keyed(field.merge, items)
            elif field.merge is Merge.TEXT:
                out[name] = texts.get(name)
            else:
                self._put(out, name, field.type, values.get(name))
        return out

    @staticmethod
    def _pack_keyed(merge: Merge, items: Mapping[str, Value]) -> str | None:
        if merge is Merge.SET:
            members = sorted(key for key, value in items.items() if value)
            return f"[{', '.join(map(encode_basestring, members))}]" if members else None
        present = {key: items[key] for key in sorted(items) if items[key] is not None}
        return _json_object(present) if present else None

    def _put(self, out: dict[str, Any], name: str, type_: FieldType, value: Value) -> None:
        if type_ is FieldType.REFERENCE:
            out[name] = None if value is None else self._ids.rowid(value)
        elif type_ is FieldType.ORDER:
            parent, key = value if value is not None else (None, None)
            out[name] = key
            out[f"{name}_parent"] = None if parent is None else self._ids.rowid(parent)
        else:
            out[name] = value

    def group_columns(self, group: Group, texts: Mapping[str, list[Value]]) -> dict[str, list[Any]] | None:
        """SQLite columns of a whole group of creations; `None` where a field needs the slow road.

        `texts` is how each long text column reads, in the order of the column.
        """
        count = len(group.records)
        out: dict[str, list[Any]] = {}
        for column in group.columns:
            field = self.kind.fields.get(column.name)
            if field is None or field.merge != column.merge:
                return None
            if column.keys is not None:
                out[column.name] = self._keyed_column(field.merge, column, count)
            else:
                values = texts[column.name] if field.merge is Merge.TEXT else column.values
                self._put_column(out, column.name, field.type, _spread(column.rows, values, count))
        return out

    def _keyed_column(self, merge: Merge, column: Column, count: int) -> list[str | None]:
        assert column.rows is not None
        assert column.keys is not None
        if merge is Merge.SET:
            return _member_lists(column.rows, column.keys, column.values, count)
        width = len(column.keys) // count if count else 0
        if is_table(column, count, width) and set(map(type, column.values)) == {str}:
            return _objects_of(column.keys[:width], column.values)
        keyed: list[dict[str, Value] | None] = [None] * count
        for row, key, value in zip(column.rows, column.keys, column.values, strict=True):
            items = keyed[row]
            if items is None:
                items = keyed[row] = {}
            items[key] = value
        return [None if items is None else self._pack_keyed(merge, items) for items in keyed]

    def _put_column(
        self, out: dict[str, list[Any]], name: str, type_: FieldType, values: list[Value]
    ) -> None:
        if type_ is FieldType.REFERENCE:
            rowids = {value: None if value is None else self._ids.rowid(value) for value in set(values)}
            out[name] = [rowids[value] for value in values]
        elif type_ is FieldType.ORDER:
            out[name] = [None if value is None else value[1] for value in values]
            out[f"{name}_parent"] = [
                None if value is None or value[0] is None else self._ids.rowid(value[0]) for value in values
            ]
        else:
            out[name] = values

    # Reading

    def flat_values(self, row: Sequence[Any]) -> dict[str, Value]:
        """Flat canonical values of a row selected by `select_sql`; text fields are left out."""
        at = self._at
        values: dict[str, Value] = {}
        for name, field in self.kind.fields.items():
            stored = row[at[name]]
            if stored is None or field.merge is Merge.TEXT:
                continue
            if field.merge is Merge.MAP:
                values.update({f"{name}/{key}": value for key, value in json.loads(stored).items()})
            elif field.merge is Merge.SET:
                values.update({f"{name}/{key}": True for key in json.loads(stored)})
            elif field.type is FieldType.REFERENCE:
                values[name] = self._ids.record(stored)
            elif field.type is FieldType.ORDER:
                parent = row[at[f"{name}_parent"]]
                values[name] = [None if parent is None else self._ids.record(parent), stored]
            elif field.type is FieldType.BOOLEAN:
                values[name] = bool(stored)
            else:
                values[name] = stored
        return values

    def text_of(self, row: Sequence[Any], name: str) -> str | None:
        """The long text of a row selected by `select_sql`; nothing where the field is not declared."""
        at = self._at.get(name)
        return None if at is None else row[at]

    def shown_values(self, row: Sequence[Any]) -> dict[str, Value]:
        """Every declared field as views show it: sets as sorted lists, maps as dicts, texts as text."""
        flat = self.flat_values(row)
        at = self._at
        shown: dict[str, Value] = {}
        for name, field in self.kind.fields.items():
            if field.merge is Merge.TEXT:
                shown[name] = row[at[name]]
            elif field.merge is Merge.MAP:
                stored = row[at[name]]
                shown[name] = json.loads(stored) if stored is not None else {}
            elif field.merge is Merge.SET:
                stored = row[at[name]]
                shown[name] = [key_member(key) for key in json.loads(stored)] if stored is not None else []
            else:
                shown[name] = flat.get(name)
        return shown


def _json_object(items: Mapping[str, Value]) -> str:
    """What `json.dumps` makes of texts by name, in a fraction of its time."""
    if set(map(type, items.values())) != {str}:
        return json.dumps(items, ensure_ascii=False)
    quote = encode_basestring
    return f"{{{', '.join([f'{quote(key)}: {quote(value)}' for key, value in items.items()])}}}"


def _objects_of(keys: Sequence[str], values: Sequence[str]) -> list[str | None]:
    """The JSON object of each row, where every row has these keys."""
    width = len(keys)
    quoted = list(map(encode_basestring, values))
    order = sorted(range(width), key=keys.__getitem__)
    pattern = ", ".join(f"{encode_basestring(keys[at])}: \0" for at in order)
    template = "{" + pattern.replace("%", "%%").replace("\0", "%s") + "}"
    return list(map(template.__mod__, zip(*(quoted[at::width] for at in order), strict=True)))


def _member_lists(
    rows: Sequence[int], keys: Sequence[str], values: Sequence[Value], count: int
) -> list[str | None]:
    """The JSON list of the members of each row."""
    quoted = {key: encode_basestring(key) for key in set(keys)}
    members: list[list[str] | None] = [None] * count
    for row, key, value in sorted(zip(rows, keys, values, strict=True), key=_row_and_key):
        if value:
            known = members[row]
            if known is None:
                members[row] = [quoted[key]]
            else:
                known.append(quoted[key])
    return [None if known is None else f"[{', '.join(known)}]" for known in members]


_row_and_key = itemgetter(0, 1)


def _spread(rows: Sequence[int] | None, values: list[Value], count: int) -> list[Value]:
    if rows is None:
        return values
    full: list[Value] = [None] * count
    for row, value in zip(rows, values, strict=True):
        full[row] = value
    return full


def pack_extra(
    values: Mapping[str, Value], classes: Mapping[str, str], known: Mapping[str, Any]
) -> bytes | None:
    """What this version does not declare: `{key: [class, value]}`, kept and forwarded as it is."""
    extra = {
        key: [classes.get(base_field(key), "r"), value]
        for key, value in sorted(values.items())
        if base_field(key) not in known and value is not None and key != "deleted"
    }
    return bytes(msgpack.packb(extra)) if extra else None


def unpack_extra(stored: bytes | None) -> tuple[dict[str, Value], dict[str, str]]:
    """The inverse of `pack_extra`: values and merge classes."""
    if not stored:
        return {}, {}
    extra = msgpack.unpackb(stored)
    return (
        {key: value for key, (_, value) in extra.items()},
        {base_field(key): merge for key, (merge, _) in extra.items()},
    )
