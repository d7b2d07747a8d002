"""A record is erased where the server's disk has damaged its log: all laptops end where the others do."""

from __future__ import annotations

import pytest
from helpers.erased import Scene, assert_nothing_left
from helpers.traveller import Traveller
from sqlalchemy import select, update

from desktop.store.aside import unreceived_changes
from desktop.store.verify import verify
from sync.frames.packing import open_frame
from sync.server.storage.schema import log
from sync.server.stored import EMPTIED

pytestmark = pytest.mark.logs("set aside", "cannot be read")


def damage_what_speaks_of_it(scene: Scene) -> int:
    """Flip a bit in every frame of the server's log that speaks of the meeting."""
    storage, found = scene.house.storage, 0
    with storage.reading() as connection:
        rows = [
            (int(first), bytes(frame))
            for first, frame in connection.execute(select(log.c.first_pseq, log.c.frame))
        ]
    for first, frame in rows:
        block = open_frame(frame, scene.jordan.id, values=False)
        if any(scene.meeting in group.records for group in block.groups):
            bad = frame[:-2] + bytes([frame[-2] ^ 8]) + frame[-1:]
            query = update(log).where(log.c.first_pseq == first).values(frame=bad)
            storage.writing(lambda connection, query=query: connection.execute(query))
            found += 1
    return found


def test_inv_27_laptops_erase_a_record_whose_frames_the_server_has_emptied(scene: Scene) -> None:
    before = Traveller(scene.house, scene.house.person("Rima", scene.jordan), scene.folder / "Rima")
    assert damage_what_speaks_of_it(scene) >= 1
    # One laptop has everything, one meets the damage before the erasing, and one afterwards.
    before.sync()
    before.sync()
    scene.purge()
    with scene.house.storage.reading() as connection:
        assert EMPTIED in {bytes(frame) for (frame,) in connection.execute(select(log.c.frame))}
    after = Traveller(scene.house, scene.house.person("Sami", scene.jordan), scene.folder / "Sami")
    laptops = [scene.amina, scene.omar, before, after]
    for _ in range(2):
        for laptop in laptops:
            laptop.sync()
    assert len({laptop.digest(scene.jordan) for laptop in laptops}) == 1
    for laptop in laptops:
        assert laptop.reader.rows("meeting", [scene.meeting]) == []
        assert laptop.reader.get("meeting", scene.other)["title"] == "Other"
        assert unreceived_changes(laptop.reader) == []
        assert verify(laptop.reader, clock=scene.house.clock) == []
    assert_nothing_left(scene, scene.amina)
    # And everybody goes on.
    added = after.add(scene.jordan, "meeting", {"title": "After"})
    after.sync()
    before.sync()
    assert before.reader.get("meeting", added)["title"] == "After"
    before.close()
    after.close()
