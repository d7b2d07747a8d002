"""The automatic backups that lie in a profile, with when each was made and how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.paths import Paths
from desktop.store.backup import read_info
from desktop.store.rotation import MIGRATION, automatic_backups
from sync.errors import DaftarError


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup. `before_update` tells one that was made because the tables were about to change."""

    path: Path
    when_ms: int
    size: int
    before_update: bool = False


def kept_backups(paths: Paths, *, most: int) -> list[Kept]:
    """The newest whole backups; a file that says nothing of itself is left out."""
    found = []
    for path in automatic_backups(paths):
        try:
            info = read_info(path)
            made = datetime.fromisoformat(info.created)
            size = path.stat().st_size
        except (DaftarError, OSError, ValueError):
            continue
        if made.tzinfo is None:
            made = made.replace(tzinfo=UTC)
        found.append(Kept(path, int(made.timestamp() * 1000), size, path.name.startswith(MIGRATION)))
    found.sort(key=lambda kept: kept.when_ms, reverse=True)
    return found[:most]
