"""Small numbers for long ids: rows are keyed by integers computed from record ids.

A native id is a 10-byte prefix (device number and run) and a counter; its rowid is
`prefix index << 32 | counter`. Ids that come from elsewhere get a rowid below 2**32.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any, Final, Protocol

COUNTER_BITS: Final = 32
_COUNTER_LIMIT: Final = 1 << COUNTER_BITS
_PREFIX: Final = 10
_HEAD: Final = 12
"""The prefix and two bytes that are zero in a native id."""
_LONG: Final = 16
_COUNTERS: Final = Struct(">12xI")


class Database(Protocol):
    """What this package needs of a connection (DB-API, autocommit)."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any: ...


def is_native(record: bytes) -> bool:
    """Whether an id was made by a Daftar and fits the computed rowid."""
    return record[6] >> 4 == 8 and record[8] >> 6 == 2 and record[10] == 0 and record[11] == 0


class IdMap:
    """Record ids, devices and authors as integers, cached; unknown ones are added when written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prefixes: dict[bytes, int] = {}
        self._prefix_of: dict[int, bytes] = {}
        self._small: dict[str, dict[Any, int]] = {"device": {}, "author": {}, "raw_id": {}}
        self._large: dict[str, dict[int, Any]] = {"device": {}, "author": {}, "raw_id": {}}
        self.reload()

    def reload(self) -> None:
        """Read the tables again: after a rolled back transaction, or when another process wrote."""
        rows = self._database.execute("SELECT idx, prefix FROM source").fetchall()
        self._prefix_of = {index: bytes(prefix) for index, prefix in rows}
        self._prefixes = {prefix: index for index, prefix in self._prefix_of.items()}
        for table, large in self._large.items():
            large.clear()
            for index, item in self._database.execute(f"SELECT idx, item FROM {table}"):
                large[index] = bytes(item) if isinstance(item, memoryview | bytes) else item
            self._small[table] = {item: index for index, item in large.items()}

    def rowid(self, record: bytes) -> int:
        """The rowid of an id; adds its prefix (writer only)."""
        if not is_native(record):
            return self._index("raw_id", record)
        prefix = record[:_PREFIX]
        index = self._prefixes.get(prefix)
        if index is None:
            index = len(self._prefix_of) + 1
            self._database.execute("INSERT INTO source(idx, prefix) VALUES(?, ?)", (index, prefix))
            self._prefixes[prefix] = index
            self._prefix_of[index] = prefix
        return index << COUNTER_BITS | int.from_bytes(record[12:])

    def rowids(self, records: Sequence[bytes]) -> list[int]:
        """The rowids of many ids; each prefix is looked up once (writer only)."""
        first = records[0] if records else b""
        if (
            len(first) == _LONG
            and is_native(first)
            and {record[:_HEAD] for record in records} == {first[:_HEAD]}
        ):
            # Of one run of one laptop, as most groups are.
            start = self.rowid(first) - int.from_bytes(first[_HEAD:])
            return [start + counter for (counter,) in _COUNTERS.iter_unpack(b"".join(records))]
        bases: dict[bytes, int] = {}
        found = []
        for record in records:
            base = bases.get(record[:_PREFIX])
            if base is None or record[10] or record[11]:
                rowid = self.rowid(record)
                if is_native(record):
                    bases[record[:_PREFIX]] = rowid - int.from_bytes(record[12:])
                found.append(rowid)
            else:
                found.append(base + int.from_bytes(record[12:]))
        return found

    def find(self, record: bytes) -> int | None:
        """The rowid of an id if this replica has ever met its prefix; never writes."""
        if len(record) != 16:
            return None
        if is_native(record):
            index = self._lookup_prefix(record[:_PREFIX])
            return None if index is None else index << COUNTER_BITS | int.from_bytes(record[12:])
        return self._lookup("raw_id", record)

    def record(self, rowid: int) -> bytes:
        """The inverse of `rowid`."""
        index = rowid >> COUNTER_BITS
        if index == 0:
            return bytes(self._item("raw_id", rowid))
        prefix = self._prefix_of.get(index)
        if prefix is None:
            self.reload()
            prefix = self._prefix_of[index]
        return prefix + (rowid & (_COUNTER_LIMIT - 1)).to_bytes(6)

    def records(self, rowids: Sequence[int]) -> list[bytes]:
        """The ids of many rowids, in order."""
        prefixes, mask, short = self._prefix_of, _COUNTER_LIMIT - 1, int.to_bytes
        return [
            prefixes[index] + short(rowid & mask, 6)
            if (index := rowid >> COUNTER_BITS) in prefixes
            else self.record(rowid)
            for rowid in rowids
        ]

    def device(self, number: int) -> int:
        return self._index("device", number)

    def device_number(self, index: int) -> int:
        return int(self._item("device", index))

    def author(self, account: bytes) -> int:
        return self._index("author", account)

    def account(self, index: int) -> bytes:
        return bytes(self._item("author", index))

    def find_device(self, number: int) -> int | None:
        return self._lookup("device", number)

    def _index(self, table: str, item: Any) -> int:
        index = self._small[table].get(item)
        if index is None:
            index = len(self._large[table]) + 1
            self._database.execute(f"INSERT INTO {table}(idx, item) VALUES(?, ?)", (index, item))
            self._small[table][item] = index
            self._large[table][index] = item
        return index

    def _item(self, table: str, index: int) -> Any:
        item = self._large[table].get(index)
        if item is None:
            self.reload()
            item = self._large[table][index]
        return item

    def _lookup(self, table: str, item: Any) -> int | None:
        if item not in self._small[table]:
            self.reload()
        return self._small[table].get(item)

    def _lookup_prefix(self, prefix: bytes) -> int | None:
        if prefix not in self._prefixes:
            self.reload()
        return self._prefixes.get(prefix)
