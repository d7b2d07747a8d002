"""The notes editor tells every edit in UTF-16 units, and edits of others do not move the caret."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from desktop.widgets.look import Look
from desktop.widgets.text_editor import TextEditor

K = Qt.Key
Edit = tuple[int, int, str]


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def applied(text: str, edits: list[Edit]) -> str:
    units = utf16(text)
    for position, removed, inserted in edits:
        units = units[: 2 * position] + utf16(inserted) + units[2 * (position + removed) :]
    return units.decode("utf-16-le", "surrogatepass")


@pytest.fixture
def editor(qtbot: QtBot, look: Look) -> TextEditor:
    made = TextEditor(look, name="Notes")
    qtbot.addWidget(made)
    made.resize(400, 120)
    made.show()
    return made


@pytest.fixture
def edits(editor: TextEditor) -> list[Edit]:
    found: list[Edit] = []
    editor.edited.connect(lambda position, removed, text: found.append((position, removed, text)))
    return found


def test_typed_letters_are_small_edits(qtbot: QtBot, editor: TextEditor, edits: list[Edit]) -> None:
    editor.set_text("ab")
    assert edits == []
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "cd")
    qtbot.keyClick(editor, K.Key_Return)
    qtbot.keyClick(editor, K.Key_Backspace)
    assert edits == [(2, 0, "c"), (3, 0, "d"), (4, 0, "\n"), (4, 1, "")]


def test_edits_around_letters_beyond_sixteen_bits_add_up(
    qtbot: QtBot, editor: TextEditor, edits: list[Edit]
) -> None:
    start = "x😀y😁z\nنص عربي"
    editor.set_text(start)
    cursor = editor.textCursor()
    cursor.setPosition(1)
    cursor.setPosition(3, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText("😂")
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText(" جديد\nline")
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText("short")
    assert applied(start, edits) == editor.text() == "short"


@pytest.mark.parametrize(
    "edit, text, place",
    [
        ((0, 0, "XY"), "XYhello world", 7),
        ((5, 0, "!"), "hello! world", 5),
        ((9, 2, "k"), "hello work", 5),
        ((3, 4, "p"), "helporld", 3),
        ((0, 5, ""), " world", 0),
    ],
)
def test_the_caret_stays_where_it_was_in_the_text(
    editor: TextEditor, edits: list[Edit], edit: Edit, text: str, place: int
) -> None:
    editor.set_text("hello world")
    cursor = editor.textCursor()
    cursor.setPosition(5)
    editor.setTextCursor(cursor)
    editor.apply_remote(*edit)
    assert editor.text() == text
    assert editor.textCursor().position() == place
    assert edits == []


def test_a_selection_survives_an_edit_in_front_of_it(editor: TextEditor) -> None:
    editor.set_text("hello world")
    cursor = editor.textCursor()
    cursor.setPosition(6)
    cursor.setPosition(11, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    editor.apply_remote(0, 0, "oh ")
    assert editor.textCursor().selectedText() == "world"


def test_adopting_a_newer_text_changes_one_stretch(editor: TextEditor, edits: list[Edit]) -> None:
    editor.set_text("one\ntwo\nthree")
    cursor = editor.textCursor()
    cursor.setPosition(9)
    editor.setTextCursor(cursor)
    editor.adopt_text("one\n2\nthree")
    assert editor.text() == "one\n2\nthree"
    assert editor.textCursor().position() == 7
    assert edits == []


def test_own_edits_after_remote_ones_are_counted_from_the_new_text(
    qtbot: QtBot, editor: TextEditor, edits: list[Edit]
) -> None:
    editor.set_text("bc")
    editor.apply_remote(0, 0, "a")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "d")
    assert edits == [(3, 0, "d")]


def test_lines_on_screen_stay_when_lines_come_in_above(qtbot: QtBot, editor: TextEditor) -> None:
    editor.set_text("\n".join(f"line {n}" for n in range(100)))
    editor.verticalScrollBar().setValue(500)
    corner = QPoint(2, 2)
    before = editor.cursorForPosition(corner).block().text()
    editor.apply_remote(0, 0, "new\nnew\n")
    assert editor.cursorForPosition(corner).block().text() == before


def test_paragraphs_find_their_own_side(looks: Callable[..., Look], qtbot: QtBot) -> None:
    for language in ("en", "ar"):
        made = TextEditor(looks(language), name="Notes")
        qtbot.addWidget(made)
        made.resize(500, 120)
        made.show()
        made.set_text("Latin first\nنص عربي")
        sides = []
        for number in (0, 1):
            cursor = QTextCursor(made.document().findBlockByNumber(number))
            sides.append(made.cursorRect(cursor).x() < 250)
        assert sides == [True, False]


def test_hard_spaces_and_line_ends_stay_as_they_are(qtbot: QtBot, editor: TextEditor) -> None:
    editor.set_text("12\u00a0% \u202fdes jeunes")
    assert editor.text() == "12\u00a0% \u202fdes jeunes"
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, K.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert editor.text().endswith("\n")


def test_pasted_markup_becomes_plain_text(editor: TextEditor, edits: list[Edit]) -> None:
    mime = QMimeData()
    mime.setHtml("<b>bold</b>")
    mime.setText("bold")
    editor.insertFromMimeData(mime)
    assert editor.text() == "bold"
    assert edits == [(0, 0, "bold")]


def test_undo_is_left_to_the_caller(qtbot: QtBot, editor: TextEditor) -> None:
    with qtbot.waitSignal(editor.undo_asked):
        qtbot.keyClick(editor, K.Key_Z, Qt.KeyboardModifier.ControlModifier)
