"""Automatic backups: one a day and one before each change of the tables, and which of them are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from desktop.paths import Paths
from desktop.store.backup import SUFFIX, create
from desktop.store.connection import Connection
from desktop.store.failures import disk_errors
from desktop.store.profile import Profile
from sync.clock import Clock

DAILY = "daily-"
MIGRATION = "before-update-"
DAYS_KEPT = 7
WEEKS_KEPT = 4
MIGRATIONS_KEPT = 3


def back_up_daily(profile: Profile, connection: Connection, *, clock: Clock) -> Path | None:
    """Make today's backup unless it is there, and drop those that have had their time."""
    today = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).date()
    target = profile.paths.backups / f"{DAILY}{today.isoformat()}{SUFFIX}"
    if target.exists():
        return None
    create(profile, connection, target, clock=clock)
    kept = days_to_keep(_days(profile.paths))
    for day, path in _days(profile.paths).items():
        if day not in kept:
            _drop(path)
    return target


def back_up_before_migration(profile: Profile, connection: Connection, *, clock: Clock) -> Path:
    """Keep the database as it is, because its tables are about to change."""
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    name = f"{MIGRATION}{now:%Y-%m-%d-%H%M%S}-from-{schema}{SUFFIX}"
    target = profile.paths.backups / name
    create(profile, connection, target, clock=clock)
    for path in sorted(profile.paths.backups.glob(f"{MIGRATION}*{SUFFIX}"))[:-MIGRATIONS_KEPT]:
        _drop(path)
    return target


def automatic_backups(paths: Paths) -> list[Path]:
    """The backups made without being asked for, newest first by name within their kind."""
    found = [*paths.backups.glob(f"{DAILY}*{SUFFIX}"), *paths.backups.glob(f"{MIGRATION}*{SUFFIX}")]
    return sorted(found, reverse=True)


def discard_automatic_backups(paths: Paths) -> None:
    """Drop every automatic backup, when they hold what this laptop may no longer keep."""
    for path in automatic_backups(paths):
        _drop(path)


def days_to_keep(days: Iterable[date]) -> set[date]:
    """The newest seven days, and before them the newest day of each of the newest four weeks."""
    newest_first = sorted(days, reverse=True)
    kept = set(newest_first[:DAYS_KEPT])
    weeks: dict[tuple[int, int], date] = {}
    for day in newest_first[DAYS_KEPT:]:
        weeks.setdefault(day.isocalendar()[:2], day)
    return kept | set(list(weeks.values())[:WEEKS_KEPT])


def _days(paths: Paths) -> dict[date, Path]:
    found = {}
    for path in paths.backups.glob(f"{DAILY}*{SUFFIX}"):
        try:
            found[date.fromisoformat(path.name.removeprefix(DAILY).removesuffix(SUFFIX))] = path
        except ValueError:
            continue
    return found


def _drop(path: Path) -> None:
    with disk_errors():
        path.unlink(missing_ok=True)
