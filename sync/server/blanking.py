"""Takes what was said about records out of frames, and leaves holes in its place that say only which record.

Numbers stay: no gap in `pseq` or `dseq`, and stamps stay at their positions. The chain of a device is kept
beside the log and goes on behind a hole as behind any other change. What the disk has damaged cannot be
blanked: where it may speak of the records it is emptied, and told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from sync.changes import DELETED, Change, ChangeId
from sync.errors import DaftarError
from sync.frames import block_of, changes_of
from sync.frames.container import is_intact
from sync.frames.packing import make_frame, open_frame
from sync.merge.files import files_of_change
from sync.merge.holes import ERASED, REPEATED, blank, erased_hole
from sync.server.compaction import LEVEL
from sync.server.exceptions import set_aside
from sync.server.storage import archive, erasures, journal
from sync.server.storage.archive import Stored
from sync.server.storage.journal import SetAside
from sync.server.stored import EMPTIED, change_aside, may_tell

_LOG_LEVEL: Final = 9
LOG: Final = "log"
HISTORY: Final = "history"
ASIDE: Final = "quarantine"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something stored that may speak of the records, and that nobody can read: in the log or the history
    changes `first` to `last` in the server's order, in the quarantine the change `first` of `device`.

    What is damaged is emptied. What is whole, but written by a later version, stays until that one blanks it.
    """

    place: str
    first: int
    last: int
    code: str
    bytes: int
    emptied: bool
    device: int = 0


@dataclass(slots=True)
class Blanked:
    """What was found of some records. `refused` are the changes that lay in quarantine or waited."""

    changes: int = 0
    refused: list[ChangeId] = field(default_factory=list)
    files: set[bytes] = field(default_factory=set)
    """Fingerprints of the files that they ever named."""
    by_record: dict[bytes, int] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    @property
    def left(self) -> bool:
        """Whether something stays that may still speak of them."""
        return any(not one.emptied for one in self.unread)

    def see(self, change: Change) -> None:
        self.changes += 1
        self.by_record[change.record] = self.by_record.get(change.record, 0) + 1
        self.files |= files_of_change(change)


def blank_frame(
    frame: bytes, workspace: bytes, records: Collection[bytes], *, level: int, found: Blanked
) -> bytes | None:
    """The frame without what it says about these records; None where it says nothing of them."""
    outline = open_frame(frame, workspace, values=False)
    if not any(record in records for group in outline.groups for record in group.records):
        return None
    kept = []
    for change in changes_of(open_frame(frame, workspace)):
        if change.record in records:
            if not change.hole:
                found.see(change)
            kept.append(erased_hole(change))
        else:
            kept.append(change)
    return make_frame(block_of(kept), level=level)


def blank_log(
    connection: Connection, workspace: bytes, records: Collection[bytes], *, write: bool = True
) -> Blanked:
    """Blank everything that the log and the history behind it say about these records.

    Without `write` it is only looked for.
    """
    found = Blanked()
    for stored in archive.log_frames(connection, workspace):
        try:
            frame = blank_frame(stored.frame, workspace, records, level=_LOG_LEVEL, found=found)
        except DaftarError as error:
            if _pass_over(stored, LOG, error, found) and write:
                erasures.empty_log(connection, workspace, first_pseq=stored.first_pseq, frame=EMPTIED)
            continue
        if frame is not None and write:
            erasures.rewrite_log(connection, workspace, first_pseq=stored.first_pseq, frame=frame)
    for stored, marks in archive.history_frames(connection, workspace):
        if not any(may_tell(marks, record) for record in records):
            continue
        try:
            frame = blank_frame(stored.frame, workspace, records, level=LEVEL, found=found)
        except DaftarError as error:
            frame = EMPTIED if _pass_over(stored, HISTORY, error, found) else None
        if frame is not None and write:
            erasures.rewrite_history(connection, workspace, first_pseq=stored.first_pseq, frame=frame)
    return found


def _pass_over(stored: Stored, place: str, error: DaftarError, found: Blanked) -> bool:
    """Note a frame that cannot be read; whether it has to be emptied."""
    if stored.frame == EMPTIED:
        return False
    damaged = not is_intact(stored.frame)
    found.unread.append(
        Unread(place, stored.first_pseq, stored.last_pseq, error.code, len(stored.frame), emptied=damaged)
    )
    return damaged


def blank_aside(
    connection: Connection,
    workspace: bytes,
    kinds: Mapping[bytes, str],
    found: Blanked,
    *,
    now_ms: int | None,
) -> list[Change]:
    """Blank what is in quarantine, and refuse what waits; the changes that so come into the log.

    Without a time it is only looked for.
    """
    wanted = sorted(kinds)
    for row in erasures.refused_of(connection, workspace, wanted):
        change = _change_of(row, workspace, kinds)
        found.refused.append(change.id)
        if row.code != REPEATED:
            found.see(change)
        if now_ms is not None:
            # What nobody is told of stays so.
            new = None if row.code == REPEATED else ERASED
            frame = set_aside(blank(change), ERASED).change
            erasures.rewrite_quarantine(connection, workspace, change.id, code=new, frame=frame)
    admitted = []
    for row in erasures.waiting_of(connection, workspace, wanted):
        change = _change_of(row, workspace, kinds)
        found.see(change)
        found.refused.append(change.id)
        if now_ms is not None:
            journal.stop_waiting(connection, workspace, device=change.device, dseq=change.dseq)
            journal.set_aside(connection, workspace, [set_aside(blank(change), ERASED)], now=now_ms)
            admitted.append(erased_hole(change))
    _empty_aside(connection, workspace, kinds, found, write=now_ms is not None)
    return admitted


def _change_of(row: SetAside, workspace: bytes, kinds: Mapping[bytes, str]) -> Change:
    """The change that was set aside, or what its row says of it where it cannot be read any more."""
    change = change_aside(row.change, workspace)
    if change is not None:
        return change
    kind, nobody = kinds[row.record], bytes(16)
    writes, classes = {DELETED: None}, {DELETED: "r"}
    return Change(
        row.device, row.dseq, workspace, kind, row.record, nobody, 0, row.dseq, False, writes, {}, classes
    )


def _empty_aside(
    connection: Connection, workspace: bytes, kinds: Mapping[bytes, str], found: Blanked, *, write: bool
) -> None:
    """What else is in quarantine or waits and cannot be read: of a record that is not there either, nobody
    can tell whether it was to hang on these.
    """
    rows = (
        *journal.quarantine_of(connection, workspace, repeated=True),
        *journal.waiting(connection, workspace),
    )
    unread = [
        row
        for row in rows
        if row.record not in kinds and row.change != EMPTIED and change_aside(row.change, workspace) is None
    ]
    known = erasures.find_kinds(connection, workspace, [row.record for row in unread])
    for row in unread:
        if row.record in known:
            continue
        found.unread.append(
            Unread(ASIDE, row.dseq, row.dseq, "bad_frame", len(row.change), emptied=True, device=row.device)
        )
        if write:
            erasures.empty_aside(connection, workspace, (row.device, row.dseq), frame=EMPTIED)
