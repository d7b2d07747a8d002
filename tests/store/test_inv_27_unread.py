"""A frame of which nothing can be read blocks nothing: it is kept as it came, told, and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from helpers.team import Member, Reply, Team, lost
from sqlalchemy import select, update
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.aside import UNREAD, UNREAD_NEWER, unreceived_changes
from desktop.store.outbox import read_standing, refused_changes
from desktop.store.verify import verify
from desktop.syncing.once import repair_once
from sync.client.session import Session
from sync.errors import DaftarError
from sync.frames import codec
from sync.frames.container import is_intact, seal, unseal
from sync.server.storage.schema import log

pytestmark = pytest.mark.logs("set aside", "cannot be read")

Harm = Callable[[bytes], bytes]


def flipped(frame: bytes) -> bytes:
    return frame[:-3] + bytes([frame[-3] ^ 0x20]) + frame[-2:]


def cut(frame: bytes) -> bytes:
    return frame[: len(frame) // 2]


def emptied(_frame: bytes) -> bytes:
    return b"\0"


def newer(frame: bytes) -> bytes:
    """What a later version would write: sound, and not for us."""
    payload = unseal(frame).payload
    return seal(payload[:1] + b"\x02" + payload[2:])


def senseless(frame: bytes) -> bytes:
    """A sound container around something that is no block."""
    return seal(unseal(frame).payload[:-9])


HARMS = {
    flipped: UNREAD,
    cut: UNREAD,
    emptied: UNREAD,
    senseless: UNREAD,
    newer: UNREAD_NEWER,
}


@contextmanager
def harmed(team: Team, harm: Harm, *, after: int) -> Iterator[None]:
    """While this lasts, the first frame behind a number is damaged on the server's disk."""
    storage = team.house.storage

    def place(connection: Any) -> tuple[int, bytes]:
        query = select(log.c.first_pseq, log.c.frame).where(log.c.first_pseq > after)
        first, frame = connection.execute(query.order_by(log.c.first_pseq)).first()
        return int(first), bytes(frame)

    def put(first: int, frame: bytes) -> None:
        query = update(log).where(log.c.first_pseq == first).values(frame=frame, size=len(frame))
        storage.writing(lambda connection: connection.execute(query))

    with storage.reading() as connection:
        first, frame = place(connection)
    put(first, harm(frame))
    yield
    put(first, frame)


def head(member: Member) -> int:
    return next(state.cursor for state in member.reader.workspaces())


@pytest.mark.parametrize("harm", HARMS)
def test_inv_27_a_frame_that_cannot_be_read_stops_nothing_and_its_records_come_by_comparing(
    team: Team, pair: tuple[Member, Member, bytes], harm: Harm
) -> None:
    lina, omar, activity = pair
    at = head(lina)
    lina.set("activity", activity, {"progress": 40})
    inside = lina.add("activity", {"title": "Inside"})
    lina.sync()
    lina.set("activity", inside, {"status": "ongoing"})
    behind = lina.add("activity", {"title": "Behind"})
    lina.sync()
    with harmed(team, harm, after=at):
        receipt = sync_as_a_laptop(omar)
        assert receipt.differing == []
        assert receipt.repaired
        assert omar.row("activity", behind)["title"] == "Behind"
        assert omar.row("activity", inside)["status"] == "ongoing"
        assert omar.row("activity", activity)["progress"] == 40
        assert omar.digest() == lina.digest()
        assert unreceived_changes(omar.reader) == []
        assert verify(omar.reader, clock=omar.house.clock) == []
        assert sync_as_a_laptop(omar).requests == 1
    repair(omar)
    assert not rows(omar)
    assert verify(omar.reader, clock=omar.house.clock) == []
    assert (omar.contested(), omar.digest()) == ([], lina.digest())
    assert len(omar.reader.history("activity", activity)) == 2


def rows(member: Member) -> list[Any]:
    return member.reader.connection.execute("SELECT first_pseq, last_pseq, code FROM unread").fetchall()


def repair(member: Member) -> None:
    class Kept:
        post = staticmethod(member.line.post)

        def hang_up(self) -> None:
            """Nothing waits."""

        def close(self) -> None:
            """Left open."""

    repair_once(member.store, clock=member.house.clock, connect=lambda _address, _token: Kept())


