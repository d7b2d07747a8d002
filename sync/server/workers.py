"""Several processes behind one listening socket: each takes what it can, and one that ends is replaced."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Final

from sync.server.logs import log

_GRACE_S: Final = 15.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_POLL_S: Final = 0.5


class Workers:
    """Starts `count` times `command`, which must take the socket by its number; runs until a signal."""

    def __init__(self, command: Sequence[str], listener: socket.socket, *, count: int) -> None:
        self._command = list(command)
        self._listener = listener
        self._count = count
        self._stop = threading.Event()
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT, then let each finish what it has under way."""
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            self._processes = [self._start() for _ in range(self._count)]
            while not self._stop.wait(_POLL_S):
                self._replace_ended()
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        return subprocess.Popen([*self._command, "--inherited", str(number)], pass_fds=[number])

    def _replace_ended(self) -> None:
        for place, process in enumerate(self._processes):
            status = process.poll()
            if status is not None:
                log("worker_ended", status=status)
                self._processes[place] = self._start()

    def _end(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
