"""Runs the HTTP application under uvicorn until a signal asks it to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn

from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.app import create_app
from sync.server.settings import Settings
from sync.server.storage import Storage
from sync.server.storage.replica import Replica
from sync.server.watcher import Watcher

_GRACE_S: Final = 5
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class HttpServer:
    """A listening server: `url` is known at once, `run` blocks until `stop` or a signal."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        *,
        listener: socket.socket,
        replica: Replica | None = None,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        app = create_app(settings, storage, clock, replica=replica)
        self._listener = listener
        self.url = url_of(listener, secure=certificate is not None)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE_S,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        self._server = _Server(config, watcher=app.state.watcher)

    def run(self, announce: Callable[[str], None]) -> None:
        """Serve; tells `announce` the URL when it listens."""
        self._server.announce = lambda: announce(self.url)
        try:
            self._server.run([self._listener])
        finally:
            self._listener.close()

    def stop(self) -> None:
        """Finish what is under way, then let `run` return; from any thread."""
        self._server.stop()


class _Server(uvicorn.Server):
    """uvicorn, with an announcement when it listens, waiting requests let go, and a clean exit."""

    def __init__(self, config: uvicorn.Config, *, watcher: Watcher) -> None:
        super().__init__(config)
        self._watcher = watcher
        self.announce: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()

    def stop(self) -> None:
        self.should_exit = True
        self._watcher.stop_soon()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for laptops; raises `cannot_listen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.set_inheritable(True)
    except OSError as error:
        listener.close()
        raise DaftarError("cannot_listen", host=host, port=port, reason=error.strerror or "") from error
    return listener


def url_of(listener: socket.socket, *, secure: bool) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}"


@contextlib.contextmanager
def url_written(file: Path, url: str) -> Iterator[None]:
    """Leave the URL in a file meanwhile."""
    _write_whole(file, url + "\n")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _write_whole(file: Path, text: str) -> None:
    """A reader of the file sees all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    part.write_text(text, "ascii")
    part.replace(file)
