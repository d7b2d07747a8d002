"""When the changes of a record came to this laptop, as far as it was noted."""

from __future__ import annotations

from desktop.store.reader import Reader
from sync.changes import ChangeId
from sync.replica.damaged import changes_in

_MADE = 'SELECT _made FROM "{kind}" WHERE id = ?'
_CAME = "SELECT at_ms FROM arrival WHERE ws = ? AND first_pseq <= ? ORDER BY first_pseq DESC LIMIT 1"


def arrivals(reader: Reader, kind: str, record: bytes) -> dict[ChangeId, int]:
    """Change -> moment, for changes that others wrote; own ones came from nowhere."""
    rowid = reader.ids.find(record)
    if rowid is None:
        return {}
    database = reader.connection
    workspace = reader.get(kind, record).workspace
    logs = {row[0] for row in database.execute(_MADE.format(kind=kind), (rowid,))}
    logs |= {row[0] for row in database.execute("SELECT log FROM touch WHERE record = ?", (rowid,))}
    found: dict[ChangeId, int] = {}
    for log in sorted(logs):
        row = database.execute("SELECT ws, first_pseq, frame FROM log WHERE id = ?", (log,)).fetchone()
        if row is None or row[1] is None:
            continue
        came = database.execute(_CAME, (row[0], row[1])).fetchone()
        if came is not None:
            frame = changes_in(bytes(row[2]), workspace) or ()
            found |= {change.id: int(came[0]) for change in frame if change.record == record}
    own = reader.meta("device")
    return {identity: moment for identity, moment in found.items() if identity[0] != own}
