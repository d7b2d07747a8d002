"""What this laptop could not take in of its colleagues' work, for lists: which change, whose, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.store.reader import Reader
from sync.records import id_text
from sync.replica.damaged import changes_in

UNREAD: Final = "frame_unread"
UNREAD_NEWER: Final = "frame_unread_newer"
"""A frame of which nothing can be read: damaged, or of a later version."""


@dataclass(frozen=True, slots=True)
class Unreceived:
    """One change that waits here; where only the record is known, the change says nothing. Of a frame that
    cannot be read, not even the record is known, and `changes` says how many it holds.
    """

    workspace: bytes
    code: str
    kind: str
    record: bytes
    person: str = ""
    """The name of its author, where it is known here."""
    writes: Mapping[str, Any] = field(default_factory=dict)
    create: bool = False
    stamp: int = 0
    changes: int = 1

    @property
    def is_frame(self) -> bool:
        return not self.kind


def count_unreceived(reader: Reader) -> int:
    """How many there are; quick enough to ask after every commit."""
    if not _kept(reader, "unread"):
        return 0
    (count,) = reader.connection.execute(
        "SELECT (SELECT count(*) FROM aside)"
        " + (SELECT count(*) FROM unlike WHERE record NOT IN (SELECT record FROM aside))"
        " + (SELECT ifnull(sum(last_pseq - first_pseq + 1), 0) FROM unread WHERE made_good = 0)"
    ).fetchone()
    return int(count)


def unreceived_changes(reader: Reader) -> list[Unreceived]:
    """Everything that could not be taken in, in the server's order; then records that only differ."""
    if not _kept(reader, "unlike"):
        return []
    places = {state.index: state.id for state in reader.workspaces()}
    found = _unread(reader, places)
    for index, code, kind, rowid, frame in reader.connection.execute(
        "SELECT ws, code, kind, record, frame FROM aside ORDER BY ws, pseq"
    ).fetchall():
        place, record = places.get(index, bytes(16)), reader.ids.record(rowid)
        known = Unreceived(place, str(code), str(kind), record)
        for change in changes_in(bytes(frame), place) or ():
            known = replace(
                known,
                person=_name(reader, change.author),
                writes=dict(change.writes),
                create=change.create,
                stamp=change.stamp,
            )
        found.append(known)
    rows = reader.connection.execute(
        "SELECT ws, code, kind, record FROM unlike WHERE record NOT IN (SELECT record FROM aside)"
        " ORDER BY ws, record"
    ).fetchall()
    found += [
        Unreceived(places.get(index, bytes(16)), str(code), str(kind), reader.ids.record(rowid))
        for index, code, kind, rowid in rows
    ]
    return found


def put_aside_records(reader: Reader) -> dict[bytes, tuple[str, str]]:
    """Records known not to be what the server has: record -> kind, and the name of its workspace."""
    names = {state.id: state.name for state in reader.workspaces()}
    return {
        one.record: (one.kind, names.get(one.workspace, ""))
        for one in unreceived_changes(reader)
        if not one.is_frame
    }


def unread_workspaces(reader: Reader) -> list[str]:
    """The names of workspaces of which something could not be read and was not put right either."""
    names = {state.id: state.name for state in reader.workspaces()}
    found = {one.workspace for one in unreceived_changes(reader) if one.is_frame}
    return sorted(names.get(one, "") for one in found)


def lacks_past(reader: Reader, index: int) -> bool:
    """Whether the log of a workspace has a gap, because a frame or a piece under it could not be read."""
    if not _kept(reader, "unread"):
        return False
    (found,) = reader.connection.execute(
        "SELECT EXISTS(SELECT 1 FROM unread WHERE ws = ?)"
        " OR EXISTS(SELECT 1 FROM base_piece WHERE ws = ? AND applied = 2)",
        (index, index),
    ).fetchone()
    return bool(found)


def _unread(reader: Reader, places: Mapping[int, bytes]) -> list[Unreceived]:
    if not _kept(reader, "unread"):
        return []
    rows = reader.connection.execute(
        "SELECT ws, code, last_pseq - first_pseq + 1 FROM unread WHERE made_good = 0 ORDER BY ws, first_pseq"
    ).fetchall()
    return [
        Unreceived(
            places.get(index, bytes(16)),
            UNREAD_NEWER if code == "frame_too_new" else UNREAD,
            "",
            b"",
            changes=int(changes),
        )
        for index, code, changes in rows
    ]


def _kept(reader: Reader, table: str) -> bool:
    """Whether the notebook was ever opened by a version that has this table."""
    row = reader.connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return row is not None


def _name(reader: Reader, account: bytes) -> str:
    """The person with an account; nothing where nobody here knows it."""
    if "person" not in reader.kinds:
        return ""
    row = reader.connection.execute(
        "SELECT name FROM person WHERE account = ? LIMIT 1", (id_text(account),)
    ).fetchone()
    return "" if row is None or row[0] is None else str(row[0])
