"""SYNC 18 and 29: a laptop that carries a colleague's work draws a new device number, as after a restore."""

import shutil
from pathlib import Path

import pytest
from helpers.couriers import carry, digests, meet, save, server_bundle, settle, sync, take
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Reply, Team, lost

from desktop.store.rows import Query
from desktop.store.verify import verify
from sync.errors import DaftarError
from sync.replica.changed import Touched
from sync.replica.replica import Replica


@pytest.fixture
def pair(team: Team, tmp_path: Path) -> tuple[Member, Member, bytes]:
    """Lina has edited, and not sent, what Omar made and gave to her; the server has heard of neither."""
    lina, omar = team.join("Lina"), team.join("Omar")
    settle(team)
    meet(team)
    record = omar.add("activity", {"title": "By Omar"})
    take(lina, *save(omar, "Lina", target=tmp_path / "omar.daftar-bundle").files)
    lina.set("activity", record, {"title": "By Lina"})
    return lina, omar, record


def test_inv_18_a_new_number_keeps_edits_of_what_a_colleague_gave(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    lina, omar, record = pair
    lina.renew()
    assert lina.row("activity", record).values["title"] == "By Lina"
    assert verify(lina.reader, clock=team.house.clock) == []
    sync(lina)
    meet(team)
    settle(team)
    assert len(digests([lina, omar])) == 1
    assert omar.row("activity", record).values["title"] == "By Lina"
    assert omar.contested() == lina.contested() == []


def test_inv_29_what_is_carried_waits_until_the_server_knows_the_new_number(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    lina, _, _ = pair
    assert carry(lina) == 1
    lina.renew()
    assert carry(lina) is None
    lina.sync()
    meet(team)
    assert carry(lina) is not None


def test_inv_29_a_number_that_nobody_confirmed_hands_nothing_in(
    pair: tuple[Member, Member, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server would refuse the whole bundle, and a sync that begins with it would never come to an end."""
    lina, _, _ = pair
    lina.renew()

    def refuse(path: str, _body: bytes, *, wait_s: int = 0) -> None:
        raise DaftarError("bundle_untrusted", fingerprint="", name="")

    monkeypatch.setattr(lina.line, "post", refuse)
    assert carry(lina) is None


def test_inv_18_a_restored_laptop_that_hears_of_its_former_work_by_bundle(team: Team, tmp_path: Path) -> None:
    """The backup is older than what was sent under its number; the network would have told that."""
    lina, omar = team.join("Lina"), team.join("Omar")
    record = omar.add("activity", {"title": "By Omar"})
    settle(team)
    meet(team)
    before = lina.twin(copy_of(lina, tmp_path / "backup"))
    lina.set("activity", record, {"title": "By Lina"})
    sync(lina)
    made = tmp_path / "down.daftar-bundle"
    server_bundle(team, lina, made)
    (taken,) = take(before, made)
    assert taken.brought.problems == {}
    assert before.store.device != lina.store.device
    assert before.row("activity", record).values["title"] == "By Lina"
    assert verify(before.reader, clock=team.house.clock) == []
    before.close()


def copy_of(member: Member, folder: Path) -> Path:
    """The files of a laptop, as a backup holds them."""
    member.reader.close()
    member.store.close()
    shutil.copytree(member.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    member.reopen()
    return folder


def test_inv_21_a_snapshot_tells_of_what_came_a_second_time(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that stands on the second number of one that came before descends from the first."""
    let_small_logs_count(monkeypatch)
    lina = team.join("Lina")
    record = lina.add("activity", {"title": "Wells"})
    lina.sync()
    lina.set("activity", record, {"title": "Wells in Mafraq"})
    twin = lina.twin(copy_of(lina, tmp_path / "twin"))
    lina.add("activity", {"title": "By the first"})
    twin.add("activity", {"title": "By the copy"})
    lina.sync()
    twin.line.mishaps = [Reply, *[lost] * 20]
    with pytest.raises(DaftarError, match="connection_cut"):
        twin.sync()
    twin.set("activity", record, {"title": "Wells in Irbid"})
    snapshot(team)
    twin.line.mishaps = []
    twin.sync()
    new = team.join("Sara")
    assert not new.sync().differing
    assert any("chunks" in path for path, _ in new.line.fetched)
    assert new.contested() == []
    assert new.row("activity", record)["title"] == "Wells in Irbid"
    twin.close()


def test_inv_29_what_was_given_by_bundle_and_came_under_a_new_number_counts_once(
    team: Team, tmp_path: Path
) -> None:
    lina, omar = team.join("Lina"), team.join("Omar")
    record = lina.add("activity", {"title": "Wells"})
    settle(team)
    meet(team)
    lina.set("activity", record, {"tags": ["water"]})
    take(omar, *save(lina, "Omar", target=tmp_path / "lina.daftar-bundle").files)
    lina.renew()
    lina.sync()
    omar.sync()
    assert omar.row("activity", record)["tags"] == ["water"]
    state = omar.reader.state("activity", record)
    assert [head.id[0] for head in state.heads["tags/water"].heads] == [lina.store.device]
    assert verify(omar.reader, clock=team.house.clock) == []


def test_inv_11_an_edit_is_shown_when_the_record_that_was_refused_comes_from_the_server(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    """The server refuses all of a number of which two copies wrote; what the first of them sent comes yet."""
    lina, omar, record = pair

    def refuse(replica: Replica) -> None:
        (state,) = replica.workspaces.all()
        again = replica.carried.refuse(state, omar.store.device, "strand_fork")
        replica.tentative.fold_again(state, again, Touched())

    lina.run(refuse)
    assert not lina.reader.rowids(Query("activity"))
    omar.sync()
    lina.sync()
    assert lina.row("activity", record).values["title"] == "By Lina"
    assert verify(lina.reader, clock=team.house.clock) == []
    omar.sync()
    assert len(digests([lina, omar])) == 1


def test_inv_13_later_changes_are_settled_while_an_earlier_one_waits_for_its_base(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    """Under a new number several commands stand in one row of the log; the server orders the rest first."""
    lina, omar, record = pair
    other = lina.add("activity", {"title": "By Lina alone"})
    lina.renew()
    lina.sync()
    (state,) = lina.reader.workspaces()
    assert [one.dseq for one in lina.run(lambda replica: replica.unsent(state))] == [1]
    omar.sync()
    lina.sync()
    omar.sync()
    assert len(digests([lina, omar])) == 1
    assert omar.row("activity", record).values["title"] == "By Lina"
    assert omar.row("activity", other).values["title"] == "By Lina alone"


def test_inv_13_a_row_that_is_split_where_something_is_missing_says_how_far_it_goes(
    pair: tuple[Member, Member, bytes],
) -> None:
    """The middle of it came back in a frame, the end was accepted as it is, and the beginning still waits."""
    lina = pair[0]
    for title in ("Visit", "Survey"):
        lina.add("activity", {"title": title})
    lina.renew()

    def part(replica: Replica) -> list[tuple[int, int]]:
        (state,) = replica.workspaces.all()
        settler = replica.settler
        settler._drop_settled_rows(state, settler.own_changes(state)[1:2])
        ((log, _, _, frame),) = settler._own_rows(state, 1, 3)
        settler._split(state, log, frame, at=2)
        return [(first, last) for _, first, last, _ in settler._own_rows(state, 1, 3)]

    assert lina.run(part) == [(1, 1), (3, 3)]
