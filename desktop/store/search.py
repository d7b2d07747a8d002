"""The full-text index over everything, kept in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

from desktop.store.driver import Connection
from desktop.store.fold import FOLD_VERSION, fold_row, fold_rows, query

# Queries are words and never phrases, so the index keeps columns and no positions: half of its size.
_TABLE: Final = (
    "CREATE VIRTUAL TABLE search USING fts5(title, body, kind UNINDEXED, ws UNINDEXED, content='',"
    " contentless_delete=1, contentless_unindexed=1, detail=column,"
    " tokenize='unicode61 remove_diacritics 0')"
)
_INSERT: Final = "INSERT INTO search(rowid, title, body, kind, ws) VALUES(?, ?, ?, ?, ?)"
_DELETE: Final = "DELETE FROM search WHERE rowid = ?"
_LEAF_BYTES: Final = 3900
"""Leaves of the index that fit a page of the encrypted file; the default is a little more than fits."""
_MERGED_AT: Final = 16
"""Merged less often than usual: a first pull writes each word fewer times."""
_TITLE_WEIGHT: Final = 4.0


class SearchIndex:
    """Rows of the index have the rowid of their record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self) -> bool:
        """Make the table; true where the stored one was made by another version.

        Then the new one is empty, and counts as such until it is filled and `finish` was called.
        """
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'fold'").fetchone()
        if row is not None and row[0] == FOLD_VERSION:
            return False
        self._connection.execute("DROP TABLE IF EXISTS search")
        # What an index without content keeps of unindexed columns stays behind when it is dropped.
        self._connection.execute("DROP TABLE IF EXISTS search_content")
        self._connection.execute(_TABLE)
        for name, number in (("pgsz", _LEAF_BYTES), ("automerge", _MERGED_AT)):
            self._connection.execute("INSERT INTO search(search, rank) VALUES(?, ?)", (name, number))
        if row is None:
            self.finish()
        return row is not None

    def finish(self) -> None:
        """Note that the index holds everything, folded as this version does it."""
        self._connection.execute(
            "INSERT INTO meta(key, value) VALUES('fold', ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (FOLD_VERSION,),
        )

    def clear(self) -> None:
        self._connection.execute("DELETE FROM search")

    def add(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None:
        self._connection.executemany(
            _INSERT,
            [
                (rowid, fold_row(title), fold_row(body), kind, workspace)
                for rowid, workspace, title, body in rows
            ],
        )

    def add_new(self, rows: Mapping[str, Sequence[tuple[int, int, str, str]]]) -> None:
        # What is not in rising order makes FTS5 write out all it has gathered in memory.
        self._connection.executemany(_INSERT, self._folded(rows))

    def replace(self, rows: Mapping[str, Sequence[tuple[int, int, str, str]]]) -> None:
        # A row goes right before it comes anew, and all in rising order: all else makes FTS5 write.
        for row in self._folded(rows):
            self._connection.execute(_DELETE, row[:1])
            self._connection.execute(_INSERT, row)

    @staticmethod
    def _folded(
        rows: Mapping[str, Sequence[tuple[int, int, str, str]]],
    ) -> Iterator[tuple[int, str, str, str, int]]:
        due = [
            (rowid, title, body, kind, ws) for kind, held in rows.items() for rowid, ws, title, body in held
        ]
        due.sort(key=itemgetter(0))
        titles, bodies = fold_rows([row[1] for row in due]), fold_rows([row[2] for row in due])
        for (rowid, _, _, kind, ws), title, body in zip(due, titles, bodies, strict=True):
            yield rowid, title, body, kind, ws

    def remove(self, rowids: Sequence[int]) -> None:
        self._connection.executemany(_DELETE, [(rowid,) for rowid in rowids])


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
