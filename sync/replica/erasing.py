"""Records that were erased for good by the administrator: gone from the tables at once, and from everything
else a little later, behind the person's own work.

A marker in the log, or the tables of a snapshot, says which. What this laptop had written of such a record
and not sent is handed in first, and refused; then frames, pieces of snapshots and what else speaks of the
record are rewritten, a few at a time. A row stays, so that an old bundle does not bring the record back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from sync.changes import ChangeId
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge import RecordState
from sync.merge.chunks import Chunk, Tables, open_piece, pack_chunk, pack_tables
from sync.merge.files import files_of_change, files_of_record
from sync.merge.holes import erased_hole
from sync.replica.damaged import block_in, drop_damaged_strands, set_row_aside
from sync.replica.ids import Database
from sync.replica.purge import Shape
from sync.replica.workspaces import WorkspaceState

_TABLE: Final = """CREATE TABLE IF NOT EXISTS erased(
    ws INTEGER NOT NULL, item BLOB NOT NULL, kind TEXT NOT NULL, stage INTEGER NOT NULL,
    files BLOB NOT NULL DEFAULT X'', PRIMARY KEY(ws, item)) WITHOUT ROWID"""
_UNSENT: Final = "SELECT 1 FROM log WHERE ws = ? AND first_pseq IS NULL LIMIT 1"
_NO_BASES: Final = b"\x80"
"""An empty map."""
_ADDRESS: Final = 32
FRAMES: Final = 100
"""Frames that are looked through in one transaction."""


class Stage(IntEnum):
    """How far it has come: told, taken out of everything, and the file of the database rewritten."""

    TOLD = 0
    REWRITING = 1
    DONE = 2


@dataclass(frozen=True, slots=True)
class Erased:
    """One erased record."""

    index: int
    record: bytes
    kind: str
    stage: Stage
    files: tuple[bytes, ...] = ()
    """Fingerprints of the files it named, as far as they were found."""


def create_erased(database: Database) -> None:
    database.execute(_TABLE)


def note_erased(database: Database, index: int, *, kind: str, record: bytes, was_here: bool) -> None:
    """The administrator erased a record; where something of it is here, it has to be taken out (again)."""
    if not was_here and database.execute(_UNSENT, (index,)).fetchone() is None:
        database.execute(
            "INSERT OR IGNORE INTO erased(ws, item, kind, stage) VALUES(?, ?, ?, ?)",
            (index, record, kind, int(Stage.DONE)),
        )
        return
    database.execute(
        "INSERT INTO erased(ws, item, kind, stage) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(ws, item) DO UPDATE SET stage = excluded.stage",
        (index, record, kind, int(Stage.TOLD)),
    )


def add_files(database: Database, index: int, record: bytes, files: Iterable[bytes]) -> None:
    """Remember the files that an erased record named, until they are deleted."""
    joined = b"".join(sorted(files))
    if joined:
        database.execute(
            "UPDATE erased SET files = CAST(files || ? AS BLOB) WHERE ws = ? AND item = ?",
            (joined, index, record),
        )


def erased_among(database: Database, index: int, records: Iterable[bytes]) -> dict[bytes, str]:
    """Which of these records were erased, with their kinds."""
    rows = database.execute("SELECT item, kind FROM erased WHERE ws = ?", (index,)).fetchall()
    if not rows:
        return {}
    asked = set(records)
    return {bytes(item): str(kind) for item, kind in rows if bytes(item) in asked}


def unfinished(database: Database) -> list[Erased]:
    """Every record of which something may still be here."""
    rows = database.execute(
        "SELECT ws, item, kind, stage, files FROM erased WHERE stage < ? ORDER BY ws, item",
        (int(Stage.DONE),),
    ).fetchall()
    return [
        Erased(int(ws), bytes(item), str(kind), Stage(stage), _apart(bytes(files)))
        for ws, item, kind, stage, files in rows
    ]


def _apart(joined: bytes) -> tuple[bytes, ...]:
    return tuple(sorted({joined[at : at + _ADDRESS] for at in range(0, len(joined), _ADDRESS)}))


def move_on(database: Database, several: Iterable[Erased], stage: Stage) -> None:
    database.executemany(
        "UPDATE erased SET stage = ? WHERE ws = ? AND item = ?",
        [(int(stage), one.index, one.record) for one in several],
    )


def forget_files(database: Database, several: Iterable[Erased]) -> None:
    """The files are deleted; their names go with them."""
    database.executemany(
        "UPDATE erased SET files = X'' WHERE ws = ? AND item = ?",
        [(one.index, one.record) for one in several],
    )


def spoken_of(database: Database, state: WorkspaceState, records: set[bytes]) -> set[bytes]:
    """Which of these records something speaks of that the server has not ordered: it is handed in first.

    Where it cannot be read that may be all of them: the next sync makes it anew, and hands it in.
    """
    found: set[bytes] = set()
    rows = database.execute(
        "SELECT frame FROM log WHERE ws = ? AND first_pseq IS NULL", (state.index,)
    ).fetchall()
    for (frame,) in rows:
        block = block_in(bytes(frame), state.id, values=False)
        if block is None:
            return set(records)
        found |= {record for group in block.groups for record in group.records} & records
    return found


def drop_refused_strands(database: Database, state: WorkspaceState, records: set[bytes]) -> None:
    """Strands that the server will not take are only kept to be shown; those that speak of the records go,
    and those in which nothing can be read.
    """
    drop_damaged_strands(database, state)
    rows = database.execute(
        "SELECT log.id, log.frame FROM strand JOIN log ON log.id = strand.log"
        " WHERE strand.ws = ? AND strand.code != ''",
        (state.index,),
    ).fetchall()
    for log, frame in rows:
        block = open_frame(bytes(frame), state.id, values=False)
        if any(not records.isdisjoint(group.records) for group in block.groups):
            for table in ("strand WHERE log", "log WHERE id", "touch WHERE log"):
                database.execute(f"DELETE FROM {table} = ?", (log,))


# The log


def rewrite_frames(
    database: Database, state: WorkspaceState, records: set[bytes], *, after: int, files: set[bytes]
) -> int | None:
    """Blank these records in some frames of the log; says behind which row to go on, or None at the end.

    One that cannot be read may speak of them: it is set aside without its bytes.
    The fingerprints of files that they named are added to `files`.
    """
    rows = database.execute(
        "SELECT id, frame FROM log WHERE ws = ? AND id > ? ORDER BY id LIMIT ?", (state.index, after, FRAMES)
    ).fetchall()
    for log, frame in rows:
        try:
            blanked = _blank(bytes(frame), state.id, records, files)
        except DaftarError:
            set_row_aside(database, log)
            continue
        if blanked is not None:
            database.execute("UPDATE log SET frame = ? WHERE id = ?", (blanked, log))
    return int(rows[-1][0]) if len(rows) == FRAMES else None


def _blank(frame: bytes, workspace: bytes, records: set[bytes], files: set[bytes]) -> bytes | None:
    outline = open_frame(frame, workspace, values=False)
    if all(records.isdisjoint(group.records) for group in outline.groups):
        return None
    changes = changes_of(open_frame(frame, workspace))
    for change in changes:
        if change.record in records:
            files |= files_of_change(change)
    blanked = [erased_hole(one) if one.record in records else one for one in changes]
    return make_frame(block_of(blanked))


# What lies under the log


def pieces_of(database: Database, state: WorkspaceState) -> list[bytes]:
    """The addresses of the pieces of the snapshot that a workspace was filled from."""
    rows = database.execute(
        "SELECT hash FROM base_piece WHERE ws = ? AND applied != 2 ORDER BY place", (state.index,)
    )
    return [bytes(address) for (address,) in rows.fetchall()]


def rewrite_piece(
    database: Database, state: WorkspaceState, records: set[bytes], address: bytes, files: set[bytes]
) -> bool:
    """Take these records out of a piece; says whether any was in it. Its address follows its bytes.

    Of a piece that cannot be read nothing is kept.
    """
    (data,) = database.execute(
        "SELECT data FROM base_piece WHERE ws = ? AND hash = ?", (state.index, address)
    ).fetchone()
    try:
        piece = open_piece(bytes(data), state.id)
    except DaftarError:
        _leave_out(database, state, address)
        return True
    if isinstance(piece, Tables):
        left = _tables_left(piece, records, _keyless(database, state.index))
    else:
        left = _chunk_left(piece, records, files)
    if left is None:
        return False
    if not left:
        database.execute("DELETE FROM base_piece WHERE ws = ? AND hash = ?", (state.index, address))
        return True
    now = hashlib.blake2b(left, digest_size=_ADDRESS).digest()
    database.execute(
        "UPDATE OR REPLACE base_piece SET hash = ?, size = ?, data = ? WHERE ws = ? AND hash = ?",
        (now, len(left), left, state.index, address),
    )
    return True


def _leave_out(database: Database, state: WorkspaceState, address: bytes) -> None:
    database.execute(
        "UPDATE base_piece SET applied = 2, data = X'' WHERE ws = ? AND hash = ?", (state.index, address)
    )


def _tables_left(tables: Tables, records: set[bytes], keyless: set[ChangeId]) -> bytes | None:
    holes = tuple(
        replace(mark, bases={}) if (mark.device, mark.dseq) in keyless else mark for mark in tables.holes
    )
    if records.isdisjoint(tables.histories) and holes == tables.holes:
        return None
    histories = {record: frame for record, frame in tables.histories.items() if record not in records}
    return pack_tables(replace(tables, holes=holes, histories=histories))


def _keyless(database: Database, index: int) -> set[ChangeId]:
    """The holes of erased records."""
    rows = database.execute(
        "SELECT device.item, hole.dseq FROM hole JOIN device ON device.idx = hole.device"
        " WHERE hole.ws = ? AND hole.bases = ?",
        (index, _NO_BASES),
    )
    return {(int(device), int(dseq)) for device, dseq in rows.fetchall()}


def _chunk_left(chunk: Chunk, records: set[bytes], files: set[bytes]) -> bytes | None:
    if all(records.isdisjoint(group.records) for group in chunk.block.groups):
        return None
    kept: list[RecordState] = []
    classes: dict[str, dict[str, str]] = {}
    for state in _states(chunk):
        if state.record not in records:
            kept.append(state)
            classes.setdefault(state.kind, {}).update(state.classes)
        else:
            files |= files_of_record(state)
    return pack_chunk(kept, classes) if kept else b""


def _states(chunk: Chunk) -> Iterator[RecordState]:
    for group in chunk.block.groups:
        yield from chunk.states(group)


def add_up_piece(database: Database, state: WorkspaceState, address: bytes, digest: Digest) -> None:
    """Add what a piece holds to the digest of its snapshot."""
    (data,) = database.execute(
        "SELECT data FROM base_piece WHERE ws = ? AND hash = ?", (state.index, address)
    ).fetchone()
    piece = open_piece(bytes(data), state.id)
    if isinstance(piece, Chunk):
        digest.add_all((one.record, record_term(one)) for one in _states(piece))


def put_base_digest(database: Database, state: WorkspaceState, digest: Digest) -> None:
    database.execute("UPDATE base SET digest = ? WHERE ws = ?", (digest.summary(), state.index))


def is_filling(database: Database, index: int) -> bool:
    """Whether a snapshot is on its way: what it brings takes the place of everything under the log."""
    row = database.execute("SELECT done FROM base WHERE ws = ?", (index,)).fetchone()
    return row is not None and not row[0]


# The rest


def erase_parts(database: Database, shape: Shape, rowid: int) -> None:
    """Delete what tables hold about a record, but that changes of it were refused because it was erased."""
    for part in shape.parts:
        kept = " AND length(frame) > 0" if part == "trouble" else ""
        database.execute(f'DELETE FROM "{part}" WHERE record = ?{kept}', (rowid,))
    for table in shape.records:
        database.execute(f'DELETE FROM "{table}" WHERE id = ?', (rowid,))


def parts_left(database: Database, shape: Shape, rowid: int) -> int:
    """How many rows there still are that hold something about a record."""
    questions = [f'SELECT count(*) FROM "{table}" WHERE id = ?' for table in shape.records]
    questions += [
        f'SELECT count(*) FROM "{part}" WHERE record = ?'
        + (" AND length(frame) > 0" if part == "trouble" else "")
        for part in shape.parts
    ]
    return sum(int(database.execute(question, (rowid,)).fetchone()[0]) for question in questions)


def forget_keys(database: Database, index: int, holes: Iterable[ChangeId]) -> None:
    """A key that a refused change named may be a word; nothing stands on these any more."""
    database.executemany(
        "UPDATE hole SET bases = ? WHERE ws = ? AND dseq = ?"
        " AND device = (SELECT idx FROM device WHERE item = ?)",
        [(_NO_BASES, index, dseq, device) for device, dseq in holes],
    )
