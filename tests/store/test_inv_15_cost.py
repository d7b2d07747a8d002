"""What nothing new and one small edit cost, bodies and whole wire, over real connections."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers.cutting import CuttingProxy
from helpers.http_server import serving
from helpers.team import Member, Team

from sync.client.transport import Transport

ENDLESS = (1 << 40, 1 << 40)


@pytest.fixture
def proxy(team: Team) -> Iterator[CuttingProxy]:
    """A link that only counts what passes."""
    with serving(team.house) as url, CuttingProxy(url, seed=1, spans=[ENDLESS]) as proxy:
        yield proxy


def connect(team: Team, proxy: CuttingProxy, name: str) -> tuple[Member, Transport]:
    """A laptop that has everything, with an open connection."""
    member = team.join(name)
    line = Transport(proxy.url, member.line.parts[1])
    member.line = line  # type: ignore[assignment]  # a real one
    member.sync()
    return member, line


def test_inv_15_nothing_new_is_one_request_of_a_few_hundred_bytes(team: Team, proxy: CuttingProxy) -> None:
    lina, line = connect(team, proxy, "Lina Haddad")
    lina.add("activity", {"title": "Employer survey"})
    lina.sync()
    before = proxy.passed
    receipt = lina.sync()
    line.close()
    assert receipt.requests == 1
    assert receipt.bytes_up + receipt.bytes_down <= 200
    assert proxy.passed - before <= 600


def test_inv_15_one_edit_there_and_on_is_two_small_requests(team: Team, proxy: CuttingProxy) -> None:
    lina, first = connect(team, proxy, "Lina Haddad")
    activity = lina.add("activity", {"title": "Employer survey", "status": "planned"})
    lina.sync()
    omar, second = connect(team, proxy, "Omar Khalil")
    lina.sync()
    omar.sync()
    lina.set("activity", activity, {"status": "ongoing"})
    before = proxy.passed
    sent, received = lina.sync(), omar.sync()
    first.close()
    second.close()
    assert omar.row("activity", activity)["status"] == "ongoing"
    assert sent.requests + received.requests == 2
    assert sum(one.bytes_up + one.bytes_down for one in (sent, received)) <= 600
    assert proxy.passed - before <= 1_300
