"""A new laptop's first sync, seen from the window: worker, server over HTTP, badge and page together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.http_server import serving
from helpers.joined import JoinedLaptop
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.stage import RecordingHost, dressed_look, said_by
from helpers.team import Member, Team
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.settings import Settings
from desktop.store.rows import Query
from desktop.syncing.schedule import Pace
from desktop.syncing.worker import SyncStatus, SyncWorker
from desktop.widgets.sync_wording import badge_words
from desktop.words import Words

NEVER = Pace(after_change=3600, after_change_connected=3600, idle=3600, first_retry=3600)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture
def omar(team: Team) -> Member:
    member = team.join("Omar Khalil")
    for number in range(80):
        member.add("comment", {"text": f"{number} {'x' * 80}"})
    member.add("activity", {"title": "Well repair"})
    member.sync()
    return member


class Window:
    """The page and its facts over a laptop whose worker syncs with a real server."""

    def __init__(self, qtbot: QtBot, laptop: JoinedLaptop) -> None:
        self.laptop, self.clock = laptop, laptop.team.house.clock
        self.desk = Desk(laptop.store, Words("en"), Settings(), self.clock)
        self.facts = SyncFacts()
        self.badges: list[str] = []
        laptop.worker = SyncWorker(laptop.store, clock=self.clock, on_status=self.facts.take, pace=NEVER)
        self.facts.set_start(laptop.worker.ask_now)
        self.facts.set_compare(laptop.worker.compare)
        self.facts.changed.connect(self._hear)
        self.page = ExchangeScreen(dressed_look(self.desk.words), self.desk, RecordingHost(), sync=self.facts)
        qtbot.addWidget(self.page)
        self.page.show()
        self.desk.changed.connect(self.page.refresh)
        self.facts.follow(self.desk)

    def _hear(self, state: SyncState) -> None:
        words = badge_words(self.desk.words, state, now_ms=self.clock.now_ms())
        text = f"{words.first} · {words.second}".replace("\u2066", "").replace("\u2069", "")
        if not self.badges or self.badges[-1] != text:
            self.badges.append(text)

    def close(self) -> None:
        """In the order of the program: the worker, the readers, the writer."""
        assert self.laptop.worker.stop(timeout=20.0)
        self.desk.close()
        self.laptop.close()

    def at_rest(self) -> bool:
        return not self.facts.state.running and self.facts.state.last_success_ms is not None


def test_the_first_filling_is_followed_by_badge_and_page(
    qtbot: QtBot,
    qapp: QApplication,
    team: Team,
    omar: Member,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_small_logs_count(monkeypatch)
    snapshot(team)
    with serving(team.house) as url:
        laptop = JoinedLaptop(team, tmp_path / "rima", url=url)
        window = Window(qtbot, laptop)
        laptop.worker.start()
        qtbot.waitUntil(window.at_rest, timeout=20_000)
        fetching = [badge for badge in window.badges if badge.startswith("Fetching Jordan: ")]
        assert any(" of " in badge for badge in fetching), "not usable yet: how much there is"
        assert any(badge.endswith("usable already") for badge in fetching)
        assert window.facts.state.fetching is None
        window.page.reload()
        qtbot.waitUntil(
            lambda: "Everything of Jordan is here" in said_by(window.page.happened_section), timeout=20_000
        )
        window.close()


def test_a_record_that_was_damaged_is_repaired_and_the_page_says_so(
    qtbot: QtBot, qapp: QApplication, team: Team, omar: Member, tmp_path: Path
) -> None:
    with serving(team.house) as url:
        laptop = JoinedLaptop(team, tmp_path / "rima", url=url)
        window = Window(qtbot, laptop)
        laptop.worker.start()
        qtbot.waitUntil(window.at_rest, timeout=20_000)
        laptop.store.post(lambda db: db.execute("UPDATE activity SET title = 'Forged'")).result()
        window.facts.compare()
        section = window.page.happened_section

        def repaired() -> bool:
            window.page.reload()
            return "Checked against the server: 1 record repaired" in said_by(section)

        qtbot.waitUntil(repaired, timeout=20_000)
        assert [row["title"] for row in laptop.reader.select(Query("activity"))] == ["Well repair"]
        window.close()


def test_what_the_worker_tells_after_the_desk_was_closed_asks_nothing_of_it(
    qtbot: QtBot, qapp: QApplication, team: Team, tmp_path: Path
) -> None:
    laptop = JoinedLaptop(team, tmp_path / "rima")
    window = Window(qtbot, laptop)
    laptop.add("Typed")
    qtbot.waitUntil(lambda: window.facts.state.pending == 1, timeout=20_000)
    window.desk.close()
    window.facts.take(SyncStatus(last_success_ms=2))
    qtbot.waitUntil(lambda: window.facts.state.last_success_ms == 2)
    qapp.processEvents()
    assert window.facts.state.pending == 1
    laptop.close()
