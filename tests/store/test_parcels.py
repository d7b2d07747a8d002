"""Sealed bundles that a laptop carries: none leaves it before the server has what is in it, or nobody can."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.couriers import carry, meet, save, settle, take
from helpers.team import Member, Reply, Team

from desktop.store import parcels
from desktop.store.notices import unread_notices
from desktop.store.parcels import Waiting
from desktop.syncing.handing import keep_for_others, save_copies
from desktop.syncing.identity import refresh_keys
from desktop.words import Words
from desktop.words.notices import notice_text
from desktop.words.parcels import parcel_reason
from sync.bundles.writing import MAIL
from sync.errors import DaftarError
from sync.wire.keys import BundleAnswer, Handed

HOUR_MS = 60 * 60 * 1000


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    team = Team(tmp_path)
    team.join("Lina")
    team.join("Omar")
    settle(team)
    meet(team)
    yield team
    team.close()


@pytest.fixture
def lina(team: Team) -> Member:
    return team.members[0]


@pytest.fixture
def omar(team: Team) -> Member:
    return team.members[1]


@pytest.fixture
def bundle(lina: Member, omar: Member, tmp_path: Path) -> Path:
    """What Lina wrote, sealed for the server, on the laptop of Omar."""
    lina.add("activity", {"title": "Wells"})
    path = tmp_path / "up.daftar-bundle"
    save(lina, "server", target=path)
    (taken,) = take(omar, path)
    assert taken.carried == 1
    return path


def waiting(member: Member) -> list[Waiting]:
    return parcels.waiting(member.reader.connection)


def told(member: Member) -> list[str]:
    return [one.code for one in unread_notices(member.reader)]


def answered(member: Member, answer: Callable[[bytes], Any]) -> list[bytes]:
    """Let the server answer this to bundles; the list fills with what was handed in."""
    real, handed = member.line.post, list[bytes]()

    def post(path: str, body: bytes, *, wait_s: int = 0) -> Any:
        if path != "/v1/bundles":
            return real(path, body, wait_s=wait_s)
        handed.append(body)
        return answer(body)

    member.line.post = post  # type: ignore[method-assign] # the line is this test's own
    return handed


def refusing(code: str, **params: str | int) -> Callable[[bytes], Any]:
    def answer(_body: bytes) -> Any:
        raise DaftarError(code, **params)

    return answer


def with_code(member: Member, code: str, *, problem: str = "") -> Callable[[bytes], Any]:
    """An answer of the real kind, in which something stood in the way."""

    def answer(_body: bytes) -> Reply:
        handed = Handed(member.workspace, 7, 0, 0, 0, code)
        return Reply(BundleAnswer((handed,), (problem,) if problem else ()).pack())

    return answer


REFUSALS = (
    "too_large",
    "bundle_too_large",
    "device_revoked",
    "bundle_untrusted",
    "bundle_forged",
    "bundle_damaged",
    "bundle_unknown",
    "bundle_not_for_you",
    "code_expired",
    "connection_cut",
    "not_a_server",
    "something_of_a_later_version",
)


@pytest.mark.parametrize("code", REFUSALS)
def test_inv_02_a_refused_parcel_stays_with_the_reason(code: str, omar: Member, bundle: Path) -> None:
    answered(omar, refusing(code))
    assert carry(omar) == 0
    (one,) = waiting(omar)
    assert (one.code, one.tries, one.person) == (code, 1, "Lina")
    assert one.size == bundle.stat().st_size
    assert told(omar) == []


@pytest.mark.parametrize(
    "code", ["frame_poison", "strand_gap", "strand_fork", "not_granted", "bundle_forged", "bundle_untrusted"]
)
def test_inv_02_a_parcel_stays_where_the_server_lacks_some_of_it(
    code: str, omar: Member, bundle: Path
) -> None:
    assert bundle.exists()
    answered(omar, with_code(omar, code))
    assert carry(omar) == 0
    assert [one.code for one in waiting(omar)] == [code]


@pytest.mark.parametrize("problem", ["bundle_part_newer", "files_full", "blob_differs"])
def test_inv_02_a_parcel_stays_where_part_of_it_was_left_out(
    problem: str, omar: Member, bundle: Path
) -> None:
    assert bundle.exists()
    answered(omar, with_code(omar, "", problem=problem))
    carry(omar)
    carry(omar)
    assert [one.code for one in waiting(omar)] == [problem]


def test_what_the_server_holds_leaves_the_laptop_without_a_word(
    team: Team, omar: Member, bundle: Path
) -> None:
    assert bundle.exists()
    answered(omar, refusing("too_large"))
    carry(omar)
    del omar.line.post
    team.house.clock.time_ms += 2 * HOUR_MS
    assert carry(omar) == 1
    assert (waiting(omar), told(omar)) == ([], [])


def test_a_lasting_refusal_is_not_asked_for_at_every_sync(team: Team, omar: Member, bundle: Path) -> None:
    assert bundle.exists()
    handed = answered(omar, refusing("too_large"))
    for _ in range(5):
        carry(omar)
    assert len(handed) == 1
    team.house.clock.time_ms += HOUR_MS
    for _ in range(5):
        carry(omar)
    assert len(handed) == 2
    team.house.clock.time_ms += HOUR_MS
    carry(omar)
    assert len(handed) == 2, "later and later"
    for _ in range(20):
        team.house.clock.time_ms += 24 * HOUR_MS
        carry(omar)
    assert len(handed) == 22, "but once a day at least"


def test_a_clock_that_was_put_back_keeps_no_parcel_waiting(team: Team, omar: Member, bundle: Path) -> None:
    assert bundle.exists()
    team.house.clock.time_ms += 10 * 365 * 24 * HOUR_MS
    handed = answered(omar, refusing("too_large"))
    carry(omar)
    team.house.clock.time_ms -= 10 * 365 * 24 * HOUR_MS
    carry(omar)
    assert len(handed) == 2


def test_a_person_may_ask_for_another_try(omar: Member, bundle: Path) -> None:
    assert bundle.exists()
    handed = answered(omar, refusing("too_large"))
    carry(omar)
    omar.store.post(parcels.try_again).result()
    carry(omar)
    assert len(handed) == 2


def test_nothing_is_noted_of_a_parcel_where_there_is_no_connection(omar: Member, bundle: Path) -> None:
    assert bundle.exists()
    answered(omar, refusing("no_connection"))
    assert carry(omar) == 0
    assert [(one.code, one.tries) for one in waiting(omar)] == [("", 0)]


def test_a_parcel_that_the_line_does_not_carry_keeps_no_own_work_back(
    team: Team, omar: Member, bundle: Path
) -> None:
    assert bundle.exists()
    answered(omar, refusing("connection_cut"))
    omar.add("activity", {"title": "Omar"})
    carry(omar)
    assert omar.sync().pushed == 1
    assert len(waiting(omar)) == 1


def test_an_earlier_part_that_comes_lets_the_later_one_be_tried_at_once(
    lina: Member, omar: Member, tmp_path: Path
) -> None:
    lina.add("activity", {"title": "One"})
    save(lina, "server", target=tmp_path / "one.daftar-bundle")
    first = lina.store.run(lambda replica: [state.unsent for state in replica.workspaces.all()])
    assert max(first) == 1
    handed = answered(omar, with_code(omar, "strand_gap"))
    take(omar, tmp_path / "one.daftar-bundle")
    carry(omar)
    carry(omar)
    assert len(handed) == 1
    lina.add("activity", {"title": "Two"})
    save(lina, "server", target=tmp_path / "two.daftar-bundle")
    take(omar, tmp_path / "two.daftar-bundle")
    carry(omar)
    assert len(handed) == 3


def damage(member: Member, at: int) -> None:
    """Flip a byte of what is kept."""

    def job(connection: Any) -> None:
        ((data,),) = connection.execute("SELECT data FROM parcel").fetchall()
        broken = bytearray(data)
        broken[at] ^= 1
        connection.execute("UPDATE parcel SET data = ?", (bytes(broken),))

    member.store.post(job).result()


@pytest.mark.parametrize("at", [0, 40, 200])
def test_a_damaged_parcel_is_dropped_and_told(at: int, omar: Member, bundle: Path) -> None:
    assert bundle.exists()
    damage(omar, at)
    assert carry(omar) == 0
    assert waiting(omar) == []
    (notice,) = unread_notices(omar.reader)
    assert (notice.code, notice.params["person"]) == ("parcel_dropped", "Lina")
    for language in ("en", "fr", "ar"):
        text = notice_text(Words(language), notice.code, notice.params)
        assert "Lina" in text
        assert "{" not in text


def test_a_damaged_piece_drops_a_parcel_only_when_the_same_was_said_twice(
    team: Team, omar: Member, bundle: Path
) -> None:
    assert bundle.exists()
    damage(omar, -1)
    carry(omar)
    assert [one.code for one in waiting(omar)] == ["bundle_damaged"]
    team.house.clock.time_ms += HOUR_MS
    carry(omar)
    assert (waiting(omar), told(omar)) == ([], ["parcel_dropped"])


def test_a_parcel_for_another_server_is_dropped_and_told(
    omar: Member, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bundle.exists()
    from desktop.syncing import handing

    real = handing.server_keys
    other = bytes(range(32)) * 2

    def of_another(reader: Any) -> Any:
        keys = real(reader)
        assert keys is not None
        return type(keys).read(other)

    monkeypatch.setattr(handing, "server_keys", of_another)
    answered(omar, refusing("bundle_not_for_you"))
    carry(omar)
    assert (waiting(omar), told(omar)) == ([], ["parcel_dropped"])
    (notice,) = unread_notices(omar.reader)
    assert "another server" in notice_text(Words("en"), notice.code, notice.params)


def revoke(team: Team, member: Member) -> None:
    enrolment = team.house.office.enrolment
    caller = enrolment.authenticate(member.line.parts[1])
    enrolment.revoke(
        next(one for one in enrolment.laptops() if one.installation.id == caller.installation_id)
    )


def test_inv_02_a_courier_who_is_revoked_keeps_what_others_gave_her(
    team: Team, lina: Member, omar: Member, bundle: Path, tmp_path: Path
) -> None:
    revoke(team, omar)
    carry(omar)
    keep_for_others(omar.store, clock=team.house.clock)
    keep_for_others(omar.store, clock=team.house.clock)
    assert [one.code for one in waiting(omar)] == ["courier_revoked"]
    assert told(omar) == ["parcels_kept"], "once"
    team.house.clock.time_ms += HOUR_MS
    carry(omar)
    assert [one.code for one in waiting(omar)] == ["courier_revoked"]

    found = waiting(omar)
    (path,) = save_copies(
        found, tmp_path, read=lambda one: parcels.read(omar.reader.connection, one.bundle, one.volume)
    )
    assert path.read_bytes() == bundle.read_bytes()
    assert len(waiting(omar)) == 1, "a copy takes nothing away"
    samira = team.join("Samira")
    samira.sync()
    for _ in range(2):
        for one in (lina, samira):
            refresh_keys(one.store, one.reader, one.line, clock=team.house.clock, force=True)
    (taken,) = take(samira, path)
    assert (taken.carried, carry(samira)) == (1, 1)


def test_every_reason_says_what_to_do_in_three_languages() -> None:
    for language in ("en", "fr", "ar"):
        words = Words(language)
        for code in (*REFUSALS, "", "courier_revoked", "strand_gap", "strand_fork", "frame_poison"):
            text = parcel_reason(words, code)
            assert len(text) > 20
            assert "{" not in text


def test_an_upload_in_parts_stays_part_by_part(lina: Member, omar: Member, tmp_path: Path) -> None:
    for at in range(3):
        lina.add("activity", {"title": f"{at}"})
    save(lina, "server", target=tmp_path / "up.daftar-bundle", split=MAIL)
    take(omar, *tmp_path.glob("*.daftar-bundle"))
    answered(omar, refusing("too_large"))
    carry(omar)
    (one,) = waiting(omar)
    assert replace(one, tries=0).volume == 1
