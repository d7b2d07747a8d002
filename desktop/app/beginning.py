"""Before the window: open the profile, ask for its passphrase, or join a team on a new laptop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from desktop import settings as preferences
from desktop.app.session import look_of, words_of
from desktop.app.showing import show_until
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.store.keys import system_keyring, wrap_types
from desktop.store.profile import Profile, open_profile, profile_exists
from desktop.store.recovery import read_recovery_key, recover
from desktop.store.store import Store
from desktop.widgets.look import Look
from desktop.windows.unlock import Unlock
from sync.clock import Clock
from sync.errors import DaftarError
from sync.records import KINDS


def begin(
    app: QApplication, paths: Paths, *, language: str | None, passphrase: str | None, clock: Clock
) -> Store | None:
    """The open store; `None` where the person closed the window instead."""
    settings = preferences.load(paths.settings).settings
    if language is not None:
        settings = replace(settings, language=language)
    if not profile_exists(paths):
        # Joining needs the network; a laptop that has joined starts without it.
        from desktop.app.first_day import FirstDay

        return FirstDay(app, paths, settings, passphrase, clock).run()
    profile = _open(app, paths, settings, passphrase)
    return None if profile is None else Store.open(profile, KINDS, clock)


def _open(app: QApplication, paths: Paths, settings: Settings, passphrase: str | None) -> Profile | None:
    try:
        return open_profile(paths, keyring=system_keyring(), passphrase=passphrase)
    except DaftarError as error:
        if error.code not in ("passphrase_needed", "passphrase_wrong", "keyring_unavailable"):
            raise
        if error.code == "keyring_unavailable" and "recovery" not in wrap_types(paths.keys):
            raise
        forgotten = error.code == "keyring_unavailable"
    opened: list[Profile] = []
    look = look_of(app, settings, words_of(settings))
    window = unlock_window(look, paths, opened=opened.append, forgotten=forgotten)
    show_until(window, window.unlocked.connect)
    return opened[0] if opened else None


def unlock_window(
    look: Look, paths: Paths, *, opened: Callable[[Profile], object], forgotten: bool = False
) -> Unlock:
    """The window that asks for the passphrase; `opened` gets the profile before it says that it is done."""
    return Unlock(
        look,
        unlock=lambda typed: opened(open_profile(paths, passphrase=typed)),
        recover=lambda file, fresh: opened(recover(paths, private=read_recovery_key(file), passphrase=fresh)),
        forgotten=forgotten,
    )
