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
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange import held_deciding
from desktop.screens.exchange.held import HeldCard, HeldSection
from desktop.screens.exchange.held_dialog import DiscardDialog
from desktop.screens.exchange.held_wording import can_let_in, discard_text, held_reason
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.settings import Settings
from desktop.store.outbox import held_aside, refused_changes
from desktop.store.reader import Reader
from desktop.store.rows import Query
from desktop.syncing.joined import SERVER
from desktop.syncing.once import sync_once
from desktop.syncing.quarantine import Held
from desktop.words import Words
from sync.changes import Change
from sync.clock import COUNTER_BITS
from sync.errors import DaftarError
from sync.server.quarantine import ADMINISTRATION
from sync.wire.outcomes import LONGEST_REASON


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


def keyboard(widget: QWidget) -> QWidget:
    """Where keys go in the window of a widget."""
    focus = widget.window().focusWidget()
    assert focus is not None
    return focus


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(keyboard(widget), key)


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
    first, _ = cards(section)
    first.done_button.setFocus()
    press(first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: section.held == [other])
    (left,) = cards(section)
    assert keyboard(section) is left.discard_button
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


# Discarding

REASON = "Entered twice by mistake"


@pytest.fixture
def waiting(qtbot: QtBot, omar: Member, desk: Desk) -> Iterator[HeldSection]:
    """A page on which one change of Omar waits."""
    omar.add("activity", {"title": "Well repair"})
    omar.sync()
    screen = shown(qtbot, desk, [])
    until(qtbot, lambda: len(cards(screen.held_section)) == 1)
    yield screen.held_section
    screen.close()


def asked_why(section: HeldSection) -> DiscardDialog:
    """From the way in, Tab goes to discarding; Enter asks why."""
    (card,) = cards(section)
    card.take_button.setFocus()
    press(section, Qt.Key.Key_Tab)
    assert keyboard(section) is card.discard_button
    press(section, Qt.Key.Key_Return)
    dialog = section.dialog
    assert dialog is not None
    assert keyboard(dialog) is dialog.reason.editor
    return dialog


def discard_with_keys(dialog: DiscardDialog) -> None:
    """From the reason, over Cancel."""
    press(dialog, Qt.Key.Key_Tab)
    assert keyboard(dialog) is dialog.cancel_button
    press(dialog, Qt.Key.Key_Tab)
    assert keyboard(dialog) is dialog.discard_button
    press(dialog, Qt.Key.Key_Return)


def discarded(team: Team) -> list[str]:
    held = team.house.service.quarantine.held(team.workspace.id)
    return [one.discard.reason for one in held if one.discard is not None]


