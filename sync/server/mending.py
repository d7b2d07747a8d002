"""Puts back what the server's disk has damaged: frames from a backup, and records from the log (`mend`).

What can be read is never overwritten, and nothing is taken that does not prove to be what stood there. Each
row is looked at once more under the lock of the workspace, so the server may run meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from sync.clock import Clock
from sync.errors import DaftarError
from sync.frames.container import is_intact
from sync.frames.packing import open_frame
from sync.server.inspection import Inspection, inspect, put_renewed
from sync.server.past import ABSENT, UNPROVEN, Past
from sync.server.refolding import Renewed, is_sound
from sync.server.snapshots import Snapshots
from sync.server.storage import Storage, erasures, journal, mended
from sync.server.storage.devices import SERVER_DEVICE
from sync.server.storage.engine import current_revision, open_backup
from sync.server.storage.journal import SetAside
from sync.server.storage.mended import FrameRow, NewFrame
from sync.server.storage.people import Workspace
from sync.server.storage.schema import LATEST
from sync.server.stored import EMPTIED, change_aside, read_effective

BACKUP: Final = "backup"
LOG: Final = "log"
WITHOUT: Final = "no_backup"
"""Why a frame stays damaged where no backup was given."""
_OLDEST: Final = "0004"
"""The first revision with all tables that are read."""
EMPTY: Final = "emptied"
"""The code of a frame that an erasure emptied, because it may have spoken of a record."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """One thing that cannot be read: a frame (`log`, `history`) with changes `first` to `last` in the
    server's order, a change of a `device` that was set aside (`quarantine`, `waiting`), or a `record`.

    `by` says what gives it back, `why` why nothing does; `record` and `kind` name a record.
    """

    where: str
    code: str
    first: int = 0
    last: int = 0
    device: int = 0
    kind: str = ""
    record: bytes = b""
    by: str = ""
    why: str = ""


@dataclass(slots=True)
class Report:
    """What was found in a workspace; without `written` it is what would be put back."""

    workspace: Workspace
    written: bool
    mended: list[Damaged] = field(default_factory=list)
    left: list[Damaged] = field(default_factory=list)

    def add(self, one: Damaged) -> None:
        (self.mended if one.by else self.left).append(one)


@dataclass(slots=True)
class _Patches:
    """What is to be written, each with what is told of it."""

    frames: list[tuple[FrameRow, NewFrame, Damaged]] = field(default_factory=list)
    aside: list[tuple[SetAside, bytes, Damaged]] = field(default_factory=list)
    left: list[Damaged] = field(default_factory=list)


@contextmanager
def opened(place: str, *, beside: Storage) -> Iterator[Storage]:
    """A backup of this server, to be read. Raises `no_such_file`, `backup_packed`, `backup_unreadable`,
    `backup_other` for that of another server, `database_newer` and `backup_older`.
    """
    with closing(Storage(open_backup(place))) as backup:
        try:
            revision = current_revision(backup.engine)
            if revision is None:
                raise DaftarError("backup_unreadable", path=place)
            if revision > LATEST:
                raise DaftarError("database_newer", revision=revision)
            if revision < _OLDEST:
                raise DaftarError("backup_older", path=place)
            with beside.reading() as here, backup.reading() as there:
                same = mended.setting_of(here, SERVER_DEVICE) == mended.setting_of(there, SERVER_DEVICE)
        except DatabaseError as error:
            raise DaftarError("backup_unreadable", path=place) from error
        if not same:
            raise DaftarError("backup_other", path=place)
        yield backup


class Mending:
    """Looks through workspaces, and puts back what a backup and the log give."""

    def __init__(self, storage: Storage, *, clock: Clock, backup: Storage | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._backup = backup

    def look(self, place: Workspace) -> Report:
        """What is damaged, and what would be put back; nothing is changed.

        Of a record that only a frame gives back which is damaged itself, that is not foreseen.
        """
        report = Report(place, written=False)
        patches = self._plan(place.id)
        for told in [*(one for *_, one in (*patches.frames, *patches.aside)), *patches.left]:
            report.add(told)
        self._tell_records(report, self._inspect(place.id, report))
        return report

    def mend(self, place: Workspace) -> Report:
        """Put back what can be, fold anew what follows from it, and say what was done and what is left."""
        report = Report(place, written=True)
        patches = self._plan(place.id)
        if patches.frames or patches.aside:
            for told in self._storage.writing(lambda connection: _write(connection, place.id, patches)):
                report.add(told)
        report.left += patches.left
        found = self._inspect(place.id, report)
        if found is not None:
            put_renewed(self._storage, place.id, found)
        self._tell_records(report, found)
        if report.mended:
            self._renew_snapshot(place.id)
        return report

    def _plan(self, workspace: bytes) -> _Patches:
        patches = _Patches()
        with self._storage.still() as here, self._past(here, workspace) as past:
            for row, told in _damaged_frames(here, workspace):
                new = WITHOUT if past is None else past.frame_for(row)
                if isinstance(new, NewFrame):
                    patches.frames.append((row, new, replace(told, by=BACKUP)))
                elif told.code != EMPTY:
                    patches.left.append(replace(told, why=new))
            for kept, told in _damaged_aside(here, workspace):
                change = WITHOUT if past is None else past.aside_for(kept)
                if isinstance(change, bytes):
                    patches.aside.append((kept, change, replace(told, by=BACKUP)))
                else:
                    patches.left.append(replace(told, why=change))
        return patches

    @contextmanager
    def _past(self, here: Connection, workspace: bytes) -> Iterator[Past | None]:
        if self._backup is None:
            yield None
            return
        with self._backup.still() as there:
            known = mended.knows_workspace(there, workspace)
            yield Past(here, there, workspace) if known else None

    def _inspect(self, workspace: bytes, report: Report) -> Inspection | None:
        """The records, those that only the backup has among them."""
        try:
            with self._storage.still() as here, self._past(here, workspace) as past:
                found = inspect(here, workspace, journal.read_head(here, workspace))
                return found if past is None else _with_backup(found, past, workspace)
        except DaftarError as error:
            if error.code != "digest_differs":
                raise
            report.add(Damaged("digest", error.code, why=UNPROVEN))
            return None

    def _tell_records(self, report: Report, found: Inspection | None) -> None:
        if found is None:
            return
        lost = {row.id for row in found.lost}
        for one in found.renewed:
            if one.row.id not in lost:
                told = Damaged("record", "bad_state", kind=one.row.kind, record=one.row.id, by=one.by)
                report.add(told)
        for row in found.lost:
            why = WITHOUT if self._backup is None else ABSENT
            report.add(Damaged("record", "bad_state", kind=row.kind, record=row.id, why=why))

    def _renew_snapshot(self, workspace: bytes) -> None:
        with self._storage.reading() as connection:
            had = erasures.has_snapshot(connection, workspace)
        if had:
            try:
                Snapshots(self._storage, clock=self._clock).make(workspace)
            except DaftarError as error:
                # It is told already.
                if error.code != "digest_differs":
                    raise


def _write(connection: Connection, workspace: bytes, patches: _Patches) -> list[Damaged]:
    journal.lock_head(connection, workspace)
    told = []
    for row, new, one in patches.frames:
        put = mended.put_frame(connection, workspace, row, new)
        told.append(one if put else replace(one, by="", why=ABSENT))
    for kept, change, one in patches.aside:
        put = mended.put_aside(connection, workspace, kept, change)
        told.append(one if put else replace(one, by="", why=ABSENT))
    return told


def _damaged_frames(connection: Connection, workspace: bytes) -> Iterator[tuple[FrameRow, Damaged]]:
    for table, stored in mended.all_frames(connection, workspace):
        code = EMPTY if stored.frame == EMPTIED else _code_of(stored.frame, workspace)
        if not code and stored.effective is not None and read_effective(stored.effective) is None:
            code = "bad_frame"
        if code:
            row = mended.frame_row(connection, workspace, table, stored)
            yield row, Damaged(table, code, stored.first_pseq, stored.last_pseq)


def _code_of(frame: bytes, workspace: bytes) -> str:
    """Why a frame cannot be read; nothing where it can, or where a later version wrote it."""
    try:
        open_frame(frame, workspace)
    except DaftarError as error:
        return "" if is_intact(frame) and error.code == "frame_too_new" else error.code
    return ""


def _damaged_aside(connection: Connection, workspace: bytes) -> Iterator[tuple[SetAside, Damaged]]:
    refused = journal.quarantine_of(connection, workspace, repeated=True)
    for row in (*refused, *journal.waiting(connection, workspace)):
        stored = bytes(row.change)
        if stored != EMPTIED and not is_intact(stored) and change_aside(stored, workspace) is None:
            where = "quarantine" if row.code else "waiting"
            record = bytes(row.record)
            yield row, Damaged(where, "bad_frame", row.dseq, row.dseq, int(row.device), record=record)


def _with_backup(found: Inspection, past: Past, workspace: bytes) -> Inspection:
    """Records that the log does not give back, as the backup has them, where their terms prove it."""
    renewed, lost = list(found.renewed), []
    for row in found.lost:
        there = past.record_for(row)
        if there is None or there[0].term != row.term or not is_sound(*there, workspace):
            lost.append(row)
            continue
        former = next((one for one in renewed if one.row.id == row.id), None)
        renewed = [one for one in renewed if one.row.id != row.id]
        was = (
            (row, found.documents.get(row.id, {})) if former is None else (former.former, former.former_texts)
        )
        renewed.append(Renewed(*there, *was, by=BACKUP))
    return Inspection(found.records, found.documents, renewed, lost)
