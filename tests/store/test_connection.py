"""The database is encrypted, refuses wrong keys and newer versions, and its transactions are whole."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop.store import connection as opening
from desktop.store.connection import open_reader, open_writer, secure_delete, set_cache, transaction
from desktop.store.driver import Connection, database, sqlite
from sync.errors import DaftarError

KEY = bytes(range(32))
SECRET = "الاجتماع السنوي في عمّان"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    # Spaces, percent signs and other letters must survive the way into a URI.
    folder = tmp_path / "Dépôt 100% # دفتر"
    folder.mkdir()
    return folder / "daftar.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Connection]:
    with closing(open_writer(path, key=KEY)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        yield connection


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(DaftarError) as caught:
        yield
    assert caught.value.code == code


def value(connection: Connection, sql: str) -> object:
    return connection.execute(sql).fetchone()[0]


def test_nothing_readable_is_on_the_disk(path: Path, writer: Connection) -> None:
    writer.execute("INSERT INTO notes (text) VALUES (?)", (SECRET,))
    stored = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert stored
    for text in (SECRET.encode(), b"SQLite format 3", b"CREATE TABLE"):
        assert text not in stored


def test_the_writer_is_set_for_power_cuts(writer: Connection) -> None:
    assert value(writer, "PRAGMA journal_mode") == "wal"
    assert value(writer, "PRAGMA synchronous") == 2
    assert value(writer, "PRAGMA foreign_keys") == 1
    assert value(writer, "PRAGMA secure_delete") == 1
    assert value(writer, "PRAGMA temp_store") == 2
    assert value(writer, "PRAGMA cache_size") == -16 * 1024
    set_cache(writer, megabytes=opening.BULK_CACHE_MB)
    assert value(writer, "PRAGMA cache_size") == -64 * 1024


def test_readers_see_what_is_committed_and_cannot_write(path: Path, writer: Connection) -> None:
    with closing(open_reader(path, key=KEY)) as reader:
        with transaction(writer):
            writer.execute("INSERT INTO notes (text) VALUES ('a')")
            assert value(reader, "SELECT count(*) FROM notes") == 0
        assert value(reader, "SELECT count(*) FROM notes") == 1
        with pytest.raises(sqlite.OperationalError):
            reader.execute("DELETE FROM notes")


def test_a_reader_opens_without_a_writer(path: Path, writer: Connection) -> None:
    writer.execute("INSERT INTO notes (text) VALUES ('a')")
    writer.close()
    assert [each.name for each in path.parent.iterdir()] == ["daftar.db"]
    with closing(open_reader(path, key=KEY)) as reader:
        assert value(reader, "SELECT count(*) FROM notes") == 1


def test_a_reader_makes_no_database(path: Path) -> None:
    with refused("profile_missing"):
        open_reader(path, key=KEY)
    assert not path.exists()


def test_a_wrong_key_is_told_from_damage(path: Path, writer: Connection) -> None:
    writer.executemany("INSERT INTO notes (text) VALUES (?)", [("x" * 500,)] * 100)
    writer.close()
    with refused("key_wrong"):
        open_writer(path, key=bytes(32))
    with refused("key_wrong"):
        open_reader(path, key=bytes(32))
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    with refused("database_damaged"):
        open_writer(path, key=KEY)
    path.write_text("This is a letter, not a database. " * 200)
    with refused("key_wrong"):
        open_writer(path, key=KEY)


def test_a_flipped_bit_is_found(path: Path, writer: Connection) -> None:
    writer.executemany("INSERT INTO notes (text) VALUES (?)", [("x" * 500,)] * 100)
    opening.check_integrity(writer)
    writer.close()
    content = bytearray(path.read_bytes())
    content[4096 * 5 + 100] ^= 1
    path.write_bytes(content)
    with closing(open_writer(path, key=KEY)) as again, refused("database_damaged"):
        opening.check_integrity(again)


def test_a_search_index_that_others_wrote_to_is_no_damage(path: Path, writer: Connection) -> None:
    writer.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    writer.execute("INSERT INTO words(text) VALUES('pump')")
    with closing(open_reader(path, key=KEY)) as reader:
        opening.check_integrity(reader)
        for text in ("well", "fuel", "road"):
            writer.execute("INSERT INTO words(text) VALUES(?)", (text,))
        writer.execute("INSERT INTO words(words) VALUES('optimize')")
        opening.check_integrity(reader)
        assert not reader.in_transaction


def test_a_newer_database_is_left_alone(path: Path, writer: Connection) -> None:
    writer.execute("PRAGMA user_version = 8")
    with refused("database_newer"):
        open_writer(path, key=KEY, newest=7)
    with refused("database_newer"):
        open_reader(path, key=KEY, newest=7)
    open_writer(path, key=KEY, newest=8).close()


def test_a_key_of_another_length_is_a_bug(path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        open_writer(path, key=b"short")


def test_a_transaction_is_all_or_nothing(writer: Connection) -> None:
    def fail() -> None:
        with transaction(writer):
            writer.execute("INSERT INTO notes (text) VALUES ('a')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not writer.in_transaction
    with transaction(writer):
        writer.execute("INSERT INTO notes (text) VALUES ('b')")
    assert writer.execute("SELECT text FROM notes").fetchall() == [("b",)]


def test_a_bug_inside_a_transaction_stays_a_bug(writer: Connection) -> None:
    with pytest.raises(sqlite.IntegrityError), transaction(writer):
        writer.executemany("INSERT INTO notes (id) VALUES (?)", [(1,), (1,)])
    with pytest.raises(FileNotFoundError), transaction(writer):
        raise FileNotFoundError
    assert value(writer, "SELECT count(*) FROM notes") == 0


def test_transactions_do_not_nest(writer: Connection) -> None:
    with transaction(writer), pytest.raises(sqlite.OperationalError), transaction(writer):
        raise AssertionError


def test_a_second_writer_is_told_that_the_database_is_busy(path: Path, writer: Connection) -> None:
    with closing(open_writer(path, key=KEY)) as second:
        second.execute("PRAGMA busy_timeout = 10")
        with transaction(writer), refused("database_busy"), transaction(second):
            raise AssertionError


def test_a_full_disk_is_told_and_the_old_state_stays(writer: Connection) -> None:
    pages = value(writer, "PRAGMA page_count")
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with refused("disk_full"), transaction(writer):
        writer.executemany("INSERT INTO notes (text) VALUES (?)", [("x" * 5000,)] * 50)
    assert not writer.in_transaction
    assert value(writer, "SELECT count(*) FROM notes") == 0


def test_sqlite_utils_joins_the_transaction(writer: Connection) -> None:
    with pytest.raises(sqlite.IntegrityError), transaction(writer):
        database(writer)["places"].insert_all([{"id": 1}, {"id": 1}], pk="id")
    assert database(writer).table_names() == ["notes"]


def test_sqlite_utils_knows_the_driver(writer: Connection) -> None:
    places = database(writer)["places"]
    places.insert({"name": "Zarqa"})
    places.insert({"name": "Mafraq", "code": "JO-MA"}, alter=True)
    assert list(places.rows) == [{"name": "Zarqa", "code": None}, {"name": "Mafraq", "code": "JO-MA"}]


def test_deleted_text_leaves_neither_pages_nor_log(path: Path) -> None:
    # Without a key the same library writes plain pages, which can be read here.
    with closing(sqlite.connect(str(path), isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE notes (text TEXT)")
        plain.executemany("INSERT INTO notes (text) VALUES (?)", [(SECRET * 100,)] * 50)
        assert any(SECRET.encode() in each.read_bytes() for each in path.parent.iterdir())
        with secure_delete(plain), transaction(plain):
            plain.execute("DELETE FROM notes")
        assert path.with_name("daftar.db-wal").stat().st_size == 0
        assert not any(SECRET.encode() in each.read_bytes() for each in path.parent.iterdir())


def test_a_reader_that_looks_at_the_past_delays_the_clearing(path: Path, writer: Connection) -> None:
    writer.execute("PRAGMA busy_timeout = 10")
    with closing(open_reader(path, key=KEY)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM notes").fetchall()
        with refused("database_busy"), secure_delete(writer):
            writer.execute("INSERT INTO notes (text) VALUES ('a')")
        reader.execute("COMMIT")
    with secure_delete(writer):
        pass


def test_a_folder_that_is_not_there_is_a_matter_of_the_disk(path: Path) -> None:
    with refused("disk_error"):
        open_writer(path.parent / "missing" / "daftar.db", key=KEY)


def test_keys_are_drawn_not_made_up() -> None:
    assert opening.cipher_salt(KEY) != opening.cipher_salt(os.urandom(32))
