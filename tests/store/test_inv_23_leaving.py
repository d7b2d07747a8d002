"""Losing access in the middle of a sync, with unsent work: it is handed in, and then nothing is left here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from helpers.crashing import power_cut
from helpers.house import House
from helpers.traces import exported, frames_of, raw
from helpers.traveller import Traveller

from desktop.store import purge
from desktop.store.attachments import Vault
from desktop.store.drafts import Draft, Place, save_draft
from desktop.store.imported import note_import
from desktop.store.opened import place_to_open, seal_opened
from desktop.store.rotation import automatic_backups, back_up_daily
from desktop.store.rows import Query
from sync.changes import DELETED, Edit
from sync.errors import DaftarError
from sync.merge.texts import set_text
from sync.replica.leaving import leaving
from sync.server.storage.engine import sqlite_url
from sync.server.storage.people import Workspace

SECRET = "Quinoa"
ARABIC = "زعفران"
OPENED = "Nigella sativa"


class Scene:
    """Jordan and Lebanon; Amina works in both and is about to lose Jordan."""

    def __init__(self, folder: Path) -> None:
        (folder / "server").mkdir()
        self.house = House(sqlite_url(folder / "server" / "server.sqlite3"), folder / "server")
        self.jordan, self.lebanon = self.house.workspace("Jordan"), self.house.workspace("Lebanon")
        self.amina = self.house.person("Amina Hassan", self.jordan, self.lebanon)
        self.laptop = Traveller(self.house, self.amina, folder / "laptop")

    def fill(self) -> None:
        """Work in both workspaces, sent; everything of Jordan says its secret."""
        for workspace, word in ((self.jordan, f"{SECRET} {ARABIC}"), (self.lebanon, "Public")):
            for number in range(40):
                self.laptop.add(workspace, "activity", _activity(f"{word} {number}"))
            notes = set_text(None, f"{word} notes").update
            meeting = self.laptop.add(workspace, "meeting", {"title": f"{word} meeting", "notes": notes})
            self.laptop.add(workspace, "comment", {"text": f"{word} comment", "about": meeting})
        self.laptop.sync()

    def work_on(self) -> None:
        """Three changes of Jordan and one of Lebanon that are not sent, and traces of typing."""
        laptop, jordan = self.laptop, self.jordan
        first, second = laptop.reader.select(Query("activity", (jordan.id,), limit=2))
        laptop.set(jordan, "activity", first.id, {"title": f"{SECRET} changed"})
        laptop.set(jordan, "activity", second.id, {DELETED: True})
        laptop.add(jordan, "activity", _activity(f"{SECRET} unsent {ARABIC}"))
        laptop.add(self.lebanon, "activity", _activity("Public unsent"))
        draft = Draft(Place("workplan", first.id, "title"), f"{SECRET} typed", 3, 1)
        elsewhere = laptop.reader.select(Query("activity", (self.lebanon.id,), limit=1))[0]
        kept = Draft(Place("workplan", elsewhere.id, "title"), "Public typed", 3, 1)
        for one in (draft, kept):
            laptop.store.post(lambda connection, one=one: save_draft(connection, one)).result()
        laptop.store.post(
            lambda connection: note_import(connection, "f1", [("activity", first.id)], at=1)
        ).result()
        laptop.store.with_connection(
            lambda connection: back_up_daily(laptop.profile, connection, clock=self.house.clock)
        )

    def attach(self) -> list[bytes]:
        """Files of Jordan: one that is whole, one that has half arrived, one that another program shows. What
        their bytes on the disk begin and end with.
        """
        vault, jordan = Vault(self.laptop.profile), self.jordan.id
        source = self.laptop.folder.parent / "register.txt"
        source.write_bytes(f"{SECRET} register".encode() * 50)
        vault.add(source, workspace=jordan)
        source.unlink()
        with vault.arriving(jordan, hashlib.sha256(b"film").digest()) as sealing:
            sealing.write(f"{SECRET} film".encode() * 50)
        shown = place_to_open(self.laptop.profile.paths, jordan, f"{SECRET} list.txt")
        shown.write_bytes(f"{SECRET} {OPENED}".encode())
        seal_opened(shown)
        paths = self.laptop.profile.paths
        sealed = [path.read_bytes() for path in paths.files.rglob("*") if path.is_file()]
        assert len(sealed) == 2
        return [OPENED.encode(), *(part for data in sealed for part in (data[:24], data[-24:]))]

    def lose(self) -> None:
        self.house.accounts.revoke_access(self.amina, self.jordan)


def _activity(title: str) -> dict[str, object]:
    return {"title": title, "description": title}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    made.fill()
    yield made
    made.laptop.close()
    made.house.close()


def needles(laptop: Traveller, workspace: Workspace) -> list[bytes]:
    """What must not be found afterwards: words, and pieces of the frames, which are compressed or packed."""
    (index,) = [state.index for state in laptop.reader.workspaces() if state.id == workspace.id]
    connection = laptop.reader.connection
    blobs = connection.execute("SELECT frame FROM log WHERE ws = ?", (index,)).fetchall()
    # A frame begins with a hash of itself; what is in the middle of a short one may stand in another too.
    pieces = [bytes(blob)[:21] for (blob,) in blobs] + [
        bytes(blob)[-24:] for (blob,) in blobs if len(blob) > 600
    ]
    assert len(pieces) > 40
    words = [word.encode() for word in (SECRET, SECRET.lower(), ARABIC, "زعفر")]
    return words + pieces


def lying(laptop: Traveller) -> bytes:
    """Every byte of every file of the laptop, as it lies there, and the files' names."""
    paths = [path for path in laptop.folder.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() + str(path).encode() for path in paths)


