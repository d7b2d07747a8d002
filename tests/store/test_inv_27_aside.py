"""One change that a laptop cannot take in blocks nothing: it is kept, told, tried again, and put right."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from helpers.team import Member, Reply, Team
from store.test_inv_20_repair import alter, sync_as_a_laptop
from store.test_slices import fill, log_rows

from desktop.store.aside import unreceived_changes
from desktop.store.driver import sqlite
from desktop.store.outbox import read_standing
from desktop.store.verify import verify
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge import fold
from sync.replica import accepting, apply, mending, settle
from sync.wire.verify import VerifyRequest

pytestmark = pytest.mark.logs("set aside")


@contextmanager
def poisoned(
    record: bytes, error: Exception, *, among: Sequence[ModuleType] = (accepting, apply, settle)
) -> Iterator[None]:
    """While this lasts, no laptop can fold a change of this record."""

    def failing(state: Any, change: Any, **more: Any) -> Any:
        if change.record == record:
            raise error
        return fold(state, change, **more)

    with ExitStack() as stack:
        for module in among:
            stack.enter_context(patch.object(module, "fold", failing))
        yield


@contextmanager
def beyond_repair(record: bytes) -> Iterator[None]:
    """While this lasts, no laptop can take this record over from the server either."""
    put = mending._put

    def failing(replica: Any, index: int, told: Any, *rest: Any) -> None:
        if told.record == record:
            raise KeyError(record)
        put(replica, index, told, *rest)

    with patch.object(mending, "_put", failing):
        yield


def gapless(member: Member) -> bool:
    """Whether the log goes from the first `pseq` to the cursor without a hole."""
    rows = member.reader.connection.execute(
        "SELECT first_pseq, last_pseq FROM log WHERE first_pseq IS NOT NULL ORDER BY first_pseq"
    ).fetchall()
    at = 0
    for first, last in rows:
        if first != at + 1:
            return False
        at = last
    return at == next(state.cursor for state in member.reader.workspaces())


@pytest.mark.parametrize(
    "error, cause",
    [
        (DaftarError("bad_text"), "bad_text"),
        (DaftarError("base_missing", kind="activity"), "base_missing"),
        (KeyError("colours"), "set_aside_bug"),
        (OverflowError("Python int too large"), "set_aside_bug"),
    ],
)
def test_inv_27_a_change_that_cannot_be_folded_is_set_aside_and_the_rest_arrives(
    pair: tuple[Member, Member, bytes], error: Exception, cause: str
) -> None:
    lina, omar, activity = pair
    before = [lina.add("activity", {"title": f"Before {number}"}) for number in range(20)]
    lina.set("activity", activity, {"progress": 40})
    behind = [lina.add("activity", {"title": f"Behind {number}"}) for number in range(20)]
    lina.sync()
    with poisoned(activity, error):
        receipt = omar.sync()
    assert receipt.differing == ["Jordan"]
    assert all(omar.row("activity", one).values["title"] for one in before + behind)
    assert omar.row("activity", activity)["progress"] is None
    (kept,) = unreceived_changes(omar.reader)
    assert (kept.record, kept.code, dict(kept.writes)) == (activity, cause, {"progress": 40})
    assert kept.person == "Lina Haddad"
    assert read_standing(omar.reader).unreceived == 1
    assert gapless(omar)
    frame = omar.reader.connection.execute("SELECT frame FROM aside").fetchone()[0]
    (whole,) = changes_of(open_frame(bytes(frame), omar.workspace))
    assert whole.writes == {"progress": 40}


def test_inv_27_frames_around_a_poisoned_one_arrive_though_they_shared_its_transaction(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    fill(lina)
    lina.set("activity", activity, {"progress": 40})
    behind = fill(lina)
    lina.sync()
    with poisoned(activity, KeyError("colours")):
        receipt = omar.sync()
    assert receipt.differing == ["Jordan"]
    assert omar.row("activity", behind[-1])["title"]
    (kept,) = unreceived_changes(omar.reader)
    assert (kept.record, kept.code) == (activity, "set_aside_bug")
    assert gapless(omar)
    assert len(log_rows(omar)) > 3


def test_inv_27_what_was_set_aside_is_put_right_by_the_same_sync(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with poisoned(activity, DaftarError("bad_text")):
        receipt = sync_as_a_laptop(omar)
    assert (receipt.repaired, receipt.differing) == (1, [])
    assert omar.row("activity", activity)["progress"] == 40
    assert unreceived_changes(omar.reader) == []
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []


@pytest.mark.parametrize(
    "sql, undone",
    [
        ("DELETE FROM meeting", "title"),
        ("UPDATE document SET snapshot = X'0102', settled = NULL", "notes"),
        ("UPDATE document SET snapshot = X'28B52FFD00', settled = NULL", "notes"),
    ],
)
def test_inv_27_a_record_that_was_damaged_here_does_not_stop_what_comes(
    team: Team, sql: str, undone: str
) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    meeting = lina.add("meeting", {"title": "Steering"})
    lina.set_text("meeting", meeting, "notes", "agreed")
    team.settle()
    alter(omar, sql)
    lina.set_text("meeting", meeting, "notes", "agreed, and more")
    other = lina.add("activity", {"title": "Behind"})
    lina.sync()
    receipt = sync_as_a_laptop(omar)
    assert (receipt.repaired > 0, receipt.differing) == (True, []), undone
    assert omar.row("activity", other)["title"] == "Behind"
    assert omar.row("meeting", meeting)["notes"] == "agreed, and more"
    assert unreceived_changes(omar.reader) == []
    assert omar.digest() == lina.digest()


def test_inv_27_what_cannot_be_repaired_is_tried_once_and_not_at_every_sync(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with poisoned(activity, KeyError("colours")), beyond_repair(activity):
        assert sync_as_a_laptop(omar).differing == ["Jordan"]
        asked = len(omar.line.requests)
        for _ in range(5):
            receipt = sync_as_a_laptop(omar)
            assert (receipt.requests, receipt.differing, receipt.repaired) == (1, [], 0)
        assert len(omar.line.requests) == asked + 5
        assert [one.record for one in unreceived_changes(omar.reader)] == [activity]

        other = lina.add("activity", {"title": "Behind"})
        lina.sync()
        assert sync_as_a_laptop(omar).differing == []
        assert omar.row("activity", other)["title"] == "Behind"
    lina.set("activity", activity, {"progress": 60})
    lina.sync()
    with poisoned(activity, KeyError("colours")), beyond_repair(activity):
        assert sync_as_a_laptop(omar).differing == ["Jordan"]
        assert sync_as_a_laptop(omar).differing == []
    flaws = verify(omar.reader, clock=omar.house.clock)
    assert [(flaw.code, flaw.record) for flaw in flaws] == [("set_aside", activity)]


def test_inv_27_another_difference_is_still_seen_beside_one_that_is_known(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    other = lina.add("activity", {"title": "Left alone"})
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with poisoned(activity, KeyError("colours")), beyond_repair(activity):
        sync_as_a_laptop(omar)
        alter(omar, "UPDATE activity SET title = 'Forged' WHERE title = 'Left alone'")
        alter(omar, "UPDATE workspace_state SET digest = zeroblob(4096)")
        assert sync_as_a_laptop(omar).repaired == 1
        assert omar.row("activity", other)["title"] == "Left alone"
        assert sync_as_a_laptop(omar).differing == []


def test_inv_27_a_new_version_takes_in_what_the_old_one_could_not(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.set("activity", activity, {"progress": 60})
    created = lina.add("activity", {"title": "Made later"})
    lina.set("activity", created, {"status": "ongoing"})
    lina.sync()
    with poisoned(activity, KeyError("colours")), beyond_repair(activity):
        sync_as_a_laptop(omar)
        assert len(unreceived_changes(omar.reader)) == 2
        omar.close()
        omar.reopen()
        assert len(unreceived_changes(omar.reader)) == 2
    omar.close()
    omar.reopen()
    assert unreceived_changes(omar.reader) == []
    assert (omar.row("activity", activity)["progress"], omar.contested()) == (60, [])
    assert omar.digest() == lina.digest()
    assert sync_as_a_laptop(omar).requests == 1
    assert verify(omar.reader, clock=omar.house.clock) == []


def test_inv_27_an_own_change_that_cannot_be_settled_blocks_nothing(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    omar.set("activity", activity, {"status": "ongoing"})
    own = omar.add("activity", {"title": "Own"})
    lina.set("activity", activity, {"progress": 40})
    other = lina.add("activity", {"title": "Behind"})
    lina.sync()
    with poisoned(activity, KeyError("colours")):
        receipt = sync_as_a_laptop(omar)
    assert receipt.differing == []
    assert omar.row("activity", activity)["progress"] == 40
    assert omar.row("activity", activity)["status"] == "ongoing"
    assert omar.row("activity", own)["title"] == "Own"
    assert omar.row("activity", other)["title"] == "Behind"
    lina.sync()
    assert omar.digest() == lina.digest()
    assert gapless(omar)
    assert sum(state.unsent for state in omar.reader.workspaces()) == 0


@pytest.fixture
def unsettled(pair: tuple[Member, Member, bytes]) -> tuple[Member, Member, bytes]:
    """A pair of which one could not settle an own change beside a colleague's, and could not repair it."""
    lina, omar, activity = pair
    omar.set("activity", activity, {"status": "ongoing"})
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with poisoned(activity, KeyError("colours")), beyond_repair(activity):
        sync_as_a_laptop(omar)
    lina.sync()
    assert unreceived_changes(omar.reader)
    assert omar.digest() != lina.digest()
    return pair


