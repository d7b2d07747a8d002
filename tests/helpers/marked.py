"""A server full of workspaces and people whose every name and content is found nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from helpers.house import House
from helpers.laptop import Laptop

from sync.blobs import Span
from sync.bundles.keys import SecretKeys
from sync.changes import Change
from sync.errors import DaftarError
from sync.merge.texts import set_text
from sync.server.access import NONE
from sync.server.blobs import Blobs
from sync.server.files.folder import FolderStore
from sync.server.snapshots import Snapshots
from sync.server.storage.people import Person, Workspace
from sync.wire.enrolment import EnrolRequest
from sync.wire.snapshots import Manifest

PLACES, PEOPLE = 3, 2
FIRST_DEVICE = 0x40_0000_0000


@dataclass
class Asker:
    """A person with a laptop and what it says who it is by."""

    person: Person
    laptop: Laptop
    token: str
    keys: SecretKeys
    card: bytes
    entered: set[str] = field(default_factory=set)
    """The workspaces whose ids this laptop was told at some time."""


@dataclass
class World:
    """Workspaces with marked contents, and people who may or may not read them."""

    house: House
    places: dict[str, Workspace] = field(default_factory=dict)
    people: dict[str, Asker] = field(default_factory=dict)
    planted: dict[str, list[Change]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    pieces: dict[str, list[bytes]] = field(default_factory=dict)
    asked: int = 0

    def plant(self) -> World:
        for number in range(PLACES):
            self._found(f"Placemark{number}Q")
        for number in range(PEOPLE):
            marker = f"Peoplemark{number}Q"
            person = self.house.person(marker)
            self.people[marker] = self.enrol(person, marker)
        return self

    def enrol(self, person: Person, name: str) -> Asker:
        """One more laptop of a person, with a card."""
        self.asked += 1
        device = FIRST_DEVICE + self.asked
        code, _ = self.house.office.enrolment.invite(person)
        token = self.house.service.enrol(EnrolRequest(code, device, name)).token
        caller = self.house._callers[device] = self.house.service.enrolment.authenticate(token)
        keys = SecretKeys(self.asked.to_bytes(32))
        card = self.house.service.cards.register(caller, device=device, public=keys.public.pack()).card
        laptop = Laptop(device, person.id, now_ms=self.house.clock.now_ms())
        return Asker(person, laptop, token, keys, card)

    @property
    def blobs(self) -> Blobs:
        settings = self.house.settings
        store = FolderStore(settings.files_folder)
        return Blobs(self.house.storage, store, clock=self.house.clock, settings=settings)

    def _found(self, marker: str) -> None:
        place = self.places[marker] = self.house.workspace(f"{marker} office")
        person = self.house.person(f"{marker} writer", place)
        self._fill(self.enrol(person, f"{marker} laptop").laptop, place, marker)
        manifest = Snapshots(self.house.storage, clock=self.house.clock).make(place.id)
        assert isinstance(manifest, Manifest)
        self.pieces[marker] = [piece.hash for piece in manifest.pieces]

    def _fill(self, writer: Laptop, place: Workspace, marker: str) -> None:
        """Accepted, refused, disputed, discarded and waiting changes, long text and a file included."""
        content = f"{marker} register".encode()
        name = self.files[marker] = hashlib.sha256(content).digest()
        span = Span(0, len(content), len(content))
        self.blobs.take(self.house.caller(writer), place.id, name, span, content)
        made = writer.create(place.id, "activity", {"title": marker, "description": f"{marker} " * 50})
        notes = set_text(None, f"{marker} notes").update
        meeting = writer.create(place.id, "meeting", {"title": f"{marker} meeting", "notes": notes})
        bad = writer.create(place.id, "activity", {"title": f"{marker} bad", "start": f"{marker} day"})
        worse = writer.create(place.id, "activity", {"title": f"{marker} worse", "start": f"{marker} day"})
        one = writer.edit(made, {"status": "planned"})
        other = writer.edit(made, {"status": "done"}, {"status": (made.id,)})
        early = writer.edit(made, {"status": "planned", "code": marker}, {"status": ((99, 99),)})
        self.house.push(writer, place, made, meeting, bad, worse, one, other, early)
        reason = f"{marker} reason"
        self.house.service.discarding.discard(place.id, [worse.id], by=writer.person, reason=reason)
        self.planted[marker] = [made, meeting, bad, worse]

    def grant(self, drawn: list[list[str | None]]) -> None:
        """Roles by person and workspace: one of them, `none` to lose it, or as it was."""
        for asker, roles in zip(self.people.values(), drawn, strict=True):
            for (marker, place), role in zip(self.places.items(), roles, strict=True):
                if role == NONE:
                    self._revoke(asker.person, place)
                elif role is not None:
                    self.house.accounts.grant(asker.person, place, role=role)
                    asker.entered.add(marker)

    def _revoke(self, person: Person, place: Workspace) -> None:
        try:
            self.house.accounts.revoke_access(person, place)
        except DaftarError as error:
            assert error.code == "not_granted"  # noqa: PT017 - the person never had it

    def open_to(self, person: Person) -> set[str]:
        """The markers of the workspaces that a person may enter."""
        own = {row.workspace_id for row in self.house.accounts.accesses(person) if row.role != NONE}
        return {marker for marker, place in self.places.items() if place.id in own}

    def readable(self, person: Person) -> set[str]:
        """The markers a person may read: the granted workspaces, and whoever has or had access to them."""
        seen = self.open_to(person)
        own = {self.places[marker].id for marker in seen}
        for marker, other in self.people.items():
            rows = self.house.accounts.accesses(other.person)
            if other.person.id == person.id or any(row.workspace_id in own for row in rows):
                seen.add(marker)
        return seen

    def secrets(self, marker: str, *, met: bool) -> list[bytes]:
        """What betrays a workspace: its marker and every id in it; its own only to those it never `met`."""
        ids = [change.record for change in self.planted[marker]]
        ids += [self.files[marker], *self.pieces[marker]]
        if not met:
            ids.append(self.places[marker].id)
        return [marker.encode(), *ids, *(one.hex().encode() for one in ids)]
