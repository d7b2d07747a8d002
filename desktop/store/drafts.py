"""Drafts: what somebody is typing, saved within half a second, until it becomes a change or is dropped.

They live in the encrypted database but never travel: a draft is not yet anybody's edit.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.driver import Connection

_TABLE = """
CREATE TABLE IF NOT EXISTS drafts (
    screen TEXT NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (screen, record, field)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is being typed; a record that does not exist yet has no bytes."""

    screen: str
    record: bytes
    field: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The text as it was last saved, with the cursor's position in it and the time in milliseconds."""

    place: Place
    text: str
    cursor: int
    saved_at: int


def create_drafts(connection: Connection) -> None:
    """Make the table where it is missing."""
    connection.execute(_TABLE)


def save_draft(connection: Connection, draft: Draft) -> None:
    place = draft.place
    connection.execute(
        "INSERT OR REPLACE INTO drafts (screen, record, field, text, cursor, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (place.screen, place.record, place.field, draft.text, draft.cursor, draft.saved_at),
    )


def load_draft(connection: Connection, place: Place) -> Draft | None:
    row = connection.execute(
        "SELECT text, cursor, saved_at FROM drafts WHERE screen = ? AND record = ? AND field = ?",
        (place.screen, place.record, place.field),
    ).fetchone()
    return None if row is None else Draft(place, *row)


def all_drafts(connection: Connection) -> list[Draft]:
    """Every draft, latest first: what the window offers to take up again after a crash."""
    rows = connection.execute(
        "SELECT screen, record, field, text, cursor, saved_at FROM drafts"
        " ORDER BY saved_at DESC, screen, field"
    )
    return [Draft(Place(screen, record, field), *rest) for screen, record, field, *rest in rows]


def clear_draft(connection: Connection, place: Place) -> None:
    connection.execute(
        "DELETE FROM drafts WHERE screen = ? AND record = ? AND field = ?",
        (place.screen, place.record, place.field),
    )
