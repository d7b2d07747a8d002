"""Two laptops and a server: the invariants of SYNC §11 that can be seen from a laptop."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.team import Member, Team, cut, lost

from desktop.store.rows import Query
from sync.changes import Edit
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots


def equal(team: Team) -> bool:
    return len({member.digest() for member in team.members}) == 1


def pair(team: Team) -> tuple[Member, Member]:
    return team.join("Lina Haddad"), team.join("Omar Khalil")


def test_inv_01_offline_edits_of_both_are_there_and_digests_agree(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Employer survey", "status": "planned"})
    team.settle()
    lina.set("activity", activity, {"status": "ongoing"})
    omar.set("activity", activity, {"progress": 40})
    omar.add("activity", {"title": "Coach training"})
    team.settle()
    for member in (lina, omar):
        row = member.row("activity", activity)
        assert (row["status"], row["progress"], row.contested, row.unsent) == (
            "ongoing",
            40,
            frozenset(),
            False,
        )
    assert equal(team)


def test_inv_06_the_same_field_changed_on_both_sides_waits_with_both_values(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Certificates", "end": "2026-06-04"})
    team.settle()
    lina.set("activity", activity, {"end": "2026-07-16"})
    team.house.clock.move(seconds=60)
    omar.set("activity", activity, {"end": "2026-06-28"})
    team.settle()
    expected = [("end", ("2026-06-28", "2026-07-16"))]
    assert lina.contested() == omar.contested() == expected
    assert lina.reader.conflicts()[0].id == omar.reader.conflicts()[0].id
    assert lina.row("activity", activity)["end"] == "2026-06-28"


def test_inv_06_the_same_value_on_both_sides_is_no_conflict(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Certificates"})
    team.settle()
    for member in (lina, omar):
        member.set("activity", activity, {"end": "2026-07-16"})
    team.settle()
    assert lina.contested() == []
    lina.set("activity", activity, {"end": "2026-08-01"})
    team.settle()
    assert omar.contested() == []
    assert omar.row("activity", activity)["end"] == "2026-08-01"


def test_inv_07_a_decision_names_every_head_and_closes_the_conflict_everywhere(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Certificates", "end": "2026-06-04"})
    team.settle()
    lina.set("activity", activity, {"end": "2026-07-16"})
    omar.set("activity", activity, {"end": "2026-06-28"})
    team.settle()
    conflict = lina.reader.conflicts()[0]
    heads = tuple(head.id for head in conflict.heads)
    lina.set("activity", activity, {"end": "2026-07-01"}, seen={"end": heads})
    team.settle()
    assert lina.contested() == omar.contested() == []
    assert omar.row("activity", activity)["end"] == "2026-07-01"
    assert equal(team)


def test_inv_07_an_ordinary_edit_of_a_contested_field_leaves_the_conflict_open(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Certificates", "end": "2026-06-04"})
    team.settle()
    lina.set("activity", activity, {"end": "2026-07-16"})
    omar.set("activity", activity, {"end": "2026-06-28"})
    team.settle()
    shown = lina.row("activity", activity)["end"]
    lina.set("activity", activity, {"end": "2026-12-01"})
    team.settle()
    (_, values), *rest = omar.contested()
    assert not rest
    assert set(values) == {"2026-12-01", *({"2026-07-16", "2026-06-28"} - {shown})}


def test_a_pull_that_lands_while_somebody_types_becomes_a_conflict(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Certificates", "progress": 10})
    team.settle()
    began = omar.row("activity", activity).seen
    lina.set("activity", activity, {"progress": 20})
    team.settle()
    omar.set("activity", activity, {"progress": 30}, seen=began)
    team.settle()
    assert {key for key, _ in lina.contested()} == {"progress"}
    assert lina.contested() == omar.contested()


def test_inv_28_one_paragraph_written_on_both_sides_in_arabic_keeps_both(team: Team) -> None:
    lina, omar = pair(team)
    meeting = lina.add("meeting", {"title": "اجتماع التخطيط"})
    lina.set_text("meeting", meeting, "notes", "مرحبا بكم")
    team.settle()
    lina.set_text("meeting", meeting, "notes", "مرحبا بكم جميعاً")
    omar.set_text("meeting", meeting, "notes", "أهلاً، مرحبا بكم 😀")
    team.settle()
    texts = {member.row("meeting", meeting)["notes"] for member in team.members}
    assert len(texts) == 1
    text = texts.pop()
    assert all(part in text for part in ("أهلاً", "مرحبا بكم", "جميعاً", "😀"))
    assert equal(team)


def test_a_delete_against_an_unseen_edit_keeps_the_record_and_asks(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Job fair"})
    team.settle()
    lina.delete("activity", activity)
    omar.set("activity", activity, {"progress": 40})
    team.settle()
    for member in (lina, omar):
        assert not member.row("activity", activity).deleted
        assert member.contested() == [("deleted", (True, 40))]
    conflict = omar.reader.conflicts()[0]
    state = omar.reader.state("activity", activity)
    seen = {key: tuple(head.id for head in register.heads) for key, register in state.heads.items()}
    omar.write(Edit(omar.workspace, "activity", activity, {"deleted": True}, seen))
    team.settle()
    assert lina.row("activity", activity).deleted
    assert lina.contested() == []
    assert conflict.key == "deleted"


def test_inv_03_a_lost_answer_sends_nothing_twice(team: Team) -> None:
    lina, omar = pair(team)
    lina.sync()
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.set("activity", activity, {"progress": 5})
    lina.line.mishaps.append(lost)
    receipt = lina.sync()
    assert receipt.pushed == 2
    omar.sync()
    assert [change.dseq for change, _ in omar.reader.history("activity", activity)] == [1, 2]
    assert not lina.row("activity", activity).unsent
    assert equal(team)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_inv_13_a_cut_answer_keeps_whole_frames_and_goes_on(team: Team, share: float) -> None:
    lina, omar = pair(team)
    for number in range(30):
        lina.add("activity", {"title": f"Activity {number}"})
        lina.sync()
    omar.line.mishaps += [cut(share), cut(share)]
    omar.sync()
    assert equal(team)
    assert len(omar.reader.conflicts()) == 0


def test_inv_12_an_edit_made_while_an_answer_is_on_its_way_stays_unsent(team: Team) -> None:
    (lina,) = (team.join("Lina Haddad"),)
    activity = lina.add("activity", {"title": "Employer survey"})

    def edit_meanwhile(body: bytes) -> Any:
        lina.set("activity", activity, {"progress": 50})
        return cut(1.0)(body)

    def look(body: bytes) -> Any:
        (state,) = lina.reader.workspaces()
        found.append((lina.row("activity", activity).unsent, state.acked, state.dseq))
        return cut(1.0)(body)

    found: list[tuple[bool, int, int]] = []
    lina.line.mishaps += [edit_meanwhile, look]
    lina.sync()
    # The first answer was about the creation alone, and what was typed meanwhile went with the next request.
    assert found == [(True, 1, 2)]
    assert not lina.row("activity", activity).unsent
    assert team.join("Omar Khalil").sync().pulled > 0
    assert team.members[1].row("activity", activity)["progress"] == 50


def test_inv_15_nothing_new_costs_one_small_request(team: Team) -> None:
    lina, omar = pair(team)
    for number in range(50):
        lina.add("activity", {"title": f"Activity {number}"})
    team.settle()
    receipt = omar.sync()
    assert receipt.requests == 1
    assert receipt.bytes_up + receipt.bytes_down <= 200


def test_inv_27_a_change_the_server_refuses_blocks_nothing_and_is_kept(team: Team) -> None:
    lina = team.join("Lina Haddad", role="reader")
    omar = team.join("Omar Khalil")
    team.settle()
    refused = lina.add("activity", {"title": "Not allowed"})
    comment = lina.add("comment", {"text": "Allowed", "about_kind": "activity", "about": refused})
    lina.sync()
    omar.sync()
    assert omar.row("comment", comment)["text"] == "Allowed"
    trouble = lina.store.run(
        lambda replica: replica._database.execute("SELECT code, kind FROM trouble").fetchall()
    )
    assert [(code, kind) for code, kind in trouble] == [("role_too_low", "activity")]
    assert equal(team)


def test_inv_18_a_restored_laptop_keeps_everybodys_work(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Employer survey"})
    lina.sync()
    lina.set("activity", activity, {"progress": 5})
    before = lina.store.device
    lina.store.renew()
    lina.epoch += 1
    assert lina.store.device != before
    assert lina.row("activity", activity)["progress"] == 5
    lina.set("activity", activity, {"status": "ongoing"})
    team.settle()
    row = omar.row("activity", activity)
    assert (row["progress"], row["status"], row.contested) == (5, "ongoing", frozenset())
    assert equal(team)


def test_inv_16_a_clock_ten_years_ahead_syncs_and_is_overruled_by_who_has_seen_it(team: Team) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Employer survey"})
    team.settle()
    team.house.clock.move(days=3650)
    lina.store.remember({"offset_ms": 0})
    lina.set("activity", activity, {"progress": 1})
    team.house.clock.move(days=-3650)
    team.settle()
    assert omar.row("activity", activity)["progress"] == 1
    omar.set("activity", activity, {"progress": 2})
    team.settle()
    assert lina.row("activity", activity)["progress"] == 2
    assert lina.contested() == []
    assert equal(team)


def copy_of(member: Member, folder: Path) -> Path:
    """The laptop's files as they are now, as a backup or a cloned disk holds them."""
    member.store.close()
    copied = folder / "copy"
    shutil.copytree(member.folder, copied)
    member.reopen()
    return copied


