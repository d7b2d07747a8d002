"""Two people changed this: values side by side, nothing preselected, and no decision on values that moved."""

from collections.abc import Iterator

import pytest
from helpers.colleagues import HOUR_MS, Colleague
from helpers.office import Office
from helpers.quarrels import quarrel, write_together
from helpers.stage import RecordingHost, plain
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.decisions.screen import DecisionsScreen
from desktop.store.drafts import Place, all_drafts
from desktop.store.rows import Query
from desktop.widgets.fields import DateField
from desktop.widgets.labels import Label, Link
from desktop.widgets.look import Look
from sync.merge.texts import set_text


@pytest.fixture
def pair(office: Office) -> tuple[Colleague, Colleague]:
    return quarrel(office)


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, pair: tuple[Colleague, Colleague]
) -> Iterator[DecisionsScreen]:
    made = DecisionsScreen(look, desk, host)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.resize(1100, 700)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.page is not None)
    made.list.setFocus()
    yield made
    made.leave()
    desk.changed.disconnect(made.refresh)


def titles(screen: DecisionsScreen) -> list[str]:
    return [line.title for line in screen.list.lines.lines]


def at_end_date(qtbot: QtBot, screen: DecisionsScreen) -> None:
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown(screen).startswith("Prior-learning"))


def shown(screen: DecisionsScreen) -> str:
    return screen.page.question.title if screen.page is not None else ""


def press(screen: DecisionsScreen, key: Qt.Key) -> None:
    focus = screen.window().focusWidget()
    assert isinstance(focus, QWidget)
    QTest.keyClick(focus, key)


def end_of(office: Office) -> object:
    return office.row("certificates", "activity").values["end"]


def test_every_open_question_is_listed_newest_first(screen: DecisionsScreen) -> None:
    assert titles(screen) == [
        "People completing training",
        "Prior-learning certificates with the training board",
        "Send 56 complete files to the board secretary",
    ]
    assert [plain(line.people) for line in screen.list.lines.lines] == [
        "Omar, You",
        "Omar, Claire",
        "Claire, Omar",
    ]


def test_nothing_is_preselected(qtbot: QtBot, screen: DecisionsScreen) -> None:
    assert screen.page is not None
    assert screen.page.chosen is None
    assert not screen.use_button.isEnabled()
    assert screen.use_button.text() == "Choose one"
    assert screen.use_button.toolTip()


def test_values_stand_in_the_order_in_which_they_were_written(qtbot: QtBot, screen: DecisionsScreen) -> None:
    at_end_date(qtbot, screen)
    cards = [card.text_shown for card in screen.page.cards]
    assert [(card.name, card.value) for card in cards] == [
        ("Omar Khalil", "Thu 30 Jul 2026"),
        ("Claire Dubois", "Sun 28 Jun 2026"),
    ]
    assert cards[0].distance == "8 weeks after the agreed plan"
    assert "Had not seen Claire's change" in plain(cards[0].spoken)
    assert "Board meets 13 July" in cards[0].spoken


def test_a_number_and_enter_decide_and_the_next_question_follows(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, host: RecordingHost
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_2)
    assert plain(screen.use_button.text()) == "Use Claire's date"
    press(screen, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: end_of(office) == "2026-06-28")
    qtbot.waitUntil(lambda: shown(screen).startswith("Send 56"))
    assert host.toasts[-1][1], "the toast offers to undo"
    assert not office.row("certificates", "activity").contested
    assert len(titles(screen)) == 2


def test_undo_puts_both_values_back(qtbot: QtBot, screen: DecisionsScreen, office: Office) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_1)
    press(screen, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(titles(screen)) == 2)
    office.store.undo().result()
    qtbot.waitUntil(lambda: len(titles(screen)) == 3)
    assert office.row("certificates", "activity").contested == {"end"}


def test_another_value_is_written_with_its_reason_as_a_comment(
    qtbot: QtBot, screen: DecisionsScreen, office: Office
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_3)
    other = screen.page.other
    assert isinstance(other.editor, DateField)
    qtbot.keyClicks(other.editor.editor, "10 July 2026")
    assert screen.use_button.text() == "Use this date"
    qtbot.keyClicks(other.reason.editor, "The room is free that week.")
    QTest.keyClick(other.reason.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: end_of(office) == "2026-07-10")
    comments = [row.values["text"] for row in office.rows("comment")]
    assert "The room is free that week." in comments


def test_a_value_that_cannot_be_read_stays_and_nothing_is_decided(
    qtbot: QtBot, screen: DecisionsScreen, office: Office
) -> None:
    press(screen, Qt.Key.Key_3)
    editor = screen.page.other.editor
    qtbot.keyClicks(editor.focusProxy(), "2o4")
    assert not screen.use_button.isEnabled()
    QTest.keyClick(editor.focusProxy(), Qt.Key.Key_Return)
    assert editor.error
    assert editor.text() == "2o4"
    assert len(titles(screen)) == 3


