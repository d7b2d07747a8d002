"""What this laptop could not take in: changes kept whole, and records known to differ from the server's.

A change set aside blocks nothing behind it. The record it belongs to is not what the server has until it is
put right, and the server's term of it is kept beside: so a difference that is known starts no other repair,
and one that is new is still seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.changes import Change
from sync.digest import Digest
from sync.frames import block_of
from sync.frames.packing import make_frame, open_frame
from sync.replica.ids import Database, IdMap
from sync.replica.rows import OTHER_TABLE
from sync.replica.workspaces import WorkspaceState


@dataclass(frozen=True, slots=True)
class SetAside:
    """One change that waits here; `effective` is the stamp everybody merges on, where it has another."""

    pseq: int
    kind: str
    rowid: int
    effective: int | None
    frame: bytes


@dataclass(frozen=True, slots=True)
class Unlike:
    """A record that could not be put right: the server's term of it, and why."""

    kind: str
    record: bytes
    code: str
    term: bytes


class Aside:
    """The tables; the caller owns the transaction."""

    def __init__(self, database: Database, ids: IdMap, kinds: Iterable[str]) -> None:
        self._database = database
        self._ids = ids
        self._kinds = frozenset(kinds)

    def add(
        self, state: WorkspaceState, change: Change, *, pseq: int, effective: int | None, code: str
    ) -> None:
        """Keep a change whole."""
        self._database.execute(
            "INSERT OR REPLACE INTO aside(ws, pseq, code, kind, record, effective, frame)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (
                state.index,
                pseq,
                code,
                change.kind,
                self._ids.rowid(change.record),
                effective,
                make_frame(block_of([change])),
            ),
        )

    def workspaces(self) -> list[int]:
        """The indexes of workspaces in which something waits."""
        return [int(row[0]) for row in self._database.execute("SELECT DISTINCT ws FROM aside").fetchall()]

    def of(self, state: WorkspaceState) -> list[SetAside]:
        """Everything that waits in a workspace, in the server's order."""
        rows = self._database.execute(
            "SELECT pseq, kind, record, effective, frame FROM aside WHERE ws = ? ORDER BY pseq",
            (state.index,),
        ).fetchall()
        return [
            SetAside(pseq, str(kind), rowid, effective, bytes(frame))
            for pseq, kind, rowid, effective, frame in rows
        ]

    def forget(self, state: WorkspaceState, *, pseq: int) -> None:
        """A change was taken in after all."""
        self._database.execute("DELETE FROM aside WHERE ws = ? AND pseq = ?", (state.index, pseq))

    def forget_unlike(self, state: WorkspaceState, rowid: int) -> None:
        """What the server has of a record is to be asked anew."""
        self._database.execute("DELETE FROM unlike WHERE ws = ? AND record = ?", (state.index, rowid))

    def note_unlike(self, state: WorkspaceState, several: Iterable[Unlike]) -> None:
        """Remember how records stand with the server that could not be put right."""
        self._database.executemany(
            "INSERT OR REPLACE INTO unlike(record, ws, kind, code, term) VALUES(?, ?, ?, ?, ?)",
            [(self._ids.rowid(one.record), state.index, one.kind, one.code, one.term) for one in several],
        )

    def forget_records(self, state: WorkspaceState, rowids: Iterable[int]) -> None:
        """These records are what the server has, with all that was set aside of them."""
        for rowid in rowids:
            for table in ("aside", "unlike"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE ws = ? AND record = ?", (state.index, rowid)
                )

    def forget_all(self, state: WorkspaceState) -> None:
        """The workspace is what the server has, up to the cursor."""
        for table in ("aside", "unlike"):
            self._database.execute(f"DELETE FROM {table} WHERE ws = ?", (state.index,))

    def expected(self, state: WorkspaceState) -> Digest:
        """What the server's digest must be: ours, with its terms of the records known to differ."""
        rows = self._database.execute(
            "SELECT record, kind, term FROM unlike WHERE ws = ?", (state.index,)
        ).fetchall()
        if not rows:
            return state.digest
        digest = Digest(state.digest.stored())
        for rowid, kind, term in rows:
            digest.replace(self._ids.record(rowid), self._term(str(kind), rowid), bytes(term))
        return digest

    def _term(self, kind: str, rowid: int) -> bytes | None:
        table = kind if kind in self._kinds else OTHER_TABLE
        row = self._database.execute(
            f'SELECT _term FROM "{table}" WHERE id = ? AND _settled = 1', (rowid,)
        ).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])


def forget_own(
    database: Database, workspace: bytes, index: int, rowids: Sequence[int], *, device: int
) -> None:
    """What is shown of these records is settled by now, with the own changes that were set aside."""
    rows = database.execute("SELECT record, pseq, frame FROM aside WHERE ws = ?", (index,)).fetchall()
    among = frozenset(rowids) if rows else frozenset()
    for record, pseq, frame in rows:
        if record in among and open_frame(bytes(frame), workspace).devices[0] == device:
            database.execute("DELETE FROM aside WHERE ws = ? AND pseq = ?", (index, pseq))


def unlike(failed: Mapping[bytes, tuple[str, str]], terms: Mapping[bytes, bytes]) -> list[Unlike]:
    """What to remember of records (kind and code each) of which the server told the terms."""
    return [
        Unlike(kind, record, code, terms[record])
        for record, (kind, code) in failed.items()
        if record in terms
    ]
