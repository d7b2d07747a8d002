"""The tables of the replica, made from the record declarations; additive from version to version.

One typed table per kind holds the values as shown. Columns that begin with an underscore belong to
the engine: `_ws` workspace, `_dev`/`_dseq`/`_stamp`/`_author` the creation, `_made` the log row it came
in, `_settled` whether the server has it, `_deleted`, `_term` the digest term of the settled state (of a
tentative record: the one it will be settled with, until somebody touches it), `_extra` what this version
does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync.records import FieldType, Kind
from sync.replica.erasing import create_erased
from sync.replica.ids import Database
from sync.replica.leaving import create_leaving

VERSION: Final = 3

_ENGINE_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS source(idx INTEGER PRIMARY KEY, prefix BLOB NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS raw_id(idx INTEGER PRIMARY KEY, item BLOB NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS device(idx INTEGER PRIMARY KEY, item INTEGER NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS author(idx INTEGER PRIMARY KEY, item BLOB NOT NULL UNIQUE)",
    """CREATE TABLE IF NOT EXISTS workspace_state(
        idx INTEGER PRIMARY KEY, item BLOB NOT NULL UNIQUE, number INTEGER,
        role TEXT NOT NULL, name TEXT NOT NULL,
        cursor INTEGER NOT NULL DEFAULT 0, head INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL,
        acked INTEGER NOT NULL DEFAULT 0, acked_chain BLOB NOT NULL,
        dseq INTEGER NOT NULL DEFAULT 0, chain BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS log(
        id INTEGER PRIMARY KEY, ws INTEGER NOT NULL, device INTEGER NOT NULL,
        first_dseq INTEGER NOT NULL,
        last_dseq INTEGER NOT NULL, first_pseq INTEGER, last_pseq INTEGER,
        effective BLOB, frame BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS log_by_device ON log(ws, device, first_dseq)",
    "CREATE TABLE IF NOT EXISTS touch(record INTEGER, log INTEGER, PRIMARY KEY(record, log)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS head(
        record INTEGER, key TEXT, state BLOB NOT NULL, settled BLOB,
        PRIMARY KEY(record, key)) WITHOUT ROWID""",
    # With row ids: without them, each text of more than a kilobyte would fill a page of its own.
    """CREATE TABLE IF NOT EXISTS document(
        record INTEGER, field TEXT, snapshot BLOB NOT NULL, settled BLOB,
        PRIMARY KEY(record, field))""",
    """CREATE TABLE IF NOT EXISTS conflict(
        id BLOB PRIMARY KEY, ws INTEGER NOT NULL, kind TEXT NOT NULL, record INTEGER NOT NULL,
        key TEXT NOT NULL,
        since INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS conflict_by_record ON conflict(record)",
    # When a pulled frame came to this laptop; one row a frame, and never part of what is compared.
    """CREATE TABLE IF NOT EXISTS arrival(
        ws INTEGER, first_pseq INTEGER, at_ms INTEGER NOT NULL, PRIMARY KEY(ws, first_pseq)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS hole(
        ws INTEGER, device INTEGER, dseq INTEGER, code TEXT NOT NULL, bases BLOB NOT NULL,
        PRIMARY KEY(ws, device, dseq)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS trouble(
        ws INTEGER, dseq INTEGER, code TEXT NOT NULL, kind TEXT NOT NULL, record INTEGER NOT NULL,
        frame BLOB NOT NULL, seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(ws, dseq)) WITHOUT ROWID""",
    # What a coordinator decided about a refused change: `released` or `discarded`, and why.
    """CREATE TABLE IF NOT EXISTS trouble_end(
        ws INTEGER, dseq INTEGER, outcome TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY(ws, dseq)) WITHOUT ROWID""",
    # Pulled changes that could not be taken in, and records known to differ from the server's, with its term.
    """CREATE TABLE IF NOT EXISTS aside(
        id INTEGER PRIMARY KEY, ws INTEGER NOT NULL, pseq INTEGER NOT NULL, code TEXT NOT NULL,
        kind TEXT NOT NULL, record INTEGER NOT NULL, effective INTEGER, frame BLOB NOT NULL,
        UNIQUE(ws, pseq))""",
    """CREATE TABLE IF NOT EXISTS unlike(
        record INTEGER PRIMARY KEY, ws INTEGER NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
        term BLOB NOT NULL)""",
    # Pulled frames of which nothing can be read; `made_good` where the records are the server's all the same.
    """CREATE TABLE IF NOT EXISTS unread(
        ws INTEGER, first_pseq INTEGER, last_pseq INTEGER NOT NULL, code TEXT NOT NULL, effective BLOB,
        frame BLOB NOT NULL, made_good INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(ws, first_pseq))""",
    # What colleagues' bundles brought: the frame is the log row's, and this proves whose it is.
    """CREATE TABLE IF NOT EXISTS strand(
        log INTEGER PRIMARY KEY, ws INTEGER NOT NULL, device INTEGER NOT NULL, before BLOB NOT NULL,
        after BLOB NOT NULL, signature BLOB NOT NULL, code TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS heard(
        ws INTEGER, device INTEGER, dseq INTEGER, PRIMARY KEY(ws, device)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS former(
        ws INTEGER, hash BLOB, device INTEGER, dseq INTEGER, PRIMARY KEY(ws, hash)) WITHOUT ROWID""",
    # Where the log of a workspace begins when it was filled from a snapshot, and the pieces of that.
    """CREATE TABLE IF NOT EXISTS base(
        ws INTEGER PRIMARY KEY, pseq INTEGER NOT NULL, digest BLOB NOT NULL, usable INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS base_piece(
        ws INTEGER, hash BLOB, place INTEGER, size INTEGER NOT NULL, applied INTEGER NOT NULL DEFAULT 0,
        data BLOB NOT NULL DEFAULT X'', PRIMARY KEY(ws, hash))""",
    # History that is older than the log and was told by the server.
    """CREATE TABLE IF NOT EXISTS older(
        record INTEGER PRIMARY KEY, ws INTEGER NOT NULL, whole INTEGER NOT NULL, frame BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS other_record(
        id INTEGER PRIMARY KEY, _ws INTEGER NOT NULL, _kind TEXT NOT NULL, _dev INTEGER NOT NULL,
        _dseq INTEGER NOT NULL,
        _stamp INTEGER NOT NULL, _author INTEGER NOT NULL, _made INTEGER NOT NULL, _settled INTEGER NOT NULL,
        _deleted INTEGER NOT NULL DEFAULT 0, _term BLOB, _extra BLOB)""",
)

_ENGINE_COLUMNS: Final = (
    "_ws INTEGER NOT NULL",
    "_dev INTEGER NOT NULL",
    "_dseq INTEGER NOT NULL",
    "_stamp INTEGER NOT NULL",
    "_author INTEGER NOT NULL",
    "_made INTEGER NOT NULL",
    "_settled INTEGER NOT NULL",
    "_deleted INTEGER NOT NULL DEFAULT 0",
    "_term BLOB",
    "_extra BLOB",
)

_STORED_AS: Final = {
    FieldType.INTEGER: "INTEGER",
    FieldType.BOOLEAN: "INTEGER",
    FieldType.REFERENCE: "INTEGER",
}


def column_declarations(kind: Kind) -> dict[str, str]:
    """SQLite column -> type, for the declared fields of a kind; an ORDER field has two columns."""
    columns = {}
    for name, field in kind.fields.items():
        columns[name] = _STORED_AS.get(field.type, "TEXT")
        if field.type is FieldType.ORDER:
            columns[f"{name}_parent"] = "INTEGER"
    return columns


def create_tables(database: Database, kinds: Mapping[str, Kind]) -> None:
    """Make or extend every table; safe to repeat. Nothing is ever removed or retyped."""
    for statement in _ENGINE_TABLES:
        database.execute(statement)
    create_leaving(database)
    create_erased(database)
    for kind in kinds.values():
        declared = column_declarations(kind)
        known = {row[1] for row in database.execute(f'PRAGMA table_info("{kind.name}")')}
        if not known:
            columns = ", ".join(
                [*_ENGINE_COLUMNS, *(f'"{name}" {type_}' for name, type_ in declared.items())]
            )
            database.execute(f'CREATE TABLE "{kind.name}"(id INTEGER PRIMARY KEY, {columns})')
            if kind.name not in _COVERED:
                database.execute(f'CREATE INDEX "{kind.name}_by_ws" ON "{kind.name}"(_ws, _deleted)')
            for name, field in kind.fields.items():
                if field.type is FieldType.REFERENCE and field.targets and name in _JOINED.get(kind.name, ()):
                    database.execute(f'CREATE INDEX "{kind.name}_by_{name}" ON "{kind.name}"("{name}")')
        for name, type_ in declared.items():
            if known and name not in known:
                database.execute(f'ALTER TABLE "{kind.name}" ADD COLUMN "{name}" {type_}')
        for name, columns in _COVERED.get(kind.name, {}).items():
            index = f'CREATE INDEX IF NOT EXISTS "{kind.name}_by_{name}"'
            database.execute(f'{index} ON "{kind.name}"(_ws, _deleted, {columns})')
    if "value" in kinds:
        for statement in _FEW:
            database.execute(statement)


_JOINED: Final = {
    "budget_line": ("activity",),
    "target": ("indicator",),
    "value": ("indicator",),
    "agenda_item": ("meeting",),
    "decision": ("meeting",),
    "action_point": ("meeting",),
    "comment": ("about",),
    "link": ("from_id", "to_id"),
    "category": ("dimension",),
}
"""References that screens list by."""

_COVERED: Final = {
    "activity": {
        "plan": 'position_parent, result, position, code, id, status, traffic_light, agreed_end, "end",'
        " lead, start, actual_start"
    },
    "result": {"plan": "position_parent, position, code, id"},
    "action_point": {"due": "status, due, owner"},
    "meeting": {
        "start": "start, state",
        "title": "title COLLATE NOCASE, id, start",
        "place": "place COLLATE NOCASE, id, start",
    },
}
"""What long lists are sorted, filtered and counted by, so that no row is read for it; these begin with the
workspace, so their kinds need no index of that alone.
"""

_FEW: Final = (
    """CREATE INDEX IF NOT EXISTS value_returned ON value(_ws, reviewed_on)
        WHERE _deleted = 0 AND status = 'returned'""",
    """CREATE INDEX IF NOT EXISTS value_submitted ON value(_ws, submitted_on)
        WHERE _deleted = 0 AND status = 'submitted'""",
)
"""The few of very many that wait for somebody; the others cost these indexes nothing."""
