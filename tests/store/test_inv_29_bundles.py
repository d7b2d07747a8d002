"""SYNC 29: bundles in any order and any number, beside the network, end where the network alone ends."""

from pathlib import Path

import pytest
from helpers.couriers import carry, digests, hand_to_server, meet, save, server_bundle, settle, sync, take
from helpers.team import Member, Team

from desktop.store.verify import verify
from sync.errors import DaftarError

EVERYTHING = 0


def converged(team: Team) -> bool:
    settle(team)
    for member in team.members:
        assert verify(member.reader, clock=team.house.clock) == []
        assert member.store.run(
            lambda replica: [replica.carried.any(s.index) for s in replica.workspaces.all()]
        ) == [False]
    return len(digests(team.members)) == 1


def test_inv_29_what_a_colleague_hands_over_is_shown_as_tentative(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, _ = trio
    activity = lina.add("activity", {"title": "Wells", "end": "2026-06-04"})
    lina.set("activity", activity, {"end": "2026-07-01"})
    stick = tmp_path / "stick.daftar-bundle"
    save(lina, "Omar", target=stick)
    (taken,) = take(omar, stick)
    assert (taken.trust, taken.brought.new, taken.brought.problems) == ("server", 2, {})
    row = omar.row("activity", activity)
    assert (row["title"], row["end"]) == ("Wells", "2026-07-01")
    before = omar.digest()
    (again,) = take(omar, stick)
    assert (again.brought.new, again.brought.known) == (0, 2)
    assert omar.digest() == before
    assert verify(omar.reader, clock=team.house.clock) == []
    assert converged(team)


def test_inv_29_a_relay_reaches_the_server_signed_by_its_author(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    activity = lina.add("activity", {"title": "Wells", "end": "2026-06-04"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    take(omar, tmp_path / "a.daftar-bundle")
    omar.set("activity", activity, {"end": "2026-08-01"})
    sync(omar)
    sara.sync()
    row = sara.row("activity", activity)
    assert row["end"] == "2026-08-01"
    assert sara.reader.state("activity", activity).created_by == bytes(lina.reader.meta("account"))
    assert lina.store.run(lambda replica: replica.workspaces.all()[0].unsent) == 1
    lina.sync()
    assert lina.row("activity", activity)["end"] == "2026-08-01"
    assert converged(team)


def test_inv_29_the_server_takes_a_bundle_from_a_stick_and_answers_with_one(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, _ = trio
    activity = lina.add("activity", {"title": "Wells"})
    lina.set("activity", activity, {"progress": 40})
    save(lina, "server", target=tmp_path / "up.daftar-bundle")
    (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    (handed,) = brought.answer.handed
    assert (handed.taken, handed.refused, handed.code) == (2, 0, "")
    (again,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert again.answer.handed[0].taken == 0
    server_bundle(team, lina, tmp_path / "down.daftar-bundle")
    (taken,) = take(lina, tmp_path / "down.daftar-bundle")
    assert taken.brought.acknowledged == 2
    assert lina.store.run(lambda replica: replica.workspaces.all()[0].unsent) == 0
    assert lina.reader.workspaces()[0].cursor == lina.reader.workspaces()[0].head
    omar.sync()
    assert omar.digest() == lina.digest()
    assert converged(team)


def test_inv_29_a_sealed_bundle_is_carried_by_somebody_who_cannot_read_it(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    activity = lina.add("activity", {"title": "Wells"})
    save(lina, "server", target=tmp_path / "up.daftar-bundle")
    (taken,) = take(omar, tmp_path / "up.daftar-bundle")
    assert (taken.carried, taken.brought.new) == (1, 0)
    assert carry(omar) == 1
    sara.sync()
    assert sara.row("activity", activity)["title"] == "Wells"
    assert converged(team)


def test_inv_29_a_file_for_somebody_else_is_refused_and_changes_nothing(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, _omar, sara = trio
    lina.add("activity", {"title": "Wells"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    (taken,) = take(sara, tmp_path / "a.daftar-bundle")
    assert taken.code == "bundle_not_for_you"
    assert converged(team)


def test_inv_29_an_edit_waits_until_what_its_author_saw_has_come(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    activity = lina.add("activity", {"title": "Wells", "end": "2026-06-04"})
    settle(team)
    lina.set("activity", activity, {"end": "2026-07-01"})
    save(lina, "Omar", target=tmp_path / "lina.daftar-bundle")
    take(omar, tmp_path / "lina.daftar-bundle")
    omar.set("activity", activity, {"end": "2026-08-01"})
    whole = save(omar, "Sara", target=tmp_path / "omar.daftar-bundle")
    assert (whole.own, whole.carried) == (1, 1)
    save(lina, "Sara", target=tmp_path / "direct.daftar-bundle")
    take(sara, tmp_path / "omar.daftar-bundle")
    assert sara.row("activity", activity)["end"] == "2026-08-01"
    assert sara.contested() == []
    take(sara, tmp_path / "direct.daftar-bundle")
    assert sara.row("activity", activity)["end"] == "2026-08-01"
    assert sara.contested() == []
    assert converged(team)


def test_inv_29_edits_of_two_who_had_not_seen_each_other_are_a_question(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, _ = trio
    activity = lina.add("activity", {"title": "Wells", "end": "2026-06-04"})
    settle(team)
    lina.set("activity", activity, {"end": "2026-07-01"})
    omar.set("activity", activity, {"end": "2026-08-01"})
    save(lina, "Omar", target=tmp_path / "lina.daftar-bundle")
    take(omar, tmp_path / "lina.daftar-bundle")
    ((key, values),) = omar.contested()
    assert (key, set(values)) == ("end", {"2026-07-01", "2026-08-01"})
    settle(team)
    assert {tuple(member.contested()) for member in team.members} == {tuple(omar.contested())}
    assert len(omar.contested()) == 1
    assert converged(team)


def test_inv_29_a_colleague_hands_on_the_servers_order_with_proof(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    first = lina.add("activity", {"title": "Wells"})
    lina.sync()
    omar.sync()
    meet(team)
    omar.set("activity", first, {"progress": 20})
    saved = save(omar, "Sara", target=tmp_path / "a.daftar-bundle", since=lambda _state: EVERYTHING)
    assert saved.ordered > 0
    (taken,) = take(sara, tmp_path / "a.daftar-bundle")
    assert taken.brought.problems == {}
    assert taken.brought.ordered == 1
    assert sara.row("activity", first)["progress"] == 20
    lina_state, sara_state = lina.reader.workspaces()[0], sara.reader.workspaces()[0]
    assert (sara_state.cursor, sara_state.digest.summary()) == (
        lina_state.cursor,
        lina_state.digest.summary(),
    )
    assert converged(team)


def test_inv_29_a_bundle_for_a_colleague_holds_no_workspace_she_may_not_enter(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, _omar, _ = trio
    secret = team.house.workspace("Jordan restricted")
    with team.house.storage.reading() as connection:
        from sync.server.storage import people

        person = people.find_person(connection, bytes(lina.reader.meta("account")))
    assert person is not None
    team.house.accounts.grant(person, secret, role="officer")
    lina.sync()
    lina.workspace = secret.id
    lina.add("activity", {"title": "Shelters"})
    with pytest.raises(DaftarError, match="bundle_nothing"):
        save(lina, "Omar", target=tmp_path / "a.daftar-bundle")


@pytest.mark.parametrize("first", ["courier", "author"])
def test_inv_29_a_change_issued_again_is_the_same_change(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path, first: str
) -> None:
    lina, omar, sara = trio
    activity = lina.add("activity", {"title": "Wells", "end": "2026-06-04"})
    lina.set("activity", activity, {"end": "2026-07-01"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    take(omar, tmp_path / "a.daftar-bundle")
    lina.renew()
    for member in (omar, lina) if first == "courier" else (lina, omar):
        sync(member)
    settle(team)
    for member in (lina, omar, sara):
        assert member.row("activity", activity)["end"] == "2026-07-01"
        assert member.contested() == []
    assert not any(state.unsent for state in lina.reader.workspaces())
    assert converged(team)
