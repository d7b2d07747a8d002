"""What is still only on this laptop: counts for the badge, kinds for the page, refused changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.store.aside import count_unreceived
from desktop.store.driver import Connection
from desktop.store.fetching import Fetching, fetching_now
from desktop.store.reader import Reader
from sync.clock import AHEAD_LIMIT_MS
from sync.replica.damaged import changes_in
from sync.replica.waiting import bytes_waiting

_HELD_ASIDE: Final = "held_aside"


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of the whole profile."""

    pending: int = 0
    refused: int = 0
    decisions: int = 0
    fetching: Fetching | None = None
    """A workspace that is not whole here yet."""
    unreceived: int = 0
    """Changes of colleagues that this laptop could not take in."""
    clock_off_ms: int = 0
    """How far this laptop's clock was behind the server's at the last sync, where that is worth telling."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One change that the server did not accept: what was typed is kept here until somebody looks."""

    workspace: bytes
    dseq: int
    code: str
    kind: str
    record: bytes
    writes: Mapping[str, Any] = field(default_factory=dict)
    create: bool = False
    stamp: int = 0
    outcome: str = ""
    """What a coordinator decided since: `released`, `discarded`, or nothing yet."""
    why: str = ""
    """With what reason."""


def read_standing(reader: Reader) -> Standing:
    """Counts for the badge; quick enough to ask after every commit."""
    pending = sum(state.unsent for state in reader.workspaces())
    (refused,) = reader.connection.execute("SELECT count(*) FROM trouble WHERE seen = 0").fetchone()
    fetching = next(iter(fetching_now(reader)), None)
    unreceived, off = count_unreceived(reader), clock_off(int(reader.meta("offset_ms") or 0))
    return Standing(pending, int(refused), reader.conflict_count(), fetching, unreceived, off)


def clock_off(offset_ms: int) -> int:
    """How far a clock is off, where it is so far that its stamps would not count; else 0."""
    return offset_ms if abs(offset_ms) > AHEAD_LIMIT_MS else 0


def waiting_size(reader: Reader) -> tuple[int, int]:
    """How many own changes were not sent yet, and about how many bytes that is; asks no network."""
    device = reader.ids.find_device(int(reader.meta("device") or 0))
    if device is None:
        return 0, 0
    changes = size = 0
    for state in reader.workspaces():
        changes += state.unsent
        size += bytes_waiting(reader.connection, workspace=state.index, device=device, acked=state.acked)
    return changes, size


def waiting_by_kind(reader: Reader) -> dict[str, int]:
    """How many changes of each kind were not sent yet; where the disk has damaged them, how many records."""
    counts: Counter[str] = Counter()
    device = reader.ids.find_device(int(reader.meta("device") or 0))
    if device is None:
        return {}
    for state in reader.workspaces():
        rows = reader.connection.execute(
            "SELECT id, frame FROM log WHERE ws = ? AND device = ? AND last_dseq > ?",
            (state.index, device, state.acked),
        ).fetchall()
        for log, frame in rows:
            changes = changes_in(bytes(frame), state.id)
            if changes is None:
                counts += _written_in(reader, log)
                continue
            for change in changes:
                counts[change.kind] += change.dseq > state.acked
    return {kind: count for kind, count in counts.items() if count}


def _written_in(reader: Reader, log: int) -> Counter[str]:
    """How many records of each kind a row of the log wrote; the records tell it without the row."""
    counts: Counter[str] = Counter()
    for kind in reader.kinds:
        question = (
            f'SELECT count(*) FROM "{kind}" WHERE _made = ? OR id IN (SELECT record FROM touch WHERE log = ?)'
        )
        (counts[kind],) = reader.connection.execute(question, (log, log)).fetchone()
    return counts


def refused_changes(reader: Reader) -> list[Refused]:
    """Refused changes that nobody has put aside yet, newest first."""
    workspaces = {state.index: state.id for state in reader.workspaces()}
    rows = reader.connection.execute(
        "SELECT ws, dseq, code, kind, record, frame FROM trouble WHERE seen = 0 ORDER BY ws, dseq DESC"
    ).fetchall()
    ends = _outcomes(reader)
    found = []
    for workspace, dseq, code, kind, rowid, frame in rows:
        place = workspaces.get(workspace, bytes(16))
        change = next(iter(changes_in(bytes(frame), place) or ()), None) if frame else None
        record = reader.ids.record(rowid)
        known = Refused(place, dseq, str(code), str(kind), record)
        if change is not None:
            known = replace(known, writes=dict(change.writes), create=change.create, stamp=change.stamp)
        outcome, why = ends.get((workspace, dseq), ("", ""))
        found.append(replace(known, outcome=outcome, why=why))
    return found


def _outcomes(reader: Reader) -> dict[tuple[int, int], tuple[str, str]]:
    """What was decided, by workspace and number."""
    row = reader.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'trouble_end'").fetchone()
    if row is None:
        return {}
    rows = reader.connection.execute("SELECT ws, dseq, outcome, reason FROM trouble_end").fetchall()
    return {(ws, dseq): (str(outcome), str(reason)) for ws, dseq, outcome, reason in rows}


def put_aside(connection: Connection, refused: Refused) -> None:
    """Take a refused change off the list; it stays in the database."""
    connection.execute(
        "UPDATE trouble SET seen = 1"
        " WHERE dseq = ? AND ws = (SELECT idx FROM workspace_state WHERE item = ?)",
        (refused.dseq, refused.workspace),
    )


def held_aside(reader: Reader) -> frozenset[str]:
    """The marks of colleagues' changes that a coordinator took off the list here; the server keeps them."""
    stored = reader.meta(_HELD_ASIDE)
    return frozenset(json.loads(str(stored))) if stored else frozenset()


def put_held_aside(connection: Connection, mark: str) -> None:
    """Take one of them off the list of this laptop."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_HELD_ASIDE,)).fetchone()
    known = set(json.loads(str(row[0]))) if row is not None else set()
    connection.execute(
        "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (_HELD_ASIDE, json.dumps(sorted(known | {mark}))),
    )
