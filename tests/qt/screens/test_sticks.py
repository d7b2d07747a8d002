"""Bundles in the window: whom they are for, what is in them, what came of them; in three languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.bundled import bundle_from_omar, meet_server
from helpers.office import NOW_MS, Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.commands.attachments import attach
from desktop.screens.exchange.screen import ExchangeScreen
from desktop.screens.exchange.stick_dialogs import OpenDialog, SaveDialog
from desktop.screens.exchange.sticks import Sticks
from desktop.store import parcels
from desktop.store.attached import Duty, Policy, put_duty
from desktop.store.attachments import Vault
from desktop.store.driver import Connection
from desktop.store.parcels import Parcel
from desktop.store.rows import Query, Where
from desktop.syncing.bundles import take_bundles
from desktop.widgets.look import Look


@pytest.fixture
def sticks(qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost) -> Iterator[Sticks]:
    sync = SyncFacts(lambda: None, state=SyncState(last_success_ms=NOW_MS))
    made = ExchangeScreen(look, desk, host, sync=sync)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.reload()
    yield made.sticks
    qtbot.waitUntil(lambda: not made.sticks._work.busy)


def titles(desk: Desk, title: str) -> int:
    return len(desk.reader.select(Query("activity", where=(Where("title", "=", title),))))


def test_a_bundle_is_previewed_and_then_taken_in(
    qtbot: QtBot, sticks: Sticks, desk: Desk, office: Office, tmp_path: Path
) -> None:
    path = bundle_from_omar(office, tmp_path / "omar.daftar-bundle", ["Well repair", "Latrines"])
    sticks.preview([str(path)])
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, OpenDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, OpenDialog)
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    for fact in ("Omar Khalil", "2 changes", "Confirmed by your server."):
        assert fact in said
    assert not dialog.code.isVisibleTo(dialog)
    assert titles(desk, "Latrines") == 0
    dialog.take_button.click()
    qtbot.waitUntil(lambda: "2 new changes" in sticks.result.text())
    assert titles(desk, "Latrines") == 1


def test_a_cancelled_preview_changes_nothing(
    qtbot: QtBot, sticks: Sticks, desk: Desk, office: Office, tmp_path: Path
) -> None:
    path = bundle_from_omar(office, tmp_path / "omar.daftar-bundle", ["Latrines"])
    sticks.preview([str(path)])
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, OpenDialog))
    assert sticks.dialog is not None
    qtbot.keyClick(sticks.dialog, Qt.Key.Key_Escape)
    assert titles(desk, "Latrines") == 0
    assert not sticks.result.isVisible()


def test_a_locked_bundle_asks_for_its_code(
    qtbot: QtBot, sticks: Sticks, desk: Desk, office: Office, tmp_path: Path
) -> None:
    path = bundle_from_omar(office, tmp_path / "omar.daftar-bundle", ["Latrines"], code="ABCD-EFGH")
    sticks.preview([str(path)])
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, OpenDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, OpenDialog)
    assert dialog.code.isVisibleTo(dialog)
    dialog.code.editor.setText("abcd efgh")
    dialog.take_button.click()
    qtbot.waitUntil(lambda: "1 new change" in sticks.result.text())


def test_what_is_no_bundle_is_said_in_words(qtbot: QtBot, sticks: Sticks, tmp_path: Path) -> None:
    path = tmp_path / "plan.daftar-bundle"
    path.write_bytes(b"PK\x03\x04 a spreadsheet")
    sticks.preview([str(path)])
    qtbot.waitUntil(lambda: "not a bundle" in sticks.result.text())


def test_a_maker_whom_nobody_confirms_is_shown_with_a_fingerprint_and_refused(
    qtbot: QtBot, sticks: Sticks, desk: Desk, office: Office, tmp_path: Path
) -> None:
    path = bundle_from_omar(office, tmp_path / "omar.daftar-bundle", ["Latrines"], confirmed=False)
    sticks.preview([str(path)])
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, OpenDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, OpenDialog)
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Nobody confirms who made it." in said
    assert "Fingerprint" in said
    dialog.take_button.click()
    qtbot.waitUntil(lambda: "Nobody confirms" in sticks.result.text())
    assert titles(desk, "Latrines") == 0


def test_saving_offers_the_server_and_colleagues_and_writes_a_file(
    qtbot: QtBot, sticks: Sticks, office: Office, tmp_path: Path
) -> None:
    meet_server(office)
    sticks.save_button.click()
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, SaveDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, SaveDialog)
    offered = [dialog.recipient.editor.itemText(at) for at in range(dialog.recipient.editor.count())]
    assert offered == ["The server, through anybody", "Omar Khalil"]
    dialog.save_button.click()
    assert sticks.chooser is not None
    sticks.chooser.close()
    target = tmp_path / "up.daftar-bundle"
    sticks.save(str(target))
    qtbot.waitUntil(lambda: target.name in sticks.result.text())
    assert target.exists()


def test_files_go_along_where_they_are_wanted(
    qtbot: QtBot, sticks: Sticks, office: Office, tmp_path: Path
) -> None:
    meet_server(office)
    source = tmp_path / "scan.pdf"
    source.write_bytes(bytes(2_000_000))
    (row, *_) = office.store.reader().select(Query("activity"))
    stored = Vault(office.store.profile).add(source, workspace=row.workspace)
    duty = Duty(Policy.NETWORK, sent=False)
    office.store.post(lambda one: put_duty(one, row.workspace, stored.fingerprint, duty)).result()
    edits = attach(
        row,
        record=office.store.new_id(),
        file_name="scan.pdf",
        fingerprint=stored.fingerprint,
        size=stored.size,
    )
    office.store.submit(edits, label="Attach a file").result()
    sticks.save_button.click()
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, SaveDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, SaveDialog)
    assert "1.9 MB" in dialog.with_files.text()
    dialog.with_files.setChecked(True)
    dialog.save_button.click()
    assert sticks.chooser is not None
    sticks.chooser.close()
    target = tmp_path / "up.daftar-bundle"
    sticks.save(str(target))
    qtbot.waitUntil(lambda: target.name in sticks.result.text())
    assert "With 1 file" in sticks.result.text()
    assert target.stat().st_size > 2_000_000


def test_without_a_server_the_reason_is_said(qtbot: QtBot, sticks: Sticks) -> None:
    sticks.save_button.click()
    qtbot.waitUntil(lambda: isinstance(sticks.dialog, SaveDialog))
    dialog = sticks.dialog
    assert isinstance(dialog, SaveDialog)
    assert not dialog.save_button.isEnabled()
    assert "Send and receive once" in dialog.recipient.error
    dialog.cancel_button.click()


def test_everything_has_a_name_and_is_reached_by_keyboard(sticks: Sticks) -> None:
    for button in sticks.findChildren(QPushButton):
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_taking_in_twice_says_that_nothing_is_new(
    qtbot: QtBot, sticks: Sticks, office: Office, tmp_path: Path
) -> None:
    path = bundle_from_omar(office, tmp_path / "omar.daftar-bundle", ["Latrines"])
    reader = office.store.reader()
    take_bundles(office.store, reader, [path])
    reader.close()
    sticks.take([path])
    qtbot.waitUntil(lambda: "0 new changes" in sticks.result.text())


def carry_parcel(office: Office, code: str) -> None:
    """A colleague's file for the server that the server refused."""

    def job(connection: Connection) -> None:
        parcels.keep(connection, Parcel(bytes(16), 1, "Omar Khalil", NOW_MS, b"sealed " * 1000))
        parcels.note_try(connection, parcels.waiting(connection)[0], code, now_ms=NOW_MS, first_ms=3_600_000)

    office.store.post(job).result()


