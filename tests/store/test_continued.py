"""Two quick edits on one laptop are one person's, whatever the screen has read in between."""

from pathlib import Path

import pytest
from helpers.office import JORDAN, Office, open_office

from desktop.store.rows import Row
from sync.changes import DELETED, Edit


@pytest.fixture
def office(tmp_path: Path) -> object:
    made = open_office(tmp_path)
    made.all_sent()
    yield made
    made.close()


def write(office: Office, row: Row, **writes: object) -> None:
    office.store.submit([Edit(JORDAN, row.kind, row.id, writes, row.seen)], label="Change").result()


def test_the_second_edit_from_the_same_row_is_no_question(office: Office) -> None:
    row = office.row("solar", "activity")
    write(office, row, title="First")
    write(office, row, title="Second")
    write(office, row, title="Third")
    after = office.row("solar", "activity")
    assert after.values["title"] == "Third"
    assert not after.contested


def test_removing_from_the_same_row_is_no_question(office: Office) -> None:
    row = office.row("solar", "activity")
    write(office, row, title="First")
    write(office, row, **{DELETED: True})
    assert office.row("solar", "activity").deleted
    assert not office.row("solar", "activity").contested


def test_an_edit_on_top_of_an_undo_is_no_question(office: Office) -> None:
    row = office.row("solar", "activity")
    write(office, row, title="First")
    seen = office.row("solar", "activity")
    office.store.undo().result()
    write(office, seen, title="Second")
    assert not office.row("solar", "activity").contested


def test_what_a_colleague_wrote_in_between_still_is_one(office: Office) -> None:
    row = office.row("solar", "activity")
    office.colleague_changes("solar", "activity", title="Theirs")
    write(office, row, title="Mine")
    assert office.row("solar", "activity").contested == {"title"}


def test_a_second_edit_does_not_answer_the_question(office: Office) -> None:
    row = office.row("solar", "activity")
    write(office, row, title="Mine")
    office.colleague_changes("solar", "activity", title="Theirs")
    write(office, row, title="Mine again")
    assert office.row("solar", "activity").contested == {"title"}
