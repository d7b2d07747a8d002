"""Whatever is asked, and whoever asks: no byte of a workspace without a grant, on both databases.

Every workspace and every person carries a marker that is found nowhere else. Grants are drawn at random; then
everybody asks every address of the server everything there is to ask, also what nobody honest would, with the
ids of every workspace, and every byte of every answer is searched for markers and ids, also inside what is
packed, framed and compressed.
"""

from __future__ import annotations

import io
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO

import pytest
from helpers.asgi import Question, Switchboard
from helpers.house import House
from helpers.laptop import Laptop
from helpers.marked import PEOPLE, PLACES, Asker, World
from helpers.spoken import spoken

from sync.bundles.cards import Card
from sync.bundles.notes import Notes, Place
from sync.bundles.reading import BundleFile
from sync.bundles.writing import Draft, write_bundle
from sync.changes import chain_over, chain_start
from sync.client.bundles import strand_piece
from sync.digest import EMPTY
from sync.frames.packing import pack_changes
from sync.frames.strand import Strand, said
from sync.server.access import NONE
from sync.server.app import create_app
from sync.server.bundles import Wish
from sync.server.cards import server_keys
from sync.wire.departures import (
    HAND_IN_PATH,
    PURGED_PATH,
    QUARANTINE_PATH,
    RELEASE_PATH,
    Purged,
    QuarantineRequest,
    ReleaseRequest,
)
from sync.wire.enrolment import EnrolRequest
from sync.wire.keys import KeysRequest
from sync.wire.outcomes import DISCARD_PATH, OUTCOMES_PATH, DiscardRequest, OutcomesRequest
from sync.wire.plan import PlanRequest
from sync.wire.verify import VerifyRequest

UNKNOWN = (0, 77, 1 << 40)
ROLES = ("reader", "officer", "coordinator", "administrator")
CHANGED = (None, None, NONE, *ROLES)
SEED, ROUNDS = 25, 2
Ask = Callable[[World, Asker], Iterator[Question]]


def numbers(world: World) -> list[int]:
    return [*(place.number for place in world.places.values()), *UNKNOWN]


def places(world: World) -> list[bytes]:
    return [*(place.id for place in world.places.values()), bytes(16)]


def changes(world: World) -> tuple[tuple[int, int], ...]:
    return (*(change.id for made in world.planted.values() for change in made), (1, 1))


def records(world: World) -> tuple[bytes, ...]:
    return tuple(change.record for made in world.planted.values() for change in made)


def post(path: str, body: bytes) -> Question:
    return Question("POST", path, body)


def ask_sync(world: World, asker: Asker) -> Iterator[Question]:
    laptop, every = asker.laptop, numbers(world)
    for cursors, size in (({}, 1 << 22), ({}, 0), (dict.fromkeys(every, 0), 1 << 22)):
        yield post("/v1/sync", laptop.request(cursors=cursors, max_bytes=size).pack())
    for cursor in (3, 1 << 40):
        yield post("/v1/sync", laptop.request(cursors=dict.fromkeys(every, cursor)).pack())
    own = world.open_to(asker.person)
    for marker, place in world.places.items():
        # An edit of what lies in a workspace, pushed to it, and to one that the pusher may enter.
        if marker not in own:
            yield post("/v1/sync", _forged(world, asker, marker, place.number))
            for other in own:
                yield post("/v1/sync", _forged(world, asker, marker, world.places[other].number, early=True))


def _forged(world: World, asker: Asker, marker: str, number: int, *, early: bool = False) -> bytes:
    stranger = Laptop(asker.laptop.device, asker.laptop.person, now_ms=asker.laptop.now_ms)
    stranger.dseqs[world.places[marker].id] = 1_000 if early else 0
    edit = stranger.edit(world.planted[marker][0], {"description": "Mine"})
    return stranger.request(stranger.push(number, [edit]), cursors={number: 0}).pack()


def ask_verify(world: World, asker: Asker) -> Iterator[Question]:
    device, some = asker.laptop.device, records(world)
    heads = {place.number: _head(world, place.id) for place in world.places.values()}
    for number in numbers(world):
        cursor = heads.get(number, 1)
        for wish in (
            VerifyRequest(device, number, cursor, bytes([7]) * len(EMPTY)),
            VerifyRequest(device, number, cursor, b"", some),
            VerifyRequest(device, number, 0, places=(1, 2, 3)),
        ):
            yield post("/v1/verify", wish.pack())


