"""What a backup holds of a workspace, and what of it proves to be what stood in the place of a damaged frame.

A frame is the same where the hash in what is left of the damaged one says so. Else both logs must hold the
same changes at the same places wherever both can be read, and the chains of the devices must lead from the
one to the other. What is not proven is not taken, and what was erased since never comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from sync.changes import Change, ChangeId, canonical, next_chain
from sync.errors import DaftarError
from sync.frames import block_of, changes_of
from sync.frames.container import frame_hash, is_intact
from sync.frames.packing import make_frame, open_frame
from sync.merge.holes import ERASED, erased_hole
from sync.server.compaction import LEVEL, joined
from sync.server.storage import erasures, journal, mended
from sync.server.storage.archive import RecordRow, Stored
from sync.server.storage.damage import read_record, read_texts
from sync.server.storage.journal import SetAside
from sync.server.storage.mended import FrameRow, NewFrame
from sync.server.storage.schema import log
from sync.server.stored import change_aside, mark_of, pack_effective, unpack_effective

ABSENT: Final = "absent"
"""The backup does not have it, or not whole."""
UNPROVEN: Final = "unproven"
"""The backup has something in its place, and nothing shows that it is the same."""
_LOG_LEVEL: Final = 9


class Past:
    """One workspace in two databases, each standing still."""

    def __init__(self, here: Connection, there: Connection, workspace: bytes) -> None:
        self._here = here
        self._there = there
        self._workspace = workspace
        self._erased = {record for _, record in erasures.erased_of(here, workspace)}
        self._same: bool | None = None
        self._chains: dict[int, int] = {}

    def frame_for(self, row: FrameRow) -> NewFrame | str:
        """What stood in the place of a damaged frame, or why nobody knows."""
        first, last = row.stored.first_pseq, row.stored.last_pseq
        rows = mended.frames_between(self._there, self._workspace, first=first, last=last)
        told = self._read(rows, first=first, last=last)
        if told is None:
            return ABSENT
        changes, stamps = told
        exact = _exact(rows, first=first, last=last, workspace=self._workspace)
        new, plain = self._made(row, changes, stamps, exact)
        left = frame_hash(row.stored.frame)
        known = {frame_hash(one) for one in (new.frame, plain) if one}
        proven = left is not None and left in known
        return new if proven or self._follows(row, changes) else UNPROVEN

    def aside_for(self, row: SetAside) -> bytes | str:
        """The change that was set aside and is damaged here, or why nobody knows it."""
        found = mended.aside_in(self._there, self._workspace, row)
        if found is None or not is_intact(found) or change_aside(found, self._workspace) is None:
            return ABSENT
        # What was erased since is blank here, so the hash of what the backup has is another one.
        return found if frame_hash(bytes(row.change)) == frame_hash(found) else UNPROVEN

    def record_for(self, row: RecordRow) -> tuple[RecordRow, dict[str, bytes]] | None:
        """A record as the backup has it; whether it is the same is for its term to say."""
        found = read_record(self._there, self._workspace, row.id)
        return None if found is None else (found, read_texts(self._there, self._workspace, row.id))

    # What the backup says

    def _read(
        self, rows: Sequence[Stored], *, first: int, last: int
    ) -> tuple[list[Change], dict[ChangeId, int]] | None:
        """The changes with these numbers, and their stamps; None where one is missing."""
        changes: list[Change] = []
        stamps: dict[ChangeId, int] = {}
        at = first
        for stored in rows:
            found = _changes(stored, self._workspace)
            if found is None or stored.first_pseq > at:
                return None
            part = found[at - stored.first_pseq : last + 1 - stored.first_pseq]
            own = unpack_effective(stored.effective)
            stamps |= {found[place].id: stamp for place, stamp in own.items() if place < len(found)}
            changes += part
            at += len(part)
        return (changes, stamps) if at == last + 1 else None

    def _made(
        self, row: FrameRow, changes: Sequence[Change], stamps: dict[ChangeId, int], exact: Stored | None
    ) -> tuple[NewFrame, bytes]:
        """The frame as it is to stand here, and as it was before something in it was erased."""
        kept = [erased_hole(one) if one.record in self._erased else one for one in changes]
        marks = b"".join(sorted({mark_of(one.record) for one in changes}))
        if exact is not None and kept == list(changes):
            return NewFrame(exact.frame, exact.effective, marks, same=True), exact.frame
        level = _LOG_LEVEL if row.table == log.name else LEVEL
        frame = make_frame(block_of(kept), level=level)
        effective = pack_effective([one.id for one in changes], stamps)
        own = list(range(row.first_dseq, row.last_dseq + 1)) == [one.dseq for one in kept]
        same = own and not any(one.hole for one in kept)
        return NewFrame(frame, effective, marks, same=same), exact.frame if exact else b""

    # Whether it is the same past

    def _follows(self, row: FrameRow, changes: Sequence[Change]) -> bool:
        """Whether these changes must have stood there."""
        if row.first_dseq:
            numbers = [(row.device, dseq) for dseq in range(row.first_dseq, row.last_dseq + 1)]
            if [one.id for one in changes] != numbers:
                return False
        if self._same is None:
            self._same = self._has_same_order()
        newest: dict[int, int] = {}
        for one in changes:
            newest[one.device] = max(newest.get(one.device, 0), one.dseq)
        return self._same and all(dseq <= self._chained(device) for device, dseq in newest.items())

    def _has_same_order(self) -> bool:
        """Whether both logs hold the same changes at the same places, wherever both can be read."""
        ours, theirs = (_places(one, self._workspace) for one in (self._here, self._there))
        mine, other = next(ours, None), next(theirs, None)
        while mine is not None and other is not None:
            if mine[0] == other[0] and mine != other:
                return False
            before = mine[0]
            if before <= other[0]:
                mine = next(ours, None)
            if other[0] <= before:
                other = next(theirs, None)
        return True

    def _chained(self, device: int) -> int:
        """Up to which number the backup's chain of a device leads to the one here."""
        if device not in self._chains:
            there = journal.find_position(self._there, self._workspace, device=device)
            here = journal.find_position(self._here, self._workspace, device=device)
            proven = there is not None and here is not None and self._leads(there, here, device)
            self._chains[device] = there.dseq if there is not None and proven else 0
        return self._chains[device]

    def _leads(self, there: journal.Position, here: journal.Position, device: int) -> bool:
        if there.dseq >= here.dseq:
            return there == here
        later = self._later(device)
        chain = there.chain
        for dseq in range(there.dseq + 1, here.dseq + 1):
            if dseq not in later:
                return False
            chain = next_chain(chain, later[dseq])
        return chain == here.chain

    def _later(self, device: int) -> dict[int, bytes]:
        """What is here of a device behind the backup, by number, as chains cover it."""
        end = journal.read_head(self._there, self._workspace).pseq
        found: dict[int, bytes] = {}
        for _, stored in mended.all_frames(self._here, self._workspace):
            if stored.last_pseq <= end:
                continue
            for change in _changes(stored, self._workspace) or ():
                original = self._original(change) if change.device == device else None
                if original is not None:
                    found[change.dseq] = canonical(original)
        for row in journal.waiting(self._here, self._workspace):
            waits = change_aside(bytes(row.change), self._workspace) if row.device == device else None
            if waits is not None:
                found[waits.dseq] = canonical(waits)
        return found

    def _original(self, change: Change) -> Change | None:
        """What was pushed in the place of a hole; the chain does not fit where that is not kept as it was."""
        if not change.hole or change.code == ERASED:
            # Markers of erasures are written by the server as they are.
            return change
        device, dseq = change.id
        stored = journal.quarantined(self._here, self._workspace, device=device, dseq=dseq)
        return None if stored is None else change_aside(stored, self._workspace)


def _exact(rows: Sequence[Stored], *, first: int, last: int, workspace: bytes) -> Stored | None:
    """The frames as one, where they hold these numbers and no others: as they are, or joined as a compaction
    joins them.
    """
    if rows[0].first_pseq != first or rows[-1].last_pseq != last:
        return None
    return rows[0] if len(rows) == 1 else joined(rows, workspace)


def _changes(stored: Stored, workspace: bytes) -> list[Change] | None:
    """The changes of a frame; None where nothing can be read in it, or not what was promised."""
    try:
        changes = changes_of(open_frame(stored.frame, workspace))
    except DaftarError:
        return None
    return changes if len(changes) == stored.last_pseq - stored.first_pseq + 1 else None


def _places(connection: Connection, workspace: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each change stands that can be read: number, device and the device's own number."""
    for _, stored in mended.all_frames(connection, workspace):
        try:
            block = open_frame(stored.frame, workspace, values=False)
        except DaftarError:
            continue
        yield from zip(
            range(stored.first_pseq, stored.last_pseq + 1), block.devices, block.dseqs, strict=False
        )
