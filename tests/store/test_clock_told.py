"""A laptop whose clock is far from the server's says so, by how much, and until it is right again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.headquarters import headquarters
from helpers.house import SetClock
from helpers.joined import JoinedLaptop
from helpers.team import Team

from desktop.cli.call import Call
from desktop.store.outbox import read_standing
from desktop.syncing.once import sync_once
from desktop.words import Words
from desktop.words.clock import clock_sentence
from sync.clock import SystemClock

MINUTE_MS = 60_000
YEAR_MS = 365 * 24 * 60 * MINUTE_MS


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture
def laptop(team: Team, tmp_path: Path) -> Iterator[JoinedLaptop]:
    made = JoinedLaptop(team, tmp_path / "laptop")
    yield made
    made.close()


def synced(laptop: JoinedLaptop, *, behind_ms: int) -> tuple[int, int]:
    """What receipt and standing say after a sync with a clock that is so far behind the server's."""
    clock = SetClock(laptop.team.house.clock.now_ms() - behind_ms)
    receipt = sync_once(laptop.store, clock=clock, connect=laptop.connect)
    return receipt.offset_ms, read_standing(laptop.reader).clock_off_ms


@pytest.mark.parametrize("behind_ms", [11 * MINUTE_MS, -11 * MINUTE_MS, 10 * YEAR_MS, -10 * YEAR_MS])
def test_inv_16_a_wrong_clock_is_told_after_a_sync_until_it_is_right(
    laptop: JoinedLaptop, behind_ms: int
) -> None:
    assert synced(laptop, behind_ms=0) == (0, 0)
    assert synced(laptop, behind_ms=behind_ms) == (behind_ms, behind_ms)
    assert synced(laptop, behind_ms=10 * MINUTE_MS)[1] == 0, "that much nobody has to know"
    assert synced(laptop, behind_ms=behind_ms)[1] == behind_ms
    assert synced(laptop, behind_ms=0) == (0, 0)


def test_a_laptop_that_only_listens_tells_a_clock_that_goes_wrong(laptop: JoinedLaptop) -> None:
    worker, team = laptop.worker, laptop.team
    # Without its thread, which would listen beside this and tell first.
    assert worker._run()
    while not laptop.told.empty():
        laptop.told.get_nowait()
    worker._clock = SetClock(team.house.clock.now_ms() - YEAR_MS)
    worker._listen()
    assert not laptop.told.get_nowait().running, "so the window counts again"
    assert read_standing(laptop.reader).clock_off_ms == YEAR_MS
    worker._listen()
    assert laptop.told.empty(), "said once"


@pytest.mark.parametrize(
    "off_ms, said",
    [
        (11 * MINUTE_MS, "about 11 minutes behind"),
        (-3 * 60 * MINUTE_MS, "about 3 hours ahead"),
        (4 * 24 * 60 * MINUTE_MS, "about 4 days behind"),
        (-10 * YEAR_MS, "about 10 years ahead"),
    ],
)
def test_it_says_by_how_much_and_what_to_do(off_ms: int, said: str) -> None:
    text = clock_sentence(Words("en"), off_ms).replace("\u2068", "").replace("\u2069", "")
    assert said in text.replace("\u2066", "")
    assert "Set date, time and time zone" in text
    others = {clock_sentence(Words(language), off_ms) for language in ("en", "fr", "ar")}
    assert len(others) == 3
    assert not any("{" in one for one in others)


def test_the_command_line_tells_a_wrong_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with headquarters(tmp_path / "server") as office:
        lina = office.hire("Lina Haddad", tmp_path / "lina")
        assert lina.ask("sync")["clock_off_seconds"] == 0
        behind = SetClock(SystemClock().now_ms() - YEAR_MS)
        with monkeypatch.context() as patch:
            patch.setattr(Call, "clock", property(lambda _call: behind))
            assert abs(lina.ask("sync")["clock_off_seconds"] - YEAR_MS // 1000) < 60
            assert "This laptop's clock is wrong" in lina.run("sync").out
        assert abs(lina.ask("whoami")["clock_off_seconds"] - YEAR_MS // 1000) < 60
        assert "about 365 days behind" in lina.run("whoami").out.replace("\u2066", "").replace("\u2069", "")
        assert lina.ask("sync")["clock_off_seconds"] == 0
        assert "clock" not in lina.run("whoami").out
