"""Whatever single stored value of a notebook is damaged: nothing stumbles over it, and it comes right."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import Any

import pytest
from helpers.joined import WatchedLine
from helpers.team import Member, Team
from store.test_inv_20_repair import busy

from desktop.paths import profile_paths
from desktop.store.driver import Connection, sqlite
from desktop.store.reader import Reader
from desktop.store.rows import Query
from desktop.store.store import Store
from desktop.store.verify import verify
from desktop.syncing.mending_here import mend_numbers, repair_here
from desktop.syncing.once import sync_once
from sync.records import KINDS

__all__ = ["busy"]
pytestmark = pytest.mark.logs("set aside")
TABLES = (
    "activity",
    "author",
    "conflict",
    "device",
    "document",
    "head",
    "log",
    "source",
    "workspace_state",
)
UNSEEN = {"log.id", "log.device", "conflict.since", "activity._made"}
"""What nobody sees on a page, and what a sync asks the server for anyway: need not be named."""
TOLD_BY_SERVER = {"workspace_state.number", "workspace_state.role", "workspace_state.name"}
TOLD_BY_SERVER |= {"workspace_state.head"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One stored value."""

    table: str
    column: str
    where: str
    key: tuple[Any, ...]
    value: Any

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def put(self, connection: Connection, value: Any) -> None:
        sql = f'UPDATE "{self.table}" SET "{self.column}" = ? WHERE {self.where}'
        connection.execute(sql, (value, *self.key))


def spots(connection: Connection) -> list[Spot]:
    """The first stored value of every column, and the number of the laptop."""
    found = [Spot("meta", "value", "key = ?", ("device",), _meta(connection, "device"))]
    for table in TABLES:
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        names, key = [one[1] for one in columns], [one[1] for one in columns if one[5]]
        rows = connection.execute(f'SELECT {", ".join(map(_quoted, names))} FROM "{table}"').fetchall()
        for at, name in enumerate(names):
            row = next((row for row in rows if row[at] not in (None, b"", "")), None)
            if row is not None:
                where = " AND ".join(f'"{one}" IS ?' for one in key)
                found.append(Spot(table, name, where, tuple(row[names.index(one)] for one in key), row[at]))
    return found


def _quoted(name: str) -> str:
    return f'"{name}"'


def _meta(connection: Connection, key: str) -> Any:
    return connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]


def flipped(value: Any) -> Any:
    """The value with one bit in the middle turned."""
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, bytes):
        at = len(value) // 2
        return value[:at] + bytes([value[at] ^ 4]) + value[at + 1 :]
    at = len(value) // 2
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def broken(value: Any) -> Any:
    """Something of the same kind that nothing can be made of."""
    return 1 << 40 if isinstance(value, int) else b"\xc1" if isinstance(value, bytes) else "{["


def shown(reader: Reader) -> list[object]:
    """Everything that pages show of activities and meetings, and the questions."""
    rows = [row for kind in ("activity", "meeting") for row in reader.select(Query(kind))]
    asked = [(item.key, tuple(head.value for head in item.heads)) for item in reader.conflicts()]
    return [*sorted((row.id, repr(row.values), row.deleted) for row in rows), *asked]


def test_inv_20_no_damaged_value_stops_a_check_or_the_page_it_stands_on(busy: Member) -> None:
    whole = len(busy.reader.select(Query("activity")))
    for spot in spots(busy.reader.connection):
        damaged = broken(spot.value)
        busy.store.post(lambda one, s=spot, d=damaged: s.put(one, d)).result()
        # As at the next start: nothing is remembered.
        reader = busy.store.reader()
        try:
            verify(reader, clock=busy.house.clock)
            assert len(shown(reader)) > 0 or spot.table in ("source", "workspace_state"), spot.name
            if spot.table in ("head", "document"):
                assert len(reader.select(Query("activity"))) >= whole - 1, spot.name
        finally:
            reader.close()
        key = tuple(damaged if one == spot.value else one for one in spot.key)
        back = replace(spot, key=key if f'"{spot.column}"' in spot.where else spot.key)
        busy.store.post(lambda one, s=back: s.put(one, s.value)).result()
    assert verify(busy.reader, clock=busy.house.clock) == []


class Repairing:
    """Copies of one laptop, each with another value damaged."""

    def __init__(self, team: Team, laptop: Member) -> None:
        self._team, self._folder = team, laptop.folder
        self._token = laptop.line.parts[1]
        self._copy = team.folder / "copy"
        self._profile = replace(laptop.profile, paths=profile_paths(self._copy))
        laptop.store.remember(
            {"server": "http://127.0.0.1:1", "token": self._token, "access_epoch": laptop.access_epoch}
        )
        self._laptop = laptop

    def open(self) -> None:
        copy = self._laptop = object.__new__(Member)
        copy.house, copy.folder = self._team.house, self._copy
        copy.profile = self._profile
        copy.store = Store.open(copy.profile, KINDS, self._team.house.clock)
        copy.reader = copy.store.reader()

    def connect(self, _address: str, token: str | None) -> WatchedLine:
        line = WatchedLine(self._team)
        line.take(token)
        return line

    def run(self, spot: Spot, before: list[object]) -> str:
        """What is wrong with how it came out; nothing where all is well."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._folder, self._copy)
        self.open()
        copy, clock = self._laptop, self._team.house.clock
        try:
            try:
                copy.store.post(lambda one: spot.put(one, flipped(spot.value))).result()
            except sqlite.IntegrityError:
                return ""
            copy.close()
            self.open()
            copy = self._laptop
            found = verify(copy.reader, clock=clock)
            if not found and spot.name not in UNSEEN | TOLD_BY_SERVER:
                return "not found"
            if mend_numbers(copy.store):
                copy.close()
                self.open()
                copy = self._laptop
            repair_here(copy.store, copy.reader, clock=clock, connect=self.connect)
            sync_once(copy.store, clock=clock, connect=self.connect)
            if shown(copy.reader) != before and not verify(copy.reader, clock=clock):
                return "other data, and nothing says so"
            waits = sum(state.unsent for state in copy.reader.workspaces())
            return f"{waits} changes wait for ever" if waits else ""
        finally:
            copy.close()


def test_inv_20_any_damaged_value_is_found_and_comes_right(team: Team, busy: Member) -> None:
    busy.add("activity", {"title": "Typed last", "tags": ["x"]})
    before, every = shown(busy.reader), spots(busy.reader.connection)
    repairing = Repairing(team, busy)
    busy.close()
    team.members.remove(busy)
    failed = {spot.name: said for spot in every if (said := repairing.run(spot, before))}
    assert failed == {}
    assert len(every) > 50


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE activity SET _dev = 77 WHERE title = 'Left alone'",
        "UPDATE activity SET _author = 77 WHERE title = 'Left alone'",
        "UPDATE activity SET tags = '[\"a\", ' WHERE title = 'Left alone'",
    ],
)
def test_inv_20_a_damaged_row_hides_no_other(busy: Member, sql: str) -> None:
    busy.store.post(lambda connection: connection.execute(sql)).result()
    titles = {row["title"] for row in busy.reader.select(Query("activity"))}
    assert titles >= {"Employer survey"}
    codes = {flaw.code for flaw in verify(busy.reader, clock=busy.house.clock)}
    assert "record_unreadable" in codes
