"""Several processes behind one socket and over one database."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests
from helpers.house import House, Reader
from helpers.laptop import Laptop
from helpers.programs import Server

from sync.server.storage.people import Workspace
from sync.wire.enrolment import EnrolRequest
from sync.wire.messages import SyncAnswer, SyncRequest, WorkspaceAnswer, combined_digest

PATIENCE_S = 60.0


@pytest.mark.skipif(os.name == "nt", reason="Windows hands no sockets to other processes this way")
def test_a_worker_that_dies_is_replaced_and_the_url_stays(postgres_url: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database=postgres_url, workers=2)
    with server.running() as url:
        parent = psutil.Process(server.pid)
        while len(first := {child.pid for child in workers_of(parent)}) < 2:
            assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
        victim = min(first)
        os.kill(victim, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(victim)] if psutil.pid_exists(victim) else [], PATIENCE_S)
        while len({child.pid for child in workers_of(parent)} - {victim}) < 2:
            assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
        assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
    assert not [pid for pid in first if psutil.pid_exists(pid) and pid != victim]


def workers_of(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children() if child.status() != psutil.STATUS_ZOMBIE]


def test_a_file_has_one_worker_only(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sync.server", "--data", str(tmp_path), "run", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr


METRICS = "a long word for the monitor"
EACH = 8


class Place:
    """A workspace, and laptops whose lines lead to a certain worker."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.jordan: Workspace = house.workspace("Jordan")
        self._tokens: dict[int, str] = {}

    def laptop(self, name: str) -> Laptop:
        person = self.house.person(name, self.jordan)
        code, _ = self.house.office.enrolment.invite(person)
        device = 0x77 + len(self._tokens)
        self._tokens[device] = self.house.service.enrol(EnrolRequest(code, device, name)).token
        return Laptop(device, person.id, now_ms=self.house.clock.now_ms())

    def ask(self, line: HTTPConnection, request: SyncRequest) -> SyncAnswer:
        token = self._tokens[request.device]
        line.request("POST", "/v1/sync", request.pack(), {"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return SyncAnswer.unpack(body)

    def push(self, line: HTTPConnection, laptop: Laptop, title: str) -> None:
        made = laptop.create(self.jordan.id, "activity", {"title": title})
        push = laptop.push(self.jordan.number, [made])
        answer = self.ask(line, laptop.request(push, cursors={self.jordan.number: 0}, max_bytes=1))
        assert answer.troubles == ()

    def pull(self, line: HTTPConnection, laptop: Laptop, cursor: int) -> tuple[SyncAnswer, WorkspaceAnswer]:
        answer = self.ask(line, laptop.request(cursors={self.jordan.number: cursor}))
        (item,) = answer.workspaces
        return answer, item


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Iterator[Place]:
    house = House(postgres_url, tmp_path / "house")
    yield Place(house)
    house.close()


@contextmanager
def lines_to_both(place: Place, folder: Path, count: int) -> Iterator[tuple[list[HTTPConnection], ...]]:
    """So many connections to each of two workers, which are processes of their own."""
    server = Server(folder, database=place.house.settings.database, workers=2)
    with ExitStack() as stack:
        address = urlsplit(stack.enter_context(server.running()))
        parent, found = psutil.Process(server.pid), dict[int, list[HTTPConnection]]()
        deadline = time.monotonic() + PATIENCE_S
        while len(found) < 2 or min(map(len, found.values())) < count:
            assert time.monotonic() < deadline, "only one worker answers"
            line = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_S)
            line.request("GET", "/healthz")
            line.getresponse().read()
            stack.callback(line.close)
            found.setdefault(_worker_of(line, parent), []).append(line)
        first, second = sorted(found)
        yield found[first], found[second]


def _worker_of(line: HTTPConnection, parent: psutil.Process) -> int:
    """The process at the other end of a line."""
    own = line.sock.getsockname()[1]
    for child in workers_of(parent):
        if any(one.raddr and one.raddr.port == own for one in child.net_connections("tcp")):
            return int(child.pid)
    raise AssertionError("nobody is at the other end")


def test_inv_09_pushes_through_two_processes_leave_no_gap(place: Place, tmp_path: Path) -> None:
    writers = [place.laptop(f"Person {at}") for at in range(4)]
    watcher, reader, failures = place.laptop("Watcher"), Reader(place.jordan.id), list[BaseException]()
    with lines_to_both(place, tmp_path / "data", 3) as (one, other):

        def work(laptop: Laptop, line: HTTPConnection) -> None:
            try:
                for at in range(EACH):
                    place.push(line, laptop, f"Visit {at}")
            except BaseException as error:
                failures.append(error)
                raise

        ways = [one[0], other[0], one[1], other[1]]
        threads = [threading.Thread(target=work, args=pair) for pair in zip(writers, ways, strict=True)]
        for thread in threads:
            thread.start()
        alive = True
        while alive:
            alive = any(thread.is_alive() for thread in threads)
            for line in (one[2], other[2]):
                # `read` itself refuses a gap in pseq.
                reader.read(place.pull(line, watcher, reader.cursor)[1].pulled)
        for thread in threads:
            thread.join()
        assert failures == []
        for laptop in writers:
            assert reader.dseqs(laptop.device) == list(range(1, EACH + 1))
        ends = [place.pull(line, watcher, reader.cursor)[1] for line in (one[2], other[2])]
        assert {(end.head, end.digest) for end in ends} == {(reader.cursor, reader.summary())}


def test_a_commit_through_one_process_wakes_who_waits_at_the_other(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFTAR_SERVER_METRICS_TOKEN", METRICS)
    writer, listener = place.laptop("Writer"), place.laptop("Listener")
    told: list[SyncAnswer] = []
    with lines_to_both(place, tmp_path / "data", 2) as (one, other):
        told_first, item = place.pull(one[0], listener, 0)
        request = listener.request(
            cursors={place.jordan.number: item.head},
            access_epoch=told_first.access_epoch,
            combined=combined_digest(
                [(place.jordan.id, item.head, item.digest, item.acked_dseq, item.chain)]
            ),
            wait_s=40,
        )
        waiting = threading.Thread(target=lambda: told.append(place.ask(one[0], request)))
        waiting.start()
        while _waiting_at(one[1]) < 1:
            assert waiting.is_alive()
        assert _waiting_at(other[1]) == 0
        place.push(other[0], writer, "News")
        start = time.monotonic()
        waiting.join(PATIENCE_S)
        assert time.monotonic() - start < 20
    (answer,) = told
    assert not answer.same
    assert answer.workspaces[0].head == item.head + 1
    assert answer.workspaces[0].pulled


def _waiting_at(line: HTTPConnection) -> float:
    line.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS}"})
    found = re.search(r"^daftar_waiting (\S+)$", line.getresponse().read().decode(), re.MULTILINE)
    assert found is not None
    return float(found[1])
