"""One reader thread for what takes longer than a page: sorting, filtering, counting, searching."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from desktop.store.reader import Reader

T = TypeVar("T")


class Reads:
    """Runs questions one after the other on a reader of its own."""

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open = open_reader
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="daftar-reader")
        self._reader: Reader | None = None

    def ask(self, question: Callable[[Reader], T]) -> Future[T]:
        return self._pool.submit(self._answer, question)

    def _answer(self, question: Callable[[Reader], T]) -> T:
        if self._reader is None:
            self._reader = self._open()
        return question(self._reader)

    def close(self, *, wait: bool = True) -> None:
        """Finish what is being read and close the reader in its own thread; nothing can be asked any more."""
        self._pool.submit(self._close_reader)
        self._pool.shutdown(wait=wait)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