def test_what_was_typed_is_kept_as_a_draft_and_comes_back(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, desk: Desk
) -> None:
    press(screen, Qt.Key.Key_3)
    qtbot.keyClicks(screen.page.other.editor.focusProxy(), "17")
    place = Place("decisions", office.ids["irbid-q2"], "cells/M|25+")
    qtbot.waitUntil(lambda: place in [draft.place for draft in all_drafts(desk.reader.connection)])
    QTest.keyClick(screen.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown(screen).startswith("Prior"))
    QTest.keyClick(screen.list, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: shown(screen).startswith("People"))
    assert screen.page.other.editor.text() == "17"
    assert screen.page.is_other


def test_values_that_moved_are_shown_and_not_decided_on(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, pair: tuple[Colleague, Colleague]
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_1)
    screen.desk.changed.disconnect(screen.refresh)
    pair[1].changes("certificates", "activity", end="2026-09-01", ago_ms=HOUR_MS,
                    seen=dict(office.row("certificates", "activity").seen))  # fmt: skip
    press(screen, Qt.Key.Key_Return)
    assert "Somebody changed this again" in screen.host.toasts[-1][0]
    screen.desk.changed.connect(screen.refresh)
    qtbot.waitUntil(lambda: screen.page.cards[-1].text_shown.value == "Tue 01 Sep 2026")
    assert screen.page.chosen is None
    assert office.row("certificates", "activity").contested == {"end"}


def test_a_pull_shows_the_new_values_and_says_so(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, pair: tuple[Colleague, Colleague]
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_1)
    pair[1].changes("certificates", "activity", end="2026-09-01", ago_ms=HOUR_MS,
                    seen=dict(office.row("certificates", "activity").seen))  # fmt: skip
    qtbot.waitUntil(lambda: screen.page.cards[-1].text_shown.value == "Tue 01 Sep 2026")
    assert not screen.use_button.isEnabled()
    said = [each.accessibleName() for each in screen.page.findChildren(QWidget)]
    assert any(name.startswith("Somebody changed this again") for name in said)


def test_a_pull_takes_nothing_away_of_what_is_being_written(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, pair: tuple[Colleague, Colleague]
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_3)
    qtbot.keyClicks(screen.page.other.editor.editor, "10 July 2026")
    qtbot.keyClicks(screen.page.other.reason.editor, "The room is free")
    pair[1].changes("certificates", "activity", end="2026-09-01", ago_ms=HOUR_MS,
                    seen=dict(office.row("certificates", "activity").seen))  # fmt: skip
    qtbot.waitUntil(lambda: screen.page.cards[-1].text_shown.value == "Tue 01 Sep 2026")
    assert screen.page.other.editor.text() == "10 Jul 2026"
    assert screen.page.other.reason.text() == "The room is free"


def test_a_pull_about_something_else_leaves_the_choice_alone(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, pair: tuple[Colleague, Colleague]
) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_1)
    page = screen.page
    pair[0].changes("solar", "activity", end="2026-09-02")
    office.change("solar", "activity", end="2026-09-03")
    qtbot.waitUntil(lambda: screen.desk.reader.count(Query("activity")) == 11)
    office.store.post(lambda _db: None).result()
    qtbot.waitUntil(lambda: screen.desk.reader.conflict_count() >= 3)
    assert screen.page is page
    assert screen.page.chosen is not None


def test_a_removed_record_can_be_kept_with_the_edits(
    qtbot: QtBot, screen: DecisionsScreen, office: Office
) -> None:
    screen.show_record("action_point", office.ids["action"])
    qtbot.waitUntil(lambda: shown(screen).startswith("Send 56"))
    assert [card.text_shown.value for card in screen.page.cards] == ["Removed", "Kept, with these edits"]
    assert screen.page.cards[1].text_shown.details[0] == ("Due", "22 Jun 2026")
    assert screen.page.other is None
    press(screen, Qt.Key.Key_2)
    assert screen.use_button.text() == "Keep it, with the edits"
    press(screen, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(titles(screen)) == 2)
    row = office.row("action", "action_point")
    assert not row.deleted
    assert row.values["due"] == "2026-06-22"


def test_a_removed_record_can_go(qtbot: QtBot, screen: DecisionsScreen, office: Office) -> None:
    screen.show_record("action_point", office.ids["action"])
    qtbot.waitUntil(lambda: shown(screen).startswith("Send 56"))
    press(screen, Qt.Key.Key_1)
    assert screen.use_button.text() == "Remove it"
    press(screen, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("action", "action_point").deleted)


def test_decide_later_goes_on_and_loses_nothing(qtbot: QtBot, screen: DecisionsScreen) -> None:
    screen.later_button.click()
    qtbot.waitUntil(lambda: shown(screen).startswith("Prior"))
    assert len(titles(screen)) == 3


def test_what_was_decided_is_listed(qtbot: QtBot, screen: DecisionsScreen) -> None:
    at_end_date(qtbot, screen)
    press(screen, Qt.Key.Key_2)
    press(screen, Qt.Key.Key_Return)
    qtbot.waitUntil(screen.decided.isVisible)
    assert [each.value for each in screen._inbox.decided] == ["2026-06-28"]


