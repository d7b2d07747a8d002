"""Clocks of laptops that are years wrong, jump, or stand still: sync goes on, and who has seen more wins."""

from __future__ import annotations

import pytest
from helpers.house import SetClock
from helpers.team import Member, Team

YEARS = 365
NOW = 0
JUMPS = {
    "ten years behind": (-10 * YEARS,),
    "ten years ahead": (10 * YEARS,),
    "to and fro": (10 * YEARS, -10 * YEARS, NOW, 3, -3, 10 * YEARS, NOW),
    "frozen": (NOW, NOW, NOW, NOW),
    "an hour of summer time": (1 / 24, NOW, 1 / 24),
}


class WrongClock(SetClock):
    """A laptop's own clock, beside the right one."""

    def __init__(self, right: SetClock) -> None:
        super().__init__(right.now_ms())
        self.right = right

    def be_off(self, days: float) -> None:
        self.time_ms = self.right.now_ms() + int(days * 86_400_000)


def with_own_clock(member: Member) -> WrongClock:
    clock = WrongClock(member.house.clock)
    member.close()

    class Beside:
        """The laptop's view of the house: everything is the server's but the time."""

        def __getattr__(self, name: str) -> object:
            return getattr(house, name)

    house, beside = member.house, Beside()
    beside.clock = clock  # type: ignore[attr-defined]  # a stand-in
    member.house = beside  # type: ignore[assignment]  # a stand-in
    member.reopen()
    return clock


@pytest.mark.parametrize("jumps", JUMPS.values(), ids=JUMPS)
def test_inv_16_whatever_the_clock_says_whoever_has_seen_the_other_wins(
    team: Team, jumps: tuple[float, ...]
) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    clock = with_own_clock(lina)
    activity = lina.add("activity", {"title": "Survey", "progress": 0})
    team.settle()
    progress = 0
    for step, days in enumerate(jumps):
        clock.be_off(days)
        # Each edits what the other has written last; then both at once, without seeing each other.
        for member in (lina, omar, lina):
            progress += 1
            member.set("activity", activity, {"progress": progress})
            team.settle()
            assert {one.row("activity", activity)["progress"] for one in team.members} == {progress}
            assert lina.contested() == omar.contested() == []
        for member in (lina, omar):
            member.set("activity", activity, {"title": f"Survey {step} of {member.folder.name}"})
        team.settle()
        assert len(lina.contested()) == len(omar.contested()) == 1
        (conflict,) = lina.reader.conflicts()
        seen = {conflict.key: tuple(head.id for head in conflict.heads)}
        lina.set("activity", activity, {"title": f"Survey {step}"}, seen=seen)
        team.settle()
        assert lina.contested() == omar.contested() == []
        assert {one.row("activity", activity)["title"] for one in team.members} == {f"Survey {step}"}
        assert lina.digest() == omar.digest()
        team.house.clock.move(seconds=60)
    # No receiver was drawn into another time: what is written next is stamped as now.
    omar.set("activity", activity, {"progress": 100})
    team.settle()
    history = lina.reader.history("activity", activity)
    (last,) = [change for change, _ in history if change.writes.get("progress") == 100]
    assert abs((last.stamp >> 16) - team.house.clock.now_ms()) <= 11 * 60 * 1000


def test_inv_16_a_clock_that_stands_still_gives_every_change_another_stamp(team: Team) -> None:
    lina = team.join("Lina Haddad")
    activity = lina.add("activity", {"title": "Survey"})
    for progress in range(20):
        lina.set("activity", activity, {"progress": progress})
    stamps = [change.stamp for change, _ in lina.reader.history("activity", activity)]
    assert len(set(stamps)) == len(stamps) == 21