def test_what_is_carried_for_a_colleague_says_why_it_waits_and_can_be_copied(
    qtbot: QtBot, look: Look, desk: Desk, office: Office, tmp_path: Path
) -> None:
    asked: list[str] = []
    sync = SyncFacts(lambda: asked.append("now"), state=SyncState(last_success_ms=NOW_MS))
    made = ExchangeScreen(look, desk, RecordingHost(), sync=sync)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    section = made.carried_section
    qtbot.waitUntil(lambda: made.workspace_section.count.text() != "")
    assert section.isHidden()
    carry_parcel(office, "too_large")
    sync.update(running=True)
    sync.update(running=False)
    qtbot.waitUntil(lambda: not section.isHidden())
    said = "\n".join(label.text() for label in section.findChildren(QLabel))
    assert "Omar Khalil" in said
    assert "takes no file of this size" in said
    section.save(str(tmp_path))
    qtbot.waitUntil(lambda: "omar-" in section.result.text())
    (copy,) = tmp_path.glob("omar-*.daftar-bundle")
    assert copy.read_bytes() == b"sealed " * 1000
    section.again_button.click()
    qtbot.waitUntil(lambda: asked == ["now"])
    assert parcels.waiting(desk.reader.connection)[0].is_due(NOW_MS)
    section.save(str(tmp_path / "not there"))
    qtbot.waitUntil(lambda: "omar-" not in section.result.text())
