"""Erasing a record for good on the server: nothing of it stays, and everything else goes on as before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.house import House, Reader
from helpers.laptop import Laptop
from helpers.newcomers import Newcomer, plain

from sync.blobs import Span
from sync.changes import DELETED, Change, canonical
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.holes import ERASED
from sync.merge.texts import set_text
from sync.server import snapshots as snapshots_module
from sync.server.blobs import Blobs
from sync.server.compaction import Compactor
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.snapshots import Snapshots
from sync.server.storage.people import Workspace
from sync.server.storage.schema import metadata
from sync.server.stored import EMPTIED

SECRET = "Quinoa"
WHY = {"who": "Maria Torres", "reason": "asked for by the person"}


class Scene:
    """A workspace with a record that says a secret everywhere, among others."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.place: Workspace = house.workspace("Jordan")
        self.lina: Laptop = house.laptop(house.person("Lina Haddad", self.place))
        self.omar: Laptop = house.laptop(house.person("Omar Khalil", self.place))
        self.store = FolderStore(house.settings.files_folder)
        self.erasing = Erasing(
            house.storage, self.store, clock=house.clock, begun=house.settings.begun_folder
        )
        self._fill()

    def _fill(self) -> None:
        place, lina, omar, house = self.place, self.lina, self.omar, self.house
        self.other = lina.create(place.id, "meeting", {"title": "Public", "notes": _text("Public notes")})
        self.meeting = lina.create(
            place.id, "meeting", {"title": SECRET, "notes": _text(f"{SECRET} notes"), "tags": [SECRET]}
        )
        self.content = f"{SECRET} signed".encode()
        self.file = hashlib.sha256(self.content).digest()
        named = {"title": f"{SECRET} minutes", "about": self.meeting.record, "sha256": self.file.hex()}
        self.minutes = lina.create(place.id, "attachment", named)
        self.comment = lina.create(
            place.id, "comment", {"text": f"{SECRET} comment", "about": self.minutes.record}
        )
        house.push(lina, place, self.other, self.meeting, self.minutes, self.comment)
        self.edit = lina.edit(self.meeting, {"title": f"{SECRET} twice"}, {})
        house.push(lina, place, self.edit, lina.edit(self.other, {"title": "Public twice"}, {}))
        house.push(omar, place, omar.edit(self.meeting, {"title": f"{SECRET} otherwise"}, {}))
        self.bad = omar.edit(self.meeting, {"start": f"{SECRET} o'clock", f"tags/{SECRET}x": True}, {})
        house.push(omar, place, self.bad)
        third = house.laptop(house.person("Rima Aziz", place))
        missing = third.create(place.id, "meeting", {"title": "never sent"})
        waits = omar.edit(self.meeting, {"place": f"{SECRET} street"}, {"place": (missing.id,)})
        house.push(omar, place, waits)
        self.blobs = Blobs(house.storage, self.store, clock=house.clock, settings=house.settings)
        self.send(self.content)

    def send(self, content: bytes) -> None:
        span = Span(0, len(content), len(content))
        caller = self.house.caller(self.lina)
        self.blobs.take(caller, self.place.id, hashlib.sha256(content).digest(), span, content)

    def purge(self) -> None:
        self.erasing.purge("meeting", self.meeting.record, **WHY)

    def rows(self) -> bytes:
        """Everything that stands in the tables, frames opened."""
        found = []
        with self.house.storage.reading() as connection:
            for table in metadata.tables.values():
                for row in connection.execute(table.select()).mappings():
                    found.append(repr(dict(row)).encode())
                    for name in ("frame", "change"):
                        if name in row and bytes(row[name]) != EMPTIED:
                            block = open_frame(bytes(row[name]), self.place.id)
                            found.append(repr(changes_of(block)).encode())
        return b"".join(found)


def _text(text: str) -> bytes:
    return set_text(None, text).update


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


