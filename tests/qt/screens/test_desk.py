"""The desk: what waits and what is due, by keyboard, and nothing moves under the fingers."""

from collections.abc import Iterator

import pytest
from helpers.busy import make_busy
from helpers.colleagues import Colleague
from helpers.office import JORDAN, NOW_MS, Office, open_office
from helpers.stage import RecordingHost, dressed_look, make_desk, plain
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.desk.due_list import DueRow
from desktop.screens.desk.screen import DeskScreen
from desktop.store.drafts import all_drafts
from desktop.widgets.look import Look

DAY_MS = 86_400_000


@pytest.fixture
def colleagues(office: Office) -> tuple[Colleague, Colleague]:
    return make_busy(office)


@pytest.fixture
def sync() -> SyncFacts:
    state = SyncState(pending=12, decisions=3, last_success_ms=NOW_MS - 4 * DAY_MS)
    return SyncFacts(lambda: None, state=state)


@pytest.fixture
def screen(
    qtbot: QtBot, desk: Desk, host: RecordingHost, sync: SyncFacts, colleagues: tuple[Colleague, Colleague]
) -> Iterator[DeskScreen]:
    look = dressed_look(desk.words)
    made = DeskScreen(look, desk, host, sync=sync)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.resize(1166, 720)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.agenda is not None)
    yield made
    desk.changed.disconnect(made.refresh)


def row(screen: DeskScreen, beginning: str) -> DueRow:
    return next(each for each in screen.due.rows if each.line.title.startswith(beginning))


def titles(screen: DeskScreen, band: str) -> list[str]:
    return [each.line.title for each in screen.due.bands[band].rows]


def test_the_bands_hold_own_work(screen: DeskScreen) -> None:
    assert [plain(title) for title in titles(screen, "overdue")] == [
        "Figures of Q1 2026: Average income change",
        "Send the assessor list to the board",
        "Confirm the dates of the baseline survey",
    ]
    assert len(titles(screen, "later")) == 6
    assert screen.due.bands["later"].more_link.text() == "4 more"
    assert screen.day.text() == "Monday 15 June 2026"


def test_lines_say_when_and_what_they_belong_to(screen: DeskScreen) -> None:
    line = row(screen, "Send the assessor").line
    assert (line.badge.text, line.badge.family) == ("5 days late", "bad")
    assert plain(line.about) == "Action point A-29 · 1.1.3"
    assert row(screen, "Choose three").line.badge.text == "Today"
    assert row(screen, "Share the cash").line.badge.text == "Wed 17 Jun"
    assert plain(row(screen, "First 120").line.badge.text) == "25 Jun, 21 d late"
    assert plain(row(screen, "Tracer").line.about) == "Activity 2.1.3 · to be started"


def test_more_lines_follow_when_they_are_asked_for(qtbot: QtBot, screen: DeskScreen) -> None:
    screen.due.bands["later"].more_link.click()
    qtbot.waitUntil(lambda: len(titles(screen, "later")) == 10)
    assert not screen.due.bands["later"].more_link.isVisible()


def test_everybodys_work_is_one_switch_away(qtbot: QtBot, screen: DeskScreen) -> None:
    everybody = next(
        button for button in screen.whose.findChildren(QAbstractButton) if button.text() == "Everybody's"
    )
    everybody.click()
    qtbot.waitUntil(lambda: "Send 56 complete files to the board secretary" in titles(screen, "week"))


def test_arrows_and_enter_open_a_line(
    qtbot: QtBot, screen: DeskScreen, host: RecordingHost, office: Office
) -> None:
    screen.setFocus()
    QTest.keyClick(screen, Qt.Key.Key_Down)
    assert screen.due.rows[0].hasFocus()
    QTest.keyClick(screen.due.rows[0], Qt.Key.Key_Return)
    QTest.keyClick(screen.due.rows[0], Qt.Key.Key_Down)
    assert screen.due.rows[1].hasFocus()
    QTest.keyClick(screen.due.rows[1], Qt.Key.Key_Return)
    assert host.opened == [("indicator", office.ids["income"]), ("action_point", office.ids["assessors"])]


