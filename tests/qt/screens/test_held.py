"""What the server keeps back from colleagues, in the coordinator's window, over HTTP to a real server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.http_server import serving
from helpers.joined import JoinedLaptop
from helpers.office import JORDAN, LEBANON, NOW_MS, Office
from helpers.stage import RecordingHost, dressed_look, make_desk, said_by
from helpers.team import Member, Team
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.held import HeldCard, HeldSection
from desktop.screens.exchange.held_wording import can_let_in, held_reason
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.settings import Settings
from desktop.store.outbox import held_aside
from desktop.store.rows import Query
from desktop.syncing.joined import SERVER
from desktop.syncing.once import sync_once
from desktop.syncing.quarantine import Held
from desktop.words import Words
from sync.changes import Change
from sync.clock import COUNTER_BITS


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture
def omar(team: Team) -> Member:
    """Somebody who may only read, and wrote all the same."""
    return team.join("Omar Khalil", role="reader")


@pytest.fixture
def lina(team: Team, omar: Member, tmp_path: Path) -> Iterator[JoinedLaptop]:
    with serving(team.house) as url:
        made = JoinedLaptop(team, tmp_path / "lina", name="Lina Haddad", role="coordinator", url=url)
        sync_once(made.store, clock=team.house.clock)
        yield made
        made.close()


@pytest.fixture
def desk(qapp: QApplication, lina: JoinedLaptop) -> Iterator[Desk]:
    made = Desk(lina.store, Words("en"), Settings(), lina.team.house.clock)
    yield made
    made.close()


def shown(qtbot: QtBot, desk: Desk, asked: list[str], **state: object) -> ExchangeScreen:
    sync = SyncFacts(lambda: asked.append("now"), state=SyncState())
    sync.update(last_success_ms=desk.clock.now_ms(), **state)
    made = ExchangeScreen(dressed_look(desk.words), desk, RecordingHost(), sync=sync)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    desk.changed.connect(made.refresh)
    made.reload()
    return made


def until(qtbot: QtBot, fact: Callable[[], object]) -> None:
    """Wait for the server, which has other things to do as well."""
    qtbot.waitUntil(fact, timeout=20_000)


def cards(section: HeldSection) -> list[HeldCard]:
    return [card for card in section.findChildren(HeldCard) if not card.isHidden()]


def test_two_changes_that_one_laptop_numbered_alike_are_taken_off_one_by_one(
    qtbot: QtBot, office: Office
) -> None:
    """Each workspace counts a laptop's changes from one."""
    desk = make_desk(office)
    (jordan,) = desk.reader.workspaces()
    when, nobody = NOW_MS << COUNTER_BITS, bytes(16)
    change = Change(0xBEEF, 1, JORDAN, "activity", nobody, nobody, when, 1, True, {"title": "Wells"})
    held = Held(jordan, change, "role_too_low", "Omar Khalil", "laptop", NOW_MS, 0)
    lebanon = replace(jordan, index=2, id=LEBANON, name="Lebanon")
    other = replace(held, workspace=lebanon, change=replace(change, workspace=LEBANON))
    assert held.id == other.id
    page = QWidget()
    qtbot.addWidget(page)
    section = HeldSection(dressed_look(desk.words), desk, page)
    section._show([held, other])
    office.clock.time_ms += 600_000
    first, _second = cards(section)
    first.done_button.click()
    qtbot.waitUntil(lambda: section.held == [other])
    assert [one in held_aside(desk.reader) for one in (held.mark, other.mark)] == [True, False]
    assert "09:41" in section.result.text(), "nothing was asked meanwhile"
    desk.close()


