"""Changes that are never let in: decided once, with a reason, told to the laptop that sent them only."""

import pytest
from helpers.house import House
from helpers.laptop import Laptop

from sync.errors import DaftarError
from sync.server.discarding import Discarding
from sync.server.quarantine import ADMINISTRATION, Quarantine
from sync.server.storage.people import Workspace
from sync.wire.departures import QuarantineRequest
from sync.wire.outcomes import Became, DiscardRequest, OutcomesAnswer, OutcomesRequest

REASON = "Entered twice by mistake"


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def one(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Amina Hassan", jordan))


def refused(house: House, jordan: Workspace, one: Laptop) -> tuple[int, int]:
    bad = one.create(jordan.id, "activity", {"title": "x", "progress": "much"})
    house.push(one, jordan, bad)
    return bad.id


def use(house: House) -> tuple[Discarding, Quarantine]:
    held = Quarantine(house.storage, clock=house.clock, on_commit=lambda: None)
    return Discarding(house.storage, clock=house.clock), held


def test_a_held_change_is_discarded_with_a_reason_and_stays_where_it_is(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    bad = refused(house, jordan, one)
    discarding, quarantine = use(house)
    done = discarding.discard(jordan.id, [bad], by=ADMINISTRATION, reason=f"  {REASON} ")
    assert (done.released, done.refused) == ((bad,), ())
    (held,) = quarantine.held(jordan.id)
    assert held.discard is not None
    assert (held.discard.reason, held.discard.by, held.waits) == (REASON, ADMINISTRATION, False)
    again = discarding.discard(jordan.id, [bad], by=ADMINISTRATION, reason="Another")
    assert (again.released, again.refused) == ((), ())
    assert quarantine.release(jordan.id, [bad], by=ADMINISTRATION).refused == ((bad, "change_discarded"),)


def test_what_is_not_held_or_was_let_in_cannot_be_discarded(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    reader = house.laptop(house.person("Rana Odeh", jordan, role="reader"))
    forbidden = reader.create(jordan.id, "activity", {"title": "Wells"})
    house.push(reader, jordan, forbidden)
    discarding, quarantine = use(house)
    assert quarantine.release(jordan.id, [forbidden.id], by=ADMINISTRATION).released == (forbidden.id,)
    done = discarding.discard(jordan.id, [forbidden.id, (one.device, 9)], by=ADMINISTRATION, reason=REASON)
    assert dict(done.refused) == {forbidden.id: "released_before", (one.device, 9): "not_in_quarantine"}
    with pytest.raises(DaftarError, match="reason_missing"):
        discarding.discard(jordan.id, [forbidden.id], by=ADMINISTRATION, reason="  ")


def test_inv_25_only_the_laptop_that_sent_it_learns_what_became_of_it(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    bad = refused(house, jordan, one)
    other = house.laptop(house.person("Joseph Okello", jordan))
    stranger = house.laptop(house.person("Lea Martin", house.workspace("Lebanon")))
    discarding, _ = use(house)
    asking = OutcomesRequest(jordan.number, (bad,))
    assert discarding.answer(house.caller(one), asking).became == ()
    discarding.discard(jordan.id, [bad], by=ADMINISTRATION, reason=REASON)
    told = discarding.answer(house.caller(one), OutcomesRequest.unpack(asking.pack()))
    assert OutcomesAnswer.unpack(told.pack()).became == (
        Became(*bad, discarded_ms=house.clock.now_ms(), reason=REASON),
    )
    assert discarding.answer(house.caller(other), asking).became == ()
    with pytest.raises(DaftarError, match="not_granted"):
        discarding.answer(house.caller(stranger), asking)


def test_coordinators_are_not_offered_what_was_discarded(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    bad = refused(house, jordan, one)
    coordinator = house.laptop(house.person("Nadia Saleh", jordan, role="coordinator"))
    discarding, quarantine = use(house)
    asking = QuarantineRequest(jordan.number)
    assert len(quarantine.answer(house.caller(coordinator), asking).kept) == 1
    discarding.discard(jordan.id, [bad], by=ADMINISTRATION, reason=REASON)
    assert quarantine.answer(house.caller(coordinator), asking).kept == ()


@pytest.mark.parametrize(
    "body", [b"", b"\x93\x01\x01\x91\x01", b"\x93\x01\x01\x91\x91\x01", b"\x93\x02\x01\x90"]
)
def test_inv_30_nonsense_is_refused_with_a_code(body: bytes) -> None:
    for read in (OutcomesRequest.unpack, OutcomesAnswer.unpack):
        with pytest.raises(DaftarError):
            read(body)


def test_a_coordinator_discards_over_the_network_and_nobody_else_does(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    bad = refused(house, jordan, one)
    head = house.person("Nadia Saleh", jordan, role="coordinator")
    coordinator = house.laptop(head)
    discarding, quarantine = use(house)
    asking = DiscardRequest.unpack(DiscardRequest(jordan.number, (bad, (7, 7)), REASON).pack())
    with pytest.raises(DaftarError, match="needs_coordinator"):
        discarding.discard_for(house.caller(one), asking)
    answer = discarding.discard_for(house.caller(coordinator), asking)
    assert (answer.released, answer.refused) == (1, ((7, 7, "not_in_quarantine"),))
    (held,) = quarantine.held(jordan.id)
    assert held.discard is not None
    assert (held.discard.by, held.discard.reason) == (head.id, REASON)
