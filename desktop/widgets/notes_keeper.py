"""Stands between an editor and the store: what is typed is kept and merged, what arrives is patched in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import labels
from desktop.commands.notes import OpenNotes, Patch, notes_edit
from desktop.widgets.text_editor import TextEditor
from sync.errors import DaftarError
from sync.replica.changed import Changed

DRAFT_MS = 400
PAUSE_MS = 2_000


@dataclass(eq=False, slots=True)
class _Session:
    """One text while it is open, and until the last of it is written."""

    notes: OpenNotes
    kind: str
    record: bytes
    field: str


class NotesKeeper(QObject):
    """One editor at a time shows one text. A pause of two seconds, or leaving, makes a change of it."""

    safe = Signal()
    """What stands in the editor is on the disk, as a draft or as a change."""
    restored = Signal()
    """The text came back with what had not been saved when the window went away."""

    def __init__(
        self, desk: Desk, editor: TextEditor, drafts: Keeper, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._editor, self._drafts = desk, editor, drafts
        self._session: _Session | None = None
        self._draft_timer = self._make_timer(DRAFT_MS, self._keep_draft)
        self._pause_timer = self._make_timer(PAUSE_MS, self.write)
        editor.edited.connect(self._edited)
        editor.left.connect(self.write)
        editor.undo_asked.connect(self._undo)
        editor.redo_asked.connect(self._redo)
        desk.closing.connect(self.close)

    def _make_timer(self, interval: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(act)
        return timer

    @property
    def record(self) -> bytes:
        """Whose text is open."""
        return self._session.record if self._session is not None else b""

    def open(self, kind: str, record: bytes, *, field: str = "notes") -> None:
        """Show another text; what was typed into the one before is written first."""
        self.close()
        snapshot = self._snapshot(kind, record, field)
        try:
            notes = OpenNotes(snapshot, draft=self._drafts.text(record, field) or "")
        except DaftarError:
            # A draft that cannot be read is left where it is; the stored text is what there is.
            notes = OpenNotes(snapshot)
        self._session = _Session(notes, kind, record, field)
        self._editor.set_text(notes.text)
        if notes.is_unsaved:
            self._pause_timer.start()
            self.restored.emit()

    @Slot()
    def close(self) -> None:
        """Write what was typed and let go of the text."""
        if self._session is None:
            return
        self.write()
        self._session = None

    def follow(self, changed: Changed) -> None:
        """Something was committed; what others wrote into this text comes in where the caret stays."""
        session = self._session
        if session is not None and session.record in changed.of(session.kind):
            self.catch_up()

    def catch_up(self) -> None:
        """Take in what was committed while nobody told: the screen was hidden."""
        session = self._session
        if session is not None:
            snapshot = self._snapshot(session.kind, session.record, session.field)
            self._apply(session.notes.take_in(snapshot))

    # Typing

    @Slot(int, int, str)
    def _edited(self, position: int, removed: int, inserted: str) -> None:
        if self._session is not None:
            self._session.notes.edit(position, removed, inserted)
            self._typed()

    def _typed(self) -> None:
        if not self._draft_timer.isActive():
            self._draft_timer.start()
        self._pause_timer.start()

    @Slot()
    def _undo(self) -> None:
        if self._session is not None:
            self._apply(self._session.notes.undo())
            self._typed()

    @Slot()
    def _redo(self) -> None:
        if self._session is not None:
            self._apply(self._session.notes.redo())
            self._typed()

    def _apply(self, patches: Sequence[Patch]) -> None:
        for patch in patches:
            self._editor.apply_remote(patch.position, patch.removed, patch.inserted)

    # Keeping

    def _snapshot(self, kind: str, record: bytes, field: str) -> bytes | None:
        try:
            return self._desk.reader.state(kind, record).texts.get(field)
        except DaftarError as error:
            if error.code != "unknown_record":
                raise
            return None

    @Slot()
    def _keep_draft(self) -> None:
        if self._session is not None:
            self._keep(self._session)
            self.safe.emit()

    def _keep(self, session: _Session) -> None:
        draft = session.notes.draft()
        if draft:
            self._drafts.keep(session.record, session.field, draft)
        else:
            self._drafts.drop(session.record, session.field)
        self._drafts.flush()

    @Slot()
    def write(self) -> None:
        """Make a change of what was typed since the last one."""
        if self._session is not None:
            self._pause_timer.stop()
            self._draft_timer.stop()
            # Until the store has it, the draft holds it too.
            self._keep(self._session)
            self._write(self._session)

    def _write(self, session: _Session) -> None:
        row = self._desk.row(session.kind, session.record)
        if row is None or row.deleted:
            return
        update = session.notes.take()
        if update is None:
            return
        self._desk.submit(
            [notes_edit(row, update, field=session.field)],
            label=labels.NOTES,
            origin=self,
            done=lambda _written: self._written(session),
            failed=lambda error: self._failed(session, error),
        )

    def _written(self, session: _Session) -> None:
        session.notes.confirm()
        if not session.notes.is_unsaved:
            self._keep(session)
        elif session is self._session:
            self._pause_timer.start()
        else:
            self._write(session)
        self.safe.emit()

    def _failed(self, session: _Session, error: BaseException) -> None:
        session.notes.give_up()
        if session is self._session:
            self._pause_timer.start()
        self._desk.failed.emit(error)
