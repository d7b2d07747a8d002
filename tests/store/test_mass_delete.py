"""A pull that would take much away stops and asks; nothing is lost on either side, whatever the answer."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.rows import Query
from sync.changes import Edit
from sync.client.session import Session
from sync.errors import DaftarError


def load(team: Team, count: int) -> tuple[Member, Member, list[bytes]]:
    """Two laptops with the same records."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    records = [lina.store.new_id() for _ in range(count)]
    lina.write(
        *(
            Edit(lina.workspace, "activity", one, {"title": f"Activity {at}"}, create=True)
            for at, one in enumerate(records)
        )
    )
    team.settle()
    return lina, omar, records


def delete(member: Member, records: list[bytes]) -> None:
    member.write(
        *(
            Edit(member.workspace, "activity", one, {"deleted": True}, member.row("activity", one).seen)
            for one in records
        )
    )
    member.sync()


def shown(member: Member) -> int:
    return member.reader.count(Query("activity"))


def accept(member: Member) -> None:
    clock = member.house.clock
    session = Session(
        member.line, member, clock, pause=lambda _: None, jitter=lambda: 0.5, accept_removals=True
    )
    session.sync(epoch=member.epoch, access_epoch=member.access_epoch)


def test_a_pull_that_would_remove_a_fifth_stops_before_anything_is_removed(team: Team) -> None:
    lina, omar, records = load(team, 200)
    delete(lina, records[:60])
    omar.add("activity", {"title": "Typed meanwhile"})
    with pytest.raises(DaftarError) as caught:
        omar.sync()
    assert caught.value.code == "mass_delete"
    assert (caught.value.params["count"], caught.value.params["workspace"]) == (60, "Jordan")
    assert shown(omar) == 201
    # What was typed here went out all the same, and nothing of it is asked for twice.
    assert not omar.run(lambda replica: sum(state.unsent for state in replica.workspaces.all()))
    lina.sync()
    assert shown(lina) == 141
    with pytest.raises(DaftarError):
        omar.sync()
    accept(omar)
    assert shown(omar) == 141
    assert lina.digest() == omar.digest()


@pytest.mark.parametrize("count, gone", [(200, 40), (60, 49)])
def test_less_than_a_fifth_or_than_fifty_passes(team: Team, count: int, gone: int) -> None:
    lina, omar, records = load(team, count)
    delete(lina, records[:gone])
    omar.sync()
    assert shown(omar) == count - gone


def test_what_is_spread_over_many_answers_is_counted_together(team: Team) -> None:
    lina, omar, records = load(team, 200)
    for at in range(0, 60, 20):
        delete(lina, records[at : at + 20])
    with pytest.raises(DaftarError, match="mass_delete"):
        omar.sync()


def test_who_deletes_is_not_asked(team: Team) -> None:
    lina, _, records = load(team, 100)
    delete(lina, records)
    assert shown(lina) == 0


def test_what_came_and_went_before_somebody_first_looked_is_no_loss(team: Team) -> None:
    lina = team.join("Lina Haddad")
    records = [lina.store.new_id() for _ in range(120)]
    lina.write(*(Edit(lina.workspace, "activity", one, {"title": "Visit"}, create=True) for one in records))
    lina.sync()
    delete(lina, records[:90])
    omar = team.join("Omar Khalil")
    omar.sync()
    assert shown(omar) == 30
    team.settle()
    assert omar.digest() == lina.digest()
