"""Notes in an editor: kept as drafts, written at pauses, merged with what arrives, back after a crash."""

import pytest
from helpers.colleagues import Colleague
from helpers.office import Office
from helpers.stage import dressed_look, make_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.store.drafts import all_drafts
from desktop.widgets.notes_keeper import NotesKeeper
from desktop.widgets.text_editor import TextEditor


class Bench:
    """An editor on a desk, the way a screen puts them together."""

    def __init__(self, qtbot: QtBot, office: Office, desk: Desk) -> None:
        self.office, self.desk = office, desk
        self.editor = TextEditor(dressed_look(desk.words), name="Notes")
        qtbot.addWidget(self.editor)
        self.keeper = NotesKeeper(desk, self.editor, Keeper(desk, "meetings"))
        desk.changed.connect(self.keeper.follow)
        self.open("item2")
        self.editor.show()
        self.editor.setFocus()

    def open(self, name: str) -> None:
        self.keeper.open("agenda_item", self.office.ids[name])

    def stored(self, name: str = "item2") -> str:
        return str(self.office.row(name, "agenda_item").values["notes"] or "")


@pytest.fixture
def bench(qtbot: QtBot, office: Office, desk: Desk) -> Bench:
    return Bench(qtbot, office, desk)


def test_a_pause_makes_a_change_of_what_was_typed(qtbot: QtBot, bench: Bench) -> None:
    qtbot.keyClicks(bench.editor, "Hassan: 64 of 400.")
    qtbot.waitUntil(lambda: bench.stored() == "Hassan: 64 of 400.")
    qtbot.waitUntil(lambda: all_drafts(bench.desk.reader.connection) == [])


def test_leaving_the_editor_writes_at_once(qtbot: QtBot, bench: Bench) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    qtbot.keyClicks(bench.editor, "left")
    bench.editor.left.emit()
    qtbot.waitUntil(lambda: bench.stored() == "left", timeout=1500)


def test_another_text_is_shown_and_nothing_of_the_first_is_lost(qtbot: QtBot, bench: Bench) -> None:
    qtbot.keyClicks(bench.editor, "first")
    bench.open("item1")
    qtbot.keyClicks(bench.editor, "second")
    bench.keeper.close()
    qtbot.waitUntil(lambda: (bench.stored(), bench.stored("item1")) == ("first", "second"))


def test_what_arrives_is_patched_in_and_the_caret_stays(qtbot: QtBot, bench: Bench) -> None:
    omar = Colleague(bench.office, "omar", 0xBEEF)
    qtbot.keyClicks(bench.editor, "middle")
    bench.keeper.write()
    qtbot.waitUntil(lambda: bench.stored() == "middle")
    QTest.keyClick(bench.editor, Qt.Key.Key_Left)
    omar.writes_text("item2", "agenda_item", "notes", "أولاً 😀 middle and the end")
    qtbot.waitUntil(lambda: bench.editor.text() == "أولاً 😀 middle and the end")
    qtbot.keyClicks(bench.editor, "X")
    assert bench.editor.text() == "أولاً 😀 middlXe and the end"
    qtbot.waitUntil(lambda: bench.stored() == "أولاً 😀 middlXe and the end")


def test_what_was_typed_comes_back_after_a_crash(qtbot: QtBot, bench: Bench, office: Office) -> None:
    qtbot.keyClicks(bench.editor, "not yet a change")
    qtbot.waitUntil(lambda: len(all_drafts(bench.desk.reader.connection)) == 1, timeout=1500)
    assert bench.stored() == ""
    second = make_desk(office)
    try:
        again = Bench(qtbot, office, second)
        assert again.editor.text() == "not yet a change"
        qtbot.waitUntil(lambda: bench.stored() == "not yet a change")
    finally:
        second.close()


def test_undo_takes_back_what_was_typed_here(qtbot: QtBot, bench: Bench) -> None:
    qtbot.keyClicks(bench.editor, "oops")
    QTest.keyClick(bench.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.editor.text() == ""
    QTest.keyClick(bench.editor, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert bench.editor.text() == "oops"


def test_a_removed_record_keeps_the_text_as_a_draft(qtbot: QtBot, bench: Bench, office: Office) -> None:
    omar = Colleague(office, "omar", 0xBEEF)
    omar.removes("item2", "agenda_item")
    qtbot.waitUntil(lambda: office.row("item2", "agenda_item").deleted)
    qtbot.keyClicks(bench.editor, "still here")
    bench.keeper.close()
    office.store.post(lambda _db: None).result()
    assert len(all_drafts(bench.desk.reader.connection)) == 1
