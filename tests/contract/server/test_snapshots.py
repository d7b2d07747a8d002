"""Snapshots on the server: what they hold, who may read them, and when they are made anew."""

import pytest
from helpers.house import House
from helpers.newcomers import Newcomer, plain
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from sync.changes import DELETED
from sync.errors import DaftarError
from sync.frames import seal
from sync.merge import RecordState, chunks
from sync.merge.texts import set_text
from sync.server import snapshots as snapshots_module
from sync.server.priorities import priority, priority_of_plain
from sync.server.snapshots import Snapshots, is_due
from sync.server.states import pack_state, unpack_plain
from sync.server.storage.schema import chunk


def snapshots(house: House) -> Snapshots:
    return Snapshots(house.storage, clock=house.clock)


def busy(house: House):
    """A workspace with everything that can stand in one: conflicts, deletes, holes, texts, unknown fields."""
    place = house.workspace()
    lina = house.laptop(house.person("Lina Haddad", place))
    omar = house.laptop(house.person("Omar Khalil", place))
    one = lina.create(place.id, "activity", {"title": "Survey", "status": "planned", "tags": ["a", "b"]})
    two = lina.create(place.id, "activity", {"title": "Coaching", "progress": 20})
    three = lina.create(place.id, "activity", {"title": "Gone"})
    note = lina.create(place.id, "meeting", {"title": "Board", "notes": set_text(None, "مرحبا").update})
    odd = lina.create(
        place.id, "training", {"title": "Odd", "seats": {"F": 3}}, classes={"title": "r", "seats": "k"}
    )
    extra = lina.create(place.id, "activity", {"title": "New field", "mood": "good"}, classes={"mood": "o"})
    house.push(lina, place, one, two, three, note, odd, extra)
    first = lina.edit(one, {"title": "Employer survey"}, {})
    gone = lina.edit(three, {DELETED: True}, {})
    bad = lina.edit(two, {"progress": "many"}, {})
    after = lina.edit(two, {"progress": 30}, {"progress": (bad.id,)})
    house.push(lina, place, first, gone, bad, after)
    other = omar.edit(one, {"title": "Survey of employers"}, {})
    doc = omar.edit(note, {"notes": set_text(note.writes["notes"], "مرحبا بكم").update}, {})
    house.push(omar, place, other, doc)
    return place, lina, omar, (one, two, three, note, odd, extra)


def test_a_snapshot_holds_the_whole_settled_state(house: House) -> None:
    place, *_ = busy(house)
    snapshots(house).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


def test_the_value_before_of_an_open_conflict_travels(house: House) -> None:
    from sync.frames import changes_of
    from sync.frames.packing import open_frame

    place, _, _, (one, *_) = busy(house)
    snapshots(house).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    told = changes_of(open_frame(newcomer.tables.histories[one.record], place.id))
    assert [change.writes.get("title") for change in told] == [
        "Survey",
        "Employer survey",
        "Survey of employers",
    ]


def test_the_log_behind_a_snapshot_may_stand_on_its_holes(house: House) -> None:
    place, lina, _, (_, two, *_) = busy(house)
    snapshots(house).make(place.id)
    bad = lina.edit(two, {"progress": "much"}, {})
    later = lina.edit(two, {"progress": 60}, {"progress": (bad.id,)})
    house.push(lina, place, bad, later)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


def test_unknown_kinds_and_fields_keep_their_merge_classes(house: House) -> None:
    place, *_, (_, _, _, _, odd, extra) = busy(house)
    snapshots(house).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    assert newcomer.reader.states[odd.record].classes["seats"] == "k"
    assert newcomer.reader.states[extra.record].classes["mood"] == "o"


def test_what_is_worked_with_first_comes_first(house: House) -> None:
    place = house.workspace()
    lina = house.laptop(house.person("Lina Haddad", place))
    changes = [lina.create(place.id, "comment", {"text": f"Comment {number}"}) for number in range(50)]
    changes += [lina.create(place.id, "activity", {"title": f"Activity {number}"}) for number in range(50)]
    changes += [lina.create(place.id, "activity", {"title": "Long ago", "end": "2019-01-01"})]
    house.push(lina, place, *changes)
    manifest = snapshots(house).make(place.id)
    assert manifest is not None
    # The tables, what is needed to begin with, the rest, and what is old.
    assert (manifest.usable, len(manifest.pieces)) == (2, 4)
    assert 0 < manifest.usable_size < manifest.size


