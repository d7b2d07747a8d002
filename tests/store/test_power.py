"""A power cut takes back what did not wait for the disk, and the next sync brings it again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.team import Member, Team

from sync.replica.replica import Replica


def _kept_on_disk(member: Member, folder: Path) -> Path:
    """What the disk holds at this moment."""
    member.close()
    kept = folder / f"{member.folder.name}-disk"
    shutil.copytree(member.folder, kept)
    member.reopen()
    return kept


def _cut_power(member: Member, kept: Path) -> None:
    member.close()
    shutil.rmtree(member.folder)
    shutil.copytree(kept, member.folder)
    member.reopen()


def _mode(member: Member) -> int:
    found = member.store.with_connection(lambda one: one.execute("PRAGMA synchronous").fetchone())
    return int(found[0])


def test_own_work_waits_for_the_disk_and_what_can_be_pulled_again_does_not(team: Team) -> None:
    lina = team.join("Lina Haddad")
    modes: list[int] = []

    def look(replica: Replica) -> None:
        (mode,) = replica.ids._database.execute("PRAGMA synchronous").fetchone()
        modes.append(int(mode))

    lina.store.absorb(look)
    lina.store.run(look)
    assert modes == [1, 2]
    assert _mode(lina) == 2


def test_after_a_step_that_failed_own_work_waits_for_the_disk(team: Team) -> None:
    lina = team.join("Lina Haddad")

    def fail(_replica: Replica) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lina.store.absorb(fail)
    assert _mode(lina) == 2


def test_inv_02_a_settling_that_was_lost_with_the_power_is_done_again(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    activity = lina.add("activity", {"title": "Visit", "tags": ["a"]})
    lina.set("activity", activity, {"title": "Long visit"})
    note = lina.add("meeting", {"title": "Monday"})
    kept = _kept_on_disk(lina, team.folder)
    device = lina.store.device
    lina.sync()
    assert not lina.row("activity", activity).unsent
    _cut_power(lina, kept)
    assert lina.row("activity", activity).unsent
    receipt = lina.sync()
    assert (receipt.refused, receipt.differing) == ([], [])
    assert lina.store.device == device, "a lost commit is no restored backup"
    assert not lina.row("activity", activity).unsent
    omar.sync()
    assert lina.digest() == omar.digest()
    assert omar.row("activity", activity)["title"] == "Long visit"
    assert omar.row("meeting", note)["title"] == "Monday"


def test_inv_02_pulled_records_that_were_lost_with_the_power_come_again(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    kept = _kept_on_disk(omar, team.folder)
    activity = lina.add("activity", {"title": "Visit"})
    lina.sync()
    omar.sync()
    _cut_power(omar, kept)
    receipt = omar.sync()
    assert receipt.pulled == 1
    assert omar.row("activity", activity)["title"] == "Visit"
    assert lina.digest() == omar.digest()