def test_inv_27_another_program_mends_an_own_change_that_could_not_be_settled(
    unsettled: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = unsettled
    omar.close()
    omar.reopen()
    sync_as_a_laptop(omar)
    assert unreceived_changes(omar.reader) == []
    assert omar.digest() == lina.digest()
    assert omar.row("activity", activity).values == lina.row("activity", activity).values


def test_inv_27_an_own_change_set_aside_is_in_what_is_settled_whole_later(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    omar.set("activity", activity, {"status": "ongoing"})

    def typed_meanwhile(answer: bytes) -> Reply:
        omar.set("activity", activity, {"progress": 40})
        return Reply(answer)

    omar.line.mishaps.append(typed_meanwhile)
    with poisoned(activity, KeyError("colours"), among=(accepting,)):
        omar.sync()
    assert unreceived_changes(omar.reader)
    omar.sync()
    lina.sync()
    assert unreceived_changes(omar.reader) == []
    assert omar.digest() == lina.digest()


def test_inv_27_nothing_of_a_record_waits_that_was_put_right_before_the_line_broke(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    omar.set("activity", activity, {"status": "ongoing"})
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    post, told = omar.line.post, list[tuple[bytes, ...]]()

    def broken_behind_the_states(path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        if any(told):
            raise DaftarError("connection_cut")
        told.extend([VerifyRequest.unpack(body).records] if path == "/v1/verify" else [])
        return post(path, body, wait_s=wait_s)

    broken = patch.object(omar.line, "post", broken_behind_the_states)
    with broken, poisoned(activity, KeyError("colours")), pytest.raises(DaftarError, match="connection_cut"):
        sync_as_a_laptop(omar)
    lina.sync()
    assert omar.digest() == lina.digest()
    assert unreceived_changes(omar.reader) == []


def test_inv_27_a_creation_set_aside_takes_its_edits_with_it_and_nothing_else(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    activity = lina.add("activity", {"title": "Employer survey", "tags": ["a"]})
    lina.set("activity", activity, {"progress": 40})
    other = lina.add("activity", {"title": "Behind"})
    lina.sync()
    create = apply.Creator.create

    def failing(self: Any, block: Any, group: Any, *rest: Any) -> bool:
        if activity in group.records:
            raise ValueError("surrogates not allowed")
        return create(self, block, group, *rest)

    with patch.object(apply.Creator, "create", failing):
        omar.sync()
        assert omar.row("activity", other)["title"] == "Behind"
        assert [one.code for one in unreceived_changes(omar.reader)] == ["set_aside_bug", "base_missing"]
        omar.close()
        omar.reopen()
        assert len(unreceived_changes(omar.reader)) == 2
    omar.close()
    omar.reopen()
    assert omar.row("activity", activity)["progress"] == 40
    assert omar.digest() == lina.digest()


@pytest.mark.parametrize("code", [5, 10, 13])
def test_inv_27_the_disk_is_nobodys_poison(pair: tuple[Member, Member, bytes], code: int) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    error = sqlite.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    with poisoned(activity, error), pytest.raises((DaftarError, sqlite.OperationalError)):
        omar.sync()
    assert unreceived_changes(omar.reader) == []
    omar.sync()
    assert omar.row("activity", activity)["progress"] == 40


def test_inv_27_a_bug_is_logged_as_one(
    pair: tuple[Member, Member, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"progress": 40})
    lina.sync()
    with poisoned(activity, KeyError("colours")), caplog.at_level(logging.WARNING, logger="desktop"):
        omar.sync()
    (record,) = [one for one in caplog.records if one.name == "desktop.sync"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert "Employer survey" not in caplog.text
