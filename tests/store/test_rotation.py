"""One backup a day and one before each update; the newest days and weeks stay."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.paths import profile_paths
from desktop.store import rotation
from desktop.store.backup import Access, verify
from desktop.store.connection import open_writer
from desktop.store.driver import Connection
from desktop.store.keys import Cost
from desktop.store.profile import Profile, create_profile

DAY_MS = 24 * 3600 * 1000


@dataclass
class Calendar:
    """A clock that is turned by hand; it begins on Sunday 14 June 2026."""

    ms: int = 1_781_429_400_000

    def now_ms(self) -> int:
        return self.ms


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    cost = Cost(operations=1, memory=8192)
    return create_profile(profile_paths(tmp_path / "profile"), passphrase="olive and lamp", cost=cost)


@pytest.fixture
def writer(profile: Profile) -> Iterator[Connection]:
    with closing(open_writer(profile.paths.database, key=profile.key)) as connection:
        connection.execute("PRAGMA user_version = 3")
        yield connection


def test_a_day_has_one_backup(profile: Profile, writer: Connection) -> None:
    clock = Calendar()
    made = rotation.back_up_daily(profile, writer, clock=clock)
    assert made is not None
    assert made.name == "daily-2026-06-14.daftar-backup"
    assert rotation.back_up_daily(profile, writer, clock=clock) is None
    clock.ms += DAY_MS
    assert rotation.back_up_daily(profile, writer, clock=clock) is not None
    assert verify(made, access=Access(passphrase="olive and lamp")).schema == 3


def test_old_days_thin_out_into_weeks(profile: Profile, writer: Connection) -> None:
    clock = Calendar()
    stranger = profile.paths.backups / "daily-by hand.daftar-backup"
    stranger.touch()
    for _ in range(45):
        rotation.back_up_daily(profile, writer, clock=clock)
        clock.ms += DAY_MS
    days = sorted(path.name[6:16] for path in profile.paths.backups.glob("daily-2*"))
    assert (
        days
        == [
            # Sundays, then the newest week in full: the last day is Tuesday 28 July.
            *("2026-06-28", "2026-07-05", "2026-07-12", "2026-07-19", "2026-07-21"),
            *(
                "2026-07-22",
                "2026-07-23",
                "2026-07-24",
                "2026-07-25",
                "2026-07-26",
                "2026-07-27",
                "2026-07-28",
            ),
        ][-11:]
    )
    assert stranger.exists()


def test_the_state_before_an_update_is_kept(profile: Profile, writer: Connection) -> None:
    clock = Calendar()
    for _ in range(rotation.MIGRATIONS_KEPT + 1):
        last = rotation.back_up_before_migration(profile, writer, clock=clock)
        clock.ms += 1000
    assert last.name == "before-update-2026-06-14-093003-from-3.daftar-backup"
    assert len(rotation.automatic_backups(profile.paths)) == rotation.MIGRATIONS_KEPT
    assert last in rotation.automatic_backups(profile.paths)


def test_automatic_backups_can_be_discarded(profile: Profile, writer: Connection) -> None:
    rotation.back_up_daily(profile, writer, clock=Calendar())
    rotation.back_up_before_migration(profile, writer, clock=Calendar())
    mine = profile.paths.backups / "mine.daftar-backup"
    mine.touch()
    rotation.discard_automatic_backups(profile.paths)
    assert list(profile.paths.backups.iterdir()) == [mine]


@given(offsets=st.sets(st.integers(0, 400)))
def test_the_newest_week_always_stays(offsets: set[int]) -> None:
    days = {date(2026, 1, 1) + timedelta(days=offset) for offset in offsets}
    kept = rotation.days_to_keep(days)
    assert kept <= days
    assert len(kept) <= rotation.DAYS_KEPT + rotation.WEEKS_KEPT
    assert set(sorted(days)[-rotation.DAYS_KEPT :]) <= kept
    assert rotation.days_to_keep(kept) == kept
