"""Meetings: the list, the agenda, notes that merge, and what comes out of a meeting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.colleagues import Colleague
from helpers.minutes import keep_minutes
from helpers.office import Office, Template
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.meetings.screen import MeetingsScreen
from desktop.store.drafts import all_drafts
from desktop.widgets.look import Look

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def minuted(office_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office that has met, filled once for all tests here."""
    folder = tmp_path_factory.mktemp("minuted")
    office = office_template.copy(folder)
    keep_minutes(office)
    office.close()
    return Template(folder, office.ids)


@pytest.fixture
def office(minuted: Template, tmp_path: Path) -> Iterator[Office]:
    made = minuted.copy(tmp_path)
    yield made
    made.close()


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[MeetingsScreen]:
    made = MeetingsScreen(look, desk, host)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.resize(1280, 720)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.list.is_current)
    yield made
    made.leave()
    desk.changed.disconnect(made.refresh)


def opened(qtbot: QtBot, screen: MeetingsScreen, office: Office, item: str = "item2") -> MeetingsScreen:
    screen.open_meeting(office.ids["meeting"], item=office.ids[item])
    qtbot.waitUntil(lambda: screen.page.facts is not None)
    qtbot.waitUntil(lambda: screen.page.notes.record == office.ids[item])
    return screen


def agenda(screen: MeetingsScreen) -> list[str]:
    return [line.title for line in screen.page.agenda.view.lines.lines]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert isinstance(focus, QWidget)
    QTest.keyClick(focus, key, modifiers)


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


# Notes


def test_notes_are_saved_and_a_colleague_writes_at_the_same_time(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office, "item3")
    omar = Colleague(office, "omar", 0xBEEF)
    editor = screen.page.item_page.editor
    qtbot.keyClicks(editor, "Pump arrives Monday.")
    screen.page.notes.write()
    qtbot.waitUntil(lambda: office.row("item3", "agenda_item").values["notes"] == "Pump arrives Monday.")
    omar.writes_text("item3", "agenda_item", "notes", "خبر: Pump arrives Monday.")
    qtbot.waitUntil(lambda: editor.text() == "خبر: Pump arrives Monday.")
    qtbot.keyClicks(editor, " Who signs?")
    screen.leave()
    qtbot.waitUntil(
        lambda: office.row("item3", "agenda_item").values["notes"] == "خبر: Pump arrives Monday. Who signs?"
    )
    assert "Saved here" in screen.page.hints.state


def test_another_item_has_its_own_notes(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office, "item3")
    qtbot.keyClicks(screen.page.item_page.editor, "Three")
    screen.page.agenda.view.choose(office.ids["item4"])
    assert screen.page.item_page.editor.text() == ""
    qtbot.waitUntil(lambda: office.row("item3", "agenda_item").values["notes"] == "Three")


def test_the_meeting_has_notes_as_a_whole(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.agenda.view.choose(office.ids["meeting"])
    qtbot.keyClicks(screen.page.item_page.editor, "Everybody was there.")
    screen.page.leave()
    qtbot.waitUntil(lambda: office.row("meeting", "meeting").values["notes"] == "Everybody was there.")


# Outcomes


def test_an_action_point_is_recorded_by_keys(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.item_page.editor.setFocus()
    press(Qt.Key.Key_A, ALT)
    form = screen.page.item_page.form
    qtbot.keyClicks(form.text.editor, "Check the letters in Irbid")
    form.who.setFocus()
    qtbot.keyClicks(form.who.editor, "Rima")
    press(Qt.Key.Key_Return)
    form.due.setFocus()
    qtbot.keyClicks(form.due.editor, "20 June 2026")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(screen.page.facts.actions) == 3)
    made = screen.page.facts.actions[-1]
    assert made.number == "A-33"
    assert made.person.name == "Rima Mansour"
    assert made.row.values["due"] == "2026-06-20"
    assert made.row.values["agenda_item"] == office.ids["item2"]
    assert form.isVisible(), "the next one can follow"
    assert form.text.text() == ""


def test_what_cannot_be_read_stays_in_the_form(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.record_outcome("action_point")
    form = screen.page.item_page.form
    qtbot.keyClicks(form.text.editor, "Check the letters")
    qtbot.keyClicks(form.due.editor, "some day")
    form.save()
    assert form.due.error
    assert form.due.text() == "some day"
    assert len(screen.page.facts.actions) == 2


def test_a_decision_gets_the_next_number_and_the_day_of_the_meeting(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    screen.page.item_page.editor.setFocus()
    press(Qt.Key.Key_D, ALT)
    form = screen.page.item_page.form
    qtbot.keyClicks(form.text.editor, "Letters count as proof")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(screen.page.item_page.outcomes.blocks) == 4)
    made = next(each for each in screen.page.facts.outcomes if each.number == "D-15")
    assert made.row.values["date"] == "2026-06-15"
    assert made.row.values["status"] == "active"


def test_an_outcome_that_was_begun_survives_esc(qtbot: QtBot, screen: MeetingsScreen, office: Office) -> None:
    opened(qtbot, screen, office)
    screen.page.record_outcome("decision")
    form = screen.page.item_page.form
    qtbot.keyClicks(form.text.editor, "Half a decision")
    press(Qt.Key.Key_Escape)
    assert not form.isVisible()
    screen.page.record_outcome("decision")
    assert form.text.text() == "Half a decision"


def test_a_lesson_is_kept_as_a_draft(
    qtbot: QtBot, screen: MeetingsScreen, office: Office, host: RecordingHost
) -> None:
    opened(qtbot, screen, office)
    screen.page.record_outcome("lesson")
    qtbot.keyClicks(screen.page.item_page.form.text.editor, "Ask for letters early")
    screen.page.item_page.form.save()
    qtbot.waitUntil(
        lambda: any(row.values["title"] == "Ask for letters early" for row in office.rows("lesson"))
    )
    lesson = next(row for row in office.rows("lesson") if row.values["title"] == "Ask for letters early")
    assert lesson.values["meeting"] == office.ids["meeting"]
    assert lesson.values["activity"] == office.ids["certificates"]


def test_a_number_that_is_used_twice_is_shown_and_not_refused(
    qtbot: QtBot, screen: MeetingsScreen, office: Office
) -> None:
    opened(qtbot, screen, office)
    Colleague(office, "omar", 0xBEEF).adds("action_point", title="Same number", number="A-32", status="open")
    qtbot.waitUntil(lambda: any(each.twice for each in screen.page.facts.actions))


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