def _head(world: World, workspace: bytes) -> int:
    from sync.server.storage import journal

    with world.house.storage.reading() as connection:
        return journal.read_head(connection, workspace).pseq


def ask_plan(world: World, asker: Asker) -> Iterator[Question]:
    for cursor in (0, 1 << 40):
        yield post("/v1/plan", PlanRequest(asker.laptop.device, dict.fromkeys(numbers(world), cursor)).pack())


def ask_enrol(world: World, asker: Asker) -> Iterator[Question]:
    world.asked += 1
    code, _ = world.house.office.enrolment.invite(asker.person)
    yield post("/v1/enrol", EnrolRequest(code, 0x50_0000_0000 + world.asked, "another").pack())
    for wrong in (code, *world.places):
        yield post("/v1/enrol", EnrolRequest(wrong, asker.laptop.device, "another").pack())
        world.house.clock.move(days=1)


def ask_keys(world: World, asker: Asker) -> Iterator[Question]:
    writers = [made[0].device for made in world.planted.values()]
    for device in (asker.laptop.device, *writers, 1):
        yield post("/v1/keys", KeysRequest(device, asker.keys.public.pack()).pack())


def ask_bundles(world: World, asker: Asker) -> Iterator[Question]:
    """A bundle signed as it should be, with an edit of what lies in each workspace that is closed."""
    closed = [marker for marker in world.places if marker not in world.open_to(asker.person)]
    for marker in closed:
        yield post("/v1/bundles", _bundle(world, asker, marker))
    yield post("/v1/bundles", b"DAFTAR")


def _bundle(world: World, asker: Asker, marker: str) -> bytes:
    with world.house.storage.reading() as connection:
        server = server_keys(connection).public
    place, device = world.places[marker].id, asker.laptop.device
    stranger = Laptop(device, asker.laptop.person, now_ms=asker.laptop.now_ms)
    before, pieces = chain_start(place), []
    for frame, part in pack_changes([stranger.edit(world.planted[marker][0], {"description": "Mine"})]):
        after = chain_over(before, part)
        text = said(place, device, first=1, last=1, before=before, after=after)
        pieces.append(
            strand_piece(Strand(place, device, 1, 1, before, after, asker.keys.sign(text), frame), 0)
        )
    kept = io.BytesIO()

    @contextmanager
    def volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield kept

    notes = Notes((Place(place, "Mine"),))
    now = world.house.clock.now_ms()
    draft = Draft("up", now, Card.read(asker.card), asker.keys, notes, (server,), "", server.mark, 1)
    write_bundle(draft, pieces, volume, draw=secrets.token_bytes)
    return kept.getvalue()


def ask_token(world: World, asker: Asker) -> Iterator[Question]:
    yield post("/v1/token", b"")


def ask_hand_in(world: World, asker: Asker) -> Iterator[Question]:
    for marker, place in world.places.items():
        if marker not in world.open_to(asker.person):
            yield post(HAND_IN_PATH, _forged(world, asker, marker, place.number))
    yield post(HAND_IN_PATH, asker.laptop.request(cursors=dict.fromkeys(numbers(world), 0)).pack())


def ask_purged(world: World, asker: Asker) -> Iterator[Question]:
    yield post(PURGED_PATH, Purged(tuple(numbers(world))).pack())


def ask_quarantine(world: World, asker: Asker) -> Iterator[Question]:
    for number in numbers(world):
        yield post(QUARANTINE_PATH, QuarantineRequest(number).pack())


def ask_release(world: World, asker: Asker) -> Iterator[Question]:
    for number in numbers(world):
        yield post(RELEASE_PATH, ReleaseRequest(number, changes(world)).pack())


def ask_discard(world: World, asker: Asker) -> Iterator[Question]:
    # Another's: what is in a workspace that may be entered must stay for those who look at it later.
    theirs = {world.places[marker].number for marker in world.open_to(asker.person)}
    foreign = {number: changes(world) for number in numbers(world) if number not in theirs}
    for number, ids in (foreign | dict.fromkeys(theirs, ((1, 1),))).items():
        yield post(DISCARD_PATH, DiscardRequest(number, ids, "Not ours").pack())


