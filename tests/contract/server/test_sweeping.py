"""Files that no record names any more are removed, some time later; never one that somebody needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from helpers.house import House
from helpers.laptop import Laptop
from sqlalchemy import Connection

from sync.blobs import Span
from sync.changes import DELETED, Change
from sync.server.blobs import Blobs
from sync.server.files import BlobStore
from sync.server.storage import blobs as rows
from sync.server.storage.people import Workspace
from sync.server.sweeping import Sweeper, Swept

CONTENT = b"signed minutes of the weekly meeting" * 40
NAME = hashlib.sha256(CONTENT).digest()
SIZE = len(CONTENT)
DAYS = 90


class Desk:
    """An attachment with its file, and the sweeper that comes every night."""

    def __init__(self, house: House, store: BlobStore) -> None:
        self.house, self.store = house, store
        self.place: Workspace = house.workspace("Jordan")
        self.lina: Laptop = house.laptop(house.person("Lina Haddad", self.place))
        self.omar: Laptop = house.laptop(house.person("Omar Khalil", self.place))
        self.blobs = Blobs(house.storage, store, clock=house.clock, settings=house.settings)
        self.sweeper = Sweeper(house.storage, store, clock=house.clock)
        self.minutes = self.attach(self.lina)
        self.send(0, SIZE)

    def attach(self, laptop: Laptop, content: bytes = CONTENT) -> Change:
        fingerprint = hashlib.sha256(content).hexdigest()
        made = laptop.create(self.place.id, "attachment", {"title": "Minutes", "sha256": fingerprint})
        self.house.push(laptop, self.place, made)
        return made

    def edit(self, writes: dict[str, object], *bases: Change) -> Change:
        seen = {key: tuple(base.id for base in bases) for key in writes} if bases else {}
        made = self.lina.edit(self.minutes, writes, seen)
        self.house.push(self.lina, self.place, made)
        return made

    def send(self, start: int, stop: int) -> bool:
        span = Span(start, stop, SIZE)
        return self.blobs.take(
            self.house.caller(self.lina), self.place.id, NAME, span, CONTENT[start:stop]
        ).whole

    def sweep(self, *, after: float = 0) -> Swept:
        self.house.clock.move(days=after)
        return self.sweeper.sweep(self.place.id, grace_days=DAYS)

    @property
    def held(self) -> bool:
        """Whether the row and the bytes are there; one never without the other."""
        standing = self.blobs.standing(self.house.caller(self.omar), self.place.id, NAME)
        stored = self.store.size(self.place.id, NAME)
        assert (standing.size is None) == (stored is None)
        return stored is not None


@pytest.fixture
def desk(house: House, store: BlobStore) -> Desk:
    return Desk(house, store)


def test_a_file_that_a_record_names_stays_for_ever(desk: Desk) -> None:
    for _ in range(3):
        assert desk.sweep(after=400) == Swept()
    assert desk.held


def test_a_file_goes_some_time_after_its_attachment_was_removed(desk: Desk) -> None:
    desk.edit({DELETED: True})
    assert desk.sweep(after=400) == Swept(waiting=1), "the time counts from when it was first noticed"
    assert desk.sweep(after=DAYS - 1) == Swept(waiting=1)
    assert desk.held
    assert desk.sweep(after=1) == Swept(removed=1, bytes=SIZE)
    assert not desk.held
    assert desk.sweep(after=1) == Swept()


def test_an_attachment_that_comes_back_in_time_finds_its_file(desk: Desk) -> None:
    gone = desk.edit({DELETED: True})
    desk.sweep()
    desk.sweep(after=DAYS - 1)
    desk.edit({DELETED: None}, gone)
    assert desk.sweep(after=30) == Swept()
    assert desk.held
    again = desk.lina.edit(desk.minutes, {DELETED: True}, {DELETED: ((desk.lina.device, 3),)})
    desk.house.push(desk.lina, desk.place, again)
    assert desk.sweep() == Swept(waiting=1)
    assert desk.sweep(after=DAYS - 1) == Swept(waiting=1), "the time begins anew"
    assert desk.held


def test_one_that_comes_back_too_late_has_it_sent_again(desk: Desk) -> None:
    gone = desk.edit({DELETED: True})
    desk.sweep()
    assert desk.sweep(after=DAYS).removed == 1
    desk.edit({DELETED: None}, gone)
    assert desk.send(0, SIZE)
    assert desk.held
    assert desk.sweep(after=400) == Swept()
    assert desk.held


def test_a_file_that_was_replaced_goes_and_the_new_one_stays(desk: Desk) -> None:
    desk.edit({"sha256": hashlib.sha256(b"newer").hexdigest()})
    desk.sweep()
    assert desk.sweep(after=DAYS).removed == 1
    assert not desk.held


def test_both_files_of_an_open_question_stay(desk: Desk) -> None:
    desk.edit({"sha256": hashlib.sha256(b"newer").hexdigest()})
    other = desk.omar.edit(desk.minutes, {"sha256": NAME.hex()}, {})
    desk.house.push(desk.omar, desk.place, other)
    desk.sweep()
    desk.sweep(after=DAYS)
    assert desk.held


def test_a_change_in_quarantine_keeps_the_file_it_names(desk: Desk) -> None:
    desk.edit({DELETED: True})
    wrong = desk.omar.create(
        desk.place.id, "attachment", {"title": "Minutes", "sha256": NAME.hex(), "date": "tomorrow"}
    )
    assert [one.code for one in desk.house.push(desk.omar, desk.place, wrong).troubles] == ["invalid_value"]
    desk.sweep()
    desk.sweep(after=DAYS)
    assert desk.held


def test_a_file_that_is_being_sent_is_left_alone(desk: Desk) -> None:
    """It was removed, somebody attaches it anew and begins to send; the sweeper comes in the middle."""
    desk.edit({DELETED: True})
    desk.sweep()
    desk.sweep(after=DAYS)
    assert not desk.held
    desk.attach(desk.omar)
    assert not desk.send(0, 500)
    assert desk.sweep() == Swept()
    assert desk.send(500, SIZE)
    assert desk.sweep(after=400) == Swept()
    assert desk.held


def test_a_file_that_a_second_laptop_still_sends_is_left_alone(desk: Desk) -> None:
    """The first one is done, and nobody names the file any more; the second may be about to put it there."""
    desk.edit({DELETED: True})
    desk.sweep()
    desk.sweep(after=DAYS)
    anew = desk.attach(desk.omar)
    assert not desk.send(0, 500)
    whole = Span(0, SIZE, SIZE)
    assert desk.blobs.take(desk.house.caller(desk.omar), desk.place.id, NAME, whole, CONTENT).whole
    desk.house.push(desk.omar, desk.place, desk.omar.edit(anew, {DELETED: True}, {}))
    assert desk.sweeper.sweep(desk.place.id, grace_days=0) == Swept(waiting=1)
    assert desk.held
    assert desk.send(500, SIZE)
    assert desk.sweeper.sweep(desk.place.id, grace_days=0).removed == 1
    assert not desk.held


def _between(desk: Desk, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something in the moment between the sweeper's look and its removal."""
    writing, calls = desk.house.storage.writing, list[bool]()

    def counted(work: Callable[[Connection], object]) -> object:
        calls.append(True)
        if len(calls) == 2:
            act()
        return writing(work)

    monkeypatch.setattr(desk.house.storage, "writing", counted)


