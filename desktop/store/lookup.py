"""Finds records as people name them: by the beginning of an id, by a title or code, by an account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from desktop.store.reader import Reader
from desktop.store.rows import Row
from sync.records import FieldType, Kind, id_text
from sync.records.parsing import comparable

LEAST_DIGITS = 8
_WHOLE_ID = 32
_HEX = frozenset("0123456789abcdef")


def looks_like_id(text: str) -> bool:
    """Whether a text can be the beginning of an id: eight hex digits or more, with or without dashes."""
    digits = text.strip().lower().replace("-", "")
    return LEAST_DIGITS <= len(digits) <= _WHOLE_ID and set(digits) <= _HEX


def ids_with_prefix(reader: Reader, kind: str, text: str) -> list[bytes]:
    """The records of a kind whose id begins like this, deleted ones included."""
    digits = text.strip().lower().replace("-", "")
    if len(digits) == _WHOLE_ID:
        record = bytes.fromhex(digits)
        return [row.id for row in reader.rows(kind, [record])]
    rowids = [int(row[0]) for row in reader.connection.execute(f'SELECT id FROM "{kind}" ORDER BY id')]
    return [record for record in map(reader.ids.record, rowids) if record.hex().startswith(digits)]


def rows_named(reader: Reader, kind: str, text: str, *, workspaces: Sequence[bytes] = ()) -> list[Row]:
    """The records of a kind with this title, code or acronym in any language, spelt as people spell."""
    columns = _name_columns(reader.kinds[kind])
    if not columns:
        return []
    exact = " OR ".join(f"{column} = ?" for column in columns)
    base = f'SELECT id, _ws, {", ".join(columns)} FROM "{kind}" WHERE _deleted = 0'
    inside = _indexes(reader, workspaces)

    def within(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        return [row for row in rows if not workspaces or row[1] in inside]

    found = within(reader.connection.execute(f"{base} AND ({exact})", [text.strip()] * len(columns)))
    if not found:
        meant = comparable(text)
        rows = within(reader.connection.execute(base))
        found = [row for row in rows if any(name and comparable(name) == meant for name in row[2:])]
    return reader.rows(kind, [reader.ids.record(int(row[0])) for row in found])


def _name_columns(kind: Kind) -> list[str]:
    title = kind.title_field
    wanted = [title, kind.code_field or "", "acronym", f"{title}_en", f"{title}_fr", f"{title}_ar"]
    fields = [kind.fields[name] for name in wanted if name in kind.fields]
    return [f'"{field.name}"' for field in fields if field.type is FieldType.TEXT]


def last_key(reader: Reader, kind: str, parent: bytes | None, *, workspace: bytes) -> str | None:
    """The order key of the last record under a parent."""
    rowid = None if parent is None else reader.ids.find(parent)
    if parent is not None and rowid is None:
        return None
    (key,) = reader.connection.execute(
        f'SELECT max(position) FROM "{kind}" WHERE position_parent IS ? AND _ws = ? AND _deleted = 0',
        (rowid, next(iter(_indexes(reader, [workspace])), -1)),
    ).fetchone()
    return None if key is None else str(key)


def people_by_account(reader: Reader) -> dict[str, str]:
    """Account (as the text of an id) -> the name of its person."""
    rows = reader.connection.execute("SELECT account, name FROM person WHERE account IS NOT NULL")
    return {str(account): str(name) for account, name in rows}


def name_of_account(names: dict[str, str], account: bytes) -> str | None:
    """The name of an author; `None` where no person of this laptop has the account."""
    return names.get(id_text(account))


def find_conflict(reader: Reader, text: str) -> list[bytes]:
    """The ids of open conflicts that begin like this."""
    digits = text.strip().lower().replace("-", "")
    ids = [bytes(row[0]) for row in reader.connection.execute("SELECT id FROM conflict ORDER BY id")]
    return [identity for identity in ids if identity.hex().startswith(digits)]


def changed_records(reader: Reader) -> list[tuple[str, bytes]]:
    """Every record that was changed after it was made, as (kind, id)."""
    rowids = [
        int(row[0]) for row in reader.connection.execute("SELECT DISTINCT record FROM touch ORDER BY record")
    ]
    found = []
    for kind in reader.kinds:
        known = _present(reader, kind, rowids)
        found += [(kind, reader.ids.record(rowid)) for rowid in rowids if rowid in known]
    return found


def _present(reader: Reader, kind: str, rowids: Sequence[int]) -> Collection[int]:
    wanted = set(rowids)
    return {
        int(row[0]) for row in reader.connection.execute(f'SELECT id FROM "{kind}"') if int(row[0]) in wanted
    }


def _indexes(reader: Reader, workspaces: Sequence[bytes]) -> set[int]:
    return {state.index for state in reader.workspaces() if state.id in workspaces}
