"""One open profile: store, desk, window, sync worker and guard, put together and taken apart in order."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from desktop import settings as preferences
from desktop.app.collecting import Collector
from desktop.app.plans import screen_plans
from desktop.bridge.desk import Desk
from desktop.bridge.file_line import join_files
from desktop.bridge.guard import Guard
from desktop.bridge.sync_facts import SyncFacts
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.store.rotation import back_up_daily
from desktop.store.store import Store
from desktop.syncing.joined import JOIN_CODE, LAST_SYNC_MS, TOKEN
from desktop.syncing.worker import SyncWorker
from desktop.widgets.look import Look, dress, make_look
from desktop.windows.main_window import MainWindow
from desktop.words import Words
from sync.clock import Clock

NAME: Final = "Daftar"
SWITCH_SECONDS: Final = 0.0005


def words_of(settings: Settings, language: str | None = None) -> Words:
    """The words of the preferences; `language` wins for this run."""
    return Words(language or settings.language, country=settings.country, digits=settings.digits)


def look_of(app: QApplication, settings: Settings, words: Words) -> Look:
    """Dress the application and hand back what its widgets draw with."""
    system_dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
    dark = settings.theme == "dark" or (settings.theme == "system" and system_dark)
    look = make_look(words, dark=dark, density=settings.row_density)
    dress(app, look)
    return look


def make_application() -> QApplication:
    """The one QApplication of this process."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    # The window asks for the interpreter hundreds of times while it draws a page; it must not wait
    # five milliseconds for each while another thread computes.
    sys.setswitchinterval(SWITCH_SECONDS)
    app = QApplication(sys.argv[:1])
    app.setApplicationName(NAME)
    return app


class Session(QObject):
    """One open profile with its window, its sync worker and its guard."""

    def __init__(
        self,
        app: QApplication,
        paths: Paths,
        store: Store,
        *,
        clock: Clock,
        language: str | None = None,
        collector: Collector | None = None,
    ) -> None:
        """`collector` is the application's, which goes on while the notebook is locked."""
        super().__init__(app)
        self._app, self._paths, self._clock = app, paths, clock
        self.store = store
        self._collector = collector if collector is not None else Collector(parent=self)
        self._collects = collector is None
        settings = preferences.load(paths.settings).settings
        words = words_of(settings, language)
        self.desk = Desk(store, words, replace(settings, language=words.language), clock, parent=self)
        self.facts = SyncFacts(parent=self)
        look = look_of(app, settings, words)
        self.window = MainWindow(
            look, self.desk, screen_plans(self.facts, keep=self.keep), self.facts, keep=self._save
        )
        self.guard = Guard(
            paths.log, say=self.window.show_error, apologise=self.window.apologise, parent=self
        )
        self.worker = SyncWorker(store, clock=clock, on_status=self.facts.take, files=self.desk.files.move)
        self.facts.set_start(self.worker.ask_now)
        self.facts.set_accept(self.worker.accept_removals)
        join_files(self.desk.files, self.facts)
        self.facts.set_compare(self.worker.compare)

    def start(self, *, syncing: bool = True) -> None:
        """Show the window; what needs the network or the disk for long begins after its first paint."""
        self.guard.install()
        if self._collects:
            self._collector.start()
        last = self.desk.reader.meta(LAST_SYNC_MS)
        self.facts.update(
            joined=bool(self.desk.reader.meta(TOKEN) or self.desk.reader.meta(JOIN_CODE)),
            last_success_ms=int(last) if last else None,
        )
        self.facts.follow(self.desk)
        self.window.start()
        self.window.show()
        self.desk.calls.post(self._collector.settle)
        if syncing:
            self.desk.calls.post(self.worker.start)
            self.desk.calls.post(self._back_up)

    def close(self) -> None:
        """Sync worker, readers, writer: in that order."""
        self.worker.stop()
        self.window.remember()
        self.desk.close()
        self.store.close()
        self._collector.unsettle()
        if self._collects:
            self._collector.stop()
        self.guard.remove()

    def keep(self, settings: Settings) -> None:
        """Take over changed preferences: words, colours and rows follow at once."""
        before = self.desk.settings
        self.desk.settings = settings
        self._save(settings)
        if _wear(before) != _wear(settings):
            self.desk.words = words_of(settings)
            self.window.rebuild(look_of(self._app, settings, self.desk.words))

    def _save(self, settings: Settings) -> None:
        preferences.save(settings, path=self._paths.settings)

    def _back_up(self) -> None:
        profile, clock = self.store.profile, self._clock
        future = self.store.later(lambda connection: back_up_daily(profile, connection, clock=clock))
        self.desk.calls.when_done(future, lambda _path: self.facts.recount(), self.guard.present)


def _wear(settings: Settings) -> tuple[str, ...]:
    return (
        settings.language,
        settings.country,
        settings.digits,
        settings.theme,
        settings.row_density,
        settings.time_direction,
    )
