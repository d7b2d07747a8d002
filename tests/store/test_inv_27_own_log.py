"""A laptop whose disk has damaged its own log: every page gives what it can, and says what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.couriers import meet, save, server_bundle, take
from helpers.couriers import sync as sync_with_strands
from helpers.erased import SECRET, Scene, assert_nothing_left, equal
from helpers.team import Member, Reply, Team, lost
from helpers.terminal import PASSPHRASE, Laptop
from helpers.traveller import Traveller
from store.test_inv_20_repair import alter, flaws, sync_as_a_laptop
from store.test_inv_27_unread import repair

from desktop.screens.decisions.reading import read_inbox, read_question
from desktop.screens.exchange.screen import read_outbox
from desktop.screens.workplan.panel_facts import read_panel
from desktop.store.arrivals import arrivals
from desktop.store.aside import unreceived_changes
from desktop.store.base import keep_older
from desktop.store.outbox import refused_changes, waiting_by_kind
from desktop.store.recent import changed_by_others, decided_records
from desktop.store.sweeping import sweep
from desktop.store.verify import verify
from desktop.syncing.bundles import ordered_since
from sync.errors import DaftarError
from sync.frames.packing import pack_changes
from sync.records import id_text
from sync.replica.damaged import LOG_DAMAGED

pytestmark = pytest.mark.logs("set aside", "cannot be")

HARMS = [
    "substr(frame, 1, length(frame) - 3)",
    "X''",
    "zeroblob(300)",
    "CAST(substr(frame, 1, 12) || X'FF' || substr(frame, 14) AS BLOB)",
]


def damage(member: Member, where: str = "1", *, table: str = "log", frame: str = HARMS[1]) -> None:
    alter(member, f"UPDATE {table} SET frame = {frame} WHERE {where}")


class Home:
    """Omar's laptop with a bit of everything: settled, unsent, refused, contested, decided, carried."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.lina, self.omar = team.join("Lina"), team.join("Omar")
        self.activity = self.lina.add("activity", {"title": "Wells", "progress": 10})
        team.settle()
        meet(team)
        lina, omar = self.lina, self.omar
        self.contested = lina.add("activity", {"title": "Contested"})
        self.removed = lina.add("activity", {"title": "Removed"})
        team.settle()
        seen = lina.row("activity", self.contested).seen
        omar.set("activity", self.contested, {"progress": 5}, seen=seen)
        lina.set("activity", self.contested, {"progress": 7}, seen=seen)
        lina.delete("activity", self.removed)
        omar.set("activity", self.activity, {"progress": 400})
        lina.set("activity", self.activity, {"progress": 20})
        team.settle()
        self.own = omar.add("activity", {"title": "Own, sent"})
        omar.sync()
        omar.set("activity", self.own, {"progress": 30})
        self.unsent = omar.add("meeting", {"title": "Unsent"})
        assert [one.code for one in refused_changes(omar.reader)] == ["invalid_value"]

    def tell_the_past(self, record: bytes) -> None:
        """What the server would tell of a record's past, kept here."""
        found = [change for change, _ in self.lina.reader.history("activity", record)]
        frames = [frame for frame, _ in pack_changes(found)]
        rowid, index = self.omar.reader.ids.find(record), self.omar.reader.workspaces()[0].index
        assert rowid is not None
        self.omar.store.post(
            lambda connection: keep_older(connection, rowid=rowid, workspace_index=index, frames=frames)
        ).result()


@pytest.fixture
def home(team: Team) -> Home:
    return Home(team)


def open_everything(home: Home) -> None:
    """Every page and list that reads the log; none may raise."""
    reader, device = home.omar.reader, home.omar.store.device
    account = bytes(reader.meta("account"))
    for record in (home.activity, home.contested, home.removed, home.own):
        reader.whole_history("activity", record)
        arrivals(reader, "activity", record)
        read_panel(reader, "activity", record, today=dt.date(2026, 6, 1), period="2026-Q2", language="en")
    reader.whole_history("meeting", home.unsent)
    read_inbox(reader, account=account, since_ms=0)
    for conflict in reader.conflicts():
        assert read_question(reader, conflict, account=account, device=device) is not None
    read_outbox(reader)
    changed_by_others(reader, account=account)
    decided_records(reader, since_ms=0)
    unreceived_changes(reader)
    ordered_since(reader, reader.workspaces()[0], 0)
    sweep(home.omar.store, reader, now_ms=home.team.house.clock.now_ms())
    verify(reader, clock=home.team.house.clock)


