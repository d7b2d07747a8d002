"""A draft is there again after a crash, until it is cleared."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.store.connection import open_writer
from desktop.store.drafts import Draft, Place, all_drafts, clear_draft, create_drafts, load_draft, save_draft
from desktop.store.driver import Connection

KEY = bytes(32)
NOTE = Place("meeting", b"\x01" * 16, "notes")
NEW = Place("meeting", b"", "title")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_writer(tmp_path / "daftar.db", key=KEY)) as writer:
        create_drafts(writer)
        yield writer


def test_a_draft_is_there_after_closing(connection: Connection, tmp_path: Path) -> None:
    draft = Draft(NOTE, "قرار: 😀 two\nlines", cursor=7, saved_at=1_781_429_400_000)
    save_draft(connection, draft)
    connection.close()
    with closing(open_writer(tmp_path / "daftar.db", key=KEY)) as again:
        create_drafts(again)
        assert load_draft(again, NOTE) == draft


def test_the_latest_text_replaces_the_former(connection: Connection) -> None:
    for text in ("a", "ab"):
        save_draft(connection, Draft(NOTE, text, cursor=len(text), saved_at=1))
    assert load_draft(connection, NOTE) == Draft(NOTE, "ab", cursor=2, saved_at=1)
    assert load_draft(connection, NEW) is None


def test_drafts_are_listed_latest_first_and_cleared_one_by_one(connection: Connection) -> None:
    old, new = Draft(NOTE, "old", 0, 1), Draft(NEW, "new", 0, 2)
    save_draft(connection, old)
    save_draft(connection, new)
    assert all_drafts(connection) == [new, old]
    clear_draft(connection, NEW)
    clear_draft(connection, NEW)
    assert all_drafts(connection) == [old]
