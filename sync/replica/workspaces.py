"""Where this laptop stands in each workspace: cursor, digest, acknowledged changes, chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync.changes import chain_start
from sync.digest import EMPTY, Digest
from sync.errors import DaftarError
from sync.replica.ids import Database

LOCAL_ROLE: Final = "officer"
LOST_ROLE: Final = "none"
"""The role while a workspace is left: its unsent work is handed in, then it is erased."""


@dataclass(slots=True)
class WorkspaceState:
    """One workspace: `dseq` and `chain` of the last own change, `acked` what the server has."""

    index: int
    id: bytes
    number: int | None
    role: str
    name: str
    cursor: int
    head: int
    digest: Digest
    acked: int
    acked_chain: bytes
    dseq: int
    chain: bytes

    @property
    def unsent(self) -> int:
        return self.dseq - self.acked


_SELECT: Final = (
    "SELECT idx, item, number, role, name, cursor, head, digest, acked, acked_chain, dseq, chain"
    " FROM workspace_state"
)

# Not one of a workspace whose rows are still being erased.
_FREE_INDEX: Final = (
    "SELECT 1 + max(coalesce((SELECT max(idx) FROM workspace_state), 0),"
    " coalesce((SELECT max(ws) FROM leaving), 0))"
)


class Workspaces:
    """Reads and writes workspace rows; the caller owns the transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[WorkspaceState]:
        return [_state(row) for row in self._database.execute(f"{_SELECT} ORDER BY idx")]

    def get(self, workspace: bytes) -> WorkspaceState:
        """One workspace; raises `DaftarError("workspace_missing")`."""
        row = self._database.execute(f"{_SELECT} WHERE item = ?", (workspace,)).fetchone()
        if row is None:
            raise DaftarError("workspace_missing", workspace=workspace.hex())
        return _state(row)

    def grant(self, workspace: bytes, *, number: int | None, role: str, name: str) -> None:
        """Add a workspace, or take over what the server says of it now."""
        start = chain_start(workspace)
        self._database.execute(
            "INSERT INTO workspace_state(idx, item, number, role, name, digest, acked_chain, chain)"
            f" VALUES(({_FREE_INDEX}), ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(item) DO UPDATE"
            " SET number = excluded.number, role = excluded.role, name = excluded.name",
            (workspace, number, role, name, EMPTY, start, start),
        )

    def save(self, state: WorkspaceState) -> None:
        self._database.execute(
            "UPDATE workspace_state SET cursor = ?, head = ?, digest = ?, acked = ?, acked_chain = ?,"
            " dseq = ?, chain = ? WHERE idx = ?",
            (
                state.cursor,
                state.head,
                state.digest.stored(),
                state.acked,
                state.acked_chain,
                state.dseq,
                state.chain,
                state.index,
            ),
        )

    def save_own(self, state: WorkspaceState) -> None:
        """Only what a local edit moves: the own sequence and chain."""
        self._database.execute(
            "UPDATE workspace_state SET dseq = ?, chain = ? WHERE idx = ?",
            (state.dseq, state.chain, state.index),
        )


def _state(row: Sequence[Any]) -> WorkspaceState:
    index, item, number, role, name, cursor, head, digest, acked, acked_chain, dseq, chain = row
    return WorkspaceState(
        index,
        bytes(item),
        number,
        role,
        name,
        cursor,
        head,
        Digest(bytes(digest)),
        acked,
        bytes(acked_chain),
        dseq,
        bytes(chain),
    )
