"""A database that has become emptier gets shorter, and loses nothing by it."""

from __future__ import annotations

from pathlib import Path

from desktop.store.connection import open_writer
from desktop.store.driver import Connection
from desktop.store.space import give_back

KEY = bytes(range(32))


def filled(path: Path) -> Connection:
    writer = open_writer(path, key=KEY)
    writer.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT)")
    writer.executemany("INSERT INTO note(text) VALUES(?)", [(f"{at:04d}" * 250,) for at in range(2_000)])
    return writer


def size(writer: Connection) -> int:
    return int(writer.execute("PRAGMA page_count").fetchone()[0])


def test_what_is_free_goes_back_to_the_disk_in_parts(tmp_path: Path) -> None:
    writer = filled(tmp_path / "data.db")
    before = size(writer)
    writer.execute("DELETE FROM note WHERE id % 4")
    parts = 0
    while give_back(writer):
        parts += 1
    assert parts > 3
    assert size(writer) < before / 2
    assert writer.execute("SELECT count(*), min(length(text)) FROM note").fetchone() == (500, 1_000)
    assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    writer.close()


def test_a_little_room_is_kept_for_what_comes_next(tmp_path: Path) -> None:
    writer = filled(tmp_path / "data.db")
    writer.execute("DELETE FROM note WHERE id < 30")
    before = size(writer)
    assert not give_back(writer)
    assert size(writer) == before
    writer.close()


def test_a_database_of_an_early_version_stays_as_it_is(tmp_path: Path) -> None:
    writer = filled(tmp_path / "data.db")
    writer.execute("PRAGMA auto_vacuum = NONE")
    writer.execute("VACUUM")
    writer.execute("DELETE FROM note")
    assert not give_back(writer)
    writer.close()
