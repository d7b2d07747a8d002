"""Record ids made on a laptop."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import DaftarError
from sync.records.ids import id_text, make_record_id, parse_id, split_record_id

DEVICES = st.integers(0, 2**48 - 1)
RUNS = st.integers(0, 2**24 - 1)
COUNTERS = st.integers(0, 2**50 - 1)


@given(DEVICES, RUNS, COUNTERS)
def test_ids_come_apart_as_they_were_made(device: int, run: int, counter: int) -> None:
    record = make_record_id(device, run, counter)
    assert len(record) == 16
    assert split_record_id(record) == (device, run, counter)
    assert uuid.UUID(bytes=record).version == 8
    assert uuid.UUID(bytes=record).variant == uuid.RFC_4122


@given(DEVICES, RUNS, COUNTERS, COUNTERS)
def test_ids_of_one_run_sort_as_they_were_counted(device: int, run: int, one: int, other: int) -> None:
    assert (make_record_id(device, run, one) < make_record_id(device, run, other)) == (one < other)


@given(st.binary(min_size=16, max_size=16))
def test_the_text_of_an_id_reads_back(record: bytes) -> None:
    assert parse_id(id_text(record)) == record
    assert parse_id(f" {id_text(record).upper()} ") == record
    assert parse_id(record.hex()) == record


@given(st.uuids(version=4))
def test_ids_from_elsewhere_are_not_taken_apart(other: uuid.UUID) -> None:
    assert split_record_id(other.bytes) is None


@pytest.mark.parametrize("parts", [(2**48, 0, 0), (0, 2**24, 0), (0, 0, 2**50), (-1, 0, 0)])
def test_parts_that_do_not_fit_are_a_bug(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        make_record_id(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0" * 31,
        "0" * 33,
        "g" * 32,
        "0000-0000" * 4,
        "{00000000-0000-8000-8000-000000000000}",
        "٠" * 32,
    ],
)
def test_other_texts_are_no_ids(text: str) -> None:
    with pytest.raises(DaftarError) as caught:
        parse_id(text)
    assert caught.value.code == "not_an_id"


def test_short_bytes_are_no_id_of_ours() -> None:
    assert split_record_id(b"short") is None
