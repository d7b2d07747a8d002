"""What this laptop has to do for each attached file: a small row; the content lies beside the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from sync.merge.files import fingerprint_of
from sync.replica.ids import Database

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS attached("
    "ws INTEGER NOT NULL, sha256 BLOB NOT NULL, policy TEXT NOT NULL, sent INTEGER NOT NULL,"
    " wanted INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY(ws, sha256)) WITHOUT ROWID"
)


class Policy(StrEnum):
    """When a file travels."""

    NOW = "now"
    NETWORK = "network"
    DEMAND = "demand"


SMALL: Final = 256 * 1024
MIDDLING: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Duty:
    """What is known here of a file. `sent` says that the server has it; `code` is what stands in the way."""

    policy: Policy
    sent: bool = True
    wanted: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment with a file, and what is known here of the file."""

    row: Row
    fingerprint: bytes
    size: int
    duty: Duty
    noted: bool = True
    """False where nothing was ever written down here of this file."""

    @property
    def workspace(self) -> bytes:
        return self.row.workspace


def create_attached(connection: Database) -> None:
    connection.execute(_TABLE)


def usual_policy(size: int) -> Policy:
    """When a colleague's file comes by itself: small ones at once, large ones never."""
    if size <= SMALL:
        return Policy.NOW
    return Policy.NETWORK if size <= MIDDLING else Policy.DEMAND


def attached_files(reader: Reader, *, workspaces: Sequence[bytes] = ()) -> list[Attached]:
    """Every attachment that has a file, small files first."""
    query = Query("attachment", tuple(workspaces), (Where("sha256", "not_null"),))
    return sorted(attached_of(reader, reader.select(query)), key=lambda one: (one.size, one.row.id))


def attached_of(reader: Reader, rows: Sequence[Row]) -> list[Attached]:
    """Those of some attachments that have a file, in the same order."""
    places = {state.id: state.index for state in reader.workspaces()}
    duties = {
        (int(ws), bytes(sha)): Duty(Policy(policy), bool(sent), bool(wanted), str(code))
        for ws, sha, policy, sent, wanted, code in reader.connection.execute(
            "SELECT ws, sha256, policy, sent, wanted, code FROM attached"
        )
    }
    found = []
    for row in rows:
        fingerprint, size = fingerprint_of(row["sha256"]), int(row["size"] or 0)
        if fingerprint is None or row.workspace not in places:
            continue
        duty = duties.get((places[row.workspace], fingerprint))
        known = duty if duty is not None else Duty(usual_policy(size))
        found.append(Attached(row, fingerprint, size, known, noted=duty is not None))
    return found


def duty_of(connection: Database, workspace: bytes, fingerprint: bytes) -> Duty | None:
    """What is written down of a file just now; None where nothing ever was."""
    row = connection.execute(
        "SELECT policy, sent, wanted, code FROM attached"
        " WHERE ws = (SELECT idx FROM workspace_state WHERE item = ?) AND sha256 = ?",
        (workspace, fingerprint),
    ).fetchone()
    return None if row is None else Duty(Policy(row[0]), bool(row[1]), bool(row[2]), str(row[3]))


def put_duty(connection: Database, workspace: bytes, fingerprint: bytes, duty: Duty) -> None:
    """Note what is to be done; nothing happens for a workspace that is not here any more."""
    connection.execute(
        "INSERT OR REPLACE INTO attached(ws, sha256, policy, sent, wanted, code)"
        " SELECT idx, ?, ?, ?, ?, ? FROM workspace_state WHERE item = ?",
        (fingerprint, duty.policy.value, duty.sent, duty.wanted, duty.code, workspace),
    )


def change_duty(connection: Database, one: Attached, change: Callable[[Duty], Duty]) -> None:
    """Change what is written down now; it may be other than when the file was looked at."""
    known = duty_of(connection, one.workspace, one.fingerprint)
    put_duty(connection, one.workspace, one.fingerprint, change(one.duty if known is None else known))


def note_moved(connection: Database, workspace: bytes, fingerprint: bytes, policy: Policy) -> None:
    """The server holds the file, and nothing waits; a policy that was chosen meanwhile stays."""
    connection.execute(
        "INSERT INTO attached(ws, sha256, policy, sent, wanted, code)"
        " SELECT idx, ?, ?, 1, 0, '' FROM workspace_state WHERE item = ?"
        " ON CONFLICT(ws, sha256) DO UPDATE SET sent = 1, wanted = 0, code = ''",
        (fingerprint, policy.value, workspace),
    )
