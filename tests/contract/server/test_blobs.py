"""Files at the server, on both databases, in a folder and in an object store."""

import hashlib
from dataclasses import replace

import pytest
from helpers.house import House
from helpers.object_store import Shelf, object_store

from sync.blobs import EMPTY, Span
from sync.errors import DaftarError
from sync.server.blobs import Blobs
from sync.server.enrolment import Caller
from sync.server.files import BlobStore, open_store

CONTENT = b"signed minutes of the weekly meeting" * 40
NAME = hashlib.sha256(CONTENT).digest()
SIZE = len(CONTENT)


class Desk:
    """A workspace, an officer of it with a laptop, and the server's files."""

    def __init__(self, house: House, store: BlobStore) -> None:
        self.house, self.store = house, store
        self.workspace = house.workspace("Jordan")
        self.caller = self.hire("Amina Hassan")
        self.blobs = Blobs(house.storage, store, clock=house.clock, settings=house.settings)

    def hire(self, name: str, role: str = "officer") -> Caller:
        return self.house.caller(self.house.laptop(self.house.person(name, self.workspace, role=role)))

    def send(self, start: int, stop: int, *, caller: Caller | None = None, content: bytes = CONTENT) -> bool:
        span = Span(start, stop, len(content))
        name = hashlib.sha256(CONTENT if len(content) == SIZE else content).digest()
        who = caller or self.caller
        return self.blobs.take(who, self.workspace.id, name, span, content[start:stop]).whole

    def read(self, caller: Caller, wish: str = "", *, name: bytes = NAME) -> bytes:
        _, blocks = self.blobs.read(caller, self.workspace.id, name, wish=wish)
        return b"".join(blocks)


@pytest.fixture
def desk(house: House, store: BlobStore) -> Desk:
    return Desk(house, store)


def refusal(work: object) -> str:
    with pytest.raises(DaftarError) as caught:
        work()  # type: ignore[operator]  # the tests hand in what can be called
    return caught.value.code


def test_a_file_counts_when_all_of_it_has_come(desk: Desk) -> None:
    assert not desk.send(0, 500)
    standing = desk.blobs.standing(desk.caller, desk.workspace.id, NAME)
    assert (standing.size, standing.received) == (None, 500)
    assert refusal(lambda: desk.read(desk.caller)) == "blob_absent"
    # A piece that overlaps what is kept adds only what is new.
    assert not desk.send(400, 900)
    assert desk.send(900, SIZE)
    assert desk.blobs.standing(desk.caller, desk.workspace.id, NAME).size == SIZE
    assert desk.read(desk.hire("Omar Khalil", "reader")) == CONTENT
    assert desk.read(desk.caller, "bytes=700-") == CONTENT[700:]
    assert desk.read(desk.caller, "bytes=3-9") == CONTENT[3:10]
    assert desk.send(0, 10), "what is held need not be sent again"


def test_a_gap_is_refused_with_what_is_kept(desk: Desk) -> None:
    desk.send(0, 100)
    with pytest.raises(DaftarError) as caught:
        desk.send(101, 200)
    assert (caught.value.code, caught.value.params) == ("blob_gap", {"received": 100})


def test_a_content_that_differs_from_its_name_is_forgotten(desk: Desk) -> None:
    wrong = b"x" + CONTENT[1:]
    assert refusal(lambda: desk.send(0, SIZE, content=wrong)) == "blob_differs"
    assert desk.blobs.standing(desk.caller, desk.workspace.id, NAME).received == 0
    assert refusal(lambda: desk.read(desk.caller)) == "blob_absent"
    assert desk.send(0, SIZE)


def test_an_empty_file_is_a_file(desk: Desk) -> None:
    assert desk.send(0, 0, content=b"")
    assert desk.read(desk.caller, name=EMPTY) == b""
    assert refusal(lambda: desk.read(desk.caller, "bytes=0-", name=EMPTY)) == "bad_range"


