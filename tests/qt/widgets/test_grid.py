"""The grid by the keyboard alone: moving, editing, ranges, clipboard, ticks, opening and closing."""

from collections.abc import Callable

import pytest
from helpers.gallery_data import PLAN_COLUMNS, PlanProvider, Say
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.models.candidates import Candidate
from desktop.models.columns import Cell, CellKind, Column, Edits, PastedBlock, Row
from desktop.models.record_table_model import RecordTableModel
from desktop.models.record_tree_model import RecordTreeModel
from desktop.widgets.choice_fields import Combo
from desktop.widgets.grid import Grid
from desktop.widgets.look import Look

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

COLUMNS = (
    Column("title", "Title", editable=True),
    Column("amount", "Budget", CellKind.NUMBER, editable=True),
    Column("due", "Date", CellKind.DATE, editable=True),
    Column("done", "Done", CellKind.TICK, editable=True),
    Column("state", "Status", CellKind.STATUS),
)


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


class Plain:
    """Five rows of text."""

    def ids(self) -> list[bytes]:
        return [key(n) for n in range(5)]

    def rows(self, ids: list[bytes]) -> list[Row]:
        return [self.row(int.from_bytes(each, "big")) for each in ids]

    @staticmethod
    def row(n: int) -> Row:
        cells = {
            "title": Cell(f"line {n}"),
            "amount": Cell(f"1,{n}00", edit=f"1{n}00"),
            "state": Cell("Done", icon="circle-check", family="ok"),
        }
        return Row(key(n), cells, seen=f"seen {n}")


@pytest.fixture
def grid(qtbot: QtBot, look: Look) -> Grid:
    model = RecordTableModel(COLUMNS, Plain(), look.words)
    made = Grid(look, model, name="Lines")
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    made.setFocus()
    made.go_to(0, 0)
    return made


@pytest.fixture
def done(grid: Grid) -> list[Edits]:
    found: list[Edits] = []
    grid.edited.connect(found.append)
    return found


def editor(grid: Grid) -> QLineEdit:
    found = grid.viewport().findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_typing_replaces_and_enter_goes_down(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    qtbot.keyClicks(grid, "n")
    qtbot.keyClicks(editor(grid), "ew")
    qtbot.keyClick(editor(grid), K.Key_Return)
    assert [(edit.id, edit.key, edit.text, edit.seen) for edit in done[0].edits] == [
        (key(0), "title", "new", "seen 0")
    ]
    assert done[0].how == "typed"
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 0)
    assert grid.model().index(0, 0).data() == "new"


