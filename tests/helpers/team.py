"""A team for tests: laptops with real stores and a real server's use cases, joined without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from helpers.house import House

from desktop.paths import profile_paths
from desktop.store.keys import Cost
from desktop.store.profile import create_profile, open_profile
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.store import Store
from sync.changes import DELETED, Bases, Edit
from sync.client.session import Receipt, Session, enrol
from sync.errors import DaftarError
from sync.merge.texts import set_text
from sync.records import KINDS
from sync.replica.changed import Changed
from sync.replica.replica import Replica
from sync.server.service import Service
from sync.server.storage.people import Person
from sync.wire import departures, outcomes
from sync.wire.enrolment import EnrolRequest

T = TypeVar("T")
CHEAP = Cost(1, 8 * 1024)


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    complete: bool = True


def _hand_in(service: Service, token: str, body: bytes) -> bytes:
    return service.hand_in(service.enrolment.authenticate_leaving(token), body).pack()


def _purged(service: Service, token: str, body: bytes) -> bytes:
    caller = service.enrolment.authenticate_leaving(token)
    return service.departures.note_purged(caller, departures.Purged.unpack(body)).pack()


def _quarantine(service: Service, token: str, body: bytes) -> bytes:
    caller = service.enrolment.authenticate(token)
    return service.quarantine.answer(caller, departures.QuarantineRequest.unpack(body)).pack()


def _release(service: Service, token: str, body: bytes) -> bytes:
    caller = service.enrolment.authenticate(token)
    return service.quarantine.release_for(caller, departures.ReleaseRequest.unpack(body)).pack()


def _outcomes(service: Service, token: str, body: bytes) -> bytes:
    caller = service.enrolment.authenticate(token)
    return service.discarding.answer(caller, outcomes.OutcomesRequest.unpack(body)).pack()


def _keys(service: Service, token: str, body: bytes) -> bytes:
    return service.show_keys(service.enrolment.authenticate(token), body).pack()


def _bundle(service: Service, token: str, body: bytes) -> bytes:
    service.enrolment.authenticate(token)
    return service.take_bundle(body).pack()


SMALL_CALLS: Mapping[str, Callable[[Service, str, bytes], bytes]] = {
    departures.HAND_IN_PATH: _hand_in,
    departures.PURGED_PATH: _purged,
    departures.QUARANTINE_PATH: _quarantine,
    departures.RELEASE_PATH: _release,
    outcomes.OUTCOMES_PATH: _outcomes,
    "/v1/keys": _keys,
    "/v1/bundles": _bundle,
    "/v1/token": lambda service, token, _body: service.renew(token).pack(),
}


class Line:
    """A line to the server that can be told what to do with the next answers."""

    def __init__(self, house: House, token: str = "") -> None:
        self._house = house
        self._token = token
        self.parts = (house, token)
        self.mishaps: list[Callable[[bytes], Reply]] = []
        self.requests: list[bytes] = []
        self.fetch_mishaps: list[Callable[[bytes], Reply]] = []
        self.fetched: list[tuple[str, int]] = []

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        self.requests.append(body)
        if path == "/v1/enrol":
            return Reply(self._house.service.enrol(EnrolRequest.unpack(body)).pack())
        if path in SMALL_CALLS:
            return Reply(SMALL_CALLS[path](self._house.service, self._token, body))
        caller = self._house.service.enrolment.authenticate(self._token)
        if path == "/v1/plan":
            return Reply(self._house.service.plan(caller, body).pack())
        if path == "/v1/verify":
            return Reply(self._house.service.verify(caller, body).pack())
        _, answer = self._house.service.sync_bytes(caller, body)
        packed = answer.pack()
        return self.mishaps.pop(0)(packed) if self.mishaps else Reply(packed)

    def close(self) -> None:
        """Nothing is held open."""

    def get(self, path: str, *, start: int = 0) -> Reply:
        self.fetched.append((path, start))
        service = self._house.service
        caller, archive = service.enrolment.authenticate(self._token), service.archive
        _, _, shelf, *names = path.split("/")
        if shelf == "snapshots":
            body = archive.manifest(caller, *names)
        elif shelf == "chunks":
            body = archive.chunk(caller, *names)[start:]
        else:
            body = archive.history(caller, *names).pack()
        return self.fetch_mishaps.pop(0)(body) if self.fetch_mishaps else Reply(body)


def lost(_body: bytes) -> Reply:
    """The server did its work; the answer never came."""
    raise DaftarError("connection_cut")


def cut(share: float) -> Callable[[bytes], Reply]:
    """The answer ends after this share of its bytes."""
    return lambda body: Reply(body[: int(len(body) * share)], complete=False)


class Member:
    """One person with one laptop."""

    def __init__(self, house: House, person: Person, folder: Path) -> None:
        self.house = house
        self.person = person
        self.folder = folder
        self.profile = create_profile(profile_paths(folder), passphrase="correct horse", cost=CHEAP)
        self.store = Store.open(self.profile, KINDS, house.clock)
        code, _ = house.office.enrolment.invite(person)
        answer = enrol(Line(house), code=code, device=self.store.device, name="laptop")
        self.store.become(answer.account)
        self.access_epoch = answer.access_epoch
        self.epoch = 0
        for item in answer.access:
            self._grant(item.workspace, item.number, item.role, item.name)
        self.workspace = answer.access[0].workspace
        self.line = Line(house, answer.token)
        self.reader: Reader = self.store.reader()

    def _grant(self, workspace: bytes, number: int, role: str, name: str) -> None:
        self.run(lambda replica: replica.workspaces.grant(workspace, number=number, role=role, name=name))

    def close(self) -> None:
        self.reader.close()
        self.store.close()

    def reopen(self) -> None:
        self.reader.close()
        self.store = Store.open(self.profile, KINDS, self.house.clock)
        self.reader = self.store.reader()

    def twin(self, folder: Path) -> Member:
        """The same laptop out of a copy of its files."""
        other = object.__new__(Member)
        other.house, other.folder, other.workspace = self.house, folder, self.workspace
        other.epoch, other.access_epoch, other.line = self.epoch, self.access_epoch, Line(*self.line.parts)
        other.profile = open_profile(profile_paths(folder), passphrase="correct horse")
        other.store = Store.open(other.profile, KINDS, self.house.clock)
        other.reader = other.store.reader()
        return other

    # What a session needs of a laptop

    def run(self, job: Callable[[Replica], T]) -> T:
        return self.store.run(job)

    def apply(self, job: Callable[[Replica], Changed]) -> Changed:
        return self.store.absorb(job)

    def remember(self, *, access_epoch: int, offset_ms: int) -> None:
        self.access_epoch = access_epoch
        self.store.remember({"offset_ms": offset_ms})

    def renew(self, without: Mapping[bytes, int] = MappingProxyType({})) -> None:
        self.store.renew(without)
        self.epoch += 1

    # What a person does

    def sync(self) -> Receipt:
        session = Session(self.line, self, self.house.clock, pause=lambda _seconds: None, jitter=lambda: 0.5)
        return session.sync(epoch=self.epoch, access_epoch=self.access_epoch)

    def add(self, kind: str, values: Mapping[str, Any]) -> bytes:
        record = self.store.new_id()
        self.write(Edit(self.workspace, kind, record, values, create=True))
        return record

    def write(self, *edits: Edit) -> None:
        self.store.submit(edits, label="Edit").result()

    def row(self, kind: str, record: bytes) -> Row:
        return self.reader.get(kind, record)

    def set(
        self, kind: str, record: bytes, values: Mapping[str, Any], *, seen: Mapping[str, Bases] | None = None
    ) -> None:
        before = self.row(kind, record).seen if seen is None else seen
        self.write(Edit(self.workspace, kind, record, values, before))

    def set_text(self, kind: str, record: bytes, name: str, text: str) -> None:
        snapshot = self.reader.state(kind, record).texts.get(name)
        self.set(kind, record, {name: set_text(snapshot, text).update})

    def delete(self, kind: str, record: bytes) -> None:
        self.set(kind, record, {DELETED: True})

    def digest(self) -> bytes:
        return next(
            state.digest.summary() for state in self.reader.workspaces() if state.id == self.workspace
        )

    def contested(self) -> list[tuple[str, tuple[Any, ...]]]:
        return [(item.key, tuple(head.value for head in item.heads)) for item in self.reader.conflicts()]


class Team:
    """A server, one workspace, and members who join it."""

    def __init__(self, folder: Path, *, url: str | None = None) -> None:
        server = folder / "server"
        server.mkdir()
        self.folder = folder
        self.house = House(url or f"sqlite:///{server / 'server.sqlite3'}", server)
        self.workspace = self.house.workspace("Jordan")
        self.members: list[Member] = []

    def join(self, name: str, *, role: str = "officer") -> Member:
        person = self.house.person(name, self.workspace, role=role)
        member = Member(self.house, person, self.folder / f"laptop{len(self.members)}")
        self.members.append(member)
        return member

    def settle(self) -> None:
        """Everybody syncs until nobody has anything to say."""
        for _ in range(2):
            for member in self.members:
                member.sync()

    def close(self) -> None:
        for member in self.members:
            member.close()
        self.house.close()
