"""What is written during a meeting: notes that merge, decisions, action points and lessons."""

from concurrent.futures import Future

import pytest
from helpers.colleagues import Colleague
from helpers.meetings import ALT, minuted, office, opened, press, screen
from helpers.office import Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.screens.meetings.screen import MeetingsScreen
from sync.errors import DaftarError

__all__ = ["minuted", "office", "screen"]


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


def test_an_outcome_that_could_not_be_stored_comes_back(
    qtbot: QtBot, screen: MeetingsScreen, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, screen, office)
    screen.page.record_outcome("decision")
    form = screen.page.item_page.form
    qtbot.keyClicks(form.text.editor, "The board meets in Irbid")
    full: Future[object] = Future()
    full.set_exception(DaftarError("disk_full"))
    with monkeypatch.context() as patched, qtbot.waitSignal(screen.desk.failed):
        patched.setattr(office.store, "submit", lambda *_edits, **_more: full)
        press(Qt.Key.Key_Return)
    form.shut()
    screen.page.record_outcome("decision")
    assert form.text.text() == "The board meets in Irbid"
