"""Keeps what is being typed, so that a power cut takes at most the last moment of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.desk import Desk
from desktop.store.drafts import Draft, Place, all_drafts, clear_draft, save_draft
from desktop.store.driver import Connection

SAVE_AFTER_MS = 400


class Keeper(QObject):
    """The drafts of one screen: `keep` at every letter, `drop` when it became a change or was given up."""

    def __init__(self, desk: Desk, screen: str, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._screen = desk, screen
        self._waiting: dict[tuple[bytes, str], str | None] = {}
        self._known = {
            (draft.place.record, draft.place.field): draft.text
            for draft in all_drafts(desk.reader.connection)
            if draft.place.screen == screen
        }
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self._closed = False
        desk.closing.connect(self._close)

    def keep(self, record: bytes, field: str, text: str) -> None:
        """Remember what stands in an open editor; on the disk within half a second."""
        self._known[record, field] = text
        self._waiting[record, field] = text
        self._start()

    def drop(self, record: bytes, field: str) -> None:
        """It was saved as a change, or given up."""
        if self._known.pop((record, field), None) is not None:
            self._waiting[record, field] = None
            self._start()

    def _start(self) -> None:
        # A window may outlast its desk by some turns of the event loop; there is nothing to write into then.
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    def text(self, record: bytes, field: str) -> str | None:
        """What was being typed there, also before the last start; `None` where nothing was."""
        return self._known.get((record, field))

    def of(self, record: bytes) -> dict[str, str]:
        """Every draft of a record by its field."""
        return {field: text for (each, field), text in self._known.items() if each == record}

    @property
    def all(self) -> dict[tuple[bytes, str], str]:
        """Every draft of the screen by record and field."""
        return dict(self._known)

    @Slot()
    def _close(self) -> None:
        self.flush()
        self._closed = True

    @Slot()
    def flush(self) -> None:
        """Write what waits, in one transaction."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        screen, now = self._screen, self._desk.clock.now_ms()

        def write(connection: Connection) -> None:
            for (record, field), text in waiting.items():
                place = Place(screen, record, field)
                if text is None:
                    clear_draft(connection, place)
                else:
                    save_draft(connection, Draft(place, text, len(text), now))

        self._desk.calls.when_done(self._desk.store.post(write), _nothing, self._desk.failed.emit)


def _nothing(_done: object) -> None:
    """Nobody waits for a draft."""
