"""What proxies, portals and broken servers answer: nothing is deleted, nothing loops, a code says why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from helpers.team import Member, Reply, Team
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.aside import unreceived_changes
from sync.client.session import Session
from sync.client.transport import Transport
from sync.errors import DaftarError
from sync.frames.container import RAW_CAP, seal
from sync.wire.failures import pack_error
from sync.wire.messages import CONTENT_TYPE, Pulled, SyncAnswer, SyncRequest, WorkspaceAnswer

PORTAL = b"<html><body>Sign in to the hotel</body></html>"


class Mischief(BaseHTTPRequestHandler):
    """Answers every request in the same wrong way, and counts them."""

    protocol_version = "HTTP/1.1"
    status: ClassVar[int] = 200
    kind: ClassVar[str] = CONTENT_TYPE
    body: ClassVar[bytes] = b""
    missing: ClassVar[int] = 0
    extra: ClassVar[dict[str, str]] = {}
    seen: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"] or 0)
        self.rfile.read(size)
        self.seen.append(size)
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body) + self.missing))
        for name, value in self.extra.items():
            self.send_header(name, value)
        # Said, not only done: else the next question may go out on a line that is just being closed.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.body)
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def mischief(**how: object) -> Iterator[tuple[str, list[int]]]:
    handler = type("Handler", (Mischief,), {**how, "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.seen  # type: ignore[attr-defined]  # made above
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    team = Team(tmp_path)
    yield team
    team.close()


@pytest.fixture
def lina(team: Team) -> Member:
    """A laptop with ten records that the server has, and one that it has not."""
    lina = team.join("Lina Haddad")
    for number in range(10):
        lina.add("activity", {"title": f"Activity {number}"})
    team.settle()
    lina.add("activity", {"title": "Not sent yet"})
    return lina


def shown(member: Member) -> int:
    return member.run(
        lambda replica: replica._database.execute(
            "SELECT count(*) FROM activity WHERE _deleted = 0"
        ).fetchone()[0]
    )


def refused(member: Member, line: object, pauses: list[float] | None = None) -> DaftarError:
    told = pauses if pauses is not None else []
    session = Session(line, member, member.house.clock, pause=told.append, jitter=lambda: 0.5)  # type: ignore[arg-type]  # a line of the test
    with pytest.raises(DaftarError) as caught:
        session.sync(epoch=member.epoch, access_epoch=member.access_epoch)
    return caught.value


@pytest.mark.parametrize(
    "how, code, most",
    [
        ({"kind": "text/html", "body": PORTAL}, "not_a_server", 1),
        ({"kind": "text/html", "body": b""}, "not_a_server", 1),
        ({"body": b""}, "cut_message", 8),
        ({"body": b"\0\0\0\x05", "missing": 900}, "cut_message", 8),
        ({"status": 413, "kind": "text/html", "body": PORTAL}, "too_large", 4),
        ({"status": 409, "body": pack_error("device_taken", {})}, "device_taken", 1),
        ({"status": 409, "kind": "text/html", "body": PORTAL}, "not_a_server", 1),
        ({"status": 502, "kind": "text/html", "body": PORTAL}, "busy", 8),
        ({"status": 500, "body": pack_error("server_error", {})}, "server_error", 1),
        (
            {"status": 302, "kind": "text/html", "extra": {"Location": "http://127.0.0.1:9/"}},
            "not_a_server",
            1,
        ),
        ({"body": b"\x1f\x8b" + bytes(40), "extra": {"Content-Encoding": "gzip"}}, "bad_message", 8),
        ({"body": SyncAnswer(1_767_225_600_000, same=True, nonce=77).pack()}, "stale_answer", 8),
    ],
)
def test_inv_30_a_wrong_answer_deletes_nothing_loops_nowhere_and_has_a_code(
    lina: Member, how: dict[str, object], code: str, most: int
) -> None:
    with mischief(**how) as (url, seen):
        line = Transport(url, "token")
        assert refused(lina, line).code == code
        line.close()
    assert 1 <= len(seen) <= most
    assert shown(lina) == 11
    lina.sync()
    assert not lina.run(lambda replica: sum(state.unsent for state in replica.workspaces.all()))


def test_a_pause_that_the_server_asks_for_is_kept(lina: Member) -> None:
    pauses: list[float] = []
    with mischief(status=503, kind="text/html", body=PORTAL, extra={"Retry-After": "17"}) as (url, _):
        line = Transport(url, "token")
        assert refused(lina, line, pauses).code == "busy"
        line.close()
    assert set(pauses) == {17.0}


class Doctored:
    """A line whose answers are altered by the test."""

    def __init__(self, member: Member, alter: object) -> None:
        self._member, self._alter = member, alter
        self.asked = 0

    def post(self, path: str, body: bytes) -> Reply:
        self.asked += 1
        reply = self._member.line.post(path, body)
        return Reply(self._alter(body, reply.body))  # type: ignore[operator]  # a function of the test


def test_inv_30_an_answer_that_was_kept_from_before_is_recognised(lina: Member) -> None:
    kept: list[bytes] = []

    def first_ever(_body: bytes, answer: bytes) -> bytes:
        kept.append(answer)
        return kept[0]

    line = Doctored(lina, first_ever)
    lina.add("activity", {"title": "One more"})
    session = Session(line, lina, lina.house.clock, pause=lambda _: None, jitter=lambda: 0.25)
    session.sync(epoch=lina.epoch, access_epoch=lina.access_epoch)
    lina.add("activity", {"title": "And another"})
    assert refused(lina, line).code == "stale_answer"
    assert shown(lina) == 13


def test_inv_30_answers_that_never_lead_on_end_the_sync(lina: Member) -> None:
    def always_more(body: bytes, _answer: bytes) -> bytes:
        request = SyncRequest.unpack(body)
        (state,) = lina.run(lambda replica: replica.workspaces.all())
        return SyncAnswer(
            lina.house.clock.now_ms(),
            access_epoch=request.access_epoch,
            workspaces=(WorkspaceAnswer(1, 10**6, bytes(16), state.acked, state.acked_chain),),
            more=True,
            nonce=request.nonce,
        ).pack()

    line = Doctored(lina, always_more)
    assert refused(lina, line).code == "no_progress"
    assert line.asked < 10
    assert shown(lina) == 11


@pytest.mark.logs("set aside")
def test_inv_30_a_frame_that_unfolds_without_end_is_refused_before_it_does(team: Team, lina: Member) -> None:
    team.join("Omar Khalil")
    omar = team.members[-1]
    bomb = seal(bytes(RAW_CAP + 1))

    def exchange(_body: bytes, answer: bytes) -> bytes:
        told = SyncAnswer.unpack(answer)
        (item,) = told.workspaces
        pulled = tuple(replace_frame(part, bomb) for part in item.pulled)
        return replace_pulled(told, item, pulled).pack()

    line = Doctored(omar, exchange)
    session = Session(line, omar, omar.house.clock, pause=lambda _s: None, jitter=lambda: 0.5)  # type: ignore[arg-type]  # a line of the test
    assert session.sync(epoch=omar.epoch, access_epoch=omar.access_epoch).differing
    assert shown(omar) == 0
    assert {one.code for one in unreceived_changes(omar.reader)} == {"frame_unread"}
    assert sync_as_a_laptop(omar).differing == []
    assert shown(omar) == 10
    assert unreceived_changes(omar.reader) == []


def replace_frame(part: Pulled, frame: bytes) -> Pulled:
    return replace(part, frame=frame) if part.frame is not None else part


def replace_pulled(told: SyncAnswer, item: WorkspaceAnswer, pulled: tuple[Pulled, ...]) -> SyncAnswer:
    return replace(told, workspaces=(replace(item, pulled=pulled),))