def test_inv_18_a_cloned_disk_goes_on_under_a_number_of_its_own(team: Team, tmp_path: Path) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Employer survey"})
    team.settle()
    lina.set("activity", activity, {"progress": 5})
    clone = lina.twin(copy_of(lina, tmp_path))
    team.members.append(clone)
    lina.set("activity", activity, {"status": "ongoing"})
    clone.set("activity", activity, {"description": "From the copy"})
    created = clone.add("activity", {"title": "Only on the copy"})
    for _ in range(3):
        team.settle()
    assert clone.store.device != lina.store.device
    row = omar.row("activity", activity)
    assert (row["progress"], row["status"], row["description"]) == (5, "ongoing", "From the copy")
    assert omar.row("activity", created)["title"] == "Only on the copy"
    assert [member.contested() for member in team.members] == [[], [], []]
    assert equal(team)


def test_inv_21_what_two_copies_hand_in_counts_once_also_behind_the_horizon(
    team: Team, tmp_path: Path
) -> None:
    lina, omar = pair(team)
    activity = lina.add("activity", {"title": "Employer survey"})
    team.settle()
    lina.set("activity", activity, {"progress": 5})
    clone = lina.twin(copy_of(lina, tmp_path))
    team.members.append(clone)
    lina.sync()
    lina.set("activity", activity, {"progress": 7})
    lina.sync()
    omar.sync()
    house = team.house
    house.clock.move(days=2)
    made = Snapshots(house.storage, clock=house.clock)
    assert Compactor(house.storage, made, clock=house.clock).compact(lina.workspace, keep_days=0).frames
    clone.set("activity", activity, {"status": "ongoing"})
    for _ in range(3):
        team.settle()
    assert clone.store.device != lina.store.device
    row = omar.row("activity", activity)
    assert (row["progress"], row["status"], row.contested) == (7, "ongoing", frozenset())
    assert equal(team)


def test_inv_18_a_laptop_restored_from_a_copy_keeps_what_was_sent_since(team: Team, tmp_path: Path) -> None:
    lina, _ = pair(team)
    team.settle()
    activity = lina.add("activity", {"title": "Employer survey"})
    copied = copy_of(lina, tmp_path)
    lina.set("activity", activity, {"progress": 5})
    lina.add("activity", {"title": "Made after the copy"})
    lina.sync()
    team.members.remove(lina)
    restored = lina.twin(copied)
    lina.close()
    team.members.append(restored)
    restored.set("activity", activity, {"status": "ongoing"})
    for _ in range(3):
        team.settle()
    for member in team.members:
        row = member.row("activity", activity)
        assert (row["progress"], row["status"], member.contested()) == (5, "ongoing", [])
        assert member.reader.count(Query("activity")) == 2
    assert equal(team)
