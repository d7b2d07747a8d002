"""What a person feels in a window over 100,000 rows: how long until it shows, and how long it stands still.

The window is the real one, drawn into memory. Each act is timed from its key to the painting that shows its
answer. A stall is the time in which Qt is not waiting for events, so no key is taken and nothing is drawn.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

from bench import making
from bench.figures import Benchmark, Figures, Options, Row

ROWS, INDICATORS = 100_000, 10_000
PAGES, TURNS = 40, 12
WORDS = ("w", "wa", "wat", "wate", "water", "water s", "water sc", "water sch")
_LIMIT = 60.0
_IDLE = 0.001


class Watch:
    """Turns the event loop until something is true and has been painted; notes every stall on the way."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._pause = threading.Event()
        self._stalls: list[tuple[float, float]] = []
        self.shown: list[float] = []
        self.cost: list[float] = []
        self.longest: list[tuple[float, float]] = []
        """Of each act the longest stall, and the processor time of the window's thread in it."""

    def _turn(self) -> None:
        wall, work = time.perf_counter(), time.thread_time()
        self._app.processEvents()
        self._stalls.append((time.perf_counter() - wall, time.thread_time() - work))
        if self._stalls[-1][0] < _IDLE:
            self._pause.wait(_IDLE)

    def act(self, act: Callable[[], object], shown: Callable[[], bool], *, painted: Any) -> None:
        """Do something and wait until its answer stands on the screen."""
        from PySide6.QtCore import QEvent, QObject, QTimer

        class Paints(QObject):
            count = 0

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    self.count += 1
                return False

        paints = Paints()
        painted.installEventFilter(paints)
        self._stalls.clear()
        began, cost = time.perf_counter(), time.process_time()
        QTimer.singleShot(0, act)
        ready: int | None = None
        while ready is None or paints.count == ready:
            if time.perf_counter() - began > _LIMIT:
                raise TimeoutError("the answer never came")
            self._turn()
            if ready is None and shown():
                ready = paints.count
                painted.update()
        self.shown.append(time.perf_counter() - began)
        self.cost.append(time.process_time() - cost)
        painted.removeEventFilter(paints)

    def told(self, key: str) -> Figures:
        """Median and 95th percentile of what was watched since the last time."""
        found = {
            f"{key}_shown": statistics.median(self.shown),
            f"{key}_shown_p95": _p95(self.shown),
            f"{key}_cost_p95": _p95(self.cost),
            f"{key}_stall_p95": _p95([wall for wall, _ in self.longest]),
            f"{key}_stall_max": max(wall for wall, _ in self.longest),
            f"{key}_work_p95": _p95([work for _, work in self.longest]),
        }
        self.forget()
        return found

    def forget(self) -> None:
        self.shown.clear()
        self.cost.clear()
        self.longest.clear()

    def settle(self, waiting: Callable[[], bool]) -> None:
        """Until nothing is asked any more; what stalls here belongs to the act before."""
        while waiting():
            self._turn()
        self._turn()
        self.longest.append(max(self._stalls))


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def measure(options: Options) -> Figures:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    return {
        **_workplan(options),
        **_meetings(options),
        **_indicators(options),
    }


