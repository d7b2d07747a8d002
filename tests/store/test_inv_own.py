"""What a person wrote stays readable on the own laptop, and its stamps only grow."""

import random
from itertools import pairwise

import pytest
from helpers.house import SetClock
from helpers.team import Member, Team, cut, lost

from sync.changes import Edit
from sync.clock import COUNTER_LIMIT, HybridClock
from sync.errors import DaftarError

YEAR_DAYS = 365


def restart(member: Member) -> None:
    member.store.close()
    member.reopen()


def test_inv_11_own_writes_stay_readable_through_cuts_restarts_and_pulls(team: Team) -> None:
    one, two = team.join("Amina"), team.join("Omar")
    record = one.add("activity", {"title": "Training"})

    def reads() -> str:
        return str(one.row("activity", record)["title"])

    for title, mishap in (("lost", lost), ("cut", cut(0.4)), ("whole", None)):
        one.set("activity", record, {"title": title})
        assert reads() == title
        if mishap is not None:
            one.line.mishaps.append(mishap)
        one.sync()
        assert reads() == title
        restart(one)
        assert reads() == title
        two.add("activity", {"title": "Visit"})
        two.sync()
        one.sync()
        assert reads() == title


def test_inv_17_a_stamp_is_greater_than_every_one_before_it() -> None:
    wall = SetClock()
    clock = HybridClock(wall)
    stamps = [clock.tick() for _ in range(COUNTER_LIMIT + 10)]
    wall.move(days=-10 * YEAR_DAYS)
    stamps += [clock.tick() for _ in range(10)]
    assert all(before < after for before, after in pairwise(stamps))


def test_inv_17_stamps_grow_over_a_restart_and_a_failed_batch_moves_nothing(team: Team) -> None:
    one = team.join("Amina")
    record = one.add("activity", {"title": "Training"})

    def stamp() -> int:
        return int(one.reader.meta("stamp"))

    first = stamp()
    noise = random.Random(1).randbytes(1_500_000).hex()
    with pytest.raises(DaftarError, match="too_big"):
        one.write(Edit(one.workspace, "activity", record, {"description": noise}))
    assert stamp() == first
    team.house.clock.move(days=-10 * YEAR_DAYS)
    restart(one)
    one.set("activity", record, {"title": "Later"})
    assert stamp() > first
