"""What a monitor reads, and what one laptop may ask of a server in a minute."""

from dataclasses import replace

import pytest
import requests
from helpers.house import House
from helpers.http_server import serving

from sync.errors import DaftarError
from sync.server.limits import Pace
from sync.wire.failures import unpack_error

TOKEN = "a long word for the monitor"


def test_the_monitor_reads_counts_with_its_token(house: House) -> None:
    house.settings = replace(house.settings, metrics_token=TOKEN)
    with serving(house) as url:
        requests.get(f"{url}/healthz", timeout=10)
        requests.post(f"{url}/v1/sync", data=b"", timeout=10)
        requests.get(f"{url}/wp-admin/Lina-Haddad", timeout=10)
        told = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10).text
    assert 'daftar_requests_total{code="",path="/healthz",status="200"} 1.0' in told
    assert 'daftar_requests_total{code="token_unknown",path="/v1/sync",status="401"} 1.0' in told
    assert 'path="other",status="404"' in told
    assert "Lina" not in told
    assert "daftar_waiting 0.0" in told


@pytest.mark.parametrize("token", [None, TOKEN])
def test_nobody_else_learns_that_there_are_figures(house: House, token: str | None) -> None:
    house.settings = replace(house.settings, metrics_token=token)
    with serving(house) as url:
        answer = requests.get(f"{url}/metrics", headers={"Authorization": "Bearer guess"}, timeout=10)
    assert answer.status_code == 404
    assert unpack_error(answer.content).code == "not_found"


def test_a_laptop_that_asks_without_end_is_told_to_wait(house: House) -> None:
    pace = Pace(clock=house.clock, allowed=3)
    for _ in range(3):
        pace.count(b"one")
    pace.count(b"another")
    with pytest.raises(DaftarError) as refused:
        pace.count(b"one")
    assert refused.value.code == "too_many_requests"
    assert 0 < int(refused.value.params["seconds"]) <= 60
    house.clock.move(seconds=60)
    pace.count(b"one")
