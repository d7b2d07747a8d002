"""Whatever bit of the stored records is flipped: it is found and mended, and nothing else moves."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.driver import Connection
from desktop.store.verify import verify
from desktop.syncing.once import sync_once
from sync.client.repair import repair_all
from sync.client.session import Receipt
from sync.merge.texts import set_text


@pytest.fixture
def busy(team: Team) -> Member:
    """A laptop with records of all sorts: pulled, sent, not sent, contested, deleted, with long text."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey", "tags": ["a", "b"], "end": "2026-06-30"})
    lina.add("activity", {"title": "Left alone", "status": "planned"})
    gone = omar.add("activity", {"title": "Deleted"})
    meeting = omar.add("meeting", {"title": "Steering"})
    minutes = {
        "title": "Minutes",
        "notes": set_text(None, "What was agreed, in a text of some length.").update,
    }
    omar.add("meeting", minutes)
    team.settle()
    omar.set_text("meeting", meeting, "notes", "متفق عليه")
    lina.set_text("meeting", meeting, "notes", "agreed")
    lina.set("activity", activity, {"end": "2026-07-15"})
    omar.set("activity", activity, {"end": "2026-08-01"})
    omar.delete("activity", gone)
    team.settle()
    lina.set("activity", activity, {"progress": 20})
    return lina


def alter(member: Member, sql: str) -> None:
    def job(connection: Connection) -> None:
        connection.execute(sql)

    member.store.post(job).result()


def flaws(member: Member) -> set[str]:
    return {flaw.code for flaw in verify(member.reader, clock=member.house.clock)}


def face(member: Member) -> list[object]:
    """Everything a person sees, and what is not sent."""
    shown = 'SELECT id, title, status, "end", progress, tags, _deleted, _settled FROM activity ORDER BY id'
    notes = "SELECT id, title, notes FROM meeting ORDER BY id"
    return [
        *member.reader.connection.execute(shown).fetchall(),
        *member.reader.connection.execute(notes).fetchall(),
        *member.contested(),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE meeting SET title = 'Forged'",
        "UPDATE activity SET title = 'Forged' WHERE title = 'Left alone'",
        "UPDATE activity SET status = NULL WHERE title = 'Left alone'",
        "UPDATE activity SET tags = '[\"a\", \"c\"]' WHERE title = 'Employer survey'",
        "UPDATE activity SET _deleted = 0",
        "UPDATE activity SET _term = zeroblob(16)",
        "UPDATE activity SET _dseq = _dseq + 7 WHERE title = 'Left alone'",
        "DELETE FROM meeting",
        "DELETE FROM activity WHERE title = 'Left alone'",
        "DELETE FROM head WHERE key = 'end'",
        "UPDATE head SET state = (SELECT state FROM head WHERE key = 'deleted') WHERE key = 'end'",
        "DELETE FROM conflict",
        "DELETE FROM document",
        "UPDATE document SET snapshot = X'28B52FFD00'",
        "UPDATE document SET snapshot = substr(snapshot, 1, 20)",
        "UPDATE meeting SET notes = 'Something else' WHERE title = 'Minutes'",
        "UPDATE meeting SET notes = NULL WHERE title = 'Minutes'",
        "UPDATE workspace_state SET digest = zeroblob(4096)",
    ],
)
def test_inv_20_a_flipped_bit_is_found_and_mended(busy: Member, sql: str) -> None:
    assert flaws(busy) == set()
    before = face(busy)
    unsent = busy.run(lambda replica: sum(state.unsent for state in replica.workspaces.all()))
    alter(busy, sql)
    found = verify(busy.reader, clock=busy.house.clock)
    assert found
    (done,) = repair_all(busy.line, busy, suspects=[flaw.record for flaw in found if flaw.record])
    assert done.equal
    assert flaws(busy) == set()
    assert face(busy) == before
    assert busy.run(lambda replica: sum(state.unsent for state in replica.workspaces.all())) == unsent
    busy.sync()
    assert busy.run(lambda replica: sum(state.unsent for state in replica.workspaces.all())) == 0


def test_where_nothing_differs_nothing_is_touched(busy: Member) -> None:
    (done,) = repair_all(busy.line, busy)
    assert (done.records, done.only_here, done.sums, done.equal) == ((), 0, False, True)


def test_a_laptop_that_came_apart_is_put_right_by_its_next_sync(team: Team, busy: Member) -> None:
    omar = team.members[1]
    alter(
        omar,
        "UPDATE activity SET title = 'Forged', _term = zeroblob(16) WHERE title = 'Left alone'",
    )
    alter(omar, "UPDATE workspace_state SET digest = zeroblob(4096)")
    busy.add("activity", {"title": "Something new"})
    busy.sync()
    receipt = sync_as_a_laptop(omar)
    assert (receipt.repaired > 0, receipt.differing) == (True, [])
    assert flaws(omar) == set()


def sync_as_a_laptop(member: Member) -> Receipt:
    """The whole of a sync, as the window and the command run it."""

    class Kept:
        post = staticmethod(member.line.post)
        get = staticmethod(member.line.get)

        def hang_up(self) -> None:
            """Nothing waits."""

        def close(self) -> None:
            """Left open."""

    member.store.remember({"server": "http://127.0.0.1:1", "token": "x", "access_epoch": member.access_epoch})
    return sync_once(member.store, clock=member.house.clock, connect=lambda _address, _token: Kept())


def test_inv_20_a_workspace_that_is_lost_while_it_is_compared_keeps_no_other_from_it(team: Team) -> None:
    lina = team.join("Lina")
    lina.add("activity", {"title": "Wells"})
    lina.sync()
    team.house.accounts.revoke_access(lina.person, team.workspace)
    assert repair_all(lina.line, lina) == []
