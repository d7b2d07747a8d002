"""What tests of the workplan do again and again: go to a cell, type into it, read what is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from helpers.office import Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.widgets.look import Look

Key = Qt.Key


def go_to(screen: WorkplanScreen, office: Office, name: str, key: str = "title") -> None:
    assert screen.page.grid is not None
    screen.page.grid.setFocus()
    assert screen.page.grid.show_record(office.ids[name], key=key)


def cell(screen: WorkplanScreen, record: bytes, key: str) -> Any:
    model = screen.page.model
    assert model is not None
    return model.cell_at(model.row_of(record), model.column_of(key))


def titles(screen: WorkplanScreen) -> list[str]:
    model = screen.page.model
    assert model is not None
    return [model.cell_at(row, 0).text for row in range(model.rowCount())]


def editor_of(screen: WorkplanScreen) -> QLineEdit:
    grid = screen.page.grid
    assert grid is not None
    found = [each for each in grid.viewport().findChildren(QLineEdit) if each.isVisible()]
    assert found
    return found[0]


def type_into(qtbot: QtBot, screen: WorkplanScreen, text: str) -> None:
    """F2, everything replaced, Enter."""
    qtbot.keyClick(screen.page.grid, Key.Key_F2)
    editor = editor_of(screen)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Key.Key_Return)


def open_panel(qtbot: QtBot, screen: WorkplanScreen, office: Office, name: str = "certificates") -> None:
    go_to(screen, office, name)
    qtbot.keyClick(screen.page.grid, Key.Key_Return)
    qtbot.waitUntil(lambda: screen.panel.facts is not None and screen.panel.facts.row.id == office.ids[name])


def texts(widget: QWidget) -> str:
    found = [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]
    found += [each.accessibleName() for each in widget.findChildren(QWidget) if each.isVisibleTo(widget)]
    return "\n".join(found)


@contextmanager
def plan_screen(qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost) -> Iterator[WorkplanScreen]:
    """The workplan of an office, read whole."""
    made = WorkplanScreen(look, desk, host)
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    desk.changed.connect(made.refresh)
    made.reload()
    qtbot.waitUntil(lambda: bool(made.tree.nodes) and bool(made.tree.counts))
    yield made
    made.leave()


def values_of(office: Office) -> Callable[..., Any]:
    """Reads one field of a record, of an activity unless another kind is named."""

    def read(name: str, field: str, kind: str = "activity") -> Any:
        return office.row(name, kind).values[field]

    return read
