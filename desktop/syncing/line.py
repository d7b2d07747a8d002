"""The line to a server, as everything that speaks to one is given it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from sync.errors import DaftarError


class Asking(Protocol):
    """What answers a request with a reply that has a `body` and may not be `complete`."""

    def post(self, path: str, body: bytes) -> Any: ...


class Line(Protocol):
    """A connection to a server that can be given up."""

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> object: ...

    def hang_up(self) -> None:
        """End a request that waits, from another thread."""

    def get(self, path: str, *, start: int = 0) -> object: ...

    def close(self) -> None: ...


Connect = Callable[[str, str | None], Line]
"""(address, token) -> a line to the server."""


def over_http(address: str, token: str | None) -> Line:
    """The line that laptops use; `requests` is imported here, because most commands need no network."""
    from sync.client.transport import Transport

    return Transport(address, token)


class Trusting(Protocol):
    """A line that can be told whose certificates to believe."""

    def trust(self, pem: str) -> None: ...


def trusting(line: Line, certificate: str) -> Line:
    """The line, which believes only this certificate where there is one; never a line that cannot."""
    if certificate:
        cast(Trusting, line).trust(certificate)
    return line


def asked(line: Asking, path: str, body: bytes) -> bytes:
    """The whole body of an answer; raises `connection_cut` for a part of one, which proves nothing."""
    reply = line.post(path, body)
    if not reply.complete:
        raise DaftarError("connection_cut")
    return bytes(reply.body)