def assert_nothing_left(scene: Scene, folder: Path, gone: Sequence[bytes]) -> None:
    laptop = scene.laptop
    found = raw(laptop, folder) + lying(laptop) + exported(laptop, folder) + frames_of(laptop)
    assert b"Public 7" in found
    assert [needle for needle in gone if needle in found] == []
    assert laptop.names() == ["Lebanon"]
    assert laptop.reader.count(Query("activity")) == 41
    assert laptop.reader.search(SECRET) == laptop.reader.search(ARABIC) == []
    assert len(laptop.reader.search("Public")) > 0
    assert automatic_backups(laptop.profile.paths) == []
    files = [path for path in laptop.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} <= {
        "daftar.db", "daftar.db-wal", "daftar.db-shm", "keys.json", "daftar.lock",
    }  # fmt: skip


def test_inv_23_unsent_work_is_quarantined_and_no_byte_stays(scene: Scene, tmp_path: Path) -> None:
    scene.work_on()
    files = scene.attach()
    gone, before = needles(scene.laptop, scene.jordan), raw(scene.laptop, tmp_path)
    assert [needle for needle in files if needle not in lying(scene.laptop)] == []
    missed = [needle for needle in gone if needle not in before]
    assert len(missed) < len(gone) // 10, "the search would not see what is there"
    gone += files
    scene.lose()
    scene.laptop.sync()
    held = scene.house.service.quarantine.held(scene.jordan.id)
    assert [one.code for one in held] == ["access_lost"] * 3
    assert {one.person for one in held} == {"Amina Hassan"}
    assert f"{SECRET} changed" in {one.change.writes.get("title") for one in held}
    assert_nothing_left(scene, tmp_path, gone)
    assert scene.laptop.told() == [("workspace_left", {"workspace": "Jordan", "count": 3})]
    assert scene.laptop.reader.connection.execute("SELECT count(*) FROM imported").fetchone() == (0,)
    drafts = scene.laptop.reader.connection.execute("SELECT text FROM drafts").fetchall()
    assert drafts == [("Public typed",)]


def test_inv_23_the_server_knows_which_laptop_has_erased_what(scene: Scene) -> None:
    person, jordan = scene.amina, scene.jordan
    assert set(scene.house.accounts.purges(person, jordan).values()) == {None}
    scene.lose()
    assert set(scene.house.accounts.purges(person, jordan).values()) == {None}
    scene.laptop.sync()
    assert set(scene.house.accounts.purges(person, jordan).values()) == {scene.house.clock.now_ms()}
    assert scene.laptop.store.with_connection(leaving) == []


@pytest.mark.parametrize("lost", range(1, 5))
def test_inv_23_lost_answers_change_nothing(scene: Scene, tmp_path: Path, lost: int) -> None:
    """The server does its work, and the answer number `lost` never comes."""
    scene.work_on()
    gone = needles(scene.laptop, scene.jordan)
    scene.lose()
    seen: list[str] = []

    def lose(path: str) -> bool:
        seen.append(path)
        return len(seen) == lost

    scene.laptop.lose = lose
    scene.laptop.sync()
    scene.laptop.lose = None
    scene.laptop.sync()
    assert len(scene.house.service.quarantine.held(scene.jordan.id)) == 3
    assert scene.laptop.told() == [("workspace_left", {"workspace": "Jordan", "count": 3})]
    assert scene.laptop.store.with_connection(leaving) == []
    assert_nothing_left(scene, tmp_path, gone)


