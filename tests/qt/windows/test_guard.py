"""What nobody caught: errors of the surroundings are worded, mistakes are logged and said."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.guard import Guard
from sync.errors import DaftarError


class Seen:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.said: list[BaseException] = []
        self.sorry: list[tuple[BaseException, Path]] = []

    def apologise(self, error: BaseException, log: Path) -> None:
        self.sorry.append((error, log))


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def guard(qapp: QApplication, tmp_path: Path, seen: Seen) -> Iterator[Guard]:
    made = Guard(tmp_path / "log" / "daftar.log", say=seen.said.append, apologise=seen.apologise)
    logging.getLogger("desktop").setLevel(logging.INFO)
    made.install()
    yield made
    made.remove()


def test_an_error_of_the_surroundings_is_said_and_no_mistake(
    qtbot: QtBot, guard: Guard, seen: Seen, tmp_path: Path
) -> None:
    error = DaftarError("disk_full")
    guard._caught(DaftarError, error, None)
    qtbot.waitUntil(lambda: seen.said == [error])
    assert not seen.sorry
    assert "disk_full" in (tmp_path / "log" / "daftar.log").read_text(encoding="utf-8")


@pytest.mark.logs("unexpected")
def test_a_mistake_goes_to_the_log_with_its_trace(
    qtbot: QtBot, guard: Guard, seen: Seen, tmp_path: Path
) -> None:
    try:
        raise ValueError("a slip")
    except ValueError as error:
        guard._caught(ValueError, error, error.__traceback__)
    qtbot.waitUntil(lambda: len(seen.sorry) == 1)
    text = (tmp_path / "log" / "daftar.log").read_text(encoding="utf-8")
    assert "a slip" in text
    assert "test_guard.py" in text


@pytest.mark.logs("unexpected")
def test_a_mistake_of_a_thread_is_said_in_the_window(qtbot: QtBot, guard: Guard, seen: Seen) -> None:
    def slip() -> None:
        raise KeyError("lost")

    thread = threading.Thread(target=slip)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: [type(error) for error, _ in seen.sorry] == [KeyError])


def test_the_hooks_are_given_back(qapp: QApplication, tmp_path: Path, seen: Seen) -> None:
    import sys

    before = sys.excepthook
    made = Guard(tmp_path / "daftar.log", say=seen.said.append, apologise=seen.apologise)
    made.install()
    assert sys.excepthook != before
    made.remove()
    assert sys.excepthook == before