def ask_outcomes(world: World, asker: Asker) -> Iterator[Question]:
    for number in numbers(world):
        yield post(OUTCOMES_PATH, OutcomesRequest(number, changes(world)).pack())


def ask_snapshots(world: World, asker: Asker) -> Iterator[Question]:
    for place in places(world):
        yield Question("GET", f"/v1/snapshots/{place.hex()}")


def ask_chunks(world: World, asker: Asker) -> Iterator[Question]:
    for address in (*(one for listed in world.pieces.values() for one in listed), bytes(32)):
        yield Question("GET", f"/v1/chunks/{address.hex()}")
    yield Question("GET", f"/v1/chunks/{address.hex()}", headers={"range": "bytes=5-"})


def ask_history(world: World, asker: Asker) -> Iterator[Question]:
    for place in places(world):
        for made in world.planted.values():
            yield Question("GET", f"/v1/history/{place.hex()}/{made[0].record.hex()}")


def ask_blobs(world: World, asker: Asker, method: str) -> Iterator[Question]:
    for place in places(world):
        for name in (*world.files.values(), bytes([1]) * 32):
            path = f"/v1/blobs/{name.hex()}?workspace={place.hex()}"
            if method == "PUT":
                yield Question("PUT", path, b"Pla", {"content-range": "bytes 0-2/21"})
            else:
                yield Question(method, path, headers={"range": "bytes=0-"} if place[0] % 2 else {})


def ask_plainly(path: str) -> Ask:
    return lambda _world, _asker: iter([Question("GET", path)])


def blobs(method: str) -> Ask:
    return lambda world, asker: ask_blobs(world, asker, method)


QUESTIONS: dict[tuple[str, str], Ask] = {
    ("POST", "/v1/sync"): ask_sync,
    ("POST", "/v1/verify"): ask_verify,
    ("POST", "/v1/plan"): ask_plan,
    ("POST", "/v1/enrol"): ask_enrol,
    ("POST", "/v1/keys"): ask_keys,
    ("POST", "/v1/bundles"): ask_bundles,
    ("POST", "/v1/token"): ask_token,
    ("POST", HAND_IN_PATH): ask_hand_in,
    ("POST", PURGED_PATH): ask_purged,
    ("POST", QUARANTINE_PATH): ask_quarantine,
    ("POST", RELEASE_PATH): ask_release,
    ("POST", DISCARD_PATH): ask_discard,
    ("POST", OUTCOMES_PATH): ask_outcomes,
    ("GET", "/healthz"): ask_plainly("/healthz"),
    ("GET", "/metrics"): ask_plainly("/metrics"),
    ("HEAD", "/v1/blobs/{sha256}"): blobs("HEAD"),
    ("GET", "/v1/blobs/{sha256}"): blobs("GET"),
    ("PUT", "/v1/blobs/{sha256}"): blobs("PUT"),
    ("GET", "/v1/snapshots/{workspace}"): ask_snapshots,
    ("GET", "/v1/chunks/{address}"): ask_chunks,
    ("GET", "/v1/history/{workspace}/{record}"): ask_history,
}
# Where a person finds the markers of every workspace that is open; the search would else see nothing.
TELLING = ("/v1/sync", "/v1/verify", "/v1/keys", "/v1/enrol", "/v1/chunks/{address}")
TELLING_TOO = ("/v1/history/{workspace}/{record}", "/v1/blobs/{sha256}")


@pytest.fixture
def world(house: House) -> World:
    return World(house).plant()


@pytest.fixture
def board(world: World) -> Iterator[Switchboard]:
    settings = replace(world.house.settings, requests_a_minute=1_000_000, enrol_failures=1_000)
    board = Switchboard(create_app(settings, world.house.storage, world.house.clock))
    yield board
    board.close()


def look(world: World, asker: Asker, where: str, answer: bytes, *, sent: bytes = b"") -> set[str]:
    """The markers in an answer; nothing of what is closed to the asker may be there.

    What is told of a bundle names the workspaces it speaks of, so ids that were `sent` may come back.
    """
    heard, readable = spoken(answer), world.readable(asker.person)
    shown = {marker for marker in (*world.places, *world.people) if marker.encode() in heard}
    assert shown <= readable, (where, asker.person.name, shown - readable)
    for marker in world.places.keys() - readable:
        told = world.secrets(marker, met=marker in asker.entered)
        assert [one for one in told if one in heard and one not in sent] == [], (where, asker.person.name)
    return shown


