"""A link that breaks: a TCP proxy that cuts every connection after a number of bytes drawn from a seed."""

import random
import selectors
import socket
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PIECE = 4096
PATIENCE = 10.0
# With this a closed socket forgets what it had not sent yet and tells the other side so.
AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Pair:
    """Both ends of one connection, how many bytes may still pass, and how it will end."""

    client: socket.socket
    server: socket.socket
    left: int
    reset: bool

    def other(self, side: socket.socket) -> socket.socket:
        return self.server if side is self.client else self.client


class CuttingProxy:
    """Stands between laptops and a server. `cuts` counts the connections it broke.

    A connection passes as many bytes, both ways together, as are drawn from one of `spans`. Half of the
    cuts throw away what is under way, the others let it arrive first.
    """

    def __init__(self, url: str, *, seed: int, spans: Sequence[tuple[int, int]]) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._random = random.Random(seed)
        self._spans = spans
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._pairs: set[Pair] = set()
        self._thread = threading.Thread(target=self._work, name="cutting proxy")
        self.cuts = 0
        self.passed = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wake.close()
        self._thread.join(PATIENCE)
        for pair in list(self._pairs):
            self._end(pair)
        for each in (self._listener, self._woken):
            each.close()
        self._selector.close()

    def _work(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    return
                if key.fileobj is self._listener:
                    self._begin()
                elif key.data in self._pairs:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass_on(key.data, key.fileobj)

    def _begin(self) -> None:
        client, _ = self._listener.accept()
        client.settimeout(PATIENCE)
        try:
            server = socket.create_connection(self._target, timeout=PATIENCE)
        except OSError:
            # The server is not there; for the client that is a cut like any other.
            client.close()
            return
        left = self._random.randint(*self._random.choice(self._spans))
        pair = Pair(client, server, left, reset=self._random.random() < 0.5)
        self._pairs.add(pair)
        for side in (client, server):
            self._selector.register(side, selectors.EVENT_READ, pair)

    def _pass_on(self, pair: Pair, side: socket.socket) -> None:
        try:
            data = side.recv(min(PIECE, pair.left))
            pair.other(side).sendall(data)
        except OSError:
            self._end(pair)
            return
        if not data:
            self._end(pair)
            return
        pair.left -= len(data)
        self.passed += len(data)
        if pair.left == 0:
            self.cuts += 1
            self._end(pair, reset=pair.reset)

    def _end(self, pair: Pair, *, reset: bool = False) -> None:
        self._pairs.discard(pair)
        for side in (pair.client, pair.server):
            with suppress(KeyError, ValueError):
                self._selector.unregister(side)
            if reset:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            side.close()
