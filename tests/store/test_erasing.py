"""A record that the administrator erased leaves every laptop at its next sync: no byte of it stays."""

from __future__ import annotations

import pytest
from helpers.crashing import power_cut
from helpers.erased import SECRET, Scene, assert_nothing_left, equal
from helpers.snapshotting import let_small_logs_count
from helpers.traces import pieces_of, raw
from helpers.traveller import Traveller

from desktop.store import erasing
from desktop.store.attachments import Vault
from desktop.store.outbox import refused_changes
from desktop.store.recent import changed_by_others, decided_records
from desktop.store.verify import verify
from sync.changes import DELETED, Edit
from sync.errors import DaftarError
from sync.merge.holes import ERASED
from sync.replica.erasing import unfinished
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots


def frames_with(laptop: Traveller, *records: bytes) -> list[bytes]:
    """Pieces of the stored frames that speak of these records; the frames are compressed or packed."""
    from sync.frames.packing import open_frame

    found = []
    for (frame,) in laptop.reader.connection.execute("SELECT frame FROM log").fetchall():
        block = open_frame(bytes(frame), bytes(16), values=False)
        if any(not set(records).isdisjoint(group.records) for group in block.groups):
            found.append(bytes(frame)[:21])
    return found


def test_no_byte_of_an_erased_record_stays_on_a_laptop(scene: Scene) -> None:
    for laptop in (scene.amina, scene.omar):
        scene.leave_traces(laptop)
    gone = [*frames_with(scene.amina, scene.meeting, scene.comment, scene.minutes)]
    assert len(gone) >= 4
    before = raw(scene.amina, scene.folder)
    assert all(needle in before for needle in gone)
    scene.purge()
    for laptop in (scene.amina, scene.omar):
        receipt = laptop.sync()
        assert (receipt.differing, receipt.refused) == ([], [])
        assert_nothing_left(scene, laptop, gone)
        assert laptop.told() == [("records_erased", {"count": 3})]
    assert equal(scene, scene.amina, scene.omar)


def test_unsent_edits_of_it_are_refused_and_not_kept(scene: Scene) -> None:
    amina, jordan = scene.amina, scene.jordan
    amina.set(jordan, "meeting", scene.meeting, {"title": f"{SECRET} unsent"})
    amina.set(jordan, "meeting", scene.other, {"title": "Kept"})
    amina.set(jordan, "meeting", scene.meeting, {"place": f"{SECRET} place"})
    gone = frames_with(amina, scene.meeting)
    scene.purge()
    receipt = amina.sync()
    assert [code for _, _, code in receipt.refused] == [ERASED] * 2
    assert_nothing_left(scene, amina, gone)
    refused = refused_changes(amina.reader)
    assert [(one.code, one.record, dict(one.writes)) for one in refused] == [(ERASED, scene.meeting, {})] * 2
    assert amina.reader.get("meeting", scene.other)["title"] == "Kept"
    amina.add(jordan, "meeting", {"title": "After"})
    amina.sync()
    scene.omar.sync()
    assert equal(scene, amina, scene.omar)
    assert_nothing_left(scene, scene.omar)


def test_what_was_written_about_it_meanwhile_goes_too(scene: Scene) -> None:
    """A comment and a file, made without a connection, while the record was erased."""
    amina, jordan = scene.amina, scene.jordan
    comment = amina.add(
        jordan, "comment", {"text": f"{SECRET} late", "about": scene.meeting, "about_kind": "meeting"}
    )
    source = scene.folder / "late.txt"
    source.write_text(f"{SECRET} photo")
    stored = Vault(amina.profile).add(source, workspace=jordan.id)
    source.unlink()
    late = amina.add(
        jordan,
        "attachment",
        {"title": f"{SECRET} photo", "about": scene.meeting, "sha256": stored.fingerprint.hex()},
    )
    scene.purge()
    receipt = amina.sync()
    assert [code for _, _, code in receipt.refused] == [ERASED] * 2
    assert not Vault(amina.profile).holds(jordan.id, stored.fingerprint)
    assert amina.reader.rows("comment", [comment]) == amina.reader.rows("attachment", [late]) == []
    assert_nothing_left(scene, amina)
    amina.store.submit([Edit(jordan.id, "meeting", scene.other, {"title": "On"}, {})], label="Edit").result()
    amina.sync()
    assert equal(scene, amina)


def test_what_was_erased_is_neither_news_nor_a_decision(scene: Scene) -> None:
    amina = scene.amina
    assert ("meeting", scene.meeting) not in decided_records(amina.reader, since_ms=0)
    scene.omar.set(scene.jordan, "meeting", scene.meeting, {DELETED: True})
    scene.omar.set(scene.jordan, "meeting", scene.other, {DELETED: True})
    scene.omar.sync()
    amina.sync()
    assert ("meeting", scene.meeting) in decided_records(amina.reader, since_ms=0)
    scene.purge()
    amina.sync()
    found = decided_records(amina.reader, since_ms=0)
    assert [record for kind, record in found if kind == "meeting"] == [scene.other]
    news = changed_by_others(amina.reader, account=amina.person.id)
    assert {one.record for one in news} == {scene.other}


def test_undo_of_what_was_erased_is_gone(scene: Scene) -> None:
    amina = scene.amina
    scene.purge()
    amina.sync()
    (left,) = amina.reader.connection.execute("SELECT count(*) FROM undo").fetchone()
    assert left == 21
    assert amina.store.undo().result() == "Edit"


