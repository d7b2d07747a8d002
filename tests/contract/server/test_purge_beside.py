"""Erasing while a real server runs and laptops send, get and wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.http_server import serving
from helpers.messenger import Pair, content_of

from sync.client.transport import Transport
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.storage import Storage
from sync.wire.messages import SyncAnswer, SyncRequest, combined_digest

SIZE = 300_000
PATIENCE = 20.0


class Scene(Pair):
    """The two, and the administrator who erases from another process."""

    def __init__(self, house: House, folder: Path, url: str) -> None:
        super().__init__(house, folder, url)
        self.store = FolderStore(house.settings.files_folder)

    def purge(self, identity: bytes) -> None:
        """With a database connection of its own, as a command does."""
        settings = self.house.settings
        storage = Storage.open(settings.database)
        try:
            erasing = Erasing(storage, self.store, clock=self.house.clock, begun=settings.begun_folder)
            erasing.purge("attachment", identity, who="Maria Torres", reason="asked for")
        finally:
            storage.close()


@pytest.fixture
def scene(house: House, tmp_path: Path) -> Iterator[Scene]:
    with serving(house) as url:
        made = Scene(house, tmp_path, url)
        made.records()
        yield made
        made.close()


def test_a_file_that_is_on_its_way_is_refused_and_leaves_no_part(scene: Scene) -> None:
    identity = scene.amina.attach(scene.jordan, content_of(SIZE))
    scene.records()
    seen: list[int] = []
    scene.amina.move(halt=lambda: bool(seen), report=lambda progress: seen.append(progress.done))
    fingerprint = scene.amina.file(identity).fingerprint
    parts = scene.house.settings.files_folder / scene.jordan.id.hex() / "parts"
    assert [path.stat().st_size > 0 for path in parts.iterdir()] == [True]
    scene.purge(identity)
    assert list(parts.iterdir()) == []
    # The laptop has not been told yet.
    assert scene.amina.move().problem == ""
    assert scene.amina.file(identity).duty.code == "file_erased"
    assert list(parts.iterdir()) == []
    scene.records()
    assert not scene.amina.vault.holds(scene.jordan.id, fingerprint)
    assert scene.amina.laptop.reader.rows("attachment", [identity]) == []
    rows = scene.amina.laptop.reader.connection.execute("SELECT count(*) FROM attached").fetchone()
    assert rows == (0,)
    assert scene.amina.move().left == 0


def test_whoever_has_the_file_or_half_of_it_has_it_no_more(scene: Scene) -> None:
    identity = scene.amina.attach(scene.jordan, content_of(SIZE))
    scene.records()
    scene.amina.move()
    scene.records()
    scene.omar.want(identity)
    asked = iter(range(1000))
    scene.omar.move(halt=lambda: next(asked) > 3)
    fingerprint = scene.omar.file(identity).fingerprint
    assert scene.omar.vault.received(scene.jordan.id, fingerprint) > 0
    scene.purge(identity)
    assert scene.omar.move().down == 0
    scene.records()
    for one in (scene.amina, scene.omar):
        assert not one.vault.holds(scene.jordan.id, fingerprint)
        assert one.vault.received(scene.jordan.id, fingerprint) == 0
        folder = one.laptop.profile.paths.files / scene.jordan.id.hex()
        assert list(folder.iterdir()) == []


def test_a_laptop_that_waits_for_news_hears_of_it_at_once(scene: Scene) -> None:
    identity = scene.amina.attach(scene.jordan, content_of(SIZE))
    scene.records()
    laptop = scene.omar.laptop
    laptop.sync()
    state = next(one for one in laptop.reader.workspaces() if one.id == scene.jordan.id)
    assert state.number is not None
    parts = [(state.id, state.cursor, state.digest.summary(), state.acked, state.acked_chain)]
    device, epoch = laptop.store.device, int(laptop.reader.meta("access_epoch"))
    request = SyncRequest(
        device, 0, 0, 1 << 20, 40, epoch, combined_digest(parts), {state.number: state.cursor}
    )
    heard: list[SyncAnswer] = []
    line = Transport(scene.url, str(laptop.reader.meta("token")))

    def wait() -> None:
        heard.append(SyncAnswer.unpack(line.post("/v1/sync", request.pack(), wait_s=40).body))

    waiting = threading.Thread(target=wait, name="waits for news")
    waiting.start()
    try:
        scene.purge(identity)
    finally:
        waiting.join(PATIENCE)
        line.close()
    (answer,) = heard
    assert not answer.same
    assert answer.workspaces[0].head == state.cursor + 1
