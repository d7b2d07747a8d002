"""How this laptop stands with the server, as facts that the window shows in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge.calls import GuiCalls
from desktop.bridge.desk import Desk
from desktop.store.outbox import Standing, read_standing
from desktop.syncing.worker import SyncStatus
from sync.replica.changed import Changed


@dataclass(frozen=True, slots=True)
class SyncState(SyncStatus):
    """Everything the badge and the page speak of: the worker's account, and what the database can tell."""

    practice: bool = False
    pending: int = 0
    decisions: int = 0
    refused: int = 0
    unreceived: int = 0
    """Changes of colleagues that this laptop could not take in."""
    clock_off_ms: int = 0
    """How far this laptop's clock is behind the server's, where a person has to set it; negative: ahead."""


class SyncFacts(QObject):
    """Holds the newest `SyncState`. The sync worker feeds it from its own thread through `post`."""

    changed = Signal(object)
    """The new `SyncState`."""

    def __init__(
        self,
        start: Callable[[], object] | None = None,
        *,
        state: SyncState | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._start = start
        self._accept: Callable[[], object] | None = None
        self._compare: Callable[[], object] | None = None
        self._calls = GuiCalls(self)
        self.state = state if state is not None else SyncState()
        self._desk: Desk | None = None
        self._asked = self._again = False

    def set_start(self, start: Callable[[], object]) -> None:
        """What `ask_now` calls; for when the worker is made after the window."""
        self._start = start

    def set_accept(self, accept: Callable[[], object]) -> None:
        """What `accept_removals` calls."""
        self._accept = accept

    def set_compare(self, compare: Callable[[], object]) -> None:
        """What `compare` calls."""
        self._compare = compare

    def compare(self) -> None:
        """Compare everything with the server now, and put right what differs."""
        if self._compare is not None and self.can_ask:
            self._compare()

    def accept_removals(self) -> None:
        """Receive, though much disappears; the person has said yes."""
        if self._accept is not None:
            self._accept()

    @property
    def can_ask(self) -> bool:
        state = self.state
        return self._start is not None and state.joined and not state.practice and not state.access_ended

    def ask_now(self) -> None:
        """Send and receive now; a run that goes on already is left alone."""
        if self._start is not None and self.can_ask and not self.state.running:
            self._start()

    def update(self, **facts: Any) -> None:
        """Take over some facts; for the GUI thread."""
        state = replace(self.state, **facts)
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def post(self, **facts: Any) -> None:
        """Take over some facts soon; safe from every thread."""
        self._calls.post(lambda: self.update(**facts))

    def take(self, status: SyncStatus) -> None:
        """The worker's own account of itself; give this method to it as its callback."""
        self.post(**{each.name: getattr(status, each.name) for each in fields(SyncStatus)})
        desk = self._desk
        if desk is not None and not status.running:
            # By way of the desk, which calls nothing more once it is closed.
            desk.calls.post(self.recount)

    # What the database itself can tell

    def follow(self, desk: Desk) -> None:
        """Count what waits, what was refused and what needs a decision after every commit."""
        self._desk = desk
        desk.changed.connect(self._recount)
        self.recount()

    def recount(self) -> None:
        """Ask for the counts once more; many commits in a row ask once."""
        if self._desk is None:
            return
        if self._asked:
            # What is being counted may have been read before this commit.
            self._again = True
            return
        self._asked, self._again = True, False
        self._desk.ask(read_standing, self._counted, self._not_counted)

    def _recount(self, _changed: Changed) -> None:
        self.recount()

    def _not_counted(self, error: BaseException) -> None:
        self._asked = False
        if self._desk is not None:
            self._desk.failed.emit(error)

    def _counted(self, standing: Standing) -> None:
        self._asked = False
        if self._again:
            self.recount()
        self.update(
            pending=standing.pending,
            decisions=standing.decisions,
            refused=standing.refused,
            unreceived=standing.unreceived,
            clock_off_ms=standing.clock_off_ms,
        )
        if not self.state.running:
            # The tables know of a filling that was cut, also before the first run of this start.
            self.update(fetching=standing.fetching)
