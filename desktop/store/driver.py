"""The one SQLite of the laptop: SQLCipher, put in place before sqlite-utils looks for a driver.

sqlite-utils takes `pysqlite3` if it finds one. Without this, its `alter=True` watches for the errors
of the standard library's driver and misses those of SQLCipher.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3 as sqlite

    from sqlite_utils import Database
else:
    import sqlcipher3.dbapi2 as sqlite

sys.modules.setdefault("pysqlite3", sqlite)
sys.modules.setdefault("pysqlite3.dbapi2", sqlite)

# The driver asks the adaptation protocol about every value that is no int, float or str, which costs
# 3 microseconds each (a row of 45 empty columns: 146, with these 20). Answers given here are found at once,
# and both are C functions.
_as_it_is: Callable[[None], Any] = dict[None, None]().get
sqlite.register_adapter(bytes, bytes)
sqlite.register_adapter(type(None), _as_it_is)

Connection = sqlite.Connection

__all__ = ["Connection", "database", "sqlite"]


def database(connection: Connection) -> Database:
    """Wrap a connection in sqlite-utils, for schema, migrations and search tables."""
    from sqlite_utils import Database, utils

    if getattr(utils, "sqlite3", sqlite) is not sqlite:
        raise RuntimeError("sqlite_utils was imported before desktop.store.driver")
    return Database(connection)
