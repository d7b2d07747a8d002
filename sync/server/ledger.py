"""One workspace under its lock: takes changes in order, and writes state, log, digest and positions.

Only after the head row is locked are positions and records read, so the fold stands on what is current,
and `pseq` is given in the order of commits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from sync.changes import Change, ChangeId, chain_over, chain_start
from sync.digest import Digest
from sync.errors import DaftarError
from sync.frames import Group
from sync.frames.packing import pack_changes
from sync.merge import RecordState
from sync.merge.holes import ERASED, REPEATED, blank, make_hole
from sync.server import access
from sync.server.exceptions import BASE_MISSING, CREATION_REFUSED, TEXT_REFUSED, Exceptions
from sync.server.intake import Intake, Piece
from sync.server.poison import code_of
from sync.server.repeats import Repeats, standing_on
from sync.server.settling import Settler
from sync.server.storage import Storage, journal, people
from sync.server.storage.journal import Entry, Head, NewEntry, Position
from sync.server.stored import pack_effective, unpack_effective

__all__ = ["Ledger", "Receipt", "unpack_effective"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a push. `troubles` are (`dseq`, code) of changes that were not applied."""

    troubles: tuple[tuple[int, str], ...] = ()
    new_epoch: bool = False


@dataclass(slots=True)
class _Outcome:
    """What became of the changes of one frame: accepted ones are in neither set."""

    holes: dict[ChangeId, str]
    parked: set[ChangeId]
    effective: dict[ChangeId, int]


