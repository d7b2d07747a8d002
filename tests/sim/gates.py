"""Who may enter what: roles that rise and fall, access that is lost and comes back, laptops that are revoked.

Looks at every answer of the server, and at the bytes on the disk of whoever lost something.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from helpers.pages import plain_pages
from sim.administrator import Administrator
from sim.headquarters import ServerDownError
from sim.machine import Machine
from sim.oracle import ViolationError
from sim.texts import tokens

from sync.errors import DaftarError
from sync.server.access import NONE
from sync.server.storage import people
from sync.server.storage.people import Person, Workspace
from sync.wire.messages import SyncAnswer
from sync.wire.verify import VerifyRequest

_ROLES: Final = ("coordinator", "officer", "officer", "reader", NONE, NONE)
_HEAD_OF_FRAME: Final = 21
_LEAST_STAYING: Final = 3


@dataclass(eq=False)
class Gates(Administrator):
    """The administrator of the server, and the auditor behind him."""

    _needles: dict[tuple[str, bytes], set[bytes]] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    """The laptops that were revoked, by what their disk began as."""

    # Altering

    def _persons(self) -> list[Person]:
        return [one for one in self._server.office.accounts.persons() if one.name != "Person 1"]

    def _try(self, work: Callable[[], object], what: str) -> None:
        try:
            work()
        except (ServerDownError, DaftarError):
            # The administrator sees that it failed, and does not try again today.
            self._server.restart()
            return
        self._faults[what] += 1

    def shift(self, roles: Sequence[str]) -> None:
        """Somebody gets one of these roles somewhere."""
        person, role = self._chance.choice(self._persons()), self._chance.choice(roles)
        place = self._chance.choice(self._places)
        accounts = self._server.office.accounts
        if role != NONE:
            self._try(lambda: accounts.grant(person, place, role=role), f"becomes {role}")
        elif self.role(person.id, place) != NONE:
            self._try(lambda: accounts.revoke_access(person, place), "loses access")

    def shift_any(self, machines: Sequence[Machine]) -> None:
        self.remember(machines)
        self.shift(_ROLES)

    def revoke_one(self, machines: Sequence[Machine]) -> None:
        """A laptop is lost, or its owner goes: what it had not sent may still be handed in."""
        staying = [one for one in machines if one.origin not in self.revoked]
        origins = Counter(one.origin for one in staying)
        alone = [one for one in staying if origins[one.origin] == 1 and one.origin != "laptop 1"]
        if len(staying) < _LEAST_STAYING or not alone:
            return
        self.remember(machines)
        machine = self._chance.choice(alone)
        enrolment = self._server.office.enrolment
        laptop = next(one for one in enrolment.laptops() if one.installation.name == machine.origin)
        self._try(lambda: enrolment.revoke(laptop), "laptop revoked")
        enrolment = self._server.office.enrolment
        again = next(one for one in enrolment.laptops() if one.installation.name == machine.origin)
        if again.installation.revoked_at is not None:
            self.revoked.add(machine.origin)

    # Looking

    def role(self, account: bytes, place: Workspace) -> str:
        with self._server.storage.reading() as connection:
            found = people.find_access(connection, person_id=account, workspace_id=place.id)
        return NONE if found is None else found.role

    def may(self, machine: Machine, place: Workspace) -> bool:
        account = bytes(machine.reader.meta("account"))
        return machine.origin not in self.revoked and self.role(account, place) != NONE

    def watch(self, path: str, token: str | None, body: bytes, answer: bytes) -> None:
        """No answer tells anything of a workspace that its asker may not enter."""
        if token is None or path in ("/v1/enrol", "/v1/token", "/v1/bundles", "/v1/keys"):
            return
        holder = self._server.service.enrolment._find_token(token)
        told = list(self._told(path, body, answer))
        self._done["answers looked through"] += 1
        for place in told:
            over = holder.installation_revoked_at is not None
            if over or self.role(holder.person_id, place) == NONE:
                raise ViolationError(25, f"{path} tells of {place.name}, which its asker may not enter")

    def _told(self, path: str, body: bytes, answer: bytes) -> Iterator[Workspace]:
        numbers = {one.number: one for one in self._places}
        if path.startswith("/v1/snapshots/"):
            name = path.removeprefix("/v1/snapshots/").partition("?")[0]
            yield next(one for one in self._places if one.id.hex() == name.replace("-", ""))
        elif path in ("/v1/sync", "/v1/handin"):
            for one in SyncAnswer.unpack(answer).workspaces:
                if one.pulled or one.snapshot or one.head:
                    yield numbers[one.workspace]
        elif path == "/v1/verify":
            yield numbers[VerifyRequest.unpack(body).workspace]

    # What is left

    def remember(self, machines: Sequence[Machine]) -> None:
        """What lies on the laptops now, to be looked for on those that lose it."""
        for machine in machines:
            for state in machine.reader.workspaces():
                self._needles[machine.name, state.id] = _needles(machine, state.index)

    def check(self, machines: Sequence[Machine]) -> None:
        """At rest each laptop has what its user may enter, and no byte of anything else."""
        for machine in machines:
            here = {state.id for state in machine.reader.workspaces() if state.number is not None}
            wanted = {place.id for place in self._places if self.may(machine, place)}
            if here != wanted:
                raise ViolationError(
                    24, f"{machine.name} has {len(here)} workspaces, its user has {len(wanted)}"
                )
            lost = {place.id for place in self._places} - wanted
            gone = set[bytes]().union(*(self._needles.get((machine.name, one), set()) for one in lost))
            if gone:
                self._done["disks looked through"] += 1
                self._insist_on_nothing(machine, gone)

    @staticmethod
    def _insist_on_nothing(machine: Machine, gone: set[bytes]) -> None:
        with tempfile.TemporaryDirectory(dir=machine.folder.parent) as folder:
            found = plain_pages(machine.profile.paths.database, key=machine.key, folder=Path(folder))
        left = [needle for needle in gone if needle in found]
        if left:
            raise ViolationError(
                23, f"{machine.name}: {len(left)} of {len(gone)} are left, such as {left[0]!r}"
            )
        files = {path.name for path in machine.folder.rglob("*") if path.is_file()}
        strange = {name for name in files if not name.startswith(("daftar.", "keys.json"))}
        if strange:
            raise ViolationError(23, f"{machine.name}: {sorted(strange)} are left")


def _needles(machine: Machine, index: int) -> set[bytes]:
    """Words that nobody else uses, and the beginnings of frames, which are hashes."""
    connection = machine.reader.connection
    found: set[bytes] = set()
    for (frame,) in connection.execute("SELECT frame FROM log WHERE ws = ?", (index,)).fetchall():
        found.add(bytes(frame)[:_HEAD_OF_FRAME])
    for kind in ("activity", "meeting", "agenda_item", "action_point"):
        if kind in machine.store.kinds:
            rows = connection.execute(f'SELECT title FROM "{kind}" WHERE _ws = ?', (index,)).fetchall()
            found |= {one[:11].encode() for (title,) in rows for one in tokens(title or "")}
    return found
