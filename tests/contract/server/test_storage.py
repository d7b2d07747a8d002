"""One contract, both databases: migrations, transactions, and many rows at once."""

import json
import secrets
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sync.errors import DaftarError
from sync.server.storage import Storage, devices, people
from sync.server.storage.engine import current_revision, open_engine
from sync.server.storage.migrate import alembic_config, migrate
from sync.server.storage.schema import LATEST, metadata, record

GLOBAL = {
    "person",
    "workspace",
    "access",
    "installation",
    "device",
    "token",
    "invite",
    "setting",
    "hand_in",
    "card",
}


class SerializationError(Exception):
    """What a driver raises when a transaction has to be run again."""

    sqlstate = "40001"


def _row(number: int, kind: str = "activity", workspace: bytes = bytes(16)) -> tuple[object, ...]:
    return (workspace, number.to_bytes(16), kind, b"state %d" % number, secrets.token_bytes(16))


def _ids(*numbers: int) -> list[bytes]:
    return [number.to_bytes(16) for number in numbers]


def test_migrating_again_changes_nothing(storage: Storage) -> None:
    assert migrate(storage.engine) == (LATEST, LATEST)


def test_migrating_without_tables_makes_them(database_url: str) -> None:
    engine = open_engine(database_url)
    assert current_revision(engine) is None
    assert migrate(engine) == (None, LATEST)
    assert current_revision(engine) == LATEST
    engine.dispose()


def test_several_workers_may_migrate_at_once(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    place = (
        ["--data", str(folder)]
        if "sqlite" in database_url
        else ["--data", str(folder), "--database", database_url]
    )
    command = [sys.executable, "-m", "sync.server", *place, "migrate", "--json"]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(3)]
    answers = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert [json.loads(answer)["after"] for answer in answers] == [LATEST] * 3
    assert sum(json.loads(answer)["recovery_key"] is not None for answer in answers) == 1


def test_the_steps_lead_to_the_declared_tables(storage: Storage) -> None:
    with storage.engine.connect() as connection:
        # The parts of a split table are tables too; `log_0` and the like are not declared by themselves.
        options = {"include_name": lambda name, kind, _parents: kind != "table" or not name[-1].isdigit()}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def test_a_database_of_a_later_version_is_refused_politely(storage: Storage) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    storage.writing(work)
    with pytest.raises(DaftarError, match="database_newer"):
        migrate(storage.engine)


def test_the_latest_revision_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == LATEST


def test_tables_of_a_workspace_are_keyed_by_workspace_first() -> None:
    for name, table in metadata.tables.items():
        assert not table.foreign_keys, f"{name} has a foreign key"
        if name not in GLOBAL:
            assert next(iter(table.primary_key)).name == "workspace_id", name


def test_without_tables_the_error_says_so(database_url: str) -> None:
    storage = Storage.open(database_url)
    with pytest.raises(DaftarError, match="not_migrated"), storage.reading() as connection:
        people.persons(connection)
    storage.close()


@pytest.mark.parametrize("count", [1, 5, 500])
def test_upsert_inserts_and_then_replaces(storage: Storage, count: int) -> None:
    rows = [_row(number) for number in range(count)]
    storage.writing(lambda connection: storage.bulk.upsert(connection, record, rows))
    changed = [_row(number, "result") for number in range(count)]
    storage.writing(lambda connection: storage.bulk.upsert(connection, record, [*changed, _row(count)]))
    with storage.reading() as connection:
        ids = _ids(*range(count + 5))
        found = list(storage.bulk.fetch(connection, record, workspace=bytes(16), records=ids))
    assert sorted(found)[:count] == changed
    assert len(found) == count + 1


def test_many_upserts_in_one_transaction_all_count(storage: Storage) -> None:
    parts = [[_row(number + 100 * part) for number in range(100)] for part in range(3)]

    def work(connection: Connection) -> None:
        for part in parts:
            storage.bulk.upsert(connection, record, part)

    storage.writing(work)
    with storage.reading() as connection:
        found = list(storage.bulk.fetch(connection, record, workspace=bytes(16), records=_ids(*range(300))))
    assert sorted(found) == sorted(row for part in parts for row in part)


def test_fetch_sees_its_own_workspace_only(storage: Storage) -> None:
    here, there = _row(1), _row(1, workspace=bytes(15) + b"\1")
    storage.writing(lambda connection: storage.bulk.upsert(connection, record, [here, there]))
    with storage.reading() as connection:
        found = list(storage.bulk.fetch(connection, record, workspace=bytes(16), records=_ids(1)))
        assert found == [here]
        assert list(storage.bulk.fetch(connection, record, workspace=bytes(16), records=[])) == []


def test_inv_10_a_failed_transaction_leaves_nothing(storage: Storage) -> None:
    def work(connection: Connection) -> None:
        storage.bulk.upsert(connection, record, [_row(number) for number in range(50)])
        devices.put_setting(connection, "a", b"1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        storage.writing(work)
    with storage.reading() as connection:
        assert devices.get_setting(connection, "a") is None
        assert not list(storage.bulk.fetch(connection, record, workspace=bytes(16), records=_ids(1)))


def test_a_serialization_failure_is_tried_again(storage: Storage) -> None:
    calls = []

    def work(connection: Connection) -> str:
        calls.append(1)
        devices.put_setting(connection, "a", str(len(calls)).encode())
        if len(calls) < 3:
            raise DBAPIError("UPDATE", {}, SerializationError())
        return "done"

    assert storage.writing(work) == "done"
    with storage.reading() as connection:
        assert devices.get_setting(connection, "a") == b"3"


def test_writers_wait_for_each_other(storage: Storage) -> None:
    storage.writing(lambda connection: devices.put_setting(connection, "n", b"0"))

    def add_one(connection: Connection) -> None:
        lock = " FOR UPDATE" if storage.dialect == "postgresql" else ""
        value = connection.exec_driver_sql(f"SELECT value FROM setting WHERE key = 'n'{lock}").scalar_one()
        devices.put_setting(connection, "n", str(int(bytes(value)) + 1).encode())

    workers = [
        threading.Thread(target=lambda: [storage.writing(add_one) for _ in range(20)]) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with storage.reading() as connection:
        assert devices.get_setting(connection, "n") == b"80"


def test_sqlite_is_durable_and_lets_readers_be(storage: Storage) -> None:
    if storage.dialect != "sqlite":
        return
    with storage.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "no address"])
def test_an_address_of_no_known_database_is_refused(url: str) -> None:
    with pytest.raises(DaftarError, match="bad_database_url"):
        open_engine(url)
