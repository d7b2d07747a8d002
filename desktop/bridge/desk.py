"""What a screen works with: the store, a reader for the GUI thread, the scope, and facts as signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.bridge.calls import GuiCalls
from desktop.bridge.file_desk import FileDesk
from desktop.bridge.reads import Reads
from desktop.settings import Settings
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.store import Store, Written
from desktop.store.titles import shown_title
from desktop.words import Words
from sync.changes import Edit
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.changed import Changed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the top bar has chosen: one workspace, and the code of a period (`2026-Q2`) or year."""

    workspace: bytes = b""
    period: str = ""


class Desk(QObject):
    """One open profile as the window sees it. All methods are for the GUI thread."""

    changed = Signal(object)
    """`Changed` after every commit, whoever made it."""
    scope_changed = Signal(object)
    failed = Signal(object)
    """An exception that no caller asked for."""
    saved = Signal(object)
    """`Written` after each own command."""
    closing = Signal()
    """The last moment in which something can still be written and read."""

    def __init__(
        self, store: Store, words: Words, settings: Settings, clock: Clock, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.words = words
        self.settings = settings
        self.clock = clock
        self.calls = GuiCalls(self)
        self.reader: Reader = store.reader()
        self.reads = Reads(lambda: store.reader(wide=True))
        self.scope = Scope()
        self._closed = False
        self.files = FileDesk(
            store, self.calls, row=self.row, submit=self.submit, failed=self.failed.emit, parent=self
        )
        self._unsubscribe = store.subscribe(self._hear)

    def close(self) -> None:
        """Stop listening and close both readers; the store itself is closed by who opened it."""
        self.closing.emit()
        self._closed = True
        self._unsubscribe()
        self.calls.stop()
        self.files.close()
        self.reads.close()
        self.reader.close()

    def _hear(self, changed: Changed) -> None:
        self.calls.post(lambda: self.changed.emit(changed))

    # Scope and people

    def choose(self, *, workspace: bytes | None = None, period: str | None = None) -> None:
        """Move the scope; every screen follows `scope_changed`."""
        scope = self.scope
        if workspace is not None:
            scope = replace(scope, workspace=workspace)
        if period is not None:
            scope = replace(scope, period=period)
        if scope != self.scope:
            self.scope = scope
            self.scope_changed.emit(scope)

    @property
    def account(self) -> bytes:
        return bytes(self.reader.meta("account") or b"")

    # Writing

    def submit(
        self,
        edits: Sequence[Edit],
        *,
        label: str,
        origin: object | None = None,
        done: Callable[[Written], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> Future[Written]:
        """Hand a command to the store. `done` and `failed` are called in the GUI thread."""
        future = self.store.submit(edits, label=label, origin=origin)

        def finished(written: Written) -> None:
            if done is not None:
                done(written)
            self.saved.emit(written)

        self.calls.when_done(future, finished, failed or self.failed.emit)
        return future

    def undo(
        self,
        *,
        redo: bool = False,
        insist: bool = False,
        done: Callable[[str], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Take the last command back, or do it again; `done` gets its label."""
        self.calls.when_done(self.store.undo(redo=redo, insist=insist), done, failed)

    # Reading

    def ask(
        self,
        question: Callable[[Reader], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Put a longer question to the reader thread; `done` gets the answer in the GUI thread.

        A desk that was closed is asked nothing: a filter may still have waited for the next letter.
        """
        if self._closed:
            return
        self.calls.when_done(self.reads.ask(question), done, failed or self.failed.emit)

    def row(self, kind: str, record: bytes) -> Row | None:
        """One row now, or `None` where it is not there."""
        try:
            return self.reader.get(kind, record)
        except DaftarError as error:
            if error.code == "unknown_record":
                return None
            raise

    def name_of(self, kind: str, record: bytes | None) -> str:
        """The title of a referenced record; empty where there is none or it is not on this laptop."""
        if record is None:
            return ""
        row = self.row(kind, record)
        base = self.store.kinds[kind].title_field
        return shown_title(row, self.words.language, base=base) if row else ""
