"""The workplan by its keys: the tree, editing in the grid, moving lines, changes from others, drafts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from helpers.office import Office
from helpers.plan_page import Key, cell, editor_of, go_to, plan_screen, titles, type_into, values_of
from helpers.stage import RecordingHost, dressed_look, make_desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.store.rows import Row
from desktop.widgets.choice_fields import Combo
from desktop.widgets.dialogs import ConfirmDialog
from desktop.widgets.look import Look
from desktop.words import Words
from sync.records import KINDS


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[WorkplanScreen]:
    with plan_screen(qtbot, look, desk, host) as made:
        yield made


@pytest.fixture
def value(office: Office) -> Callable[..., Any]:
    return values_of(office)


def test_the_tree_runs_from_outcomes_to_milestones(screen: WorkplanScreen) -> None:
    assert titles(screen)[:7] == [
        "Skills and learning",
        "Young people complete demand-driven training",
        "Employer skills survey",
        "Solar installation course",
        "Prior-learning certificates with the training board",
        "First 120 certificates",
        "Workplace safety module",
    ]


def test_status_words_and_counts_are_of_today(screen: WorkplanScreen, office: Office) -> None:
    late = cell(screen, office.ids["certificates"], "status")
    assert (late.text, late.family, late.icon) == ("Late 42 d", "bad", "clock-alert")
    assert cell(screen, office.ids["survey"], "status").text == "Done"
    assert "Late 2" in screen.page.legend.accessibleName()


def test_a_title_is_edited_with_f2_and_saved_at_once(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "solar")
    type_into(qtbot, screen, "Solar course, three sites")
    qtbot.waitUntil(lambda: value("solar", "title") == "Solar course, three sites")
    qtbot.waitUntil(lambda: cell(screen, office.ids["solar"], "title").text == "Solar course, three sites")


def test_a_title_is_shown_and_edited_in_the_language_of_the_window(
    qtbot: QtBot, qapp: QApplication, host: RecordingHost, office: Office, value: Callable[[str, str], Any]
) -> None:
    office.change("solar", "activity", title_fr="Formation au solaire")
    office.change("output11", "result", title_fr="Les jeunes achèvent une formation demandée")
    desk = make_desk(office, "fr")
    made = WorkplanScreen(dressed_look(desk.words), desk, host)
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    desk.changed.connect(made.refresh)
    made.reload()
    qtbot.waitUntil(lambda: bool(made.tree.nodes))
    assert titles(made)[1:4] == [
        "Les jeunes achèvent une formation demandée",
        "Employer skills survey",
        "Formation au solaire",
    ]
    go_to(made, office, "solar")
    type_into(qtbot, made, "Cours de solaire")
    qtbot.waitUntil(lambda: value("solar", "title_fr") == "Cours de solaire")
    assert value("solar", "title") == "Solar installation course"
    made.leave()
    desk.close()


@pytest.mark.parametrize(
    "name, offered",
    [
        ("solar", ["not_started", "planned", "ongoing", "completed"]),
        ("first120", ["planned"]),
    ],
)
def test_a_line_offers_the_states_of_its_own_kind(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, name: str, offered: list[str]
) -> None:
    kind = "activity" if name == "solar" else "milestone"
    go_to(screen, office, name, "status")
    qtbot.keyClick(screen.page.grid, Key.Key_F2)
    combo = screen.page.grid.findChild(Combo)
    assert isinstance(combo, Combo)
    keys = [str(combo.itemData(at)) for at in range(combo.count())]
    assert keys == list(KINDS[kind].fields["status"].choices)
    assert set(offered) <= set(keys)
    combo.hidePopup()


def test_space_plans_a_quarter_and_plans_it_no_longer(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "survey", "q3")
    qtbot.keyClick(screen.page.grid, Key.Key_Space)
    qtbot.waitUntil(lambda: value("survey", "quarters") == ["2026-Q1", "2026-Q3"])
    qtbot.waitUntil(lambda: cell(screen, office.ids["survey"], "q3").checked)
    qtbot.keyClick(screen.page.grid, Key.Key_Space)
    qtbot.waitUntil(lambda: value("survey", "quarters") == ["2026-Q1"])
    assert not office.row("survey", "activity").contested


def test_progress_of_a_hundred_completes_an_activity(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "solar", "progress")
    type_into(qtbot, screen, "100 %")
    qtbot.waitUntil(lambda: value("solar", "status") == "completed")
    qtbot.waitUntil(lambda: "Done 3" in screen.page.legend.accessibleName())


def test_a_date_is_read_as_people_write_it(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "safety", "end")
    type_into(qtbot, screen, "3/10/2026")
    qtbot.waitUntil(lambda: value("safety", "end") == "2026-10-03")


def test_a_lead_is_found_by_typing_part_of_the_name(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "solar", "lead")
    qtbot.keyClick(screen.page.grid, Key.Key_F2)
    editor = editor_of(screen)
    editor.selectAll()
    qtbot.keyClicks(editor, "rima")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: value("solar", "lead") == office.ids["rima"])


def test_what_cannot_be_read_stays_where_it_was_typed(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "safety", "end")
    type_into(qtbot, screen, "someday")
    kept = cell(screen, office.ids["safety"], "end")
    assert kept.text == "someday"
    assert "someday" in kept.problem
    assert value("safety", "end") == "2026-09-24"
    office.change("safety", "activity", progress=5)
    qtbot.waitUntil(lambda: cell(screen, office.ids["safety"], "progress").text == "5%")
    assert cell(screen, office.ids["safety"], "end").text == "someday"
    go_to(screen, office, "safety", "end")
    type_into(qtbot, screen, "1 Oct 2026")
    qtbot.waitUntil(lambda: value("safety", "end") == "2026-10-01")
    qtbot.waitUntil(lambda: not cell(screen, office.ids["safety"], "end").problem)


def test_an_end_before_the_start_is_refused_beside_its_cell(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "safety", "end")
    type_into(qtbot, screen, "1 Jan 2026")
    assert cell(screen, office.ids["safety"], "end").problem
    assert value("safety", "end") == "2026-09-24"


def test_a_change_that_arrives_while_somebody_types_becomes_a_question(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    office.all_sent()
    go_to(screen, office, "solar")
    qtbot.keyClick(screen.page.grid, Key.Key_F2)
    editor = editor_of(screen)
    editor.selectAll()
    qtbot.keyClicks(editor, "Mine")
    office.colleague_changes("solar", "activity", title="Theirs")
    model = screen.page.model
    assert model is not None
    seen: Row = model.row_at(model.row_of(office.ids["solar"])).seen  # type: ignore[assignment]  # opaque there
    qtbot.waitUntil(lambda: model.row_at(model.row_of(office.ids["solar"])).seen is not seen)
    assert editor.text() == "Mine"
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: "title" in office.row("solar", "activity").contested)
    qtbot.waitUntil(lambda: cell(screen, office.ids["solar"], "title").tint == "ask")


def test_remote_changes_keep_the_cursor_where_it_is(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    office.all_sent()
    go_to(screen, office, "clubs", "end")
    office.colleague_changes("survey", "activity", title="Survey of employers")
    qtbot.waitUntil(lambda: cell(screen, office.ids["survey"], "title").text == "Survey of employers")
    office.add("extra", "activity", title="One more", result=office.ids["output11"], position=[None, "a00"])
    qtbot.waitUntil(lambda: "One more" in titles(screen))
    grid = screen.page.grid
    assert grid is not None
    assert grid.current_id() == office.ids["clubs"]


def test_pasted_cells_are_one_undo_and_say_what_needs_a_look(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost, desk: Desk
) -> None:
    go_to(screen, office, "survey", "start")
    QApplication.clipboard().setText("06/01/2026\t28/02/2026\n07/01/2026\twhenever")
    qtbot.keyClick(screen.page.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: office.row("solar", "activity").values["start"] == "2026-01-07")
    assert host.toasts[-1] == ("3 cells changed. 1 cell needs a look.", True, False)
    undone: list[str] = []
    desk.undo(done=undone.append, failed=lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: bool(undone))
    assert office.row("survey", "activity").values["start"] == "2026-01-05"
    assert office.row("solar", "activity").values["start"] == "2026-02-02"


# Lines


def test_ctrl_n_adds_below_the_current_line_and_asks_for_its_name(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    go_to(screen, office, "survey")
    qtbot.keyClick(screen, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "New activity" in titles(screen))
    assert titles(screen).index("New activity") == 3
    grid = screen.page.grid
    assert grid is not None
    qtbot.waitUntil(lambda: bool(grid.viewport().findChildren(QLineEdit)))
    editor = editor_of(screen)
    editor.selectAll()
    qtbot.keyClicks(editor, "Talks with employers")
    qtbot.keyClick(editor, Key.Key_Return)

    def stored() -> list[Row]:
        return [row for row in office.rows("activity") if row.values["title"] == "Talks with employers"]

    qtbot.waitUntil(lambda: bool(stored()))
    made = stored()[0]
    assert made.values["result"] == office.ids["output11"]
    assert made.values["code"] == "1.1.5"


def press_move(qtbot: QtBot, screen: WorkplanScreen, key: Qt.Key) -> None:
    keys = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(screen, key, keys)


def test_lines_move_up_and_down_by_keys(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    go_to(screen, office, "solar")
    press_move(qtbot, screen, Key.Key_Up)
    qtbot.waitUntil(lambda: titles(screen)[2] == "Solar installation course")
    grid = screen.page.grid
    assert grid is not None
    assert grid.current_id() == office.ids["solar"]
    press_move(qtbot, screen, Key.Key_Down)
    qtbot.waitUntil(lambda: titles(screen)[3] == "Solar installation course")


def test_a_line_moves_in_and_out_of_the_one_before(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    go_to(screen, office, "solar")
    press_move(qtbot, screen, Key.Key_Right)
    qtbot.waitUntil(lambda: value("solar", "position")[0] == office.ids["survey"])
    qtbot.waitUntil(lambda: screen.tree.lines[office.ids["solar"]].parent == office.ids["survey"])
    press_move(qtbot, screen, Key.Key_Left)
    qtbot.waitUntil(lambda: value("solar", "position")[0] is None)
    qtbot.waitUntil(lambda: titles(screen)[3] == "Solar installation course")


def test_a_line_is_removed_after_a_question_and_comes_back(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost, desk: Desk
) -> None:
    go_to(screen, office, "safety")
    qtbot.keyClick(screen, Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    dialog = screen.window().findChild(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert "Workplace safety module" in dialog.windowTitle()
    assert dialog.keep_button.hasFocus() or dialog.focusWidget() is dialog.keep_button
    dialog.action_button.click()
    qtbot.waitUntil(lambda: "Workplace safety module" not in titles(screen))
    qtbot.waitUntil(lambda: bool(host.toasts))
    assert host.toasts[-1][1]
    desk.undo(done=lambda _label: None, failed=lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: "Workplace safety module" in titles(screen))


def test_a_result_that_holds_lines_is_not_removed(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    go_to(screen, office, "output11")
    qtbot.keyClick(screen, Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert host.toasts == [("This result holds 4 lines. Move or remove them first.", False, True)]
    assert screen.window().findChild(ConfirmDialog) is None


# Filter


def test_the_filter_shows_the_late_ones_and_what_they_hang_from(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    qtbot.keyClick(screen, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert screen.page.filter_bar.isVisible()
    screen.page.filter_bar.status.choose("late", chosen=True)
    qtbot.waitUntil(lambda: screen.tree.total == 2)
    assert "Solar installation course" not in titles(screen)
    assert "Skills and learning" in titles(screen)
    assert screen.page.filter_bar.shown.text() == "2 of 11 shown"
    qtbot.keyClick(screen.page.filter_bar.text, Key.Key_Escape)
    qtbot.waitUntil(lambda: screen.tree.total == 11)


def test_the_filter_finds_words_and_codes(qtbot: QtBot, screen: WorkplanScreen) -> None:
    screen.page.toggle_filter()
    qtbot.keyClicks(screen.page.filter_bar.text, "zarqa")
    qtbot.waitUntil(lambda: screen.tree.total == 2)


# Drafts


def test_what_was_being_typed_comes_back_after_a_crash(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, look: Look, host: RecordingHost
) -> None:
    go_to(screen, office, "solar")
    qtbot.keyClick(screen.page.grid, Key.Key_F2)
    editor = editor_of(screen)
    editor.selectAll()
    qtbot.keyClicks(editor, "Half a tit")

    def drafts() -> list[Any]:
        reader = office.store.reader()
        try:
            return list(reader.connection.execute("SELECT text FROM drafts"))
        finally:
            reader.close()

    qtbot.waitUntil(lambda: drafts() == [("Half a tit",)])
    other = make_desk(office)
    again = WorkplanScreen(look, other, host)
    qtbot.addWidget(again)
    again.reload()
    qtbot.waitUntil(lambda: bool(again.tree.nodes) and bool(again.tree.counts))
    back = cell(again, office.ids["solar"], "title")
    assert back.text == "Half a tit"
    assert back.problem
    qtbot.keyClick(editor, Key.Key_Escape)
    screen.leave()
    qtbot.waitUntil(lambda: drafts() == [])
    other.close()


def test_another_year_has_quarters_of_its_own(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, desk: Desk, value: Callable[[str, str], Any]
) -> None:
    desk.scope_changed.connect(screen.scope_moved)
    desk.choose(period="2027-Q1")
    qtbot.waitUntil(lambda: bool(titles(screen)) and screen._shown_year == 2027)
    assert screen.header._title.text() == "Workplan 2027"
    qtbot.waitUntil(lambda: not cell(screen, office.ids["survey"], "q1").checked)
    go_to(screen, office, "survey", "q1")
    qtbot.keyClick(screen.page.grid, Key.Key_Space)
    qtbot.waitUntil(lambda: value("survey", "quarters") == ["2026-Q1", "2027-Q1"])
    assert cell(screen, office.ids["survey"], "start").text == "05 Jan 2026"


@pytest.mark.parametrize("language, keys", [("en", "Alt Shift Right"), ("ar", "Alt Shift Left")])
def test_the_menu_names_the_keys_that_move_a_line_in(
    qtbot: QtBot, desk: Desk, host: RecordingHost, language: str, keys: str
) -> None:
    look = dressed_look(Words(language))
    with plan_screen(qtbot, look, desk, host) as screen:
        said = [action.text() for action in screen._menu().actions()]
        assert f"{look.words.t('Move in')}\t{keys}" in said
        assert f"{look.words.t('Open details')}\tAlt Enter" in said


def test_a_page_that_outlasts_its_desk_is_not_painted_again(
    qtbot: QtBot,
    qapp: QApplication,
    office: Office,
    host: RecordingHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = make_desk(office)
    with plan_screen(qtbot, dressed_look(desk.words), desk, host) as screen:
        with qtbot.waitExposed(screen):
            screen.show()
        model, painted = screen.page.model, list[int]()
        assert model is not None
        monkeypatch.setattr(
            type(screen.page.grid), "paint_row", lambda _grid, _p, row, *_: painted.append(row)
        )
        model.reread()
        qapp.processEvents()
        assert painted
        painted.clear()
        model.reread()
        desk.close()
        screen.page.grid.viewport().update()
        qapp.processEvents()
        assert not painted