def test_nothing_of_the_record_stays_in_the_tables(scene: Scene) -> None:
    assert scene.rows().count(SECRET.encode()) > 8
    Snapshots(scene.house.storage, clock=scene.house.clock).make(scene.place.id)
    scene.purge()
    left = scene.rows()
    assert SECRET.encode() not in left
    assert scene.file.hex().encode() not in left
    assert b"Public twice" in left


def test_no_number_is_missing_and_the_digest_is_that_of_the_rest(scene: Scene) -> None:
    before = scene.house.read(scene.place)
    scene.purge()
    after = scene.house.read(scene.place)
    assert after.dseqs(scene.lina.device) == before.dseqs(scene.lina.device)
    assert scene.other.record in after.states
    gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
    assert gone.isdisjoint(after.states)
    assert {one.record for one in after.changes if one.code == ERASED} == gone
    holes = [one for one in after.changes if one.record in gone]
    assert {(one.hole, one.author, tuple(one.writes)) for one in holes} == {(True, bytes(16), (DELETED,))}


def test_inv_22_whoever_comes_by_snapshot_is_told_what_was_erased(scene: Scene) -> None:
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    Compactor(scene.house.storage, made, clock=scene.house.clock).compact(scene.place.id, keep_days=-1)
    scene.purge()
    newcomer = Newcomer(scene.house, scene.place)
    newcomer.fill()
    newcomer.follow()
    gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
    assert {record for _, record in newcomer.tables.erased} == gone
    assert gone.isdisjoint(newcomer.reader.states)
    assert SECRET.encode() not in scene.rows()
    with pytest.raises(DaftarError, match="history_missing"):
        scene.house.service.archive.history(
            scene.house.caller(scene.lina), scene.place.id.hex(), scene.meeting.record.hex()
        )


