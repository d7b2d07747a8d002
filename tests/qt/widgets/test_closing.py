"""A desk that closes while somebody is typing: the drafts are on the disk, and nothing is written later."""

import threading

import pytest
from helpers.office import Office
from helpers.stage import dressed_look, make_desk
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.bridge.slow_work import SlowWork
from desktop.screens.indicators.typed_drafts import TypedDrafts
from desktop.store.drafts import all_drafts
from desktop.store.driver import sqlite
from desktop.store.reader import Reader
from desktop.widgets.notes_keeper import NotesKeeper
from desktop.widgets.text_editor import TextEditor


def kept(office: Office) -> list[str]:
    return [draft.text for draft in office.store.post(all_drafts).result()]


def running(keeper: Keeper | TypedDrafts | NotesKeeper) -> bool:
    return any(timer.isActive() for timer in keeper.findChildren(QTimer))


def test_what_was_typed_in_the_last_moment_is_kept_when_the_desk_closes(office: Office) -> None:
    desk = make_desk(office)
    keeper = Keeper(desk, "meetings")
    keeper.keep(office.ids["item2"], "title", "Fuel for the pu")
    desk.close()
    assert kept(office) == ["Fuel for the pu"]
    assert not running(keeper)


def test_a_figure_that_was_being_typed_is_kept_when_the_desk_closes(office: Office) -> None:
    desk = make_desk(office)
    drafts = TypedDrafts(desk, office.ids["solar"])
    drafts.typing(("row", "F:15-24"), "3")
    desk.close()
    assert kept(office) == ["3"]
    assert not running(drafts)


def test_notes_that_were_being_typed_become_a_change_when_the_desk_closes(
    qtbot: QtBot, office: Office
) -> None:
    desk = make_desk(office)
    editor = TextEditor(dressed_look(desk.words), name="Notes")
    qtbot.addWidget(editor)
    notes = NotesKeeper(desk, editor, Keeper(desk, "meetings"))
    notes.open("agenda_item", office.ids["item2"])
    qtbot.keyClicks(editor, "Hassan: 64 of 400.")
    desk.close()
    office.store.post(lambda _connection: None).result()
    assert office.row("item2", "agenda_item").values["notes"] == "Hassan: 64 of 400."
    assert not running(notes)
    editor.left.emit()


def test_a_window_that_outlasts_its_desk_starts_no_writing(office: Office) -> None:
    desk = make_desk(office)
    keeper, drafts = Keeper(desk, "meetings"), TypedDrafts(desk, office.ids["solar"])
    desk.close()
    keeper.keep(office.ids["item2"], "title", "Fuel")
    drafts.typing(("row", "F:15-24"), "3")
    assert not running(keeper)
    assert not running(drafts)


def test_a_closed_desk_is_asked_nothing(office: Office) -> None:
    desk = make_desk(office)
    desk.close()
    asked: list[object] = []
    desk.ask(asked.append, asked.append, asked.append)
    assert desk.calls.waiting == 0
    assert not asked


def test_work_that_outlasts_its_desk_closes_its_reader(qtbot: QtBot, office: Office) -> None:
    desk, readers, go_on = make_desk(office), list[Reader](), threading.Event()
    page = QObject()

    def ask_a_slow_server(reader: Reader) -> None:
        readers.append(reader)
        go_on.wait(20)

    work = SlowWork(desk, page)
    work.start(ask_a_slow_server, readers.clear, readers.clear)
    qtbot.waitUntil(lambda: bool(readers))
    (thread,) = (each for each in threading.enumerate() if each.name.startswith("daftar-reader"))
    desk.close()
    go_on.set()
    thread.join(20)
    with pytest.raises(sqlite.ProgrammingError):
        readers[0].connection.execute("SELECT 1")


def test_somebody_who_types_without_a_pause_is_kept_all_the_same(
    qtbot: QtBot, office: Office, desk: Desk
) -> None:
    drafts = TypedDrafts(desk, office.ids["solar"])
    texts: list[str] = []
    letter = QTimer(drafts)
    letter.setInterval(20)
    letter.timeout.connect(lambda: (texts.append("3"), drafts.typing(("row", "F:15-24"), "".join(texts))))
    letter.start()
    qtbot.waitUntil(lambda: bool(kept(office)))
    letter.stop()
    drafts.save_now()