def test_a_coordinator_sees_who_wrote_what_and_lets_it_in(
    qtbot: QtBot, team: Team, omar: Member, lina: JoinedLaptop, desk: Desk
) -> None:
    omar.add("activity", {"title": "Well repair", "end": "2026-09-30"})
    omar.sync()
    asked: list[str] = []
    screen = shown(qtbot, desk, asked)
    section = screen.held_section
    until(qtbot, lambda: len(cards(section)) == 1)
    (card,) = cards(section)
    said = said_by(card)
    for fact in (
        "Well repair",
        "30 Sep 2026",
        "Omar Khalil",
        "The role of Omar Khalil does not include this.",
    ):
        assert fact in said
    assert not section.all_button.isVisible()
    card.take_button.setFocus()
    qtbot.keyClick(card.take_button, Qt.Key.Key_Return)
    until(qtbot, lambda: "1 change was let in" in section.result.text())
    assert cards(section) == []
    assert asked == ["now"]
    sync_once(lina.store, clock=team.house.clock)
    (row,) = desk.reader.select(Query("activity"))
    assert (row.values["title"], desk.reader.history("activity", row.id)[0][0].author) == (
        "Well repair",
        omar.reader.meta("account"),
    )


def test_several_are_let_in_at_once_and_what_the_server_will_not_have_stays(
    qtbot: QtBot, omar: Member, desk: Desk
) -> None:
    for title in ("Well repair", "Latrines"):
        omar.add("activity", {"title": title})
    omar.add("activity", {"title": "No such day", "end": "2026-13-41"})
    omar.sync()
    screen = shown(qtbot, desk, [])
    section = screen.held_section
    until(qtbot, lambda: len(cards(section)) == 3)
    assert section.all_button.text() == "Let 3 in"
    qtbot.keyClick(section.all_button, Qt.Key.Key_Return)
    until(qtbot, lambda: "2 changes were let in" in section.result.text())
    assert "A value does not fit its field." in section.result.text()
    until(qtbot, lambda: len(cards(section)) == 1)
    (left,) = cards(section)
    assert "2026-13-41" in said_by(left)


def test_what_is_wrong_in_itself_offers_no_way_in(qtbot: QtBot, team: Team, desk: Desk) -> None:
    samir = team.join("Samir Nasser")
    samir.add("activity", {"title": "No such day", "end": "2026-13-41"})
    samir.sync()
    screen = shown(qtbot, desk, [])
    section = screen.held_section
    until(qtbot, lambda: len(cards(section)) == 1)
    (card,) = cards(section)
    assert "Samir Nasser sees it too, and can type it again." in said_by(card)
    assert not card.take_button.isVisible()
    card.copy_button.click()
    assert "2026-13-41" in QApplication.clipboard().text()
    qtbot.keyClick(card.done_button, Qt.Key.Key_Return)
    until(qtbot, lambda: cards(section) == [])
    qtbot.keyClick(section.ask_button, Qt.Key.Key_Return)
    assert not section.ask_button.isEnabled()
    until(qtbot, section.ask_button.isEnabled)
    assert cards(section) == []
    assert "Nothing is kept back." in section.result.text()


def test_without_a_connection_nothing_is_asked_by_itself_and_the_button_says_why(
    qtbot: QtBot, omar: Member, lina: JoinedLaptop, desk: Desk
) -> None:
    omar.add("activity", {"title": "Well repair"})
    omar.sync()
    lina.store.remember({SERVER: "http://127.0.0.1:9"})
    screen = shown(qtbot, desk, [], no_connection=True)
    section = screen.held_section
    until(qtbot, section.isVisible)
    assert not section.result.isVisible()
    section.ask_button.setFocus()
    qtbot.keyClick(section.ask_button, Qt.Key.Key_Return)
    until(qtbot, lambda: "No connection." in section.result.text())
    assert section.ask_button.isEnabled()
    assert cards(section) == []


def test_it_is_shown_to_coordinators_alone(qtbot: QtBot, team: Team, lina: JoinedLaptop, desk: Desk) -> None:
    person = team.house.accounts.person("Lina Haddad")
    team.house.accounts.grant(person, team.workspace, role="officer")
    sync_once(lina.store, clock=team.house.clock)
    screen = shown(qtbot, desk, [])
    until(qtbot, lambda: "Jordan" in said_by(screen.workspace_section))
    assert not screen.held_section.isVisible()


def test_a_code_of_a_later_version_is_still_said() -> None:
    said = held_reason(Words("en"), "something_new", "Omar Khalil")
    assert "something_new" in said
    assert can_let_in("something_new")
