"""The first run: the code, the passphrase, the data, and errors that come back where they can be mended."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.stage import dressed_look
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.store.fetching import Fetching
from desktop.widgets.look import Look
from desktop.windows.first_run import Fetched, FirstRun, Joining, OtherWay, Report
from desktop.words import Words
from sync.errors import DaftarError

Key = Qt.Key


class Server:
    """Stands for what lies behind the window."""

    def __init__(self) -> None:
        self.asked: list[Joining] = []
        self.future: Future[None] = Future()
        self.report: Report = lambda _fetched: None

    def join(self, joining: Joining, report: Report) -> Future[None]:
        self.asked.append(joining)
        self.report = report
        self.future = Future()
        return self.future


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, server: Server) -> Callable[..., FirstRun]:
    def look_in(language: str) -> Look:
        return dressed_look(Words(language))

    def build(*, needs_passphrase: bool = False, **more: object) -> FirstRun:
        window = FirstRun(
            look_in("en"),
            join=server.join,
            look_in=look_in,
            needs_passphrase=needs_passphrase,
            laptop="Amman office",
            **more,  # type: ignore[arg-type]  # the window's own arguments
        )
        qtbot.addWidget(window)
        window.show()
        return window

    return build


def fill_in(qtbot: QtBot, window: FirstRun, code: str = "k7pm 4xq2") -> None:
    window.code.setFocus()
    qtbot.keyClicks(window.code, code)
    window.server.editor.setFocus()
    qtbot.keyClicks(window.server.editor, "daftar.example.org")


def test_a_code_is_read_as_it_is_typed(qtbot: QtBot, make: Callable[..., FirstRun]) -> None:
    window = make()
    fill_in(qtbot, window, "k7-pm 4x")
    assert window.code.code == "K7PM-4X"
    assert not window.next.isEnabled()
    assert window.next.toolTip() == "The code has eight letters or numbers."
    window.code.setFocus()
    qtbot.keyClicks(window.code, "q2zzz")
    assert window.code.code == "K7PM-4XQ2"
    assert window.next.isEnabled()


def test_a_code_can_be_pasted_whole(qtbot: QtBot, make: Callable[..., FirstRun]) -> None:
    window = make()
    QApplication.clipboard().setText("K7PM-4XQ2")
    window.code.paste()
    assert window.code.code == "K7PM-4XQ2"


def test_the_servers_own_certificate_goes_with_the_code(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server, tmp_path: Path
) -> None:
    window = make()
    fill_in(qtbot, window)
    qtbot.keyClick(window.certificate, Key.Key_Return)
    chooser = window.certificate.chooser
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "server.pem"))
    chooser.close()
    assert "server.pem" in window.certificate.text()
    qtbot.keyClick(window.server.editor, Key.Key_Return)
    assert server.asked[0].certificate == tmp_path / "server.pem"


def test_enter_joins_and_progress_is_said_in_numbers(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server
) -> None:
    window = make()
    fill_in(qtbot, window)
    qtbot.keyClick(window.server.editor, Key.Key_Return)
    assert server.asked == [Joining("daftar.example.org", "K7PM-4XQ2", "Amman office")]
    server.report(Fetched(1842, 620_000, 2_100_000))
    qtbot.waitUntil(lambda: window.amount.text() == "1,842 records are on this laptop.")
    assert "605 KB" in window.progress.accessibleName()
    with qtbot.waitSignal(window.joined):
        server.future.set_result(None)


def test_a_workspace_that_is_usable_can_be_begun_with_before_all_is_there(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server
) -> None:
    window = make()
    fill_in(qtbot, window)
    qtbot.keyClick(window.server.editor, Key.Key_Return)
    first = Fetching(b"j" * 16, "Jordan", 300_000, 2_100_000, usable=False)
    server.report(Fetched(0, 300_000, 2_100_000, first))
    qtbot.waitUntil(lambda: "What is worked with in" in window.amount.text())
    assert not window.begin.isVisible()
    server.report(Fetched(0, 900_000, 2_100_000, replace(first, done=900_000, usable=True)))
    qtbot.waitUntil(window.begin.isVisible)
    said = window.amount.text().replace("\u2066", "").replace("\u2069", "")
    assert said.startswith("Fetching Jordan: 42%. Jordan can be used already")
    with qtbot.waitSignal(window.enough):
        qtbot.keyClick(window.begin, Key.Key_Return)
    assert not window.begin.isEnabled()


def test_a_used_code_comes_back_under_the_code(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server
) -> None:
    window = make()
    fill_in(qtbot, window)
    window.next.click()
    server.future.set_exception(DaftarError("code_used"))
    qtbot.waitUntil(lambda: window.steps.accessibleName().startswith("Step 1"))
    assert window._code_note.text() == "This code was already used. Ask for a new one."
    assert window.code.code == "K7PM-4XQ2"
    assert window.server.text() == "daftar.example.org"


def test_a_silent_server_comes_back_under_its_address(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server
) -> None:
    window = make()
    fill_in(qtbot, window)
    window.next.click()
    server.future.set_exception(DaftarError("server_unreachable"))
    qtbot.waitUntil(lambda: window.steps.accessibleName().startswith("Step 1"))
    assert "does not answer" in window.server.error


def test_without_a_keyring_a_passphrase_is_asked_for_twice(
    qtbot: QtBot, make: Callable[..., FirstRun], server: Server
) -> None:
    window = make(needs_passphrase=True)
    fill_in(qtbot, window)
    window.next.click()
    assert not server.asked
    qtbot.keyClicks(window.passphrase.editor, "olive tree river stone")
    assert window.next.toolTip() == "The two are not the same yet."
    qtbot.keyClicks(window.again.editor, "olive tree river stone")
    qtbot.keyClick(window.again.editor, Key.Key_Return)
    assert server.asked[0].passphrase == "olive tree river stone"


def test_another_language_keeps_what_was_typed(qtbot: QtBot, make: Callable[..., FirstRun]) -> None:
    window = make()
    fill_in(qtbot, window)
    with qtbot.waitSignal(window.language_chosen):
        window.set_language("ar")
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert window.code.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert window.code.code == "K7PM-4XQ2"
    assert window.server.text() == "daftar.example.org"


def test_other_ways_are_offered_only_where_there_are_any(qtbot: QtBot, make: Callable[..., FirstRun]) -> None:
    from PySide6.QtWidgets import QPushButton

    taken: list[str] = []
    assert len(make().findChildren(QPushButton)) == 1
    way = OtherWay("usb", "From a USB stick", "Open a starter file", lambda: taken.append("usb"))
    window = make(other_ways=lambda _look: [way])
    button = next(each for each in window.findChildren(QPushButton) if each.text() == "From a USB stick")
    button.click()
    assert taken == ["usb"]