def test_two_laptops_may_send_the_same_file_at_once(desk: Desk) -> None:
    other = desk.hire("Omar Khalil")
    desk.send(0, 700)
    desk.send(0, 300, caller=other)
    assert desk.blobs.standing(other, desk.workspace.id, NAME).received == 300
    assert desk.send(700, SIZE)
    assert desk.send(300, 301, caller=other)
    assert desk.read(other) == CONTENT


def test_a_file_is_known_only_in_workspaces_that_hold_it(desk: Desk) -> None:
    desk.send(0, SIZE)
    lebanon = desk.house.workspace("Lebanon")
    stranger = desk.house.caller(desk.house.laptop(desk.house.person("Claire Dubois", lebanon)))
    blobs, here = desk.blobs, desk.workspace.id

    def answers(workspace: bytes, name: bytes) -> tuple[object, str, str]:
        span = Span(0, 1, SIZE)
        return (
            blobs.standing(stranger, workspace, name),
            refusal(lambda: blobs.read(stranger, workspace, name, wish="")),
            refusal(lambda: blobs.take(stranger, workspace, name, span, b"s")),
        )

    assert answers(here, NAME) == answers(here, bytes(32)) == answers(bytes(16), NAME)
    assert blobs.standing(stranger, lebanon.id, NAME).size is None
    assert refusal(lambda: blobs.read(stranger, lebanon.id, NAME, wish="")) == "blob_absent"
    # Knowing the fingerprint is not having the file: it has to be sent.
    assert not blobs.take(stranger, lebanon.id, NAME, Span(0, 9, SIZE), CONTENT[:9]).whole


def test_a_reader_sends_nothing_and_a_lost_access_reads_nothing(desk: Desk) -> None:
    reader = desk.hire("Omar Khalil", "reader")
    assert refusal(lambda: desk.send(0, SIZE, caller=reader)) == "role_too_low"
    desk.send(0, SIZE)
    person = next(one for one in desk.house.accounts.persons() if one.name == "Amina Hassan")
    desk.house.accounts.revoke_access(person, desk.workspace)
    assert refusal(lambda: desk.read(desk.caller)) == "blob_absent"
    assert refusal(lambda: desk.send(0, SIZE)) == "not_granted"


def test_limits_hold_for_a_file_and_for_a_workspace(desk: Desk) -> None:
    desk.blobs = Blobs(
        desk.house.storage,
        desk.store,
        clock=desk.house.clock,
        settings=replace(desk.house.settings, file_bytes=SIZE, files_bytes=SIZE + 10),
    )
    assert refusal(lambda: desk.send(0, 5, content=CONTENT + b"1")) == "file_too_large"
    desk.send(0, 5)
    # What is on its way counts whole.
    assert refusal(lambda: desk.send(0, 11, content=b"hello world")) == "files_full"
    desk.house.clock.move(days=desk.house.settings.upload_days + 1)
    assert desk.send(0, 11, content=b"hello world")
    assert desk.blobs.standing(desk.caller, desk.workspace.id, NAME).received == 0
    assert desk.store.received(desk.workspace.id, NAME, desk.caller.installation_id) == 0


def test_a_crash_before_the_row_is_made_good(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crashing:
        crashing.setattr("sync.server.storage.blobs.put_blob", _crash)
        with pytest.raises(KeyboardInterrupt):
            desk.send(0, SIZE)
    assert refusal(lambda: desk.read(desk.caller)) == "blob_absent"
    assert desk.blobs.standing(desk.caller, desk.workspace.id, NAME).received == SIZE
    assert desk.send(SIZE, SIZE)
    assert desk.read(desk.caller) == CONTENT


def _crash(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_object_store_that_refuses_has_a_code(
    house: House, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "word")
    with object_store(shelf) as endpoint:
        desk = Desk(house, open_store(f"s3://files?endpoint={endpoint}", folder=house.settings.data))
        shelf.broken = True
        assert refusal(lambda: desk.send(0, SIZE)) == "blob_store_unavailable"
        shelf.broken = False
        assert desk.send(0, SIZE)


@pytest.mark.parametrize("place", ["s3://", "ftp://files"])
def test_a_place_that_is_none_is_refused(place: str, house: House) -> None:
    assert refusal(lambda: open_store(place, folder=house.settings.data)) == "bad_blob_store"
