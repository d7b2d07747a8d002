"""Laptops that are filled from a snapshot: what they hold, what stays on top, and what a cut costs."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Reply, Team, lost
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.commands.ancestry import value_before
from desktop.store.outbox import refused_changes
from desktop.store.verify import verify
from desktop.syncing.histories import fetch_history
from desktop.syncing.joined import SERVER, TOKEN
from sync.client.session import Progress, Session
from sync.errors import DaftarError
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots
from sync.server.storage import archive


@pytest.fixture(autouse=True)
def small_logs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    let_small_logs_count(monkeypatch)


def compact(team: Team) -> None:
    made = Snapshots(team.house.storage, clock=team.house.clock)
    Compactor(team.house.storage, made, clock=team.house.clock).compact(team.workspace.id, keep_days=-1)


def populate(member: Member) -> dict[str, bytes]:
    """Records of many sorts, some of them changed since."""
    chance = random.Random(7)
    found = {
        name: member.add("activity", {"title": name, "status": "planned", "tags": ["youth", name]})
        for name in ("Survey", "Coaching", "Fair", "Certificates")
    }
    for number in range(120):
        member.add("comment", {"text": f"{number} {chance.randbytes(40).hex()}"})
    found["meeting"] = member.add("meeting", {"title": "Board"})
    member.set_text("meeting", found["meeting"], "notes", "Opened at nine.")
    member.sync()
    for number in range(30):
        member.set("activity", found["Survey"], {"progress": number})
    member.set("activity", found["Fair"], {"title": "Job fair"})
    member.delete("activity", found["Certificates"])
    member.sync()
    return found


def faces(member: Member) -> dict[bytes, Any]:
    """Everything a person can see of the records, by id."""
    out = {}
    for kind in ("activity", "comment", "meeting", "person", "workspace"):
        table = member.reader.connection.execute(f'SELECT id FROM "{kind}"').fetchall()
        for row in member.reader.rows(kind, [member.reader.ids.record(rowid) for (rowid,) in table]):
            out[row.id] = (kind, dict(row.values), row.contested, row.unsent, row.deleted, dict(row.seen))
    return out


def flaws(member: Member) -> list[Any]:
    return verify(member.reader, clock=member.house.clock)


def test_a_new_laptop_filled_from_a_snapshot_equals_one_filled_from_the_log(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    by_log = team.join("Omar Khalil")
    by_log.sync()
    snapshot(team)
    lina.add("activity", {"title": "After the snapshot"})
    lina.sync()
    by_snapshot = team.join("Sami Nasser")
    receipt = by_snapshot.sync()
    assert not receipt.differing
    assert any("chunks" in path for path, _ in by_snapshot.line.fetched)
    team.settle()
    assert faces(lina) == faces(by_log) == faces(by_snapshot)
    assert by_snapshot.digest() == by_log.digest() == lina.digest()
    assert flaws(by_snapshot) == []
    assert [row["title"] for row in by_snapshot.reader.search("fair")] == ["Job fair"]
    # One that was changed since it was made, and one that was not.
    assert [row["title"] for row in by_snapshot.reader.search("coaching")] == ["Coaching"]


def test_the_conflicts_of_a_snapshot_can_be_decided(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    found = populate(lina)
    team.settle()
    lina.set("activity", found["Coaching"], {"title": "Coaching of mentors"})
    omar.set("activity", found["Coaching"], {"title": "Mentoring"})
    team.settle()
    snapshot(team)
    sami = team.join("Sami Nasser")
    sami.sync()
    assert sami.contested() == lina.contested() != []
    [conflict] = sami.reader.conflicts()
    history = [change for change, _ in sami.reader.history("activity", found["Coaching"])]
    heads = tuple(head.id for head in conflict.heads)
    assert value_before(history, heads, conflict.key).value == "Coaching"
    sami.set("activity", found["Coaching"], {"title": "Mentoring"}, seen={"title": heads})
    sami.sync()
    team.settle()
    assert lina.contested() == omar.contested() == sami.contested() == []


def test_filling_goes_on_inside_a_piece_after_each_cut(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    size = 0

    def cut_after(count: int) -> Callable[[bytes], Reply]:
        def mishap(body: bytes) -> Reply:
            nonlocal size
            size += min(count, len(body))
            return Reply(body[:count], complete=len(body) <= count)

        return mishap

    # The manifest comes whole, then every answer breaks off.
    omar.line.fetch_mishaps = [Reply] + [cut_after(700)] * 200
    receipt = omar.sync()
    assert receipt.cuts > 3
    assert faces(omar) == faces(lina) | {key: one for key, one in faces(omar).items() if one[0] == "person"}
    assert any(start > 0 for _, start in omar.line.fetched)
    fetched = sum(1 for path, _ in omar.line.fetched if "snapshots" in path)
    assert fetched == 1, "the manifest is kept over cuts"


def begun(team: Team) -> tuple[Member, Member]:
    """Two laptops, the second of which has half of a snapshot."""
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")

    def away(_body: bytes) -> Reply:
        raise DaftarError("no_connection")

    omar.line.fetch_mishaps = [Reply, Reply, Reply] + [away] * 20
    with pytest.raises(DaftarError, match="no_connection"):
        omar.sync()
    omar.line.fetch_mishaps = []
    return lina, omar


def test_a_laptop_that_was_closed_in_the_middle_goes_on_where_it_was(team: Team) -> None:
    lina, omar = begun(team)
    before = len(omar.line.fetched)
    assert flaws(omar) == []
    omar.store.close()
    omar.reopen()
    own = omar.add("activity", {"title": "Written while half of it was there"})
    omar.sync()
    first, then = omar.line.fetched[:3], omar.line.fetched[before:]
    assert then
    assert not {path for path, _ in first} & {path for path, _ in then}
    team.settle()
    assert omar.row("activity", own)["title"] == "Written while half of it was there"
    assert omar.digest() == lina.digest()
    assert flaws(omar) == []


def test_a_piece_that_is_not_what_its_address_says_is_fetched_again(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")

    def flipped(body: bytes) -> Reply:
        return Reply(body[:-1] + bytes([body[-1] ^ 1]))

    omar.line.fetch_mishaps = [Reply, Reply, flipped]
    receipt = omar.sync()
    assert receipt.cuts == 1
    team.settle()
    assert omar.digest() == lina.digest()


def test_a_snapshot_that_was_replaced_meanwhile_is_gone_on_with(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")

    def replaced(body: bytes) -> Reply:
        for number in range(3):
            lina.add("activity", {"title": f"Meanwhile {number}"})
            lina.sync()
            snapshot(team)
        return Reply(body)

    omar.line.fetch_mishaps = [Reply, Reply, replaced]
    omar.sync()
    team.settle()
    assert omar.digest() == lina.digest()
    assert flaws(omar) == []


def test_a_laptop_that_loses_its_access_while_it_is_filled_syncs_on(team: Team) -> None:
    lina, omar = begun(team)
    # It goes on with the next snapshot, because the pieces of this one are gone.
    for number in range(3):
        lina.add("activity", {"title": f"Meanwhile {number}"})
        lina.sync()
        snapshot(team)
    omar.add("activity", {"title": "Not sent yet"})
    team.house.accounts.revoke_access(omar.person, team.workspace)
    omar.sync()
    omar.sync()
    assert [state.role for state in omar.reader.workspaces() if state.id == omar.workspace] in ([], ["none"])


def test_a_snapshot_that_is_gone_while_a_laptop_is_filled_from_it_leaves_the_log(team: Team) -> None:
    lina, omar = begun(team)

    def forget(connection: Any) -> None:
        archive.drop_snapshots_before(connection, team.workspace.id, pseq=1 << 40)
        gone = archive.chunk_hashes(connection, team.workspace.id)
        archive.drop_chunks(connection, team.workspace.id, sorted(gone))

    team.house.storage.writing(forget)
    assert sync_as_a_laptop(omar).differing == []
    team.settle()
    assert omar.digest() == lina.digest()
    assert shown_by(omar) == shown_by(lina)


def shown_by(member: Member) -> dict[bytes, Any]:
    return {key: one[1] for key, one in faces(member).items() if one[0] != "person"}


def test_people_can_work_before_the_old_things_are_there(team: Team) -> None:
    lina = team.join("Lina Haddad")
    found = populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    seen: list[tuple[bool, bool]] = []

    def report(progress: Progress) -> None:
        if progress.filling is not None:
            shown = bool(omar.reader.rows("activity", [found["Survey"]]))
            seen.append((progress.filling.usable, shown))

    session = Session(omar.line, omar, omar.house.clock, pause=lambda _seconds: None, jitter=lambda: 0.5)
    session.sync(epoch=omar.epoch, access_epoch=omar.access_epoch, report=report)
    usable = [at for at, (is_usable, _) in enumerate(seen) if is_usable]
    assert 0 < len(usable) < len(seen)
    assert all(shown for is_usable, shown in seen if is_usable)


def test_local_work_of_before_the_first_sync_stays_on_top(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    own = omar.add("activity", {"title": "Typed before the first sync"})
    omar.sync()
    omar.sync()
    row = omar.row("activity", own)
    assert (row["title"], row.unsent) == ("Typed before the first sync", False)
    team.settle()
    assert omar.digest() == lina.digest()
    assert flaws(omar) == []


def test_inv_22_a_laptop_that_was_away_beyond_the_horizon_loses_and_resurrects_nothing(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    found = populate(lina)
    team.settle()
    # Omar leaves, and writes; Lina changes the same things, and the log behind him is compacted.
    omar.set("activity", found["Survey"], {"title": "Survey, as Omar has it", "status": "ongoing"})
    omar.set("activity", found["Fair"], {"progress": 77})
    omar.set_text("meeting", found["meeting"], "notes", "Opened at nine. Closed at ten.")
    own = omar.add("activity", {"title": "Made while away"})
    lina.set("activity", found["Survey"], {"title": "Survey, as Lina has it"})
    lina.delete("activity", found["Fair"])
    lina.set("activity", found["Coaching"], {"status": "completed"})
    lina.set_text("meeting", found["meeting"], "notes", "It opened at nine.")
    for number in range(40):
        lina.add("comment", {"text": f"Long after {number}"})
    lina.sync()
    compact(team)
    omar.sync()
    assert any("chunks" in path for path, _ in omar.line.fetched)
    team.settle()
    assert faces(lina) == faces(omar)
    assert lina.digest() == omar.digest()
    keys = {key for key, _ in omar.contested()}
    # Both titles wait for a decision; the edit of what was deleted brings it back as a question only.
    assert keys == {"title", "deleted"}
    assert omar.row("activity", found["Survey"])["status"] == "ongoing"
    assert omar.row("activity", found["Coaching"])["status"] == "completed"
    assert omar.row("activity", found["Certificates"]).deleted
    assert omar.row("activity", own)["title"] == "Made while away"
    text = omar.row("meeting", found["meeting"])["notes"]
    assert "It opened" in text
    assert "Closed at ten." in text
    assert flaws(omar) == [] == flaws(lina)


def test_inv_22_what_the_server_refused_of_a_stale_laptop_is_told_and_kept(team: Team) -> None:
    lina, omar = team.join("Lina Haddad", role="coordinator"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Approved", "status": "planned"})
    populate(lina)
    team.settle()
    lina.set("activity", activity, {"status": "approved"})
    lina.sync()
    omar.set("activity", activity, {"title": "Changed after the approval"})
    # The server takes and refuses it, but no answer comes back before the log is compacted.
    omar.line.mishaps = [lost] * 8
    with pytest.raises(DaftarError):
        omar.sync()
    omar.line.mishaps = []
    compact(team)
    omar.sync()
    row = omar.row("activity", activity)
    assert (row["title"], row.unsent) == ("Approved", False)
    [refused] = refused_changes(omar.reader)
    assert (refused.code, refused.writes) == ("record_locked", {"title": "Changed after the approval"})
    assert omar.digest() == lina.digest() or lina.sync() is not None
    assert flaws(omar) == []


def test_a_snapshot_that_would_take_away_most_records_is_asked_about(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    comments = [lina.add("comment", {"text": f"Comment {number}"}) for number in range(80)]
    team.settle()
    for comment in comments:
        lina.delete("comment", comment)
    lina.sync()
    compact(team)
    with pytest.raises(DaftarError) as asked:
        omar.sync()
    assert asked.value.code == "mass_delete"
    assert int(asked.value.params["count"]) == 80
    assert all(not row.deleted for row in omar.reader.rows("comment", comments))


def test_older_history_is_known_to_be_on_the_server(team: Team) -> None:
    lina = team.join("Lina Haddad")
    found = populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    omar.sync()
    assert lina.reader.history_is_whole("activity", found["Survey"])
    assert not omar.reader.history_is_whole("activity", found["Survey"])
    assert omar.reader.history("activity", found["Survey"]) == []
    omar.store.remember({SERVER: "http://127.0.0.1:1", TOKEN: "x"})
    fetch_history(omar.store, team.workspace.id, found["Survey"], connect=lambda _address, _token: omar.line)
    assert omar.reader.history_is_whole("activity", found["Survey"])
    told = [change.id for change, _ in omar.reader.history("activity", found["Survey"])]
    assert told == [change.id for change, _ in lina.reader.history("activity", found["Survey"])]
    assert len(told) == 31


class _Power(Exception):  # noqa: N818 - no error of the program: the power goes
    """The laptop loses power."""


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
def test_inv_10_power_lost_at_any_step_of_filling_leaves_nothing_stuck(
    team: Team, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    lina, whole = team.join("Lina Haddad"), team.join("Sami Nasser")
    populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    steps: list[int] = []
    run = Member.run

    def counted(member: Member, job: Callable[[Any], Any]) -> Any:
        done = run(member, job)
        steps.append(1)
        if member is omar and len(steps) == limit:
            raise _Power
        return done

    monkeypatch.setattr(Member, "run", counted)
    monkeypatch.setattr(Member, "apply", counted)
    limit = 0
    whole.sync()
    limit = max(1, round((len(steps) - 1) * share))
    steps.clear()
    with pytest.raises(_Power):
        omar.sync()
    omar.store.close()
    omar.reopen()
    assert flaws(omar) == []
    omar.sync()
    team.settle()
    assert omar.digest() == lina.digest()
    assert flaws(omar) == []
