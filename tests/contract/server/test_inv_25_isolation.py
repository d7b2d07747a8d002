"""Whatever is asked, and whoever asks: no byte of a workspace without a grant, on both databases.

Every workspace and every person carries a marker that is found nowhere else. Grants are drawn at random; then
everybody asks everything there is to ask, also what nobody honest would, and every byte of every answer is
searched, also inside the frames.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from helpers.house import House
from helpers.laptop import Laptop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sync.blobs import Span
from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.texts import set_text
from sync.server.access import NONE
from sync.server.blobs import Blobs, Standing
from sync.server.files.folder import FolderStore
from sync.server.storage.people import Person, Workspace
from sync.wire.departures import Purged, QuarantineAnswer, QuarantineRequest, ReleaseRequest
from sync.wire.enrolment import EnrolRequest
from sync.wire.failures import pack_error
from sync.wire.messages import SyncAnswer, SyncRequest

PLACES, PEOPLE = 4, 3
UNKNOWN = (0, 77, 32_767, 1 << 40)
ROLES = ("reader", "officer", "coordinator", "administrator")
CHANGED = st.sampled_from([None, None, NONE, *ROLES])
GRANTS = st.lists(st.lists(CHANGED, min_size=PLACES, max_size=PLACES), min_size=PEOPLE, max_size=PEOPLE)


@dataclass
class World:
    """Workspaces with marked contents, and people who may or may not read them."""

    house: House
    places: dict[str, Workspace] = field(default_factory=dict)
    people: dict[str, tuple[Person, Laptop]] = field(default_factory=dict)
    planted: list[Change] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    asked: int = 0

    def plant(self) -> None:
        for number in range(PLACES):
            marker = f"Placemark{number}Q"
            place = self.places[marker] = self.house.workspace(f"{marker} office")
            writer = self.house.laptop(self.house.person(f"{marker} writer", place))
            self._fill(writer, place, marker)
        for number in range(PEOPLE):
            marker = f"Peoplemark{number}Q"
            person = self.house.person(marker)
            self.people[marker] = (person, self.house.laptop(person))

    @property
    def files(self) -> Blobs:
        settings = self.house.settings
        store = FolderStore(settings.files_folder)
        return Blobs(self.house.storage, store, clock=self.house.clock, settings=settings)

    def _attach(self, writer: Laptop, place: Workspace, marker: str) -> None:
        content = f"{marker} register".encode()
        name = hashlib.sha256(content).digest()
        span = Span(0, len(content), len(content))
        self.files.take(self.house.caller(writer), place.id, name, span, content)
        self.names.append(name)

    def _fill(self, writer: Laptop, place: Workspace, marker: str) -> None:
        """Accepted, refused and waiting changes, long text and a file included."""
        self._attach(writer, place, marker)
        made = writer.create(place.id, "activity", {"title": marker, "description": f"{marker} " * 50})
        notes = set_text(None, f"{marker} notes").update
        meeting = writer.create(place.id, "meeting", {"title": f"{marker} meeting", "notes": notes})
        bad = writer.create(place.id, "activity", {"title": f"{marker} bad", "start": f"{marker} day"})
        early = writer.edit(made, {"status": "planned", "code": marker}, {"status": ((99, 99),)})
        self.house.push(writer, place, made, meeting, bad, early)
        self.planted += [made, meeting, bad]

    def grant(self, drawn: list[list[str | None]]) -> None:
        for (person, _), roles in zip(self.people.values(), drawn, strict=True):
            for place, role in zip(self.places.values(), roles, strict=True):
                if role == NONE:
                    self._revoke(person, place)
                elif role is not None:
                    self.house.accounts.grant(person, place, role=role)

    def _revoke(self, person: Person, place: Workspace) -> None:
        try:
            self.house.accounts.revoke_access(person, place)
        except DaftarError as error:
            assert error.code == "not_granted"  # noqa: PT017 - the person never had it

    def readable(self, person: Person) -> set[str]:
        """The markers a person may read: the granted workspaces, and whoever has or had access to them."""
        rows = self.house.accounts.accesses
        own = {row.workspace_id for row in rows(person) if row.role != NONE}
        seen = {marker for marker, place in self.places.items() if place.id in own}
        for marker, (other, _) in self.people.items():
            if other.id == person.id or any(row.workspace_id in own for row in rows(other)):
                seen.add(marker)
        return seen

    @property
    def numbers(self) -> list[int]:
        return [*(place.number for place in self.places.values()), *UNKNOWN]


def questions(world: World, person: Person, laptop: Laptop) -> Iterator[Callable[[], bytes]]:
    """Everything that can be asked, honest or not; each answers with bytes."""
    service, caller = world.house.service, world.house.caller(laptop)
    numbers = world.numbers
    for cursors in (
        {},
        dict.fromkeys(numbers, 0),
        dict.fromkeys(numbers, 3),
        dict.fromkeys(numbers, 1 << 40),
    ):
        for size in (0, 1 << 22):
            request = laptop.request(cursors=cursors, max_bytes=size)
            yield lambda request=request: service.sync(caller, request).pack()  # type: ignore[misc]  # bound
    for number in numbers:
        yield lambda number=number: service.quarantine.answer(caller, QuarantineRequest(number)).pack()  # type: ignore[misc]  # bound
        yield lambda number=number: _release(world, laptop, number)  # type: ignore[misc]  # bound
        yield lambda number=number: _forge(world, laptop, number)  # type: ignore[misc]  # bound
        yield lambda number=number: service.departures.note_purged(caller, Purged((number,))).pack()  # type: ignore[misc]  # bound
    for place in (*(place.id for place in world.places.values()), bytes(16)):
        for name in world.names:
            yield lambda place=place, name=name: _read_file(world, laptop, place, name)  # type: ignore[misc]  # bound
    yield lambda: service.enrolment.authenticate(world.planted[0].writes["title"]) and b""
    yield lambda: _enrol(world, person)


def _read_file(world: World, laptop: Laptop, place: bytes, name: bytes) -> bytes:
    caller = world.house.caller(laptop)
    standing = world.files.standing(caller, place, name)
    try:
        _, blocks = world.files.read(caller, place, name, wish="")
    except DaftarError:
        assert standing == Standing(None, 0)
        raise
    return b"".join(blocks)


def _release(world: World, laptop: Laptop, number: int) -> bytes:
    ids = tuple((change.device, change.dseq) for change in world.planted)
    request = ReleaseRequest(number, (*ids, (1, 1)))
    return world.house.service.quarantine.release_for(world.house.caller(laptop), request).pack()


def _forge(world: World, laptop: Laptop, number: int) -> bytes:
    """Push into a workspace, by its number, an edit of a record that lies there or elsewhere."""
    target = world.planted[world.asked % len(world.planted)]
    stranger = Laptop(laptop.device, laptop.person, now_ms=laptop.now_ms)
    edit = stranger.edit(target, {"description": "Mine"})
    request = stranger.request(stranger.push(number, [edit]), cursors={number: 0})
    return world.house.service.sync(world.house.caller(laptop), SyncRequest.unpack(request.pack())).pack()


def _enrol(world: World, person: Person) -> bytes:
    code, _ = world.house.office.enrolment.invite(person)
    world.asked += 1
    device = 0x50_0000_0000 + world.asked
    answer = world.house.service.enrol(EnrolRequest(code, device, "another"))
    service = world.house.service
    laptop = Laptop(device, person.id, now_ms=world.house.clock.now_ms())
    world.house.office.enrolment.revoke(world.house.office.enrolment.laptop(f"{device:012x}"))
    leaving = service.enrolment.authenticate_leaving(answer.token)
    request = laptop.request(cursors=dict.fromkeys(world.numbers, 0))
    handed = service.hand_in(leaving, request.pack()).pack()
    assert SyncAnswer.unpack(handed).access in ((), None)
    return answer.pack() + handed


def spoken(answer: bytes) -> bytes:
    """An answer with what its frames say, opened."""
    said = [answer]
    frames: list[bytes] = []
    # An answer of another kind is read as none.
    with suppress(DaftarError):
        workspaces = SyncAnswer.unpack(answer).workspaces
        frames += [part.frame for item in workspaces for part in item.pulled if part.frame is not None]
    with suppress(DaftarError):
        frames += [kept.frame for kept in QuarantineAnswer.unpack(answer).kept]
    said += [repr(list(changes_of(open_frame(frame, bytes(16))))).encode() for frame in frames]
    return b"\n".join(said)


@pytest.fixture
def world(house: House) -> World:
    made = World(house)
    made.plant()
    return made


# Nothing is shrunk: each example builds on the grants before it.
@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(drawn=GRANTS)
def _ask_everything(world: World, drawn: list[list[str | None]]) -> None:
    world.grant(drawn)
    markers = [*world.places, *world.people]
    for person, laptop in world.people.values():
        readable = world.readable(person)
        found: set[str] = set()
        for question in questions(world, person, laptop):
            try:
                said = spoken(question())
            except DaftarError as error:
                said = pack_error(error.code, error.params)
            shown = {marker for marker in markers if marker.encode() in said}
            assert shown <= readable, (person.name, shown - readable)
            found |= shown
        assert found == readable, "what may be read is not found: the search would see nothing"


def test_inv_25_no_answer_shows_what_was_not_granted(world: World) -> None:
    _ask_everything(world)


def test_inv_25_a_forged_workspace_is_refused_change_by_change(world: World) -> None:
    _, laptop = next(iter(world.people.values()))
    place = next(iter(world.places.values()))
    before = world.house.read(place).cursor
    edits = [laptop.edit(world.planted[0], {"description": text}) for text in ("One", "Two")]
    answer = world.house.push(laptop, place, *edits)
    assert [(one.dseq, one.code) for one in answer.troubles] == [(1, "not_granted"), (2, "not_granted")]
    assert answer.workspaces == ()
    assert world.house.service.quarantine.held(place.id)[0].code == "invalid_value"
    assert len(world.house.service.quarantine.held(place.id)) == 1
    # The person who reads for the test is written into the workspace, and nothing else was.
    assert world.house.read(place).cursor == before + 1