class Ledger:
    """A locked workspace, for the time of one transaction; `close` writes everything."""

    def __init__(self, storage: Storage, connection: Connection, workspace: bytes, *, now_ms: int) -> None:
        self._connection = connection
        self._workspace = workspace
        self._now_ms = now_ms
        self._head = journal.lock_head(connection, workspace)
        self._pseq = self._head.pseq
        self._settler = Settler(storage, connection, workspace, now_ms=now_ms)
        self._exceptions = Exceptions(connection, workspace, head=self._head, now_ms=now_ms)
        self._entries: list[NewEntry] = []
        self._repeats: Repeats

    def take(self, intake: Intake, *, role: str) -> Receipt:
        """Take a push of one device; what was taken before is skipped, after comparing chains."""
        device = intake.device
        found = journal.find_position(self._connection, self._workspace, device=device)
        position = found or Position(0, chain_start(self._workspace))
        last = intake.last_dseq
        if not intake.pieces or intake.first_dseq > position.dseq + 1:
            return Receipt()
        if position.dseq <= last and intake.chain_after(position.dseq) != position.chain:
            return Receipt(new_epoch=True)
        self._load(intake, after=position.dseq)
        self._repeats = Repeats(self._connection, self._workspace, device=device)
        for piece in intake.pieces:
            if piece.last_dseq > position.dseq:
                self._take_piece(piece, after=position.dseq, role=role)
        if last > position.dseq:
            row = Position(last, intake.chain_after(last))
            journal.put_position(
                self._connection, self._workspace, row, device=device, known=found is not None
            )
        self._admit_waiting()
        self._exceptions.save(now_ms=self._now_ms)
        return Receipt(self._troubles(intake))

    def write(self, changes: Sequence[Change]) -> None:
        """Append the server's own changes, which are always right and in `dseq` order."""
        device = changes[0].device
        found = journal.find_position(self._connection, self._workspace, device=device)
        chain = found.chain if found else chain_start(self._workspace)
        self._settler.load([one.record for one in changes], texts=[one.record for one in changes])
        for change in changes:
            self._settler.fold(change, effective=None, hole_base=self._exceptions.hole_base)
        self._append(changes, _Outcome({}, set(), {}))
        row = Position(changes[-1].dseq, chain_over(chain, changes))
        journal.put_position(self._connection, self._workspace, row, device=device, known=found is not None)

    def last_dseq(self, device: int) -> int:
        found = journal.find_position(self._connection, self._workspace, device=device)
        return found.dseq if found else 0

    def has_taken(self, change: Change) -> bool:
        """Whether everything that a change names as its base was applied, or is a hole."""
        return self._exceptions.bases_taken(change)

    def is_erased(self, record: bytes) -> bool:
        """Whether a record was erased for good."""
        return record in self._exceptions.erased

    def state(self, record: bytes) -> RecordState | None:
        """The settled state of a record."""
        self._settler.load([record], texts=[record])
        return self._settler.state(record)

    def close(self) -> int:
        """Write what changed; returns the new `pseq`."""
        self._exceptions.save(now_ms=self._now_ms)
        flags = self._exceptions.flags
        if self._entries:
            digest = Digest(self._head.digest)
            self._settler.save(digest)
            journal.append(self._connection, self._workspace, self._entries)
            self._entries = []
            self._head = Head(self._pseq, digest.stored(), digest.summary(), flags)
            journal.put_head(self._connection, self._workspace, self._head)
        elif flags != self._head.exceptions:
            self._head = replace(self._head, exceptions=flags)
            journal.put_head(self._connection, self._workspace, self._head)
        return self._pseq

    def _troubles(self, intake: Intake) -> tuple[tuple[int, str], ...]:
        """The pushed changes that are not applied, those of an earlier push of the same included."""
        if not self._exceptions.flags:
            return ()
        found = journal.exceptions(
            self._connection,
            self._workspace,
            device=intake.device,
            first=intake.first_dseq,
            last=intake.last_dseq,
        )
        return tuple((dseq, code or BASE_MISSING) for dseq, code in found)

    def _load(self, intake: Intake, *, after: int) -> None:
        """Read all records of the push at once."""
        pieces = [piece for piece in intake.pieces if piece.last_dseq > after]
        records = [one for piece in pieces for group in piece.block.groups for one in group.records]
        folded = [change.record for piece in pieces for change in piece.changes.values()]
        self._settler.load(records, texts=folded)

    def _take_piece(self, piece: Piece, *, after: int, role: str) -> None:
        outcome = _Outcome({}, set(), {})
        start = max(0, after + 1 - piece.first_dseq)
        erased = self._speaks_of_erased(piece)
        special = self._repeats.succeeded or erased
        if start == 0 and piece.is_plain and not special and self._settler.add_piece(piece):
            self._exceptions.note((piece.block.devices[-1], piece.last_dseq))
            self._append_frame(piece, outcome)
            return
        for at in range(start, len(piece.block)):
            if (erased and self._is_of_erased(piece, at, outcome)) or self._is_repeated(piece, at, outcome):
                pass
            elif at in piece.refused:
                self._refuse(piece.change_at(at), piece.refused[at], outcome)
            elif not self._take_plain(piece, at, outcome):
                self._take_change(piece.change_at(at), outcome, role=role)
            self._exceptions.note((piece.block.devices[at], piece.block.dseqs[at]))
        if start == 0 and not outcome.holes and not outcome.parked:
            self._append_frame(piece, outcome)
        else:
            rest = [piece.change_at(at) for at in range(start, len(piece.block))]
            self._append([one for one in rest if one.id not in outcome.parked], outcome)

    def _speaks_of_erased(self, piece: Piece) -> bool:
        erased = self._exceptions.erased
        return bool(erased) and any(
            not erased.isdisjoint(group.records) or _hangs_on(group, erased) for group in piece.block.groups
        )

    def _is_of_erased(self, piece: Piece, at: int, outcome: _Outcome) -> bool:
        """Refuse a change to an erased record, and keep nothing of what it says."""
        change = piece.change_at(at)
        if not self.is_erased(change.record) and not self._exceptions.goes_with_erased(change):
            return False
        piece.changes[at] = blank(change)
        self._refuse(piece.changes[at], ERASED, outcome)
        return True

    def _is_repeated(self, piece: Piece, at: int, outcome: _Outcome) -> bool:
        """Put a hole in the place of a change that stands in the log already, under another number."""
        if not self._repeats.possible(piece):
            return False
        change = piece.change_at(at)
        original = self._repeats.original(change)
        if original is None:
            return False
        piece.changes[at] = standing_on(change, original)
        self._refuse(piece.changes[at], REPEATED, outcome)
        return True

    def _take_plain(self, piece: Piece, at: int, outcome: _Outcome) -> bool:
        """The quick way for a new record; False where it is not that simple."""
        plain = piece.plain.get(at)
        if plain is None or self._settler.knows(plain.record):
            return False
        block = piece.block
        device, dseq, stamp = block.devices[at], block.dseqs[at], block.stamps[at]
        effective = self._settler.effective(stamp)
        if effective is not None:
            outcome.effective[device, dseq] = stamp = effective
        self._settler.add_plain(plain, device=device, dseq=dseq, stamp=stamp, author=block.authors[at])
        return True

    def _take_change(self, change: Change, outcome: _Outcome, *, role: str, careful: bool = False) -> None:
        exists = self._settler.knows(change.record)
        if not exists and not change.create and self._exceptions.creation_refused(change.record):
            self._refuse(change, CREATION_REFUSED, outcome)
            return
        code = self._settler.refusal(change, role=role)
        if code is not None:
            self._refuse(change, code, outcome)
        elif (not exists and not change.create) or not self._exceptions.bases_taken(change):
            outcome.parked.add(change.id)
            self._exceptions.park(change)
        elif self._settler.lacks_text(change):
            self._refuse(change, TEXT_REFUSED, outcome)
        else:
            self._fold(change, outcome, careful=careful)

    def _fold(self, change: Change, outcome: _Outcome, *, careful: bool) -> None:
        effective = self._settler.effective(change.stamp, change=change)
        try:
            hole_base = self._exceptions.hole_base
            self._settler.fold(change, effective=effective, hole_base=hole_base, careful=careful)
        except DaftarError as error:
            self._refuse(change, error.code, outcome)
            return
        if effective is not None:
            outcome.effective[change.id] = effective

    def _refuse(self, change: Change, code: str, outcome: _Outcome) -> None:
        outcome.holes[change.id] = code
        self._exceptions.refuse(change, code)

    def _admit_waiting(self) -> None:
        """Apply what waited for changes that have come now, until nothing more can be applied.

        What this program fails on waits on: whoever sent what it waited for has done nothing wrong.
        """
        progress, failed = bool(self._exceptions.waiting), set[ChangeId]()
        while progress:
            progress = False
            for change in self._exceptions.waiting_changes():
                self._settler.load([change.record], texts=[change.record])
                if change.id in failed or not self._ready(change):
                    continue
                outcome = _Outcome({}, set(), {})
                try:
                    self._take_change(change, outcome, role=self._role_of(change.author), careful=True)
                except Exception as error:  # noqa: BLE001 - what is nobody's poison is raised again
                    code_of(error)
                    failed.add(change.id)
                    continue
                self._exceptions.unpark(change.id)
                self._append([change], outcome)
                progress = True

    def _role_of(self, person: bytes) -> str:
        found = people.find_access(self._connection, person_id=person, workspace_id=self._workspace)
        return found.role if found else access.NONE

    def _ready(self, change: Change) -> bool:
        exists = self._settler.knows(change.record) or self._exceptions.creation_refused(change.record)
        return (exists or change.create) and self._exceptions.bases_taken(change)

    def _append_frame(self, piece: Piece, outcome: _Outcome) -> None:
        """The frame as it came."""
        block = piece.block
        effective = pack_effective(zip(block.devices, block.dseqs, strict=True), outcome.effective)
        simple = effective is None
        entry = Entry(
            self._pseq + 1,
            self._pseq + len(block),
            block.devices[0],
            piece.first_dseq if simple else 0,
            piece.last_dseq if simple else 0,
            len(piece.frame),
        )
        self._entries.append(NewEntry(entry, effective, piece.frame))
        self._pseq = entry.last_pseq

    def _append(self, changes: Sequence[Change], outcome: _Outcome) -> None:
        """Frames made anew, with holes in the place of refused changes."""
        marked = [
            make_hole(one, outcome.holes[one.id]) if one.id in outcome.holes else one for one in changes
        ]
        for frame, part in pack_changes(marked):
            first, last = part[0].dseq, part[-1].dseq
            effective = pack_effective([one.id for one in part], outcome.effective)
            simple = last - first + 1 == len(part) and effective is None and not any(one.hole for one in part)
            entry = Entry(
                self._pseq + 1,
                self._pseq + len(part),
                part[0].device,
                first if simple else 0,
                last if simple else 0,
                len(frame),
            )
            self._entries.append(NewEntry(entry, effective, frame))
            self._pseq = entry.last_pseq


def _hangs_on(group: Group, records: Collection[bytes]) -> bool:
    """Whether a group of changes makes records that are about one of these."""
    names = access.HANGING.get(group.kind, ())
    return any(
        isinstance(value, bytes) and value in records
        for column in group.columns
        if column.name in names
        for value in column.values
    )
