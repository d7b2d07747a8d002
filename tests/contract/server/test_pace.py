"""Every call is counted: a laptop over its limit is told when to come back, wherever it asks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import yaml
from fastapi.routing import APIRoute
from helpers.house import House
from helpers.http_server import serving

from sync.server.app import create_app
from sync.server.storage.engine import sqlite_url
from sync.wire.enrolment import EnrolRequest
from sync.wire.failures import unpack_error

ALLOWED = 40
UNCOUNTED = {"/healthz", "/metrics"}
DESCRIBED = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml").read_text(encoding="utf-8")
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server that allows little."""
    house = House(sqlite_url(tmp_path / "server.sqlite3"), tmp_path)
    house.settings = replace(house.settings, requests_a_minute=ALLOWED, metrics_token="word")
    yield house
    house.close()


def calls_of(house: House) -> list[tuple[str, str]]:
    """Every address of the application, with something in the place of its names."""
    app = create_app(house.settings, house.storage, house.clock)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(app.routes)
    return [
        (method, re.sub(r"\{\w+\}", "0" * 64, route.path))
        for route in routes
        for method in route.methods
        if route.path not in UNCOUNTED
    ]


def enrolled(house: House) -> dict[str, str]:
    person = house.person("Lina Haddad", house.workspace("Jordan"))
    code, _ = house.office.enrolment.invite(person)
    return {"Authorization": f"Bearer {house.service.enrol(EnrolRequest(code, 77, 'laptop')).token}"}


def test_a_laptop_over_its_limit_is_told_to_wait_at_every_address(house: House) -> None:
    headers, calls = enrolled(house), calls_of(house)
    assert len(calls) > 15
    with serving(house) as url, requests.Session() as session:
        for _ in range(ALLOWED):
            assert session.post(f"{url}/v1/plan", headers=headers, timeout=10).status_code == 400
            # What strangers of this address may ask is used up beside it.
            assert session.get(f"{url}/v1/chunks/0", timeout=10).status_code == 401
        for method, path in calls:
            answer = session.request(method, url + path, headers=headers, timeout=10)
            assert answer.status_code == 429, path
            assert 0 < int(answer.headers["Retry-After"]) <= 60
            if method != "HEAD":
                assert unpack_error(answer.content).code == "too_many_requests"
        assert session.get(f"{url}/healthz", timeout=10).ok
        told = session.get(f"{url}/metrics", headers={"Authorization": "Bearer word"}, timeout=10).text
        for path in set(DESCRIBED["paths"]) - {"/metrics"}:
            assert f'path="{path}"' in told
        assert 'path="other"' not in told
        house.clock.move(seconds=60)
        assert session.post(f"{url}/v1/plan", headers=headers, timeout=10).status_code == 400


def test_strangers_are_counted_by_address_and_stop_no_laptop(house: House) -> None:
    headers = enrolled(house)
    with serving(house) as url, requests.Session() as session:
        told = [
            session.post(f"{url}/v1/sync", headers={"Authorization": f"Bearer {at}"}, timeout=10).status_code
            for at in range(ALLOWED + 2)
        ]
        assert told == [401] * ALLOWED + [429] * 2
        assert session.post(f"{url}/v1/plan", headers=headers, timeout=10).status_code == 400


def test_a_bundle_weighs_more_than_a_question(house: House) -> None:
    headers = enrolled(house)
    with serving(house) as url, requests.Session() as session:
        told = [session.post(f"{url}/v1/bundles", headers=headers, timeout=10).status_code for _ in range(3)]
        assert told[2] == 429
        assert 429 not in told[:2]


def test_the_described_interface_says_so_of_every_call(house: House) -> None:
    for path, methods in DESCRIBED["paths"].items():
        for method, described in methods.items():
            if method != "parameters":
                assert ("429" in described["responses"]) == (path not in UNCOUNTED), path


def test_the_proxy_of_the_guide_lets_through_what_the_server_takes(house: House) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "admin-guide.md").read_text(encoding="utf-8")
    (most,) = re.findall(r"client_max_body_size (\d+)m;", guide)
    assert int(most) << 20 >= max(house.settings.bundle_limit, house.settings.body_limit)
