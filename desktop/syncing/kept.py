"""A line to the server that stays open from one sync to the next, and can be hung up from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from desktop.syncing.line import Connect, Line, Trusting
from sync.errors import DaftarError


class KeptLine:
    """Stands for `Connect`; the same server and token get the same line until `drop`.

    `unwanted` says that nobody wants to wait for news any more; it is asked before a request waits.
    """

    def __init__(self, connect: Connect, *, unwanted: Callable[[], bool] = lambda: False) -> None:
        self._connect = connect
        self._unwanted = unwanted
        self._lock = threading.Lock()
        self._key: tuple[str, str | None] | None = None
        self._line: Line | None = None
        self._waiting = False
        self._trusted = ""

    def open(self, address: str, token: str | None) -> Line:
        with self._lock:
            if self._line is None or self._key != (address, token):
                if self._line is not None:
                    self._line.close()
                self._key, self._line = (address, token), self._connect(address, token)
                self._trusted = ""
            return _Lent(self, self._line)

    def hang_up(self) -> None:
        """End the request that waits on it, if there is one."""
        with self._lock:
            if self._line is not None and self._waiting:
                self._line.hang_up()

    def trusts(self, pem: str) -> bool:
        """Whether the open line has yet to be told of this certificate."""
        with self._lock:
            before, self._trusted = self._trusted, pem
        return before != pem

    def begin_waiting(self) -> None:
        """A request is about to wait for news; raises `connection_cut` where `hang_up` came before it."""
        with self._lock:
            self._waiting = True
        if self._unwanted():
            raise DaftarError("connection_cut")

    def end_waiting(self) -> None:
        with self._lock:
            self._waiting = False

    def drop(self) -> None:
        """Close it; the next sync connects anew."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = None


class _Lent:
    """The line as one sync has it: closing it leaves it open."""

    def __init__(self, kept: KeptLine, line: Line) -> None:
        self._kept = kept
        self._line = line

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> object:
        if not wait_s:
            return self._line.post(path, body)
        try:
            self._kept.begin_waiting()
            return self._line.post(path, body, wait_s=wait_s)
        finally:
            self._kept.end_waiting()

    def get(self, path: str, *, start: int = 0) -> object:
        return self._line.get(path, start=start)

    def trust(self, pem: str) -> None:
        if self._kept.trusts(pem):
            cast(Trusting, self._line).trust(pem)

    def hang_up(self) -> None:
        self._line.hang_up()

    def close(self) -> None:
        """Left open."""
