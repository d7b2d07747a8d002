"""The composition root: the only place where the objects of the application meet."""

from __future__ import annotations

from pathlib import Path

from desktop.app.beginning import begin
from desktop.app.collecting import Collector
from desktop.app.house import House
from desktop.app.session import Session, make_application
from desktop.paths import Paths
from desktop.store.profile import open_profile, profile_exists
from desktop.store.store import Store
from sync.clock import Clock, SystemClock
from sync.errors import DaftarError
from sync.records import KINDS

__all__ = ["Session", "make_application", "run_tour", "run_window"]


def run_window(
    paths: Paths, *, language: str | None = None, passphrase: str | None = None, clock: Clock | None = None
) -> int:
    """Open the profile's window and stay until it is closed; a new laptop joins its team first.

    Raises `profile_in_use` where another process has the profile.
    """
    app = make_application()
    clock = clock or SystemClock()
    collector = Collector(app)
    collector.start()
    try:
        store = begin(app, paths, language=language, passphrase=passphrase, clock=clock)
        if store is None:
            return 0
        house = House(app, paths, clock=clock, language=language, collector=collector)
        house.enter(store)
        try:
            return app.exec()
        finally:
            house.leave()
    finally:
        collector.stop()


def run_tour(paths: Paths, out: Path, *, language: str | None = None, passphrase: str | None = None) -> int:
    """Draw every screen of a profile into pictures, in each language or in one; needs no display."""
    from desktop.app.tour import draw_tour

    if not profile_exists(paths):
        raise DaftarError("profile_missing")
    app = make_application()
    clock = SystemClock()
    store = Store.open(open_profile(paths, passphrase=passphrase), KINDS, clock)
    session = Session(app, paths, store, clock=clock)
    try:
        return draw_tour(session, out, language=language)
    finally:
        session.close()