def test_inv_25_a_piece_is_readable_only_with_access_to_a_workspace_that_has_it(house: House) -> None:
    place, *_ = busy(house)
    manifest = snapshots(house).make(place.id)
    assert manifest is not None
    stranger = house.laptop(house.person("Sami Nasser", house.workspace("Elsewhere")))
    archive, caller = house.service.archive, house.caller(stranger)
    for ask, code in (
        (lambda: archive.manifest(caller, place.id.hex()), "snapshot_missing"),
        (lambda: archive.manifest(caller, bytes(16).hex()), "snapshot_missing"),
        (lambda: archive.chunk(caller, manifest.pieces[1].hash.hex()), "chunk_missing"),
        (lambda: archive.chunk(caller, bytes(32).hex()), "chunk_missing"),
        (lambda: archive.chunk(caller, "ü"), "bad_request"),
    ):
        with pytest.raises(DaftarError) as refused:
            ask()
        assert (refused.value.code, refused.value.params) == (code, {})


def test_a_snapshot_is_due_when_the_tail_is_more_than_a_fifth(house: House) -> None:
    place = house.workspace()
    lina = house.laptop(house.person("Lina Haddad", place))
    noise = [lina.create(place.id, "comment", {"text": f"{number * 7919:x} " * 40}) for number in range(20)]
    house.push(lina, place, *noise)
    with house.storage.reading() as connection:
        assert not is_due(connection, place.id)
    assert snapshots(house).refresh() == []


def test_the_same_records_make_the_same_pieces(house: House) -> None:
    place, lina, *_ = busy(house)
    first = snapshots(house).make(place.id)
    again = snapshots(house).make(place.id)
    assert first == again
    house.push(lina, place, lina.create(place.id, "comment", {"text": "More"}))
    third = snapshots(house).make(place.id)
    assert first is not None
    assert third is not None
    assert {piece.hash for piece in first.pieces} & {piece.hash for piece in third.pieces}


def test_old_snapshots_and_their_pieces_go_when_two_newer_ones_are_there(house: House) -> None:
    place, lina, *_ = busy(house)
    manifests = []
    for number in range(4):
        house.push(lina, place, lina.create(place.id, "comment", {"text": f"More {number}"}))
        manifests.append(snapshots(house).make(place.id))
    from sync.server.storage import archive

    with house.storage.reading() as connection:
        kept = archive.chunk_hashes(connection, place.id)
    wanted = {piece.hash for manifest in manifests[-2:] if manifest for piece in manifest.pieces}
    assert kept == wanted


def test_pieces_that_did_not_change_are_neither_compressed_nor_named_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an older version compressed them in another way."""
    place, lina, _, (_, two, *_) = busy(house)
    monkeypatch.setattr(snapshots_module, "_PIECE", 1)
    monkeypatch.setattr(snapshots_module, "_BORDER", 0)
    monkeypatch.setattr(snapshots_module, "LEVEL", 1)
    first = snapshots(house).make(place.id)
    house.push(lina, place, lina.edit(two, {"progress": 40}, {}))
    monkeypatch.undo()
    monkeypatch.setattr(snapshots_module, "_PIECE", 1)
    monkeypatch.setattr(snapshots_module, "_BORDER", 0)
    sealed: list[int] = []
    monkeypatch.setattr(chunks, "seal", lambda *all_, **more: sealed.append(1) or seal(*all_, **more))
    second = snapshots(house).make(place.id)
    assert first is not None
    assert second is not None
    new = {one.hash for one in second.pieces} - {one.hash for one in first.pieces}
    # The tables, and the one with the record.
    assert len(sealed) == 2
    assert len(new) <= 2 < len(second.pieces)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


def test_a_stored_piece_that_the_disk_has_damaged_is_made_anew(house: House) -> None:
    place, *_ = busy(house)
    made = snapshots(house).make(place.id)
    assert made is not None
    with house.storage.engine.begin() as connection:
        connection.execute(update(chunk).values(data=b"\0"))
    snapshots(house).make(place.id)
    newcomer = Newcomer(house, place)
    newcomer.fill()
    newcomer.follow()
    assert plain(newcomer.reader) == plain(newcomer.by_log())


@given(
    st.sampled_from(["meeting", "activity", "comment", "person", "training"]),
    st.dictionaries(
        st.sampled_from(["start", "end", "title"]),
        st.sampled_from(["2020-01-01", "2026-01-01", "start", "end", "", "2025-06-01T10:00"]),
    ),
    st.integers(0, 2_000_000_000_000),
)
def test_what_nobody_changed_has_the_priority_it_would_have_taken_apart(
    kind: str, values: dict[str, str], made_ms: int
) -> None:
    now = 1_767_225_600_000
    state = RecordState(bytes(16), kind, b"r" * 16, (1, 1), made_ms << 16, bytes(16), dict(values))
    glanced = unpack_plain(pack_state(state))
    assert glanced is not None
    assert priority_of_plain(kind, *glanced, now_ms=now) == priority(state, now_ms=now)
