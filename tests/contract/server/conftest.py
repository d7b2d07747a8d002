"""Every test of the server's storage and use cases runs on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House

from sync.server.storage import Storage
from sync.server.storage.engine import sqlite_url
from sync.server.storage.migrate import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "server.sqlite3")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def partitions(database_url: str) -> int:
    """In how many parts the tables of workspaces lie: PostgreSQL's are always split here, which is harder."""
    return 4 if database_url.startswith("postgresql") else 0


@pytest.fixture
def storage(database_url: str, partitions: int) -> Iterator[Storage]:
    """A migrated database."""
    storage = Storage.open(database_url)
    migrate(storage.engine, partitions=partitions)
    yield storage
    storage.close()


@pytest.fixture
def house(database_url: str, partitions: int, tmp_path: Path) -> Iterator[House]:
    """A whole server without HTTP."""
    house = House(database_url, tmp_path, partitions=partitions)
    yield house
    house.close()
