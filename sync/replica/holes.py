"""The holes this replica knows: refused changes, and what their dependents inherit."""

from __future__ import annotations

import msgpack

from sync.changes import Bases, Change, ChangeId
from sync.merge.chunks import HoleMark
from sync.merge.holes import HoleBase, hole_bases
from sync.replica.ids import Database, IdMap


class Holes:
    """Stored hole markers by workspace, device and `dseq`."""

    def __init__(self, database: Database, ids: IdMap) -> None:
        self._database = database
        self._ids = ids

    def add(self, workspace: int, hole: Change) -> None:
        bases = {key: [list(change) for change in ids] for key, ids in hole_bases(hole).items()}
        self._database.execute(
            "INSERT OR REPLACE INTO hole(ws, device, dseq, code, bases) VALUES(?, ?, ?, ?, ?)",
            (workspace, self._ids.device(hole.device), hole.dseq, hole.code, msgpack.packb(bases)),
        )

    def add_mark(self, workspace: int, mark: HoleMark) -> None:
        """A hole that stands before the snapshot a workspace was filled from."""
        bases = {key: [list(change) for change in ids] for key, ids in mark.bases.items()}
        self._database.execute(
            "INSERT OR REPLACE INTO hole(ws, device, dseq, code, bases) VALUES(?, ?, ?, ?, ?)",
            (workspace, self._ids.device(mark.device), mark.dseq, mark.code, msgpack.packb(bases)),
        )

    def known(self, workspace: int, change: ChangeId) -> dict[str, Bases] | None:
        """The inherited bases of a hole, or `None` where the change is none."""
        row = self._database.execute(
            "SELECT bases FROM hole WHERE ws = ? AND device = ? AND dseq = ?",
            (workspace, self._ids.device(change[0]), change[1]),
        ).fetchone()
        if row is None:
            return None
        return {key: tuple((a, b) for a, b in ids) for key, ids in msgpack.unpackb(row[0]).items()}

    def lookup(self, workspace: int) -> HoleBase:
        """A function for `inherit`; without any hole in the workspace it answers without asking."""
        row = self._database.execute("SELECT 1 FROM hole WHERE ws = ? LIMIT 1", (workspace,)).fetchone()
        if row is None:
            return lambda _change, _key: None

        def hole_base(change: ChangeId, key: str) -> Bases | None:
            bases = self.known(workspace, change)
            return None if bases is None else bases.get(key, ())

        return hole_base