@pytest.mark.parametrize("frame", HARMS)
@pytest.mark.parametrize("where", ["1", "first_pseq IS NULL", "first_pseq IS NOT NULL", "device = 0"])
def test_inv_27_no_page_stumbles_over_a_damaged_log(home: Home, frame: str, where: str) -> None:
    damage(home.omar, where, frame=frame)
    open_everything(home)
    assert flaws(home.omar) == {LOG_DAMAGED}


@pytest.mark.parametrize("frame", HARMS)
@pytest.mark.parametrize("table", ["trouble", "aside", "older"])
def test_inv_27_no_page_stumbles_over_other_damaged_frames(home: Home, frame: str, table: str) -> None:
    home.tell_the_past(home.activity)
    alter(
        home.omar,
        "INSERT INTO aside(ws, pseq, code, kind, record, frame)"
        " SELECT ws, 1, 'set_aside_bug', kind, record, frame FROM trouble",
    )
    damage(home.omar, table=table, frame=frame)
    open_everything(home)


def test_inv_27_a_refused_change_is_still_listed_with_its_reason(home: Home) -> None:
    damage(home.omar, table="trouble")
    (told,) = refused_changes(home.omar.reader)
    assert (told.code, told.kind, told.record, dict(told.writes)) == (
        "invalid_value",
        "activity",
        home.activity,
        {},
    )


def test_inv_27_what_waits_is_counted_by_its_records(home: Home) -> None:
    before = waiting_by_kind(home.omar.reader)
    assert before == {"activity": 1, "meeting": 1}
    damage(home.omar, "first_pseq IS NULL")
    assert waiting_by_kind(home.omar.reader) == before


def test_inv_27_a_history_with_damage_in_it_is_not_called_whole_until_the_server_has_told_it(
    home: Home,
) -> None:
    reader, activity = home.omar.reader, home.activity
    whole, _ = reader.whole_history("activity", activity)
    assert reader.history_is_whole("activity", activity)
    damage(home.omar, "first_pseq IS NOT NULL")
    history, told = reader.whole_history("activity", activity)
    assert (history, told) == ([], False)
    home.tell_the_past(activity)
    history, told = reader.whole_history("activity", activity)
    assert told
    assert {change.id for change, _ in history} == {change.id for change, _ in whole if not change.hole}


def test_inv_27_edits_undo_and_decisions_go_on_without_the_log(home: Home) -> None:
    omar = home.omar
    damage(omar)
    omar.set("activity", home.own, {"progress": 60})
    omar.set("activity", home.activity, {"status": "ongoing"})
    assert omar.store.undo().result() == "Edit"
    assert omar.row("activity", home.activity)["status"] != "ongoing"
    assert omar.store.undo(redo=True).result() == "Edit"
    (conflict,) = omar.reader.conflicts()
    heads = tuple(head.id for head in conflict.heads)
    omar.set("activity", home.contested, {conflict.key: 7}, seen={conflict.key: heads})
    assert omar.reader.conflicts() == []
    open_everything(home)


def test_inv_27_a_sync_and_a_repair_bring_the_log_back(home: Home) -> None:
    omar, lina = home.omar, home.lina
    history = _told(omar, home.activity)
    damage(omar)
    sync_as_a_laptop(omar)
    lina.sync()
    assert lina.row("activity", home.own)["progress"] == 30
    assert lina.row("meeting", home.unsent)["title"] == "Unsent"
    repair(omar)
    assert flaws(omar) == set()
    assert omar.reader.connection.execute("SELECT count(*) FROM unread").fetchone() == (0,)
    assert _told(omar, home.activity) == history
    assert omar.digest() == lina.digest()
    home.team.settle()
    assert len({member.digest() for member in home.team.members}) == 1


