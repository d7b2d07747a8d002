"""What is typed into cells, kept in the database until it is a value: open editors, and texts to be fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.desk import Desk
from desktop.screens.indicators.entry_data import Where
from desktop.screens.indicators.facts import SCREEN
from desktop.store.drafts import Draft, Place, clear_draft, save_draft
from desktop.store.driver import Connection

SAVE_AFTER_MS = 300
_TYPING, _KEPT, _FIELD = "typing", "kept", "field"
_JOINT = "\t"


@dataclass(frozen=True, slots=True)
class Found:
    """A draft of a cell as it was found; `typing` says that its editor was still open."""

    where: Where
    text: str
    typing: bool


def found_drafts(drafts: Sequence[Draft]) -> list[Found]:
    """The drafts of cells among those of an indicator."""
    found = []
    for draft in drafts:
        how, *where = draft.place.field.split(_JOINT)
        if how in (_TYPING, _KEPT) and len(where) == 2:
            found.append(Found((where[0], where[1]), draft.text, how == _TYPING))
    return found


def field_drafts(drafts: Sequence[Draft], form: str) -> dict[str, str]:
    """The drafts of a form's fields by their name."""
    found = {}
    for draft in drafts:
        how, *rest = draft.place.field.split(_JOINT)
        if how == _FIELD and len(rest) == 2 and rest[0] == form:
            found[rest[1]] = draft.text
    return found


class TypedDrafts(QObject):
    """Saves the text of an open editor a moment after each letter."""

    def __init__(self, desk: Desk, record: bytes, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._record = desk, record
        self._open: dict[str, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)
        self._closed = False
        desk.closing.connect(self._close)

    def typing(self, where: Where, text: str) -> None:
        self._later(_JOINT.join((_TYPING, *where)), text)

    def field_typing(self, form: str, name: str, text: str) -> None:
        self._later(_JOINT.join((_FIELD, form, name)), text)

    def _later(self, field: str, text: str) -> None:
        self._open[field] = text
        # Somebody who types without a pause is kept as well, and the window may outlast its desk a little.
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _close(self) -> None:
        self.save_now()
        self._closed = True

    @Slot()
    def save_now(self) -> None:
        self._timer.stop()
        for field, text in self._open.items():
            self._save(field, text)
        self._open.clear()

    def ended(self, where: Where) -> None:
        """The editor closed: its text is a value by now, or kept under its own name."""
        self._forget(_JOINT.join((_TYPING, *where)))

    def field_ended(self, form: str, name: str) -> None:
        self._forget(_JOINT.join((_FIELD, form, name)))

    def keep(self, where: Where, text: str) -> None:
        """A text that is no value yet stays in its cell."""
        self._save(_JOINT.join((_KEPT, *where)), text)

    def drop(self, where: Where) -> None:
        self._forget(_JOINT.join((_KEPT, *where)))

    def _save(self, field: str, text: str) -> None:
        draft = Draft(Place(SCREEN, self._record, field), text, len(text), self._desk.clock.now_ms())
        self._post(lambda connection: save_draft(connection, draft))

    def _forget(self, field: str) -> None:
        self._open.pop(field, None)
        place = Place(SCREEN, self._record, field)
        self._post(lambda connection: clear_draft(connection, place))

    def _post(self, job: Callable[[Connection], object]) -> None:
        self._desk.calls.when_done(self._desk.store.post(job), _nothing, self._desk.failed.emit)


def _nothing(_done: object) -> None:
    """Nobody waits for a draft."""
