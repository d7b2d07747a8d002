"""Revoked laptops, tokens that ended, two laptops of one person, copies: what each gives up and keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.traveller import Traveller

from desktop.store import parcels
from desktop.store.parcels import Parcel
from desktop.store.rows import Query
from desktop.store.store import Store
from sync.errors import DaftarError
from sync.replica.leaving import leaving
from sync.server.storage.engine import sqlite_url
from sync.server.storage.people import Person, Workspace


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "server").mkdir()
    made = House(sqlite_url(tmp_path / "server" / "server.sqlite3"), tmp_path / "server")
    yield made
    made.close()


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def amina(house: House, jordan: Workspace) -> Person:
    return house.person("Amina Hassan", jordan)


@pytest.fixture
def laptop(house: House, amina: Person, jordan: Workspace, tmp_path: Path) -> Iterator[Traveller]:
    """With one activity that was sent and one that was not."""
    made = Traveller(house, amina, tmp_path / "laptop", name="Amman 3")
    made.add(jordan, "activity", {"title": "Sent"})
    made.sync()
    made.add(jordan, "activity", {"title": "Unsent"})
    yield made
    made.close()


def revoke(house: House, name: str = "Amman 3") -> None:
    house.office.enrolment.revoke(house.office.enrolment.laptop(name))


def titles(laptop: Traveller) -> list[str]:
    return sorted(str(row["title"]) for row in laptop.reader.select(Query("activity")))


def test_a_revoked_laptop_hands_in_and_erases_itself(
    house: House, laptop: Traveller, jordan: Workspace, amina: Person
) -> None:
    revoke(house)
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    assert (laptop.names(), titles(laptop)) == ([], [])
    assert laptop.told() == [("workspace_left", {"workspace": "Jordan", "count": 1})]
    assert [held.change.writes["title"] for held in house.service.quarantine.held(jordan.id)] == ["Unsent"]
    asked = len(laptop.paths)
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    assert laptop.paths[asked:] == ["/v1/sync"]


def carry_parcel(laptop: Traveller) -> Parcel:
    """Something of a colleague, sealed for the server, is on this laptop."""
    parcel = Parcel(bytes(16), 1, "Omar Khalil", 0, b"sealed " * 100)
    laptop.store.post(lambda connection: parcels.keep(connection, parcel)).result()
    return parcel


def test_inv_02_what_a_revoked_laptop_carried_for_others_outlives_its_purge(
    house: House, laptop: Traveller
) -> None:
    parcel = carry_parcel(laptop)
    revoke(house)
    for _ in range(2):
        with pytest.raises(DaftarError, match="device_revoked"):
            laptop.sync()
        house.clock.move(days=1)
    assert (laptop.names(), titles(laptop)) == ([], []), "its own is gone"
    assert [code for code, _ in laptop.told()] == ["parcels_kept", "workspace_left"], "and once each"
    (one,) = parcels.waiting(laptop.reader.connection)
    assert one.code == "courier_revoked"
    assert parcels.read(laptop.reader.connection, one.bundle, one.volume) == parcel.data
    laptop.enrol()
    assert [one.code for one in parcels.waiting(laptop.reader.connection)] == [""], "tried at once again"


def test_a_revoked_laptop_that_is_enrolled_again_gets_everything_back(
    house: House, laptop: Traveller, jordan: Workspace
) -> None:
    revoke(house)
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    held = house.service.quarantine.held(jordan.id)
    house.service.quarantine.release(jordan.id, [one.change.id for one in held], by=bytes(16))
    laptop.enrol()
    laptop.sync()
    assert titles(laptop) == ["Sent", "Unsent"]


def test_a_hand_in_that_comes_too_late_leaves_the_work_locked(house: House, laptop: Traveller) -> None:
    revoke(house)
    house.clock.move(days=91)
    with pytest.raises(DaftarError, match="hand_in_over"):
        laptop.sync()
    assert titles(laptop) == ["Sent", "Unsent"]


def test_a_hand_in_over_a_link_that_breaks_is_finished_later(
    house: House, laptop: Traveller, jordan: Workspace
) -> None:
    revoke(house)
    laptop.lose = lambda path: path == "/v1/handin"
    with pytest.raises(DaftarError, match="connection_cut"):
        laptop.sync()
    assert titles(laptop) == ["Sent", "Unsent"]
    laptop.lose = None
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    assert titles(laptop) == []
    assert len(house.service.quarantine.held(jordan.id)) == 1


def test_what_is_typed_during_the_hand_in_is_handed_in_too(
    house: House, laptop: Traveller, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lebanon = house.workspace("Lebanon")
    house.accounts.grant(amina, lebanon, role="officer")
    laptop.sync()
    revoke(house)

    erase = Store.erase_left

    def type_first(store: Store) -> None:
        monkeypatch.undo()
        laptop.add(lebanon, "activity", {"title": "Typed meanwhile"})
        erase(store)

    monkeypatch.setattr(Store, "erase_left", type_first)
    for _ in range(3):
        with pytest.raises(DaftarError, match="device_revoked"):
            laptop.sync()
    assert (laptop.names(), titles(laptop)) == ([], [])
    held = [one.change.writes["title"] for one in house.service.quarantine.held(lebanon.id)]
    assert held == ["Typed meanwhile"]


def test_a_revoked_laptop_whose_last_word_was_answered_to_nobody_is_done(
    house: House, laptop: Traveller
) -> None:
    """The server knows that everything is erased and takes nothing any more; the laptop has not heard it."""
    revoke(house)
    laptop.lose = lambda path: path == "/v1/purged"
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    laptop.lose = None
    assert laptop.store.with_connection(leaving)
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    assert laptop.store.with_connection(leaving) == []


def test_a_token_that_ended_while_away_keeps_everything_for_a_new_code(
    house: House, laptop: Traveller, jordan: Workspace
) -> None:
    house.clock.move(days=house.settings.token_days + 1)
    with pytest.raises(DaftarError, match="token_expired"):
        laptop.sync()
    assert titles(laptop) == ["Sent", "Unsent"]
    laptop.enrol()
    laptop.sync()
    assert house.service.quarantine.held(jordan.id) == []
    assert titles(laptop) == ["Sent", "Unsent"]


def test_a_token_that_is_rotated_serves_on_and_the_old_one_for_a_while(
    house: House, laptop: Traveller
) -> None:
    old = laptop.reader.meta("token")
    house.clock.move(days=31)
    laptop.sync()
    new = laptop.reader.meta("token")
    assert new != old
    laptop.sync()
    house.service.enrolment.authenticate(old)
    house.clock.move(days=house.settings.token_overlap_days + 1)
    with pytest.raises(DaftarError, match=r"token_expired|token_unknown"):
        house.service.enrolment.authenticate(old)
    house.service.enrolment.authenticate(new)


def test_of_two_laptops_of_one_person_only_the_lost_one_is_emptied(
    house: House, laptop: Traveller, amina: Person, jordan: Workspace, tmp_path: Path
) -> None:
    other = Traveller(house, amina, tmp_path / "other", name="Amman 4")
    other.sync()
    revoke(house)
    with pytest.raises(DaftarError, match="device_revoked"):
        laptop.sync()
    other.add(jordan, "activity", {"title": "Goes on"})
    other.sync()
    assert (titles(laptop), titles(other)) == ([], ["Goes on", "Sent"])
    other.close()


def test_both_laptops_of_a_person_hand_in_and_erase(
    house: House, laptop: Traveller, amina: Person, jordan: Workspace, tmp_path: Path
) -> None:
    other = Traveller(house, amina, tmp_path / "other", name="Amman 4")
    other.sync()
    other.add(jordan, "activity", {"title": "Other"})
    house.accounts.revoke_access(amina, jordan)
    for each in (laptop, other):
        each.sync()
        assert titles(each) == []
    held = {one.change.writes["title"]: one.laptop for one in house.service.quarantine.held(jordan.id)}
    assert held == {"Unsent": "Amman 3", "Other": "Amman 4"}
    assert None not in house.accounts.purges(amina, jordan).values()
    other.close()


def test_a_copied_laptop_hands_in_its_own_work_too(
    house: House, laptop: Traveller, amina: Person, jordan: Workspace, tmp_path: Path
) -> None:
    """Both copies wrote under one number; nothing of either is lost when the access ends."""
    laptop.close()
    first, laptop.folder = laptop.folder, Path(shutil.copytree(laptop.folder, tmp_path / "copy"))
    laptop.open()
    laptop.add(jordan, "activity", {"title": "On the copy"})
    house.accounts.revoke_access(amina, jordan)
    laptop.sync()
    laptop.close()
    laptop.folder = first
    laptop.open()
    laptop.add(jordan, "activity", {"title": "On the first"})
    laptop.sync()
    held = [one.change.writes["title"] for one in house.service.quarantine.held(jordan.id)]
    assert {"On the copy", "On the first", "Unsent"} <= set(held)
    assert titles(laptop) == []
