"""The described interface is the real one, and holds against requests that a generator makes up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from fastapi.routing import APIRoute
from helpers.house import House
from helpers.http_server import serving
from hypothesis import HealthCheck, given, settings

from sync.server.app import create_app
from sync.server.storage.engine import sqlite_url
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.failures import unpack_error
from sync.wire.messages import CONTENT_TYPE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"
DESCRIBED: dict[str, Any] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
ALL = list(HealthCheck)
OPERATIONS = [
    (path, method)
    for path, methods in DESCRIBED["paths"].items()
    for method in methods
    if method != "parameters"
]


@schemathesis.serializer(CONTENT_TYPE)
def raw(_context: object, value: Any) -> bytes:
    """Made-up bodies travel as they are."""
    return value if isinstance(value, bytes) else bytes(getattr(value, "data", str(value).encode()))


@contextmanager
def served(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The URL of a server and the token of a laptop."""
    house = House(database, folder)
    house.settings = replace(house.settings, requests_a_minute=100_000)
    person = house.person("Lina Haddad", house.workspace("Jordan"))
    code, _ = house.office.enrolment.invite(person)
    answer: EnrolAnswer = house.service.enrol(EnrolRequest(code, 77, "laptop"))
    with serving(house) as url:
        yield url, answer.token
    house.close()


def test_every_address_is_described_and_there(tmp_path: Path) -> None:
    house = House(sqlite_url(tmp_path / "server.sqlite3"), tmp_path)
    app = create_app(house.settings, house.storage, house.clock)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    there = {(route.path, method.lower()) for route in routes for method in route.methods}
    assert there == set(OPERATIONS)
    house.close()


@pytest.mark.parametrize("path, method", OPERATIONS)
@pytest.mark.parametrize("known", [True, False], ids=["laptop", "stranger"])
def test_made_up_requests_are_answered_as_described(
    path: str, method: str, known: bool, tmp_path: Path
) -> None:
    with served(sqlite_url(tmp_path / "server.sqlite3"), tmp_path) as (url, token):
        codes = ask(url, path, method, token=token if known else "guess", examples=40)
    guarded = DESCRIBED["paths"][path][method].get("security") == [{"device": []}]
    assert ("token_unknown" in codes) == (guarded and not known)
    if path == "/v1/sync" and known:
        assert codes & {"bad_message", "protocol_unknown"}, "the made-up bodies did not travel"


def test_made_up_requests_are_answered_as_described_over_postgresql(
    postgres_url: str, tmp_path: Path
) -> None:
    with served(postgres_url, tmp_path) as (url, token):
        for path, method in OPERATIONS:
            ask(url, path, method, token=token, examples=5)


def ask(url: str, path: str, method: str, *, token: str, examples: int) -> set[str]:
    """Ask as many made-up questions, see that each answer is a described one; which codes there were."""
    codes = set()
    headers = {"Authorization": f"Bearer {token}"}

    @settings(max_examples=examples, deadline=None, suppress_health_check=ALL, database=None)
    @given(case=SCHEMA[path][method.upper()].as_strategy())
    def try_it(case: schemathesis.Case) -> None:
        answer = case.call(base_url=url, headers=headers)
        assert str(answer.status_code) in DESCRIBED["paths"][path][method]["responses"]
        assert answer.status_code < 500
        if method == "head":
            codes.add("token_unknown" if answer.status_code == 401 else "")
        elif answer.status_code >= 400:
            codes.add(unpack_error(answer.content).code)

    try_it()
    return codes
