"""Which changes a workspace has taken, and which of them it did not apply: holes and those that wait."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from sync.changes import Bases, Change, ChangeId
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge.holes import REPEATED, hole_bases, inherit
from sync.server import access
from sync.server.storage import erasures, journal
from sync.server.storage.devices import server_device
from sync.server.storage.erasures import Erasure
from sync.server.storage.journal import SetAside
from sync.server.stored import change_aside

LATE = ("server", "came after the record it belongs to was erased")
"""Who erased what a laptop sends of an erased record, and why."""
BASE_MISSING = "base_missing"
CREATION_REFUSED = "creation_refused"
TEXT_REFUSED = "text_refused"


class Exceptions:
    """Looks up what was taken, during one transaction on a locked workspace."""

    def __init__(self, connection: Connection, workspace: bytes, *, head: journal.Head, now_ms: int) -> None:
        self._connection = connection
        self._workspace = workspace
        self._now_ms = now_ms
        self._pseq = head.pseq
        flags = head.exceptions
        self._dseqs: dict[int, int] = {}
        self._holes: dict[ChangeId, dict[str, Bases] | None] = {}
        self._any_holes = bool(flags & journal.REFUSED)
        self._stay = flags & journal.ERASED
        self.erased: frozenset[bytes] = frozenset()
        """Records that were erased for good: nothing of them is taken any more."""
        if self._stay:
            self.erased = frozenset(record for _, record in erasures.erased_of(connection, workspace))
        self._refused_records: set[bytes] = set()
        rows = journal.waiting(connection, workspace) if flags & journal.WAITING else []
        self.waiting = {(row.device, row.dseq): row for row in rows}
        self.new: list[SetAside] = []

    def goes_with_erased(self, change: Change) -> bool:
        """Whether a change is about an erased record; what it is a change of is erased then, too."""
        names = access.HANGING.get(change.kind, ())
        about = [change.writes.get(name) for name in names]
        cause = next((one for one in about if isinstance(one, bytes) and one in self.erased), None)
        if cause is None or not change.create:
            return False
        self.erased |= {change.record}
        at, pseq = self._now_ms, self._pseq
        row = Erasure(change.record, change.kind, cause, at, *LATE, pseq, 1, finished=at)
        erasures.add_erasures(self._connection, self._workspace, [row])
        return True

    def note(self, change: ChangeId) -> None:
        """A change of this transaction was taken."""
        self._dseqs[change[0]] = change[1]

    def bases_taken(self, change: Change) -> bool:
        """Whether the server has applied everything that a change names as its base and, where that is
        a hole, what it inherits from it: a refused change did not wait for its own.
        """
        named = [base for ids in change.bases.values() for base in ids]
        if self._any_holes:
            named += [base for ids in inherit(change, self.hole_base).bases.values() for base in ids]
        return all(self._taken(base) for base in named)

    def refuse(self, change: Change, code: str) -> None:
        """Put a change into quarantine; its dependents inherit what it stood on."""
        self._any_holes = True
        self._holes[change.id] = hole_bases(change)
        if code != REPEATED:
            self._refused_records.add(change.record)
        self.new.append(set_aside(change, code))

    def park(self, change: Change) -> None:
        """Let a change wait for its base."""
        row = set_aside(change, "")
        self.waiting[change.id] = row
        self.new.append(row)

    def unpark(self, change: ChangeId) -> None:
        row = self.waiting.pop(change)
        if row in self.new:
            self.new.remove(row)
        else:
            journal.stop_waiting(self._connection, self._workspace, device=change[0], dseq=change[1])

    def waiting_changes(self) -> list[Change]:
        """All that can be read; what the disk has damaged waits for ever, and blocks nothing else."""
        found = (change_aside(row.change, self._workspace) for row in self.waiting.values())
        return [change for change in found if change is not None]

    def creation_refused(self, record: bytes) -> bool:
        """Whether a record does not exist because its creation is in quarantine."""
        if record in self._refused_records:
            return True
        return self._any_holes and journal.any_refused(self._connection, self._workspace, record=record)

    def hole_base(self, change: ChangeId, key: str) -> Bases | None:
        """For `inherit`: what a hole stood on, or None where the change is no hole."""
        if not self._any_holes:
            return None
        if change not in self._holes:
            device, dseq = change
            stored = journal.quarantined(self._connection, self._workspace, device=device, dseq=dseq)
            self._holes[change] = None if stored is None else bases_aside(stored, self._workspace)
        bases = self._holes[change]
        return None if bases is None else bases.get(key, ())

    @property
    def flags(self) -> int:
        """What the head row says of exceptions, so that the next transaction need not look for them."""
        found = (journal.REFUSED if self._any_holes else 0) | (journal.WAITING if self.waiting else 0)
        return found | self._stay

    def save(self, *, now_ms: int) -> None:
        journal.set_aside(self._connection, self._workspace, self.new, now=now_ms)
        self.new = []

    def _taken(self, change: ChangeId) -> bool:
        device, dseq = change
        if device not in self._dseqs:
            found = journal.find_position(self._connection, self._workspace, device=device)
            self._dseqs[device] = found.dseq if found else 0
        if dseq <= self._dseqs[device]:
            return change not in self.waiting
        # What the server itself wrote and does not have any more was lost where it was restored from an older
        # copy. Nobody else can bring it, so nobody waits for it.
        return device == server_device(self._connection)


def bases_aside(stored: bytes, workspace: bytes) -> dict[str, Bases]:
    """What the dependents of a refused change inherit; nothing where it cannot be read any more."""
    change = change_aside(stored, workspace)
    return {} if change is None else hole_bases(change)


def read_aside(stored: bytes, workspace: bytes) -> Change:
    """The change that was set aside, whole; raises `bad_frame` where the disk has damaged it."""
    return changes_of(open_frame(stored, workspace))[0]


def set_aside(change: Change, code: str) -> SetAside:
    """A change as it lies in quarantine, or without a code in the waiting room."""
    frame = make_frame(block_of([replace(change, hole=False, code="")]))
    return SetAside(change.device, change.dseq, change.record, code, frame)