def test_a_reader_may_look_but_not_decide(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> None:
    quarrel(office)
    office.grant(b"".join([office.rows("activity")[0].workspace]), "Jordan", role="reader")
    made = DecisionsScreen(look, desk, host)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.page is not None)
    made.page.choose(0)
    assert not made.use_button.isEnabled()
    assert "role" in made.use_button.toolTip()


def test_without_questions_it_says_so(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> None:
    made = DecisionsScreen(look, desk, host)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(made.empty.isVisible)
    assert not made.footer.isVisible()


def test_a_code_that_two_people_gave_stands_under_the_questions_until_one_has_another(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, host: RecordingHost
) -> None:
    assert not screen.quiet.isVisible()
    for name in ("one", "two"):
        office.add(name, "milestone", title=f"Steering group {name}", code="M-9")
    qtbot.waitUntil(lambda: len(screen.quiet.findChildren(Link)) == 2)
    links = screen.quiet.findChildren(Link)
    assert [plain(each.accessibleName()) for each in links] == [
        "M-9 Steering group one",
        "M-9 Steering group two",
    ]
    QTest.keyClick(links[1], Qt.Key.Key_Return)
    assert host.opened[-1] == ("milestone", office.ids["two"])
    office.change("two", "milestone", code="M-10")
    qtbot.waitUntil(lambda: not screen.quiet.isVisible())


def test_a_paragraph_that_two_people_wrote_is_quoted_until_somebody_edits_the_text(
    qtbot: QtBot,
    screen: DecisionsScreen,
    office: Office,
    host: RecordingHost,
    pair: tuple[Colleague, Colleague],
) -> None:
    write_together(office, pair[0])
    qtbot.waitUntil(lambda: len(screen.quiet.findChildren(Link)) == 1)
    said = [plain(label.text()) for label in screen.quiet.findChildren(Label)]
    assert "“The large hall in Irbid is free on Tuesdays and Sundays.”" in said
    assert "Notes · Omar, You" in said or "Notes · You, Omar" in said
    screen.quiet.findChildren(Link)[0].click()
    assert host.opened[-1] == ("meeting", office.ids["together"])
    row = office.row("together", "meeting")
    edit = set_text(office.store.reader().state("meeting", row.id).texts["notes"], "Read, and short.")
    office.change("together", "meeting", notes=edit.update)
    qtbot.waitUntil(lambda: not screen.quiet.isVisible())


def test_every_control_has_a_name(screen: DecisionsScreen) -> None:
    nameless = [
        widget
        for widget in screen.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]
    assert not nameless


def test_both_can_be_asked_by_a_comment_that_names_them(
    qtbot: QtBot, screen: DecisionsScreen, office: Office, host: RecordingHost
) -> None:
    at_end_date(qtbot, screen)
    assert screen.ask_button.text() == "Ask both"
    screen.ask_button.setFocus()
    press(screen, Qt.Key.Key_Space)
    assert screen.dialog is not None
    written = plain(screen.dialog.field.text())
    assert written.startswith("“End”: which one is right, ")
    qtbot.keyClicks(screen.dialog.field.editor, "Hello. ")
    QTest.keyClick(screen.dialog.field.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    about = office.ids["certificates"]
    asked = lambda: [row for row in office.rows("comment") if row.values["mentions"]]  # noqa: E731
    qtbot.waitUntil(lambda: len(asked()) == 1)
    (comment,) = asked()
    assert (comment.values["about_kind"], comment.values["about"]) == ("activity", about)
    assert len(comment.values["mentions"]) == 2
    assert set(comment.values["mentions"]) <= {row.id for row in office.rows("person")}
    assert "Hello." in comment.values["text"]
    qtbot.waitUntil(lambda: bool(host.toasts))
    assert host.toasts[-1][1], "it can be undone"
    assert shown(screen).startswith("Prior-learning"), "the question stays open"


def test_without_words_nobody_is_asked(qtbot: QtBot, screen: DecisionsScreen, office: Office) -> None:
    at_end_date(qtbot, screen)
    screen.ask()
    assert screen.dialog is not None
    screen.dialog.field.set_value("")
    screen.dialog.field.draft_changed.emit("")
    assert not screen.dialog.ask_button.isEnabled()
    screen.dialog.reject()
    assert not [row for row in office.rows("comment") if row.values["mentions"]]


def test_a_card_says_when_a_value_was_written_and_when_it_arrived(
    qtbot: QtBot, screen: DecisionsScreen, office: Office
) -> None:
    at_end_date(qtbot, screen)
    assert screen.page is not None
    facts = [plain(card.text_shown.facts[0][1]) for card in screen.page.cards]
    assert len(facts) == 2
    assert facts[0] == "Tue 9 Jun 09:41 · arrived Mon 15 Jun"
    assert facts[1].endswith(" · arrived Mon 15 Jun")
