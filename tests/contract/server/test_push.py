"""Handing in work: order, repeats, clones, concurrent edits, and what others then read."""

import hashlib
from dataclasses import replace

import pytest
from helpers.house import House, Reader
from helpers.laptop import Laptop
from sqlalchemy import Connection

from sync.changes import canonical
from sync.merge import conflicts_of
from sync.merge.texts import read_text, set_text
from sync.server.storage import unread
from sync.server.storage.people import Workspace
from sync.server.storage.unread import UnreadFrame
from sync.wire.messages import Push, SyncAnswer, combined_digest


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def one(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Amina Hassan", jordan))


@pytest.fixture
def two(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Joseph Okello", jordan))


def test_inv_01_what_one_pushes_another_pulls(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    first = one.create(jordan.id, "activity", {"title": "Training", "status": "planned"})
    second = one.create(jordan.id, "activity", {"title": "Cash transfer", "tags": ["cash", "women"]})
    answer = house.push(one, jordan, first, second)
    assert answer.troubles == ()
    assert answer.workspaces[0].acked_dseq == 2
    assert answer.workspaces[0].chain == one.chains[jordan.id]
    reader = house.read(jordan)
    assert reader.state(first).values == {"title": "Training", "status": "planned"}
    assert reader.state(second).values == {"title": "Cash transfer", "tags/cash": True, "tags/women": True}


def test_own_changes_come_back_as_numbers(house: House, jordan: Workspace, one: Laptop) -> None:
    changes = [one.create(jordan.id, "activity", {"title": f"Visit {number}"}) for number in range(3)]
    start = house.pull(one, jordan).head
    house.push(one, jordan, *changes[:2])
    answer = house.push(one, jordan, changes[2], cursor=start)
    (reference,) = answer.workspaces[0].pulled
    assert reference.frame is None
    assert (reference.first, reference.last) == (start + 1, start + 3)
    assert (reference.first_dseq, reference.last_dseq) == (1, 3)


def test_inv_03_a_repeated_push_is_one_push(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    changes = [one.create(jordan.id, "activity", {"title": f"Visit {number}"}) for number in range(5)]
    push = one.push(jordan.number, changes, limit=300)
    before = house.sync(one, one.request(push))
    again = house.sync(one, one.request(push))
    assert before.workspaces[0].head == again.workspaces[0].head
    assert before.workspaces[0].digest == again.workspaces[0].digest
    assert house.read(jordan).dseqs(one.device) == [1, 2, 3, 4, 5]


def test_inv_03_a_push_that_overlaps_the_last_one_adds_the_rest(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    changes = [one.create(jordan.id, "activity", {"title": f"Visit {number}"}) for number in range(5)]
    other = Laptop(one.device, one.person, now_ms=one.now_ms)
    house.push(one, jordan, *changes[:2])
    answer = house.sync(one, one.request(other.push(jordan.number, changes)))
    assert answer.workspaces[0].acked_dseq == 5
    assert house.read(jordan).dseqs(one.device) == [1, 2, 3, 4, 5]


def test_inv_08_a_push_with_a_gap_before_it_is_not_taken(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    changes = [one.create(jordan.id, "activity", {"title": f"Visit {number}"}) for number in range(3)]
    one.push(jordan.number, changes[:1])
    answer = house.push(one, jordan, *changes[1:])
    assert answer.workspaces[0].acked_dseq == 0
    assert not answer.new_epoch


def test_inv_18_a_clone_is_told_to_draw_a_new_number(house: House, jordan: Workspace, one: Laptop) -> None:
    clone = Laptop(one.device, one.person, now_ms=one.now_ms)
    house.push(one, jordan, one.create(jordan.id, "activity", {"title": "From the office"}))
    head = house.pull(one, jordan).head
    answer = house.push(clone, jordan, clone.create(jordan.id, "activity", {"title": "From the field"}))
    assert answer.new_epoch
    assert house.pull(one, jordan).head == head


def test_inv_18_a_clone_that_goes_on_alone_is_noticed(house: House, jordan: Workspace, one: Laptop) -> None:
    first = one.create(jordan.id, "activity", {"title": "Shared past"})
    house.push(one, jordan, first)
    clone = Laptop(one.device, one.person, now_ms=one.now_ms)
    clone.push(jordan.number, [clone.create(jordan.id, "activity", {"title": "Another past"})])
    answer = house.push(clone, jordan, clone.create(jordan.id, "activity", {"title": "More"}))
    assert answer.new_epoch


def test_a_new_device_number_is_noted_and_belongs_to_one_laptop(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    again = Laptop(one.device + 0x1000, one.person, now_ms=one.now_ms)
    house._callers[again.device] = house.caller(one)
    change = again.create(jordan.id, "activity", {"title": "After the restore"})
    assert house.push(again, jordan, change).workspaces[0].acked_dseq == 1
    stolen = Laptop(again.device, two.person, now_ms=two.now_ms)
    theirs = stolen.create(jordan.id, "activity", {"title": "x"})
    request = stolen.request(stolen.push(jordan.number, [theirs]))
    assert house.service.sync(house.caller(two), request).new_epoch


def test_inv_05_descent_beats_the_clock(house: House, jordan: Workspace, one: Laptop, two: Laptop) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training"})
    house.push(one, jordan, made)
    two.now_ms -= 10 * 365 * 86_400_000
    house.push(two, jordan, two.edit(made, {"title": "Training of trainers"}))
    state = house.read(jordan).state(made)
    assert state.values["title"] == "Training of trainers"
    assert conflicts_of(state) == []


def test_inv_06_two_that_did_not_see_each_other_are_a_conflict(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training"})
    house.push(one, jordan, made)
    mine, theirs = one.edit(made, {"title": "Mine"}), two.edit(made, {"title": "Theirs"})
    house.push(one, jordan, mine)
    house.push(two, jordan, theirs)
    (conflict,) = conflicts_of(house.read(jordan).state(made))
    assert {head.value for head in conflict.heads} == {"Mine", "Theirs"}
    decided = one.edit(made, {"title": "Ours"}, {"title": (mine.id, theirs.id)})
    house.push(one, jordan, decided)
    state = house.read(jordan).state(made)
    assert conflicts_of(state) == []
    assert state.values["title"] == "Ours"


def test_long_text_merges_character_by_character(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    first = "الاجتماع الأول"
    begun = set_text(None, first)
    made = one.create(jordan.id, "meeting", {"title": "Review", "notes": begun.update})
    assert made.classes["notes"] == "t"
    house.push(one, jordan, made)
    house.push(one, jordan, one.edit(made, {"notes": set_text(begun.update, f"{first} في عمان").update}))
    house.push(two, jordan, two.edit(made, {"notes": set_text(begun.update, f"ملاحظات: {first}").update}))
    state = house.read(jordan).state(made)
    assert read_text(state.texts["notes"]) == f"ملاحظات: {first} في عمان"


def test_inv_27_a_damaged_text_is_put_aside_and_blocks_nothing(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    good = set_text(None, "one")
    made = one.create(jordan.id, "meeting", {"title": "Review", "notes": good.update})
    poison = one.edit(made, {"notes": b"no update at all"})
    after = one.create(jordan.id, "activity", {"title": "After"})
    answer = house.push(one, jordan, made, poison, after)
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(2, "bad_text")]
    state = house.read(jordan).state(made)
    assert read_text(state.texts["notes"]) == "one"


def test_inv_16_a_clock_far_ahead_gets_another_stamp(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    one.now_ms += 10 * 365 * 86_400_000
    made = one.create(jordan.id, "activity", {"title": "From the future"})
    edited = one.edit(made, {"title": "Still there"}, {"title": (made.id,)})
    answer = house.push(one, jordan, made, edited)
    assert answer.troubles == ()
    pulled = house.pull(two, jordan).pulled
    moved = [stamp for part in pulled for stamp in part.effective.values()]
    assert [stamp >> 16 for stamp in moved] == [house.clock.now_ms()] * 2
    assert moved[1] > moved[0]
    state = house.read(jordan).state(made)
    assert state.register("title").heads[0].stamp == moved[1]
    late = two.edit(made, {"status": "planned"})
    assert house.push(two, jordan, late).troubles == ()


def test_a_reference_never_hides_another_stamp(house: House, jordan: Workspace, one: Laptop) -> None:
    one.now_ms += 86_400_000
    made = one.create(jordan.id, "activity", {"title": "Tomorrow"})
    answer = house.push(one, jordan, made)
    assert answer.workspaces[0].pulled[-1].frame is not None
    assert len(answer.workspaces[0].pulled[-1].effective) == 1


def test_inv_15_nothing_new_is_said_in_one_word(house: House, jordan: Workspace, one: Laptop) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training"})
    item = house.push(one, jordan, made).workspaces[0]
    combined = combined_digest([(jordan.id, item.head, item.digest, item.acked_dseq, item.chain)])
    epoch = house.sync(one, one.request()).access_epoch
    request = one.request(cursors={jordan.number: item.head}, access_epoch=epoch, combined=combined)
    answer = house.sync(one, request)
    assert answer.same
    assert len(request.pack()) + len(answer.pack()) <= 120


def test_inv_19_a_laptop_ahead_of_the_server_is_told_where_it_stands(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    item = house.pull(one, jordan, cursor=1000)
    assert item.head < 1000
    assert item.pulled == ()


def test_a_frame_of_another_device_is_refused(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    push = one.push(jordan.number, [one.create(jordan.id, "activity", {"title": "x"})])
    before = house.pull(one, jordan)
    answer = house.sync(two, two.request(push))
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(1, "frame_refused")]
    assert house.pull(one, jordan) == before


def test_inv_30_a_damaged_frame_is_refused_and_changes_nothing(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    push = one.push(jordan.number, [one.create(jordan.id, "activity", {"title": "x"})])
    before = house.pull(one, jordan)
    for at in range(len(push.frames[0])):
        frame = bytearray(push.frames[0])
        frame[at] ^= 0x55
        answer = house.sync(one, one.request(Push(push.workspace, 1, push.chain, (bytes(frame),))))
        assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(1, "frame_refused")]
    assert house.pull(one, jordan) == before
    with house.storage.reading() as connection:
        (kept,) = unread.frames_kept(connection, jordan.id)
    assert (kept.device, kept.first_dseq, kept.frame) == (one.device, 1, bytes(frame))


def test_inv_27_a_frame_that_cannot_be_read_keeps_no_other_frame_and_no_other_workspace_out(
    house: House, jordan: Workspace
) -> None:
    arab = house.workspace("Arab States")
    one = house.laptop(house.person("Rana Odeh", jordan, arab))
    first = one.push(jordan.number, [one.create(jordan.id, "activity", {"title": "x"})])
    other = one.push(arab.number, [one.create(arab.id, "activity", {"title": "y"})])
    bad = Push(first.workspace, first.first_dseq, first.chain, (*first.frames, b"\x01\x00\x05"))
    answer = house.sync(one, one.request(bad, other))
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(2, "frame_refused")]
    acked = {item.workspace: item.acked_dseq for item in answer.workspaces}
    assert acked == {jordan.number: 1, arab.number: 1}


def test_inv_30_a_laptop_that_sends_nonsense_without_end_fills_no_disk(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    def work(connection: Connection) -> None:
        for at in range(unread.MOST_KEPT + 10):
            unread.put_frame(connection, jordan.id, UnreadFrame(one.device, at, "bad_frame", 0, b"x"))

    house.storage.writing(work)
    with house.storage.reading() as connection:
        assert len(unread.frames_kept(connection, jordan.id)) == unread.MOST_KEPT


def test_pulls_are_cut_to_size_and_go_on(house: House, jordan: Workspace, one: Laptop, two: Laptop) -> None:
    for start in range(0, 600, 100):
        made = [
            one.create(jordan.id, "activity", {"title": f"Visit {start + at} {at * 7919}"})
            for at in range(100)
        ]
        house.push(one, jordan, *made)
    reader, rounds = Reader(jordan.id), 0
    while True:
        request = two.request(cursors={jordan.number: reader.cursor}, max_bytes=1500)
        answer = SyncAnswer.unpack(house.sync(two, request).pack())
        reader.read(answer.workspaces[0].pulled)
        rounds += 1
        if not answer.more:
            break
    assert rounds > 2
    assert reader.cursor == answer.workspaces[0].head
    assert reader.summary() == answer.workspaces[0].digest


def test_a_cursor_inside_a_frame_goes_on_from_there(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    changes = [one.create(jordan.id, "activity", {"title": f"Visit {number}"}) for number in range(10)]
    house.push(one, jordan, *changes)
    head = house.pull(two, jordan).head
    (part,) = house.pull(two, jordan, cursor=head - 4).pulled
    assert (part.first, part.last) == (head - 3, head)
    (own,) = house.pull(one, jordan, cursor=head - 4).pulled
    assert (own.first, own.first_dseq, own.last_dseq) == (head - 3, 7, 10)


def test_small_frames_are_joined_when_pulled(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    for number in range(40):
        house.push(one, jordan, one.create(jordan.id, "activity", {"title": f"Visit {number}"}))
    item = house.pull(two, jordan)
    assert len(item.pulled) == 1
    assert len(item.pulled[0].frame or b"") < 2500
    house.read(jordan)


def test_inv_03_what_waits_for_its_base_and_is_issued_again_is_taken_once(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    """A laptop draws a new number while its change still waits at a server that was restored."""
    made = two.create(jordan.id, "activity", {"title": "Not handed in yet"})
    waits = one.edit(made, {"title": "On top of it"})
    house.push(one, jordan, waits)
    again = Laptop(one.device + 0x1000, one.person, now_ms=one.now_ms)
    house._callers[again.device] = house.caller(one)
    former = hashlib.blake2b(canonical(waits), digest_size=16).digest()
    again.dseqs[jordan.id] = 1
    house.push(again, jordan, replace(waits, device=again.device, former=former))
    # What only repeats another says nothing about the creation.
    house.push(again, jordan, again.edit(made, {"priority": "high"}))
    house.push(two, jordan, made)
    log = [change for change in house.read(jordan).changes if change.record == made.record]
    assert [(change.device, change.code) for change in log if change.device != two.device] == [
        (again.device, "repeated"),
        (one.device, ""),
        (again.device, ""),
    ]