def test_f2_edits_the_plain_value_and_escape_leaves_it(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    grid.go_to(2, 1)
    qtbot.keyClick(grid, K.Key_F2)
    assert editor(grid).text() == "1200"
    qtbot.keyClicks(editor(grid), "9")
    qtbot.keyClick(editor(grid), K.Key_Escape)
    assert done == []
    assert grid.model().index(2, 1).data() == "1,200"


def test_an_edit_that_changes_nothing_says_nothing(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    qtbot.keyClick(grid, K.Key_F2)
    qtbot.keyClick(editor(grid), K.Key_Return)
    assert done == []


def test_tab_goes_to_the_next_input_and_leaves_at_the_end(qtbot: QtBot, grid: Grid) -> None:
    qtbot.keyClick(grid, K.Key_Tab)
    assert grid.currentIndex().column() == 1
    qtbot.keyClick(grid, K.Key_Backtab)
    assert grid.currentIndex().column() == 0
    grid.go_to(0, 3)
    qtbot.keyClick(grid, K.Key_Tab)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 0)
    grid.go_to(4, 3)
    qtbot.keyClick(grid, K.Key_Tab)
    assert grid.currentIndex().row() == 4


def test_delete_clears_a_range_in_one_act(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    qtbot.keyClick(grid, K.Key_Down, SHIFT)
    qtbot.keyClick(grid, K.Key_Right, SHIFT)
    qtbot.keyClick(grid, K.Key_Delete)
    assert len(done) == 1
    assert done[0].how == "cleared"
    assert [(edit.id, edit.key) for edit in done[0].edits] == [
        (key(0), "title"),
        (key(0), "amount"),
        (key(1), "title"),
        (key(1), "amount"),
    ]


def test_copy_takes_plain_values_as_text_and_table(qtbot: QtBot, grid: Grid) -> None:
    grid.select_box(0, 0, 1, 1)
    qtbot.keyClick(grid, K.Key_C, CTRL)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.text() == "line 0\t1000\nline 1\t1100"
    assert "<td>1100</td>" in mime.html()


def test_paste_fills_cells_and_tells_what_was_left_over(qtbot: QtBot, grid: Grid) -> None:
    grid.go_to(3, 1)
    QGuiApplication.clipboard().setText("7\t2026-01-01\ttrue\tLate\n8\t\tfalse\tx\n9\t\t\t")
    with qtbot.waitSignal(grid.pasted) as caught:
        qtbot.keyClick(grid, K.Key_V, CTRL)
    assert caught.args is not None
    block: PastedBlock = caught.args[0]
    assert [(edit.key, edit.text) for edit in block.edits][:3] == [
        ("amount", "7"),
        ("due", "2026-01-01"),
        ("done", "true"),
    ]
    assert block.refused == 2
    assert block.beyond == (("9", "", "", ""),)
    assert block.first_key == "amount"


def test_one_copied_value_fills_the_selection(qtbot: QtBot, grid: Grid) -> None:
    grid.select_box(0, 0, 2, 0)
    QGuiApplication.clipboard().setText("same")
    with qtbot.waitSignal(grid.pasted) as caught:
        qtbot.keyClick(grid, K.Key_V, CTRL)
    assert caught.args is not None
    assert [edit.text for edit in caught.args[0].edits] == ["same"] * 3


def test_fill_down_repeats_the_top_row(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    grid.select_box(0, 0, 2, 0)
    qtbot.keyClick(grid, K.Key_D, CTRL)
    assert [(edit.id, edit.text) for edit in done[0].edits] == [(key(1), "line 0"), (key(2), "line 0")]


def test_fill_down_of_one_cell_takes_the_cell_above(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    grid.go_to(1, 0)
    qtbot.keyClick(grid, K.Key_D, CTRL)
    assert [(edit.id, edit.text) for edit in done[0].edits] == [(key(1), "line 0")]


def test_today_goes_into_dates_only(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    grid.today = lambda: "2026-06-15"
    qtbot.keyClick(grid, K.Key_Semicolon, CTRL)
    assert done == []
    grid.go_to(0, 2)
    qtbot.keyClick(grid, K.Key_Semicolon, CTRL)
    assert [(edit.key, edit.text) for edit in done[0].edits] == [("due", "2026-06-15")]


def test_space_ticks_and_unticks(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    grid.go_to(1, 3)
    qtbot.keyClick(grid, K.Key_Space)
    qtbot.keyClick(grid, K.Key_Space)
    assert [(edit.how, edit.edits[0].text) for edit in done] == [("ticked", "true"), ("ticked", "false")]


def test_space_on_text_types_nothing(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    qtbot.keyClick(grid, K.Key_Space)
    assert grid.viewport().findChild(QLineEdit) is None


def test_enter_opens_the_record(qtbot: QtBot, grid: Grid) -> None:
    grid.go_to(3, 0)
    with qtbot.waitSignal(grid.opened) as caught:
        qtbot.keyClick(grid, K.Key_Return)
    assert caught.args == [key(3)]


def test_undo_keys_pass_through_to_the_window(qtbot: QtBot, grid: Grid, done: list[Edits]) -> None:
    qtbot.keyClick(grid, K.Key_Z, CTRL)
    assert done == []
    assert grid.viewport().findChild(QLineEdit) is None


def test_the_cursor_survives_a_refresh(grid: Grid) -> None:
    grid.go_to(3, 1)
    grid.records.refresh({key(3)})
    assert grid.current_id() == key(3)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_side_arrows_close_and_open_groups_by_reading_direction(
    qtbot: QtBot, looks: Callable[..., Look], language: str
) -> None:
    look = looks(language)
    model = RecordTreeModel(PLAN_COLUMNS, PlanProvider(Say(language)), look.words)
    grid = Grid(look, model, name="Workplan")
    model.setParent(grid)
    qtbot.addWidget(grid)
    grid.show()
    grid.go_to(0, 0)
    back, forward = (K.Key_Right, K.Key_Left) if look.rtl else (K.Key_Left, K.Key_Right)
    qtbot.keyClick(grid, back)
    assert model.rowCount() == 6
    qtbot.keyClick(grid, forward)
    assert model.rowCount() == 11
    grid.go_to(4, 0)
    qtbot.keyClick(grid, back)
    assert grid.currentIndex().row() == 1


def test_a_click_on_a_tick_toggles_it_and_one_beside_the_chevron_opens(qtbot: QtBot, look: Look) -> None:
    model = RecordTreeModel(PLAN_COLUMNS, PlanProvider(Say("en")), look.words)
    grid = Grid(look, model, name="Workplan")
    model.setParent(grid)
    qtbot.addWidget(grid)
    grid.resize(700, 400)
    grid.show()
    found: list[Edits] = []
    grid.edited.connect(found.append)
    tick = grid.visualRect(model.index(2, model.column_of("q2"))).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=tick)
    assert [(edit.key, edit.text) for edit in found[0].edits] == [("q2", "true")]
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(17, 14))
    assert model.expanded(0) is False


def test_numbers_stand_on_the_right_in_both_directions(qtbot: QtBot, looks: Callable[..., Look]) -> None:
    edges = []
    for language in ("en", "ar"):
        look = looks(language)
        model = RecordTableModel(COLUMNS[1:2], Plain(), look.words)
        grid = Grid(look, model, name="Lines")
        model.setParent(grid)
        qtbot.addWidget(grid)
        grid.resize(300, 200)
        grid.show()
        box = grid.visualRect(model.index(2, 0))
        image = grid.viewport().grab(box).toImage()
        ground = image.pixelColor(box.width() // 4, 3)
        ink = [
            x
            for x in range(image.width())
            if any(image.pixelColor(x, y) != ground for y in range(4, image.height() - 4))
        ]
        edges.append(image.width() - max(x for x in ink if x < image.width() - 4))
    assert edges[0] == edges[1]


def test_a_choice_and_a_person_are_edited_in_their_cells(qtbot: QtBot, look: Look) -> None:
    columns = (
        Column("state", "Status", editable=True, choices=[("a", "Alpha"), ("b", "Beta")]),
        Column("lead", "Lead", editable=True, provider=lambda _text: [Candidate("o", "Omar Khalil")]),
    )
    model = RecordTableModel(columns, Plain(), look.words)
    grid = Grid(look, model, name="Lines")
    model.setParent(grid)
    qtbot.addWidget(grid)
    grid.show()
    found: list[Edits] = []
    grid.edited.connect(found.append)
    grid.go_to(0, 1)
    qtbot.keyClicks(grid, "o")
    qtbot.keyClicks(editor(grid), "m")
    qtbot.keyClick(editor(grid), K.Key_Return)
    assert [(edit.key, edit.text) for edit in found[0].edits] == [("lead", "o")]
    grid.go_to(0, 0)
    qtbot.keyClick(grid, K.Key_F2)
    combo = grid.viewport().findChild(Combo)
    assert isinstance(combo, Combo)
    qtbot.keyClick(combo.view(), K.Key_Down)
    qtbot.keyClick(combo.view(), K.Key_Down)
    qtbot.keyClick(combo.view(), K.Key_Return)
    assert [(edit.key, edit.text) for edit in found[1].edits] == [("state", "b")]
    assert model.index(0, 0).data() == "Beta"