def test_inv_27_own_ordered_rows_come_back_by_themselves_once_a_day(home: Home) -> None:
    omar, lina, clock = home.omar, home.lina, home.team.house.clock
    sync_as_a_laptop(omar)
    lina.sync()
    sync_as_a_laptop(omar)
    past = {record: omar.reader.whole_history("activity", record) for record in (home.own, home.activity)}
    refused = refused_changes(omar.reader)
    assert len({change.device for change, _ in past[home.own][0]}) == 1
    damage(omar)
    # Until the day is over nobody reads the whole log, and nothing more than a page's history is missing.
    sync_as_a_laptop(omar)
    assert flaws(omar) == {LOG_DAMAGED}
    clock.move(days=1.1)
    sync_as_a_laptop(omar)
    assert flaws(omar) == set()
    for record, (history, whole) in past.items():
        found, complete = omar.reader.whole_history("activity", record)
        assert {change.id: dict(change.writes) for change, _ in found} == {
            change.id: dict(change.writes) for change, _ in history
        }
        assert complete == whole
    assert refused_changes(omar.reader) == refused
    assert omar.digest() == lina.digest()
    assert omar.reader.connection.execute("SELECT count(*) FROM unread").fetchone() == (0,)


def test_inv_27_what_cannot_be_fetched_now_is_fetched_ten_minutes_later(home: Home) -> None:
    omar, clock = home.omar, home.team.house.clock
    sync_as_a_laptop(omar)
    clock.move(days=1.1)
    damage(omar, "first_pseq IS NOT NULL")
    answers = omar.line.mishaps
    answers += [Reply, lost]
    with pytest.raises(DaftarError, match="connection_cut"):
        sync_as_a_laptop(omar)
    asked = len(omar.line.requests)
    sync_as_a_laptop(omar)
    assert len(omar.line.requests) - asked == 1
    clock.move(seconds=601)
    sync_as_a_laptop(omar)
    assert flaws(omar) == set()


def _told(member: Member, activity: bytes) -> set[tuple[int, int]]:
    return {one.id for one, _ in member.reader.history("activity", activity) if not one.hole}


# Without a network


def test_inv_27_a_bundle_takes_along_what_stands_before_the_damage_and_says_what_stays(
    home: Home, tmp_path: Path
) -> None:
    omar, lina = home.omar, home.lina
    lina.sync()
    third = omar.add("activity", {"title": "Third"})
    damage(omar, "id = (SELECT _made FROM meeting WHERE title = 'Unsent')")
    saved = save(omar, "Lina", target=tmp_path / "a.daftar-bundle")
    assert (saved.own, saved.damaged) == (1, 2)
    (taken,) = take(lina, tmp_path / "a.daftar-bundle")
    assert (taken.brought.new, taken.brought.problems) == (1, {})
    assert lina.row("activity", home.own)["progress"] == 30
    assert lina.reader.rows("activity", [third]) == []
    home.team.settle()
    assert lina.row("activity", third)["title"] == "Third"


def test_inv_27_where_nothing_of_it_can_go_along_that_is_said(home: Home, tmp_path: Path) -> None:
    damage(home.omar, "first_pseq IS NULL")
    with pytest.raises(DaftarError, match=LOG_DAMAGED):
        save(home.omar, "Lina", target=tmp_path / "a.daftar-bundle")


def test_inv_27_the_servers_order_is_handed_on_only_where_all_of_it_can_be_read(
    home: Home, tmp_path: Path
) -> None:
    omar = home.omar
    home.team.settle()
    meet(home.team)
    damage(omar, "id = (SELECT min(id) FROM log)")
    omar.add("activity", {"title": "New"})
    saved = save(omar, "Lina", target=tmp_path / "a.daftar-bundle", since=lambda _state: 0)
    assert (saved.own, saved.ordered) == (1, 0)
    assert saved.damaged > 0


