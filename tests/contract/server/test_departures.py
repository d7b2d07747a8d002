"""Access that is lost or lowered while somebody sends: quarantine, release, and laptops on their way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from helpers.house import House
from helpers.laptop import Laptop

from sync.changes import Change
from sync.errors import DaftarError
from sync.merge.texts import merge_text, read_text, set_text
from sync.server import service as service_module
from sync.server.enrolment import Caller
from sync.server.quarantine import ADMINISTRATION, Held
from sync.server.storage.people import Person, Workspace
from sync.wire.departures import Purged, QuarantineAnswer, QuarantineRequest, ReleaseRequest
from sync.wire.enrolment import EnrolRequest
from sync.wire.messages import SyncAnswer


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def amina(house: House, jordan: Workspace) -> Person:
    return house.person("Amina Hassan", jordan)


@pytest.fixture
def one(house: House, amina: Person) -> Laptop:
    return house.laptop(amina)


@pytest.fixture
def head(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Maria Torres", jordan, role="coordinator"))


def _codes(answer: SyncAnswer) -> dict[int, str]:
    return {trouble.dseq: trouble.code for trouble in answer.troubles}


def _held(house: House, workspace: Workspace) -> list[Held]:
    return house.service.quarantine.held(workspace.id)


def _between(house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something after a push was checked and before its workspace is locked."""
    take_in = service_module.take_in
    done: list[bool] = []

    def late(*arguments: Any, **keywords: Any) -> Any:
        taken = take_in(*arguments, **keywords)
        if not done:
            done.append(True)
            act()
        return taken

    monkeypatch.setattr(service_module, "take_in", late)


@pytest.mark.parametrize("role, code", [("reader", "role_too_low"), (None, "access_lost")])
def test_inv_25_the_role_that_counts_is_the_one_under_the_lock(
    house: House,
    jordan: Workspace,
    amina: Person,
    one: Laptop,
    monkeypatch: pytest.MonkeyPatch,
    *,
    role: str | None,
    code: str,
) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training"})
    house.push(one, jordan, made)

    def lower() -> None:
        if role is None:
            house.accounts.revoke_access(amina, jordan)
        else:
            house.accounts.grant(amina, jordan, role=role)

    _between(house, monkeypatch, lower)
    edit = one.edit(made, {"title": "Changed"})
    further = one.edit(made, {"title": "Again"}, {"title": (edit.id,)})
    assert _codes(house.push(one, jordan, edit, further)) == {2: code, 3: code}
    assert [held.code for held in _held(house, jordan)] == [code, code]
    assert house.read(jordan).state(made).values["title"] == "Training"


