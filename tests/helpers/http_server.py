"""The real server on loopback, in a thread of the test, and a socket to be rude to it with."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from helpers.house import House

from sync.server.serve import HttpServer, listen

PATIENCE = 20.0


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The URL of a server over the house's database."""
    server = HttpServer(house.settings, house.storage, house.clock, listener=listen("127.0.0.1", 0))
    ready: queue.Queue[str] = queue.Queue()
    thread = threading.Thread(target=server.run, args=(ready.put,), name="test server")
    thread.start()
    try:
        yield ready.get(timeout=PATIENCE)
    finally:
        server.stop()
        thread.join(PATIENCE)


def send_raw(url: str, data: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes and read until the server closes; with `half_close` nothing more is to come from here."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        received = bytearray()
        while part := connection.recv(65536):
            received += part
        return bytes(received)


def cut_post(
    url: str, path: str, body: bytes, *, announced: int, token: str, meanwhile: Callable[[], object]
) -> None:
    """A POST that ends before it has said everything; `meanwhile` runs before its last bytes.

    What the server has not read yet is gone with a connection, so it is given the time to read.
    """
    head = (
        f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
        f"content-length: {announced}\r\n\r\n"
    )
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + body[:-8])
        meanwhile()
        connection.sendall(body[-8:])