def test_a_change_is_discarded_with_a_reason_that_its_author_reads(
    qtbot: QtBot, team: Team, omar: Member, waiting: HeldSection
) -> None:
    dialog = asked_why(waiting)
    said = said_by(dialog)
    assert "Discard the change to “Well repair”?" in said
    assert "kept on the laptop where it was typed, together with your reason. Omar Khalil sees both" in said
    QTest.keyClicks(dialog.reason.editor, f" {REASON}")
    press(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter is a new line of the reason"
    discard_with_keys(dialog)
    (card,) = cards(waiting)
    assert not card.discard_button.isEnabled()
    assert not card.take_button.isEnabled()
    assert "Discarding." in waiting.result.text()
    until(qtbot, lambda: "The change was discarded." in waiting.result.text())
    assert cards(waiting) == []
    assert keyboard(waiting) is waiting.ask_button
    assert discarded(team) == [REASON]
    sync_as_a_laptop(omar)
    (kept,) = refused_changes(omar.reader)
    assert (kept.outcome, kept.why, kept.writes["title"]) == ("discarded", REASON, "Well repair")
    qtbot.keyClick(waiting.ask_button, Qt.Key.Key_Return)
    until(qtbot, lambda: "Nothing is kept back." in waiting.result.text())


@pytest.mark.parametrize("way_out", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_cancelling_leaves_it_where_it_is(
    qtbot: QtBot, team: Team, waiting: HeldSection, way_out: Qt.Key
) -> None:
    dialog = asked_why(waiting)
    QTest.keyClicks(dialog.reason.editor, REASON)
    press(dialog, Qt.Key.Key_Tab)
    assert dialog.cancel_button.isDefault()
    press(dialog, way_out)
    (card,) = cards(waiting)
    assert keyboard(waiting) is card.discard_button
    assert card.discard_button.isEnabled()
    assert discarded(team) == []


def test_without_a_reason_or_with_one_whose_end_would_be_lost_nothing_is_discarded(
    qtbot: QtBot, team: Team, waiting: HeldSection
) -> None:
    dialog = asked_why(waiting)
    QTest.keyClicks(dialog.reason.editor, "  ")
    discard_with_keys(dialog)
    assert "Say why" in dialog.reason.error
    assert keyboard(dialog) is dialog.reason.editor
    dialog.reason.editor.setPlainText("x" * LONGEST_REASON)
    assert dialog.reason.error == ""
    QTest.keyClicks(dialog.reason.editor, "y")
    discard_with_keys(dialog)
    assert f"{LONGEST_REASON} characters" in dialog.reason.error
    assert dialog.isVisible()
    QTest.keyClick(dialog.reason.editor, Qt.Key.Key_Delete)
    assert len(dialog.reason.text()) == LONGEST_REASON
    discard_with_keys(dialog)
    until(qtbot, lambda: discarded(team) == [f"y{'x' * (LONGEST_REASON - 1)}"])
    until(qtbot, lambda: cards(waiting) == [])


def test_without_a_connection_it_stays_and_the_reason_is_not_typed_twice(
    qtbot: QtBot, lina: JoinedLaptop, waiting: HeldSection
) -> None:
    dialog = asked_why(waiting)
    lina.store.remember({SERVER: "http://127.0.0.1:9"})
    QTest.keyClicks(dialog.reason.editor, REASON)
    discard_with_keys(dialog)
    until(qtbot, lambda: "No connection." in waiting.result.text())
    (card,) = cards(waiting)
    assert card.discard_button.isEnabled()
    again = asked_why(waiting)
    assert again is not dialog
    assert again.reason.text() == REASON


def test_whoever_coordinates_no_more_is_told_so(qtbot: QtBot, team: Team, waiting: HeldSection) -> None:
    dialog = asked_why(waiting)
    person = team.house.accounts.person("Lina Haddad")
    team.house.accounts.grant(person, team.workspace, role="officer")
    QTest.keyClicks(dialog.reason.editor, REASON)
    discard_with_keys(dialog)
    until(qtbot, lambda: "Only coordinators of the workspace decide" in waiting.result.text())
    assert len(cards(waiting)) == 1
    assert discarded(team) == []


@pytest.mark.parametrize("let_in", [True, False])
def test_what_somebody_else_decided_meanwhile_is_said_and_leaves_the_list(
    qtbot: QtBot, team: Team, waiting: HeldSection, *, let_in: bool
) -> None:
    dialog = asked_why(waiting)
    service, workspace = team.house.service, team.workspace.id
    (one,) = service.quarantine.held(workspace)
    if let_in:
        service.quarantine.release(workspace, [one.change.id], by=ADMINISTRATION)
    else:
        service.discarding.discard(workspace, [one.change.id], by=ADMINISTRATION, reason="Before")
    QTest.keyClicks(dialog.reason.editor, REASON)
    discard_with_keys(dialog)
    said = "This change was let in already." if let_in else "It was decided already"
    until(qtbot, lambda: said in waiting.result.text())
    assert cards(waiting) == []
    assert discarded(team) == ([] if let_in else ["Before"])


def test_what_was_decided_stays_so_where_the_list_does_not_come(
    qtbot: QtBot, team: Team, waiting: HeldSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_reader: Reader) -> list[Held]:
        raise DaftarError("connection_cut")

    monkeypatch.setattr(held_deciding, "read_held", cut)
    dialog = asked_why(waiting)
    QTest.keyClicks(dialog.reason.editor, REASON)
    discard_with_keys(dialog)
    until(qtbot, lambda: "The change was discarded." in waiting.result.text())
    assert cards(waiting) == []
    assert waiting.ask_button.isEnabled()
    assert discarded(team) == [REASON]


def test_nobody_is_promised_a_laptop_that_was_emptied() -> None:
    words = Words("en")
    assert "kept on the laptop" in discard_text(words, "role_too_low", "Omar Khalil")
    assert "The server keeps it" in discard_text(words, "access_lost", "Omar Khalil")


def test_a_code_of_a_later_version_is_still_said() -> None:
    said = held_reason(Words("en"), "something_new", "Omar Khalil")
    assert "something_new" in said
    assert can_let_in("something_new")
