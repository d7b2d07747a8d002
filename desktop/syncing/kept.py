"""A line to the server that stays open from one sync to the next, and can be hung up from another thread."""

from __future__ import annotations

import threading
from typing import cast

from desktop.syncing.line import Connect, Line, Trusting


class KeptLine:
    """Stands for `Connect`; the same server and token get the same line until `drop`."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
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

    def wait(self, *, begins: bool) -> None:
        """A request begins or ends to wait for news."""
        with self._lock:
            self._waiting = begins

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
        self._kept.wait(begins=True)
        try:
            return self._line.post(path, body, wait_s=wait_s)
        finally:
            self._kept.wait(begins=False)

    def get(self, path: str, *, start: int = 0) -> object:
        return self._line.get(path, start=start)

    def trust(self, pem: str) -> None:
        if self._kept.trusts(pem):
            cast(Trusting, self._line).trust(pem)

    def hang_up(self) -> None:
        self._line.hang_up()

    def close(self) -> None:
        """Left open."""
