"""What the benchmarks of syncing stand on: a real server process, laptops with real stores, counted bytes."""

import gc
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psutil
from bench.mapping import Mapped
from bench.workload import SHARED, Record

from desktop.__main__ import collect_seldom
from desktop.paths import profile_paths
from desktop.store.keys import Cost
from desktop.store.profile import create_profile
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol
from desktop.syncing.once import sync_once
from sync.client.session import Receipt
from sync.clock import SystemClock
from sync.records import KINDS

ROOT = Path(__file__).resolve().parents[2]
CHEAP = Cost(1, 8 * 1024)
PATIENCE = 60.0
_CPUCLOCK_SCHED = 2


class PacedClock:
    """Right until `typing` begins; then each look at it is 5 to 35 seconds after the last, as when people type.

    What was typed lies in the past, so a laptop types before its first sync, which brings stamps of today.
    """

    def __init__(self) -> None:
        self._chance = random.Random(7)
        self._time: int | None = None

    def now_ms(self) -> int:
        if self._time is None:
            return SystemClock().now_ms()
        self._time += self._chance.randrange(5_000, 35_000)
        return self._time

    @contextmanager
    def typing(self, changes: int) -> Iterator[None]:
        self._time = SystemClock().now_ms() - (2 * changes + 1_000) * 20_000
        yield
        self._time = None


@dataclass(slots=True)
class Spent:
    """Seconds between two moments: on the wall, of this process, and of the processes watched."""

    wall: float = 0.0
    own: float = 0.0
    others: float = 0.0

    @property
    def cpu(self) -> float:
        return self.own + self.others


