"""The sockets of a transport, noted so that a request that waits for its answer can be ended from outside."""

from __future__ import annotations

import socket
import threading
import weakref
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Lines:
    """Every open socket of one transport."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._ended = False

    def add(self, line: socket.socket | None) -> None:
        """Note a new socket; it is shut at once where somebody hung up while it was made."""
        if line is None:
            return
        with self._lock:
            self._open.add(line)
            if self._ended:
                _shut(line)

    def hang_up(self) -> None:
        """End what is under way, or the next request where nothing is yet."""
        with self._lock:
            self._ended = True
            for line in list(self._open):
                _shut(line)

    def was_hung_up(self) -> bool:
        """Whether somebody hung up since this was last asked."""
        with self._lock:
            ended, self._ended = self._ended, False
            return ended


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        # The plain one: a secured one would be taken apart while another thread reads from it.
        socket.socket.shutdown(line, socket.SHUT_RDWR)


class Noted(HTTPAdapter):
    """Makes connections whose sockets are noted."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, **keywords)
        lines = self._lines

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                lines.add(self.sock)

        class Secured(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                lines.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecuredPool(HTTPSConnectionPool):
            ConnectionCls = Secured

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecuredPool}
