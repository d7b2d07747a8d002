"""The server's disk has taken a record and its log: laptops that have it keep it, and others are told."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Team
from sqlalchemy import select, update
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.aside import unreceived_changes
from desktop.words.messages import MESSAGES
from sync.frames.packing import open_frame
from sync.server.refolding import RECORD_DAMAGED
from sync.server.storage.schema import log, record

pytestmark = pytest.mark.logs("is damaged", "cannot be read", "set aside")


def lose(team: Team, key: bytes) -> None:
    """Damage the state of a record, and each frame that speaks of it."""

    def work(connection: Any) -> None:
        connection.execute(update(record).where(record.c.record_id == key).values(state=b"\xc1"))
        for first, frame in connection.execute(select(log.c.first_pseq, log.c.frame)).all():
            block = open_frame(bytes(frame), team.workspace.id)
            if any(key in group.records for group in block.groups):
                bad = bytes(frame)[:-1] + b"\xff"
                connection.execute(update(log).where(log.c.first_pseq == first).values(frame=bad))

    team.house.storage.writing(work)


@pytest.mark.parametrize("by_snapshot", [False, True])
def test_inv_27_who_has_a_lost_record_keeps_it_and_who_has_not_is_told(
    team: Team, monkeypatch: pytest.MonkeyPatch, by_snapshot: bool
) -> None:
    let_small_logs_count(monkeypatch)
    lina = team.join("Lina")
    lost = lina.add("activity", {"title": "Wells"})
    lina.sync()
    kept = lina.add("activity", {"title": "Pumps"})
    lina.sync()
    lose(team, lost)
    if by_snapshot:
        snapshot(team)
    omar = team.join("Omar")
    sync_as_a_laptop(omar)
    assert omar.row("activity", kept)["title"] == "Pumps"
    assert omar.reader.rows("activity", [lost]) == []
    told = {one.code for one in unreceived_changes(omar.reader) if one.record == lost}
    assert told == {RECORD_DAMAGED}
    assert RECORD_DAMAGED in MESSAGES
    sync_as_a_laptop(lina)
    assert lina.row("activity", lost)["title"] == "Wells"
    # What is known costs no further repair, and everything else goes on.
    omar.set("activity", kept, {"progress": 5})
    assert sync_as_a_laptop(omar).differing == []
    lina.sync()
    assert lina.row("activity", kept)["progress"] == 5
