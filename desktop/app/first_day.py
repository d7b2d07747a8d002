"""A new laptop's first day: profile, enrolment and first fetch, before there is a window."""

from __future__ import annotations

import platform
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version

from PySide6.QtWidgets import QApplication

from desktop import settings as preferences
from desktop.app.session import look_of, words_of
from desktop.app.showing import show_until
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.store.keys import system_keyring
from desktop.store.profile import create_profile, open_profile, profile_exists
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol, read_certificate
from desktop.syncing.happening import Naming
from desktop.syncing.once import sync_once
from desktop.widgets.look import Look
from desktop.windows.first_run import Fetched, FirstRun, Joining, Report
from sync.client.session import Progress
from sync.clock import Clock
from sync.records import KINDS


class FirstDay:
    """Joins a laptop: profile, enrolment, first fetch; each can be tried again where it failed."""

    def __init__(
        self, app: QApplication, paths: Paths, settings: Settings, passphrase: str | None, clock: Clock
    ) -> None:
        self._app, self._paths, self._settings = app, paths, settings
        self._passphrase, self._clock = passphrase, clock
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="daftar-joining")
        self._store: Store | None = None
        self._done = False
        self._enough = threading.Event()

    def run(self) -> Store | None:
        keyring = system_keyring()
        window = FirstRun(
            self._look(self._settings.language),
            join=self.join,
            look_in=self._look,
            needs_passphrase=keyring is None and self._passphrase is None,
            laptop=platform.node()[:60],
            version=version("daftar"),
        )
        window.joined.connect(self._joined)
        window.enough.connect(self.leave_off)
        show_until(window, window.joined.connect)
        self.leave_off()
        self._pool.shutdown(wait=True)
        if self._done:
            return self._store
        self.close()
        return None

    @property
    def store(self) -> Store | None:
        """The notebook, once there is one."""
        return self._store

    def close(self) -> None:
        """Give up: what was begun is on the disk and goes on at the next start."""
        self._pool.shutdown(wait=True)
        if self._store is not None:
            self._store.close()

    def _joined(self) -> None:
        self._done = True

    def _look(self, language: str) -> Look:
        self._settings = replace(self._settings, language=language)
        return look_of(self._app, self._settings, words_of(self._settings))

    def leave_off(self) -> None:
        """End the first fetch at its next step; what came is kept, and the rest follows later."""
        self._enough.set()

    def join(self, joining: Joining, report: Report) -> Future[None]:
        """Enrol and fetch on a thread of its own."""
        return self._pool.submit(self._work, joining, report)

    def _work(self, joining: Joining, report: Report) -> None:
        store = self._open_store(joining)
        pinned = read_certificate(joining.certificate) if joining.certificate is not None else ""
        enrol(
            store,
            server=joining.server,
            code=joining.code,
            name=joining.laptop,
            clock=self._clock,
            certificate=pinned,
        )
        preferences.save(self._settings, path=self._paths.settings)

        naming = Naming(store)

        def tell(progress: Progress) -> None:
            receipt, filling = progress.receipt, progress.filling
            if filling is not None:
                report(Fetched(receipt.pulled, filling.done, filling.size, naming.fetching(filling)))
                return
            total = receipt.bytes_down + receipt.left if receipt.left else 0
            report(Fetched(receipt.pulled, receipt.bytes_down, total))

        sync_once(
            store,
            clock=self._clock,
            pause=self._rest,
            stopped=self._enough.is_set,
            report=tell,
        )

    def _rest(self, seconds: float) -> None:
        self._enough.wait(seconds)

    def _open_store(self, joining: Joining) -> Store:
        if self._store is None:
            passphrase = self._passphrase if self._passphrase is not None else joining.passphrase
            keyring = None if passphrase is not None else system_keyring()
            if profile_exists(self._paths):
                profile = open_profile(self._paths, keyring=keyring, passphrase=passphrase)
            else:
                profile = create_profile(self._paths, keyring=keyring, passphrase=passphrase)
            self._store = Store.open(profile, KINDS, self._clock)
        return self._store
