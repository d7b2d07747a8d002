"""Records that the server's disk has damaged: they are folded anew from the log, and stop nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract.server.test_snapshots import busy, snapshots
from helpers.house import House, Reader
from helpers.laptop import Laptop
from helpers.newcomers import Newcomer, plain
from sqlalchemy import Table, select, update

from sync.changes import Change
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.merge.texts import read_text, set_text
from sync.server.cli import run_line
from sync.server.compaction import Compactor
from sync.server.files.folder import FolderStore
from sync.server.refolding import RECORD_DAMAGED, is_sound
from sync.server.storage import archive, damage
from sync.server.storage.people import Workspace
from sync.server.storage.schema import document, head, log, position, record, snapshot
from sync.server.sweeping import Sweeper
from sync.wire.states import unpack_state
from sync.wire.verify import VerifyAnswer, VerifyRequest

pytestmark = pytest.mark.logs("was damaged", "is damaged", "cannot be read")

Harm = Callable[[bytes], bytes]


def flipped(data: bytes) -> bytes:
    """Another letter in a value: it can be read, and is not what was stored."""
    at = data.index(b"title") + len("title") + 1
    return data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]


HARMS: list[Harm] = [
    flipped,
    lambda data: data[: len(data) // 2],
    lambda _data: b"",
    lambda _data: b"\xc1" * 40,
]


def harm(house: House, table: Table, column: str, change: Harm, **where: Any) -> None:
    """Damage one column of some rows on the disk."""
    keys = [table.c[name] == value for name, value in where.items()]

    def work(connection: Any) -> None:
        for (stored,) in connection.execute(select(table.c[column]).where(*keys)).all():
            connection.execute(update(table).where(*keys).values({column: change(bytes(stored))}))

    house.storage.writing(work)


def harm_state(house: House, change: Change, how: Harm = flipped, *, column: str = "state") -> None:
    harm(house, record, column, how, record_id=change.record)


def harm_frames(house: House, place: Workspace, change: Change) -> None:
    """Damage every frame of the log that may speak of a record."""
    from sync.frames.packing import open_frame

    with house.storage.reading() as connection:
        stored = list(archive.log_frames(connection, place.id))
    for one in stored:
        block = open_frame(one.frame, place.id)
        if any(change.record in group.records for group in block.groups):
            harm(house, log, "frame", lambda data: data[:-2] + b"\0\0", first_pseq=one.first_pseq)


def all_sound(house: House, place: Workspace) -> bool:
    with house.storage.reading() as connection:
        texts = archive.documents_of(connection, place.id)
        rows = list(archive.records_of(connection, place.id))
    return all(is_sound(row, texts.get(row.id, {}), place.id) for row in rows)


def newcomer_agrees(house: House, place: Workspace) -> bool:
    """Whether somebody who begins with the snapshot gets what the log says, by sums and by values."""
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    return plain(newcomer.reader) == plain(newcomer.by_log())


@pytest.mark.parametrize("which", range(5))
@pytest.mark.parametrize("how", HARMS)
def test_inv_27_a_damaged_record_is_folded_anew_where_a_snapshot_is_made(
    house: House, how: Harm, which: int
) -> None:
    place, *_, made = busy(house)
    harm_state(house, made[which], how)
    assert not all_sound(house, place)
    assert snapshots(house).make(place.id) is not None
    assert newcomer_agrees(house, place)
    assert all_sound(house, place)


@pytest.mark.parametrize("column", ["term", "state"])
def test_inv_27_the_digest_proves_what_the_term_does_not(house: House, column: str) -> None:
    place, *_, made = busy(house)
    for change in made[:3]:
        harm_state(house, change, lambda data: bytes(16) if column == "term" else data[:9], column=column)
        harm_state(house, change, lambda _data: b"x" * 16, column="term")
    snapshots(house).make(place.id)
    assert newcomer_agrees(house, place)
    assert all_sound(house, place)


def test_inv_27_a_damaged_long_text_is_made_good_too(house: House) -> None:
    place, *_, made = busy(house)
    harm(house, document, "snapshot", lambda data: data[:20], record_id=made[3].record)
    snapshots(house).make(place.id)
    assert newcomer_agrees(house, place)
    assert all_sound(house, place)


def test_inv_27_what_lies_behind_the_horizon_gives_it_back_too(house: House) -> None:
    place, *_, made = busy(house)
    before = plain(house.read(place))
    Compactor(house.storage, snapshots(house), clock=house.clock).compact(place.id, keep_days=-1)
    for change in made:
        harm_state(house, change)
    snapshots(house).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    found = plain(newcomer.reader)
    assert {record: found[record] for record in before} == before


def test_inv_27_without_its_log_the_rest_makes_a_snapshot_and_the_operator_learns_which(
    house: House, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, lina, _, (one, *_) = busy(house)
    extra = lina.create(place.id, "activity", {"title": "Alone"})
    house.push(lina, place, extra)
    before = house.read(place)
    harm_frames(house, place, extra)
    harm_state(house, extra, lambda data: data[:12])
    harm_state(house, one)
    assert snapshots(house).make(place.id) is not None
    newcomer = Newcomer(house, place)
    with pytest.raises(AssertionError):
        # Its sums differ by what is lost, and by nothing else.
        newcomer.fill()
    found = newcomer.reader.states
    assert before.states.keys() - found.keys() == {extra.record}
    digest = Digest()
    for state in [*found.values(), before.states[extra.record]]:
        digest.replace(state.record, None, record_term(state))
    assert digest.summary() == newcomer.manifest().digest
    capsys.readouterr()
    assert run_line(["--data", str(tmp_path), "--database", ready_url, "healthcheck", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["damaged"]
    assert (told["kind"], told["id"].replace("-", "")) == ("activity", extra.record.hex())
    assert told["workspace"]["name"] == place.name


def test_inv_27_what_is_lost_is_no_longer_told_once_the_log_is_whole(house: House) -> None:
    place, lina, *_ = busy(house)
    extra = lina.create(place.id, "activity", {"title": "Alone"})
    house.push(lina, place, extra)
    with house.storage.reading() as connection:
        whole = {one.first_pseq: one.frame for one in archive.log_frames(connection, place.id)}
    harm_frames(house, place, extra)
    harm_state(house, extra, lambda data: data[:12])
    snapshots(house).make(place.id)
    with house.storage.reading() as connection:
        assert damage.lost_records(connection, place.id) == [("activity", extra.record)]
    for first, frame in whole.items():
        harm(house, log, "frame", lambda _data, frame=frame: frame, first_pseq=first)
    snapshots(house).make(place.id)
    with house.storage.reading() as connection:
        assert damage.lost_records(connection, place.id) == []
    assert newcomer_agrees(house, place)


def test_inv_27_sums_that_differ_though_nothing_is_damaged_make_no_snapshot(house: House) -> None:
    place, *_ = busy(house)
    with house.storage.engine.begin() as connection:
        connection.execute(record.delete().where(record.c.kind == "meeting"))
    with pytest.raises(DaftarError, match="digest_differs"):
        snapshots(house).make(place.id)


def test_inv_27_a_damaged_list_of_pieces_stops_no_snapshot(house: House) -> None:
    place, *_ = busy(house)
    snapshots(house).make(place.id)
    harm(house, snapshot, "manifest", lambda data: data[:7], workspace_id=place.id)
    assert snapshots(house).make(place.id) is not None
    assert newcomer_agrees(house, place)


# Pushing and comparing


def test_inv_27_what_can_be_read_and_is_not_what_was_stored_is_not_built_upon(house: House) -> None:
    place, lina, _, (_, two, *_) = busy(house)
    harm_state(house, two)
    assert house.push(lina, place, lina.edit(two, {"progress": 80}, {})).troubles == ()
    state = house.read(place).state(two)
    assert (state.values["title"], state.values["progress"]) == ("Coaching", 80)
    assert all_sound(house, place)


@pytest.mark.parametrize("how", HARMS[1:])
def test_inv_27_an_edit_of_a_damaged_record_is_taken(house: House, how: Harm) -> None:
    place, lina, _, (_, two, _, note, *_) = busy(house)
    harm_state(house, two, how)
    harm_state(house, note, how)
    harm(house, document, "snapshot", how, record_id=note.record)
    longer = set_text(note.writes["notes"], "مرحبا جميعا").update
    answer = house.push(
        lina, place, lina.edit(two, {"progress": 80}, {}), lina.edit(note, {"notes": longer}, {})
    )
    assert answer.troubles == ()
    reader = house.read(place)
    assert reader.state(two).values["progress"] == 80
    assert "جميعا" in read_text(reader.state(note).texts["notes"])
    assert all_sound(house, place)


def test_inv_27_an_edit_of_a_record_that_is_lost_waits_in_quarantine_and_stops_nothing(house: House) -> None:
    place, lina, _, (one, *_) = busy(house)
    extra = lina.create(place.id, "activity", {"title": "Alone"})
    house.push(lina, place, extra)
    harm_frames(house, place, extra)
    harm_state(house, extra, lambda data: data[:12])
    answer = house.push(
        lina, place, lina.edit(extra, {"title": "Typed"}, {}), lina.edit(one, {"progress": 5}, {})
    )
    assert [trouble.code for trouble in answer.troubles] == [RECORD_DAMAGED]
    with house.storage.reading() as connection:
        states = {row.id: row for row in archive.records_of(connection, place.id)}
    state, _ = unpack_state(states[one.record].state, workspace=place.id, kind="activity", record=one.record)
    assert state.values["progress"] == 5


def asked(house: House, place: Workspace, laptop: Laptop, *records: bytes) -> VerifyAnswer:
    with house.storage.reading() as connection:
        (pseq,) = connection.execute(select(head.c.pseq).where(head.c.workspace_id == place.id)).one()
    request = VerifyRequest(laptop.device, place.number, pseq, b"", records)
    return VerifyAnswer.unpack(house.service.verify(house.caller(laptop), request.pack()).pack())


@pytest.mark.parametrize("how", HARMS)
def test_inv_27_a_laptop_that_compares_is_told_what_the_log_says(house: House, how: Harm) -> None:
    place, lina, _, (_, two, *_) = busy(house)
    right = asked(house, place, lina, two.record).states
    harm_state(house, two, how)
    told = asked(house, place, lina, two.record).states
    both = [
        unpack_state(one.state, workspace=place.id, kind=one.kind, record=one.record)[0]
        for one in (*right, *told)
    ]
    assert both[0] == both[1]
    assert dict(right[0].texts) == dict(told[0].texts)


def test_inv_27_of_what_is_lost_a_laptop_is_told_nothing_wrong(house: House) -> None:
    place, lina, *_ = busy(house)
    extra = lina.create(place.id, "activity", {"title": "Nobody"})
    house.push(lina, place, extra)
    harm_frames(house, place, extra)
    harm_state(house, extra)
    (told,) = asked(house, place, lina, extra.record).states
    assert (told.record, told.state, told.texts) == (extra.record, b"", ())


# Beside


@pytest.mark.parametrize("lost", [False, True])
def test_inv_27_the_file_of_a_damaged_attachment_stays(house: House, tmp_path: Path, lost: bool) -> None:
    from sync.server.storage import blobs

    place, lina, _, (one, *_) = busy(house)
    fingerprint = bytes([7]) * 32
    named = {"title": "Minutes", "about": one.record, "sha256": fingerprint.hex(), "size": 3}
    attachment = lina.create(place.id, "attachment", named)
    house.push(lina, place, attachment)
    store = FolderStore(tmp_path / "files")
    store.append(place.id, fingerprint, b"s" * 16, offset=0, data=b"abc")
    store.complete(place.id, fingerprint, b"s" * 16)
    house.storage.writing(
        lambda connection: blobs.put_blob(
            connection, place.id, fingerprint, size=3, person_id=lina.person, at=house.clock.now_ms()
        )
    )
    harm_state(house, attachment, lambda data: data[:10])
    if lost:
        harm_frames(house, place, attachment)
    Sweeper(house.storage, store, clock=house.clock).sweep(place.id, grace_days=0)
    assert store.size(place.id, fingerprint) == 3


def test_inv_27_stamps_that_cannot_be_read_stop_no_pull(house: House) -> None:
    place, lina, *_ = busy(house)
    lina.now_ms += 3_600_000
    ahead = lina.create(place.id, "activity", {"title": "Ahead"})
    house.push(lina, place, ahead)
    with house.storage.reading() as connection:
        (first,) = connection.execute(select(log.c.first_pseq).where(log.c.effective.is_not(None))).one()
    harm(house, log, "effective", lambda _data: b"\xc1", first_pseq=first)
    reader = Reader(place.id)
    reader.read(house.pull(house.laptop(house.person("Sami", place)), place).pulled)
    assert ahead.record in reader.states


def test_positions_are_left_alone(house: House) -> None:
    """What is folded anew moves no number."""
    place, *_, made = busy(house)

    def numbers() -> list[Any]:
        with house.storage.reading() as connection:
            rows = connection.execute(select(position.c.device, position.c.dseq, position.c.chain))
            return sorted(tuple(row) for row in rows)

    before = numbers()
    harm_state(house, made[0])
    snapshots(house).make(place.id)
    assert numbers() == before
