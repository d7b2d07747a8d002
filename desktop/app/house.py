"""The notebook from start to end: open, locked, and open again where the person was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.app import left_over
from desktop.app.beginning import unlock_window
from desktop.app.collecting import Collector
from desktop.app.session import Session, look_of, words_of
from desktop.bridge.idling import IdleWatch, seconds_awake_and_asleep
from desktop.bridge.keeping import Keeper
from desktop.paths import Paths
from desktop.store.keys import wrap_types
from desktop.store.profile import Profile
from desktop.store.store import Store
from desktop.windows.unlock import Unlock
from sync.clock import Clock
from sync.errors import DaftarError
from sync.records import KINDS

_MINUTE_S: Final = 60


class House(QObject):
    """Holds the session while it is open; while it is locked it holds nothing but where the profile lies."""

    def __init__(
        self,
        app: QApplication,
        paths: Paths,
        *,
        clock: Clock,
        language: str | None = None,
        syncing: bool = True,
        now: Callable[[], float] = seconds_awake_and_asleep,
        collector: Collector | None = None,
    ) -> None:
        super().__init__(app)
        self._app, self._paths, self._clock, self._language = app, paths, clock, language
        self._syncing, self._collector = syncing, collector
        self.session: Session | None = None
        self.unlock: Unlock | None = None
        self._closed: Unlock | None = None
        self.watch = IdleWatch(app, limit=self._limit, now=now, parent=self)
        self.watch.idle.connect(self.lock)

    def enter(self, store: Store) -> None:
        """Show the window of an open store."""
        session = Session(
            self._app,
            self._paths,
            store,
            clock=self._clock,
            language=self._language,
            collector=self._collector,
        )
        self.session = session
        session.window.lock_asked.connect(self.lock_now)
        session.start(syncing=self._syncing)
        left_over.offer(session.window.look, session.desk, parent=session.window)
        self.watch.start()

    def leave(self) -> None:
        """The end: everything is closed, whether it is open or locked."""
        self.watch.stop()
        session, self.session = self.session, None
        if session is not None:
            if copied := _copied_in(session):
                left_over.keep(Keeper(session.desk, left_over.SCREEN, parent=session), copied)
            session.close()

    # Locking

    def _limit(self) -> float:
        session = self.session
        if session is None or session.desk.settings.lock_after == "never" or not self._can_lock():
            return 0.0
        return float(session.desk.settings.lock_after) * _MINUTE_S

    def _can_lock(self) -> bool:
        try:
            return "passphrase" in wrap_types(self._paths.keys)
        except DaftarError:
            # Without its key file nothing would open the notebook again; the start says so.
            return False

    def lock_now(self) -> None:
        """The person asks; without a passphrase there would be nothing to type."""
        session = self.session
        if session is None:
            return
        if self._can_lock():
            self.lock()
        else:
            session.window.go("settings")
            words = session.desk.words
            session.window.toast(words.t("Set a passphrase first; without one nothing would be asked."))

    def lock(self) -> None:
        """Ask for the passphrase in front, write down what is being typed, hide all, and forget the key."""
        session, self.session = self.session, None
        if session is None:
            return
        self.watch.stop()
        window = session.window
        dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
        above = [each for each in QApplication.topLevelWidgets() if each.isVisible() and _of(each, window)]
        self._ask(session)
        with ExitStack() as ends:
            # The last is the first: hidden before anything that takes time.
            ends.callback(session.deleteLater)
            ends.callback(window.deleteLater)
            ends.callback(session.close)
            for widget in above:
                ends.callback(widget.hide)
            typed = left_over.typed_in(dialogs) + _copied_in(session)
            for dialog in dialogs:
                dialog.reject()
            window.hand_over()
            left_over.keep(Keeper(session.desk, left_over.SCREEN, parent=window), typed)

    def _ask(self, session: Session) -> None:
        settings = session.desk.settings
        opened: list[Store] = []
        look = look_of(self._app, settings, words_of(settings))

        def take(profile: Profile) -> None:
            opened.append(Store.open(profile, KINDS, self._clock))

        self.unlock = unlock_window(look, self._paths, opened=take)
        self.unlock.unlocked.connect(lambda: self._come_back(opened))
        self.unlock.show()
        self.unlock.activateWindow()

    def _come_back(self, opened: list[Store]) -> None:
        unlock, self.unlock = self.unlock, None
        self.enter(opened.pop())
        if unlock is not None:
            unlock.close()
            # Its field still handles the key that opened it: Qt deletes it afterwards, not Python now.
            self._closed = unlock


def _copied_in(session: Session) -> list[tuple[str, str]]:
    return left_over.copied_in(session.desk.files, session.desk.words)


def _of(widget: QWidget, window: QWidget) -> bool:
    """Whether a window of its own, such as a menu or a dialog, was opened from this one."""
    owner: QObject | None = widget
    while owner is not None and owner is not window:
        owner = owner.parent()
    return owner is window
