"""Finding what is known of a person, and the steps of the administrator's guide that erase it everywhere."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from contract.server.test_replicas import wait_for
from helpers import replicas
from helpers.house import House
from helpers.newcomers import Newcomer

from sync.blobs import Span
from sync.bundles.cards import Card
from sync.bundles.keys import SecretKeys
from sync.changes import DELETED
from sync.errors import DaftarError
from sync.merge.texts import set_text
from sync.records.ids import id_text
from sync.server.blobs import Blobs
from sync.server.cards import Cards
from sync.server.cli import run_line
from sync.server.compaction import Compactor
from sync.server.files import BlobStore
from sync.server.files.folder import FolderStore
from sync.server.finding import Needle, Search, Where, find
from sync.server.inside import FORMAT
from sync.server.searching import ABSENT
from sync.server.snapshots import Snapshots
from sync.server.storage import Storage, cards
from sync.server.storage.engine import sqlite_url

NAME = "Amal Saleh"
Run = Callable[..., Any]


class Scene:
    """Records that say a name now, once, in a note, in a set, in what was refused, and not at all."""

    def __init__(self, house: House) -> None:
        self.house, self.place = house, house.workspace("Jordan")
        self.lina = house.laptop(house.person("Lina Haddad", self.place))
        lina, place = self.lina, self.place
        self.now = lina.create(place.id, "meeting", {"title": f"Visit to {NAME}"})
        self.once = lina.create(place.id, "activity", {"title": f"Coaching of {NAME.upper()}"})
        self.clean = lina.create(place.id, "activity", {"title": "Wells"})
        first = set_text(None, "Opened.")
        self.note = lina.create(place.id, "meeting", {"title": "Board", "notes": first.update})
        self.tagged = lina.create(place.id, "activity", {"title": "Tagged", "tags": [NAME.lower()]})
        self.refused = lina.create(place.id, "meeting", {"title": NAME, "start": "no day"})
        made = (self.now, self.once, self.clean, self.note, self.tagged, self.refused)
        house.push(lina, place, *made)
        said = set_text(first.update, f"Opened. {NAME} spoke.")
        unsaid = set_text(None, "Opened.")
        house.push(
            lina,
            place,
            lina.edit(self.once, {"title": "Coaching"}, {}),
            lina.edit(self.note, {"notes": said.update}, {}),
            lina.edit(self.note, {"notes": unsaid.update}, {}),
        )

    def search(self, text: str = NAME) -> Search:
        return find(self.house.storage, self.place, Needle(text))

    def told(self, text: str = NAME) -> dict[bytes, tuple[set[Where], set[str]]]:
        return {one.record: (one.where, one.fields) for one in self.search(text).found}


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


@pytest.fixture
def run(ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line with `--json` on the house's database and return its document."""

    def run(*words: str, database: str = ready_url, code: int = 0) -> Any:
        capsys.readouterr()
        assert run_line(["--data", str(tmp_path), "--database", database, *words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def test_what_says_it_now_or_once_said_it_is_found_by_record_and_field(scene: Scene) -> None:
    told = scene.told()
    both = {Where.NOW, Where.HISTORY}
    assert told[scene.now.record] == (both, {"title"})
    assert told[scene.once.record] == ({Where.HISTORY}, {"title"})
    assert told[scene.tagged.record] == (both, {"tags"})
    assert told[scene.refused.record] == ({Where.QUARANTINE}, {"title"})
    assert Where.HISTORY in told[scene.note.record][0]
    assert told[scene.note.record][1] == {"notes"}
    assert scene.clean.record not in told
    assert scene.search().unread == 0


@pytest.mark.parametrize("text", ["amal saleh", "  AMAL   saleh ", "Ａmal Saleh", "al sal"])
def test_case_width_and_white_space_do_not_matter(scene: Scene, text: str) -> None:
    assert scene.told(text).keys() >= {scene.now.record, scene.once.record, scene.note.record}


def test_too_short_a_text_is_refused(scene: Scene) -> None:
    with pytest.raises(DaftarError, match="text_short"):
        scene.told(" a ")
    assert scene.told("nobody of that name") == {}


def test_what_lies_behind_the_horizon_and_what_was_removed_is_found_too(scene: Scene) -> None:
    scene.house.push(scene.lina, scene.place, scene.lina.edit(scene.now, {DELETED: True}, {}))
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    Compactor(scene.house.storage, made, clock=scene.house.clock).compact(scene.place.id, keep_days=-1)
    assert scene.told().keys() >= {scene.now.record, scene.once.record, scene.note.record}


def attach(scene: Scene, store: BlobStore, name: str, content: bytes, *, named: bool = True) -> bytes:
    """A file that the server holds, and the id of its attachment."""
    house, place, lina = scene.house, scene.place, scene.lina
    fingerprint = hashlib.sha256(content).digest()
    values = {"title": "File", "about": scene.clean.record, "file_name": name}
    made = lina.create(place.id, "attachment", values | {"sha256": fingerprint.hex(), "size": len(content)})
    house.push(lina, place, made)
    span = Span(0, len(content), len(content))
    Blobs(house.storage, store, clock=house.clock, settings=house.settings).take(
        house.caller(lina), place.id, fingerprint, span, content
    )
    if not named:
        house.push(lina, place, lina.edit(made, {"sha256": bytes(32).hex()}, {"sha256": (made.id,)}))
    return made.record


def test_attached_files_are_looked_into_and_closed_ones_are_listed(scene: Scene, store: BlobStore) -> None:
    note = attach(scene, store, "note.txt", f"met {NAME}".encode())
    clean = attach(scene, store, "clean.csv", b"a;b;c")
    scan = attach(scene, store, "scan.pdf", b"%PDF-1.7 " + NAME.encode())
    attach(scene, store, "former.md", f"# {NAME}".encode(), named=False)
    search = find(scene.house.storage, scene.place, Needle(NAME), store=store)
    told = {one.record: (one.where, one.fields) for one in search.found}
    assert told[note] == ({Where.FILE}, {"content"})
    assert clean not in told
    assert [(one.names, one.records, one.why) for one in search.closed] == [(("scan.pdf",), (scan,), FORMAT)]
    assert [(one.names, one.records) for one in search.loose] == [((), ())]
    store.remove(scene.place.id, hashlib.sha256(b"a;b;c").digest())
    again = find(scene.house.storage, scene.place, Needle(NAME), store=store)
    assert {one.why for one in again.closed} == {FORMAT, ABSENT}
    assert find(scene.house.storage, scene.place, Needle(NAME)).closed == ()


def test_the_command_names_files_that_could_not_be_looked_into(
    scene: Scene, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Run
) -> None:
    store = FolderStore(scene.house.settings.files_folder)
    note = attach(scene, store, "note.txt", f"met {NAME}".encode())
    attach(scene, store, "scan.pdf", b"%PDF-1.7")
    document = run("find", NAME)
    assert {"kind": "attachment", "id": id_text(note)}.items() <= next(
        one for one in document["found"] if one["where"] == ["file"]
    ).items()
    assert [(one["names"], one["why"]) for one in document["files"]] == [(["scan.pdf"], FORMAT)]
    assert run("find", NAME, "--without-files")["files"] == []
    assert run_line(["--data", str(tmp_path), "--database", ready_url, "find", NAME]) == 0
    said = capsys.readouterr()
    assert "scan.pdf" in said.err
    assert "file: content" in said.out
    assert NAME not in said.out


def test_names_of_accounts_and_laptops_are_told_beside(scene: Scene, run: Run) -> None:
    person = scene.house.person(NAME, scene.place)
    scene.house.laptop(person, name=f"{NAME}'s laptop")
    told = run("find", NAME)
    assert told["accounts"]["persons"] == [id_text(person.id)]
    assert len(told["accounts"]["laptops"]) == 1
    assert NAME not in json.dumps(told)
    assert [one["kind"] for one in told["found"]].count("person") == 1


# The steps of the administrator's guide


def erase_all(run: Run, text: str, **more: Any) -> int:
    """Steps 1 to 3: find, erase each, find again."""
    found = run("find", text, **more)["found"]
    for one in found:
        run(
            "purge", one["kind"], one["id"], "--reason", "asked for on 3 June", "--by", "Maria Torres", **more
        )
    assert run("find", text, **more)["found"] == []
    return len(found)


def test_the_steps_of_the_guide_leave_nothing_of_a_person(scene: Scene, run: Run, tmp_path: Path) -> None:
    assert erase_all(run, NAME) == 5
    reader = scene.house.read(scene.place)
    assert scene.clean.record in reader.states
    Snapshots(scene.house.storage, clock=scene.house.clock).make(scene.place.id)
    newcomer = Newcomer(scene.house, scene.place)
    newcomer.fill()
    newcomer.follow()
    assert scene.now.record not in newcomer.reader.states


def test_a_colleague_who_left_is_forgotten_with_the_record_of_the_account(scene: Scene, run: Run) -> None:
    house, place = scene.house, scene.place
    person = house.person(NAME, place)
    laptop = house.laptop(person)
    written = laptop.create(place.id, "activity", {"title": "Written by her"})
    house.push(laptop, place, written)
    keys = SecretKeys(b"k" * 32).public
    Cards(house.storage, clock=house.clock).register(
        house.caller(laptop), device=laptop.device, public=keys.pack()
    )
    (mine,) = [one for one in run("find", NAME)["found"] if one["kind"] == "person"]
    why = ("--reason", "asked for", "--by", "Maria Torres")
    assert run("purge", "person", mine["id"], *why, code=1)["error"]["code"] == "not_erasable"
    run("person", "leave", id_text(person.id))
    run("purge", "person", mine["id"], *why)
    run("person", "rename", id_text(person.id), "Former colleague 7")
    assert [one["kind"] for one in run("find", NAME)["found"] if one["kind"] == "person"] == []
    assert run("find", NAME)["accounts"]["persons"] == []
    with house.storage.reading() as connection:
        packed = cards.find_card(connection, laptop.device)
    assert packed is not None
    card = Card.read(packed)
    assert (card.person, card.laptop, card.keys) == ("Former colleague 7", "laptop", keys)
    reader = house.read(place)
    assert reader.states[written.record].created_by == person.id
    names = [one.values["name"] for one in reader.states.values() if one.kind == "person"]
    assert "Former colleague 7" in names
    run("grant", id_text(person.id), "Jordan", "reader")
    house.read(place)


@pytest.mark.parametrize("ready_url", [""])
def test_a_backup_from_before_is_deleted_or_erased_again_after_it_was_restored(
    run: Run, tmp_path: Path
) -> None:
    here = sqlite_url(tmp_path / "server.sqlite3")
    house = House(here, tmp_path)
    scene = Scene(house)
    old, new, listed = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3", tmp_path / "erased.json"
    run("backup", str(old), database=here)
    assert NAME.encode() in old.read_bytes()
    assert erase_all(run, NAME, database=here) == 5
    listed.write_text(json.dumps(run("purge", "--list", database=here)), encoding="utf-8")
    run("backup", str(new), database=here)
    assert NAME.encode() not in new.read_bytes()
    assert NAME.encode() not in listed.read_bytes()
    house.close()
    # The older backup is put back, and the list used before laptops connect.
    restored = sqlite_url(old)
    run("migrate", database=restored)
    assert len(run("find", NAME, database=restored)["found"]) == 5
    run("purge", "--again", str(listed), database=restored)
    assert run("find", NAME, database=restored)["found"] == []
    with closing(Storage.open(restored)) as storage:
        assert find(storage, scene.place, Needle("Wells")).found
    assert NAME.encode() not in old.read_bytes()


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("ready_url", [""])
def test_a_new_base_copy_lets_older_copies_and_their_archive_be_deleted(run: Run, tmp_path: Path) -> None:
    """The steps for PostgreSQL: erase, copy anew, then delete what is older than that copy."""
    with replicas.place() as folder:
        archive = folder / replicas.ARCHIVE
        with replicas.primary(folder) as primary:
            house = House(primary.address, tmp_path)
            scene = Scene(house)
            primary.copied_to(folder / "older", standby=False)
            assert erase_all(run, NAME, database=primary.address) == 5
            copy = primary.copied_to(folder / "newer", standby=False)
            house.push(scene.lina, scene.place, scene.lina.edit(scene.clean, {"title": "Wells again"}, {}))
            wanted = primary.ask("SELECT pg_walfile_name(pg_switch_wal())")
            house.close()
            wait_for(primary, f"SELECT last_archived_wal >= '{wanted}' FROM pg_stat_archiver")
        assert NAME.encode() in bytes_in(archive)
        (label,) = (folder / "newer").rglob("backup_label")
        (first,) = re.findall(r"START WAL LOCATION: .*file ([0-9A-F]{24})", label.read_text())
        for segment in archive.iterdir():
            if segment.name < first:
                segment.unlink()
        shutil.rmtree(folder / "older")
        assert NAME.encode() not in bytes_in(archive) + bytes_in(folder / "newer")
        copy.restore_until("", archive=archive)
        with copy.running():
            wait_for(copy, "SELECT NOT pg_is_in_recovery()")
            assert run("find", NAME, database=copy.address)["found"] == []
            assert len(run("find", "Wells again", database=copy.address)["found"]) == 1