def test_what_is_named_again_in_the_last_moment_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.edit({DELETED: True})
    desk.sweep()
    _between(desk, monkeypatch, lambda: desk.attach(desk.omar))
    assert desk.sweep(after=DAYS) == Swept(waiting=1)
    assert desk.held


def test_a_removal_that_was_cut_short_is_made_good(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are gone, the row is not: nobody is told that the file is there."""
    desk.edit({DELETED: True})
    desk.sweep()

    def crash(*_arguments: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(rows, "drop_blob", crash)
        with pytest.raises(MemoryError):
            desk.sweep(after=DAYS)
    assert not desk.held
    desk.attach(desk.omar)
    assert not desk.held
    assert desk.send(0, SIZE)
    assert desk.held
    assert desk.sweep(after=1) == Swept()
    assert desk.held


def test_a_removal_that_was_cut_short_is_forgotten_where_it_is_named_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.edit({DELETED: True})
    desk.sweep()
    desk.store.remove(desk.place.id, NAME)
    desk.attach(desk.omar)
    desk.sweep()
    assert not desk.held
    assert desk.send(0, SIZE)
    assert desk.held


def test_files_of_other_workspaces_are_not_looked_at(desk: Desk) -> None:
    lebanon = desk.house.workspace("Lebanon")
    desk.edit({DELETED: True})
    assert desk.sweeper.sweep(lebanon.id, grace_days=0) == Swept()
    assert desk.held
    assert desk.sweeper.sweep(desk.place.id, grace_days=0) == Swept(removed=1, bytes=SIZE)
