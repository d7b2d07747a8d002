"""Records are found by the beginning of an id and by names as people spell them; imports by their records."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.imported import imported_at, note_import
from desktop.store.lookup import ids_with_prefix, last_key, looks_like_id, people_by_account, rows_named


@pytest.fixture
def lina(team: Team) -> Member:
    return team.join("Lina Haddad")


@pytest.mark.parametrize(
    "text, meant", [("0123abcd", True), ("0123-ABCD-9", True), ("0123abc", False), ("Jordan!!", False)]
)
def test_eight_hex_digits_may_begin_an_id(text: str, meant: bool) -> None:
    assert looks_like_id(text) is meant


def test_the_beginning_of_an_id_finds_its_records(lina: Member) -> None:
    one, two = lina.add("activity", {"title": "One"}), lina.add("activity", {"title": "Two"})
    assert ids_with_prefix(lina.reader, "activity", one.hex()[:8]) == [one, two]
    assert ids_with_prefix(lina.reader, "activity", two.hex()) == [two]
    assert ids_with_prefix(lina.reader, "person", two.hex()) == []


def test_names_are_compared_as_people_compare_them(lina: Member) -> None:
    record = lina.add("organisation", {"name": "Chambre des Métiers", "acronym": "CDM"})
    for typed in ("chambre des metiers", "CDM", "Chambre des Métiers"):
        assert [row.id for row in rows_named(lina.reader, "organisation", typed)] == [record]
    assert rows_named(lina.reader, "organisation", "Chambre", workspaces=[bytes(16)]) == []


def test_codes_and_other_languages_are_names_too(lina: Member) -> None:
    record = lina.add("activity", {"title": "Training", "code": "1.2.a", "title_ar": "تدريبٌ"})
    for typed in ("1.2.A", "تدريب"):
        assert [row.id for row in rows_named(lina.reader, "activity", typed)] == [record]


def test_the_last_place_under_a_parent_is_known(lina: Member) -> None:
    parent = lina.add("activity", {"title": "One", "position": [None, "a0"]})
    lina.add("activity", {"title": "Two", "position": [None, "a3"]})
    lina.add("activity", {"title": "Three", "position": [parent, "a1"]})
    assert last_key(lina.reader, "activity", None, workspace=lina.workspace) == "a3"
    assert last_key(lina.reader, "activity", parent, workspace=lina.workspace) == "a1"
    assert last_key(lina.reader, "activity", lina.store.new_id(), workspace=lina.workspace) is None


def test_authors_have_names(lina: Member) -> None:
    lina.sync()
    assert "Lina Haddad" in people_by_account(lina.reader).values()


def test_a_file_counts_as_brought_in_while_anything_of_it_is_there(lina: Member) -> None:
    made = [("activity", lina.add("activity", {"title": f"Line {number}"})) for number in range(3)]
    assert imported_at(lina.reader, "ab") is None
    lina.store.post(lambda connection: note_import(connection, "ab", made, at=77)).result()
    assert imported_at(lina.reader, "ab") == 77
    for _ in made:
        lina.store.undo().result()
    assert imported_at(lina.reader, "ab") is None