class Opened:
    """The window over one profile, on one screen."""

    def __init__(self, paths: Any, screen: str) -> None:
        from desktop.app.beginning import begin
        from desktop.app.session import Session, make_application
        from sync.clock import SystemClock

        app, clock = make_application(), SystemClock()
        store = begin(app, paths, language="en", passphrase=making.PASSPHRASE, clock=clock)
        assert store is not None
        self.session = Session(app, paths, store, clock=clock, language="en")
        self.session.start(syncing=False)
        self.window = self.session.window
        self.window.resize(1366, 768)
        self.watch = Watch(app)
        self.go(screen)

    def go(self, screen: str) -> None:
        self.act(lambda: self.window.go(screen), lambda: self.window.current == screen, self.window)

    def lock(self) -> None:
        """There is no window to lock."""

    def waiting(self) -> bool:
        return self.session.desk.calls.waiting > 0

    def act(self, act: Callable[[], object], shown: Callable[[], bool], painted: Any) -> None:
        self.watch.act(act, shown, painted=painted)
        self.watch.settle(self.waiting)

    def page(self, grid: Any) -> Figures:
        """Page Down again and again from the top."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        grid.setFocus()
        grid.go_to(0, 0)
        self.watch.settle(self.waiting)
        self.watch.forget()
        for _ in range(PAGES):
            row = grid.currentIndex().row()
            self.act(
                lambda: QTest.keyClick(grid, Qt.Key.Key_PageDown),
                lambda row=row: grid.currentIndex().row() > row,
                grid.viewport(),
            )
        return self.watch.told("page")

    def filter(self, field: Any, current: Callable[[], bool], painted: Any) -> Figures:
        """A word letter by letter, then all of it taken away at once, again and again."""
        self.watch.forget()
        for text in [*WORDS, "", *WORDS[::2], ""]:
            self.act(lambda text=text: field.setText(text), current, painted)
        return self.watch.told("filter")

    def close(self) -> None:
        self.session.close()


def _workplan(options: Options) -> Figures:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    opened = Opened(making.planned(options.folder, ROWS), "workplan")
    screen, grid = opened.window.front, opened.window.front.page.grid
    opened.act(lambda: None, lambda: screen.is_current, opened.window)
    opened.watch.forget()
    found = opened.page(grid)
    bar = screen.page.filter_bar
    bar.show()
    found |= opened.filter(bar.text, lambda: screen.is_current, screen.page)
    grid.setFocus()
    grid.go_to(0, 0)
    for at in range(TURNS):
        key, rows = (Qt.Key.Key_Left, Qt.Key.Key_Right)[at % 2], grid.model().rowCount()
        opened.act(
            lambda key=key: QTest.keyClick(grid, key),
            lambda rows=rows: grid.model().rowCount() != rows,
            grid.viewport(),
        )
    found |= opened.watch.told("fold")
    opened.close()
    return {f"workplan_{key}": value for key, value in found.items()}


def _meetings(options: Options) -> Figures:
    opened = Opened(making.listed(options.folder, "note", ROWS), "meetings")
    page = opened.window.front.list

    def current() -> bool:
        return bool(page.is_current)

    opened.act(page.views._segments["past"].click, current, page)
    found = opened.page(page.grid)
    for at in range(TURNS):
        key = ("title", "start", "place")[at % 3]
        opened.act(lambda key=key, at=at: page._sort(key, bool(at % 2)), current, page.grid.viewport())
    found |= opened.watch.told("sort")
    found |= opened.filter(page.filter, current, page)
    opened.close()
    return {f"meetings_{key}": value for key, value in found.items()}


def _indicators(options: Options) -> Figures:
    opened = Opened(making.listed(options.folder, "indicator", INDICATORS), "indicators")
    page = opened.window.front.list
    opened.act(lambda: None, lambda: page.model.rowCount() > 0, page)
    found = opened.page(page.grid)
    found |= opened.filter(page.filter, lambda: page.rows.filter == page.filter.text(), page)
    opened.close()
    return {f"indicators_{key}": value for key, value in found.items()}


def _rows() -> tuple[Row, ...]:
    acts = {
        "workplan": {
            "page": "Workplan: Page Down",
            "filter": "Workplan: a letter in the filter",
            "fold": "Workplan: a group opened or closed",
        },
        "meetings": {
            "page": "Meetings: Page Down",
            "sort": "Meetings: sorted by another column",
            "filter": "Meetings: a letter in the filter",
        },
        "indicators": {
            "page": "Indicators (10,000): Page Down",
            "filter": "Indicators (10,000): a letter in the filter",
        },
    }
    rows = []
    for screen, known in acts.items():
        for act, called in known.items():
            key = f"{screen}_{act}"
            rows += [
                Row(f"{key}_shown", f"{called}: key to painted", "ms"),
                Row(f"{key}_shown_p95", f"{called}: key to painted, 95th percentile", "ms", "< 100 ms"),
                Row(f"{key}_cost_p95", f"{called}: processor time of all threads, 95th percentile", "ms"),
                Row(f"{key}_stall_p95", f"{called}: longest stall, 95th percentile", "ms", "< 16 ms"),
                Row(f"{key}_work_p95", f"{called}: processor time of the window in it", "ms"),
            ]
    return tuple(rows)


BENCHMARK = Benchmark("grid", "keys, filters and sorting in a window over 100,000 rows", measure, _rows())
