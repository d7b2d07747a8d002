"""A laptop as people have it: enrolled and synced through the same functions as the programs use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from helpers.house import House
from helpers.team import CHEAP, Line, Reply

from desktop.paths import profile_paths
from desktop.store.notices import unread_notices
from desktop.store.profile import create_profile, open_profile
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol
from desktop.syncing.once import sync_once
from sync.changes import Edit
from sync.client.session import Receipt
from sync.errors import DaftarError
from sync.records import KINDS
from sync.server.storage.people import Person, Workspace

ADDRESS = "http://127.0.0.1:1"
PASSPHRASE = "a few words"


class _Wire:
    """A line that a mishap may befall: it is told the path before, and may raise before or after."""

    def __init__(self, traveller: Traveller, token: str | None) -> None:
        self._traveller = traveller
        self._line = Line(traveller.house, token or "")

    def post(self, path: str, body: bytes) -> Reply:
        traveller = self._traveller
        traveller.paths.append(path)
        if traveller.before is not None:
            traveller.before(path)
        reply = self._line.post(path, body)
        traveller.answers.append(reply.body)
        if traveller.lose is not None and traveller.lose(path):
            raise DaftarError("connection_cut")
        return reply

    def get(self, path: str, *, start: int = 0) -> Reply:
        return self._line.get(path, start=start)

    def close(self) -> None:
        """Nothing to close."""


class Traveller:
    """One person's laptop."""

    def __init__(self, house: House, person: Person, folder: Path, *, name: str = "Irbid 2") -> None:
        self.house, self.person, self.folder, self.name = house, person, folder, name
        self.paths: list[str] = []
        self.answers: list[bytes] = []
        self.before: Callable[[str], None] | None = None
        self.lose: Callable[[str], bool] | None = None
        self.profile = create_profile(profile_paths(folder), passphrase=PASSPHRASE, cost=CHEAP)
        self.store = Store.open(self.profile, KINDS, house.clock)
        self.reader: Reader = self.store.reader()
        self.enrol()

    def enrol(self) -> None:
        code, _ = self.house.office.enrolment.invite(self.person)
        enrol(
            self.store,
            server=ADDRESS,
            code=code,
            name=self.name,
            clock=self.house.clock,
            connect=self._connect,
        )

    def _connect(self, _address: str, token: str | None) -> _Wire:
        return _Wire(self, token)

    def sync(self, *, tries: int = 3) -> Receipt:
        return sync_once(
            self.store,
            clock=self.house.clock,
            connect=self._connect,
            pause=lambda _seconds: None,
            jitter=lambda: 0.5,
            tries=tries,
        )

    def close(self) -> None:
        self.reader.close()
        self.store.close()

    def reopen(self) -> None:
        """Start the program again, after a crash or not."""
        self.close()
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.profile = open_profile(profile_paths(self.folder), passphrase=PASSPHRASE)
        self.store = Store.open(self.profile, KINDS, self.house.clock)
        self.reader = self.store.reader()

    # What a person does and sees

    def add(self, workspace: Workspace, kind: str, values: Mapping[str, Any]) -> bytes:
        record = self.store.new_id()
        self.write(Edit(workspace.id, kind, record, values, create=True))
        return record

    def set(self, workspace: Workspace, kind: str, record: bytes, values: Mapping[str, Any]) -> None:
        self.write(Edit(workspace.id, kind, record, values, self.reader.get(kind, record).seen))

    def write(self, *edits: Edit) -> None:
        self.store.submit(edits, label="Edit").result()

    def names(self) -> list[str]:
        """The workspaces of this laptop."""
        return [state.name for state in self.reader.workspaces()]

    def told(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(notice.code, notice.params) for notice in unread_notices(self.reader)]

    def digest(self, workspace: Workspace) -> bytes:
        return next(state.digest.summary() for state in self.reader.workspaces() if state.id == workspace.id)
