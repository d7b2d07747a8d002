"""A laptop that was joined as the window does it, over a line of a team, with a worker to watch."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path

from helpers.team import CHEAP, Line, Reply, Team

from desktop.paths import profile_paths
from desktop.store.happenings import HAPPENED, Happening, read_happenings
from desktop.store.profile import create_profile
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol
from desktop.syncing.line import Connect, over_http
from desktop.syncing.schedule import Pace
from desktop.syncing.worker import SyncStatus, SyncWorker
from sync.changes import Edit
from sync.records import KINDS

PATIENCE = 20.0
ADDRESS = "http://127.0.0.1:1"


class WatchedLine(Line):
    """Notes what is asked; `answers` may stand for the server's."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.house)
        self.paths: list[str] = []
        self.answers: dict[str, Callable[[Reply], Reply]] = {}

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        self.paths.append(path)
        reply = super().post(path, body)
        return self.answers[path](reply) if path in self.answers else reply

    def take(self, token: str | None) -> None:
        """Speak for whom this token was given to."""
        self._token = token or ""

    def hang_up(self) -> None:
        """Nothing ever waits on it."""


class JoinedLaptop:
    """Store and worker of one person; runs begin when they are asked for."""

    def __init__(
        self,
        team: Team,
        folder: Path,
        *,
        name: str = "Rima Mansour",
        role: str = "officer",
        url: str = "",
    ) -> None:
        """With the `url` of a server that listens, everything goes over HTTP; else over a line to watch."""
        self.team = team
        profile = create_profile(profile_paths(folder), passphrase="a few words", cost=CHEAP)
        self.store = Store.open(profile, KINDS, team.house.clock)
        person = team.house.person(name, team.workspace, role=role)
        code, _ = team.house.office.enrolment.invite(person)
        self.line = WatchedLine(team)
        clock = team.house.clock
        connect: Connect = over_http if url else self.connect
        enrol(self.store, server=url or ADDRESS, code=code, name="Irbid 2", clock=clock, connect=connect)
        self.reader = self.store.reader()
        self.told: queue.Queue[SyncStatus] = queue.Queue()
        self._started = False
        pace = Pace(after_change=3600, after_change_connected=3600, idle=3600, first_retry=3600)
        self.worker = SyncWorker(self.store, clock=clock, on_status=self.told.put, connect=connect, pace=pace)

    def connect(self, _address: str, token: str | None) -> WatchedLine:
        self.line.take(token)
        return self.line

    def close(self) -> None:
        assert self.worker.stop(timeout=PATIENCE)
        self.reader.close()
        self.store.close()

    def run(self) -> list[SyncStatus]:
        """One run; everything the worker told of it."""
        if self._started:
            self.worker.ask_now()
        else:
            self._started = True
            self.worker.start()
        return self.until_done()

    def until_done(self) -> list[SyncStatus]:
        seen = [self.told.get(timeout=PATIENCE)]
        while seen[-1].running:
            seen.append(self.told.get(timeout=PATIENCE))
        return seen

    def add(self, title: str) -> bytes:
        record = self.store.new_id()
        edit = Edit(self.team.workspace.id, "activity", record, {"title": title}, create=True)
        self.store.submit([edit], label="Add").result()
        return record

    def happened(self) -> list[Happening]:
        return read_happenings(self.reader.meta(HAPPENED))
