"""Tables that PostgreSQL splits by workspace."""

import pytest
from helpers.house import House
from helpers.postgres import fresh_database
from sqlalchemy import text

from sync.errors import DaftarError
from sync.server.storage import Storage
from sync.server.storage.migrate import migrate
from sync.server.storage.partitions import count_partitions, is_split
from sync.server.storage.schema import metadata

SPLIT = text("SELECT count(*) FROM pg_partitioned_table")


def test_every_table_of_workspaces_is_split(house: House, partitions: int) -> None:
    with house.storage.reading() as connection:
        assert count_partitions(connection) == partitions
        if partitions:
            wanted = sum(is_split(table) for table in metadata.tables.values())
            assert connection.execute(SPLIT).scalar_one() == wanted


def test_only_an_empty_postgresql_database_can_be_split(storage: Storage) -> None:
    with pytest.raises(DaftarError, match="cannot_partition"):
        migrate(storage.engine, partitions=8)


def test_whole_tables_stay_whole(postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        storage = Storage.open(url)
        migrate(storage.engine)
        with storage.reading() as connection:
            assert count_partitions(connection) == 0
        storage.close()