def test_the_log_and_the_snapshot_lead_to_the_same(scene: Scene) -> None:
    scene.purge()
    Snapshots(scene.house.storage, clock=scene.house.clock).make(scene.place.id)
    newcomer = Newcomer(scene.house, scene.place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


def test_a_record_is_looked_for_where_it_lies_before_where_it_was_refused(scene: Scene) -> None:
    house = scene.house
    lebanon = house.workspace("Lebanon")
    maya = house.laptop(house.person("Maya Khoury", lebanon))
    elsewhere = maya.create(lebanon.id, "meeting", {"title": "Elsewhere"})
    house.push(maya, lebanon, elsewhere)
    astray = scene.omar.create(scene.place.id, "meeting", {"title": "Astray", "start": "no day"})
    house.push(scene.omar, scene.place, replace(astray, record=elsewhere.record))
    assert scene.erasing.plan("meeting", elsewhere.record).workspace == lebanon


def test_later_edits_are_refused_and_kept_nowhere(scene: Scene) -> None:
    house, place, lina, omar = scene.house, scene.place, scene.lina, scene.omar
    scene.purge()
    late = omar.edit(scene.meeting, {"title": f"{SECRET} late"}, {})
    again = lina.create(place.id, "meeting", {"title": f"{SECRET} again"}, record=scene.meeting.record)
    fine = lina.create(place.id, "meeting", {"title": "Fine"})
    assert [one.code for one in house.push(omar, place, late).troubles] == [ERASED]
    assert [(one.dseq, one.code) for one in house.push(lina, place, again, fine).troubles] == [
        (again.dseq, ERASED)
    ]
    assert SECRET.encode() not in scene.rows()
    reader = house.read(place)
    assert fine.record in reader.states
    assert scene.meeting.record not in reader.states
    assert reader.dseqs(omar.device) == list(range(1, late.dseq + 1))


def test_what_was_refused_of_it_is_neither_shown_nor_released(scene: Scene) -> None:
    quarantine = scene.house.service.quarantine
    assert scene.bad.id in {one.change.id for one in quarantine.held(scene.place.id)}
    scene.purge()
    assert [one.code for one in quarantine.held(scene.place.id)] == []
    outcome = quarantine.release(scene.place.id, [scene.bad.id], by=bytes(16))
    assert outcome.refused == ((scene.bad.id, ERASED),)


def test_a_push_that_is_repeated_is_skipped_as_before(scene: Scene) -> None:
    house, place, omar = scene.house, scene.place, scene.omar
    late = omar.edit(scene.meeting, {"title": "x"}, {})
    request = omar.request(omar.push(place.number, [late]), cursors={place.number: 0})
    house.sync(omar, request)
    scene.purge()
    head = house.pull(omar, place).head
    answer = house.sync(omar, request)
    assert house.pull(omar, place).head == head
    assert [one.code for one in answer.troubles] == []


def test_the_dry_run_says_the_same_and_changes_nothing(scene: Scene) -> None:
    rows = scene.rows()
    plan = scene.erasing.plan("meeting", scene.meeting.record)
    assert scene.rows() == rows
    assert [kind for kind, _ in plan.records] == ["attachment", "comment", "meeting"]
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert (done.records, done.changes, done.refused, done.files) == (
        plan.records,
        plan.changes,
        plan.refused,
        plan.files,
    )
    assert (plan.changes, plan.refused, plan.files) == (7, 2, 1)


def test_every_erasure_is_recorded_without_what_it_said(scene: Scene) -> None:
    scene.purge()
    rows = scene.erasing.erased(scene.place)
    assert {row.cause for row in rows} == {scene.meeting.record}
    assert {(row.who, row.reason, row.finished) for row in rows} == {
        ("Maria Torres", "asked for by the person", scene.house.clock.now_ms())
    }
    with pytest.raises(DaftarError, match=ERASED):
        scene.purge()
    with pytest.raises(DaftarError, match="record_unknown"):
        scene.erasing.purge("meeting", bytes(16), **WHY)
    with pytest.raises(DaftarError, match="record_unknown"):
        scene.erasing.purge("activity", scene.other.record, **WHY)
    with pytest.raises(DaftarError, match="reason_missing"):
        scene.erasing.purge("meeting", scene.other.record, who="Maria", reason=" ")


def test_what_the_accounts_write_is_not_erased(scene: Scene) -> None:
    reader = scene.house.read(scene.place)
    person = next(state for state in reader.states.values() if state.kind == "person")
    for kind, record in (("person", person.record), ("workspace", scene.place.record_id)):
        with pytest.raises(DaftarError, match="not_erasable"):
            scene.erasing.purge(kind, record, **WHY)


def test_the_file_goes_at_once_and_is_not_taken_again(scene: Scene) -> None:
    assert scene.store.size(scene.place.id, scene.file) is not None
    caller = scene.house.caller(scene.lina)
    scene.purge()
    assert scene.store.size(scene.place.id, scene.file) is None
    assert scene.blobs.standing(caller, scene.place.id, scene.file).size is None
    with pytest.raises(DaftarError, match="file_erased"):
        scene.send(scene.content)
    anew = scene.lina.create(scene.place.id, "attachment", {"title": "Anew", "sha256": scene.file.hex()})
    scene.house.push(scene.lina, scene.place, anew)
    scene.send(scene.content)
    assert scene.blobs.standing(caller, scene.place.id, scene.file).size == len(scene.content)


def test_a_file_that_another_record_names_stays(scene: Scene) -> None:
    other = scene.lina.create(
        scene.place.id,
        "attachment",
        {"title": "The same", "about": scene.other.record, "sha256": scene.file.hex()},
    )
    scene.house.push(scene.lina, scene.place, other)
    scene.purge()
    assert scene.store.size(scene.place.id, scene.file) == len(scene.content)


def test_an_interrupted_erasure_is_finished_later(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.server import erasing as module

    def busy(_engine: object) -> None:
        raise DaftarError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(module, "rewrite", busy)
        with pytest.raises(DaftarError, match="busy"):
            scene.purge()
    assert {row.finished for row in scene.erasing.erased(scene.place)} == {None}
    assert scene.erasing.finish([scene.place]) == [scene.place]
    assert None not in {row.finished for row in scene.erasing.erased(scene.place)}
    assert scene.erasing.finish([scene.place]) == []


def test_a_snapshot_that_was_begun_before_does_not_bring_it_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    pack = snapshots_module._pack

    def late(*arguments: Any) -> Any:
        done = pack(*arguments)
        monkeypatch.undo()
        scene.purge()
        return done

    monkeypatch.setattr(snapshots_module, "_pack", late)
    made.make(scene.place.id)
    assert SECRET.encode() not in scene.rows()
    with pytest.raises(DaftarError, match="snapshot_missing"):
        Newcomer(scene.house, scene.place).manifest()


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_no_byte_is_left_in_the_files_of_the_server(scene: Scene, tmp_path: Path) -> None:
    """SQLite's database and log, what has come of frames, and attached files."""
    house = scene.house
    if house.storage.dialect != "sqlite":
        _assert_no_byte_in_postgres(scene)
        return
    plain_needles = [SECRET.encode(), *_frames_with_the_record(scene)]
    begun = house.settings.begun_folder
    begun.mkdir()
    (begun / "00000000000a-1").write_bytes(b"\0" * 8 + SECRET.encode())
    before = b"".join(path.read_bytes() for path in files_of(tmp_path))
    assert all(needle in before for needle in plain_needles)
    scene.purge()
    after = b"".join(path.read_bytes() for path in files_of(tmp_path))
    assert [needle for needle in plain_needles if needle in after] == []
    assert b"Public twice" in after


def _frames_with_the_record(scene: Scene) -> list[bytes]:
    """The ends of stored frames: compressed or packed, they hold what they say in some other way."""
    gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
    found = []
    with scene.house.storage.reading() as connection:
        for name in ("log", "quarantine", "parked"):
            table = metadata.tables[name]
            column = table.c.frame if name == "log" else table.c.change
            for (frame,) in connection.execute(table.select().with_only_columns(column)):
                block = open_frame(bytes(frame), scene.place.id)
                if any(not gone.isdisjoint(group.records) for group in block.groups):
                    found.append(bytes(frame)[-24:])
    assert len(found) >= 5
    return found


def _assert_no_byte_in_postgres(scene: Scene) -> None:
    needles = [SECRET.encode(), *_frames_with_the_record(scene)]

    def tables() -> list[Path]:
        with scene.house.storage.reading() as connection:
            folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
            oid = connection.exec_driver_sql(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).scalar()
        return list(files_of(folder / "base" / str(oid)))

    def checkpoint() -> bytes:
        engine = scene.house.storage.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        return b"".join(path.read_bytes() for path in tables())

    before = checkpoint()
    assert all(needle in before for needle in needles[:1])
    scene.purge()
    after = checkpoint()
    assert [needle for needle in needles if needle in after] == []


def test_changes_of_others_in_the_same_frames_are_what_they_were(scene: Scene) -> None:
    def kept(changes: list[Change]) -> dict[tuple[int, int], bytes]:
        gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
        return {one.id: canonical(one) for one in changes if one.record not in gone}

    before = kept(scene.house.read(scene.place).changes)
    scene.purge()
    after = kept(scene.house.read(scene.place).changes)
    assert before.items() <= after.items()


def test_inv_21_an_erasure_gives_equal_state_for_every_cursor(scene: Scene) -> None:
    """Whatever a laptop had before, the log brings it to where a newcomer is."""
    house, place = scene.house, scene.place
    laptop = house.laptop(house.person("Rima Aziz", place, role="reader"))
    before = house.pull(laptop, place)
    whole = Reader(place.id)
    whole.read(before.pulled)
    scene.purge()
    wanted = Reader(place.id)
    wanted.read(house.pull(laptop, place).pulled)
    for cursor in range(before.head + 1):
        reader = Reader(place.id)
        for change in whole.changes[:cursor]:
            reader._fold(change, None)
        reader.cursor = cursor
        answer = house.pull(laptop, place, cursor=cursor)
        reader.read(answer.pulled)
        assert (reader.cursor, reader.summary()) == (answer.head, answer.digest)
        assert plain(reader) == plain(wanted)
