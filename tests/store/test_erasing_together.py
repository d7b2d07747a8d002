"""Records are erased while several laptops work, by any way: all end alike, and nobody keeps a word."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from helpers.couriers import carry, hand_to_server, save, server_bundle, settle, sync, take
from helpers.snapshotting import let_small_logs_count
from helpers.team import Member, Team

from desktop.store.outbox import refused_changes
from desktop.store.rows import Query
from desktop.store.verify import verify
from sync.changes import DELETED
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.chunks import open_piece
from sync.merge.holes import ERASED
from sync.replica.erasing import unfinished
from sync.server.compaction import Compactor
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.snapshots import Snapshots
from sync.server.storage.schema import metadata

SECRET = "Quinoa"


def purge(team: Team, kind: str, record: bytes) -> None:
    house = team.house
    store = FolderStore(house.settings.files_folder)
    erasing = Erasing(house.storage, store, clock=house.clock, begun=house.settings.begun_folder)
    erasing.purge(kind, record, who="Maria Torres", reason="asked for")


def said_by(member: Member) -> bytes:
    """Everything that stands in a laptop's tables, what is packed opened."""
    tables = [
        str(row[0])
        for row in member.reader.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    places = {state.index: state.id for state in member.reader.workspaces()}
    found = []
    for table in tables:
        rows = member.reader.connection.execute(f'SELECT * FROM "{table}"').fetchall()
        found += [repr(row).encode() for row in rows]
    for ws, frame in member.reader.connection.execute("SELECT ws, frame FROM log").fetchall():
        found.append(repr(changes_of(open_frame(bytes(frame), places[ws]))).encode())
    for ws, data in member.reader.connection.execute("SELECT ws, data FROM base_piece").fetchall():
        found.append(repr(open_piece(bytes(data), places[ws])).encode())
    return b"".join(found)


def said_by_server(team: Team) -> bytes:
    found = []
    with team.house.storage.reading() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(table.select()).mappings():
                found.append(repr(dict(row)).encode())
                frames = [bytes(row[name]) for name in ("frame", "change") if name in row]
                blocks = [open_frame(frame, team.workspace.id) for frame in frames]
                found += [repr(changes_of(block)).encode() for block in blocks]
    return b"".join(found)


def assert_quiet(team: Team) -> None:
    """Everybody has the same, in order, and nobody has a word of it."""
    settle(team)
    assert SECRET.encode() not in said_by_server(team)
    assert len({member.digest() for member in team.members}) == 1
    for member in team.members:
        member.store.erase_left()
        assert member.store.with_connection(unfinished) == []
        assert SECRET.encode() not in said_by(member)
        assert verify(member.reader, clock=team.house.clock) == []


# Bundles


def test_a_strand_that_speaks_of_it_is_handed_on_and_not_shown(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    record = lina.add("meeting", {"title": f"{SECRET} board"})
    settle(team)
    lina.set("meeting", record, {"place": f"{SECRET} street"})
    fine = lina.add("meeting", {"title": "Fine"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    take(omar, tmp_path / "a.daftar-bundle")
    assert omar.row("meeting", record)["place"] == f"{SECRET} street"
    purge(team, "meeting", record)
    sara.sync()
    take(sara, tmp_path / "a.daftar-bundle")
    # Nobody has told Omar yet; what he hands in for Lina is refused, and the rest of it taken.
    sync(omar)
    assert omar.reader.rows("meeting", [record]) == []
    assert omar.row("meeting", fine)["title"] == "Fine"
    assert_quiet(team)
    assert [one.code for one in refused_changes(lina.reader)] == [ERASED]


def test_an_old_bundle_does_not_bring_it_back(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, _ = trio
    record = lina.add("meeting", {"title": f"{SECRET} board"})
    save(lina, "Omar", target=tmp_path / "old.daftar-bundle")
    save(lina, "server", target=tmp_path / "up.daftar-bundle")
    settle(team)
    purge(team, "meeting", record)
    settle(team)
    take(omar, tmp_path / "old.daftar-bundle")
    hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert omar.reader.select(Query("meeting")) == []
    assert_quiet(team)


def test_a_creation_that_comes_by_bundle_after_it_was_erased_is_not_shown(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    """Omar was told by the server, and then gets what Lina had written of it without a connection."""
    lina, omar, _ = trio
    record = lina.add("meeting", {"title": f"{SECRET} board"})
    settle(team)
    lina.set("meeting", record, {"title": f"{SECRET} changed"})
    late = lina.add("comment", {"text": f"{SECRET} late", "about": record, "about_kind": "meeting"})
    save(lina, "Omar", target=tmp_path / "late.daftar-bundle")
    purge(team, "meeting", record)
    omar.sync()
    assert omar.reader.rows("meeting", [record]) == []
    take(omar, tmp_path / "late.daftar-bundle")
    assert omar.reader.rows("meeting", [record]) == []
    assert carry(omar) > 0
    omar.sync()
    assert omar.reader.rows("comment", [late]) == []
    assert_quiet(team)


def test_a_laptop_without_a_connection_is_told_by_the_servers_bundle(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, _ = trio
    record = lina.add("meeting", {"title": f"{SECRET} board"})
    settle(team)
    purge(team, "meeting", record)
    server_bundle(team, omar, tmp_path / "down.daftar-bundle")
    take(omar, tmp_path / "down.daftar-bundle")
    assert SECRET.encode() not in said_by(omar)
    assert verify(omar.reader, clock=team.house.clock) == []
    assert_quiet(team)


# Copies


def test_a_copy_of_a_disk_does_not_bring_it_back(team: Team, tmp_path: Path) -> None:
    """Two copies of one laptop hand in what neither had sent; one of them after it was erased."""
    import shutil

    lina = team.join("Lina")
    record = lina.add("meeting", {"title": f"{SECRET} board"})
    lina.sync()
    lina.set("meeting", record, {"place": f"{SECRET} street"})
    lina.add("meeting", {"title": "Fine"})
    lina.close()
    shutil.copytree(lina.folder, tmp_path / "copy")
    lina.reopen()
    twin = lina.twin(tmp_path / "copy")
    team.members.append(twin)
    lina.sync()
    purge(team, "meeting", record)
    twin.add("meeting", {"title": "By the copy"})
    twin.set("meeting", record, {"title": f"{SECRET} by the copy"})
    twin.sync()
    assert_quiet(team)
    titles = sorted(str(row["title"]) for row in lina.reader.select(Query("meeting")))
    assert titles == ["By the copy", "Fine"]


# Anything


@pytest.fixture
def often_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    let_small_logs_count(monkeypatch, piece=1_000)


class Work:
    """What people and the administrator may do next, in any order."""

    def __init__(self, team: Team, chance: random.Random) -> None:
        self.team, self.chance = team, chance
        self.secret: list[bytes] = []
        self.public: list[bytes] = []
        self.erased: set[bytes] = set()

    def step(self) -> None:
        member = self.chance.choice(self.team.members)
        act = self.chance.choice(
            ["add", "secret", "edit", "edit", "edit", "text", "comment", "delete", "sync", "sync", "lost",
             "purge", "compact", "snapshot", "join"]
        )  # fmt: skip
        getattr(self, f"_{act}")(member)

    def _known(self, member: Member, records: list[bytes]) -> bytes | None:
        rows = [row.id for row in member.reader.rows("meeting", records)]
        return self.chance.choice(rows) if rows else None

    def _add(self, member: Member) -> None:
        self.public.append(member.add("meeting", {"title": f"Public {self.chance.random()}"}))

    def _secret(self, member: Member) -> None:
        self.secret.append(member.add("meeting", {"title": f"{SECRET} {self.chance.random()}"}))

    def _edit(self, member: Member) -> None:
        for records, word in ((self.secret, SECRET), (self.public, "Public")):
            record = self._known(member, records)
            if record is not None and self.chance.random() < 0.7:
                key = self.chance.choice(["title", "place"])
                member.set("meeting", record, {key: f"{word} {self.chance.randrange(4)}"})

    def _text(self, member: Member) -> None:
        record = self._known(member, self.secret)
        if record is not None:
            member.set_text("meeting", record, "notes", f"{SECRET} noted {self.chance.random()}")

    def _comment(self, member: Member) -> None:
        record = self._known(member, self.secret)
        if record is not None:
            member.add("comment", {"text": f"{SECRET}!", "about": record, "about_kind": "meeting"})

    def _delete(self, member: Member) -> None:
        record = self._known(member, self.chance.choice([self.secret, self.public]))
        if record is not None:
            member.set("meeting", record, {DELETED: True})

    def _sync(self, member: Member) -> None:
        member.sync()

    def _lost(self, member: Member) -> None:
        def lost(_body: bytes) -> Any:
            raise DaftarError("connection_cut")

        member.line.mishaps.append(lost)
        member.sync()

    def _purge(self, _member: Member) -> None:
        left = [record for record in self.secret if record not in self.erased]
        if left:
            self.erase(self.chance.choice(left))

    def erase(self, record: bytes) -> None:
        try:
            purge(self.team, "meeting", record)
        except DaftarError as error:
            if error.code != "record_unknown":
                raise
            # It has not been sent yet.
        else:
            self.erased.add(record)

    def _compact(self, _member: Member) -> None:
        self._snapshot(_member)
        made = Snapshots(self.team.house.storage, clock=self.team.house.clock)
        Compactor(self.team.house.storage, made, clock=self.team.house.clock).compact(
            self.team.workspace.id, keep_days=-1, keep_bytes=self.chance.choice([0, 500, 2000])
        )

    def _snapshot(self, _member: Member) -> None:
        Snapshots(self.team.house.storage, clock=self.team.house.clock).make(self.team.workspace.id)

    def _join(self, _member: Member) -> None:
        if len(self.team.members) < 4:
            self.team.join(f"Person {len(self.team.members)}")


@pytest.mark.usefixtures("often_snapshots")
@pytest.mark.parametrize("seed", range(8))
def test_inv_01_everybody_ends_alike_whatever_was_erased_meanwhile(team: Team, seed: int) -> None:
    for name in ("Lina", "Omar"):
        team.join(name)
    work = Work(team, random.Random(seed))
    for _ in range(40):
        work.step()
    settle(team)
    for record in work.secret:
        if record not in work.erased:
            work.erase(record)
    assert work.erased == set(work.secret)
    assert_quiet(team)
    kept = {row.id for row in team.members[0].reader.select(Query("meeting"))}
    kept |= {row.id for row in team.members[0].reader.select(Query("meeting", deleted=True))}
    assert kept == set(work.public)
