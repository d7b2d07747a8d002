"""Attached files for the window: copied in and out away from the GUI thread, and followed on their way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from desktop.bridge.calls import GuiCalls
from desktop.commands.attachments import ATTACH, attach
from desktop.store.attached import Attached, Duty, Policy, change_duty, put_duty, usual_policy
from desktop.store.attachments import Stored, Vault
from desktop.store.documents import Document, Standing, drop_copy, read_documents
from desktop.store.opened import clear_opened, is_program, place_to_open, safe_name, seal_opened
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.store import Store, Written
from desktop.syncing.blobs import FileProgress, FilesReceipt, move_files
from sync.changes import Edit
from sync.errors import DaftarError

T = TypeVar("T")
_TELL_EVERY_S: Final = 0.1

Failed = Callable[[BaseException], object]


class _StoppedError(Exception):
    """The person, or the end of the window, stopped the copying."""


@dataclass(slots=True)
class Copying:
    """One file on its way into the notebook, or the reason why it did not come in."""

    about: Row
    source: Path
    share: float = 0.0
    stopped: bool = False
    error: BaseException | None = None

    @property
    def name(self) -> str:
        return self.source.name


@dataclass(frozen=True, slots=True)
class Moving:
    """How much of a file has passed over the line."""

    reached: int
    size: int
    sending: bool

    @property
    def share(self) -> float:
        return min(1.0, self.reached / self.size) if self.size else 0.0


class Writes(Protocol):
    """How a command is handed to the store."""

    def __call__(
        self,
        edits: Sequence[Edit],
        *,
        label: str,
        done: Callable[[Written], object] | None = None,
        failed: Failed | None = None,
    ) -> object:
        """`done` and `failed` are called in the GUI thread."""


class FileDesk(QObject):
    """The files of one open profile. Methods are for the GUI thread, but `move` and `read`."""

    changed = Signal()
    """Something about files is different that no commit tells: where one is, what is asked for, a copy."""
    progressed = Signal()
    """What is on its way has come further."""

    def __init__(
        self,
        store: Store,
        calls: GuiCalls,
        *,
        row: Callable[[str, bytes], Row | None],
        submit: Writes,
        failed: Failed,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._store, self._calls = store, calls
        self._row, self._submit, self._complain = row, submit, failed
        self._paths = store.profile.paths
        self.vault = Vault(store.profile)
        self.copies: list[Copying] = []
        self.moving: dict[tuple[bytes, bytes], Moving] = {}
        self.problem = ""
        """The code of what stopped the last turn of files."""
        self.open_address: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._away: Callable[[], str] = lambda: "not_enrolled"
        self._ask_now: Callable[[], object] = lambda: None
        self._was_away = ""
        self._told = 0.0
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="daftar-files")
        if self._paths.opened.exists():
            self._pool.submit(clear_opened, self._paths)

    def close(self) -> None:
        """Stop copying, and delete what was opened."""
        for copy in self.copies:
            copy.stopped = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        clear_opened(self._paths)
        # What holds this is let go with it, not by whichever thread looks for rings.
        self._row, self._submit, self._complain = _no_row, _nothing, _nothing
        self._away, self._ask_now = _no_code, _nothing

    # Sending and receiving

    def follow(self, away: Callable[[], str], ask_now: Callable[[], object]) -> None:
        """How the line to the server stands, and how it is asked for."""
        self._away, self._ask_now = away, ask_now
        self._was_away = self.away_code

    @Slot(object)
    def line_changed(self, _state: object) -> None:
        """The line came, or went."""
        if self._was_away != self.away_code:
            self._was_away = self.away_code
            self.changed.emit()

    @property
    def away_code(self) -> str:
        """Why nothing can travel just now, as a code; empty where nothing is known against it."""
        return self._away() or ("no_connection" if self.problem == "connection_cut" else self.problem)

    def move(self, store: Store, halt: Callable[[], bool], pause: Callable[[float], None]) -> FilesReceipt:
        """A turn of files in the thread of the worker; the window hears how far they are."""
        receipt = FilesReceipt()
        try:
            receipt = move_files(store, halt, pause, report=self._passed)
        finally:
            self._calls.post(partial(self._moved, receipt))
        return receipt

    def _passed(self, progress: FileProgress) -> None:
        one, now = progress.file, time.monotonic()
        first = (one.workspace, one.fingerprint) not in self.moving
        if first or now - self._told >= _TELL_EVERY_S:
            self._told = now
            moving = Moving(progress.reached, one.size, progress.sending)
            self._calls.post(partial(self._further, (one.workspace, one.fingerprint), moving))

    def _further(self, key: tuple[bytes, bytes], moving: Moving) -> None:
        fresh = key not in self.moving
        if fresh:
            # One at a time: whatever went before has ended.
            self.moving.clear()
        self.moving[key] = moving
        (self.changed if fresh else self.progressed).emit()

    def _moved(self, receipt: FilesReceipt) -> None:
        said, self.problem = self.problem, receipt.problem
        if self.moving or receipt.up or receipt.down or receipt.noted or said != self.problem:
            self.moving.clear()
            self.changed.emit()

    def passing(self, document: Document) -> Moving | None:
        """How far the file is, where it travels just now."""
        one = document.file
        return self.moving.get((one.workspace, one.fingerprint)) if one is not None else None

    # Reading

    def read(self, reader: Reader, about: Row) -> list[Document]:
        """What belongs to a record, for the reader thread."""
        return read_documents(reader, self.vault, about)

    # Taking in

    def copies_of(self, about: Row) -> list[Copying]:
        return [copy for copy in self.copies if copy.about.id == about.id]

    def take_in(self, about: Row, source: Path) -> Copying:
        """Attach a file to a record; it becomes visible there when its copy is whole and checked."""
        copy = Copying(about, source)
        self.copies.append(copy)
        self.changed.emit()
        future = self._pool.submit(self._copy, copy)
        self._calls.when_done(future, partial(self._stored, copy), partial(self._not_taken, copy))
        return copy

    def give_up(self, copy: Copying) -> None:
        """Stop a copy, or put away the note of one that did not succeed."""
        copy.stopped = True
        if copy.error is not None:
            self._put_away(copy)

    def _put_away(self, copy: Copying) -> None:
        if copy in self.copies:
            self.copies.remove(copy)
        self.changed.emit()

    def _copy(self, copy: Copying) -> Stored:
        return self.vault.add(copy.source, workspace=copy.about.workspace, report=partial(self._copied, copy))

    def _copied(self, copy: Copying, share: float) -> None:
        if copy.stopped:
            raise _StoppedError
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY_S:
            self._told = now
            self._calls.post(partial(self._copied_further, copy, share))

    def _copied_further(self, copy: Copying, share: float) -> None:
        copy.share = share
        self.progressed.emit()

    def _stored(self, copy: Copying, stored: Stored) -> None:
        """The content is safe here: what is to be done with it is noted first, then comes the record."""
        row = self._row(copy.about.kind, copy.about.id)
        if row is None or row.deleted:
            self._not_taken(copy, DaftarError("record_deleted", kind=copy.about.kind))
            return
        try:
            edits = attach(
                row,
                record=self._store.new_id(),
                file_name=safe_name(copy.name),
                fingerprint=stored.fingerprint,
                size=stored.size,
            )
        except DaftarError as error:
            self._not_taken(copy, error)
            return
        policy = Policy.NOW if usual_policy(stored.size) is Policy.NOW else Policy.NETWORK
        self._store.post(
            lambda database: put_duty(database, row.workspace, stored.fingerprint, Duty(policy, sent=False))
        )
        self._submit(
            edits,
            label=ATTACH,
            done=lambda _written: self._put_away(copy),
            failed=partial(self._not_taken, copy),
        )

    def _not_taken(self, copy: Copying, error: BaseException) -> None:
        if isinstance(error, _StoppedError) or copy.stopped:
            self._put_away(copy)
            return
        copy.error = error
        self.changed.emit()
        if not isinstance(error, DaftarError):
            self._complain(error)

    # Getting out

    def open(self, document: Document, *, done: Callable[[], object], failed: Failed) -> None:
        """Show it with the program of the system: a page by its address, a file from a private plain copy."""
        if document.address:
            self._show(QUrl(document.address), done=done, failed=failed)
            return
        one = document.file
        if one is None:
            failed(DaftarError("file_none"))
            return
        if is_program(document.file_name):
            failed(DaftarError("file_is_program", name=document.file_name))
            return

        def work() -> Path:
            copy = place_to_open(self._paths, one.workspace, document.file_name)
            self.vault.export(one.workspace, one.fingerprint, copy)
            seal_opened(copy)
            return copy

        def show(copy: Path) -> None:
            self._show(QUrl.fromLocalFile(str(copy)), done=done, failed=failed)

        self._work(work, show, failed)

    def _show(self, address: QUrl, *, done: Callable[[], object], failed: Failed) -> None:
        if self.open_address(address):
            done()
        else:
            failed(DaftarError("file_no_program"))

    def save(self, document: Document, target: Path, *, done: Callable[[], object], failed: Failed) -> None:
        """Write the plain content to a place of the person's choice."""
        one = document.file
        if one is None:
            failed(DaftarError("file_none"))
            return
        self._work(
            lambda: self.vault.export(one.workspace, one.fingerprint, target), lambda _none: done(), failed
        )

    def drop(self, document: Document, *, done: Callable[[int], object], failed: Failed) -> None:
        """Delete the copy on this laptop, where the server holds it."""
        one = document.file
        if one is None:
            failed(DaftarError("file_none"))
            return

        def dropped(freed: int) -> None:
            self.changed.emit()
            done(freed)

        self._work(lambda: drop_copy(self._store, self.vault, one), dropped, failed)

    def _work(self, work: Callable[[], T], done: Callable[[T], object], failed: Failed) -> None:
        self._calls.when_done(self._pool.submit(work), done, failed)

    # Asking

    def ask_for(self, document: Document) -> None:
        """Fetch it from the server, or send it there, as soon as there is a connection."""
        one = document.file
        if one is None:
            return
        # Where it is lost, perhaps a colleague attached the same file, or it went out before it was lost.
        lost = document.standing is Standing.LOST
        self._note(one, lambda duty: replace(duty, wanted=True, code="", sent=duty.sent or lost), ask=True)

    def set_policy(self, document: Document, policy: Policy) -> None:
        """When it travels by itself."""
        one = document.file
        if one is not None:
            self._note(one, lambda duty: replace(duty, policy=policy), ask=policy is not Policy.DEMAND)

    def _note(self, one: Attached, change: Callable[[Duty], Duty], *, ask: bool) -> None:
        future = self._store.post(lambda database: change_duty(database, one, change))

        def noted(_none: object) -> None:
            if ask:
                self._ask_now()
            self.changed.emit()

        self._calls.when_done(future, noted, self._complain)


def _nothing(*_about: object, **_more: object) -> None:
    """The window is closed: nobody is told any more."""


def _no_row(_kind: str, _record: bytes) -> None:
    return None


def _no_code() -> str:
    return ""
