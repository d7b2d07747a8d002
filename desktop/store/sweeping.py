"""Deletes files that nobody can want any more from this laptop: copies of removed attachments, and leftovers.

A file goes only when its record's removal is settled, the server holds its content, and no undo, no refused
and no waiting change speaks of it. What was not sent never goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgpack

from desktop.store.attached import Attached, attached_of
from desktop.store.attachments import Vault
from desktop.store.documents import confirmed
from desktop.store.reader import Reader
from desktop.store.store import Store
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.files import ATTACHMENT, files_of_change, files_of_record, fingerprints
from sync.replica.ids import Database
from sync.replica.workspaces import WorkspaceState

SWEPT_MS: Final = "swept_ms"
DAY_MS: Final = 24 * 60 * 60 * 1000
LEFT_OVER_MS: Final = 7 * DAY_MS
"""So long a file may lie here that nothing names, such as one whose attaching was interrupted."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was deleted."""

    files: int = 0
    bytes: int = 0


def sweep_daily(store: Store, *, now_ms: int) -> Swept:
    """Sweep, once a day."""
    reader = store.reader()
    try:
        last = int(reader.meta(SWEPT_MS) or 0)
        if 0 <= now_ms - last < DAY_MS:
            return Swept()
        return sweep(store, reader, now_ms=now_ms)
    finally:
        reader.close()


def sweep(store: Store, reader: Reader, *, now_ms: int) -> Swept:
    """Delete what can go, workspace by workspace."""
    vault = Vault(store.profile)
    store.remember({SWEPT_MS: now_ms})
    count = size = 0
    for state in reader.workspaces():
        if ATTACHMENT not in reader.kinds or state.role == "none" or _is_unsure(reader, state):
            continue
        removed = list(_removable(reader, vault, state))
        for one in removed:
            freed = vault.weight(state.id, one.fingerprint)
            store.post(partial(_forget, state=state, fingerprint=one.fingerprint)).result()
            vault.forget(state.id, one.fingerprint)
            count, size = count + bool(freed), size + freed
        known = _everything(reader, state)
        for freed in vault.forget_others(state.id, known, before_ms=now_ms - LEFT_OVER_MS):
            count, size = count + 1, size + freed
    return Swept(count, size)


def _is_unsure(reader: Reader, state: WorkspaceState) -> bool:
    """Whether something of the workspace is not known here yet, which may name a file."""
    (found,) = reader.connection.execute(
        "SELECT EXISTS(SELECT 1 FROM unread WHERE ws = ? AND made_good = 0)"
        " OR EXISTS(SELECT 1 FROM aside WHERE ws = ?)"
        " OR EXISTS(SELECT 1 FROM base WHERE ws = ? AND done = 0)",
        (state.index, state.index, state.index),
    ).fetchone()
    return bool(found)


def _removable(reader: Reader, vault: Vault, state: WorkspaceState) -> Iterator[Attached]:
    """Files of removed attachments that are settled, sent, and spoken of by nothing else."""
    rows = reader.connection.execute(
        "SELECT id FROM attachment WHERE _ws = ? AND _deleted = 1 AND sha256 IS NOT NULL", (state.index,)
    ).fetchall()
    known = reader.rows(ATTACHMENT, [reader.ids.record(int(one)) for (one,) in rows])
    removed = [confirmed(one, vault) for one in attached_of(reader, [row for row in known if row.deleted])]
    if not removed:
        return
    undoable, wanted = _undoable(reader), _wanted(reader, state)
    for one in removed:
        settled = not one.row.unsent and not one.row.contested and one.row.id not in undoable
        if not settled or one.duty.wanted or not one.duty.sent:
            wanted.add(one.fingerprint)
    for fingerprint, one in {one.fingerprint: one for one in removed}.items():
        if fingerprint not in wanted and vault.weight(state.id, fingerprint):
            yield one


def _undoable(reader: Reader) -> set[bytes]:
    """The records that something on the undo list speaks of."""
    found: set[bytes] = set()
    for (packed,) in reader.connection.execute("SELECT steps FROM undo").fetchall():
        found |= {step[2] for step in msgpack.unpackb(packed, strict_map_key=False)}
    return found


def _wanted(reader: Reader, state: WorkspaceState) -> set[bytes]:
    """The files that living attachments name, with open questions, and changes that are only here."""
    rows = reader.connection.execute(
        "SELECT id, sha256 FROM attachment WHERE _ws = ? AND _deleted = 0", (state.index,)
    ).fetchall()
    found = fingerprints(sha for _, sha in rows)
    contested = reader.connection.execute(
        "SELECT DISTINCT record FROM conflict WHERE ws = ? AND kind = ?", (state.index, ATTACHMENT)
    ).fetchall()
    for loaded in reader.states.load(ATTACHMENT, [int(one) for (one,) in contested], state.id).values():
        found |= files_of_record(loaded.shown)
    return found | _only_here(reader, state)


def _only_here(reader: Reader, state: WorkspaceState) -> set[bytes]:
    """The files that unsent and refused changes name, and those that colleagues gave."""
    questions = (
        "SELECT frame FROM log WHERE ws = ? AND first_pseq IS NULL",
        "SELECT frame FROM trouble WHERE ws = ? AND length(frame) > 0",
    )
    found: set[bytes] = set()
    for question in questions:
        for (frame,) in reader.connection.execute(question, (state.index,)).fetchall():
            found |= _named(bytes(frame), state.id)
    return found


def _named(frame: bytes, workspace: bytes) -> set[bytes]:
    try:
        if all(group.kind != ATTACHMENT for group in open_frame(frame, workspace, values=False).groups):
            return set()
        changes = changes_of(open_frame(frame, workspace))
    except DaftarError:
        return set()
    return {name for change in changes for name in files_of_change(change)}


def _everything(reader: Reader, state: WorkspaceState) -> set[bytes]:
    """Every file that anything here names, removed or not; what only a note of duties names, too."""
    rows = reader.connection.execute("SELECT sha256 FROM attachment WHERE _ws = ?", (state.index,)).fetchall()
    noted: Iterable[tuple[bytes]] = reader.connection.execute(
        "SELECT sha256 FROM attached WHERE ws = ?", (state.index,)
    ).fetchall()
    return fingerprints(sha for (sha,) in rows) | {bytes(sha) for (sha,) in noted} | _only_here(reader, state)


def _forget(database: Database, *, state: WorkspaceState, fingerprint: bytes) -> None:
    database.execute("DELETE FROM attached WHERE ws = ? AND sha256 = ?", (state.index, fingerprint))
