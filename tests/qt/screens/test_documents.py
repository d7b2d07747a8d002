"""The section Evidence and documents: through a real store, by real keys, with real files."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from helpers.colleagues import Colleague
from helpers.document_section import act, names, shut_menu, standing, texts, until_shown
from helpers.drawers import REGISTER, Drawer
from helpers.office import JORDAN, Office
from helpers.stage import RecordingHost
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.file_line import join_files
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.store.attached import Duty, Policy, attached_files
from desktop.store.documents import Standing
from desktop.syncing.blobs import FileProgress, FilesReceipt
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.look import Look
from sync.blobs import BLOB_LIMIT

SENT = Duty(Policy.NOW)


def test_nothing_yet_says_what_belongs_here_and_offers_the_way(
    qtbot: QtBot, section: DocumentsSection
) -> None:
    qtbot.waitUntil(lambda: "No files yet" in texts(section))
    assert section.add.accessibleName() == "Add a file"
    section.choose_files()
    assert section.chooser is not None
    assert section.chooser.fileMode() is QFileDialog.FileMode.ExistingFiles
    section.chooser.reject()


def test_a_chosen_file_becomes_visible_when_it_is_stored(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    source = drawer.source("Signed list.pdf")
    QTest.keyClick(section.add, Qt.Key.Key_Space)
    assert section.chooser is not None
    section.chooser.filesSelected.emit([str(source)])
    section.chooser.reject()
    source_row = until_shown(qtbot, section, "Signed list.pdf")[0]
    assert standing(section) == [Standing.WAITING]
    assert (
        source_row.shown.caption == "\u206836 B\u2069 · \u2068Lina Haddad\u2069 · \u2068today 09:41\u2069"
        or ("Lina Haddad" in source_row.shown.caption)
    )
    (one,) = attached_files(desk.reader)
    assert one.duty == Duty(Policy.NOW, sent=False)
    assert desk.files.vault.holds(JORDAN, one.fingerprint)
    assert desk.files.copies == []
    assert "On this laptop, not yet sent" in texts(section)


def test_files_are_dropped_onto_the_section(qtbot: QtBot, section: DocumentsSection, drawer: Drawer) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(drawer.source(name, name.encode()))) for name in ("a.pdf", "b.pdf")])
    where, keys = QPoint(20, 20), Qt.KeyboardModifier.NoModifier
    button, copying = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    QApplication.sendEvent(section, QDragEnterEvent(where, copying, data, button, keys))
    QApplication.sendEvent(section, QDropEvent(QPointF(where), copying, data, button, keys))
    until_shown(qtbot, section, "a.pdf", "b.pdf")


def test_what_cannot_be_attached_says_why_where_it_was_added(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = drawer.folder / "archive.zip"
    with large.open("wb") as file:
        file.truncate(BLOB_LIMIT + 1)
    about = section.about
    assert about is not None
    section._take_in(about, [large, drawer.folder / "absent.pdf"])
    qtbot.waitUntil(lambda: len([row for row in section.copying if row.copy.error]) == 2)
    assert "larger than 200 MB" in texts(section)
    assert "“absent.pdf” cannot be read" in texts(section)
    for row in list(section.copying):
        QTest.keyClick(row.stop, Qt.Key.Key_Return)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: section.copying == [])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.store.sealed.Sealing.write", full)
        section._take_in(about, [drawer.source("film.mp4")])
        qtbot.waitUntil(lambda: "the disk is full" in texts(section))
    assert names(section) == []


def test_enter_opens_a_private_copy_that_goes_with_the_window(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk, opened: list[Path]
) -> None:
    drawer.put("certificates", "activity", "Signed list.pdf", duty=SENT)
    (row,) = until_shown(qtbot, section, "Signed list.pdf")
    row.name.setFocus()
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(opened) == 1)
    (copy,) = opened
    assert (copy.name, copy.read_bytes()) == ("Signed list.pdf", REGISTER)
    assert desk.store.profile.paths.opened in copy.parents
    desk.files.close()
    assert not copy.exists()


def test_what_a_crash_left_open_is_deleted_at_the_next_start(
    qtbot: QtBot, office: Office, desk: Desk
) -> None:
    left = office.paths.opened / "x" / "y" / "list.pdf"
    left.parent.mkdir(parents=True)
    left.write_bytes(REGISTER)
    again = Desk(desk.store, desk.words, desk.settings, desk.clock)
    qtbot.waitUntil(lambda: not office.paths.opened.exists())
    again.close()


def test_programs_are_not_run_and_missing_programs_are_told(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk, opened: list[Path]
) -> None:
    drawer.put("certificates", "activity", "list.exe", b"MZ", duty=SENT)
    drawer.put("certificates", "activity", "list.odd", b"odd", duty=SENT)
    program, odd = until_shown(qtbot, section, "list.exe", "list.odd")
    QTest.keyClick(program.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "is a program or a page that runs" in texts(section))
    assert opened == []
    desk.files.open_address = lambda _address: False
    QTest.keyClick(section.rows[1].name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "No program on this computer opens this file." in texts(section))
    assert odd.shown.error == ""


def test_a_copy_is_saved_where_the_person_says(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, host: RecordingHost, tmp_path: Path
) -> None:
    drawer.put("certificates", "activity", "Signed list.pdf", duty=SENT)
    (row,) = until_shown(qtbot, section, "Signed list.pdf")
    act(qtbot, section, row, "Save a copy as…")
    assert section.chooser is not None
    target = tmp_path / "out.pdf"
    section.chooser.fileSelected.emit(str(target))
    section.chooser.reject()
    qtbot.waitUntil(lambda: host.toasts != [])
    assert target.read_bytes() == REGISTER
    section.save(section.rows[0].shown.document, tmp_path / "no folder" / "out.pdf")
    qtbot.waitUntil(lambda: section.rows[0].shown.error != "")


def test_delete_removes_and_undo_brings_back(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk, host: RecordingHost
) -> None:
    drawer.put("certificates", "activity", "one.pdf", b"1")
    drawer.put("certificates", "activity", "two.pdf", b"2")
    rows = until_shown(qtbot, section, "one.pdf", "two.pdf")
    rows[0].name.setFocus()
    QTest.keyClick(rows[0].name, Qt.Key.Key_Down)
    assert rows[1].name.hasFocus()
    QTest.keyClick(rows[1].name, Qt.Key.Key_Delete)
    until_shown(qtbot, section, "one.pdf")
    assert host.toasts == [("Removed “two.pdf”.", True, False)]
    desk.undo(done=lambda _label: None, failed=desk.failed.emit)
    until_shown(qtbot, section, "one.pdf", "two.pdf")


def test_the_copy_on_this_laptop_goes_only_where_the_server_holds_it(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk, host: RecordingHost
) -> None:
    drawer.put("certificates", "activity", "waiting.pdf", b"waiting")
    drawer.put("certificates", "activity", "sent.pdf", bytes(2048), duty=SENT)
    waiting, sent = until_shown(qtbot, section, "waiting.pdf", "sent.pdf")
    act(qtbot, section, waiting, "Remove the copy from this laptop")
    qtbot.waitUntil(lambda: "this may be the only copy" in section.rows[0].shown.error)
    act(qtbot, section, section.rows[1], "Remove the copy from this laptop")
    qtbot.waitUntil(lambda: standing(section) == [Standing.WAITING, Standing.AWAY])
    assert host.toasts[-1][0].startswith("\u20682 KB\u2069 freed") or host.toasts[-1][0].startswith(
        "2 KB freed"
    )
    assert sent.shown.document.file is not None
    assert not desk.files.vault.holds(JORDAN, sent.shown.document.file.fingerprint)


def test_a_file_is_asked_for_and_says_what_it_waits_for(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    asked: list[bool] = []
    facts = SyncFacts(lambda: asked.append(True), state=SyncState(joined=True, no_connection=True))
    join_files(desk.files, facts)
    drawer.elsewhere("certificates", "activity", "film.mp4", 30_000_000)
    (row,) = until_shown(qtbot, section, "film.mp4")
    assert row.ask is not None
    assert row.policy is not None
    assert (row.ask.text(), row.shown.policy) == ("Fetch now", "Comes only when asked for")
    row.ask.setFocus()
    QTest.keyClick(row.ask, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "No connection just now. It comes by itself" in texts(section))
    assert asked == [True]
    (one,) = attached_files(desk.reader)
    assert one.duty.wanted
    facts.update(no_connection=False)
    qtbot.waitUntil(lambda: "Asked for; comes in a moment" in texts(section))
    assert section.rows[0].name.hasFocus(), "what had the keyboard is gone, its row is not"


def test_the_policy_is_changed_from_the_row(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    drawer.put("certificates", "activity", "list.pdf")
    (row,) = until_shown(qtbot, section, "list.pdf")
    assert row.policy is not None
    row.policy.setFocus()
    QTest.keyClick(row.policy, Qt.Key.Key_Return)
    assert section.menu is not None
    texts_of = [(action.text(), action.isChecked()) for action in section.menu.actions()]
    assert texts_of == [
        ("With the next connection", False),
        ("Over a good network", True),
        ("Only when asked for", False),
    ]
    section.menu.actions()[2].trigger()
    shut_menu(qtbot, section)
    qtbot.waitUntil(lambda: section.rows[0].shown.policy == "Goes out only when asked for")
    (one,) = attached_files(desk.reader)
    assert one.duty == Duty(Policy.DEMAND, sent=False)


def test_what_travels_says_how_far_it_is_without_moving_the_keyboard(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    drawer.elsewhere("certificates", "activity", "film.mp4", 1_000_000, duty=Duty(Policy.DEMAND, wanted=True))
    (row,) = until_shown(qtbot, section, "film.mp4")
    row.name.setFocus()
    (one,) = attached_files(desk.reader)
    join_files(desk.files, SyncFacts(state=SyncState(joined=True)))
    desk.files._passed(FileProgress(one, 250_000, sending=False, reached=250_000))
    qtbot.waitUntil(lambda: "Being fetched" in texts(section))
    row = section.rows[0]
    assert row.name.hasFocus()
    assert row.progress is not None
    assert row.progress.accessibleName() == "Being fetched 25%"
    desk.files._told = 0.0
    desk.files._passed(FileProgress(one, 250_000, sending=False, reached=500_000))
    qtbot.waitUntil(lambda: row.progress is not None and row.progress.accessibleName() == "Being fetched 50%")
    assert section.rows == [row], "a row on its way is not made again"
    desk.files._moved(FilesReceipt(problem="connection_cut"))
    qtbot.waitUntil(lambda: "No connection just now" in texts(section))


def test_a_copy_can_be_stopped_and_leaves_no_record(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    source, about = drawer.source("film.mp4", bytes(5_000_000)), section.about
    assert about is not None
    copy = desk.files.take_in(about, source)
    desk.files.give_up(copy)
    qtbot.waitUntil(lambda: desk.files.copies == [])
    assert attached_files(desk.reader) == []
    assert [path for path in desk.store.profile.paths.files.rglob("*") if path.is_file()] == []


def test_who_may_only_read_adds_and_removes_nothing(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, drawer: Drawer
) -> None:
    drawer.put("certificates", "activity", "list.pdf", duty=SENT)
    drawer.office.grant(JORDAN, "Jordan", role="reader")
    section = DocumentsSection(look, desk, host)
    qtbot.addWidget(section)
    section.show()
    section.show_about(desk.row("activity", drawer.office.ids["certificates"]), editable=True)
    (row,) = until_shown(qtbot, section, "list.pdf")
    assert section.add.isHidden()
    QTest.keyClick(row.name, Qt.Key.Key_Delete)
    QTest.keyClick(row.more, Qt.Key.Key_Return)
    assert section.menu is not None
    assert "Remove" not in [action.text() for action in section.menu.actions()]
    shut_menu(qtbot, section)
    assert len(attached_files(desk.reader)) == 1


def test_every_part_of_the_section_has_a_name(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer
) -> None:
    from PySide6.QtWidgets import QAbstractButton

    drawer.put("certificates", "activity", "list.pdf")
    drawer.elsewhere("certificates", "activity", "film.mp4", 30_000_000)
    until_shown(qtbot, section, "list.pdf", "film.mp4")
    assert all(button.accessibleName() for button in section.findChildren(QAbstractButton))
    assert "list.pdf" in section.rows[0].accessibleName()
    assert "On this laptop, not yet sent" in section.rows[0].accessibleName()


@pytest.mark.parametrize("asked", [Qt.DropAction.MoveAction, Qt.DropAction.CopyAction])
def test_a_dropped_file_stays_where_it_was(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, asked: Qt.DropAction
) -> None:
    """A file manager deletes what it is told was moved."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(drawer.source("a.pdf")))])
    where, keys = QPoint(20, 20), Qt.KeyboardModifier.ShiftModifier
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    entering = QDragEnterEvent(where, both, data, Qt.MouseButton.LeftButton, keys)
    dropping = QDropEvent(QPointF(where), both, data, Qt.MouseButton.LeftButton, keys)
    for event in (entering, dropping):
        event.setDropAction(asked)
        QApplication.sendEvent(section, event)
        assert (event.isAccepted(), event.dropAction()) == (True, Qt.DropAction.CopyAction)
    until_shown(qtbot, section, "a.pdf")


