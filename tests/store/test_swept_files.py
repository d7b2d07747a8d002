"""Files that nobody can want any more leave the laptop, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.couriers import attach
from helpers.team import Member, Team

from desktop.store.attached import Duty, Policy, note_moved, put_duty
from desktop.store.attachments import Vault
from desktop.store.rows import Query
from desktop.store.sweeping import DAY_MS, LEFT_OVER_MS, Swept, sweep, sweep_daily

CONTENT = b"register of trainings" * 400


@pytest.fixture
def lina(team: Team) -> Member:
    return team.join("Lina Haddad")


def activity(member: Member) -> bytes:
    made = member.add("activity", {"title": "Wells"})
    member.sync()
    return made


def sent(member: Member, fingerprint: bytes) -> None:
    member.store.post(lambda one: note_moved(one, member.workspace, fingerprint, Policy.NETWORK)).result()


def remove_all(member: Member) -> None:
    for row in member.reader.select(Query("attachment")):
        member.delete("attachment", row.id)


def beyond_undo(member: Member) -> None:
    member.store.post(lambda one: one.execute("DELETE FROM undo")).result()


def swept(member: Member) -> Swept:
    return sweep(member.store, member.reader, now_ms=member.house.clock.now_ms())


def here(member: Member, fingerprint: bytes) -> bool:
    return Vault(member.profile).holds(member.workspace, fingerprint)


def test_a_copy_goes_when_its_removal_is_settled_and_beyond_undo(lina: Member) -> None:
    fingerprint = attach(lina, activity(lina), CONTENT)
    lina.sync()
    sent(lina, fingerprint)
    assert swept(lina) == Swept()
    remove_all(lina)
    assert swept(lina) == Swept(), "the removal is not settled"
    lina.sync()
    assert swept(lina) == Swept(), "it can be undone"
    beyond_undo(lina)
    found = swept(lina)
    assert (found.files, found.bytes > len(CONTENT)) == (1, True)
    assert not here(lina, fingerprint)
    assert swept(lina) == Swept()


def test_what_was_not_sent_never_goes(lina: Member) -> None:
    fingerprint = attach(lina, activity(lina), CONTENT)
    lina.sync()
    remove_all(lina)
    lina.sync()
    beyond_undo(lina)
    assert swept(lina) == Swept()
    assert here(lina, fingerprint)


def test_a_file_that_another_record_names_stays(lina: Member) -> None:
    where = activity(lina)
    fingerprint = attach(lina, where, CONTENT)
    sent(lina, fingerprint)
    (row,) = lina.reader.select(Query("attachment"))
    attach(lina, where, CONTENT)
    sent(lina, fingerprint)
    lina.delete("attachment", row.id)
    lina.sync()
    beyond_undo(lina)
    assert swept(lina) == Swept()
    assert here(lina, fingerprint)


def test_a_file_that_a_refused_change_names_stays(lina: Member) -> None:
    where = activity(lina)
    fingerprint = attach(lina, where, CONTENT)
    lina.store.post(
        lambda one: one.execute(
            "INSERT INTO trouble(ws, dseq, code, kind, record, frame)"
            " SELECT ws, 900, 'role_too_low', 'attachment', 1, frame FROM log"
            " WHERE first_pseq IS NULL LIMIT 1"
        )
    ).result()
    lina.sync()
    sent(lina, fingerprint)
    remove_all(lina)
    lina.sync()
    beyond_undo(lina)
    assert swept(lina) == Swept()
    assert here(lina, fingerprint)


def test_one_that_is_wanted_again_stays(lina: Member) -> None:
    fingerprint = attach(lina, activity(lina), CONTENT)
    remove_all(lina)
    lina.sync()
    beyond_undo(lina)
    duty = Duty(Policy.NETWORK, wanted=True)
    lina.store.post(lambda one: put_duty(one, lina.workspace, fingerprint, duty)).result()
    assert swept(lina) == Swept()


def leftovers(member: Member, *, age_ms: int) -> list[Path]:
    folder = member.profile.paths.files / member.workspace.hex()
    folder.mkdir(parents=True, exist_ok=True)
    moment = (member.house.clock.now_ms() - age_ms) / 1000
    made = [folder / ("ab" * 24), folder / ("cd" * 24 + ".part")]
    for path in made:
        path.write_bytes(b"x" * 100)
        os.utime(path, (moment, moment))
    return made


def test_what_nothing_names_goes_after_a_week(lina: Member) -> None:
    fingerprint = attach(lina, activity(lina), CONTENT)
    young = leftovers(lina, age_ms=LEFT_OVER_MS - DAY_MS)
    assert swept(lina) == Swept()
    assert all(path.exists() for path in young)
    old = leftovers(lina, age_ms=LEFT_OVER_MS + DAY_MS)
    assert swept(lina) == Swept(2, 200)
    assert not any(path.exists() for path in old)
    assert here(lina, fingerprint)


def test_nothing_is_swept_while_something_could_not_be_read(lina: Member) -> None:
    lina.store.post(
        lambda one: one.execute(
            "INSERT INTO unread(ws, first_pseq, last_pseq, code, frame) SELECT idx, 1, 2, 'bad_frame', X'00'"
            " FROM workspace_state"
        )
    ).result()
    old = leftovers(lina, age_ms=LEFT_OVER_MS + DAY_MS)
    assert swept(lina) == Swept()
    assert all(path.exists() for path in old)


def test_it_is_done_once_a_day(lina: Member) -> None:
    now = lina.house.clock.now_ms()
    sweep_daily(lina.store, now_ms=now)
    leftovers(lina, age_ms=LEFT_OVER_MS + DAY_MS)
    assert sweep_daily(lina.store, now_ms=now + DAY_MS - 1) == Swept()
    assert sweep_daily(lina.store, now_ms=now + DAY_MS).files == 2
