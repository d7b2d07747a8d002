"""Many ids become the rowids that each has alone."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from desktop.store.driver import sqlite
from sync.records import make_record_id
from sync.replica.ids import IdMap
from sync.replica.schema import create_tables

NATIVE = st.builds(
    make_record_id, st.sampled_from([5, 7]), st.sampled_from([1, 2]), st.integers(1, (1 << 32) - 1)
)
FOREIGN = st.binary(min_size=16, max_size=16)


@given(st.lists(NATIVE, max_size=8) | st.lists(st.one_of(NATIVE, FOREIGN), max_size=8))
def test_the_rowids_of_many_are_those_of_each(records: list[bytes]) -> None:
    with closing(sqlite.connect(":memory:", isolation_level=None)) as connection:
        create_tables(connection, {})
        together, alone = IdMap(connection), IdMap(connection)
        rowids = together.rowids(records)
        alone.reload()
        assert rowids == [alone.rowid(record) for record in records]
        assert together.records(rowids) == records
