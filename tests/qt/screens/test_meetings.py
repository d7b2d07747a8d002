"""The list of meetings, and the agenda of one: by keys alone, and nothing of it lost."""

from helpers.colleagues import Colleague
from helpers.meetings import ALT, agenda, minuted, office, opened, press, screen
from helpers.office import Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.screens.meetings.screen import MeetingsScreen
from desktop.store.drafts import all_drafts

__all__ = ["minuted", "office", "screen"]


# The list


def test_meetings_to_come_are_listed_by_day(screen: MeetingsScreen) -> None:
    titles = [screen.list.model.cell_at(row, 1).text for row in range(screen.list.model.rowCount())]
    assert titles == [
        "Jordan planning meeting",
        "Weekly field call",
        "Training board, technical group",
        "Mid-year review, eight countries",
    ]
    assert screen.list.model.cell_at(0, 0).text == "Mon 15 Jun, \u206610:00–11:30\u2069"


def test_past_meetings_are_in_a_view_of_their_own(qtbot: QtBot, screen: MeetingsScreen) -> None:
    screen.list.views._segments["past"].click()
    qtbot.waitUntil(lambda: screen.list.is_current)
    assert screen.list.model.cell_at(0, 1).text == "Weekly field call"
    assert screen.list.model.rowCount() == 2


def test_a_few_letters_find_a_meeting(qtbot: QtBot, screen: MeetingsScreen) -> None:
    qtbot.keyClicks(screen.list.filter, "board")
    qtbot.waitUntil(lambda: screen.list.model.rowCount() == 1)


def test_a_view_without_meetings_says_so(qtbot: QtBot, screen: MeetingsScreen) -> None:
    screen.list.views._segments["undated"].click()
    qtbot.waitUntil(lambda: screen.list.is_current)
    assert screen.list.stack.currentIndex() == 2


def test_a_new_meeting_is_planned_by_keys_alone(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    screen.list.grid.setFocus()
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen.dialog is not None and screen.dialog.isVisible())
    fields = screen.dialog.fields
    qtbot.keyClicks(fields["start"].focusProxy(), "22 June 2026 14:00")
    screen.dialog.plan()
    assert fields["title"].error, "a title is needed, and what was typed stays"
    assert fields["start"].value == "2026-06-22T14:00"
    qtbot.keyClicks(fields["title"].focusProxy(), "Camp visit")
    screen.dialog.plan()
    qtbot.waitUntil(lambda: screen.is_open and screen.page.facts is not None)
    assert screen.page.facts.row.values["title"] == "Camp visit"
    assert screen.page.facts.row.values["state"] == "draft"


def test_an_end_before_the_start_is_shown_under_its_field(qtbot: QtBot, screen: MeetingsScreen) -> None:
    screen.plan()
    fields = screen.dialog.fields
    qtbot.keyClicks(fields["title"].focusProxy(), "Camp visit")
    qtbot.keyClicks(fields["start"].focusProxy(), "22 June 2026 14:00")
    qtbot.keyClicks(fields["end"].focusProxy(), "22 June 2026 13:00")
    screen.dialog.plan()
    assert any(fields[name].error for name in ("start", "end"))
    assert screen.dialog.isVisible()


# The agenda


def test_enter_opens_a_meeting_at_the_first_item_not_discussed(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    screen.list.grid.go_to(0, 1)
    screen.list.grid.setFocus()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.page.notes.record == office.ids["item2"])
    assert screen.page.header._badge.badge.text == "Taking minutes"
    assert screen.page.agenda._sum.text() == "90 of 90 min"


def test_items_move_with_alt_and_arrows(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.agenda.view.setFocus()
    press(Qt.Key.Key_Down, ALT)
    qtbot.waitUntil(lambda: agenda(screen)[2:4] == ["Zarqa drainage works", "Prior-learning certificates"])
    assert screen.page.agenda.view.current == office.ids["item2"], "the moved item stays chosen"
    press(Qt.Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: agenda(screen)[2] == "Prior-learning certificates")


def test_items_are_added_one_after_the_other(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.agenda.add_link.click()
    line = screen.page.agenda.line
    qtbot.keyClicks(line, "Next visit")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: agenda(screen)[-1] == "Next visit")
    assert line.isVisible()
    assert line.text() == ""
    press(Qt.Key.Key_Escape)
    assert not line.isVisible()


def test_a_half_typed_item_survives_the_window(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.agenda.add_link.click()
    qtbot.keyClicks(screen.page.agenda.line, "Half a tit")
    qtbot.waitUntil(
        lambda: any(draft.text == "Half a tit" for draft in all_drafts(screen.desk.reader.connection))
    )
    again = MeetingsScreen(screen.look, screen.desk, screen.host)
    qtbot.addWidget(again)
    again.show()
    again.open_meeting(office.ids["meeting"])
    qtbot.waitUntil(lambda: again.page.agenda.line.text() == "Half a tit")


def test_a_title_is_changed_in_place_and_a_pull_meanwhile_is_no_loss(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    omar = Colleague(office, "omar", 0xBEEF)
    title = screen.page.item_page.title
    title.setFocus()
    title.selectAll()
    qtbot.keyClicks(title, "Certificates")
    omar.changes("item2", "agenda_item", title="Prior learning")
    qtbot.waitUntil(lambda: "Prior learning" in agenda(screen))
    assert title.text() == "Certificates"
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("item2", "agenda_item").contested == {"title"})


def test_removing_an_item_offers_undo(
    qtbot: QtBot, screen: MeetingsScreen, office: Office, host: RecordingHost
) -> None:
    opened(qtbot, screen, office, "item6")
    screen.page.agenda.view.setFocus()
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Any other business" not in agenda(screen))
    assert host.toasts[-1][1]
