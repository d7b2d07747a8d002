"""The side panel of the workplan: reading, the form, money, history, comments, and files brought in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.office import JORDAN, Office, open_office
from helpers.plan_page import Key, cell, open_panel, plan_screen, texts, titles, values_of
from helpers.stage import RecordingHost, make_desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.models.columns import CellEdit, Edits
from desktop.screens.workplan.bringing_in import BringIn
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.widgets.look import Look


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[WorkplanScreen]:
    with plan_screen(qtbot, look, desk, host) as made:
        yield made


@pytest.fixture
def value(office: Office) -> Callable[..., Any]:
    return values_of(office)


def test_enter_opens_everything_about_a_line(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    open_panel(qtbot, screen, office)
    assert screen.panels.is_open
    qtbot.waitUntil(lambda: "Hassan Aziz" in texts(screen.panel))
    shown = texts(screen.panel)
    for expected in (
        "Late 42 days",
        "Hassan Aziz",
        "Samir Nasser",
        "Mafraq, Irbid",
        "D-14",
        "1.1a",
        "781 / 1,200",
    ):
        assert expected in shown
    assert "Saved on this laptop, not sent yet" in shown
    qtbot.keyClick(screen.panel, Key.Key_Escape)
    assert not screen.panels.is_open


def test_a_form_holds_every_field_and_saves_by_itself(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, desk: Desk, value: Callable[[str, str], Any]
) -> None:
    open_panel(qtbot, screen, office)
    qtbot.keyClick(screen, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    form = screen.panel.form
    assert form is not None
    fields = desk.store.kinds["activity"].fields
    assert set(form.fields) == {name for name, field in fields.items() if not field.technical}
    editor = form.fields["deliverable"].editor  # type: ignore[attr-defined]  # every text field has one
    editor.setFocus()
    qtbot.keyClicks(editor, "Signed minutes")
    qtbot.keyClick(editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: value("certificates", "deliverable") == "Signed minutes")


def test_a_form_keeps_what_cannot_be_read(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, value: Callable[[str, str], Any]
) -> None:
    open_panel(qtbot, screen, office)
    screen.panel.edit()
    form = screen.panel.form
    assert form is not None
    box = form.fields["progress"]
    editor = box.editor  # type: ignore[attr-defined]  # every number field has one
    editor.selectAll()
    qtbot.keyClicks(editor, "2o4")
    qtbot.keyClick(editor, Key.Key_Return)
    assert "2o4" in box.error
    office.change("certificates", "activity", notes="Something else")
    qtbot.waitUntil(lambda: form.row is not None and form.row.values["notes"] == "Something else")
    assert editor.text() == "2o4"
    assert value("certificates", "progress") == 35


def test_a_contested_line_leads_to_the_decision(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    office.all_sent()
    office.change("olive", "activity", end="2026-11-30")
    office.colleague_changes("olive", "activity", end="2026-12-10")
    qtbot.waitUntil(lambda: cell(screen, office.ids["olive"], "end").tint == "ask")
    open_panel(qtbot, screen, office, "olive")
    qtbot.waitUntil(lambda: "Two people changed this" in texts(screen.panel))
    button = next(each for each in screen.panel.findChildren(QAbstractButton) if each.text() == "Decide")
    button.click()
    assert host.gone == ["decisions"]


def test_budget_lines_are_added_edited_and_added_up(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    open_panel(qtbot, screen, office)
    screen.show_record("budget_line", office.ids["certificates-travel"])
    qtbot.waitUntil(lambda: screen.panel.tab == "budget" and screen.panel.budget.model.rowCount() == 2)
    assert screen.panel.budget._total.text() == "13,190.5 of 48,000 USD spent"
    screen.panel.budget.add_button.click()
    qtbot.waitUntil(lambda: screen.panel.budget.model.rowCount() == 3)
    new = next(row for row in office.rows("budget_line") if row.values["title"] == "New line")
    assert new.values["currency"] == "USD"
    budget = screen.panel.budget
    budget.grid.show_record(new.id, key="planned")
    row = budget.model.row_at(budget.model.row_of(new.id))
    budget.grid.edited.emit(Edits("typed", (CellEdit(new.id, "planned", "1,500.25", row.seen),)))
    qtbot.waitUntil(lambda: budget._total.text() == "13,190.5 of 49,500.25 USD spent")
    qtbot.waitUntil(lambda: cell(screen, office.ids["certificates"], "planned").text == "49,500")


def test_comments_are_written_and_listed(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    open_panel(qtbot, screen, office)
    screen.panel._tabs.set_value("comments")  # type: ignore[union-attr]  # there are tabs by now
    screen.panel._tab_chosen("comments")
    box = screen.panel._comments
    assert box is not None
    qtbot.keyClicks(box.field.editor, "The board signs itself.")
    qtbot.keyClick(box.field.editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "The board signs itself." in texts(screen.panel))
    made = next(row for row in office.rows("comment") if row.values["text"] == "The board signs itself.")
    assert made.values["about"] == office.ids["certificates"]


def test_history_says_who_changed_what(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    office.change("certificates", "activity", progress=40)
    open_panel(qtbot, screen, office)
    screen.panel._tabs.set_value("history")  # type: ignore[union-attr]  # there are tabs by now
    screen.panel._tab_chosen("history")
    qtbot.waitUntil(lambda: "changed Progress" in texts(screen.panel))
    shown = texts(screen.panel)
    assert "Progress: 40%" in shown
    assert "Lina Haddad" in shown


# Files


def test_a_spreadsheet_is_shown_before_it_is_brought_in(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost, tmp_path: Path
) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Activity code,Activity,Start date,End date,Responsible\n"
        "9.1,Train the trainers,01/02/2026,30/04/2026,Rima Mansour\n"
        "9.2,Open the centre,01/05/2026,31/08/2026,Omar Khalil\n",
        encoding="utf-8",
    )
    bring_in = BringIn(screen.look, screen.desk, host, parent=screen)
    bring_in.read(str(path))
    dialog = bring_in.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.go.isEnabled)
    assert dialog.go.text() == "Bring in 2 records"
    dialog.go.click()
    qtbot.waitUntil(lambda: "Train the trainers" in titles(screen))
    qtbot.waitUntil(lambda: bool(host.toasts))
    assert host.toasts[-1][:2] == ("Brought in 2 records.", True)
    made = next(row for row in office.rows("activity") if row.values["title"] == "Open the centre")
    assert made.values["lead"] == office.ids["omar"]
    assert made.workspace == JORDAN


# Everybody


def test_every_control_has_a_name(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    open_panel(qtbot, screen, office)
    screen.page.toggle_filter()
    screen.panel.edit()
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)
    nameless = []
    for widget in screen.findChildren(QWidget):
        if isinstance(widget, kinds) and widget.isVisibleTo(screen):
            face = QAccessible.queryAccessibleInterface(widget)
            if not face.text(QAccessible.Text.Name):
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == []


def test_an_empty_plan_offers_to_bring_one_in(
    qtbot: QtBot, look: Look, tmp_path: Path, host: RecordingHost
) -> None:
    office = open_office(tmp_path / "bare", filled=False)
    desk = make_desk(office)
    made = WorkplanScreen(look, desk, host)
    qtbot.addWidget(made)
    made.show()
    desk.changed.connect(made.refresh)
    made.reload()
    qtbot.waitUntil(made.page.empty_state.isVisible)
    assert made.page.empty_state.button is not None
    made.page.empty_add.click()
    qtbot.waitUntil(lambda: titles(made) == ["New activity"])
    made.leave()
    desk.close()
    office.close()


def test_who_does_what_is_added_changed_and_taken_away(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    open_panel(qtbot, screen, office, "solar")
    screen.panel.add_asked.emit("role")
    dialog = screen.panel.joint
    assert dialog is not None
    dialog.fields["person"].set_value(None)
    dialog.fields["raci"].set_value("accountable")
    dialog.save()
    assert dialog.fields["person"].error, "somebody must be named, and the choice stays"
    found = dialog.fields["person"].ahead.exact("Rima Mansour")
    dialog.fields["person"].set_value(found)
    dialog.save()
    roles = lambda: [  # noqa: E731
        row
        for row in office.rows("role")
        if row.values["activity"] == office.ids["solar"] and not row.deleted
    ]
    qtbot.waitUntil(lambda: [row.values["raci"] for row in roles()] == ["accountable"])
    assert roles()[0].values["person"] == office.ids["rima"]
    qtbot.waitUntil(lambda: "Rima Mansour" in texts(screen.panel))
    screen.panel.link_chosen.emit(f"role:{roles()[0].id.hex()}")
    again = screen.panel.joint
    assert again is not None
    again.fields["raci"].set_value("consulted")
    again.save()
    qtbot.waitUntil(lambda: [row.values["raci"] for row in roles()] == ["consulted"])
    qtbot.waitUntil(lambda: "Nobody is accountable yet." in texts(screen.panel))
    screen.panel.link_chosen.emit(f"role:{roles()[0].id.hex()}")
    assert screen.panel.joint is not None
    screen.panel.joint.remove_button.click()
    qtbot.waitUntil(lambda: roles() == [])
    assert host.toasts[-1][1]


def test_what_a_line_waits_for_is_shown_at_both_ends_and_never_in_a_circle(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    open_panel(qtbot, screen, office, "centres")
    screen.panel.add_asked.emit("dependency")
    dialog = screen.panel.joint
    assert dialog is not None
    dialog.fields["predecessor"].set_value(
        dialog.fields["predecessor"].ahead.exact("Coach training, 24 trainers")
    )
    dialog.fields["lag"].set_value("10")
    dialog.save()
    qtbot.waitUntil(lambda: "Coach training, 24 trainers" in texts(screen.panel))
    assert "Finish to start" in texts(screen.panel)
    assert "+ 10 days" in texts(screen.panel)
    open_panel(qtbot, screen, office, "coaches")
    qtbot.waitUntil(lambda: "waits for this" in texts(screen.panel))
    screen.panel.add_asked.emit("dependency")
    circle = screen.panel.joint
    assert circle is not None
    name = "Equip two training centres, Zarqa"
    circle.fields["predecessor"].set_value(circle.fields["predecessor"].ahead.exact(name))
    circle.save()
    assert circle.fields["predecessor"].error
    assert len(office.rows("dependency")) == 1
    circle.reject()
