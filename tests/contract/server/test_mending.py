"""What the server's disk has damaged is put back from a backup: what proves to be the same, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from contract.server.test_inv_27_purge import HARMS, cut, flipped, frames, harm_frames
from contract.server.test_inv_27_states import harm
from contract.server.test_purge import SECRET, WHY, Scene
from helpers.house import House
from helpers.newcomers import Newcomer, plain
from helpers.postgres import fresh_database
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from sync.errors import DaftarError
from sync.server.backup import back_up
from sync.server.cli import run_line
from sync.server.compaction import Compactor
from sync.server.mending import Mending, Report, opened
from sync.server.snapshots import Snapshots
from sync.server.storage import damage
from sync.server.storage.engine import open_engine
from sync.server.storage.schema import history, log, metadata, quarantine, record
from sync.server.stored import EMPTIED

pytestmark = pytest.mark.logs("cannot be read", "damaged")

Copy = Callable[[House], str]


def beheaded(frame: bytes) -> bytes:
    """The hash that would say what it was is gone too."""
    return b"\xff" * 40 + frame[40:]


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


@pytest.fixture
def copied(request: pytest.FixtureRequest, ready_url: str, tmp_path: Path) -> Iterator[Copy]:
    """Makes a backup of a house's database: a file, or a restored copy of PostgreSQL's."""
    made: list[str] = []

    def copy(house: House) -> str:
        if house.storage.dialect == "sqlite":
            target = tmp_path / "backups" / f"{len(made)}.sqlite3"
            target.parent.mkdir(exist_ok=True)
            back_up(house.storage.engine, target)
            made.append(str(target))
        else:
            house.storage.engine.dispose()
            name = make_url(ready_url).database
            server = request.getfixturevalue("postgres_server")
            made.append(stack.enter_context(fresh_database(server, like=str(name))))
        return made[-1]

    with ExitStack() as stack:
        yield copy


def mend(scene: Scene, backup: str | None = None, *, dry: bool = False) -> Report:
    house = scene.house
    if backup is None:
        mending = Mending(house.storage, clock=house.clock)
        return mending.look(scene.place) if dry else mending.mend(scene.place)
    with opened(backup, beside=house.storage) as there:
        mending = Mending(house.storage, clock=house.clock, backup=there)
        return mending.look(scene.place) if dry else mending.mend(scene.place)


def everything(scene: Scene) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with scene.house.storage.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select()).all()))
            for name, table in metadata.tables.items()
        }


def told_of(scene: Scene, record: bytes) -> list[object]:
    """What the log tells of a record."""
    changes = [change for change in scene.house.read(scene.place).changes if change.record == record]
    return [(one.id, one.stamp, one.author, one.writes, one.bases, one.hole) for one in changes]


def places_of(report: list[Any]) -> list[tuple[str, int, str]]:
    return [(one.where, one.first, one.by or one.why) for one in report]


@pytest.mark.parametrize("how", [*HARMS, beheaded, lambda _frame: b""])
def test_damaged_frames_come_back_as_they_were(
    scene: Scene, copied: Copy, how: Callable[[bytes], bytes]
) -> None:
    backup, whole = copied(scene.house), everything(scene)
    harm_frames(scene, how, *list(frames(scene))[1::2])
    harmed = everything(scene)
    foreseen = mend(scene, backup, dry=True)
    assert everything(scene) == harmed
    done = mend(scene, backup)
    assert (done.mended, done.left) == (foreseen.mended, [])
    assert everything(scene) == whole
    assert mend(scene, backup).mended == []


def test_without_a_backup_it_says_what_is_damaged_and_changes_nothing(scene: Scene) -> None:
    first, second, *_ = frames(scene)
    harm_frames(scene, cut, first, second)
    harmed = everything(scene)
    done = mend(scene)
    assert places_of(done.left) == [("log", first, "no_backup"), ("log", second, "no_backup")]
    assert everything(scene) == harmed


@pytest.mark.parametrize("how", [flipped, beheaded])
def test_the_server_may_have_gone_on_since_the_backup(
    scene: Scene, copied: Copy, how: Callable[[bytes], bytes]
) -> None:
    backup = copied(scene.house)
    house, place, lina, omar = scene.house, scene.place, scene.lina, scene.omar
    bad = lina.edit(scene.other, {"start": "no day"}, {})
    house.push(lina, place, bad, lina.edit(scene.other, {"title": "On"}, {}))
    house.push(omar, place, omar.create(place.id, "activity", {"title": "New"}))
    whole = everything(scene)
    old = [first for first in frames(scene) if first < 8]
    harm_frames(scene, how, *old)
    done = mend(scene, backup)
    assert places_of(done.mended) == [("log", first, "backup") for first in old]
    assert everything(scene) == whole
    newest = max(frames(scene))
    harm_frames(scene, how, newest)
    assert places_of(mend(scene, backup).left) == [("log", newest, "absent")]


@pytest.mark.parametrize("how", [flipped, beheaded])
def test_old_history_that_was_packed_since_comes_back(
    scene: Scene, copied: Copy, how: Callable[[bytes], bytes]
) -> None:
    backup = copied(scene.house)
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    Compactor(scene.house.storage, made, clock=scene.house.clock).compact(scene.place.id, keep_days=-1)
    whole = everything(scene)
    harm_frames(scene, how, *frames(scene, history), table=history)
    done = mend(scene, backup)
    assert {one.where for one in done.mended} == {"history"}
    assert done.left == []
    assert everything(scene)["history"] == whole["history"]


@pytest.mark.parametrize("when", ["damaged before", "damaged after"])
def test_what_was_erased_since_the_backup_stays_erased(scene: Scene, copied: Copy, when: str) -> None:
    backup = copied(scene.house)
    if when == "damaged before":
        harm_frames(scene, flipped, *frames(scene))
    scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    if when == "damaged after":
        harm_frames(scene, flipped, *list(frames(scene))[:-1])
    done = mend(scene, backup)
    assert done.mended
    assert SECRET.encode() not in scene.rows()
    newcomer = Newcomer(scene.house, scene.place)
    found = newcomer.by_log()
    assert scene.meeting.record not in found.states
    assert found.states[scene.other.record].values["title"] == "Public twice"
    assert [one for one in done.left if one.where != "log"] == []


def test_a_frame_that_an_erasure_emptied_comes_back_without_what_was_erased(
    scene: Scene, copied: Copy
) -> None:
    backup = copied(scene.house)
    before = told_of(scene, scene.other.record)
    first = next(iter(frames(scene)))
    harm_frames(scene, cut, *[one for one in frames(scene) if first < one < 6])
    scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert EMPTIED in frames(scene).values()
    done = mend(scene, backup)
    assert {one.code for one in done.mended} == {"emptied"}
    assert EMPTIED not in frames(scene).values()
    assert told_of(scene, scene.other.record) == before
    assert SECRET.encode() not in scene.rows()


def test_a_frame_of_another_past_is_not_taken(scene: Scene, copied: Copy, tmp_path: Path) -> None:
    """The backup is of a server that was restored since from an older copy, and went another way."""
    older = copied(scene.house)
    house, place, lina, omar = scene.house, scene.place, scene.lina, scene.omar
    first = lina.create(place.id, "activity", {"title": "First"})
    second = omar.create(place.id, "activity", {"title": "Second"})
    former = deepcopy(lina), deepcopy(omar)
    house.push(lina, place, first)
    house.push(omar, place, second)
    backup = copied(house)
    other = House(older if "://" in older else f"sqlite:///{older}", tmp_path)
    try:
        other.know_laptops_of(house)
        again = Scene.__new__(Scene)
        again.house, again.place = other, place
        # The same changes come again, the other way round.
        other.push(former[1], place, second)
        other.push(former[0], place, first)
        *_, at, _ = frames(again)
        harm_frames(again, beheaded, at)
        with other.storage.engine.begin() as connection:
            connection.execute(update(log).where(log.c.first_pseq == at).values(first_dseq=0, last_dseq=0))
        harmed = everything(again)
        done = mend(again, backup)
        assert places_of(done.left) == [("log", at, "unproven")]
        assert everything(again) == harmed
    finally:
        other.close()


def test_other_changes_under_the_same_numbers_are_not_taken(
    scene: Scene, copied: Copy, tmp_path: Path
) -> None:
    """A copy of the laptop was quicker after the restore: only the chain tells the one from the other."""
    older = copied(scene.house)
    house, place, lina = scene.house, scene.place, scene.lina
    clone = deepcopy(lina)
    house.push(lina, place, lina.create(place.id, "activity", {"title": "First"}))
    backup = copied(house)
    other = House(older if "://" in older else f"sqlite:///{older}", tmp_path)
    try:
        other.know_laptops_of(house)
        again = Scene.__new__(Scene)
        again.house, again.place = other, place
        other.push(clone, place, clone.create(place.id, "activity", {"title": "Other"}))
        newest = max(frames(again))
        harm_frames(again, beheaded, newest)
        assert places_of(mend(again, backup).left) == [("log", newest, "unproven")]
        other.push(clone, place, clone.create(place.id, "activity", {"title": "And on"}))
        assert places_of(mend(again, backup).left) == [("log", newest, "unproven")]
    finally:
        other.close()


def test_a_record_comes_back_with_its_frame(scene: Scene, copied: Copy) -> None:
    backup, whole = copied(scene.house), everything(scene)
    harm_frames(scene, flipped, *frames(scene))
    harm(scene.house, record, "state", lambda data: data[:9], record_id=scene.other.record)
    Snapshots(scene.house.storage, clock=scene.house.clock).make(scene.place.id)
    with scene.house.storage.reading() as connection:
        assert damage.lost_records(connection, scene.place.id) == [("meeting", scene.other.record)]
    done = mend(scene, backup)
    assert done.left == []
    assert [(one.record, one.by) for one in done.mended if one.where == "record"] == [
        (scene.other.record, "log")
    ]
    assert everything(scene)["log"] == whole["log"]
    with scene.house.storage.reading() as connection:
        assert damage.lost_records(connection, scene.place.id) == []
    newcomer = Newcomer(scene.house, scene.place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


def test_a_record_whose_log_is_lost_in_both_comes_back_from_the_backup_s_state(
    scene: Scene, copied: Copy
) -> None:
    with scene.house.storage.reading() as connection:
        whole = damage.read_record(connection, scene.place.id, scene.other.record)
    harm_frames(scene, flipped, *frames(scene))
    backup = copied(scene.house)
    harm(scene.house, record, "state", lambda data: data[:9], record_id=scene.other.record)
    done = mend(scene, backup)
    assert [(one.where, one.by) for one in done.mended] == [("record", "backup")]
    assert {one.why for one in done.left} == {"absent"}
    with scene.house.storage.reading() as connection:
        assert damage.read_record(connection, scene.place.id, scene.other.record) == whole


def test_a_record_that_has_changed_since_is_not_put_back_as_it_was(scene: Scene, copied: Copy) -> None:
    harm_frames(scene, flipped, *frames(scene))
    backup = copied(scene.house)
    scene.house.push(scene.lina, scene.place, scene.lina.edit(scene.other, {"title": "Later"}, {}))
    harm(scene.house, record, "state", lambda data: data[:9], record_id=scene.other.record)
    harmed = everything(scene)["record"]
    done = mend(scene, backup)
    assert done.mended == []
    assert ("record", "absent") in {(one.where, one.why) for one in done.left}
    assert everything(scene)["record"] == harmed


def test_stamps_and_refused_changes_come_back_too(scene: Scene, copied: Copy) -> None:
    lina = scene.lina
    lina.now_ms += 3_600_000
    scene.house.push(lina, scene.place, lina.create(scene.place.id, "activity", {"title": "Ahead"}))
    backup, whole = copied(scene.house), everything(scene)
    with scene.house.storage.reading() as connection:
        (first,) = connection.execute(select(log.c.first_pseq).where(log.c.effective.is_not(None))).one()
    harm(scene.house, log, "effective", lambda _data: b"\xc1", first_pseq=first)
    harm(scene.house, quarantine, "change", flipped, dseq=scene.bad.dseq, device=scene.bad.device)
    done = mend(scene, backup)
    assert {one.where for one in done.mended} == {"log", "quarantine"}
    assert everything(scene) == whole


# The command


def run(ready_url: str, folder: Path, *words: str) -> int:
    """Run a command line; says its exit status."""
    try:
        return run_line(["--data", str(folder), "--database", ready_url, *words])
    except SystemExit as ended:
        return int(str(ended.code))


def test_the_steps_of_the_administrators_guide(
    scene: Scene, copied: Copy, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Healthcheck names a record; mend --dry-run says what is damaged; mend --from puts it back."""
    backup = copied(scene.house)
    harm_frames(scene, flipped, *frames(scene))
    harm(scene.house, record, "state", lambda data: data[:9], record_id=scene.other.record)

    def told(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(ready_url, tmp_path, *words, "--json") == code
        return json.loads(capsys.readouterr().out)

    assert {one["why"] for one in told("mend", "--dry-run")["left"]} == {"no_backup"}
    assert told("healthcheck")["damaged"] == []
    assert told("mend", code=1)["mended"] == []
    assert [one["kind"] for one in told("healthcheck")["damaged"]] == ["meeting"]
    foreseen = told("mend", "--from", backup, "--dry-run", "--workspace", "Jordan")
    assert (foreseen["written"], {one["by"] for one in foreseen["mended"]}) == (False, {"backup"})
    done = told("mend", "--from", backup)
    assert (done["written"], done["left"]) == (True, [])
    assert {one["where"] for one in done["mended"]} == {"log", "record"}
    assert told("healthcheck")["damaged"] == []
    capsys.readouterr()
    assert run(ready_url, tmp_path, "mend") == 0
    assert "Nothing is damaged." in capsys.readouterr().out


def test_the_command_says_which_and_why_in_words(
    scene: Scene, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *_ = frames(scene)
    harm_frames(scene, flipped, first)
    capsys.readouterr()
    assert run(ready_url, tmp_path, "mend") == 1
    said = capsys.readouterr()
    assert f"Jordan  log {first}-" in said.out
    assert "--from" in said.out
    assert "could not be put back: 1" in said.err


@pytest.mark.parametrize(
    "content, code",
    [(None, "no_such_file"), (b"PGDMP\0", "backup_packed"), (b"no database" * 99, "backup_unreadable")],
)
def test_what_is_no_backup_is_refused(house: House, tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "backup"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DaftarError, match=code), opened(str(file), beside=house.storage):
        pass


@pytest.mark.parametrize("revision, code", [("0003", "backup_older"), ("9999", "database_newer")])
def test_backups_of_other_versions_are_refused(
    house: House, tmp_path: Path, revision: str, code: str
) -> None:
    file = tmp_path / "backup.sqlite3"
    other = House(f"sqlite:///{file}", tmp_path / "other")
    with other.storage.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    other.close()
    with pytest.raises(DaftarError, match=code), opened(str(file), beside=house.storage):
        pass


def test_a_backup_of_another_server_is_refused_and_none_is_written_to(
    scene: Scene, copied: Copy, tmp_path: Path
) -> None:
    stranger = House(f"sqlite:///{tmp_path / 'stranger.sqlite3'}", tmp_path / "stranger")
    stranger.workspace()
    back_up(stranger.storage.engine, tmp_path / "other.sqlite3")
    stranger.close()
    with pytest.raises(DaftarError, match="backup_other"):
        mend(scene, str(tmp_path / "other.sqlite3"))
    backup = copied(scene.house)
    harm_frames(scene, flipped, *frames(scene))
    if "://" not in backup:
        before, folder = Path(backup).read_bytes(), Path(backup).parent
        Path(backup).chmod(0o400)
        folder.chmod(0o500)
        try:
            mend(scene, backup)
            assert Path(backup).read_bytes() == before
            assert [path.name for path in folder.iterdir()] == [Path(backup).name]
        finally:
            folder.chmod(0o700)
        return
    engine = open_engine(backup)
    with engine.connect() as connection:
        before_rows = connection.execute(log.select()).all()
    mend(scene, backup)
    with engine.connect() as connection:
        assert connection.execute(log.select()).all() == before_rows
    engine.dispose()