def test_a_laptop_revoked_meanwhile_changes_nothing(
    house: House, jordan: Workspace, one: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = house.office.enrolment.laptop(f"{one.device:012x}")
    _between(house, monkeypatch, lambda: house.office.enrolment.revoke(laptop))
    made = one.create(jordan.id, "activity", {"title": "Training"})
    assert _codes(house.push(one, jordan, made)) == {1: "access_lost"}


def test_a_raised_role_counts_at_once(
    house: House, jordan: Workspace, amina: Person, one: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.accounts.grant(amina, jordan, role="reader")
    _between(house, monkeypatch, lambda: house.accounts.grant(amina, jordan, role="officer"))
    made = one.create(jordan.id, "activity", {"title": "Training"})
    assert _codes(house.push(one, jordan, made)) == {}


def test_what_stands_on_a_refused_change_goes_on_when_the_role_comes_back(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training", "start": "2026-03-01"})
    house.push(one, jordan, made)
    house.accounts.grant(amina, jordan, role="reader")
    refused = one.edit(made, {"start": "2026-03-02"})
    assert _codes(house.push(one, jordan, refused)) == {2: "role_too_low"}
    house.accounts.grant(amina, jordan, role="officer")
    later = one.edit(made, {"start": "2026-03-03"}, {"start": (refused.id,)})
    assert _codes(house.push(one, jordan, later)) == {}
    state = house.read(jordan).state(made)
    assert [one.value for one in state.register("start").heads] == ["2026-03-03"]


def _lost_work(house: House, jordan: Workspace, amina: Person, one: Laptop) -> tuple[Change, list[Change]]:
    """A shared activity, and three changes that were handed in after the access had ended."""
    made = one.create(jordan.id, "activity", {"title": "Training", "start": "2026-03-01"})
    house.push(one, jordan, made)
    house.accounts.revoke_access(amina, jordan)
    edit = one.edit(made, {"start": "2026-04-01"})
    again = one.edit(made, {"start": "2026-05-01"}, {"start": (edit.id,)})
    new = one.create(jordan.id, "activity", {"title": "New"})
    bad = one.create(jordan.id, "activity", {"title": "Bad", "start": "tomorrow"})
    answer = house.push(one, jordan, edit, again, new, bad)
    assert _codes(answer) == dict.fromkeys((2, 3, 4, 5), "access_lost")
    (stand,) = answer.workspaces
    assert (stand.head, stand.acked_dseq, stand.pulled, stand.digest) == (0, 5, (), service_module.NOTHING)
    return made, [edit, again, new, bad]


def test_released_changes_are_their_authors_and_stand_on_each_other(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    made, (edit, again, new, bad) = _lost_work(house, jordan, amina, one)
    ids = [change.id for change in (edit, again, new, bad)]
    done = house.service.quarantine.release(jordan.id, ids, by=ADMINISTRATION)
    assert done.released == (edit.id, again.id, new.id)
    assert done.refused == ((bad.id, "invalid_value"),)
    reader = house.read(jordan)
    (start,) = reader.state(made).register("start").heads
    assert (start.value, start.author) == ("2026-05-01", amina.id)
    assert reader.state(new).values["title"] == "New"
    assert house.service.quarantine.release(jordan.id, ids[:3], by=ADMINISTRATION).released == ()
    assert [held.release is None for held in _held(house, jordan)] == [False, False, False, True]


def test_a_release_does_not_override_what_others_did_since(
    house: House, jordan: Workspace, amina: Person, one: Laptop, head: Laptop
) -> None:
    made, (edit, *_) = _lost_work(house, jordan, amina, one)
    house.push(head, jordan, head.edit(made, {"start": "2026-06-01"}))
    house.service.quarantine.release(jordan.id, [edit.id], by=ADMINISTRATION)
    heads = house.read(jordan).state(made).register("start").heads
    assert {one.value for one in heads} == {"2026-04-01", "2026-06-01"}


def test_an_edit_of_a_refused_record_waits_for_its_creation(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    house.accounts.revoke_access(amina, jordan)
    new = one.create(jordan.id, "activity", {"title": "New"})
    edit = one.edit(new, {"title": "Newer"})
    house.push(one, jordan, new, edit)
    release = house.service.quarantine.release
    assert release(jordan.id, [edit.id], by=ADMINISTRATION).refused == ((edit.id, "creation_refused"),)
    assert release(jordan.id, [new.id, edit.id], by=ADMINISTRATION).refused == ()
    assert house.read(jordan).state(new).values["title"] == "Newer"
    missing = release(jordan.id, [(7, 7)], by=ADMINISTRATION)
    assert missing.refused == (((7, 7), "not_in_quarantine"),)


def test_inv_28_what_was_written_on_a_refused_text_waits_for_it_and_loses_no_word(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    first = set_text(None, "Opened.")
    made = one.create(jordan.id, "meeting", {"title": "Steering", "notes": first.update})
    house.push(one, jordan, made)
    house.accounts.revoke_access(amina, jordan)
    snapshot = merge_text(None, first.update)
    refused = set_text(snapshot, "Opened. Budget agreed.").update
    snapshot = merge_text(snapshot, refused)
    held = one.edit(made, {"notes": refused}, {"notes": (made.id,)})
    house.push(one, jordan, held)
    house.accounts.grant(amina, jordan, role="officer")
    behind = set_text(snapshot, "Opened. Budget agreed. Next meeting in May.").update
    later = one.edit(made, {"notes": behind}, {"notes": (held.id,)})
    assert [one.code for one in house.push(one, jordan, later).troubles] == ["text_refused"]
    assert read_text(house.read(jordan).state(made).texts["notes"]) == "Opened."
    release = house.service.quarantine.release
    assert release(jordan.id, [later.id], by=ADMINISTRATION).refused == ((later.id, "base_missing"),)
    assert release(jordan.id, [held.id, later.id], by=ADMINISTRATION).refused == ()
    said = read_text(house.read(jordan).state(made).texts["notes"])
    assert said == "Opened. Budget agreed. Next meeting in May."


def test_a_coordinator_reads_and_releases_and_nobody_else(
    house: House, jordan: Workspace, amina: Person, one: Laptop, head: Laptop
) -> None:
    _, (edit, *_) = _lost_work(house, jordan, amina, one)
    officer = house.laptop(house.person("Joseph Okello", jordan))
    stranger = house.laptop(house.person("Somebody", house.workspace("Lebanon"), role="administrator"))
    asked = QuarantineRequest(jordan.number)
    for laptop, code in ((officer, "needs_coordinator"), (stranger, "not_granted"), (one, "not_granted")):
        with pytest.raises(DaftarError, match=code):
            house.service.quarantine.answer(house.caller(laptop), asked)
        with pytest.raises(DaftarError, match=code):
            house.service.quarantine.release_for(
                house.caller(laptop), ReleaseRequest(jordan.number, (edit.id,))
            )
    with pytest.raises(DaftarError, match="not_granted"):
        house.service.quarantine.answer(house.caller(stranger), QuarantineRequest(9_999))
    packed = house.service.quarantine.answer(house.caller(head), asked).pack()
    kept = QuarantineAnswer.unpack(packed).kept
    assert [(row.person, row.code) for row in kept] == [("Amina Hassan", "access_lost")] * 4
    answer = house.service.quarantine.release_for(
        house.caller(head), ReleaseRequest.unpack(ReleaseRequest(jordan.number, (edit.id,)).pack())
    )
    assert (answer.released, answer.refused) == (1, ())
    assert _held(house, jordan)[0].release is not None


class _Revoked:
    """A laptop whose token is kept, and which was revoked with unsent work."""

    def __init__(self, house: House, jordan: Workspace, amina: Person) -> None:
        self.house = house
        code, _ = house.office.enrolment.invite(amina)
        self.token = house.service.enrol(EnrolRequest(code, 0x77, "stolen")).token
        self.laptop = Laptop(0x77, amina.id, now_ms=house.clock.now_ms())
        self.made = self.laptop.create(jordan.id, "activity", {"title": "Unsent"})
        house.office.enrolment.revoke(house.office.enrolment.laptop("stolen"))

    def caller(self) -> Caller:
        return self.house.service.enrolment.authenticate_leaving(self.token)

    def hand_in(self, jordan: Workspace) -> SyncAnswer:
        push = self.laptop.push(jordan.number, [self.made])
        request = self.laptop.request(push, cursors={jordan.number: 0}, access_epoch=1)
        return self.house.service.hand_in(self.caller(), request.pack())


def test_a_revoked_laptop_hands_in_once_and_gets_nothing(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    house.push(one, jordan, one.create(jordan.id, "activity", {"title": "Not for thieves"}))
    revoked = _Revoked(house, jordan, amina)
    with pytest.raises(DaftarError, match="device_revoked"):
        house.service.enrolment.authenticate(revoked.token)
    answer = revoked.hand_in(jordan)
    assert (answer.access, answer.access_epoch) == ((), 0)
    assert [(item.head, item.acked_dseq, item.pulled) for item in answer.workspaces] == [(0, 1, ())]
    assert [held.change.writes["title"] for held in _held(house, jordan)] == ["Unsent"]
    assert len(house.read(jordan).states) > 0
    house.service.departures.note_purged(revoked.caller(), Purged((jordan.number,)))
    assert house.clock.now_ms() in house.accounts.purges(amina, jordan).values()
    with pytest.raises(DaftarError, match="hand_in_over"):
        revoked.caller()


def test_a_hand_in_is_limited_in_time_and_size(house: House, jordan: Workspace, amina: Person) -> None:
    revoked = _Revoked(house, jordan, amina)
    caller = revoked.caller()
    house.service.departures.count_hand_in(caller, house.settings.hand_in_bytes - 1)
    with pytest.raises(DaftarError, match="hand_in_over"):
        revoked.hand_in(jordan)
    house.clock.move(days=91)
    with pytest.raises(DaftarError, match="hand_in_over"):
        revoked.caller()


def test_a_laptop_that_may_stay_cannot_say_that_it_left(
    house: House, jordan: Workspace, amina: Person, one: Laptop
) -> None:
    caller = replace(house.caller(one))
    house.service.departures.note_purged(caller, Purged((jordan.number, 9_999)))
    assert set(house.accounts.purges(amina, jordan).values()) == {None}
