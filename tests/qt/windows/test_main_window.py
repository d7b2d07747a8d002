"""The main window by its keys: going, searching, undoing, following the store, and changing its language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.office import JORDAN, LEBANON, NOW_MS, Office
from helpers.stage import dressed_look
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk, Scope
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.settings import Settings
from desktop.store.notices import add_notice, unread_notices
from desktop.widgets.dialogs import ConfirmDialog
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from desktop.windows.help_dialog import HelpDialog
from desktop.windows.last_resort import LastResort
from desktop.windows.main_window import MainWindow
from desktop.windows.plans import ScreenPlan
from desktop.windows.record_sheet import RecordSheet
from desktop.words import Words
from sync.changes import Edit
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.replica.replica import Replica

Key, Mod = Qt.Key, Qt.KeyboardModifier


class Page(Screen):
    """A page that keeps what it was told."""

    def __init__(self, look: Look, desk: Desk, host: Host, *, key: str, told: list[str]) -> None:
        super().__init__(look, desk, host)
        self.key = key
        self._told = told
        column = QVBoxLayout(self)
        self.editor = QLineEdit(self)
        self.editor.setAccessibleName("Words")
        column.addWidget(self.editor)
        self.setFocusProxy(self.editor)
        told.append(f"{key} made")

    def reload(self) -> None:
        self._told.append(f"{self.key} reload")

    def refresh(self, changed: Changed) -> None:
        self._told.append(f"{self.key} refresh")

    def scope_moved(self, scope: Scope) -> None:
        self._told.append(f"{self.key} scope {scope.period}")

    def show_record(self, kind: str, record: bytes) -> None:
        self._told.append(f"{self.key} shows {kind}")

    def leave(self) -> None:
        self._told.append(f"{self.key} leave")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def plans(told: list[str]) -> dict[str, ScreenPlan]:
    def page(key: str) -> Callable[[Look, Desk, Host], Screen]:
        return lambda look, desk, host: Page(look, desk, host, key=key, told=told)

    made = [
        ScreenPlan("desk", "My desk", "home", page("desk"), place="top"),
        ScreenPlan("decisions", "Needs your decision", "review", page("decisions"), place="top", pill=True),
        ScreenPlan("workplan", "Workplan", "workplan", page("workplan"), frozenset({"activity"})),
        ScreenPlan("meetings", "Meetings", "meetings", page("meetings"), frozenset({"meeting"})),
        ScreenPlan("exchange", "Send and receive", "arrow-down-up", page("exchange"), place="bottom"),
        ScreenPlan("settings", "Settings", "settings", page("settings"), place="bottom"),
    ]
    return {plan.key: plan for plan in made}


@pytest.fixture
def kept() -> list[Settings]:
    return []


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def sync(asked: list[str]) -> SyncFacts:
    return SyncFacts(lambda: asked.append("now"), state=SyncState(last_success_ms=NOW_MS - 60_000))


@pytest.fixture
def window(
    qtbot: QtBot,
    desk: Desk,
    plans: dict[str, ScreenPlan],
    sync: SyncFacts,
    kept: list[Settings],
) -> Iterator[MainWindow]:
    made = MainWindow(dressed_look(desk.words), desk, plans, sync, keep=kept.append)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.start()
    made.show()
    yield made
    made.close()


# Going


def test_a_screen_is_made_on_its_first_visit_only(window: MainWindow, told: list[str]) -> None:
    assert told == ["desk made", "desk reload"]
    window.go("workplan")
    window.go("desk")
    assert told[2:] == ["desk leave", "workplan made", "workplan reload", "workplan leave"]
    assert window.rail.active == "desk"


def test_ctrl_and_a_number_go_to_the_screens_in_the_order_of_the_rail(
    qtbot: QtBot, window: MainWindow
) -> None:
    for number, key in ((3, "workplan"), (2, "decisions"), (5, "exchange"), (1, "desk")):
        qtbot.keyClick(window, Key(Key.Key_0 + number), Mod.ControlModifier)
        assert window.current == key


def test_a_hidden_screen_only_remembers_that_something_changed(
    qtbot: QtBot, window: MainWindow, told: list[str], office: Office
) -> None:
    window.go("workplan")
    told.clear()
    office.change("solar", "activity", progress=70)
    qtbot.waitUntil(lambda: told == ["workplan refresh"])
    window.go("desk")
    assert told[1:] == ["workplan leave", "desk reload"]


def test_the_last_screen_place_and_scope_are_kept(
    qtbot: QtBot, window: MainWindow, kept: list[Settings], desk: Desk
) -> None:
    window.go("meetings")
    desk.choose(period="2026-Q3")
    window.close()
    assert kept[-1].last_screen == "meetings"
    assert kept[-1].last_period == "2026-Q3"
    assert kept[-1].last_workspace == JORDAN.hex()
    assert kept[-1].window_geometry


def test_a_window_opens_where_it_was_closed(
    qtbot: QtBot, desk: Desk, plans: dict[str, ScreenPlan], sync: SyncFacts, office: Office
) -> None:
    office.grant(LEBANON, "Lebanon")
    desk.settings = replace(
        desk.settings, last_screen="meetings", last_workspace=LEBANON.hex(), last_period="2026"
    )
    made = MainWindow(dressed_look(desk.words), desk, plans, sync)
    qtbot.addWidget(made)
    made.start()
    assert made.current == "meetings"
    assert desk.scope == Scope(LEBANON, "2026")
    assert [crumb.text for crumb in made._scopes.crumbs()] == ["Crossroads", "Lebanon", "Year 2026"]


def test_the_path_moves_the_scope_of_the_screen_in_front(
    window: MainWindow, desk: Desk, told: list[str]
) -> None:
    window.go("workplan")
    told.clear()
    window.top_bar.crumb_chosen.emit("period", "2026-Q4")
    assert desk.scope.period == "2026-Q4"
    assert told == ["workplan leave", "workplan scope 2026-Q4"]
    told.clear()
    window.go("desk")
    assert told == ["workplan leave", "desk scope 2026-Q4"]


# Search


def search(qtbot: QtBot, window: MainWindow, text: str) -> None:
    qtbot.keyClick(window, Key.Key_K, Mod.ControlModifier)
    assert window.top_bar.search.hasFocus() or window.focusWidget() is window.top_bar.search
    qtbot.keyClicks(window.top_bar.search, text)


def test_a_found_record_is_opened_on_its_screen(
    qtbot: QtBot, window: MainWindow, told: list[str], office: Office
) -> None:
    search(qtbot, window, "solar inst")
    qtbot.waitUntil(lambda: [hit.target for hit in window.popup.hits] == [office.ids["solar"]])
    assert window.popup.isVisible()
    qtbot.keyClick(window.top_bar.search, Key.Key_Return)
    assert window.current == "workplan"
    assert told[-1] == "workplan shows activity"
    assert not window.popup.isVisible()
    assert not window.top_bar.search.text()


def test_a_part_is_opened_with_its_whole(window: MainWindow, office: Office, told: list[str]) -> None:
    window.open_record("comment", office.ids["comment1"])
    assert told[-1] == "workplan shows activity"
    window.open_record("budget_line", office.ids["solar-training"])
    assert told[-1] == "workplan shows activity"


def test_a_record_without_a_screen_is_shown_on_a_sheet(window: MainWindow, office: Office) -> None:
    window.open_record("person", office.ids["hassan"])
    sheet = window.findChild(RecordSheet)
    assert isinstance(sheet, RecordSheet)
    assert sheet.windowTitle() == "Hassan Aziz"
    sheet.done_button.click()


def test_a_lesson_has_a_sheet_also_where_it_belongs_to_an_activity(
    window: MainWindow, office: Office
) -> None:
    window.open_record("lesson", office.ids["lesson"])
    sheet = window.findChild(RecordSheet)
    assert isinstance(sheet, RecordSheet)
    assert sheet.windowTitle() == "Book assessors early"


def test_a_search_that_finds_nothing_says_so(qtbot: QtBot, window: MainWindow) -> None:
    search(qtbot, window, "zzzz")
    qtbot.waitUntil(window.popup.isVisible)
    assert "zzzz" in window.popup._nothing.text()
    qtbot.keyClick(window.top_bar.search, Key.Key_Escape)
    assert not window.popup.isVisible()


# Undo


def test_ctrl_z_takes_the_last_command_back_and_ctrl_y_does_it_again(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    office.change("solar", "activity", progress=70)
    qtbot.keyClick(window.rail, Key.Key_Z, Mod.ControlModifier)
    qtbot.waitUntil(lambda: office.row("solar", "activity").values["progress"] == 60)
    qtbot.waitUntil(lambda: window.toasts.current is not None)
    assert window.toasts.current is not None
    assert window.toasts.current.accessibleName() == "Undone: Change"
    qtbot.keyClick(window.rail, Key.Key_Y, Mod.ControlModifier)
    qtbot.waitUntil(lambda: office.row("solar", "activity").values["progress"] == 70)


def test_undoing_over_somebody_else_is_asked_first(qtbot: QtBot, window: MainWindow, office: Office) -> None:
    office.all_sent()
    office.change("solar", "activity", title="Mine")
    seen = office.row("solar", "activity").seen
    office.colleague_changes("solar", "activity", title="Theirs", seen=seen)
    window.undo()
    qtbot.waitUntil(lambda: window.findChild(ConfirmDialog) is not None)
    dialog = window.findChild(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert office.row("solar", "activity").values["title"] == "Theirs"
    dialog.action_button.click()
    qtbot.waitUntil(lambda: office.row("solar", "activity").values["title"] == "Solar installation course")


def test_nothing_to_undo_is_said_and_goes_away(qtbot: QtBot, window: MainWindow, office: Office) -> None:
    office.store.post(lambda db: db.execute("DELETE FROM undo")).result()
    window.undo()
    qtbot.waitUntil(lambda: window.toasts.current is not None)
    assert window.toasts.current is not None
    assert "nothing to undo" in window.toasts.current.accessibleName()


# Messages


def test_an_error_comes_back_when_the_line_over_it_is_gone(window: MainWindow) -> None:
    window.toast("It failed", error=True)
    window.toast("Something else")
    assert window.toasts.current is not None
    assert window.toasts.current.accessibleName() == "Something else"
    window.toasts.current.close()
    assert window.toasts.current is not None
    assert window.toasts.current.accessibleName() == "It failed"
    window.toasts.current.close()
    assert window.toasts.current is None


def test_an_error_of_the_surroundings_is_worded(window: MainWindow, desk: Desk) -> None:
    desk.failed.emit(DaftarError("disk_full"))
    assert window.toasts.current is not None
    assert "the disk is full" in window.toasts.current.accessibleName()


def test_a_mistake_of_the_program_is_said_once_with_its_log(window: MainWindow, tmp_path: Path) -> None:
    window.apologise(ValueError("x"), tmp_path / "daftar.log")
    window.apologise(ValueError("y"), tmp_path / "daftar.log")
    dialogs = window.findChildren(LastResort)
    assert len(dialogs) == 1
    assert "ValueError" in dialogs[0].accessibleDescription()
    dialogs[0].close_button.click()


def test_f1_shows_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert isinstance(dialog, HelpDialog)
    dialog.close_button.click()


# Sync


def test_f5_asks_for_a_sync_and_the_badge_says_the_state(
    qtbot: QtBot, window: MainWindow, sync: SyncFacts, asked: list[str]
) -> None:
    qtbot.keyClick(window, Key.Key_F5)
    assert asked == ["now"]
    assert window.badge.words.first == "All sent"
    sync.update(pending=12, decisions=3)
    assert window.badge.words.first == "3 need your decision"
    assert "(3)" in window.rail._items["decisions"].accessibleName()
    window.badge.click()
    assert window.current == "exchange"


def test_practice_has_a_band_on_every_screen(window: MainWindow, sync: SyncFacts) -> None:
    assert not window._band.isVisible()
    sync.update(practice=True)
    assert window._band.isVisible()
    assert window.badge.words.first == "Practice"


def test_counts_follow_the_store(
    qtbot: QtBot, window: MainWindow, sync: SyncFacts, desk: Desk, office: Office
) -> None:
    office.all_sent()
    sync.follow(desk)
    row = office.row("solar", "activity")
    desk.submit([Edit(JORDAN, "activity", row.id, {"progress": 61}, row.seen)], label="Change")
    qtbot.waitUntil(lambda: sync.state.pending == 1)
    assert window.badge.words.first == "1 change on this laptop"


# Language and looks


def test_another_language_keeps_the_person_where_they_are(
    qtbot: QtBot, window: MainWindow, desk: Desk, told: list[str]
) -> None:
    window.go("workplan")
    told.clear()
    words = Words("ar", country="JO")
    window.rebuild(dressed_look(words, dark=True))
    assert told == ["workplan leave", "workplan made", "workplan reload"]
    assert window.current == "workplan"
    assert desk.words is words
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    qtbot.keyClick(window, Key.Key_1, Mod.ControlModifier)
    assert window.current == "desk"


def test_a_narrow_window_keeps_only_the_icons_of_the_rail(window: MainWindow) -> None:
    assert window.rail.width() == 200
    window.resize(1092, 614)
    assert window.rail.width() == 52
    hint = window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 600


def test_every_control_of_the_frame_has_a_name(window: MainWindow) -> None:
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QAbstractButton

    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit) and widget.isVisibleTo(window):
            face = QAccessible.queryAccessibleInterface(widget)
            assert face.text(QAccessible.Text.Name), widget


@pytest.fixture
def with_removed(
    qtbot: QtBot, look: Look, desk: Desk, plans: dict[str, ScreenPlan], told: list[str]
) -> Iterator[MainWindow]:
    def page(look: Look, desk: Desk, host: Host) -> Screen:
        return Page(look, desk, host, key="removed", told=told)

    plans["removed"] = ScreenPlan("removed", "Removed items", "trash", page, place="aside")
    window = MainWindow(look, desk, plans, SyncFacts())
    qtbot.addWidget(window)
    window.show()
    window.start()
    yield window
    window.close()


def test_a_screen_is_found_by_its_name_too(qtbot: QtBot, with_removed: MainWindow) -> None:
    window = with_removed
    assert "removed" not in window.rail._items, "it is no entry of the rail"
    qtbot.keyClick(window, Key.Key_K, Mod.ControlModifier)
    qtbot.keyClicks(window.top_bar.search, "REMOVED it")
    qtbot.waitUntil(lambda: [hit.title for hit in window.popup.hits] == ["Removed items"])
    qtbot.keyClick(window.top_bar.search, Key.Key_Return)
    assert window.current == "removed"


def test_a_removed_record_is_shown_among_removed_items(
    with_removed: MainWindow, told: list[str], office: Office
) -> None:
    with_removed.open_record("activity", office.ids["solar"])
    assert told[-1] == "workplan shows activity"
    office.change("solar", "activity", deleted=True)
    with_removed.open_record("activity", office.ids["solar"])
    assert told[-1] == "removed shows activity"


def test_a_lost_workspace_is_told_once_and_stays_until_it_is_read(
    window: MainWindow, desk: Desk, qtbot: QtBot
) -> None:
    def leave(replica: Replica) -> Changed:
        add_notice(replica.database, "workspace_left", {"workspace": "Jordan", "count": 3}, at_ms=NOW_MS)
        return Changed({"workspace": frozenset({JORDAN})}, local=False)

    desk.store.run(leave)
    qtbot.waitUntil(lambda: window.toasts.current is not None)
    toast = window.toasts.current
    assert toast is not None
    assert "access to Jordan. 3 unsent changes were handed" in toast.accessibleName()
    qtbot.waitUntil(lambda: unread_notices(desk.reader) == [])
