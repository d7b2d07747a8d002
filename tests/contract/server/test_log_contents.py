"""Nothing that anybody wrote, and nobody's name, is in the server's log, whatever goes wrong."""

import json
import logging
import threading
from pathlib import Path

import pytest
import requests
from helpers.house import House
from helpers.http_server import serving
from helpers.server_log import kept_log
from sqlalchemy.exc import IntegrityError

from sync.errors import DaftarError
from sync.server.service import Service
from sync.server.storage import schema
from sync.server.storage.engine import open_backup, open_engine, sqlite_url
from sync.wire.enrolment import EnrolAnswer, EnrolRequest

NAME = "Amal Saleh"


@pytest.fixture
def broken(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A server whose database refuses a row with a name in it."""

    def fail(_service: Service, request: EnrolRequest) -> EnrolAnswer:
        row = {"id": b"1", "name": request.name, "created": None}
        house.storage.writing(lambda connection: connection.execute(schema.person.insert(), row))
        raise AssertionError("the database took it")

    monkeypatch.setattr(Service, "enrol", fail)
    return house


def test_a_database_error_is_logged_without_the_values_in_it(broken: House) -> None:
    with kept_log() as log, serving(broken) as url:
        answer = requests.post(f"{url}/v1/enrol", data=EnrolRequest("K7PM", 9, NAME).pack(), timeout=10)
    assert answer.status_code == 500
    assert NAME not in log.getvalue()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    trace = next(line["trace"] for line in lines if line["event"] == "bug")
    assert "IntegrityError" in trace
    assert "sqlstate=23502 table_name=person column_name=created" in trace or "CONSTRAINT_NOTNULL" in trace
    assert "test_log_contents.py" in trace
    assert [line["path"] for line in lines if "path" in line] == ["/v1/enrol"] * 2
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


def test_the_text_of_a_database_error_holds_no_parameters(house: House) -> None:
    row = {"id": b"1", "name": NAME, "created": None}
    with pytest.raises(IntegrityError) as refused:
        house.storage.writing(lambda connection: connection.execute(schema.person.insert(), row))
    assert NAME not in str(refused.value).partition("DETAIL")[0]
    assert "parameters hidden" in str(refused.value)


def test_no_engine_tells_its_parameters(tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.touch()
    addresses = ["postgresql://daftar@db.example.org/daftar", "cockroachdb://daftar@db.example.org/daftar"]
    engines = [open_engine(one) for one in (sqlite_url(tmp_path / "server.sqlite3"), *addresses)]
    engines += [open_backup(one) for one in (str(copy), addresses[0])]
    assert [engine.hide_parameters for engine in engines] == [True] * len(engines)
    for engine in engines:
        engine.dispose()


def test_an_unknown_address_is_logged_without_what_stands_in_it(house: House) -> None:
    with kept_log() as log, serving(house) as url:
        requests.get(f"{url}/wp-admin/{NAME}?q={NAME}", timeout=10)
        requests.get(f"{url}/v1/blobs/{NAME}?workspace={NAME}", timeout=10)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["path"] for line in lines] == ["other", "/v1/blobs/{sha256}"]
    assert "Amal" not in log.getvalue()


def test_what_nobody_caught_is_logged_without_its_words() -> None:
    def fail() -> None:
        try:
            raise ValueError(NAME)
        except ValueError as error:
            raise DaftarError("bad_message", text=NAME) from error

    with kept_log() as log:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        logging.getLogger("uvicorn.error").warning("odd request from %s", NAME)
        futures = f"Task exception was never retrieved\nfuture: {NAME}"
        logging.getLogger("asyncio").error(futures)
        logging.getLogger("psycopg").warning("error ignored: %s", NAME)
        try:
            raise ExceptionGroup(NAME, [KeyError(NAME), OSError(28, NAME)])
        except ExceptionGroup as error:
            logging.getLogger("asyncio").exception("Task failed", exc_info=error)
    assert NAME not in log.getvalue()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "uncaught",
        "odd request from %s",
        "Task exception was never retrieved",
        "error ignored: %s",
        "Task failed",
    ]
    assert lines[0]["trace"].endswith("sync.errors.DaftarError bad_message")
    assert "builtins.ValueError" in lines[0]["trace"]
    assert "builtins.OSError errno=28" in lines[4]["trace"]
