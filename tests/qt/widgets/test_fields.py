"""Fields keep what was typed, say what is wrong, and hand over canonical text."""

import datetime as dt
from collections.abc import Callable, Iterable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.models.candidates import Candidate
from desktop.widgets.choice_fields import Chip, ChoiceField, MultiChoiceField, ReferenceField, TagsField
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import CheckField, DateField, NoteField, NumberField, TextField
from desktop.widgets.form import Form
from desktop.widgets.look import Look
from desktop.widgets.month_popup import MonthPopup

K = Qt.Key
PEOPLE = [
    Candidate("h", "Hassan Aziz", "Zarqa"),
    Candidate("o", "Omar Khalil"),
    Candidate("r", "Rima Mansour"),
]


def people(text: str) -> Iterable[Candidate]:
    return [each for each in PEOPLE if text.casefold() in each.text.casefold()]


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[FieldBox], list[str]]:
    """Puts a field on the screen and collects what it commits."""

    def show(field: FieldBox) -> list[str]:
        qtbot.addWidget(field)
        found: list[str] = []
        field.committed.connect(found.append)
        field.show()
        return found

    return show


Shown = Callable[[FieldBox], list[str]]


def test_a_number_is_read_shown_grouped_and_committed_plain(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = NumberField(look, "People trained", whole=True)
    found = shown(field)
    qtbot.keyClicks(field.editor, "1200")
    qtbot.keyClick(field.editor, K.Key_Return)
    assert found == ["1200"]
    assert field.text() == "1,200"
    assert field.value == "1200"


def test_what_cannot_be_read_stays_and_is_explained(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = NumberField(look, "People trained", whole=True)
    found = shown(field)
    qtbot.keyClicks(field.editor, "2o4")
    qtbot.keyClick(field.editor, K.Key_Return)
    assert field.text() == "2o4"
    assert found == ["2o4"]
    assert field.error == "Write a whole number. “2o4” is kept until you fix it."
    assert field.editor.accessibleDescription() == field.error
    qtbot.keyClick(field.editor, K.Key_Home)
    qtbot.keyClick(field.editor, K.Key_Delete)
    qtbot.keyClick(field.editor, K.Key_Delete)
    qtbot.keyClick(field.editor, K.Key_Return)
    assert field.error == ""
    assert found[-1] == "4"


def test_every_letter_is_a_draft_and_nothing_is_committed_twice(
    qtbot: QtBot, look: Look, shown: Shown
) -> None:
    field = TextField(look, "Title")
    found = shown(field)
    drafts: list[str] = []
    field.draft_changed.connect(drafts.append)
    qtbot.keyClicks(field.editor, "ab")
    qtbot.keyClick(field.editor, K.Key_Return)
    qtbot.keyClick(field.editor, K.Key_Return)
    assert drafts == ["a", "ab"]
    assert found == ["ab"]


def test_showing_a_value_says_nothing(look: Look, shown: Shown) -> None:
    field = TextField(look, "Title")
    found = shown(field)
    field.set_value("stored")
    field.commit()
    assert found == []


@pytest.mark.parametrize(
    "language, typed", [("en", "16 Jul 2026"), ("fr", "16/07/2026"), ("ar", "16 تموز 2026")]
)
def test_a_date_is_typed_as_the_language_writes_it(
    qtbot: QtBot, looks: Callable[..., Look], shown: Shown, language: str, typed: str
) -> None:
    field = DateField(looks(language), "End date")
    found = shown(field)
    field.editor.setText(typed)
    field.commit()
    assert found == ["2026-07-16"]
    assert field.error == ""


def test_a_date_picked_in_the_calendar_is_committed(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = DateField(look, "End date", value="2026-07-16")
    found = shown(field)
    qtbot.keyClick(field.editor, K.Key_Down)
    popup = field.findChild(MonthPopup)
    assert isinstance(popup, MonthPopup)
    qtbot.keyClick(popup.days, K.Key_Right)
    qtbot.keyClick(popup.days, K.Key_PageDown)
    qtbot.keyClick(popup.days, K.Key_Return)
    assert found == ["2026-08-17"]
    assert field.text() == "17 Aug 2026"


def test_a_month_ends_where_the_calendar_says(qtbot: QtBot, looks: Callable[..., Look]) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup = MonthPopup(looks("ar"), day="2026-01-31", today=dt.date(2026, 6, 15), parent=parent)
    popup.days.step_month(1)
    assert popup.days.day == dt.date(2026, 2, 28)
    popup.days.step_month(10)
    assert popup.days.day == dt.date(2026, 12, 28)
    popup.days.step_month(1)
    assert popup.days.day == dt.date(2027, 1, 28)
    qtbot.keyClick(popup.days, K.Key_Left)
    assert popup.days.day == dt.date(2027, 1, 29)


def test_a_choice_that_left_the_list_is_kept(look: Look, shown: Shown) -> None:
    field = ChoiceField(look, "Status", [("done", "Done")], value="old")
    shown(field)
    assert field.value == "old"
    assert field.editor.currentText() == "old"


def test_a_choice_is_made_by_keys(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = ChoiceField(look, "Status", [("a", "Alpha"), ("b", "Beta")], required=True)
    found = shown(field)
    qtbot.keyClick(field.editor, K.Key_Down)
    qtbot.keyClick(field.editor, K.Key_Down)
    assert field.value == "b"
    assert found == ["a", "b"]


def test_a_reference_is_found_while_typing(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = ReferenceField(look, "Lead", people)
    found = shown(field)
    qtbot.keyClicks(field.editor, "oma")
    assert field.ahead.is_open
    qtbot.keyClick(field.editor, K.Key_Return)
    assert found == ["o"]
    assert field.text() == "Omar Khalil"
    assert field.value == "o"


def test_a_reference_that_is_nobody_is_kept_with_an_error(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = ReferenceField(look, "Lead", people)
    found = shown(field)
    qtbot.keyClicks(field.editor, "nobody")
    qtbot.keyClick(field.editor, K.Key_Return)
    assert field.text() == "nobody"
    assert "nobody" in field.error
    assert found == ["nobody"]


def test_tags_are_added_and_taken_back_by_keys(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = TagsField(look, "Tags")
    found = shown(field)
    for text in ("solar", "youth"):
        qtbot.keyClicks(field.editor, text)
        qtbot.keyClick(field.editor, K.Key_Return)
    assert field.members == ("solar", "youth")
    qtbot.keyClick(field.editor, K.Key_Backspace)
    assert field.members == ("solar",)
    assert found[-1] == "solar"


def test_chips_switch_on_and_off(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = MultiChoiceField(look, "Quarters", [("q1", "Q1"), ("q2", "Q2")], members=["q1"])
    shown(field)
    chip = field.findChildren(Chip)[1]
    qtbot.keyClick(chip, K.Key_Return)
    assert field.members == ("q1", "q2")


def test_a_tick_commits_at_once(qtbot: QtBot, look: Look, shown: Shown) -> None:
    field = CheckField(look, "Cumulative")
    found = shown(field)
    qtbot.keyClick(field.editor, K.Key_Space)
    assert found == ["true"]


def test_a_note_commits_when_it_is_left(qtbot: QtBot, look: Look, shown: Shown) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    field = NoteField(look, "Notes", parent=holder)
    found = shown(field)
    field.editor.setFocus()
    qtbot.keyClicks(field.editor, "abc")
    qtbot.keyClick(field.editor, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert found == ["abc"]


def test_a_form_shows_when_it_was_saved_and_goes_to_the_first_error(qtbot: QtBot, look: Look) -> None:
    form = Form(look, name="Activity")
    qtbot.addWidget(form)
    form.add_section("Basics")
    form.add_field("title", TextField(look, "Title", required=True))
    form.add_field("people", NumberField(look, "People trained"))
    form.resize(400, 400)
    form.show()
    form.set_error("people", "Write a number.")
    form.focus_first(invalid=True)
    people_field = form.fields["people"]
    assert isinstance(people_field, NumberField)
    assert form.focusWidget() is people_field.editor
    form.set_saved("Saved here 10:42")
    assert form.fields["title"].caption.text() == "Title *"
