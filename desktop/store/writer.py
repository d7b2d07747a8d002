"""The one thread that owns the read-write connection: jobs run one after the other, the user's first."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

from sync.errors import DaftarError

T = TypeVar("T")


class Priority(IntEnum):
    """Lower goes first."""

    USER = 0
    SYNC = 1
    IDLE = 2


class Writer:
    """Runs jobs in its thread; each job opens its own transaction. `stop` drains what was queued."""

    def __init__(self, *, name: str = "daftar-writer") -> None:
        self._condition = threading.Condition()
        self._queue: list[tuple[int, int, Callable[[], Any], Future[Any]]] = []
        self._counter = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], T], *, priority: Priority = Priority.USER) -> Future[T]:
        """Queue a job; its result or exception comes through the future."""
        future: Future[T] = Future()
        with self._condition:
            if self._stopping:
                raise DaftarError("store_closed")
            self._counter += 1
            heapq.heappush(self._queue, (int(priority), self._counter, job, future))
            self._condition.notify()
        return future

    def stop(self) -> None:
        """Finish everything that is queued, then end the thread."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self._thread.join()

    @property
    def waiting_users(self) -> bool:
        """Whether a job of the user waits: long jobs look here between slices."""
        with self._condition:
            return bool(self._queue) and self._queue[0][0] == Priority.USER

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._queue and not self._stopping:
                    self._condition.wait()
                if not self._queue:
                    return
                _, _, job, future = heapq.heappop(self._queue)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the future
                future.set_exception(error)
