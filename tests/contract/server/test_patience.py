"""How long both sides wait: for bytes that do not come, for slow ones, and between two tries."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from itertools import count
from pathlib import Path

import pytest
from contract.server.test_mischief import mischief, refused
from helpers.http_server import send_raw, serving
from helpers.team import Member, Team

from sync.client.session import Session
from sync.client.transport import Transport
from sync.errors import DaftarError
from sync.wire.failures import pack_error
from sync.wire.messages import CONTENT_TYPE

SHORT_S = 0.05


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture
def lina(team: Team) -> Member:
    lina = team.join("Lina Haddad")
    lina.add("activity", {"title": "Not sent yet"})
    return lina


@contextmanager
def silent(said: bytes) -> Iterator[str]:
    """A server that says this much to the first who asks, and nothing more until they hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(said)
                while connection.recv(65536):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_a_server_that_says_nothing_is_given_up_after_the_stall_time() -> None:
    with silent(b"") as url:
        line = Transport(url, stall_s=SHORT_S)
        with pytest.raises(DaftarError, match="connection_cut"):
            line.post("/v1/sync", b"")
        line.close()


def test_an_answer_that_stops_in_the_middle_is_given_up_and_its_beginning_kept() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: 900\r\n\r\n"
    with silent(head.encode() + b"begun") as url:
        line = Transport(url, stall_s=SHORT_S)
        reply = line.post("/v1/sync", b"")
        line.close()
    assert (reply.body, reply.complete) == (b"begun", False)


@pytest.mark.parametrize("step, complete", [(20.0, True), (150.0, False)])
def test_the_ceiling_of_a_request_grows_with_the_bytes_it_expects(step: float, complete: bool) -> None:
    # 60 s, and one for each thousand of 200,000 bytes: pieces that come 20 s apart are in time.
    ticks = count()
    with mischief(body=bytes(200_000)) as (url, _):
        line = Transport(url, monotonic=lambda: next(ticks) * step)
        reply = line.post("/v1/sync", b"")
        line.close()
    assert reply.complete is complete
    assert 0 < len(reply.body) <= 200_000


def test_the_server_answers_stalled_where_a_body_stops(team: Team, lina: Member) -> None:
    team.house.settings = replace(team.house.settings, stall_s=SHORT_S)
    lina.sync()
    body = max(lina.line.requests, key=len)
    head = (
        f"POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nAuthorization: Bearer {lina.line.parts[1]}\r\n\r\n"
    )
    with serving(team.house) as url:
        answer = send_raw(url, head.encode() + body[:-5])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"stalled" in answer


class Cut:
    """A line on which nothing gets through."""

    def post(self, _path: str, _body: bytes, *, wait_s: int = 0) -> object:
        raise DaftarError("connection_cut")


@pytest.mark.parametrize("jitter, share", [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)])
def test_pauses_between_tries_double_up_to_half_a_minute_and_differ_by_chance(
    lina: Member, jitter: float, share: float
) -> None:
    pauses: list[float] = []
    session = Session(
        Cut(),  # type: ignore[arg-type]  # a line of the test
        lina,
        lina.house.clock,
        pause=pauses.append,
        jitter=lambda: jitter,
        tries=11,
    )
    with pytest.raises(DaftarError, match="connection_cut"):
        session.sync(epoch=lina.epoch, access_epoch=lina.access_epoch)
    whole = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]
    assert pauses == pytest.approx([one * share for one in whole])


def asked_to_wait(lina: Member, retry_after: str) -> list[float]:
    pauses: list[float] = []
    body = pack_error("too_many_requests", {"seconds": 1})
    with mischief(status=429, body=body, extra={"Retry-After": retry_after}) as (url, _):
        # A laptop whose clock is ten years behind.
        line = Transport(url, "token", now=lambda: time.time() - 3.2e8)
        assert refused(lina, line, pauses).code == "too_many_requests"
        line.close()
    return pauses


def test_too_many_requests_waits_as_long_as_the_server_asks_and_no_day(lina: Member) -> None:
    assert set(asked_to_wait(lina, "23")) == {23.0}
    assert set(asked_to_wait(lina, "86400")) == {600.0}


def test_a_pause_may_be_asked_for_as_a_date_by_the_clock_of_the_server(lina: Member) -> None:
    pauses = asked_to_wait(lina, formatdate(time.time() + 90, usegmt=True))
    assert len(pauses) == 7
    assert all(60 <= one <= 91 for one in pauses)
    assert set(asked_to_wait(lina, formatdate(time.time() - 90, usegmt=True))) == {0.0}


def test_what_is_no_date_is_waited_for_as_ever(lina: Member) -> None:
    assert asked_to_wait(lina, "soon")[:2] == [0.2, 0.4]