@pytest.mark.parametrize("harm", [flipped, newer])
def test_inv_27_a_frame_that_nobody_could_put_right_is_told(
    team: Team, pair: tuple[Member, Member, bytes], harm: Harm
) -> None:
    lina, omar, activity = pair
    at = head(lina)
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with harmed(team, harm, after=at):
        omar.sync()
        (told,) = unreceived_changes(omar.reader)
        assert (told.code, told.is_frame, told.changes) == (HARMS[harm], True, 1)
        assert read_standing(omar.reader).unreceived == 1
        flaws = verify(omar.reader, clock=omar.house.clock)
        assert [(flaw.code, flaw.workspace, flaw.record) for flaw in flaws] == [(UNREAD, "Jordan", b"")]
        assert omar.row("activity", activity)["progress"] is None


def test_inv_27_a_new_version_reads_what_the_old_one_could_not(pair: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    inside = lina.add("activity", {"title": "Inside"})
    omar_edits = omar.row("activity", activity).seen
    lina.sync()
    with patch.object(codec, "VERSION", 0):
        omar.sync()
        assert [one.code for one in unreceived_changes(omar.reader)] == [UNREAD_NEWER]
    omar.set("activity", activity, {"status": "ongoing"}, seen=omar_edits)
    omar.close()
    omar.reopen()
    assert unreceived_changes(omar.reader) == []
    assert omar.row("activity", activity)["progress"] == 40
    assert omar.row("activity", inside)["title"] == "Inside"
    sync_as_a_laptop(omar)
    lina.sync()
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []


def test_inv_27_own_changes_in_a_frame_that_cannot_be_read_are_settled_all_the_same(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    lina, omar, activity = pair
    at = head(omar)
    omar.set("activity", activity, {"progress": 400})
    own = omar.add("activity", {"title": "Own"})
    with harmed_push(omar, team, after=at):
        sync_as_a_laptop(omar)
        assert rows(omar)
        assert omar.row("activity", own)["title"] == "Own"
    lina.sync()
    assert lina.row("activity", own)["title"] == "Own"
    repair(omar)
    assert not rows(omar)
    assert [one.code for one in refused_changes(omar.reader)] == ["invalid_value"]
    assert omar.row("activity", activity)["progress"] is None
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []


@contextmanager
def harmed_push(member: Member, team: Team, *, after: int) -> Iterator[None]:
    """The answer to a push is lost, and what was pushed is damaged on the server from then on."""
    member.line.mishaps = [lost]
    session = Session(
        member.line, member, member.house.clock, pause=lambda _s: None, jitter=lambda: 0.5, tries=1
    )
    with pytest.raises(DaftarError):
        session.sync(epoch=member.epoch, access_epoch=member.access_epoch)
    with harmed(team, flipped, after=after):
        yield


def test_inv_30_what_was_damaged_on_the_way_only_is_asked_for_again(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.sync()

    def harm(body: bytes) -> Reply:
        return Reply(body[:-2] + bytes([body[-2] ^ 1]) + body[-1:])

    omar.line.mishaps = [harm]
    omar.sync()
    assert omar.row("activity", activity)["progress"] == 40
    assert not rows(omar)


def test_only_a_frame_as_it_was_sealed_is_intact() -> None:
    frame = seal(b"anything at all" * 20)
    assert is_intact(frame)
    assert not any(is_intact(harm(frame)) for harm in (flipped, cut, emptied))
    assert not is_intact(frame + b"x")


def test_inv_30_no_frame_says_that_it_holds_more_than_any_can(pair: tuple[Member, Member, bytes]) -> None:
    from sync.replica.received import Received

    _, omar, _ = pair
    at = head(omar)
    frame = seal(b"\x93\x01\x02\x03" * 30)

    def job(replica: Any) -> Any:
        return replica.apply_pulled(
            omar.workspace, Received(at + 1, at + 10**12, frame, {}), careful=True, certain=True
        )

    with pytest.raises(DaftarError):
        omar.apply(job)
    assert head(omar) == at
