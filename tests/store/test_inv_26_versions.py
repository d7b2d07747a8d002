"""Laptops of four versions agree, and one that is upgraded is as if it had never been old."""

from __future__ import annotations

from typing import Any

from helpers.team import Member, Team
from sim.versions import ORDER, kinds_of

from desktop.store.store import Store
from desktop.store.verify import verify
from sync.merge.texts import set_text


def become(member: Member, version: str) -> None:
    """The same laptop with the program of another version."""
    member.close()
    member.store = Store.open(member.profile, kinds_of(version), member.house.clock)
    member.reader = member.store.reader()


def shown(member: Member, record: bytes) -> dict[str, Any]:
    return dict(member.row("activity", record).values)


def test_inv_26_laptops_of_four_versions_agree_and_an_upgraded_one_was_never_old(team: Team) -> None:
    members = {version: team.join(f"Laptop {version}") for version in ORDER}
    for version, member in members.items():
        become(member, version)
    team.settle()
    newest = members["N+1"]
    record = newest.add(
        "activity",
        {"title": "Wells", "mood": "calm", "colours": ["blue"], "tags": ["a"], "progress": 10},
    )
    newest.set("activity", record, {"story": set_text(None, "Once").update, "scores": {"F": "3"}})
    team.settle()
    # Each edits what it knows, unseen by the others, and one thing that all of them know.
    for version, member in members.items():
        member.set("activity", record, {"title": f"Wells {version}"})
    members["N"].set("activity", record, {"tags": ["a", "b"], "progress": 20})
    newest.set("activity", record, {"mood": "glad"})
    team.settle()
    assert {member.digest() for member in team.members} == {newest.digest()}
    for member in team.members:
        assert [key for key, _ in member.contested()] == ["title"]
        assert verify(member.reader, clock=team.house.clock) == []
    for version in ("N-2", "N-1", "N"):
        become(members[version], "N+1")
        members[version].sync()
        assert shown(members[version], record) == shown(newest, record)
        assert members[version].digest() == newest.digest()
        assert verify(members[version].reader, clock=team.house.clock) == []
    assert shown(newest, record)["mood"] == "glad"
