"""A record that says a secret everywhere, laptops that know of it, and what must be left of it: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.newcomers import Newcomer
from helpers.traces import exported, frames_of, pieces_of, raw
from helpers.traveller import Traveller

from desktop.store.attached import Duty, Policy, put_duty
from desktop.store.attachments import Vault
from desktop.store.drafts import Draft, Place, save_draft
from desktop.store.outbox import refused_changes
from desktop.store.rotation import automatic_backups, back_up_daily
from desktop.store.verify import verify
from sync.errors import DaftarError
from sync.merge.texts import set_text
from sync.replica.erasing import unfinished
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.storage.engine import sqlite_url

SECRET = "Quinoa"
WHY = {"who": "Maria Torres", "reason": "asked for by the person"}


class Scene:
    """Amina and Omar know of a meeting that says a secret everywhere, and of others that do not."""

    def __init__(self, folder: Path) -> None:
        (folder / "server").mkdir()
        self.folder = folder
        self.house = House(sqlite_url(folder / "server" / "server.sqlite3"), folder / "server")
        self.jordan = self.house.workspace("Jordan")
        self.amina, self.omar = (
            Traveller(self.house, self.house.person(name, self.jordan), folder / name)
            for name in ("Amina", "Omar")
        )

    def fill(self) -> None:
        amina, jordan = self.amina, self.jordan
        for number in range(20):
            amina.add(jordan, "meeting", {"title": f"Public {number}", "notes": _text("Public notes")})
        self.other = amina.add(jordan, "meeting", {"title": "Other"})
        self.meeting = amina.add(
            jordan, "meeting", {"title": f"{SECRET} meeting", "notes": _text(f"{SECRET} notes")}
        )
        self.comment = amina.add(
            jordan, "comment", {"text": f"{SECRET} comment", "about": self.meeting, "about_kind": "meeting"}
        )
        source = self.folder / "minutes.txt"
        source.write_text(f"{SECRET} minutes")
        stored = Vault(amina.profile).add(source, workspace=jordan.id)
        source.unlink()
        self.file = stored.fingerprint
        self.minutes = amina.add(
            jordan,
            "attachment",
            {
                "title": f"{SECRET} file",
                "about": self.meeting,
                "sha256": self.file.hex(),
                "size": stored.size,
            },
        )
        duty = Duty(Policy.NOW, sent=True)
        amina.store.post(lambda connection: put_duty(connection, jordan.id, self.file, duty)).result()
        amina.sync()
        self.omar.sync()
        self.omar.set(jordan, "meeting", self.meeting, {"title": f"{SECRET} renamed"})
        wrong = {"start": f"{SECRET} o'clock", f"tags/{SECRET}": True}
        self.omar.set(jordan, "meeting", self.meeting, wrong)
        self.omar.sync()
        assert [one.writes for one in refused_changes(self.omar.reader)] == [wrong]
        amina.sync()

    def leave_traces(self, laptop: Traveller) -> None:
        """A draft, a backup, and something on the undo list that is sent already."""
        draft = Draft(Place("meeting", self.meeting, "title"), f"{SECRET} typed", 3, 1)
        laptop.store.post(lambda connection: save_draft(connection, draft)).result()
        laptop.store.with_connection(
            lambda connection: back_up_daily(laptop.profile, connection, clock=self.house.clock)
        )

    def purge(self) -> None:
        store = FolderStore(self.house.settings.files_folder)
        begun = self.house.settings.begun_folder
        Erasing(self.house.storage, store, clock=self.house.clock, begun=begun).purge(
            "meeting", self.meeting, **WHY
        )

    def close(self) -> None:
        self.amina.close()
        self.omar.close()
        self.house.close()


def _text(text: str) -> bytes:
    return set_text(None, text).update


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    made.fill()
    yield made
    made.close()


def assert_nothing_left(scene: Scene, laptop: Traveller, gone: list[bytes] | None = None) -> None:
    found = raw(laptop, scene.folder) + exported(laptop, scene.folder)
    found += frames_of(laptop) + pieces_of(laptop)
    needles = [SECRET.encode(), SECRET.lower().encode(), scene.file, scene.file.hex().encode(), *(gone or [])]
    assert b"Public 7" in found
    assert [needle for needle in needles if needle in found] == []
    assert laptop.reader.search(SECRET) == []
    assert len(laptop.reader.search("Public")) == 20
    assert laptop.reader.rows("meeting", [scene.meeting]) == []
    assert automatic_backups(laptop.profile.paths) == []
    assert not Vault(laptop.profile).holds(scene.jordan.id, scene.file)
    files = {path.name for path in laptop.folder.rglob("*") if path.is_file()}
    assert files <= {"daftar.db", "daftar.db-wal", "daftar.db-shm", "keys.json", "daftar.lock"}
    assert laptop.store.with_connection(unfinished) == []
    assert verify(laptop.reader, clock=scene.house.clock) == []


def equal(scene: Scene, *laptops: Traveller) -> bool:
    """Whether these laptops have what a newcomer has from the server."""
    newcomer = Newcomer(scene.house, scene.jordan)
    try:
        newcomer.fill()
    except DaftarError:
        newcomer.reader = newcomer.by_log()
    else:
        newcomer.follow()
    summary = newcomer.reader.summary()
    for one in laptops:
        one.sync()
    return {one.digest(scene.jordan) for one in laptops} == {summary}
