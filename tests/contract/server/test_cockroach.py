"""An address of CockroachDB: how far it goes is shown on a PostgreSQL that says it is a CockroachDB.

What only a real one could show, its own planner and its own refusals, is not shown here.
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from helpers.house import House
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sync.errors import DaftarError
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.storage import Storage
from sync.server.storage.engine import COCKROACH, open_engine
from sync.server.storage.migrate import migrate

SAYS = (
    "CockroachDB CCL v24.1.3 (x86_64-pc-linux-gnu, built 2024/08/01 12:00:00, go1.22.5 X:nocoverageredesign)"
)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets every database say of its version what the test wants."""
    execute = psycopg.Cursor.execute

    def answer(text: str) -> None:
        def told(cursor: Any, query: Any, *others: Any, **options: Any) -> Any:
            if "version()" in str(query):
                query = f"SELECT '{text}'"
            return execute(cursor, query, *others, **options)

        monkeypatch.setattr(psycopg.Cursor, "execute", told)

    return answer


@pytest.fixture
def address(postgres_url: str, says: Any) -> str:
    says(SAYS)
    return postgres_url.replace("postgresql://", "cockroachdb://")


def test_a_server_works_on_it_as_on_postgresql(address: str, tmp_path: Path) -> None:
    house = House(address, tmp_path)
    assert house.storage.engine.url.drivername == COCKROACH
    said: list[str] = []
    event.listen(house.storage.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    workspace = house.workspace()
    laptop = house.laptop(house.person("Lina Haddad", workspace))
    made = [laptop.create(workspace.id, "activity", {"title": f"{at}"}) for at in range(100)]
    assert house.push(laptop, workspace, *made).troubles == ()
    assert len(house.read(workspace).states) >= 100
    store = FolderStore(house.settings.files_folder)
    erasing = Erasing(house.storage, store, clock=house.clock, begun=house.settings.begun_folder)
    erasing.purge("activity", made[0].record, who="Maria Torres", reason="asked for")
    assert not [one for one in said if "VACUUM" in one]
    house.close()


def test_the_dialect_of_postgresql_would_not_know_its_version(postgres_url: str, says: Any) -> None:
    says(SAYS)
    with pytest.raises(AssertionError, match="version"):
        open_engine(postgres_url).connect()


@pytest.mark.parametrize("other", ["CockroachDB CCL v22.1.0 (x)", "PostgreSQL 16.2", "CockroachDB CCL"])
def test_what_is_none_or_too_old_is_told(postgres_url: str, says: Any, other: str) -> None:
    says(other)
    storage = Storage.open(postgres_url.replace("postgresql://", "cockroachdb+psycopg://"))
    with pytest.raises(DaftarError) as refused, storage.reading():
        pass
    assert (refused.value.code, refused.value.params) == ("database_unsuited", {"oldest": "23.2"})
    storage.close()


def test_its_tables_are_split_by_itself(address: str) -> None:
    engine = open_engine(address)
    with pytest.raises(DaftarError, match="cannot_partition"):
        migrate(engine, partitions=4)
    engine.dispose()


class Refused(Exception):  # noqa: N818 - as the driver's
    """What the driver raises when the database wants a transaction again."""

    sqlstate = "40001"


def test_whoever_only_reads_is_told_to_come_again(storage: Storage) -> None:
    for reading in (storage.reading, storage.still):
        with pytest.raises(DaftarError) as refused, reading():
            raise OperationalError("SELECT", {}, Refused())
        assert refused.value.code == "busy"


def test_a_write_that_is_refused_without_end_is_told_as_busy(storage: Storage) -> None:
    def work(_connection: object) -> None:
        raise OperationalError("UPDATE", {}, Refused())

    with pytest.raises(DaftarError) as refused:
        storage.writing(work)
    assert refused.value.code == "busy"
