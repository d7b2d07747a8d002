"""A check of the database finds nothing where nothing is wrong, and everything that was altered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers.team import Member, Team

from desktop.store.driver import Connection
from desktop.store.verify import verify
from sync.replica.replica import Replica


@pytest.fixture
def busy(team: Team) -> Member:
    """A laptop with everything in it: pulled, sent, unsent, refused, contested, deleted, long text."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey", "tags": ["a", "b"], "end": "2026-06-30"})
    meeting = omar.add("meeting", {"title": "Steering"})
    team.settle()
    omar.set_text("meeting", meeting, "notes", "متفق عليه")
    lina.set_text("meeting", meeting, "notes", "agreed")
    lina.set("activity", activity, {"end": "2026-07-15"})
    omar.set("activity", activity, {"end": "2026-08-01"})
    omar.delete("activity", activity)
    lina.set("activity", activity, {"status": "approved"})
    lina.set("activity", activity, {"progress": 5})
    team.settle()
    lina.set("activity", activity, {"progress": 20})
    lina.add("activity", {"title": "Not sent yet"})
    return lina


def flaws(member: Member) -> set[str]:
    return {flaw.code for flaw in verify(member.reader, clock=member.house.clock)}


def test_a_busy_laptop_is_sound(busy: Member) -> None:
    assert verify(busy.reader, clock=busy.house.clock) == []


def alter(member: Member, sql: str) -> None:
    def job(connection: Connection) -> None:
        connection.execute(sql)

    member.store.post(job).result()


@pytest.mark.parametrize(
    "sql, code",
    [
        ("UPDATE meeting SET title = 'Forged'", "term_differs"),
        ("UPDATE activity SET title = 'Forged' WHERE _settled = 0", "record_differs"),
        ("DELETE FROM meeting", "record_missing"),
        ("UPDATE workspace_state SET digest = zeroblob(4096)", "digest_differs"),
        ("DELETE FROM log WHERE id = (SELECT min(id) FROM log WHERE first_pseq > 1)", "log_gap"),
        ("DELETE FROM conflict", "decisions_differ"),
    ],
)
def test_what_was_altered_is_found(busy: Member, sql: str, code: str) -> None:
    alter(busy, sql)
    assert code in flaws(busy)


def test_a_check_leaves_the_database_alone(busy: Member) -> None:
    def rows(replica: Replica) -> int:
        return sum(state.dseq for state in replica.workspaces.all())

    before = busy.run(rows)
    verify(busy.reader, clock=busy.house.clock)
    assert busy.run(rows) == before
    told: list[str] = []
    report: Callable[[str], None] = told.append
    verify(busy.reader, clock=busy.house.clock, report=report)
    assert told == ["pages", "digests", "replay"]
