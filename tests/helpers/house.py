"""A whole server for tests, in this process: database, accounts, use cases, and one laptop per person."""

from dataclasses import replace
from pathlib import Path

from helpers.laptop import Laptop

from sync.changes import Change
from sync.clock import COUNTER_BITS
from sync.digest import Digest, record_term
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge import RecordState, fold
from sync.merge.holes import ERASED, hole_bases, inherit
from sync.server.enrolment import Caller
from sync.server.office import Office, make_settings
from sync.server.service import Service
from sync.server.storage import Storage
from sync.server.storage.people import Person, Workspace
from sync.wire.enrolment import EnrolRequest
from sync.wire.messages import Pulled, SyncAnswer, SyncRequest, WorkspaceAnswer

START_MS = 1_767_225_600_000


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.time_ms = now_ms

    def now_ms(self) -> int:
        return self.time_ms

    def move(self, *, days: float = 0, seconds: float = 0) -> None:
        self.time_ms += int((days * 86_400 + seconds) * 1000)


class House:
    """A migrated server with a clock that stands still."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = SetClock()
        self.settings = replace(make_settings(data=folder, database=url), code_cost=2)
        self.storage = Storage.open(url)
        self.office = Office(self.settings, self.storage, self.clock)
        self.office.migrate()
        self.accounts = self.office.accounts
        self.service = Service(self.storage, clock=self.clock, settings=self.settings)
        self._devices = 0x10_0000_0000
        self._callers: dict[int, Caller] = {}

    def close(self) -> None:
        self.storage.close()

    def read(self, workspace: Workspace) -> "Reader":
        """All of a workspace as a newcomer folds it; its digest must be the server's."""
        newcomer = self.laptop(self.person("Newcomer", workspace, role="reader"))
        reader = Reader(workspace.id)
        answer = self.pull(newcomer, workspace)
        reader.read(answer.pulled)
        assert reader.cursor == answer.head
        assert reader.summary() == answer.digest
        return reader

    def workspace(self, name: str = "Jordan") -> Workspace:
        return self.accounts.add_workspace(name)

    def person(self, name: str, *workspaces: Workspace, role: str = "officer") -> Person:
        person = self.accounts.add_person(name)
        for workspace in workspaces:
            self.accounts.grant(person, workspace, role=role)
        return person

    def laptop(self, person: Person, name: str = "laptop") -> Laptop:
        """An enrolled laptop."""
        self._devices += 1
        code, _ = self.office.enrolment.invite(person)
        answer = self.service.enrol(EnrolRequest(code, self._devices, name))
        self._callers[self._devices] = self.service.enrolment.authenticate(answer.token)
        return Laptop(self._devices, person.id, now_ms=self.clock.now_ms())

    def know_laptops_of(self, other: "House") -> None:
        """Go on with the laptops of another server whose database this one was restored from."""
        self._devices, self._callers = other._devices, dict(other._callers)

    def caller(self, laptop: Laptop) -> Caller:
        return self._callers[laptop.device]

    def sync(self, laptop: Laptop, request: SyncRequest) -> SyncAnswer:
        known = self._callers.get(laptop.device)
        return self.service.sync(known or self._callers[min(self._callers)], request)

    def push(self, laptop: Laptop, workspace: Workspace, *changes: Change, cursor: int = 0) -> SyncAnswer:
        """Push changes through packed messages, as they travel."""
        push = laptop.push(workspace.number, changes)
        request = laptop.request(push, cursors={workspace.number: cursor})
        return SyncAnswer.unpack(self.sync(laptop, SyncRequest.unpack(request.pack())).pack())

    def pull(
        self, laptop: Laptop, workspace: Workspace, *, cursor: int = 0, max_bytes: int = 1 << 22
    ) -> WorkspaceAnswer:
        request = laptop.request(cursors={workspace.number: cursor}, max_bytes=max_bytes)
        answer = SyncAnswer.unpack(self.sync(laptop, request).pack())
        return next(item for item in answer.workspaces if item.workspace == workspace.number)


class Reader:
    """Folds what is pulled, in `pseq` order, into states and a digest of its own."""

    def __init__(self, workspace: bytes) -> None:
        self.workspace = workspace
        self.states: dict[bytes, RecordState] = {}
        self.changes: list[Change] = []
        self.cursor = 0
        self._holes: dict[tuple[int, int], dict[str, tuple[tuple[int, int], ...]]] = {}

    def read(self, pulled: tuple[Pulled, ...], *, own: dict[int, Change] | None = None) -> None:
        for part in pulled:
            assert part.first == self.cursor + 1, "a gap in pseq"
            if part.frame is None:
                assert own is not None, "a reference to changes of another device"
                changes = [own[dseq] for dseq in range(part.first_dseq, part.last_dseq + 1)]
            else:
                changes = changes_of(open_frame(part.frame, self.workspace))
            assert len(changes) == part.last - part.first + 1
            for at, change in enumerate(changes):
                self._fold(change, part.effective.get(at))
            self.cursor = part.last

    def summary(self) -> bytes:
        digest = Digest()
        for record, state in self.states.items():
            digest.replace(record, None, record_term(state))
        return digest.summary()

    def dseqs(self, device: int) -> list[int]:
        """The numbers of one device's changes, in the order they are pulled."""
        return [change.dseq for change in self.changes if change.device == device]

    def state(self, change: Change) -> RecordState:
        return self.states[change.record]

    def _fold(self, change: Change, effective: int | None) -> None:
        self.changes.append(change)
        if change.hole:
            self._holes[change.id] = hole_bases(change)
            if change.code == ERASED:
                self.states.pop(change.record, None)
            return
        fresh = RecordState(self.workspace, change.kind, change.record)
        state = self.states.setdefault(change.record, fresh)
        fold(state, inherit(change, self._hole_base), effective=effective)

    def _hole_base(self, change: tuple[int, int], key: str) -> tuple[tuple[int, int], ...] | None:
        hole = self._holes.get(change)
        return None if hole is None else hole.get(key, ())


def stamp_at(ms: int) -> int:
    return ms << COUNTER_BITS
