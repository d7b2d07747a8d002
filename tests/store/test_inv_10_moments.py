"""Killed at any statement of a push, a pull, a filling or a bundle: what the disk holds is good to go on.

The disks of the laptop and of the server are looked at before every statement, as a kill at that moment
leaves them, and within every commit; from each of them both start again, and end where nobody was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from helpers.couriers import meet, save, settle, take
from helpers.killed import Moment, Witness, revive, torn
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Team

from desktop.store.verify import verify
from sync.server import service as serving

KINDS = ("activity", "comment", "meeting", "person")


def faces(member: Member) -> dict[bytes, Any]:
    """What a person sees of everything, conflicts included."""
    found: dict[bytes, Any] = {b"": sorted(member.contested())}
    for kind in KINDS:
        table = member.reader.connection.execute(f'SELECT id FROM "{kind}"').fetchall()
        records = [member.reader.ids.record(number) for (number,) in table]
        for row in member.reader.rows(kind, records):
            found[row.id] = (dict(row.values), row.unsent, row.deleted)
    return found


def walk(
    team: Team, member: Member, work: Callable[[Member], object], *, again: Callable[[Member], object]
) -> list[Moment]:
    """Do the work, then go on from every moment of it and compare with never having been cut."""
    witness = Witness(member, team)
    moments = torn(witness.watch(lambda: work(member)))
    again(member)
    whole, digest = faces(member), member.digest()
    assert verify(member.reader, clock=team.house.clock) == []
    assert witness.commits >= 1
    for at, moment in enumerate(moments):
        revived, house = revive(member, team, moment, team.folder / f"moment{at}")
        try:
            assert verify(revived.reader, clock=house.clock) == [], moment.sql
            again(revived)
            assert faces(revived) == whole, (moment.statement, moment.sql)
            assert revived.digest() == digest
            assert verify(revived.reader, clock=house.clock) == []
            (state,) = revived.reader.workspaces()
            assert (state.unsent, state.cursor) == (0, state.head)
            # The reader refuses a gap in `pseq`, and a digest that is not the server's.
            with patch.object(serving, "is_better", lambda *_, **__: False):
                dseqs = house.read(team.workspace).dseqs(member.store.device)
            assert dseqs == list(range(1, len(dseqs) + 1))
        finally:
            revived.close()
            house.close()
    return moments


def sync(member: Member) -> None:
    receipt = member.sync()
    assert (receipt.differing, receipt.refused) == ([], [])


def busy(team: Team) -> tuple[Member, Member, bytes, bytes]:
    """Two laptops that agree about an activity and a meeting."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Wells", "tags": ["a"]})
    meeting = lina.add("meeting", {"title": "Board"})
    settle(team)
    return lina, omar, activity, meeting


def edit(member: Member, activity: bytes, meeting: bytes) -> None:
    member.set("activity", activity, {"title": f"Wells of {member.folder.name}", "tags": ["a", "b"]})
    member.set_text("meeting", meeting, "notes", "نوقشت الآبار")
    member.delete("activity", member.add("activity", {"title": "Gone"}))


def test_inv_10_a_push_is_cut_at_any_statement(team: Team) -> None:
    lina, _, activity, meeting = busy(team)
    edit(lina, activity, meeting)
    moments = walk(team, lina, sync, again=sync)
    assert len(moments) >= 5


def test_inv_10_a_pull_is_cut_at_any_statement(team: Team) -> None:
    lina, omar, activity, meeting = busy(team)
    edit(omar, activity, meeting)
    omar.sync()
    # Something of one's own stands on top of what comes.
    lina.set("activity", activity, {"title": "Wells of Lina", "progress": 20})
    walk(team, lina, sync, again=sync)
    assert len(lina.contested()) == 1


def test_inv_10_a_filling_is_cut_at_any_statement(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    let_small_logs_count(monkeypatch, piece=800)
    lina, omar, activity, meeting = busy(team)
    edit(omar, activity, meeting)
    omar.sync()
    snapshot(team)
    newcomer = team.join("Sara Aziz")
    newcomer.add("comment", {"text": "Mine"})
    moments = walk(team, newcomer, sync, again=sync)
    assert any(path.startswith("/v1/chunks/") for path, _ in newcomer.line.fetched)
    assert len(moments) >= 5
    lina.sync()


def test_inv_10_a_bundle_is_cut_at_any_statement(team: Team, tmp_path: Path) -> None:
    lina, omar, activity, meeting = busy(team)
    meet(team)
    edit(omar, activity, meeting)
    stick = tmp_path / "stick.daftar-bundle"
    save(omar, "Lina Haddad", target=stick)
    lina.set("activity", activity, {"progress": 20})

    def bring(member: Member) -> None:
        (taken,) = take(member, stick)
        assert taken.brought.problems == {}

    def finish(member: Member) -> None:
        bring(member)
        sync(member)

    walk(team, lina, bring, again=finish)
    assert lina.row("activity", activity)["title"] == f"Wells of {omar.folder.name}"
