"""Gives room that the database no longer needs back to the disk, a little at a time."""

from __future__ import annotations

from typing import Final

from desktop.store.driver import Connection
from desktop.store.failures import database_errors

_PAGES: Final = 64
"""Given back in one go: a few milliseconds."""
_SHARE: Final = 40
"""Less than one page in so many is kept for what is written next."""


def give_back(connection: Connection) -> bool:
    """Shorten the file where much of it is empty; says whether there is more to do.

    Runs in a transaction of its own. Databases of the first versions cannot be shortened in parts.
    """
    with database_errors():
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (mode,) = connection.execute("PRAGMA auto_vacuum").fetchone()
        if not mode or free < _PAGES or free * _SHARE < pages:
            return False
        connection.execute(f"PRAGMA incremental_vacuum({_PAGES:d})").fetchall()
    return True
