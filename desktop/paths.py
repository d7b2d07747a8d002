"""Where the files of a profile are: one folder, laid out in one place, found by the platform's habits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class Paths:
    """The layout of one profile folder.

    The database and its key file share the folder `data`, so that a restored backup takes their place
    by renaming one folder. The lock stays outside it, because a folder with an open file in it cannot
    be renamed on Windows.
    """

    profile: Path

    @property
    def data(self) -> Path:
        return self.profile / "data"

    @property
    def database(self) -> Path:
        return self.data / "daftar.db"

    @property
    def keys(self) -> Path:
        return self.data / "keys.json"

    @property
    def lock(self) -> Path:
        return self.profile / "daftar.lock"

    @property
    def settings(self) -> Path:
        return self.profile / "settings.json"

    @property
    def log(self) -> Path:
        return self.profile / "log" / "daftar.log"

    @property
    def backups(self) -> Path:
        return self.profile / "backups"

    @property
    def files(self) -> Path:
        """Attached files, encrypted; outside `data`, because a restored backup does not bring them."""
        return self.profile / "files"

    @property
    def opened(self) -> Path:
        """Plain copies of attached files that other programs show; empty between two runs of the window."""
        return self.profile / "opened"

    @property
    def former(self) -> Path:
        """Where a restore keeps the data it replaced."""
        return self.profile / "former"

    @property
    def restoring(self) -> Path:
        """Restored data under construction; never looked at by anybody else."""
        return self.profile / "restore-unfinished"

    @property
    def restored(self) -> Path:
        """Restored data, complete and checked, about to become `data`."""
        return self.profile / "restore-ready"

    def make(self) -> None:
        """Create the folders, private to this user where the platform knows such a thing."""
        for folder in (self.profile, self.data, self.log.parent, self.backups):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def default_profile(name: str = DEFAULT_PROFILE) -> Path:
    """The folder of a named profile in this user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("Daftar", appauthor=False) / "profiles" / name


def profile_paths(profile: Path | str | None = None) -> Paths:
    """The layout of the profile that was asked for, a folder, or of the default one."""
    folder = default_profile() if profile is None else Path(profile).expanduser()
    return Paths(folder.absolute())