def test_a_file_that_another_attachment_names_stays(scene: Scene) -> None:
    amina, jordan = scene.amina, scene.jordan
    amina.add(jordan, "attachment", {"title": "Same", "about": scene.other, "sha256": scene.file.hex()})
    amina.sync()
    scene.purge()
    amina.sync()
    assert Vault(amina.profile).holds(jordan.id, scene.file)


def test_an_edit_during_the_sync_that_tells_of_it_is_refused_in_the_same_sync(scene: Scene) -> None:
    amina, jordan = scene.amina, scene.jordan

    def meanwhile(path: str) -> None:
        amina.before = None
        amina.set(jordan, "meeting", scene.meeting, {"title": f"{SECRET} meanwhile"})
        scene.purge()

    amina.before = meanwhile
    amina.sync()
    amina.sync()
    assert_nothing_left(scene, amina)
    assert equal(scene, amina)


@pytest.mark.parametrize("lost", range(1, 4))
def test_lost_answers_change_nothing(scene: Scene, lost: int) -> None:
    amina = scene.amina
    amina.set(scene.jordan, "meeting", scene.meeting, {"title": f"{SECRET} unsent"})
    scene.purge()
    seen: list[str] = []

    def lose(path: str) -> bool:
        seen.append(path)
        return len(seen) == lost

    amina.lose = lose
    amina.sync()
    amina.lose = None
    amina.sync()
    assert_nothing_left(scene, amina)
    assert equal(scene, amina)


@pytest.mark.parametrize("after", range(10))
def test_it_goes_on_after_a_crash(scene: Scene, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The program is killed before the step number `after`, and started again."""
    amina = scene.amina
    scene.leave_traces(amina)
    scene.purge()
    with power_cut(monkeypatch, erasing.Erasure, ("run", "alone"), after=after):
        amina.sync()
    amina.reopen()
    assert_nothing_left(scene, amina)
    assert amina.told() == [("records_erased", {"count": 3})]


def test_a_full_disk_leaves_it_for_the_next_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.purge()

    def full(_connection: object) -> None:
        raise DaftarError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "rewrite", full)
        with pytest.raises(DaftarError, match="disk_full"):
            scene.amina.sync()
        scene.amina.reopen()
    assert scene.amina.reader.rows("meeting", [scene.meeting]) == []
    scene.amina.sync()
    assert_nothing_left(scene, scene.amina)


def test_somebody_who_reads_meanwhile_only_puts_the_end_off(scene: Scene) -> None:
    amina = scene.amina
    amina.store.with_connection(lambda connection: connection.execute("PRAGMA busy_timeout = 0"))
    scene.purge()
    amina.reader.connection.execute("BEGIN")
    assert amina.reader.connection.execute("SELECT count(*) FROM meeting").fetchone() == (22,)
    assert amina.sync().refused == []
    amina.reader.connection.execute("COMMIT")
    assert amina.reader.rows("meeting", [scene.meeting]) == []
    assert len(amina.store.with_connection(unfinished)) == 3
    amina.sync()
    assert_nothing_left(scene, amina)


# Snapshots and age


@pytest.fixture
def small_logs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    let_small_logs_count(monkeypatch, piece=1_000)


@pytest.mark.usefixtures("small_logs_count")
def test_a_laptop_that_began_with_a_snapshot_has_no_byte_left_either(scene: Scene) -> None:
    Snapshots(scene.house.storage, clock=scene.house.clock).make(scene.jordan.id)
    fresh = Traveller(scene.house, scene.house.person("Rima", scene.jordan), scene.folder / "Rima")
    fresh.sync()
    assert SECRET.encode() in pieces_of(fresh)
    assert len(fresh.reader.search("Public")) == 20
    assert verify(fresh.reader, clock=scene.house.clock) == []
    scene.purge()
    fresh.sync()
    assert_nothing_left(scene, fresh)
    assert equal(scene, fresh)
    fresh.close()


@pytest.mark.usefixtures("small_logs_count")
def test_inv_22_a_laptop_from_before_the_horizon_does_not_bring_it_back(scene: Scene) -> None:
    """It was away while the log was packed; what it had not sent of the record is refused."""
    amina, jordan = scene.amina, scene.jordan
    amina.set(jordan, "meeting", scene.meeting, {"title": f"{SECRET} unsent"})
    amina.set(jordan, "meeting", scene.other, {"title": "Kept"})
    gone = frames_with(amina, scene.meeting)
    scene.omar.add(jordan, "meeting", {"title": "Later"})
    scene.omar.sync()
    scene.purge()
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    Compactor(scene.house.storage, made, clock=scene.house.clock).compact(jordan.id, keep_days=-1)
    amina.sync()
    assert [one.code for one in refused_changes(amina.reader)] == [ERASED]
    assert_nothing_left(scene, amina, gone)
    assert amina.reader.get("meeting", scene.other)["title"] == "Kept"
    assert equal(scene, amina)


def test_a_newcomer_after_it_has_nothing_to_take_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.purge()

    def never(_connection: object) -> None:
        raise AssertionError("nothing was here")

    monkeypatch.setattr(erasing, "rewrite", never)
    fresh = Traveller(scene.house, scene.house.person("Rima", scene.jordan), scene.folder / "Rima")
    fresh.sync()
    assert equal(scene, fresh)
    assert fresh.told() == []
    fresh.close()
