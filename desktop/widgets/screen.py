"""The base of every screen, and what a screen may ask of the window around it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk, Scope
from desktop.widgets.look import Look
from sync.replica.changed import Changed


class Host(Protocol):
    """The window around the screens."""

    def toast(self, text: str, *, undo: bool = False, error: bool = False) -> None:
        """Say something at the bottom; errors stay until closed."""

    def open_record(self, kind: str, record: bytes) -> None:
        """Go to the screen of a kind and show this record."""

    def go(self, screen: str) -> None:
        """Go to a screen by its key."""

    def lock(self) -> None:
        """Ask for the passphrase again, now."""


class Screen(QWidget):
    """One page of the window. Subclasses fill themselves in `reload` and follow `refresh`.

    A screen is made once, on first visit; while it is hidden the window only remembers that something
    changed and calls `reload` when it is shown again.
    """

    key = ""

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__()
        self.look = look
        self.desk = desk
        self.host = host
        desk.closing.connect(self._stop_painting)

    def _stop_painting(self) -> None:
        # What is drawn is read from the store, and a window can be exposed once more before it goes.
        self.setUpdatesEnabled(False)

    def reload(self) -> None:
        """Read everything again: first show, another scope."""

    def refresh(self, changed: Changed) -> None:
        """Something was committed while this screen is shown; the default reads everything again."""
        if changed:
            self.reload()

    def show_record(self, kind: str, record: bytes) -> None:
        """Select this record and open its details."""

    def scope_moved(self, scope: Scope) -> None:
        """The top bar chose another workspace or period."""
        self.reload()

    def leave(self) -> None:
        """Called before another screen is shown or the window closes: finish what is being typed."""