def test_inv_27_a_bundle_is_taken_in_beside_own_work_that_is_damaged(home: Home, tmp_path: Path) -> None:
    omar, lina = home.omar, home.lina
    lina.sync()
    lina.set("activity", home.own, {"status": "ongoing"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    damage(omar, "first_pseq IS NULL")
    (taken,) = take(omar, tmp_path / "a.daftar-bundle")
    assert (taken.brought.new, taken.brought.problems) == (1, {})
    row = omar.row("activity", home.own)
    assert (row["status"], row["progress"]) == ("ongoing", 30)
    assert omar.row("meeting", home.unsent)["title"] == "Unsent"
    omar.epoch += 1
    home.team.settle()
    assert lina.row("activity", home.own)["progress"] == 30
    assert len({member.digest() for member in home.team.members}) == 1


def test_inv_27_the_servers_bundle_is_taken_in_too(home: Home, tmp_path: Path) -> None:
    omar, lina = home.omar, home.lina
    lina.sync()
    lina.set("activity", home.activity, {"status": "ongoing"})
    lina.sync()
    server_bundle(home.team, omar, tmp_path / "down.daftar-bundle")
    damage(omar)
    (taken,) = take(omar, tmp_path / "down.daftar-bundle")
    assert taken.brought.problems == {}
    assert omar.row("activity", home.activity)["status"] == "ongoing"
    assert omar.row("meeting", home.unsent)["title"] == "Unsent"


def test_inv_27_a_colleagues_strand_that_is_damaged_stops_nothing(home: Home, tmp_path: Path) -> None:
    omar, lina = home.omar, home.lina
    lina.sync()
    lina.set("activity", home.own, {"status": "ongoing"})
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    take(omar, tmp_path / "a.daftar-bundle")
    damage(omar, "id IN (SELECT log FROM strand)")
    open_everything(home)
    omar.close()
    omar.reopen()
    open_everything(home)
    saved = save(omar, "Lina", target=tmp_path / "b.daftar-bundle")
    assert (saved.own, saved.carried) == (2, 0)
    sync_with_strands(omar)
    lina.sync()
    omar.sync()
    assert omar.row("activity", home.own)["status"] == "ongoing"
    assert omar.digest() == lina.digest()
    assert flaws(omar) == set()


# Erasing


def damage_log(laptop: Traveller, where: str) -> None:
    laptop.store.post(
        lambda connection: connection.execute(
            f"UPDATE log SET frame = CAST('{SECRET}' || substr(frame, 3) AS BLOB) WHERE {where}"
        )
    ).result()


def test_inv_27_an_erased_record_leaves_a_damaged_log_too(scene: Scene) -> None:
    amina = scene.amina
    damage_log(amina, "first_pseq IS NOT NULL")
    scene.purge()
    amina.sync()
    assert_nothing_left(scene, amina)
    assert equal(scene, amina, scene.omar)


def test_inv_27_unsent_edits_of_an_erased_record_that_are_damaged_are_refused_and_not_kept(
    scene: Scene,
) -> None:
    amina, jordan = scene.amina, scene.jordan
    amina.set(jordan, "meeting", scene.meeting, {"title": f"{SECRET} unsent"})
    amina.set(jordan, "meeting", scene.other, {"title": "Kept"})
    damage_log(amina, "first_pseq IS NULL")
    scene.purge()
    amina.sync()
    amina.sync()
    assert_nothing_left(scene, amina)
    scene.omar.sync()
    assert scene.omar.reader.get("meeting", scene.other)["title"] == "Kept"


# The command line

LINES: list[Callable[[Home], list[str]]] = [
    lambda home: ["history", "activity", id_text(home.activity)],
    lambda home: ["show", "activity", id_text(home.own)],
    lambda _home: ["list", "activity"],
    lambda _home: ["workspaces"],
    lambda _home: ["conflicts"],
    lambda _home: ["quarantine"],
    lambda _home: ["conflicts"],
    lambda _home: ["whoami"],
    lambda _home: ["check"],
    lambda _home: ["undo"],
]


@pytest.mark.parametrize("line", range(len(LINES)))
def test_inv_27_no_command_ends_as_a_bug(home: Home, line: int) -> None:
    damage(home.omar)
    damage(home.omar, table="trouble")
    words = LINES[line](home)
    home.omar.close()
    laptop = Laptop(home.omar.profile.paths.profile, passphrase="correct horse")
    said = laptop.run(*words, "--json")
    home.omar.reopen()
    assert said.status in (0, 1), said.err
    assert isinstance(said.answer, dict | list)
    assert PASSPHRASE not in said.out
