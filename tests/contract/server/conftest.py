"""Every test of the server's storage and use cases runs on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.object_store import Shelf, object_store
from helpers.postgres import fresh_database

from sync.server.files import BlobStore, open_store
from sync.server.storage import Storage
from sync.server.storage.engine import open_engine, sqlite_url
from sync.server.storage.migrate import migrate

PARTITIONS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "server.sqlite3")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def split_tables(postgres_server: str) -> Iterator[str]:
    """A database whose tables PostgreSQL splits by workspace; what tests work in are copies of it."""
    with fresh_database(postgres_server) as url:
        engine = open_engine(url)
        migrate(engine, partitions=PARTITIONS)
        engine.dispose()
        yield str(engine.url.database)


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with its tables, or of one that gets them at the first use."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "server.sqlite3")
        return
    server, like = request.getfixturevalue("postgres_server"), request.getfixturevalue("split_tables")
    with fresh_database(server, like=like) as url:
        yield url


@pytest.fixture
def partitions(ready_url: str) -> int:
    """In how many parts the tables of workspaces lie: PostgreSQL's are always split here, which is harder."""
    return PARTITIONS if ready_url.startswith("postgresql") else 0


@pytest.fixture
def storage(ready_url: str) -> Iterator[Storage]:
    """A migrated database."""
    storage = Storage.open(ready_url)
    migrate(storage.engine)
    yield storage
    storage.close()


@pytest.fixture
def house(ready_url: str, tmp_path: Path) -> Iterator[House]:
    """A whole server without HTTP."""
    house = House(ready_url, tmp_path)
    yield house
    house.close()


@pytest.fixture
def shelf() -> Shelf:
    """The objects of an object store."""
    return Shelf()


@pytest.fixture(params=["folder", "objects"])
def store(
    request: pytest.FixtureRequest, house: House, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BlobStore]:
    """A place for files: a folder, then an object store."""
    if request.param == "folder":
        yield open_store(None, folder=house.settings.files_folder)
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "word")
    with object_store(shelf) as endpoint:
        yield open_store(f"s3://files/daftar?endpoint={endpoint}", folder=house.settings.files_folder)
