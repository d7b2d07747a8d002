"""The full-text index over everything, kept in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.store.driver import Connection
from desktop.store.fold import FOLD_VERSION, fold_row, query

_TABLE: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(title, body, kind UNINDEXED, ws UNINDEXED,"
    " content='', contentless_delete=1, contentless_unindexed=1, tokenize='unicode61 remove_diacritics 0')"
)
_TITLE_WEIGHT: Final = 4.0


class SearchIndex:
    """Rows of the index have the rowid of their record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self) -> bool:
        """Make the table; true where the stored index was folded by another version and must be rebuilt."""
        self._connection.execute(_TABLE)
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'fold'").fetchone()
        if row is None:
            # Merged less often than usual: a first pull writes each word fewer times. With 16 it would be
            # quicker still,
            # but searching a third slower.
            self._connection.execute("INSERT INTO search(search, rank) VALUES('automerge', 8)")
        self._connection.execute(
            "INSERT INTO meta(key, value) VALUES('fold', ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (FOLD_VERSION,),
        )
        return row is not None and row[0] != FOLD_VERSION

    def clear(self) -> None:
        self._connection.execute("DELETE FROM search")

    def add(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None:
        self._connection.executemany(
            "INSERT INTO search(rowid, title, body, kind, ws) VALUES(?, ?, ?, ?, ?)",
            [
                (rowid, fold_row(title), fold_row(body), kind, workspace)
                for rowid, workspace, title, body in rows
            ],
        )

    def replace(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None:
        self.remove([row[0] for row in rows])
        self.add(kind, rows)

    def remove(self, rowids: Sequence[int]) -> None:
        self._connection.executemany("DELETE FROM search WHERE rowid = ?", [(rowid,) for rowid in rowids])


def find(
    connection: Connection, text: str, *, workspaces: Sequence[int] = (), limit: int = 50
) -> list[tuple[int, str]]:
    """(rowid, kind) of the best matches, titles first; nothing typed finds nothing."""
    expression = query(text)
    if not expression:
        return []
    inside = f" AND ws IN ({','.join('?' * len(workspaces))})" if workspaces else ""
    rows = connection.execute(
        f"SELECT rowid, kind FROM search WHERE search MATCH ?{inside}"
        f" ORDER BY bm25(search, {_TITLE_WEIGHT}, 1.0) LIMIT ?",
        (expression, *workspaces, limit),
    )
    return [(int(rowid), str(kind)) for rowid, kind in rows]
