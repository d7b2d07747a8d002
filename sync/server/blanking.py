"""Takes what was said about records out of frames, and leaves holes in its place that say only which record.

Numbers stay: no gap in `pseq` or `dseq`, and stamps stay at their positions. The chain of a device is kept
beside the log and goes on behind a hole as behind any other change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from sync.changes import Change, ChangeId
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge.files import files_of_change
from sync.merge.holes import ERASED, REPEATED, blank, erased_hole
from sync.server.compaction import LEVEL, may_tell
from sync.server.exceptions import read_aside, set_aside
from sync.server.storage import archive, erasures, journal

_LOG_LEVEL: Final = 9


@dataclass(slots=True)
class Blanked:
    """What was found of some records. `refused` are the changes that lay in quarantine or waited."""

    changes: int = 0
    refused: list[ChangeId] = field(default_factory=list)
    files: set[bytes] = field(default_factory=set)
    """Fingerprints of the files that they ever named."""
    by_record: dict[bytes, int] = field(default_factory=dict)

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
    """Blank everything that the log, the history behind it, and the quarantine say about these records.

    Without `write` it is only looked for.
    """
    found = Blanked()
    for stored in archive.log_frames(connection, workspace):
        frame = blank_frame(stored.frame, workspace, records, level=_LOG_LEVEL, found=found)
        if frame is not None and write:
            erasures.rewrite_log(connection, workspace, first_pseq=stored.first_pseq, frame=frame)
    for stored, marks in archive.history_frames(connection, workspace):
        if not any(may_tell(marks, record) for record in records):
            continue
        frame = blank_frame(stored.frame, workspace, records, level=LEVEL, found=found)
        if frame is not None and write:
            erasures.rewrite_history(connection, workspace, first_pseq=stored.first_pseq, frame=frame)
    return found


def blank_aside(
    connection: Connection,
    workspace: bytes,
    records: Collection[bytes],
    found: Blanked,
    *,
    now_ms: int | None,
) -> list[Change]:
    """Blank what is in quarantine, and refuse what waits; the changes that so come into the log.

    Without a time it is only looked for.
    """
    wanted = sorted(records)
    for code, stored in erasures.refused_of(connection, workspace, wanted):
        change = read_aside(stored, workspace)
        found.refused.append(change.id)
        if code != REPEATED:
            found.see(change)
        if now_ms is not None:
            # What nobody is told of stays so.
            new = None if code == REPEATED else ERASED
            frame = set_aside(blank(change), ERASED).change
            erasures.rewrite_quarantine(connection, workspace, change.id, code=new, frame=frame)
    admitted = []
    for stored in erasures.waiting_of(connection, workspace, wanted):
        change = read_aside(stored, workspace)
        found.see(change)
        found.refused.append(change.id)
        if now_ms is not None:
            journal.stop_waiting(connection, workspace, device=change.device, dseq=change.dseq)
            journal.set_aside(connection, workspace, [set_aside(blank(change), ERASED)], now=now_ms)
            admitted.append(erased_hole(change))
    return admitted
