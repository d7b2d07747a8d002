"""What this laptop could not take in of its colleagues' work, for lists: which change, whose, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.store.reader import Reader
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.records import id_text


@dataclass(frozen=True, slots=True)
class Unreceived:
    """One change that waits here; where only the record is known, the change says nothing."""

    workspace: bytes
    code: str
    kind: str
    record: bytes
    person: str = ""
    """The name of its author, where it is known here."""
    writes: Mapping[str, Any] = field(default_factory=dict)
    create: bool = False
    stamp: int = 0


def count_unreceived(reader: Reader) -> int:
    """How many there are; quick enough to ask after every commit."""
    if not _kept(reader):
        return 0
    (count,) = reader.connection.execute(
        "SELECT (SELECT count(*) FROM aside)"
        " + (SELECT count(*) FROM unlike WHERE record NOT IN (SELECT record FROM aside))"
    ).fetchone()
    return int(count)


def unreceived_changes(reader: Reader) -> list[Unreceived]:
    """Everything that could not be taken in, in the server's order; then records that only differ."""
    if not _kept(reader):
        return []
    places = {state.index: state.id for state in reader.workspaces()}
    found = []
    for index, code, kind, rowid, frame in reader.connection.execute(
        "SELECT ws, code, kind, record, frame FROM aside ORDER BY ws, pseq"
    ).fetchall():
        place, record = places.get(index, bytes(16)), reader.ids.record(rowid)
        (change,) = changes_of(open_frame(bytes(frame), place))
        person = _name(reader, change.author)
        found.append(
            Unreceived(
                place, str(code), str(kind), record, person, dict(change.writes), change.create, change.stamp
            )
        )
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
    return {one.record: (one.kind, names.get(one.workspace, "")) for one in unreceived_changes(reader)}


def _kept(reader: Reader) -> bool:
    """Whether the notebook was ever opened by a version that keeps such changes."""
    row = reader.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'unlike'").fetchone()
    return row is not None


def _name(reader: Reader, account: bytes) -> str:
    """The person with an account; nothing where nobody here knows it."""
    if "person" not in reader.kinds:
        return ""
    row = reader.connection.execute(
        "SELECT name FROM person WHERE account = ? LIMIT 1", (id_text(account),)
    ).fetchone()
    return "" if row is None or row[0] is None else str(row[0])
