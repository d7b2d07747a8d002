"""Persons, workspaces and access, and the records that the server writes about them."""

import pytest
from helpers.house import House

from sync.errors import DaftarError
from sync.records import id_text


def test_persons_may_share_a_name_and_are_told_apart_by_id(house: House) -> None:
    one, two = house.accounts.add_person("Amina Hassan"), house.accounts.add_person("  Amina   Hassan ")
    with pytest.raises(DaftarError) as found:
        house.accounts.person("amina hassan")
    assert found.value.code == "not_unique"
    assert id_text(one.id) in str(found.value.params["candidates"])
    assert house.accounts.person(id_text(two.id)) == two


def test_nobody_of_that_name_is_an_error(house: House) -> None:
    with pytest.raises(DaftarError, match="person_not_found"):
        house.accounts.person("Nobody")
    with pytest.raises(DaftarError, match="workspace_not_found"):
        house.accounts.workspace("Nowhere")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b"])
def test_a_name_has_to_be_one(house: House, name: str) -> None:
    with pytest.raises(DaftarError, match="bad_name"):
        house.accounts.add_person(name)


def test_workspaces_have_one_name_and_count_up(house: House) -> None:
    assert [house.workspace(name).number for name in ("Jordan", "Lebanon")] == [1, 2]
    with pytest.raises(DaftarError, match="name_taken"):
        house.workspace("JORDAN")


def test_a_new_workspace_holds_its_own_record(house: House) -> None:
    jordan = house.workspace("Jordan")
    reader = house.read(jordan)
    assert reader.states[jordan.record_id].values == {"name": "Jordan"}
    assert reader.states[jordan.record_id].kind == "workspace"


def test_a_grant_writes_the_person_once(house: House) -> None:
    jordan = house.workspace("Jordan")
    person = house.accounts.add_person("Amina Hassan")
    first = house.accounts.grant(person, jordan, role="officer")
    again = house.accounts.grant(person, jordan, role="officer")
    assert again == first
    reader = house.read(jordan)
    assert reader.states[first.record_id].values == {
        "name": "Amina Hassan",
        "account": id_text(person.id),
        "access": "officer",
    }
    assert sum(change.record == first.record_id for change in reader.changes) == 1


def test_another_role_and_another_name_are_edits_of_the_same_record(house: House) -> None:
    jordan = house.workspace("Jordan")
    person = house.person("Amina Hassan", jordan)
    access = house.accounts.grant(person, jordan, role="coordinator")
    assert access.epoch == 2
    house.accounts.rename_person(person, "Amina Hassan Ali")
    reader = house.read(jordan)
    values = reader.states[access.record_id].values
    assert (values["name"], values["access"]) == ("Amina Hassan Ali", "coordinator")
    dseqs = reader.dseqs(next(change.device for change in reader.changes))
    assert dseqs == list(range(1, len(dseqs) + 1))


def test_access_that_was_taken_away_can_be_given_again(house: House) -> None:
    jordan = house.workspace("Jordan")
    person = house.person("Amina Hassan", jordan)
    assert house.accounts.revoke_access(person, jordan).role == "none"
    access = house.accounts.grant(person, jordan, role="reader")
    assert (access.role, access.epoch) == ("reader", 3)
    assert house.read(jordan).states[access.record_id].values["access"] == "reader"


def test_access_that_nobody_has_is_not_taken_away(house: House) -> None:
    jordan, person = house.workspace("Jordan"), house.accounts.add_person("Amina Hassan")
    with pytest.raises(DaftarError, match="not_granted"):
        house.accounts.revoke_access(person, jordan)


def test_a_role_has_to_be_known(house: House) -> None:
    jordan, person = house.workspace("Jordan"), house.accounts.add_person("Amina Hassan")
    with pytest.raises(DaftarError, match="bad_role"):
        house.accounts.grant(person, jordan, role="emperor")


def test_the_list_of_workspaces_travels_when_it_has_changed(house: House) -> None:
    jordan, lebanon = house.workspace("Jordan"), house.workspace("Lebanon")
    person = house.person("Amina Hassan", jordan)
    laptop = house.laptop(person)
    answer = house.sync(laptop, laptop.request())
    assert [(item.name, item.role) for item in answer.access or ()] == [("Jordan", "officer")]
    again = house.sync(laptop, laptop.request(access_epoch=answer.access_epoch))
    assert again.access is None
    house.accounts.grant(person, lebanon, role="reader")
    grown = house.sync(laptop, laptop.request(access_epoch=answer.access_epoch))
    assert [item.name for item in grown.access or ()] == ["Jordan", "Lebanon"]
    house.accounts.revoke_access(person, jordan)
    shrunk = house.sync(laptop, laptop.request(access_epoch=grown.access_epoch))
    assert [item.name for item in shrunk.access or ()] == ["Lebanon"]
    assert [item.workspace for item in shrunk.workspaces] == [lebanon.number]