def test_space_completes_an_action_and_the_next_line_has_the_keyboard(
    qtbot: QtBot, screen: DeskScreen, host: RecordingHost, office: Office
) -> None:
    line = row(screen, "Send the assessor")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(titles(screen, "overdue")) == 2)
    values = office.row("assessors", "action_point").values
    assert (values["status"], values["completed_on"]) == ("completed", "2026-06-15")
    assert row(screen, "Confirm the dates").hasFocus()
    text, undo, _ = host.toasts[0]
    assert plain(text) == "Done: Send the assessor list to the board"
    assert undo


def test_completing_uses_what_was_seen_when_it_was_shown(
    qtbot: QtBot, screen: DeskScreen, office: Office, colleagues: tuple[Colleague, Colleague]
) -> None:
    line = row(screen, "Share the cash")
    colleagues[0].changes("comparison", "action_point", status="cancelled")
    line._tick()
    qtbot.waitUntil(lambda: bool(office.row("comparison", "action_point").contested))
    assert "status" in office.row("comparison", "action_point").contested


def test_a_reader_cannot_tick(qtbot: QtBot, screen: DeskScreen, office: Office) -> None:
    office.grant(JORDAN, "Jordan", role="reader")
    screen.reload()
    qtbot.waitUntil(lambda: not screen.new_button.isEnabled())
    assert screen.new_button.toolTip()
    line = row(screen, "Send the assessor")
    assert line.box is not None
    assert not line.box.isEnabled()
    assert "submitted" not in [tile.count.key for tile in screen.tiles.tiles]


def test_a_change_elsewhere_leaves_the_lines_alone(
    qtbot: QtBot, screen: DeskScreen, colleagues: tuple[Colleague, Colleague]
) -> None:
    before = screen.due.rows
    before[2].setFocus()
    colleagues[0].changes("clubs", "activity", progress=50)
    qtbot.waitUntil(lambda: screen.news.rows[0].entry.first == "changed 2 entries")
    assert [a is b for a, b in zip(before, screen.due.rows, strict=True)] == [True] * len(before)
    assert before[2].hasFocus()


def test_the_tiles_count_and_lead_on(
    qtbot: QtBot, screen: DeskScreen, host: RecordingHost, office: Office
) -> None:
    shown = {tile.count.key: tile.accessibleName() for tile in screen.tiles.tiles}
    assert shown == {
        "decisions": "3 need your decision",
        "returned": "1 value returned",
        "submitted": "3 values to approve",
        "pending": "12 changes only here",
    }
    for tile in screen.tiles.tiles:
        tile.setFocus()
        QTest.keyClick(tile, Qt.Key.Key_Return)
    assert host.gone == ["decisions", "exchange"]
    assert host.opened[0] == ("value", office.ids["returned"])
    assert host.opened[1][0] == "value"


def test_the_counts_follow_sending(screen: DeskScreen, sync: SyncFacts) -> None:
    sync.update(pending=0, decisions=0, last_success_ms=NOW_MS)
    assert [tile.count.count for tile in screen.tiles.tiles] == [0, 1, 3, 0]
    assert screen.laptop.title.text() == "All sent"


def test_the_side_shows_meetings_and_what_others_did(
    screen: DeskScreen, host: RecordingHost, office: Office
) -> None:
    shown = [(each.entry.first, plain(each.entry.second)) for each in screen.meetings.rows]
    assert shown == [
        ("Jordan planning meeting", "Today 10:00 · 2 agenda items · you take notes"),
        ("Weekly field call", "Tue 09:30"),
        ("Training board, technical group", "Thu 11:00 · Amman · you take notes"),
    ]
    news = [(each.entry.face.name, each.entry.first) for each in screen.news.rows if each.entry.face]
    assert news[0] == ("Omar Khalil", "changed Solar installation course")
    assert ("Omar Khalil", "wrote 3 comments") in news
    screen.news.rows[0].click()
    assert host.opened == [("activity", office.ids["solar"])]