@pytest.mark.parametrize("after", range(12))
def test_inv_23_a_purge_goes_on_after_a_crash(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The program is killed before the purge's step number `after`, and started again."""
    scene.work_on()
    gone = needles(scene.laptop, scene.jordan)
    scene.lose()
    with power_cut(monkeypatch, purge.Purge, ("run", "alone", "renew"), after=after):
        scene.laptop.sync()
    scene.laptop.reopen()
    if scene.laptop.store.with_connection(leaving):
        scene.laptop.sync()
    assert scene.laptop.store.with_connection(leaving) == []
    assert_nothing_left(scene, tmp_path, gone)
    assert scene.laptop.told() == [("workspace_left", {"workspace": "Jordan", "count": 3})]


def test_inv_23_the_other_workspace_goes_on(scene: Scene) -> None:
    scene.work_on()
    scene.lose()
    scene.laptop.sync()
    with pytest.raises(DaftarError, match="workspace_missing"):
        scene.laptop.write(
            Edit(scene.jordan.id, "activity", scene.laptop.store.new_id(), {"title": "x"}, create=True)
        )
    scene.laptop.add(scene.lebanon, "activity", {"title": "After"})
    scene.laptop.sync()
    fresh = Traveller(scene.house, scene.amina, scene.laptop.folder.with_name("fresh"))
    fresh.sync()
    assert fresh.digest(scene.lebanon) == scene.laptop.digest(scene.lebanon)
    titles = [row["title"] for row in fresh.reader.select(Query("activity", (scene.lebanon.id,)))]
    assert {"After", "Public unsent"} <= set(titles)
    assert scene.laptop.names() == fresh.names() == ["Lebanon"]
    fresh.close()


def test_inv_23_access_lost_between_two_requests_of_one_sync(scene: Scene, tmp_path: Path) -> None:
    """The first frames were accepted; what comes behind the revocation is handed in."""
    laptop, jordan = scene.laptop, scene.jordan
    gone = needles(laptop, jordan)
    laptop.add(jordan, "activity", _activity(f"{SECRET} before"))
    laptop.add(scene.lebanon, "activity", _activity("Public before"))

    def revoke(path: str) -> None:
        laptop.before = None
        laptop.add(jordan, "activity", _activity(f"{SECRET} meanwhile"))
        scene.lose()

    laptop.before = revoke
    laptop.sync()
    titles = [one.change.writes["title"] for one in scene.house.service.quarantine.held(jordan.id)]
    assert titles == [f"{SECRET} before", f"{SECRET} meanwhile"]
    assert_nothing_left(scene, tmp_path, gone)


def test_inv_23_a_full_disk_keeps_the_notebook_usable(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.work_on()
    scene.lose()

    def full(_connection: object) -> None:
        raise DaftarError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(purge, "rewrite", full)
        with pytest.raises(DaftarError, match="disk_full"):
            scene.laptop.sync()
        scene.laptop.reopen()
    assert scene.laptop.names() == ["Lebanon"]
    scene.laptop.sync()
    assert scene.laptop.told() == [("workspace_left", {"workspace": "Jordan", "count": 3})]


def test_every_table_is_known_to_the_purge(scene: Scene) -> None:
    """A new table names what it belongs to by `_ws`, `ws` or `record`, or has an eraser in `purge`."""
    shape = scene.laptop.store.with_connection(purge.shape_of)
    tables = {
        row[0]
        for row in scene.laptop.reader.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    }
    swept = {*shape.records, *shape.workspaces, *shape.parts}
    erased_apart = {"undo", "job", "imported", "drafts", "workspace_state", "search"}
    hold_no_words = {"meta", "source", "raw_id", "device", "author", "leaving", "notice"}
    hold_no_words |= {"parcel", "parcel_try"}  # sealed for the server: this laptop cannot read them
    shadows = {name for name in tables if name.startswith("search_")}
    assert tables - swept - erased_apart - hold_no_words - shadows == set()
