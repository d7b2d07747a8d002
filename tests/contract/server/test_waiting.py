"""Laptops that wait for news cost the server no threads, and it notices when they have gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest
from helpers.http_server import serving
from helpers.team import Team

from sync.client.transport import Transport
from sync.errors import DaftarError
from sync.server.watcher import Watcher
from sync.wire.messages import SyncAnswer, SyncRequest

MANY = 60
PATIENCE = 20.0


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    team = Team(tmp_path)
    yield team
    team.close()


def waiting(url: str, token: str, body: bytes) -> socket.socket:
    """A request that was sent and whose answer nobody reads yet."""
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE)
    head = f"POST /v1/sync HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
    line.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    return line


def test_many_that_wait_hold_up_nobody_and_all_hear_the_news(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    omar.sync()
    request = SyncRequest.unpack(omar.line.requests[-1])
    assert not request.pushes
    token = omar.line.parts[1]
    with serving(team.house) as url, ExitStack() as stack:
        body = SyncRequest(
            request.device, 0, request.client_ms, 4096, 40, request.access_epoch, request.combined,
            request.cursors,
        ).pack()  # fmt: skip
        lines = [stack.enter_context(waiting(url, token, body)) for _ in range(MANY)]
        for gone in lines[: MANY // 2]:
            gone.close()
        line = Transport(url, token)
        assert SyncAnswer.unpack(line.post("/v1/sync", omar.line.requests[-1]).body).same
        lina.add("activity", {"title": "News"})
        lina.line = Transport(url, lina.line.parts[1])  # type: ignore[assignment]  # a real one
        lina.sync()
        for one in lines[MANY // 2 :]:
            heard = one.recv(1 << 16)
            assert heard.startswith(b"HTTP/1.1 200")
            assert not SyncAnswer.unpack_part(heard.partition(b"\r\n\r\n")[2])[0].same
        line.close()


def test_a_database_that_was_away_for_a_moment_does_not_end_the_looking() -> None:
    seen = iter([1, DaftarError("database_unavailable"), 1, 2])

    def look() -> object:
        now = next(seen, 2)
        if isinstance(now, DaftarError):
            raise now
        return now

    async def wait() -> int:
        watcher = Watcher(look, every_s=0.001)
        watcher.start()
        await watcher.wait(since=0, seconds=20)
        await watcher.close()
        return watcher.version

    assert anyio.run(wait) == 2  # one for the news, one for the end
