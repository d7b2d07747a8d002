"""No thread but the window's deletes what stands in a cycle, however much the others make."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.collecting import Collector

pytestmark = pytest.mark.collects


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    made = Collector()
    made.start()
    yield made
    made.stop()


def lost_widget(told: list[threading.Thread]) -> None:
    """A widget that only a cycle holds; its end is told with the thread it came in."""
    widget = QWidget()
    widget.own = widget  # type: ignore[attr-defined]  # the cycle
    weakref.finalize(widget, lambda: told.append(threading.current_thread()))


def make_much() -> list[list[int]]:
    """More objects than Python would make without collecting."""
    return [[at] for at in range(300_000)]


def in_another_thread() -> None:
    worker = threading.Thread(target=make_much)
    worker.start()
    worker.join()


def test_another_thread_deletes_no_widget(collector: Collector) -> None:
    told: list[threading.Thread] = []
    lost_widget(told)
    in_another_thread()
    assert told == []
    collector.look()
    collector.look()
    gc.collect()
    assert told == [threading.main_thread()]


def test_without_it_another_thread_would(qapp: QApplication) -> None:
    ended: list[threading.Thread] = []

    class Cycle:
        pass

    lost = Cycle()
    lost.own = lost  # type: ignore[attr-defined]  # the cycle
    weakref.finalize(lost, lambda: ended.append(threading.current_thread()))
    del lost
    in_another_thread()
    assert ended, "Python collected in the thread that made much"
    assert ended != [threading.main_thread()]


def test_what_is_due_is_collected_by_the_timer(collector: Collector, qtbot: QtBot) -> None:
    told: list[threading.Thread] = []
    lost_widget(told)
    kept = make_much()
    qtbot.waitUntil(lambda: told == [threading.main_thread()])
    assert kept


def test_python_collects_again_afterwards(qapp: QApplication) -> None:
    made = Collector()
    made.start()
    made.settle()
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0
    made.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
