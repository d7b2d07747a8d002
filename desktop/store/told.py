"""What this laptop can tell of a record's past: out of its log, and what the server told of older times.

A row of the log that the disk has damaged tells nothing, and makes nobody who looks at the past stumble.
"""

from __future__ import annotations

from desktop.store.base import older_changes, tells_all
from desktop.store.driver import Connection
from sync.changes import Change, ChangeId
from sync.merge import RecordState
from sync.replica.damaged import changes_in


class Told:
    """The past of one record."""

    def __init__(
        self, connection: Connection, workspace: bytes, kind: str, record: bytes, *, rowid: int
    ) -> None:
        self._connection = connection
        self._kind = kind
        self._rowid = rowid
        older = older_changes(connection, rowid, workspace)
        self._older = bool(older)
        found = {change.id: (change, True) for change in older if change.record == record}
        self._damaged = False
        for frame, ordered in self._rows():
            changes = changes_in(frame, workspace)
            self._damaged = self._damaged or changes is None
            found |= {one.id: (one, ordered) for one in changes or () if one.record == record}
        self._found = found

    def _rows(self) -> list[tuple[bytes, bool]]:
        """The rows of the log that speak of the record, and whether the server has ordered them."""
        question = (
            "SELECT frame, first_pseq IS NOT NULL FROM log"
            " WHERE id IN (SELECT log FROM touch WHERE record = ?)"
            f' OR id = (SELECT _made FROM "{self._kind}" WHERE id = ?) ORDER BY id'
        )
        rows = self._connection.execute(question, (self._rowid, self._rowid)).fetchall()
        return [(bytes(frame), bool(ordered)) for frame, ordered in rows]

    def changes(self) -> list[tuple[Change, bool]]:
        """Every change, with whether the server has it, oldest first by stamp."""
        return sorted(self._found.values(), key=lambda pair: (pair[0].stamp, pair[0].id))

    @property
    def unsure(self) -> bool:
        """Whether something of the log cannot be read that may speak of the record."""
        if self._damaged:
            return True
        row = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'unread'").fetchone()
        if row is None:
            return False
        question = f'SELECT 1 FROM unread WHERE ws = (SELECT _ws FROM "{self._kind}" WHERE id = ?) LIMIT 1'
        return self._connection.execute(question, (self._rowid,)).fetchone() is not None

    def is_whole(self, state: RecordState | None) -> bool:
        """Whether that is everything. `state` is what it led to, where something is `unsure`."""
        whole = tells_all(self._connection, self._kind, self._rowid)
        if state is None:
            return whole
        if self._damaged and not self._older:
            return False
        return whole and _standing(state) <= self._found.keys()


def _standing(state: RecordState) -> set[ChangeId]:
    """The changes that a record consists of now."""
    heads = {head.id for register in state.heads.values() for head in register.heads}
    return heads if state.created is None else heads | {state.created}
