"""A laptop learns what was decided about its refused changes, and keeps what was typed."""

import pytest
from helpers.team import SMALL_CALLS, Member, Team
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.outbox import put_aside, refused_changes
from desktop.words import Words
from desktop.words.messages import outcome_text
from sync.errors import DaftarError
from sync.server.quarantine import ADMINISTRATION
from sync.server.service import Service
from sync.wire.outcomes import OUTCOMES_PATH

REASON = "Entered twice by mistake"


@pytest.fixture
def lina(team: Team) -> Member:
    """One of whose changes was refused."""
    made = team.join("Lina Haddad", role="reader")
    made.add("activity", {"title": "Wells"})
    made.sync()
    return made


def discard(team: Team) -> None:
    service = team.house.service
    ids = [one.change.id for one in service.quarantine.held(team.workspace.id)]
    service.discarding.discard(team.workspace.id, ids, by=ADMINISTRATION, reason=REASON)


def later(team: Team) -> None:
    team.house.clock.move(seconds=601)


def test_what_was_typed_stays_and_the_reason_stands_beside_it(team: Team, lina: Member) -> None:
    (before,) = refused_changes(lina.reader)
    assert (before.outcome, before.writes["title"]) == ("", "Wells")
    discard(team)
    sync_as_a_laptop(lina)
    (after,) = refused_changes(lina.reader)
    assert (after.outcome, after.why, after.writes["title"]) == ("discarded", REASON, "Wells")
    assert REASON in outcome_text(Words("en"), after.outcome, after.why)


def test_one_that_was_let_in_says_so(team: Team, lina: Member) -> None:
    held = team.house.service.quarantine
    ids = [one.change.id for one in held.held(team.workspace.id)]
    held.release(team.workspace.id, ids, by=ADMINISTRATION)
    sync_as_a_laptop(lina)
    (after,) = refused_changes(lina.reader)
    assert (after.outcome, after.why) == ("released", "")
    assert len(lina.reader.rows("activity", [after.record])) == 1


def test_it_asks_at_most_every_ten_minutes_and_only_while_something_is_listed(
    team: Team, lina: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, times = SMALL_CALLS[OUTCOMES_PATH], []

    def counted(service: Service, token: str, body: bytes) -> bytes:
        times.append(team.house.clock.now_ms())
        return answer(service, token, body)

    monkeypatch.setitem(SMALL_CALLS, OUTCOMES_PATH, counted)  # type: ignore[arg-type]  # a dict it is
    sync_as_a_laptop(lina)
    sync_as_a_laptop(lina)
    assert len(times) == 1
    later(team)
    sync_as_a_laptop(lina)
    assert len(times) == 2
    (one,) = refused_changes(lina.reader)
    lina.store.post(lambda connection: put_aside(connection, one)).result()
    later(team)
    sync_as_a_laptop(lina)
    assert len(times) == 2


def test_an_older_server_that_does_not_know_the_question_stops_nothing(
    team: Team, lina: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_about: object) -> bytes:
        raise DaftarError("not_a_server", status=404)

    monkeypatch.setitem(SMALL_CALLS, OUTCOMES_PATH, unknown)  # type: ignore[arg-type]  # a dict it is
    sync_as_a_laptop(lina)
    assert len(refused_changes(lina.reader)) == 1
