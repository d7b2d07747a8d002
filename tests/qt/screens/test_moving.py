"""Moving a line of the plan to another workspace: what is said, what moves, and the way back."""

from collections.abc import Iterator

import pytest
from helpers.office import LEBANON, Office
from helpers.plan_page import go_to, plan_screen
from helpers.stage import RecordingHost, said_by
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.workplan.moving import MoveDialog
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.store.moved import formerly
from desktop.store.rows import Row
from desktop.widgets.look import Look


@pytest.fixture
def screen(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> Iterator[WorkplanScreen]:
    office.grant(LEBANON, "Lebanon")
    with plan_screen(qtbot, look, desk, host) as made:
        yield made


def entry(screen: WorkplanScreen) -> QAction:
    return next(one for one in screen._menu().actions() if one.text() == "Move to another workspace…")


def ask(qtbot: QtBot, screen: WorkplanScreen, office: Office, name: str) -> MoveDialog:
    go_to(screen, office, name)
    entry(screen).trigger()
    qtbot.waitUntil(lambda: screen.away.dialog is not None)
    assert screen.away.dialog is not None
    return screen.away.dialog


def in_lebanon(office: Office, kind: str) -> list[Row]:
    return [row for row in office.rows(kind) if row.workspace == LEBANON]


def test_an_activity_moves_with_what_belongs_to_it_and_one_undo_brings_it_back(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost, desk: Desk
) -> None:
    dialog = ask(qtbot, screen, office, "certificates")
    said = said_by(dialog)
    assert "Move “Prior-learning certificates with the training board” to another workspace" in said
    assert "Goes along: Budget lines 2, Responsibilities 1, Milestones 1." in said
    assert "In Jordan it is under Removed items" in said
    assert "In Lebanon it is new for everybody" in said
    dialog.move_button.setFocus()
    qtbot.keyClick(dialog.move_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(host.toasts))
    text, undo, _ = host.toasts[0]
    assert text.replace("\u2066", "").replace("\u2069", "") == (
        "Moved “Prior-learning certificates with the training board” to Lebanon."
    )
    assert undo
    (moved,) = in_lebanon(office, "activity")
    assert formerly(desk.reader, moved.id) == [office.ids["certificates"]]
    assert {row.values["activity"] for row in in_lebanon(office, "budget_line")} == {moved.id}
    (milestone,) = in_lebanon(office, "milestone")
    assert (milestone.values["activity"], milestone.values["title"]) == (moved.id, "First 120 certificates")
    assert office.row("certificates", "activity").deleted
    qtbot.waitUntil(lambda: office.ids["certificates"] not in screen.tree.lines)
    office.store.undo().result()
    assert not office.row("certificates", "activity").deleted
    assert in_lebanon(office, "activity") == []
    qtbot.waitUntil(lambda: office.ids["certificates"] in screen.tree.lines)


def test_what_stands_under_a_line_may_stay(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    dialog = ask(qtbot, screen, office, "output11")
    assert "Activities 4" in said_by(dialog)
    dialog.whole.setFocus()
    qtbot.keyClick(dialog.whole, Qt.Key.Key_Space)
    assert "Nothing else belongs to it. 5 lines under it stay in the plan." in said_by(dialog)
    qtbot.keyClick(dialog.move_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(host.toasts))
    assert len(in_lebanon(office, "result")) == 1
    assert in_lebanon(office, "activity") == []
    assert not office.row("solar", "activity").deleted


def test_a_result_moves_with_its_whole_branch(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    dialog = ask(qtbot, screen, office, "outcome1")
    qtbot.keyClick(dialog.move_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(host.toasts))
    results = {row.values["title"]: row for row in in_lebanon(office, "result")}
    activities = in_lebanon(office, "activity")
    assert len(results) == 3
    assert len(activities) == 6
    branches = {row.id for row in results.values()}
    assert {row.values["result"] for row in activities} < branches
    top = results["Skills and learning"].id
    parents = [row.values["position"][0] for row in results.values()]
    assert sorted(parents, key=lambda one: one or b"") == [None, top, top]


def test_escape_leaves_everything_where_it_is(qtbot: QtBot, screen: WorkplanScreen, office: Office) -> None:
    dialog = ask(qtbot, screen, office, "solar")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert in_lebanon(office, "activity") == []
    assert not office.row("solar", "activity").deleted


def test_a_role_that_ended_meanwhile_is_said_and_nothing_moves(
    qtbot: QtBot, screen: WorkplanScreen, office: Office, host: RecordingHost
) -> None:
    dialog = ask(qtbot, screen, office, "survey")
    office.grant(LEBANON, "Lebanon", role="reader")
    qtbot.keyClick(dialog.move_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(host.toasts))
    text, _, error = host.toasts[0]
    assert error
    assert text.startswith("Your role in this workspace does not include this.")
    assert in_lebanon(office, "activity") == []
    assert not office.row("survey", "activity").deleted


def test_with_several_workspaces_one_has_to_be_chosen(
    qtbot: QtBot, screen: WorkplanScreen, office: Office
) -> None:
    office.grant(b"\x07" * 16, "Iraq")
    dialog = ask(qtbot, screen, office, "solar")
    assert not dialog.move_button.isEnabled()
    assert dialog.move_button.toolTip() == "Choose a workspace first."
    qtbot.keyClick(dialog.place.editor, Qt.Key.Key_Down)
    qtbot.waitUntil(dialog.move_button.isEnabled)
    assert "In Lebanon it is new" in said_by(dialog) or "In Iraq it is new" in said_by(dialog)


def test_where_nothing_else_may_be_written_the_menu_offers_no_move(
    screen: WorkplanScreen, office: Office
) -> None:
    go_to(screen, office, "solar")
    assert entry(screen).isEnabled()
    office.grant(LEBANON, "Lebanon", role="reader")
    assert not entry(screen).isEnabled()
    assert not [row for row in office.rows("activity") if row.workspace == LEBANON]
