"""The entry grid by the keyboard: typing, ranges, fills, pasted blocks, periods that open and close."""

from collections.abc import Callable

import pytest
from helpers.gallery_data import PeriodData, Say
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.models.entry import EntryCell, EntryEdits, EntryState
from desktop.widgets.entry_grid import EntryGrid
from desktop.widgets.look import Look

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def data() -> PeriodData:
    return PeriodData(Say("en"))


@pytest.fixture
def grid(qtbot: QtBot, look: Look, data: PeriodData) -> EntryGrid:
    made = EntryGrid(look, data, name="Data entry", closed=frozenset({"q3", "q4"}))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.setFocus()
    made.go_to_cell("q2/Irbid", "rf15–24")
    return made


@pytest.fixture
def done(grid: EntryGrid) -> list[EntryEdits]:
    found: list[EntryEdits] = []
    grid.edited.connect(found.append)
    grid.pasted.connect(found.append)
    return found


def places(edits: EntryEdits) -> list[tuple[str, str, str]]:
    return [(edit.row, edit.column, edit.text) for edit in edits.edits]


def type_into(qtbot: QtBot, grid: EntryGrid, text: str) -> None:
    qtbot.keyClicks(grid, text[0])
    editor = grid.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, K.Key_Return)


def test_typing_hands_over_the_text_as_it_is_and_goes_down(
    qtbot: QtBot, grid: EntryGrid, done: list[EntryEdits]
) -> None:
    type_into(qtbot, grid, "2o4")
    assert places(done[0]) == [("q2/Irbid", "rf15–24", "2o4")]
    assert grid.current_keys() == ("q2/Zarqa", "rf15–24")
    assert grid.currentIndex().siblingAtRow(grid.currentIndex().row() - 1).data() == "2o4"


def test_an_invalid_value_keeps_its_text_after_a_refresh(
    qtbot: QtBot, grid: EntryGrid, data: PeriodData, done: list[EntryEdits]
) -> None:
    type_into(qtbot, grid, "2o4")
    data.values[("q2/Irbid", "rf15–24")] = EntryCell("2o4", EntryState.INVALID, tip="Write a whole number.")
    grid.refresh()
    index = grid.entries.index(grid.entries.row_of("q2/Irbid"), 1)
    assert index.data() == "2o4"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Write a whole number."
    assert grid.current_keys() == ("q2/Zarqa", "rf15–24")


def test_locked_cells_and_totals_take_nothing(qtbot: QtBot, grid: EntryGrid, done: list[EntryEdits]) -> None:
    for row, column in (("q1/Irbid", "rf25+"), ("q2/Irbid", "rt"), ("q2/All places", "rf25+")):
        assert grid.go_to_cell(row, column)
        qtbot.keyClicks(grid, "5")
        qtbot.keyClick(grid, K.Key_Delete)
        assert grid.viewport().findChild(QLineEdit) is None
    assert done == []


def test_a_pasted_block_skips_totals_and_the_period_line(
    qtbot: QtBot, grid: EntryGrid, done: list[EntryEdits]
) -> None:
    grid.go_to_cell("q2/Irbid", "rm25+")
    QGuiApplication.clipboard().setText("1\t2\t3\n4\t5\t6")
    qtbot.keyClick(grid, K.Key_V, CTRL)
    assert done[0].how == "pasted"
    assert places(done[0]) == [
        ("q2/Irbid", "rm25+", "1"),
        ("q2/Irbid", "hf15–24", "3"),
        ("q2/Zarqa", "rm25+", "4"),
        ("q2/Zarqa", "hf15–24", "6"),
    ]
    assert done[0].refused == 2


def test_ranges_are_cleared_and_filled_in_one_act(
    qtbot: QtBot, grid: EntryGrid, done: list[EntryEdits]
) -> None:
    qtbot.keyClick(grid, K.Key_Down, SHIFT)
    qtbot.keyClick(grid, K.Key_D, CTRL)
    assert done[-1].how == "filled"
    assert places(done[-1]) == [("q2/Zarqa", "rf15–24", "34")]
    grid.select_box(*_box(grid, "q2/Irbid", "rf15–24", "q2/Zarqa", "rf25+"))
    qtbot.keyClick(grid, K.Key_Delete)
    assert done[-1].how == "cleared"
    assert len(done[-1].edits) == 4


def _box(grid: EntryGrid, top: str, left: str, bottom: str, right: str) -> tuple[int, int, int, int]:
    model = grid.entries
    return model.row_of(top), model.column_of(left), model.row_of(bottom), model.column_of(right)


def test_dragging_the_corner_fills_down(qtbot: QtBot, grid: EntryGrid, done: list[EntryEdits]) -> None:
    box = grid.visualRect(grid.currentIndex())
    below = grid.visualRect(grid.entries.index(grid.currentIndex().row() + 2, 1)).center()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(grid.viewport(), left, pos=box.bottomRight() - QPoint(2, 2))
    qtbot.mouseMove(grid.viewport(), below)
    qtbot.mouseRelease(grid.viewport(), left, pos=below)
    assert done[0].how == "filled"
    assert places(done[0]) == [("q2/Zarqa", "rf15–24", "34"), ("q2/Azraq", "rf15–24", "34")]


def test_enter_on_a_period_opens_it(qtbot: QtBot, grid: EntryGrid) -> None:
    row = grid.entries.row_of("q2")
    grid.go_to(row, 0)
    with qtbot.waitSignal(grid.group_toggled) as caught:
        qtbot.keyClick(grid, K.Key_Return)
    assert caught.args == ["q2", False]
    assert grid.entries.row_of("q2/Irbid") == -1
    qtbot.keyClick(grid, K.Key_Right)
    assert grid.entries.row_of("q2/Irbid") > 0


def test_the_cursor_says_where_it_is(qtbot: QtBot, grid: EntryGrid) -> None:
    with qtbot.waitSignal(grid.cell_changed) as caught:
        qtbot.keyClick(grid, K.Key_Right)
    assert caught.args == ["q2/Irbid", "rf25+"]


def test_tab_skips_totals(qtbot: QtBot, grid: EntryGrid) -> None:
    grid.go_to_cell("q2/Irbid", "rm25+")
    qtbot.keyClick(grid, K.Key_Tab)
    assert grid.current_keys() == ("q2/Irbid", "hf15–24")


def test_refresh_keeps_the_cursor_when_rows_change(
    grid: EntryGrid, data: PeriodData, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(data.rows())
    monkeypatch.setattr(data, "rows", lambda: [row for row in rows if row.key != "q1/Azraq"])
    grid.refresh()
    assert grid.current_keys() == ("q2/Irbid", "rf15–24")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_labels_stay_and_the_cursor_is_never_under_them(
    qtbot: QtBot, looks: Callable[..., Look], language: str
) -> None:
    look = looks(language)
    grid = EntryGrid(look, PeriodData(Say(language)), name="Data entry")
    qtbot.addWidget(grid)
    grid.resize(420, 400)
    grid.show()
    grid.go_to_cell("q2/Irbid", "all")
    assert grid.horizontalScrollBar().value() > 0
    label = grid.visualRect(grid.entries.index(1, 0))
    assert grid.viewport().rect().contains(label)
    assert grid.indexAt(label.center()).column() == 0
    grid.go_to_cell("q2/Irbid", "hf15–24")
    grid.go_to_cell("q2/Irbid", "rf25+")
    assert not label.intersects(grid.visualRect(grid.currentIndex()))
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
