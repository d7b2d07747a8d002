"""The notebook locks when nobody touches it and when it is asked, shows nothing, and opens where it was."""

import gc
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.office import PASSPHRASE, Office, Template
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop import settings as preferences
from desktop.app.collecting import Collector
from desktop.app.house import House
from desktop.app.left_over import LeftOver
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.settings import Settings
from desktop.store.attachments import Report, Stored, Vault
from desktop.store.profile import open_profile
from desktop.store.store import Store
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import NoteField, TextField
from desktop.windows.main_window import MainWindow
from desktop.windows.record_sheet import RecordSheet
from desktop.windows.unlock import Unlock
from sync.errors import DaftarError
from sync.records import KINDS

Key, Mod = Qt.Key, Qt.KeyboardModifier


class Stopwatch:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Question(Dialog):
    """A dialog that keeps nothing by itself, as most do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.look, title="Add evidence", parent=window)
        self.field = TextField(window.look, "Title", parent=self)
        self.secret = TextField(window.look, "Passphrase", parent=self)
        self.secret.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self.field)
        self.body.addWidget(self.secret)


@pytest.fixture
def office(office_template: Template, tmp_path: Path) -> Office:
    """Its store is closed by the house."""
    return office_template.copy(tmp_path)


@pytest.fixture
def time() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def house(qtbot: QtBot, qapp: QApplication, office: Office, time: Stopwatch) -> Iterator[House]:
    preferences.save(Settings(theme="light"), path=office.paths.settings)
    made = House(qapp, office.paths, clock=office.clock, syncing=False, now=time)
    made.enter(office.store)
    yield made
    if made.unlock is not None:
        made.unlock.close()
    made.leave()


@pytest.mark.collects
def test_nothing_is_collected_in_other_threads_while_it_is_locked(
    qapp: QApplication, office: Office, time: Stopwatch
) -> None:
    """The sync may still wait for the network then, and the window it served is garbage."""
    collector = Collector()
    collector.start()
    house = House(qapp, office.paths, clock=office.clock, syncing=False, now=time, collector=collector)
    house.enter(office.store)
    collector.settle()
    house.lock()
    assert not gc.isenabled()
    assert gc.get_freeze_count() == 0, "the key must go with the window"
    unlock_of(house).close()
    house.leave()
    collector.stop()
    assert gc.isenabled()


def window_of(house: House) -> MainWindow:
    assert house.session is not None
    return house.session.window


def unlock_of(house: House) -> Unlock:
    assert house.unlock is not None
    return house.unlock


def type_passphrase(house: House, text: str) -> None:
    field = unlock_of(house).passphrase.editor
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Return)


def test_ctrl_l_hides_everything_and_forgets_the_key(qtbot: QtBot, house: House, office: Office) -> None:
    window = window_of(house)
    window.go("workplan")
    others = {each for each in QApplication.topLevelWidgets() if each.isVisible()} - {window}
    QTest.keyClick(window, Key.Key_L, Mod.ControlModifier)
    assert house.session is None
    assert not window.isVisible()
    shown = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
    assert shown - others == {unlock_of(house)}
    assert unlock_of(house).windowTitle() == "Daftar"
    with pytest.raises(DaftarError, match="store_closed"):
        office.store.remember({"anything": "at all"})
    again = Store.open(open_profile(office.paths, passphrase=PASSPHRASE), KINDS, office.clock)
    again.close()


def test_the_right_passphrase_opens_the_same_screen_and_a_wrong_one_is_told(
    qtbot: QtBot, house: House
) -> None:
    window_of(house).go("meetings")
    house.lock()
    type_passphrase(house, "not this one")
    assert unlock_of(house).passphrase.error
    assert house.session is None
    type_passphrase(house, PASSPHRASE)
    assert house.unlock is None
    assert window_of(house).isVisible()
    assert window_of(house).current == "meetings"


def test_time_without_a_touch_locks(qtbot: QtBot, house: House, time: Stopwatch) -> None:
    time.seconds += 14 * 60
    assert not house.watch.check()
    QTest.keyClick(window_of(house), Key.Key_Shift)
    time.seconds += 14 * 60
    assert not house.watch.check()
    time.seconds += 60
    assert house.watch.check()
    assert house.session is None


def test_a_touch_after_the_time_is_up_unlocks_nothing(qtbot: QtBot, house: House, time: Stopwatch) -> None:
    window = window_of(house)
    window.go("desk")
    time.seconds += 3600
    QTest.keyClick(window, Key.Key_3, Mod.ControlModifier)
    assert house.session is None
    assert unlock_of(house).isVisible()


@pytest.mark.parametrize("choice, minutes", [("5", 5), ("60", 60)])
def test_the_setting_says_when(house: House, time: Stopwatch, choice: str, minutes: int) -> None:
    assert house.session is not None
    house.session.keep(replace(house.session.desk.settings, lock_after=choice))
    time.seconds += minutes * 60 - 1
    assert not house.watch.check()
    time.seconds += 1
    assert house.watch.check()


def test_never_is_never(house: House, time: Stopwatch) -> None:
    assert house.session is not None
    house.session.keep(replace(house.session.desk.settings, lock_after="never"))
    time.seconds += 7 * 24 * 3600
    assert not house.watch.check()


def test_what_is_typed_in_a_form_is_there_again(qtbot: QtBot, house: House, office: Office) -> None:
    window = window_of(house)
    window.go("workplan")
    screen = window.front
    assert isinstance(screen, WorkplanScreen)
    qtbot.waitUntil(lambda: bool(screen.tree.nodes))
    screen.show_record("activity", office.ids["certificates"])
    qtbot.waitUntil(lambda: screen.panels.is_open)

    def form_is_there() -> bool:
        screen.panel.edit()
        return screen.panel.form is not None

    qtbot.waitUntil(form_is_there)
    form = screen.panel.form
    assert form is not None
    field = form.fields["deliverable"]
    assert isinstance(field, TextField | NoteField)
    QTest.keyClicks(field.editor, "Signed minutes")
    house.lock()
    type_passphrase(house, PASSPHRASE)
    assert house.session is not None
    row = house.session.desk.row("activity", office.ids["certificates"])
    assert row is not None
    assert row.values["deliverable"] == "Signed minutes"


def test_a_sheet_is_saved_and_another_dialog_is_offered_back(
    qtbot: QtBot, house: House, office: Office
) -> None:
    window = window_of(house)
    window.open_record("lesson", office.ids["lesson"])
    sheet = window.findChild(RecordSheet)
    assert sheet is not None
    note = sheet.form.fields["targeted_users"]
    assert isinstance(note, NoteField | TextField)
    QTest.keyClicks(note.editor, "Trainers")
    house.lock()
    type_passphrase(house, PASSPHRASE)
    assert house.session is not None
    row = house.session.desk.row("lesson", office.ids["lesson"])
    assert row is not None
    assert row.values["targeted_users"] == "Trainers"
    assert window_of(house).findChild(LeftOver) is None


def test_words_in_a_question_that_was_open_are_shown_afterwards(qtbot: QtBot, house: House) -> None:
    window = window_of(house)
    dialog = Question(window)
    dialog.open()
    QTest.keyClicks(dialog.field.editor, "Half a sentence")
    QTest.keyClicks(dialog.secret.editor, "open sesame")
    house.lock()
    type_passphrase(house, PASSPHRASE)
    left = window_of(house).findChild(LeftOver)
    assert left is not None
    assert left.text.toPlainText() == "Add evidence\nTitle: Half a sentence"
    left.done_button.click()
    house.lock()
    type_passphrase(house, PASSPHRASE)
    assert window_of(house).findChild(LeftOver) is None


def test_a_file_that_was_being_copied_in_is_named_afterwards(
    qtbot: QtBot, house: House, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.session is not None
    files, begun = house.session.desk.files, threading.Event()

    def slowly(_vault: Vault, _source: Path, *, workspace: bytes, report: Report) -> Stored:
        begun.set()
        while True:
            report(0.5)

    monkeypatch.setattr(Vault, "add", slowly)
    files.take_in(office.row("solar", "activity"), tmp_path / "signed list.pdf")
    assert begun.wait(20)
    house.lock()
    type_passphrase(house, PASSPHRASE)
    left = window_of(house).findChild(LeftOver)
    assert left is not None
    assert left.text.toPlainText() == "Not attached yet\nsigned list.pdf"


def test_without_a_passphrase_it_stays_open_and_says_why(
    house: House, time: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.house.wrap_types", lambda _path: ("keyring",))
    time.seconds += 3600
    assert not house.watch.check()
    QTest.keyClick(window_of(house), Key.Key_L, Mod.ControlModifier)
    assert house.session is not None
    assert window_of(house).current == "settings"


def test_nothing_holds_the_key_any_more(qtbot: QtBot, house: House, office: Office) -> None:
    window_of(house).go("workplan")
    store = weakref.ref(office.store)
    del office.store
    house.lock()

    def forgotten() -> bool:
        gc.collect()
        return store() is None

    qtbot.waitUntil(forgotten)
