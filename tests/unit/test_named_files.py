"""Which files an attachment names, as both sides find them."""

from dataclasses import replace

import pytest

from sync.changes import Change, Value
from sync.merge import Head, Register
from sync.merge.files import files_of_change, files_of_record
from sync.merge.record import RecordState

ONE, OTHER = bytes(range(32)), bytes(range(1, 33))
PERSON, PLACE, RECORD = b"p" * 16, b"w" * 16, b"r" * 16


def written(value: Value) -> Change:
    return Change(7, 1, PLACE, "attachment", RECORD, PERSON, 5, 1, True, {"title": "List", "sha256": value})


def test_a_change_names_the_file_that_it_writes() -> None:
    assert files_of_change(written(ONE.hex())) == {ONE}


def test_a_link_and_another_kind_name_no_file() -> None:
    assert files_of_change(written(None)) == set()
    assert files_of_change(replace(written(ONE.hex()), kind="activity")) == set()


def test_an_open_question_names_both_files() -> None:
    heads = (Head((7, 1), 5, PERSON, ONE.hex()), Head((8, 1), 6, PERSON, OTHER.hex()))
    state = RecordState(PLACE, "attachment", RECORD, (7, 1), 5, PERSON, {"sha256": ONE.hex()})
    assert files_of_record(state) == {ONE}
    state.heads["sha256"] = Register(heads)
    assert files_of_record(state) == {ONE, OTHER}
    state.kind = "activity"
    assert files_of_record(state) == set()


@pytest.mark.parametrize("value", ["", "no fingerprint", "0", ONE.hex()[:-2], ONE.hex() + "00", 7, b"r" * 16])
def test_what_another_laptop_wrote_amiss_is_no_fingerprint(value: Value) -> None:
    assert files_of_change(written(value)) == set()
