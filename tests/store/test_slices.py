"""A pull makes way for whoever types: frames are applied in slices, and nothing is lost between them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from helpers.team import Member, Team

from sync.changes import Edit
from sync.client.session import Session

MANY = 1_600


def fill(member: Member) -> list[bytes]:
    """Several frames; the texts do not compress, so that they stay several."""
    chance = random.Random(7)
    records = [member.store.new_id() for _ in range(MANY)]
    member.write(
        *[
            Edit(
                member.workspace,
                "activity",
                record,
                {"title": f"Visit {at}", "tags": ["a"], "description": f"{chance.getrandbits(400):0100x}"},
                create=True,
            )
            for at, record in enumerate(records)
        ]
    )
    return records


def sync(member: Member, give_way: Callable[[], bool]) -> None:
    session = Session(
        member.line, member, member.house.clock, pause=lambda _s: None, jitter=lambda: 0.5, give_way=give_way
    )
    session.sync(epoch=member.epoch, access_epoch=member.access_epoch)


def log_rows(member: Member) -> list[tuple[Any, ...]]:
    sql = "SELECT first_pseq, last_pseq FROM log WHERE first_pseq IS NOT NULL ORDER BY first_pseq"
    return list(member.reader.connection.execute(sql).fetchall())


def assert_gapless(member: Member) -> None:
    rows = log_rows(member)
    assert [row[0] for row in rows[1:]] == [row[1] + 1 for row in rows[:-1]]


def test_making_way_in_every_slice_ends_in_the_same_state(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    records = fill(lina)
    asked = []
    sync(lina, lambda: asked.append(1) is None)
    sync(omar, lambda: asked.append(2) is None)
    assert {1, 2} <= set(asked)
    assert lina.digest() == omar.digest()
    assert omar.row("activity", records[-1])["title"] == f"Visit {MANY - 1}"
    assert_gapless(omar)
    assert not lina.row("activity", records[0]).unsent


def test_an_edit_between_two_slices_is_kept(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    records = fill(lina)
    lina.sync()
    own: list[bytes] = []
    apply = omar.apply

    def between(job: Any) -> Any:
        changed = apply(job)
        if changed.of("activity") and not own:
            own.append(omar.add("activity", {"title": "Typed meanwhile"}))
            omar.set("activity", records[0], {"progress": 40})
        return changed

    omar.apply = between  # type: ignore[method-assign]  # to act between two slices
    sync(omar, lambda: True)
    team.settle()
    assert lina.row("activity", own[0])["title"] == "Typed meanwhile"
    assert lina.row("activity", records[0])["progress"] == 40
    assert lina.digest() == omar.digest()


@pytest.mark.parametrize("after", [2, 3])
def test_inv_10_a_pull_that_ends_inside_a_frame_goes_on_behind_the_last_slice(team: Team, after: int) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    records = fill(lina)
    lina.sync()
    apply, done = omar.apply, []

    def breaking(job: Any) -> Any:
        if len(done) == after:
            raise KeyboardInterrupt
        changed = apply(job)
        if changed.of("activity"):
            done.append(1)
        return changed

    omar.apply = breaking  # type: ignore[method-assign]  # a power cut between two slices
    with pytest.raises(KeyboardInterrupt):
        sync(omar, lambda: True)
    omar.apply = apply  # type: ignore[method-assign]  # the power is back
    team.settle()
    assert lina.digest() == omar.digest()
    assert_gapless(omar)
    assert len(done) == after
    assert len(omar.reader.history("activity", records[300])) == 1


def test_frames_share_a_transaction_while_nobody_waits(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    fill(lina)
    sync(lina, lambda: False)
    apply, told = omar.apply, list[int]()

    def counting(job: Any) -> Any:
        changed = apply(job)
        told.append(len(changed.of("activity")))
        return changed

    omar.apply = counting  # type: ignore[method-assign]  # to see what is committed together
    sync(omar, lambda: False)
    commits = [count for count in told if count]
    assert sum(commits) == MANY
    assert len(commits) < len(log_rows(omar))
    assert_gapless(omar)
    assert lina.digest() == omar.digest()
