"""Send and receive: the state in words, what waits, what was refused, and one button."""

from collections.abc import Iterator

import pytest
from helpers.office import NOW_MS, Office
from helpers.stage import RecordingHost
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.parts import RefusedCard
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.widgets.look import Look
from desktop.widgets.sync_wording import badge_words
from desktop.words import Words

DAY_MS = 86_400_000


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def sync(asked: list[str]) -> SyncFacts:
    return SyncFacts(lambda: asked.append("now"), state=SyncState(last_success_ms=NOW_MS - 4 * DAY_MS))


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, sync: SyncFacts
) -> Iterator[ExchangeScreen]:
    made = ExchangeScreen(look, desk, host, sync=sync)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    desk.changed.connect(made.refresh)
    made.reload()
    return made


def texts(widget: QWidget) -> str:
    found = [each.text() for each in widget.findChildren(QLabel)]
    found += [each.accessibleName() for each in widget.findChildren(QWidget)]
    return "\n".join(found)


STATES = [
    (SyncState(last_success_ms=NOW_MS), "All sent · today 09:41", "ok"),
    (
        SyncState(pending=12, last_success_ms=NOW_MS - 4 * DAY_MS),
        "12 changes on this laptop · last sent Thu 11 Jun",
        "over",
    ),
    (
        SyncState(running=True, sending=12, receiving=40, done_bytes=9_216, total_bytes=52_224),
        "Sending 12, receiving 40 · 9 KB of 51 KB",
        "over",
    ),
    (SyncState(pending=12, no_connection=True), "No connection · 12 changes are safe here", "none"),
    (SyncState(pending=12, running=True, cut=True), "Connection cut · goes on by itself", "watch"),
    (
        SyncState(decisions=3, pending=2, last_success_ms=NOW_MS),
        "3 need your decision · last sent today 09:41",
        "ask",
    ),
    (SyncState(refused=2, decisions=3), "2 changes need attention · open the list", "bad"),
    (SyncState(access_ended=True, refused=2), "Access ended · ask your administrator", "bad"),
    (SyncState(practice=True, pending=3), "Practice · nothing is sent", "watch"),
    (SyncState(problem="protocol_unknown"), "Sending has stopped · open to see why", "bad"),
    (SyncState(joined=False, pending=1), "Only on this laptop · 1 change is safe here", "none"),
]  # fmt: skip


@pytest.mark.parametrize("state, said, family", STATES)
def test_the_worst_state_is_said_in_words(state: SyncState, said: str, family: str) -> None:
    words = badge_words(Words("en"), state, now_ms=NOW_MS)
    whole = f"{words.first} · {words.second}".replace("\u2066", "").replace("\u2069", "")
    assert (whole, words.family) == (said, family)


def test_what_waits_is_counted_by_kind(qtbot: QtBot, screen: ExchangeScreen, office: Office) -> None:
    office.all_sent()
    office.change("solar", "activity", progress=70)
    office.change("survey", "activity", notes="Finished")
    office.change("decision", "decision", rationale="Why not")
    qtbot.waitUntil(lambda: "Activities 2 changes" in texts(screen.waiting_section))
    assert "Decisions 1 change" in texts(screen.waiting_section)
    assert "3 changes wait" in texts(screen.workspace_section)
    office.all_sent()
    qtbot.waitUntil(lambda: "Nothing waits." in texts(screen.waiting_section))


def refuse(office: Office) -> None:
    """The server did not take the last own change."""
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame)"
            " SELECT log.ws, log.last_dseq, 'record_locked', 'activity', touch.record, log.frame"
            " FROM log JOIN touch ON touch.log = log.id ORDER BY log.id DESC LIMIT 1"
        )
    ).result()


def test_a_refused_change_shows_what_was_typed_and_what_to_do(
    qtbot: QtBot, screen: ExchangeScreen, office: Office, host: RecordingHost, sync: SyncFacts
) -> None:
    office.change("solar", "activity", end="2026-09-30", progress=70)
    refuse(office)
    sync.follow(screen.desk)
    qtbot.waitUntil(lambda: sync.state.refused == 1)
    screen.reload()
    qtbot.waitUntil(lambda: bool(screen.refused_section.findChildren(RefusedCard)))
    card = screen.refused_section.findChildren(RefusedCard)[0]
    shown = texts(card)
    assert "Solar installation course" in shown
    assert "30 Sep 2026" in shown
    assert "70%" in shown
    assert "Ask a coordinator" in shown
    card._open()
    assert host.opened == [("activity", office.ids["solar"])]
    card._copy()
    assert "End: 30 Sep 2026" in QApplication.clipboard().text()
    card._put_aside()
    qtbot.waitUntil(lambda: sync.state.refused == 0)
    qtbot.waitUntil(lambda: not screen.refused_section.isVisible())


def test_the_button_asks_once_and_says_why_it_cannot(
    screen: ExchangeScreen, sync: SyncFacts, asked: list[str]
) -> None:
    screen.ask_button.click()
    assert asked == ["now"]
    sync.update(running=True, sending=1, done_bytes=100, total_bytes=200)
    assert not screen.ask_button.isEnabled()
    assert screen.ask_button.toolTip() == "It is going on already."
    assert screen.state_block.progress.isVisible()
    sync.update(running=False, access_ended=True)
    assert screen.ask_button.toolTip() == "Access has ended. Ask your administrator."
    assert not screen.state_block.progress.isVisible()
