"""Own changes that the server cannot read, or that the disk has damaged, keep nothing behind them waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from helpers.team import Member, Team
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.outbox import read_standing, refused_changes
from desktop.store.verify import verify
from sync.errors import DaftarError
from sync.server import intake
from sync.server.storage import unread

pytestmark = pytest.mark.logs("cannot be")


@contextmanager
def poisonous(record: bytes, error: Exception) -> Iterator[None]:
    """While this lasts, the server cannot read a frame in which something is written to this record."""
    real = intake.open_frame

    def failing(frame: bytes, workspace: bytes, **more: Any) -> Any:
        block = real(frame, workspace, **more)
        if any(record in group.records for group in block.groups):
            raise error
        return block

    with patch.object(intake, "open_frame", failing):
        yield


ERRORS = [DaftarError("bad_frame", reason="block"), KeyError("colours")]


@pytest.mark.parametrize("error", ERRORS)
def test_inv_27_a_change_that_the_server_cannot_read_is_kept_and_told_and_the_rest_is_sent(
    team: Team, pair: tuple[Member, Member, bytes], error: Exception
) -> None:
    lina, omar, activity = pair
    before = [omar.add("activity", {"title": f"Before {number}"}) for number in range(5)]
    omar.set("activity", activity, {"progress": 40})
    behind = [omar.add("activity", {"title": f"Behind {number}"}) for number in range(5)]
    omar.set("activity", activity, {"progress": 60}, seen=omar.row("activity", activity).seen)
    with poisonous(activity, error):
        omar.sync()
        lina.sync()
    assert all(lina.row("activity", one)["title"] for one in before + behind)
    assert sum(state.unsent for state in omar.reader.workspaces()) == 0
    told = refused_changes(omar.reader)
    assert sorted(one.writes["progress"] for one in told) == [40, 60]
    assert {one.code for one in told} == {"frame_refused"}
    assert read_standing(omar.reader).refused == 2
    assert omar.row("activity", activity)["progress"] is None
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []
    with team.house.storage.reading() as connection:
        assert unread.frames_kept(connection, team.workspace.id)


def test_inv_27_what_stood_on_it_stands_on_what_it_stood_on(pair: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = pair
    created = omar.add("activity", {"title": "Made"})
    omar.set("activity", created, {"progress": 10})
    other = omar.add("activity", {"title": "Other"})
    with poisonous(created, ERRORS[0]):
        omar.sync()
        omar.set("activity", other, {"progress": 20})
        omar.sync()
    assert [one.record for one in refused_changes(omar.reader)] == [created, created]
    lina.sync()
    assert lina.row("activity", other)["progress"] == 20
    assert omar.digest() == lina.digest()
    assert omar.contested() == lina.contested() == []
    assert activity


def test_inv_26_a_server_that_is_too_old_keeps_nothing_from_coming_down(
    pair: tuple[Member, Member, bytes],
) -> None:
    lina, omar, activity = pair
    omar.set("activity", activity, {"progress": 40})
    news = lina.add("activity", {"title": "News"})
    lina.sync()
    with poisonous(activity, DaftarError("frame_too_new")):
        receipt = omar.sync()
        assert [code for _, _, code in receipt.refused] == ["frame_refused_newer"]
        assert omar.row("activity", news)["title"] == "News"
        assert sum(state.unsent for state in omar.reader.workspaces()) == 1
    omar.sync()
    lina.sync()
    assert lina.row("activity", activity)["progress"] == 40
    assert refused_changes(omar.reader) == []


@pytest.mark.parametrize("frame", ["X'0100'", "X''", "zeroblob(300)", "substr(frame, 1, length(frame) - 3)"])
def test_inv_27_unsent_work_whose_log_is_damaged_is_sent_as_it_is_shown(
    pair: tuple[Member, Member, bytes], frame: str
) -> None:
    lina, omar, activity = pair
    meeting = omar.add("meeting", {"title": "Board"})
    omar.set_text("meeting", meeting, "notes", "Opened at nine.")
    omar.set("activity", activity, {"progress": 40, "tags": ["youth"]})
    other = omar.add("activity", {"title": "Other"})
    omar.store.with_connection(
        lambda connection: connection.execute(f"UPDATE log SET frame = {frame} WHERE first_pseq IS NULL")
    )
    omar.set("activity", other, {"status": "ongoing"})
    sync_as_a_laptop(omar)
    lina.sync()
    row = lina.row("activity", activity)
    assert (row["progress"], row["tags"]) == (40, ["youth"])
    assert lina.row("meeting", meeting)["notes"] == "Opened at nine."
    assert (lina.row("activity", other)["title"], lina.row("activity", other)["status"]) == (
        "Other",
        "ongoing",
    )
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []
    assert sum(state.unsent for state in omar.reader.workspaces()) == 0
    assert omar.contested() == []
