"""Erasing where the server's disk has damaged what it holds: what can be erased is, and the rest is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract.server.test_purge import SECRET, WHY, Scene, files_of
from helpers.house import House
from helpers.newcomers import Newcomer
from sqlalchemy import select, update

from sync.changes import DELETED
from sync.errors import DaftarError
from sync.frames import codec
from sync.frames.container import seal, unseal
from sync.merge.holes import ERASED
from sync.server.cli import run_line
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots
from sync.server.storage.schema import history, log, parked, quarantine, record
from sync.server.stored import EMPTIED, read_stored

pytestmark = pytest.mark.logs("cannot be read")

Harm = Callable[[bytes], bytes]


def flipped(frame: bytes) -> bytes:
    return frame[:-3] + bytes([frame[-3] ^ 0x20]) + frame[-2:]


def cut(frame: bytes) -> bytes:
    return frame[: len(frame) * 2 // 3]


def in_clear(frame: bytes) -> bytes:
    """Not compressed, and one bit of the head is wrong: everything in it could be read with an editor."""
    return b"\x03" + seal(unseal(frame).payload, level=1)[1:] + SECRET.encode()


def newer(frame: bytes) -> bytes:
    """What a later version would write: sound, and not for us."""
    payload = unseal(frame).payload
    return seal(payload[:1] + b"\x02" + payload[2:])


HARMS = [flipped, cut, in_clear]


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


def frames(scene: Scene, table: Any = log) -> dict[int, bytes]:
    with scene.house.storage.reading() as connection:
        query = select(table.c.first_pseq, table.c.frame).order_by(table.c.first_pseq)
        return {int(first): bytes(frame) for first, frame in connection.execute(query)}


def harm_frames(scene: Scene, harm: Harm, *firsts: int, table: Any = log) -> dict[int, bytes]:
    """Damage some frames on the disk; says what stands there now."""
    stored = frames(scene, table)
    bad = {first: harm(stored[first]) for first in firsts}

    def work(connection: Any) -> None:
        for first, frame in bad.items():
            connection.execute(update(table).where(table.c.first_pseq == first).values(frame=frame))

    scene.house.storage.writing(work)
    return bad


def about_meeting(scene: Scene, table: Any = log) -> list[int]:
    """Where the frames begin that speak of the record or what hangs on it."""
    gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
    found = []
    for first, frame in frames(scene, table).items():
        block = read_stored(frame, scene.place.id)
        if block is not None and any(not gone.isdisjoint(group.records) for group in block.groups):
            found.append(first)
    return found


def on_disk(scene: Scene, folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in files_of(folder))


@pytest.mark.parametrize("harm", HARMS)
def test_inv_27_a_damaged_frame_stops_no_erasure_and_is_emptied(
    scene: Scene, harm: Harm, tmp_path: Path
) -> None:
    first, *_ = about_meeting(scene)
    bad = harm_frames(scene, harm, first)[first]
    plan = scene.erasing.plan("meeting", scene.meeting.record)
    assert frames(scene)[first] == bad
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert done.unread == plan.unread
    (told,) = done.unread
    assert (told.place, told.first, told.bytes, told.emptied) == ("log", first, len(bad), True)
    assert told.code in {"bad_frame", "cut_frame"}
    assert done.whole
    assert frames(scene)[first] == EMPTIED
    assert SECRET.encode() not in scene.rows()
    if scene.house.storage.dialect == "sqlite":
        left = on_disk(scene, tmp_path)
        assert [needle for needle in (SECRET.encode(), bad[40:], bad[-24:]) if needle in left] == []
    assert {row.finished for row in scene.erasing.erased(scene.place)} == {scene.house.clock.now_ms()}
    # What was emptied once says nothing, and is told no more.
    assert scene.erasing.purge("meeting", scene.other.record, **WHY).unread == ()


def test_inv_27_everything_else_goes_on_behind_an_emptied_frame(scene: Scene) -> None:
    house, place, lina = scene.house, scene.place, scene.lina
    first, *_ = about_meeting(scene)
    harm_frames(scene, flipped, first)
    scene.purge()
    fine = lina.create(place.id, "meeting", {"title": "Fine"})
    assert house.push(lina, place, fine).troubles == ()
    late = scene.omar.edit(scene.meeting, {"title": f"{SECRET} late"}, {})
    assert [one.code for one in house.push(scene.omar, place, late).troubles] == [ERASED]
    pulled = house.pull(house.laptop(house.person("Rima Aziz", place)), place).pulled
    assert [part.first for part in pulled] == [1, *(part.last + 1 for part in pulled[:-1])]
    assert [part.first for part in pulled if part.frame == EMPTIED] == [first]
    Snapshots(house.storage, clock=house.clock).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    gone = {scene.meeting.record, scene.minutes.record, scene.comment.record}
    assert gone.isdisjoint(newcomer.reader.states)
    assert newcomer.reader.states[scene.other.record].values["title"] == "Public twice"
    assert fine.record in newcomer.reader.states


def test_inv_27_whose_changes_stood_in_an_emptied_frame_still_gets_their_numbers(scene: Scene) -> None:
    first, *_ = about_meeting(scene)
    harm_frames(scene, flipped, first)
    scene.purge()
    part = scene.house.pull(scene.lina, scene.place, cursor=first - 1).pulled[0]
    assert (part.first, part.frame, part.first_dseq) == (first, None, 1)


@pytest.mark.parametrize("harm", HARMS)
def test_inv_27_of_old_history_only_what_may_speak_of_the_record_is_emptied(
    scene: Scene, harm: Harm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.compaction.JOINED", 1)
    made = Snapshots(scene.house.storage, clock=scene.house.clock)
    Compactor(scene.house.storage, made, clock=scene.house.clock).compact(scene.place.id, keep_days=-1)
    firsts = about_meeting(scene, history)
    other = next(first for first in frames(scene, history) if first not in firsts)
    bad = harm_frames(scene, harm, firsts[0], other, table=history)
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert [(one.place, one.first, one.emptied) for one in done.unread] == [("history", firsts[0], True)]
    assert frames(scene, history)[firsts[0]] == EMPTIED
    assert frames(scene, history)[other] == bad[other]
    newcomer = Newcomer(scene.house, scene.place)
    newcomer.fill()
    newcomer.follow()
    assert scene.meeting.record not in newcomer.reader.states


def test_inv_21_an_emptied_frame_keeps_no_log_from_being_compacted(scene: Scene) -> None:
    house, place = scene.house, scene.place
    first, *_ = about_meeting(scene)
    harm_frames(scene, flipped, first)
    made = Snapshots(house.storage, clock=house.clock)
    compactor = Compactor(house.storage, made, clock=house.clock)
    assert compactor.compact(place.id, keep_days=-1).horizon < first
    scene.purge()
    done = compactor.compact(place.id, keep_days=-1)
    assert done.horizon > first
    assert frames(scene) == {}
    assert frames(scene, history)[first] == EMPTIED
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    assert scene.other.record in newcomer.reader.states
    fine = scene.lina.create(place.id, "meeting", {"title": "Fine"})
    house.push(scene.lina, place, fine)
    newcomer.follow()
    assert fine.record in newcomer.reader.states
    assert scene.erasing.purge("meeting", scene.other.record, **WHY).unread == ()


def harm_aside(scene: Scene, table: Any, of: bytes) -> None:
    def work(connection: Any) -> None:
        rows = connection.execute(select(table.c.device, table.c.dseq, table.c.change, table.c.record_id))
        for device, dseq, change, of_record in rows.all():
            if bytes(of_record) == of:
                here = (table.c.device == device, table.c.dseq == dseq)
                connection.execute(update(table).where(*here).values(change=in_clear(bytes(change))))

    scene.house.storage.writing(work)


def test_inv_27_what_was_refused_of_it_or_waits_is_blanked_though_nobody_can_read_it(scene: Scene) -> None:
    for table in (quarantine, parked):
        harm_aside(scene, table, scene.meeting.record)
    before = scene.house.read(scene.place)
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert (done.refused, done.unread) == (2, ())
    assert SECRET.encode() not in scene.rows()
    after = scene.house.read(scene.place)
    assert scene.meeting.record not in after.states
    assert set(after.dseqs(scene.omar.device)) > set(before.dseqs(scene.omar.device))


def test_inv_27_a_refused_change_that_nobody_can_read_goes_only_where_its_record_is_unknown(
    scene: Scene,
) -> None:
    house, place, omar = scene.house, scene.place, scene.omar
    named = {"text": f"{SECRET} refused", "about": scene.meeting.record, "nonsense_date": "x"}
    comment = omar.create(place.id, "comment", named | {DELETED: "no"})
    apart = omar.edit(scene.other, {"start": "no day"}, {})
    assert [one.dseq for one in house.push(omar, place, comment, apart).troubles] == [
        comment.dseq,
        apart.dseq,
    ]
    for one in (comment, apart):
        harm_aside(scene, quarantine, one.record)
    frames_told = house.service.quarantine.unread(place.id)
    assert {(one.row.first_dseq, one.row.code) for one in frames_told} == {
        (comment.dseq, "bad_frame"),
        (apart.dseq, "bad_frame"),
    }
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    told = [(one.place, one.device, one.first, one.emptied) for one in done.unread]
    assert told == [("quarantine", omar.device, comment.dseq, True)]
    with scene.house.storage.reading() as connection:
        query = select(quarantine.c.change).where(quarantine.c.record_id == comment.record)
        assert connection.execute(query).scalar_one() == EMPTIED


def test_inv_27_a_waiting_change_that_nobody_can_read_blocks_no_push(scene: Scene) -> None:
    house, place, lina = scene.house, scene.place, scene.lina
    harm_aside(scene, parked, scene.meeting.record)
    fine = lina.create(place.id, "meeting", {"title": "Fine"})
    assert house.push(lina, place, fine).troubles == ()
    assert fine.record in house.read(place).states
    assert house.service.quarantine.release(place.id, [scene.bad.id], by=bytes(16)).released == ()


def test_inv_27_what_hangs_on_an_unreadable_refused_change_is_folded_without_it(scene: Scene) -> None:
    house, place, omar = scene.house, scene.place, scene.omar
    bad = omar.edit(scene.other, {"start": "no day"}, {})
    house.push(omar, place, bad)
    harm_aside(scene, quarantine, scene.other.record)
    good = omar.edit(scene.other, {"start": "2026-05-04T10:00"}, {"start": (bad.id,)})
    assert house.push(omar, place, good).troubles == ()
    assert Snapshots(house.storage, clock=house.clock).make(place.id) is not None


def test_a_record_that_may_hang_on_it_and_cannot_be_read_is_told(scene: Scene) -> None:
    def work(connection: Any) -> None:
        connection.execute(
            update(record).where(record.c.record_id == scene.comment.record).values(state=b"\xc1")
        )

    scene.house.storage.writing(work)
    plan = scene.erasing.plan("meeting", scene.meeting.record)
    assert plan.unsure == (("comment", scene.comment.record),)
    scene.erasing.plan("comment", scene.comment.record)


# What a later version wrote


def edit_of_tomorrow(scene: Scene) -> None:
    """One more edit of the meeting, in a frame of a version that this one does not know."""
    edit = scene.lina.edit(scene.meeting, {"title": f"{SECRET} of tomorrow"}, {})
    scene.house.push(scene.lina, scene.place, edit)
    harm_frames(scene, newer, max(frames(scene)))


def test_inv_26_what_a_later_version_wrote_is_kept_until_that_one_erases_it(scene: Scene) -> None:
    edit_of_tomorrow(scene)
    last = max(frames(scene))
    kept = frames(scene)[last]
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert [(one.first, one.code, one.emptied) for one in done.unread] == [(last, "frame_too_new", False)]
    assert not done.whole
    assert frames(scene)[last] == kept
    assert {row.finished for row in scene.erasing.erased(scene.place)} == {None}
    assert scene.erasing.finish([scene.place]) == []
    # Another erasure does not finish this one.
    scene.erasing.purge("meeting", scene.other.record, **WHY)
    assert {row.finished for row in scene.erasing.erased(scene.place)} == {None}
    harm_frames(scene, older, last)
    assert scene.erasing.finish([scene.place]) == [scene.place]
    assert SECRET.encode() not in scene.rows()
    assert None not in {row.finished for row in scene.erasing.erased(scene.place)}


def older(frame: bytes) -> bytes:
    """As if this version had learned to read it."""
    payload = unseal(frame).payload
    return seal(payload[:1] + bytes([codec.VERSION]) + payload[2:])


def test_the_operator_is_told_what_could_not_be_read_and_what_to_do(
    scene: Scene, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sync.records.ids import id_text

    first, *_ = about_meeting(scene)
    harm_frames(scene, flipped, first)
    line = ["--data", str(tmp_path), "--database", ready_url, "purge"]
    one = ["meeting", id_text(scene.meeting.record)]
    assert run_line([*line, *one, "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert f"Not readable (bad_frame), log, changes {first} to" in shown
    assert "would be emptied. To keep what else it says, put it back first: mend --from BACKUP." in shown
    assert run_line([*line, *one, "--reason", "asked for", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["unread"]
    assert (told["where"], told["first"], told["code"], told["emptied"]) == ("log", first, "bad_frame", True)
    other = ["meeting", id_text(scene.other.record)]
    edit_of_tomorrow(scene)
    assert run_line([*line, *other, "--reason", "asked for", "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["params"]["reason"]) == ("erasure_unfinished", "frame_too_new")
    assert run_line([*line, "--finish"]) == 1
    assert "Upgrade the program" in capsys.readouterr().err


def test_a_server_that_restores_a_damaged_frame_first_erases_it_as_any_other(scene: Scene) -> None:
    first, *_ = about_meeting(scene)
    whole = frames(scene)[first]
    harm_frames(scene, flipped, first)
    harm_frames(scene, lambda _bad: whole, first)
    done = scene.erasing.purge("meeting", scene.meeting.record, **WHY)
    assert done.unread == ()
    with pytest.raises(DaftarError, match=ERASED):
        scene.erasing.plan("meeting", scene.meeting.record)