def test_this_laptop_says_what_is_only_here_and_sends(
    qtbot: QtBot, screen: DeskScreen, sync: SyncFacts
) -> None:
    assert screen.laptop.title.text() == "12 changes are only on this laptop"
    assert plain(screen.laptop.detail.text()) == "Last sent Thu 11 Jun."
    assert plain(screen.laptop.backup.text()) == "Backed up today 09:41"
    asked: list[bool] = []
    sync.set_start(lambda: asked.append(True))
    screen.laptop.send.click()
    assert asked == [True]
    sync.update(joined=False)
    assert not screen.laptop.send.isEnabled()
    assert screen.laptop.send.toolTip()


def test_a_new_action_point_is_asked_for_and_opened(
    qtbot: QtBot, screen: DeskScreen, host: RecordingHost, office: Office, desk: Desk
) -> None:
    QTest.keyClick(screen, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    menu = screen.maker.menu
    assert menu is not None
    assert [action.text() for action in menu.actions()] == [
        "New activity",
        "New meeting",
        "New action point",
        "New indicator value",
    ]
    menu.actions()[2].trigger()
    menu.close()
    dialog = screen.maker.dialog
    assert dialog is not None
    QTest.keyClick(dialog.title.editor, Qt.Key.Key_Return)
    assert dialog.title.error
    QTest.keyClicks(dialog.title.editor, "Call the bus company")
    QTest.keyClicks(dialog.when.editor, "20 Jun 2026")
    QTest.keyClick(dialog.when.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(host.opened))
    kind, record = host.opened[0]
    made = desk.row(kind, record)
    assert made is not None
    assert (made["title"], made["due"], made["owner"]) == (
        "Call the bus company",
        "2026-06-20",
        office.ids["lina"],
    )
    assert made["number"] == "A-32"


def test_an_unreadable_start_stays_where_it_was_typed(
    qtbot: QtBot, screen: DeskScreen, host: RecordingHost
) -> None:
    screen.maker.ask("meeting")
    dialog = screen.maker.dialog
    assert dialog is not None
    QTest.keyClicks(dialog.title.editor, "Donor visit")
    QTest.keyClicks(dialog.when.editor, "some day")
    dialog.add.click()
    assert dialog.when.error
    assert dialog.when.text() == "some day"
    assert host.opened == []
    dialog.reject()


def test_a_title_that_was_not_added_stands_there_again(qtbot: QtBot, screen: DeskScreen, desk: Desk) -> None:
    screen.maker.ask("activity")
    first = screen.maker.dialog
    assert first is not None
    QTest.keyClicks(first.title.editor, "Bus for trainees")
    first.reject()
    qtbot.waitUntil(
        lambda: [draft.text for draft in all_drafts(desk.reader.connection)] == ["Bus for trainees"]
    )
    screen.maker.ask("activity")
    again = screen.maker.dialog
    assert again is not None
    assert again.title.text() == "Bus for trainees"
    again.reject()


def test_everything_that_can_be_used_has_a_name(screen: DeskScreen) -> None:
    buttons = [button for button in screen.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 20
    assert [button for button in buttons if not button.accessibleName()] == []


def test_a_new_laptop_is_told_how_its_desk_fills(
    qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory, host: RecordingHost
) -> None:
    office = open_office(tmp_path_factory.mktemp("new"), filled=False)
    desk = make_desk(office)
    screen = DeskScreen(dressed_look(desk.words), desk, host, sync=SyncFacts())
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    qtbot.waitUntil(screen.fresh.isVisible)
    assert screen.fresh.button is not None
    screen.fresh.button.click()
    assert host.gone == ["workplan"]
    assert screen.due.rows == []
    desk.close()
    office.close()


def test_who_has_nothing_due_is_shown_the_way_to_the_others(
    qtbot: QtBot, office: Office, desk: Desk, look: Look, host: RecordingHost
) -> None:
    office.change("safety", "activity", start="2026-08-01")
    office.add("income", "indicator", title="Income", responsible=office.ids["omar"])
    office.change("permits", "activity", end="2026-12-10")
    screen = DeskScreen(look, desk, host, sync=SyncFacts())
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    qtbot.waitUntil(screen.nothing.isVisible)
    assert screen.nothing.button is not None
    screen.nothing.button.click()
    qtbot.waitUntil(lambda: bool(screen.due.rows))
    assert not screen.nothing.isVisible()