def test_what_went_wrong_with_a_file_is_told_to_somebody_who_has_gone_on(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk, host: RecordingHost
) -> None:
    drawer.put("certificates", "activity", "list.pdf", duty=SENT)
    (row,) = until_shown(qtbot, section, "list.pdf")
    document, nowhere = row.shown.document, drawer.folder / "no stick" / "list.pdf"
    section.show_about(desk.row("activity", drawer.office.ids["survey"]), editable=True)
    section.save(document, nowhere)
    qtbot.waitUntil(lambda: len(host.toasts) == 1)
    ((said, _undo, error),) = host.toasts
    assert error
    assert said


def test_why_a_file_did_not_travel_is_shown_as_soon_as_it_is_known(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    drawer.elsewhere("certificates", "activity", "film.mp4", 30_000_000, duty=Duty(Policy.NOW, wanted=True))
    (row,) = until_shown(qtbot, section, "film.mp4")
    one = row.shown.document.file
    assert one is not None
    drawer.note(one.fingerprint, Duty(Policy.NOW, code="file_erased"))
    desk.files._moved(FilesReceipt(noted=1))
    qtbot.waitUntil(lambda: standing(section) == [Standing.REFUSED])


def test_an_answer_about_the_record_before_is_not_taken_for_this_one(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer, desk: Desk
) -> None:
    drawer.put("certificates", "activity", "list.pdf", duty=SENT)
    until_shown(qtbot, section, "list.pdf")
    counted: list[int] = []
    section.counted.connect(counted.append)
    section.read()
    section.hide()
    section.show_about(desk.row("activity", drawer.office.ids["survey"]), editable=True)
    desk.reads.ask(lambda _reader: None).result()
    QApplication.processEvents()
    assert (section._documents, counted) == (None, [])


def test_only_pages_of_the_web_are_handed_to_another_program(
    qtbot: QtBot, section: DocumentsSection, drawer: Drawer
) -> None:
    """Other laptops may have written anything."""
    about = drawer.office.ids["certificates"]
    Colleague(drawer.office, "omar", 0xBEEF).adds(
        "attachment", title="Notes", url="file:///etc/passwd", about_kind="activity", about=about
    )
    (shown,) = until_shown(qtbot, section, "Notes")
    assert shown.shown.document.address == ""
