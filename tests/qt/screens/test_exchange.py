"""Send and receive: the state in words, what waits, what was refused, and one button."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.http_server import serving
from helpers.joined import JoinedLaptop
from helpers.office import JORDAN, NOW_MS, Office
from helpers.stage import RecordingHost, dressed_look, said_by
from helpers.team import Team
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge import sync_facts
from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.change_card import RefusedCard, UnreceivedCard
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.screens.exchange.wording import plan_line
from desktop.settings import Settings
from desktop.store.driver import Connection
from desktop.store.fetching import Fetching
from desktop.store.happenings import DIFFERS, HAPPENED, REPAIRED, Happening, with_happenings
from desktop.store.outbox import Standing, read_standing
from desktop.store.reader import Reader
from desktop.syncing.joined import RATE_UP, SERVER
from desktop.widgets.look import Look
from desktop.widgets.sync_wording import badge_words
from desktop.words import Words
from sync.client.plan import Plan
from sync.errors import DaftarError
from sync.merge.texts import set_text

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
    (
        SyncState(running=True, fetching=Fetching(JORDAN, "Jordan", 41, 100, usable=True)),
        "Fetching Jordan: 41% · usable already",
        "over",
    ),
    (
        SyncState(running=True, fetching=Fetching(JORDAN, "Jordan", 9_216, 52_224, usable=False)),
        "Fetching Jordan: 17% · 9 KB of 51 KB",
        "over",
    ),
    (
        SyncState(fetching=Fetching(JORDAN, "Jordan", 41, 100, usable=True)),
        "Fetching Jordan: 41% · goes on by itself",
        "over",
    ),
    (SyncState(differing=("Jordan",)), "Not as on the server · open to see what to do", "bad"),
    (SyncState(problem="protocol_unknown"), "Sending has stopped · open to see why", "bad"),
    (
        SyncState(clock_off_ms=11 * 60_000, decisions=3, last_success_ms=NOW_MS),
        "This laptop's clock is wrong · open to see what to do",
        "watch",
    ),
    (SyncState(joined=False, pending=1), "Only on this laptop · 1 change is safe here", "none"),
]  # fmt: skip


@pytest.mark.parametrize("state, said, family", STATES)
def test_the_worst_state_is_said_in_words(state: SyncState, said: str, family: str) -> None:
    words = badge_words(Words("en"), state, now_ms=NOW_MS)
    whole = f"{words.first} · {words.second}".replace("\u2066", "").replace("\u2069", "")
    assert (whole, words.family) == (said, family)


def test_a_wrong_clock_is_said_on_the_page_until_it_is_right(
    qtbot: QtBot, screen: ExchangeScreen, sync: SyncFacts, desk: Desk, office: Office
) -> None:
    label = screen.state_block.clock
    assert label.isHidden()
    office.store.remember({"offset_ms": 3 * 3_600_000})
    sync.follow(desk)
    qtbot.waitUntil(lambda: not label.isHidden())
    assert "about 3 hours behind the server's" in label.text().replace("\u2066", "").replace("\u2069", "")
    office.store.remember({"offset_ms": 5})
    sync.recount()
    qtbot.waitUntil(label.isHidden)


def test_what_waits_is_counted_by_kind(qtbot: QtBot, screen: ExchangeScreen, office: Office) -> None:
    office.all_sent()
    office.change("solar", "activity", progress=70)
    office.change("survey", "activity", notes="Finished")
    office.change("decision", "decision", rationale="Why not")
    qtbot.waitUntil(lambda: "Activities 2 changes" in said_by(screen.waiting_section))
    assert "Decisions 1 change" in said_by(screen.waiting_section)
    assert "3 changes wait" in said_by(screen.workspace_section)
    office.all_sent()
    qtbot.waitUntil(lambda: "Nothing waits." in said_by(screen.waiting_section))


def refuse(office: Office, code: str = "record_locked", kind: str = "activity") -> None:
    """The server did not take the last own change."""
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame)"
            " SELECT log.ws, log.last_dseq, ?, ?, touch.record, log.frame"
            " FROM log JOIN touch ON touch.log = log.id ORDER BY log.id DESC LIMIT 1",
            (code, kind),
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
    shown = said_by(card)
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


# A workspace that is filled


def test_a_filling_has_a_bar_and_says_what_can_be_done_meanwhile(
    screen: ExchangeScreen, sync: SyncFacts
) -> None:
    block = screen.state_block
    first = Fetching(JORDAN, "Jordan", 190_000, 3_020_000, usable=False)
    sync.update(running=True, fetching=first)
    assert "What is worked with in Jordan comes first." in said_by(block)
    assert "Progress 186 KB of 2.9 MB" in said_by(block)
    sync.update(fetching=replace(first, done=1_240_000, usable=True))
    assert "Fetching Jordan: 41%" in said_by(block)
    assert "Jordan can be used already" in said_by(block)
    sync.update(running=False, no_connection=True)
    assert "Fetching Jordan: 41%. Everything is saved on this laptop." in said_by(block)
    assert block.progress.isVisible()
    sync.update(no_connection=False, fetching=None)
    assert not block.progress.isVisible()


def begin_filling(office: Office) -> None:
    """Two pieces of a snapshot, the first of them here and applied."""

    def job(db: Connection) -> None:
        db.execute("INSERT INTO base(ws, pseq, digest, usable, done) VALUES(1, 9, x'00', 1, 0)")
        pieces = [(b"a", 0, 400, 1, bytes(400)), (b"b", 1, 600, 0, bytes(10))]
        db.executemany(
            "INSERT INTO base_piece(ws, hash, place, size, applied, data) VALUES(1, ?, ?, ?, ?, ?)", pieces
        )

    office.store.post(job).result()


def test_a_filling_of_yesterday_is_shown_before_there_is_a_connection(
    qtbot: QtBot, screen: ExchangeScreen, office: Office, sync: SyncFacts
) -> None:
    office.all_sent()
    begin_filling(office)
    sync.follow(screen.desk)
    qtbot.waitUntil(lambda: sync.state.fetching is not None)
    assert sync.state.fetching == Fetching(JORDAN, "Jordan", 410, 1000, usable=True)
    screen.reload()
    qtbot.waitUntil(lambda: "41% is here" in said_by(screen.workspace_section))


# How much there is


def test_before_a_slow_line_is_used_the_page_says_how_much_and_how_long(
    screen: ExchangeScreen, sync: SyncFacts
) -> None:
    sync.update(running=True, plan=Plan(12, 640, 43_000, 317_000, 210))
    said = said_by(screen.state_block)
    assert "42 KB to send, about 310 KB to receive · about 4 minutes over the line of last time" in said
    sync.update(running=False, plan=None)
    assert not screen.state_block.plan.isVisible()


@pytest.mark.parametrize(
    "plan, line",
    [
        (Plan(0, 0, 0, 0, None), "Nothing to send and nothing to receive."),
        (Plan(3, 0, 2_000, 0, None), "2 KB to send, nothing to receive"),
        (Plan(0, 9, 0, 52_224, 20), "Nothing to send, about 51 KB to receive · less than a minute"),
        (Plan(1, 9, 100, 9_000_000, 9_000), "100 B to send, about 8.6 MB to receive · about 2 hours"),
    ],
)
def test_a_plan_is_said_in_a_line(plan: Plan, line: str) -> None:
    said = plan_line(Words("en"), plan).replace("\u2066", "").replace("\u2069", "")
    assert said.removesuffix(" over the line of last time") == line


def test_what_waits_is_weighed_without_a_network(
    qtbot: QtBot, screen: ExchangeScreen, office: Office
) -> None:
    office.all_sent()
    office.change("solar", "activity", progress=70)
    office.store.remember({RATE_UP: 1})
    screen.reload()
    qtbot.waitUntil(lambda: "to send · less than a minute" in said_by(screen.waiting_section))


def test_the_question_what_would_be_sent_is_answered_by_the_server(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    team = Team(tmp_path)
    omar = team.join("Omar Khalil")
    omar.add("activity", {"title": "From Omar"})
    omar.sync()
    with serving(team.house) as url:
        laptop = JoinedLaptop(team, tmp_path / "rima", url=url)
        laptop.add("Typed here")
        desk = Desk(laptop.store, Words("en"), Settings(), team.house.clock)
        sync = SyncFacts(lambda: None)
        screen = ExchangeScreen(dressed_look(desk.words), desk, RecordingHost(), sync=sync)
        qtbot.addWidget(screen)
        screen.show()
        screen.plan_button.setFocus()
        qtbot.keyClick(screen.plan_button, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "to send, about" in said_by(screen.state_block), timeout=20_000)
        assert "asked today" in said_by(screen.state_block)
        assert [state.unsent for state in desk.reader.workspaces()] == [1], "nothing was sent"
        laptop.store.remember({SERVER: "http://127.0.0.1:9"})
        qtbot.keyClick(screen.plan_button, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "No connection." in said_by(screen.state_block), timeout=20_000)
        assert "About 4" in said_by(screen.state_block), "what waits here is weighed all the same"
        desk.close()
        laptop.close()
    team.close()


# What happened


def test_what_was_repaired_stands_in_the_list_and_what_was_not_says_what_to_do(
    qtbot: QtBot, screen: ExchangeScreen, office: Office, sync: SyncFacts, asked: list[str]
) -> None:
    news = [
        Happening(DIFFERS, NOW_MS - DAY_MS, {"count": 0}, JORDAN),
        Happening(REPAIRED, NOW_MS, {"count": 3}, JORDAN),
        Happening(REPAIRED, NOW_MS, {"count": 9}, b"x" * 16),
    ]
    office.store.remember({HAPPENED: with_happenings("", news)})
    screen.reload()
    qtbot.waitUntil(screen.happened_section.isVisible)
    said = said_by(screen.happened_section)
    assert "Checked against the server: 3 records repaired" in said
    assert "Not as on the server, and could not be repaired" in said
    assert "9 records" not in said, "the workspace is not on this laptop any more"
    sync.set_compare(lambda: asked.append("compare"))
    sync.update(differing=("Jordan",))
    assert "tell your administrator" in said_by(screen.state_block)
    screen.state_block.compare.setFocus()
    qtbot.keyClick(screen.state_block.compare, Qt.Key.Key_Space)
    assert asked == ["compare"]
    sync.update(differing=())
    assert not screen.state_block.compare.isVisible()


def test_what_a_coordinator_decided_stands_beside_what_was_typed(
    qtbot: QtBot, screen: ExchangeScreen, office: Office
) -> None:
    office.change("solar", "activity", end="2026-09-30")
    refuse(office)
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO trouble_end(ws, dseq, outcome, reason, at)"
            " SELECT ws, dseq, 'discarded', 'Entered twice', 1 FROM trouble"
        )
    ).result()
    screen.reload()
    qtbot.waitUntil(lambda: bool(screen.refused_section.findChildren(RefusedCard)))
    (card,) = screen.refused_section.findChildren(RefusedCard)
    shown = said_by(card)
    assert "Entered twice" in shown
    assert "30 Sep 2026" in shown


def test_a_frame_that_cannot_be_read_is_told_with_what_to_do(
    qtbot: QtBot, screen: ExchangeScreen, office: Office
) -> None:
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO unread(ws, first_pseq, last_pseq, code, frame)"
            " SELECT idx, 900, 940, 'frame_too_new', X'0102' FROM workspace_state LIMIT 1"
        )
    ).result()
    screen.reload()
    qtbot.waitUntil(lambda: bool(screen.unreceived_section.findChildren(UnreceivedCard)))
    (card,) = screen.unreceived_section.findChildren(UnreceivedCard)
    shown = said_by(card)
    assert "Changes that cannot be read" in shown
    assert "41 changes" in shown
    assert "Update Daftar" in shown


def test_a_change_that_could_not_be_taken_in_is_told_with_what_it_says(
    qtbot: QtBot, screen: ExchangeScreen, office: Office, host: RecordingHost
) -> None:
    assert not screen.unreceived_section.isVisible()
    office.change("solar", "activity", end="2026-09-30")
    office.store.post(
        lambda db: db.execute(
            "INSERT INTO aside(ws, pseq, code, kind, record, frame)"
            " SELECT log.ws, 7, 'bad_text', 'activity', touch.record, log.frame"
            " FROM log JOIN touch ON touch.log = log.id ORDER BY log.id DESC LIMIT 1"
        )
    ).result()
    screen.reload()
    qtbot.waitUntil(lambda: bool(screen.unreceived_section.findChildren(UnreceivedCard)))
    (card,) = screen.unreceived_section.findChildren(UnreceivedCard)
    shown = said_by(card)
    assert "Solar installation course" in shown
    assert "30 Sep 2026" in shown
    assert "could not take in this change" in shown
    card._open()
    assert host.opened == [("activity", office.ids["solar"])]
    office.store.post(lambda db: db.execute("DELETE FROM aside")).result()
    screen.reload()
    qtbot.waitUntil(lambda: not screen.unreceived_section.isVisible())


def test_a_refused_change_of_a_long_text_or_of_a_record_shows_what_it_was(
    qtbot: QtBot, screen: ExchangeScreen, office: Office, sync: SyncFacts
) -> None:
    office.change("meeting", "meeting", notes=set_text(None, "Opened at nine.").update)
    refuse(office, "creation_refused", "meeting")
    office.change("solar", "activity", deleted=True)
    refuse(office)
    screen.reload()
    qtbot.waitUntil(lambda: len(screen.refused_section.findChildren(RefusedCard)) == 2)
    removed, text = (said_by(card) for card in screen.refused_section.findChildren(RefusedCard))
    assert "Removed · written today" in removed
    assert "Opened at nine." in text
    assert "It belongs to a record that was not accepted itself." in text


def test_a_change_that_lands_while_the_last_one_is_counted_is_counted_too(
    qtbot: QtBot, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.all_sent()
    go_on, begun = threading.Event(), threading.Event()

    def slowly(reader: Reader) -> Standing:
        found = read_standing(reader)
        begun.set()
        assert go_on.wait(20)
        return found

    monkeypatch.setattr(sync_facts, "read_standing", slowly)
    sync = SyncFacts()
    sync.follow(desk)
    assert begun.wait(20)
    with qtbot.waitSignal(desk.changed):
        office.change("solar", "activity", progress=70)
    go_on.set()
    qtbot.waitUntil(lambda: sync.state.pending == 1)


def test_counting_goes_on_after_a_count_that_failed(
    qtbot: QtBot, office: Office, desk: Desk, sync: SyncFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    desk.failed.connect(told.append)

    def busy(_reader: Reader) -> Standing:
        raise DaftarError("database_busy")

    with monkeypatch.context() as patched:
        patched.setattr(sync_facts, "read_standing", busy)
        sync.follow(desk)
        qtbot.waitUntil(lambda: len(told) == 1)
    office.change("solar", "activity", progress=70)
    qtbot.waitUntil(lambda: sync.state.pending > 0)


def test_a_commit_elsewhere_leaves_the_keyboard_on_a_card(
    qtbot: QtBot, screen: ExchangeScreen, office: Office
) -> None:
    office.change("solar", "activity", progress=70)
    refuse(office)
    screen.reload()
    qtbot.waitUntil(lambda: bool(screen.refused_section.findChildren(RefusedCard)))
    (card,) = screen.refused_section.findChildren(RefusedCard)
    card.done_button.setFocus()
    before = screen.waiting_section.count.text()
    office.change("survey", "activity", notes="Finished")
    qtbot.waitUntil(lambda: screen.waiting_section.count.text() != before)
    assert screen.refused_section.findChildren(RefusedCard) == [card]
    assert screen.window().focusWidget() is card.done_button
