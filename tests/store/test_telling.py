"""What a laptop tells of its syncs: how far a filling is, how much there is, what was put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.joined import JoinedLaptop
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Reply, Team

from desktop.store.fetching import fetching_now
from desktop.store.happenings import (
    COMPARED,
    DIFFERS,
    EXCHANGED,
    FILLED,
    REPAIRED,
    Happening,
    read_happenings,
    with_happenings,
)
from desktop.store.outbox import read_standing, waiting_size
from desktop.store.rows import Query
from desktop.syncing.forecast import waiting_here
from desktop.syncing.joined import RATE_DOWN, RATE_UP
from desktop.syncing.once import plan_once
from sync.errors import DaftarError
from sync.wire.verify import VerifyAnswer

HOUR_MS = 3_600_000


@pytest.fixture
def omar(team: Team) -> Member:
    """A colleague with work that others do not have yet."""
    member = team.join("Omar Khalil")
    for number in range(60):
        member.add("comment", {"text": f"{number} {'x' * 60}"})
    member.add("activity", {"title": "Left alone", "status": "planned"})
    member.sync()
    return member


@pytest.fixture
def laptop(team: Team, omar: Member, tmp_path: Path) -> Iterator[JoinedLaptop]:
    made = JoinedLaptop(team, tmp_path / "rima")
    yield made
    made.close()


# Filling


def test_a_filling_is_told_by_name_and_share_and_says_when_it_is_usable(
    team: Team, laptop: JoinedLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_small_logs_count(monkeypatch)
    snapshot(team)
    statuses = laptop.run()
    told = [status.fetching for status in statuses if status.fetching is not None]
    assert {one.name for one in told} == {"Jordan"}
    shares = [one.percent for one in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 100
    assert shares[-1] == 100
    assert [one.usable for one in told] == sorted(one.usable for one in told)
    assert told[-1].usable
    assert statuses[-1].fetching is None
    assert FILLED in {one.code for one in laptop.happened()}
    assert fetching_now(laptop.reader) == []


def test_a_filling_that_was_cut_is_known_from_the_tables_without_a_network(
    team: Team, laptop: JoinedLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_small_logs_count(monkeypatch)
    snapshot(team)

    def portal(_body: bytes) -> Reply:
        raise DaftarError("not_a_server")

    laptop.line.fetch_mishaps = [Reply, Reply, portal]
    last = laptop.run()[-1]
    assert last.problem == "not_a_server"
    [here] = fetching_now(laptop.reader)
    assert here == last.fetching == read_standing(laptop.reader).fetching
    assert 0 < here.percent < 100
    laptop.line.fetch_mishaps = []
    assert laptop.run()[-1].fetching is None
    assert read_standing(laptop.reader).fetching is None


# How much there is


def test_before_a_slow_line_is_used_it_is_told_how_much_there_is(laptop: JoinedLaptop) -> None:
    laptop.store.remember({RATE_UP: 10, RATE_DOWN: 20})
    laptop.add("Waits")
    plans = [status.plan for status in laptop.run()]
    plan = next(each for each in plans if each is not None)
    assert plans[-1] is None
    assert plan.changes_up == 1
    assert plan.changes_down > 60
    assert plan.bytes_down > 500
    assert plan.seconds == round(plan.bytes_up / 10 + plan.bytes_down / 20)


def test_over_a_good_line_nothing_is_asked_beforehand(laptop: JoinedLaptop) -> None:
    laptop.store.remember({RATE_UP: 900_000, RATE_DOWN: 900_000})
    assert all(status.plan is None for status in laptop.run())
    assert "/v1/plan" not in laptop.line.paths


def test_a_plan_that_cannot_be_had_does_not_keep_a_sync_from_going(laptop: JoinedLaptop) -> None:
    laptop.store.remember({RATE_UP: 1_000})

    def old_server(_reply: Reply) -> Reply:
        raise DaftarError("not_found")

    laptop.line.answers["/v1/plan"] = old_server
    statuses = laptop.run()
    assert all(status.plan is None for status in statuses)
    assert statuses[-1].problem == ""
    assert statuses[-1].last_success_ms is not None


def test_what_waits_here_is_known_without_a_network(laptop: JoinedLaptop) -> None:
    assert waiting_here(laptop.reader).bytes == 0
    laptop.add("One")
    laptop.add("Two")
    plan = plan_once(laptop.store, connect=laptop.connect)
    asked = len(laptop.line.paths)
    here = waiting_here(laptop.reader)
    assert (here.changes, here.bytes, here.seconds) == (plan.changes_up, plan.bytes_up, None)
    laptop.store.remember({RATE_UP: 10})
    assert waiting_here(laptop.reader).seconds == round(here.bytes / 10)
    assert len(laptop.line.paths) == asked
    laptop.run()
    assert waiting_size(laptop.reader) == (0, 0)


# What was put right, and what could not be


def spoil(laptop: JoinedLaptop) -> None:
    laptop.store.post(
        lambda db: db.execute("UPDATE activity SET title = 'Forged', _term = zeroblob(16)")
    ).result()
    laptop.store.post(lambda db: db.execute("UPDATE workspace_state SET digest = zeroblob(4096)")).result()


def test_what_was_put_right_is_in_the_list_of_what_happened(laptop: JoinedLaptop) -> None:
    laptop.run()
    spoil(laptop)
    assert laptop.run()[-1].differing == ()
    mended = laptop.happened()[0]
    assert (mended.code, mended.params, mended.workspace) == (
        REPAIRED,
        {"count": 1},
        laptop.team.workspace.id,
    )
    assert [row["title"] for row in laptop.reader.select(Query("activity"))] == ["Left alone"]


def test_what_cannot_be_put_right_stays_told_until_it_is(laptop: JoinedLaptop) -> None:
    laptop.run()
    spoil(laptop)

    def helpless(reply: Reply) -> Reply:
        return Reply(replace(VerifyAnswer.unpack(reply.body), summary=bytes(16), terms=()).pack())

    laptop.line.answers["/v1/verify"] = helpless
    assert laptop.run()[-1].differing == ("Jordan",)
    assert laptop.run()[-1].differing == ("Jordan",)
    assert [one.code for one in laptop.happened()].count(DIFFERS) == 1
    laptop.line.answers.clear()
    laptop.worker.compare()
    assert laptop.until_done()[-1].differing == ()
    assert REPAIRED in {one.code for one in laptop.happened()}


def test_a_comparison_that_was_asked_for_says_that_all_is_equal(laptop: JoinedLaptop) -> None:
    laptop.run()
    assert COMPARED not in {one.code for one in laptop.happened()}
    laptop.worker.compare()
    laptop.until_done()
    assert laptop.happened()[0].code == COMPARED


# The list


def test_runs_of_an_hour_are_told_as_one() -> None:
    stored = ""
    for minute in (0, 20, 59, 61):
        counts = {"sent": 1, "received": 2, "bytes_up": 10, "bytes_down": 20, "cuts": 0}
        stored = with_happenings(stored, [Happening(EXCHANGED, minute * 60_000, counts)])
    later, first = read_happenings(stored)
    assert (first.params["sent"], first.params["received"], first.at_ms) == (3, 6, 59 * 60_000)
    assert later.params["sent"] == 1


def test_the_list_stays_short_and_newest_first() -> None:
    stored = ""
    for hour in range(50):
        stored = with_happenings(stored, [Happening(REPAIRED, hour * HOUR_MS, {"count": 1})])
    found = read_happenings(stored)
    assert len(found) == 30
    assert found[0].at_ms == 49 * HOUR_MS


def test_a_sync_that_moves_nothing_is_not_told(laptop: JoinedLaptop) -> None:
    laptop.run()
    before = laptop.happened()
    laptop.team.house.clock.move(seconds=4 * 3600)
    laptop.run()
    assert laptop.happened() == before
