"""The item models obey Qt's rules, read rows lazily, and follow the store without losing the place."""

from collections.abc import Sequence

import pytest
from helpers.gallery_data import PLAN_COLUMNS, PeriodData, PlanProvider, Say
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.models.clipboard import from_tsv, to_html, to_tsv
from desktop.models.columns import Cell, Column, Row
from desktop.models.entry_model import EntryModel
from desktop.models.record_table_model import RecordTableModel
from desktop.models.record_tree_model import RecordTreeModel
from desktop.words import Words

COLUMNS = (Column("title", "Title", editable=True), Column("note", "Notes"))


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


class Lines:
    """A provider over a list that counts what it is asked."""

    def __init__(self, count: int) -> None:
        self.numbers = list(range(count))
        self.texts: dict[int, str] = {}
        self.asked = 0

    def ids(self) -> Sequence[bytes]:
        return [key(number) for number in self.numbers]

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]:
        self.asked += len(ids)
        numbers = [int.from_bytes(each, "big") for each in ids]
        return [Row(key(n), {"title": Cell(self.texts.get(n, f"line {n}"))}) for n in numbers]


def shown(model: RecordTableModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    "new",
    [
        [0, 1, 2, 3, 4, 5],
        [],
        [2, 3],
        [9, 0, 1, 8, 2, 3, 4, 5, 7],
        [5, 4, 3, 2, 1, 0],
        [0, 3, 1, 2, 9, 5],
        [9, 1, 8, 3, 7, 5, 6],
    ],
)
def test_refresh_turns_any_list_into_any_other(qtmodeltester: ModelTester, new: list[int]) -> None:
    lines = Lines(6)
    model = RecordTableModel(COLUMNS, lines, Words())
    qtmodeltester.check(model)
    held = {n: QPersistentModelIndex(model.index(n, 0)) for n in range(6)}
    lines.numbers = new
    model.refresh({key(n) for n in range(10)})
    assert shown(model) == [f"line {n}" for n in new]
    for n, index in held.items():
        assert index.isValid() == (n in new)
        if index.isValid():
            assert model.id_at(index.row()) == key(n)
    qtmodeltester.check(model)


def test_refresh_of_one_row_resets_nothing(qtbot: QtBot) -> None:
    lines = Lines(500)
    model = RecordTableModel(COLUMNS, lines, Words())
    shown(model)
    lines.texts[7] = "new"
    with qtbot.waitSignal(model.dataChanged) as caught, qtbot.assertNotEmitted(model.modelReset):
        model.refresh({key(7)})
    assert caught.args is not None
    assert (caught.args[0].row(), caught.args[1].row()) == (7, 7)
    assert model.index(7, 0).data() == "new"


def test_opening_a_hundred_thousand_rows_reads_none_of_them() -> None:
    lines = Lines(100_000)
    model = RecordTableModel(COLUMNS, lines, Words())
    assert model.rowCount() == 100_000
    assert lines.asked == 0
    assert model.index(50_000, 0).data() == "line 50000"
    assert lines.asked < 100


def test_a_held_edit_shows_until_the_record_comes_back() -> None:
    lines = Lines(3)
    model = RecordTableModel(COLUMNS, lines, Words())
    model.hold(key(1), "title", "typed")
    assert model.index(1, 0).data() == "typed"
    model.refresh({key(1)})
    assert model.index(1, 0).data() == "line 1"


def test_a_problem_keeps_the_typed_text_through_a_refresh() -> None:
    model = RecordTableModel(COLUMNS, Lines(3), Words())
    model.hold(key(1), "title", "2o4", problem="Write a whole number.")
    model.refresh({key(1)})
    assert model.index(1, 0).data() == "2o4"
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == "Write a whole number."
    model.release(key(1), "title")
    assert model.index(1, 0).data() == "line 1"


def test_a_record_that_vanished_is_an_empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines(2)
    model = RecordTableModel(COLUMNS, lines, Words())
    monkeypatch.setattr(lines, "rows", lambda _ids: [])
    assert model.index(0, 0).data() == ""


def test_tree_opens_and_closes_with_row_signals(qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    model = RecordTreeModel(PLAN_COLUMNS, PlanProvider(Say("en")), Words())
    qtmodeltester.check(model)
    assert model.rowCount() == 11
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_expanded(0, expanded=False)
    assert model.rowCount() == 6
    assert model.expanded(0) is False
    model.set_expanded(0, expanded=True)
    assert model.rowCount() == 11
    assert model.parent_row(4) == 1


def test_tree_reveals_a_hidden_record() -> None:
    model = RecordTreeModel(PLAN_COLUMNS, PlanProvider(Say("en")), Words(), closed=[bytes([1]) * 16])
    hidden = bytes([5]) * 16
    assert model.row_of(hidden) == -1
    assert model.reveal(hidden) == 4
    assert model.closed == frozenset()


def test_entry_model_obeys_qt_and_closes_periods(qtmodeltester: ModelTester) -> None:
    model = EntryModel(PeriodData(Say("en")))
    qtmodeltester.check(model)
    before = model.rowCount()
    model.set_open(0, is_open=False)
    assert model.rowCount() == before - 5
    model.set_open(0, is_open=True)
    assert model.rowCount() == before
    spoken = model.index(model.row_of("q2/Irbid"), 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Irbid, Refugees Women 15–24: 34"


@pytest.mark.parametrize(
    "text, block",
    [
        ("", []),
        ("1\t2\n3\t4\n", [["1", "2"], ["3", "4"]]),
        ("a\r\nb", [["a"], ["b"]]),
        ('"two\nlines"\tx', [["two\nlines", "x"]]),
        ('"say ""hi"""', [['say "hi"']]),
        ('5" pipe\tx', [['5" pipe', "x"]]),
        ('"open', [['"open']]),
        ("\t", [["", ""]]),
    ],
)
def test_pasted_text_is_read_as_spreadsheets_write_it(text: str, block: list[list[str]]) -> None:
    assert from_tsv(text) == block


def test_copied_text_comes_back_and_html_is_escaped() -> None:
    block = [["a\tb", "1"], ["two\nlines", ""]]
    assert from_tsv(to_tsv(block)) == block
    assert to_html([["<b>"]]) == "<table><tr><td>&lt;b&gt;</td></tr></table>"
