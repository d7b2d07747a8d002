"""What stands beside the notes: action points, links, details, the state, and the minutes as a document."""

from pathlib import Path

from helpers.meetings import minuted, office, opened, press, screen
from helpers.office import Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.screens.meetings.screen import MeetingsScreen

__all__ = ["minuted", "office", "screen"]


# Action points


def test_the_tick_completes_today_and_undoes(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    row = screen.page.action_list.rows[0]
    row.tick.setFocus()
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: office.row("action", "action_point").values["status"] == "completed")
    assert office.row("action", "action_point").values["completed_on"] == "2026-06-15"
    qtbot.waitUntil(
        lambda: any(
            each.outcome.row.values["completed_on"] == "2026-06-15" for each in screen.page.action_list.rows
        )
    )
    done = next(each for each in screen.page.action_list.rows if each.outcome.row.id == office.ids["action"])
    done.tick.click()
    qtbot.waitUntil(lambda: office.row("action", "action_point").values["status"] == "open")


def test_open_points_of_earlier_meetings_are_carried_over(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    panel = screen.page.action_list
    panel.views._segments["carried"].click()
    assert [row.outcome.number for row in panel.rows] == ["A-29", "A-26", "A-24"]
    panel.views._segments["here"].click()
    assert [row.outcome.number for row in panel.rows] == ["A-31", "A-32"]


def test_one_click_links_an_action_point_to_the_activity_of_its_item(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    row = next(each for each in screen.page.action_list.rows if each.outcome.number == "A-32")
    row.join_link.click()
    qtbot.waitUntil(
        lambda: office.row("letters", "action_point").values["activity"] == office.ids["certificates"]
    )


def test_another_activity_is_found_by_typing(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    row = next(each for each in screen.page.action_list.rows if each.outcome.number == "A-29")
    row.join_link.click()
    qtbot.keyClicks(row.join_line, "solar")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("assessors", "action_point").values["activity"] == office.ids["solar"])


# Links, details, state


def test_an_item_is_linked_by_typing_and_unlinked_by_delete(
    qtbot: QtBot, screen: MeetingsScreen, office: Office, host: RecordingHost
) -> None:
    opened(qtbot, screen, office)
    page = screen.page.item_page
    page.start_linking()
    qtbot.keyClicks(page.link_line, "safety")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(screen.page.facts.item(office.ids["item2"]).joints) == 3)
    joint = next(each for each in screen.page.facts.item(office.ids["item2"]).joints if each.code == "1.1.4")
    screen.page.item_page.joint_opened.emit(joint)
    assert host.opened[-1] == ("activity", office.ids["safety"])
    screen.page.item_page.joint_removed.emit(joint)
    qtbot.waitUntil(lambda: len(screen.page.facts.item(office.ids["item2"]).joints) == 2)


def test_details_save_by_themselves_and_wrong_ones_stay(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    screen.page.header.details_button.click()
    form = screen.page.details.form
    place = form.fields["place"]
    place.setFocus()
    place.editor.selectAll()
    qtbot.keyClicks(place.editor, "Zarqa hall")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("meeting", "meeting").values["place"] == "Zarqa hall")
    end = form.fields["end"]
    end.setFocus()
    end.editor.selectAll()
    qtbot.keyClicks(end.editor, "15 June 2026 09:00")
    press(Qt.Key.Key_Return)
    assert end.error
    assert "09:00" in end.text()
    assert office.row("meeting", "meeting").values["end"] == "2026-06-15T11:30"


def test_a_meeting_is_closed_and_opened_again(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.header.state_button.click()
    qtbot.waitUntil(lambda: screen.page.header._badge.badge.text == "Closed")
    screen.page.header.state_button.click()
    qtbot.waitUntil(lambda: screen.page.header._badge.badge.text == "Taking minutes")


def test_an_action_point_opens_in_its_meeting(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    screen.show_record("action_point", office.ids["action"])
    qtbot.waitUntil(lambda: screen.page.notes.record == office.ids["item2"])
    assert screen.page.details.row.id == office.ids["action"]


def test_a_reader_sees_everything_and_changes_nothing(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    office.grant(office.row("meeting", "meeting").workspace, "Jordan", role="reader")
    opened(qtbot, screen, office)
    assert screen.page.item_page.editor.isReadOnly()
    assert not screen.page.header.state_button.isEnabled()
    assert not screen.page.agenda.add_link.isEnabled()


def test_in_a_narrow_window_the_action_points_are_a_drawer(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    screen.resize(1000, 600)
    qtbot.waitUntil(screen.page.panel.isHidden)
    screen.page.header.actions_button.click()
    assert screen.page.panel.isVisible()
    assert screen.page.body.is_drawer


def test_every_control_has_a_name(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.record_outcome("action_point")
    screen.page.show_details(screen.page.facts.row)
    nameless = [
        widget
        for widget in screen.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and type(widget).__name__ not in ("QStackedWidget", "QScrollBar")
        and widget.isVisible()
    ]
    assert not nameless


def test_the_minutes_are_written_to_a_word_document(
    qtbot: QtBot, screen: MeetingsScreen, office: Office, host: RecordingHost, tmp_path: Path
) -> None:
    page = opened(qtbot, screen, office).page
    page.header.export_button.click()
    chooser = page.export.chooser
    assert chooser is not None
    assert Path(chooser.selectedFiles()[0]).name == "2026-06-15 Jordan planning meeting.docx"
    chooser.close()
    file = tmp_path / "minutes.docx"
    page.export.write(office.ids["meeting"], str(file))
    qtbot.waitUntil(lambda: bool(host.toasts))
    assert host.toasts[-1][0].startswith("Minutes written:")
    assert file.stat().st_size > 5_000
    page.export.write(office.ids["meeting"], str(tmp_path / "gone" / "minutes.docx"))
    qtbot.waitUntil(lambda: host.toasts[-1][2])