def _ask_everything(world: World, board: Switchboard) -> None:
    for asker in world.people.values():
        found: dict[str, set[str]] = {path: set() for _, path in QUESTIONS}
        for (method, path), ask in QUESTIONS.items():
            for question in ask(world, asker):
                answer = board.ask(question, token=asker.token)
                assert answer.status != 500, (method, question.path)
                sent = b"".join(places(world)) if path == "/v1/bundles" else b""
                found[path] |= look(world, asker, path, answer.bytes, sent=sent)
        look(world, asker, "bundle", made_for(world, asker))
        _insist_on_sight(world, asker, found)


def _insist_on_sight(world: World, asker: Asker, found: dict[str, set[str]]) -> None:
    open_ = world.open_to(asker.person)
    for path in (*TELLING, *TELLING_TOO):
        assert found[path] >= open_, f"what may be read is not found in {path}: the search would see nothing"
    assert set().union(*found.values()) == world.readable(asker.person)


def made_for(world: World, asker: Asker) -> bytes:
    """What the server puts into a bundle for this person, opened with the keys of the laptop."""
    kept = io.BytesIO()

    @contextmanager
    def volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield kept

    world.house.service.bundles.create(asker.person, Wish(files=1 << 20), volume, draw=secrets.token_bytes)
    bundle = BundleFile(io.BytesIO(kept.getvalue()))
    manifest, _ = bundle.open([asker.keys])
    opened = [kept.getvalue(), manifest.pack()]
    for piece in bundle.pieces():
        data = piece.data or b""
        # A frame of the server's order stands behind its effective stamps.
        opened += [spoken(data), spoken(data[4 + int.from_bytes(data[:4]) :])]
    shown = {marker for marker in world.places if any(marker.encode() in one for one in opened)}
    assert shown == world.open_to(asker.person)
    return b"\n".join(opened)


def test_inv_25_no_answer_shows_what_was_not_granted(world: World, board: Switchboard) -> None:
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        world.grant([[chance.choice(CHANGED) for _ in range(PLACES)] for _ in range(PEOPLE)])
        _ask_everything(world, board)


def test_inv_25_every_address_is_asked(board: Switchboard) -> None:
    assert board.routes == set(QUESTIONS)


def test_inv_25_a_revoked_laptop_is_told_nothing_of_its_workspaces(world: World, board: Switchboard) -> None:
    world.grant([["administrator"] * PLACES] * PEOPLE)
    asker = next(iter(world.people.values()))
    world.house.office.enrolment.revoke(world.house.office.enrolment.laptop(f"{asker.laptop.device:012x}"))
    secret = [*(marker.encode() for marker in world.places), *records(world)]
    for ask in QUESTIONS.values():
        # Its owner may enrol another laptop, which is told everything.
        if ask is not ask_enrol:
            for question in ask(world, asker):
                heard = spoken(board.ask(question, token=asker.token).bytes)
                assert [one for one in secret if one in heard] == [], question.path


def test_inv_25_whoever_shows_no_token_is_told_nothing(world: World, board: Switchboard) -> None:
    world.grant([["administrator"] * PLACES] * PEOPLE)
    asker = next(iter(world.people.values()))
    open_to_all = {"/healthz", "/metrics", "/v1/enrol"}
    for (_, path), ask in QUESTIONS.items():
        if path not in open_to_all:
            for question in ask(world, asker):
                for token in ("", "guessed", asker.token[::-1]):
                    assert board.ask(question, token=token).status == 401


def test_inv_25_a_forged_workspace_is_refused_change_by_change(world: World) -> None:
    laptop = next(iter(world.people.values())).laptop
    marker, place = next(iter(world.places.items()))
    before = world.house.read(place).cursor
    edits = [laptop.edit(world.planted[marker][0], {"description": text}) for text in ("One", "Two")]
    answer = world.house.push(laptop, place, *edits)
    assert [(one.dseq, one.code) for one in answer.troubles] == [(1, "not_granted"), (2, "not_granted")]
    assert answer.workspaces == ()
    assert {one.code for one in world.house.service.quarantine.held(place.id)} == {"invalid_value"}
    assert len(world.house.service.quarantine.held(place.id)) == 2
    # The person who reads for the test is written into the workspace, and nothing else was.
    assert world.house.read(place).cursor == before + 1