class Server:
    """`daftar-server run` in a process of its own, on loopback."""

    def __init__(self, data: Path, database: str | None = None, *, watched: Sequence[int] = ()) -> None:
        self.data = data
        data.mkdir(parents=True, exist_ok=True)
        tool = Path(sys.executable).parent / "daftar-server"
        self._command = [str(tool), "--data", str(data), *(["--database", database] if database else [])]
        log = (data / "server.log").open("ab")
        self._process = subprocess.Popen(
            [*self._command, "run", "--host", "127.0.0.1", "--port", "0", "--json"],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        log.close()
        self._watched = watched
        self.url = self._announced()

    def say(self, *words: str) -> dict[str, Any]:
        """What a command of the administrator answers."""
        command = [*self._command, "--json", *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return dict(json.loads(done.stdout))

    def cpu(self) -> float:
        """Seconds of the server and of the database server behind it."""
        return sum(cpu_of(pid) for pid in (self._process.pid, *_with_children(self._watched)))

    @property
    def pid(self) -> int:
        return self._process.pid

    def rss(self) -> int:
        return int(psutil.Process(self._process.pid).memory_info().rss)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        if self._process.stdout:
            self._process.stdout.close()

    def _announced(self) -> str:
        assert self._process.stdout
        text = ""
        for line in self._process.stdout:
            text += line
            try:
                return str(json.loads(text)["url"])
            except ValueError:
                continue
        raise RuntimeError((self.data / "server.log").read_text())


def cpu_of(pid: int) -> float:
    """Processor seconds a process has used, to the microsecond where the system tells."""
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except (AttributeError, OSError):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)


def _with_children(pids: Sequence[int]) -> list[int]:
    return [one for pid in pids for one in (pid, *(child.pid for child in psutil.Process(pid).children()))]


@contextmanager
def metered(server: Server | None = None) -> Iterator[Spent]:
    """Measure a block; what was made before it does not count in its garbage collections.

    These come as seldom as in a process that the command line runs; the window's makes none in the sync's thread.
    """
    collect_seldom()
    gc.collect()
    gc.freeze()
    spent = Spent()
    before = server.cpu() if server else 0.0
    own, wall = time.process_time(), time.perf_counter()
    yield spent
    spent.wall, spent.own = time.perf_counter() - wall, time.process_time() - own
    spent.others = server.cpu() - before if server else 0.0
    gc.unfreeze()


class Reachable(Protocol):
    """A server, as far as a laptop is concerned."""

    url: str


class Laptop:
    """An enrolled laptop with a profile of its own."""

    def __init__(self, folder: Path, server: Reachable, code: str, *, clock: Any = None) -> None:
        self.clock = clock or SystemClock()
        self.paths = profile_paths(folder)
        profile = create_profile(self.paths, passphrase="a few words", cost=CHEAP)
        self.store = Store.open(profile, KINDS, self.clock)
        enrolled = enrol(self.store, server=server.url, code=code, name=folder.name, clock=self.clock)
        self.workspace = next(iter(enrolled.workspaces))

    def through(self, address: str) -> None:
        """Reach the server at another address, such as that of a proxy."""
        self.store.remember({"server": address})

    def sync(self) -> Receipt:
        return sync_once(self.store, clock=self.clock, pause=_no_pause)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        reader = self.store.reader()
        try:
            yield reader
        finally:
            reader.close()

    def database_bytes(self) -> int:
        """The size of the database once everything is in the file itself."""
        self.store.with_connection(lambda one: one.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        return self.paths.database.stat().st_size

    def write(self, mapped: Mapped, edits: Sequence[Record]) -> None:
        """The workload's edits, as one command."""
        made = []
        with self.reading() as reader:
            for edit in edits:
                kind = {"result": "value", "note": "meeting"}.get(edit["type"], edit["type"])
                record = mapped.id_of(edit["id"])
                row = reader.get(kind, record)
                text = reader.state(kind, record).texts.get("notes") if edit["field"] == "body" else None
                made.append(mapped.change(edit, row.seen, snapshot=text))
        self.store.submit(made, label="Edit").result()

    def close(self) -> None:
        self.store.close()


def _no_pause(_seconds: float) -> None:
    return None


class Proxy:
    """The shared proxy that counts what passes and plays bad links, where it lies beside the checkout."""

    PATH = SHARED / "proxy.py"

    def __init__(self, server: Server) -> None:
        port, self._control = _free_port(), _free_port()
        upstream = server.url.rpartition(":")[2]
        command = [sys.executable, str(self.PATH), str(port), upstream, str(self._control)]
        self._process = subprocess.Popen(command)
        self.url = f"http://127.0.0.1:{port}"
        for opened in (self._control, port):
            _await_port(opened)

    @classmethod
    def available(cls) -> bool:
        return cls.PATH.exists()

    def ask(self, **command: Any) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self._control), 10) as line:
            line.sendall((json.dumps(command) + "\n").encode())
            return dict(json.loads(line.makefile().readline()))

    def reset(self) -> None:
        self.ask(cmd="reset")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            continue
        return


@contextmanager
def office(folder: Path, *, database: str | None = None, watched: Sequence[int] = ()) -> Iterator["Office"]:
    """A server with one workspace, to which laptops can be added; everything is gone afterwards."""
    made = Office(folder, database, watched)
    try:
        yield made
    finally:
        made.close()


class Office:
    """See `office`."""

    def __init__(self, folder: Path, database: str | None, watched: Sequence[int]) -> None:
        self.folder = folder
        self.server = Server(folder / "server", database, watched=watched)
        for workspace in ("Jordan", "Elsewhere"):
            self.server.say("workspace", "add", workspace)
        self._laptops: list[Laptop] = []

    def join(self, name: str, *, clock: Any = None, workspace: str = "Jordan") -> Laptop:
        self.server.say("person", "add", name)
        self.server.say("grant", name, workspace, "officer")
        code = self.server.say("invite", name)["code"]
        made = Laptop(self.folder / f"laptop{len(self._laptops)}", self.server, code, clock=clock)
        self._laptops.append(made)
        return made

    def close(self) -> None:
        for laptop in self._laptops:
            laptop.close()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def load_average() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0
