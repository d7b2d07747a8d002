"""An idle laptop waits on its line: what colleagues send is there at once, and what is typed goes out."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.http_server import serving
from helpers.joined import JoinedLaptop
from helpers.team import CHEAP, Member, Team

from desktop.paths import profile_paths
from desktop.store.profile import create_profile
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol
from desktop.syncing.kept import KeptLine
from desktop.syncing.worker import SyncStatus, SyncWorker
from sync.changes import Edit
from sync.client.transport import Transport
from sync.errors import DaftarError
from sync.records import KINDS
from sync.replica.changed import Changed
from sync.wire.messages import SyncRequest

PATIENCE = 20.0


class Post:
    """A joined laptop with a worker, and the requests it has under way."""

    def __init__(self, team: Team, url: str, folder: Path) -> None:
        self.team = team
        profile = create_profile(profile_paths(folder), passphrase="a few words", cost=CHEAP)
        self.store = Store.open(profile, KINDS, team.house.clock)
        person = team.house.person("Rima Mansour", team.workspace)
        code, _ = team.house.office.enrolment.invite(person)
        enrol(self.store, server=url, code=code, name="Irbid 2", clock=team.house.clock)
        self.told: queue.Queue[SyncStatus] = queue.Queue()
        self.arrived: queue.Queue[Changed] = queue.Queue()
        self.waits: queue.Queue[int] = queue.Queue()
        self.store.subscribe(lambda changed: None if changed.local else self.arrived.put(changed))
        self.worker = SyncWorker(
            self.store, clock=team.house.clock, on_status=self.told.put, connect=self._connect
        )

    def _connect(self, address: str, token: str | None) -> Transport:
        line = Transport(address, token)
        post = line.post

        def watched(path: str, body: bytes, *, wait_s: int = 0) -> object:
            if wait_s:
                self.waits.put(wait_s)
            return post(path, body, wait_s=wait_s)

        line.post = watched  # type: ignore[assignment,method-assign]  # the same, watched
        return line

    def listening(self) -> None:
        """Return when the laptop waits for news."""
        self.waits.get(timeout=PATIENCE)

    def write(self, title: str) -> None:
        edit = Edit(self.team.workspace.id, "activity", self.store.new_id(), {"title": title}, create=True)
        self.store.submit([edit], label="Add").result()


@pytest.fixture
def post(team: Team, tmp_path: Path) -> Iterator[Post]:
    with serving(team.house) as url:
        made = Post(team, url, tmp_path / "post")
        made.worker.start()
        yield made
        assert made.worker.stop(timeout=PATIENCE)
        made.store.close()


def over_http(member: Member, url: str) -> Transport:
    return Transport(url, member.line.parts[1])


def test_what_a_colleague_sends_is_there_at_once(team: Team, post: Post) -> None:
    omar = team.join("Omar Khalil")
    omar.line = over_http(omar, str(post.store.reader().meta("server")))  # type: ignore[assignment]  # a real one
    post.listening()
    began = time.monotonic()
    for title in ("First", "Second"):
        omar.add("activity", {"title": title})
        omar.sync()
        while "activity" not in post.arrived.get(timeout=PATIENCE).touched:
            continue
        post.listening()
    assert time.monotonic() - began < 10


def test_what_is_typed_goes_out_without_waiting_for_the_line(team: Team, post: Post) -> None:
    omar = team.join("Omar Khalil")
    post.listening()
    began = time.monotonic()
    post.write("Typed while it waits")
    while not omar.reader.search("waits"):
        # It also listens anew when it has heard of Omar.
        post.listening()
        omar.sync()
    assert time.monotonic() - began < 15


def test_stopping_does_not_wait_for_the_line(post: Post) -> None:
    post.listening()
    began = time.monotonic()
    assert post.worker.stop(timeout=PATIENCE)
    assert time.monotonic() - began < 10


def test_a_request_that_waits_is_ended_from_another_thread(team: Team, post: Post) -> None:
    omar = team.join("Omar Khalil")
    omar.sync()
    line = over_http(omar, str(post.store.reader().meta("server")))
    body = omar.line.requests[-1]
    line.hang_up()
    with pytest.raises(DaftarError, match="connection_cut"):
        line.post("/v1/sync", body)
    ended: queue.Queue[str] = queue.Queue()

    def ask() -> None:
        try:
            line.post("/v1/sync", body, wait_s=45)
        except DaftarError as error:
            ended.put(error.code)

    parts = SyncRequest.unpack(body)
    body = replace(parts, wait_s=45).pack()
    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive():
        line.hang_up()
        thread.join(0.05)
    assert ended.get(timeout=PATIENCE) == "connection_cut"
    line.close()


def test_what_is_asked_for_just_before_the_line_listens_is_not_kept_waiting(
    team: Team, tmp_path: Path
) -> None:
    with serving(team.house) as url:
        laptop = JoinedLaptop(team, tmp_path / "rima", url=url)
        sessions = 0

        def jitter() -> float:
            # Asked once by each session that begins, and once behind each that went well.
            nonlocal sessions
            sessions += 1
            if sessions == 3:
                laptop.worker.ask_now()
            return 0.5

        clock = team.house.clock
        laptop.worker = SyncWorker(laptop.store, clock=clock, on_status=laptop.told.put, jitter=jitter)
        assert laptop.run()[-1].last_success_ms is not None
        assert laptop.until_done()[0].running
        laptop.close()


def test_a_line_that_nobody_wants_to_wait_on_is_not_asked(team: Team) -> None:
    omar = team.join("Omar Khalil")
    omar.sync()
    asked: list[str] = []

    class Counting:
        def post(self, path: str, body: bytes, *, wait_s: int = 0) -> object:
            asked.append(path)
            return omar.line.post(path, body)

        def get(self, path: str, *, start: int = 0) -> object:
            return omar.line.get(path, start=start)

        def hang_up(self) -> None:
            """Nothing waits."""

        def close(self) -> None:
            """Left open."""

    kept = KeptLine(lambda _address, _token: Counting(), unwanted=lambda: True)
    line = kept.open("http://127.0.0.1:1", None)
    with pytest.raises(DaftarError, match="connection_cut"):
        line.post("/v1/sync", b"", wait_s=45)
    assert asked == []
    line.post("/v1/sync", omar.line.requests[-1])
    assert asked == ["/v1/sync"]
