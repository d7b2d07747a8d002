"""The server in this process: the real use cases on SQLite, which crash, run out of disk, are restored."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.chance import repeatable
from sim.clocks import TrueTime
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sync.errors import DaftarError
from sync.server.backup import back_up
from sync.server.enrolment import Caller
from sync.server.office import Office, make_settings
from sync.server.service import Service
from sync.server.storage import Storage
from sync.server.storage.devices import server_device
from sync.server.storage.engine import open_engine
from sync.wire.departures import HAND_IN_PATH, PURGED_PATH, Purged
from sync.wire.enrolment import EnrolRequest
from sync.wire.outcomes import OUTCOMES_PATH, OutcomesRequest

T = TypeVar("T")
FILE: Final = "server.sqlite3"
_YEARS: Final = 40


class ServerDownError(BaseException):
    """The server process is gone; what it had committed stays."""


class Fate:
    """What the next write transaction of the server will meet."""

    CALM, BEFORE, AFTER, FULL = (
        "calm",
        "server cut before commit",
        "server cut after commit",
        "server disk full",
    )


class Hooks:
    """Where the simulation reaches into the server's storage."""

    def __init__(self) -> None:
        self.draw: Callable[[], str] = lambda: Fate.CALM
        self.between: Callable[..., None] = lambda **_: None
        self.answered: Callable[[str, str | None, bytes, bytes], None] = lambda *_: None


class SimStorage(Storage):
    """The real storage; between deciding to write and taking the lock, others may come."""

    hooks: Hooks

    def writing(self, work: Callable[[Any], T]) -> T:
        self.hooks.between()
        fate = self.hooks.draw()

        def watched(connection: Any) -> T:
            result = work(connection)
            if fate == Fate.BEFORE:
                raise ServerDownError
            if fate == Fate.FULL:
                raise OperationalError("INSERT", {}, Exception("database or disk is full"))
            return result

        result = super().writing(watched)
        if fate == Fate.AFTER:
            raise ServerDownError
        return result


class Headquarters:
    """One server: its file, its accounts, and the door that laptops knock at."""

    def __init__(self, folder: Path, time: TrueTime) -> None:
        self.folder = folder
        self.hooks = Hooks()
        self._time = time
        self.generation = 0
        folder.mkdir(parents=True)
        shutil.copy(_template(), folder / FILE)
        self._open()

    def _open(self) -> None:
        url = f"sqlite:///{self.folder / FILE}"
        settings = make_settings(data=self.folder, database=url)
        settings = replace(settings, code_cost=2, token_overlap_days=_YEARS * 366, token_days=_YEARS * 366)
        engine = open_engine(url)
        event.listen(engine, "connect", _careless)
        self.storage = SimStorage(engine)
        self.storage.hooks = self.hooks
        self.office = Office(settings, self.storage, self._time)
        self.service = Service(self.storage, clock=self._time, settings=settings)
        self.generation += 1

    def close(self) -> None:
        self.storage.close()

    def restart(self) -> None:
        self.close()
        self._open()

    def device(self) -> int:
        """The number under which the server itself writes."""
        with self.storage.reading() as connection:
            return server_device(connection)

    def copy(self, name: str) -> Path:
        """A backup, as the administrator's command makes it."""
        target = self.folder / f"{name}.backup"
        target.unlink(missing_ok=True)
        back_up(self.storage.engine, target)
        return target

    def restore(self, copy: Path) -> None:
        """The disk died; what is left is this copy."""
        self.close()
        for file in self.folder.glob(f"{FILE}*"):
            file.unlink()
        shutil.copy(copy, self.folder / FILE)
        self._open()

    def post(self, path: str, token: str | None, body: bytes, *, whole: bool = True) -> bytes:
        """Answer a request as the HTTP application does; `whole` is false where it was cut on its way."""
        generation = self.generation
        try:
            answer = self._answer(path, token, body, whole=whole)
        except ServerDownError:
            self.restart()
            raise DaftarError("connection_cut") from None
        if generation != self.generation:
            raise DaftarError("connection_cut")
        self.hooks.answered(path, token, body, answer)
        return answer

    def _answer(self, path: str, token: str | None, body: bytes, *, whole: bool) -> bytes:
        service = self.service
        if path == "/v1/enrol":
            return service.enrol(EnrolRequest.unpack(body)).pack()
        if token is None:
            raise DaftarError("token_unknown")
        if path == "/v1/token":
            return service.renew(token).pack()
        if whole and path in (HAND_IN_PATH, PURGED_PATH):
            leaving = service.enrolment.authenticate_leaving(token)
            if path == HAND_IN_PATH:
                return service.hand_in(leaving, body).pack()
            return service.departures.note_purged(leaving, Purged.unpack(body)).pack()
        caller = service.enrolment.authenticate(token)
        if not whole:
            if path == "/v1/sync":
                service.take_part(caller, body)
            raise DaftarError("cut_off")
        if path == "/v1/sync":
            return service.sync_bytes(caller, body)[1].pack()
        if path == OUTCOMES_PATH:
            return service.discarding.answer(caller, OutcomesRequest.unpack(body)).pack()
        others = {"/v1/keys": service.show_keys, "/v1/verify": service.verify, "/v1/plan": service.plan}
        if path == "/v1/bundles":
            return service.take_bundle(body).pack()
        if path in others:
            return others[path](caller, body).pack()
        return self._piece(caller, path)

    def _piece(self, caller: Caller, path: str) -> bytes:
        """What is read beside a sync: a manifest, or a piece of a snapshot from a byte on."""
        place, _, start = path.partition("?")
        shelf, _, name = place.removeprefix("/v1/").partition("/")
        archive = self.service.archive
        answer = archive.manifest(caller, name) if shelf == "snapshots" else archive.chunk(caller, name)
        return answer[int(start or 0) :]


_made: list[Path] = []


def _template() -> Path:
    """A migrated database, made once for each process, because migrating takes a while."""
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="daftar-sim-"))
        file = folder / FILE
        storage = Storage.open(f"sqlite:///{file}")
        with repeatable(random.Random(0), TrueTime()):
            Office(make_settings(data=folder, database=f"sqlite:///{file}"), storage, TrueTime()).migrate()
        storage.close()
        _made.append(file)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _made[0]


def _careless(connection: Any, _record: object) -> None:
    """Power cuts are simulated at commits, so nothing is won by waiting for a disk."""
    connection.execute("PRAGMA synchronous = OFF")
