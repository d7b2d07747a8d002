"""A result that is worked on in another thread while this one imports what comes next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Starts at once; `result` waits, and raises what the work raised."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._outcome: tuple[T] | BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="daftar-later", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._outcome = (self._work(),)
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._outcome = error

    def result(self) -> T:
        self._thread.join()
        assert self._outcome is not None
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome[0]
