"""CockroachDB, which speaks PostgreSQL's language but has a version, and no garbage, of its own."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from sync.errors import DaftarError

_VERSION: Final = re.compile(r"CockroachDB \w+ v(\d+)\.(\d+)")
_OLDEST: Final = (23, 2)
"""The first whose `REPEATABLE READ` and `FOR UPDATE` are what the server counts on."""
_AS_POSTGRES: Final = (13, 0)
"""What it says to drivers that it is."""


class CockroachDialect(PGDialect_psycopg):
    """PostgreSQL's, without what CockroachDB has not."""

    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        # It has no such type, and asking for it is an error there.
        super().__init__(**{**options, "use_native_hstore": False})  # type: ignore[no-untyped-call]  # of SQLAlchemy

    def _get_server_version_info(self, connection: Connection) -> tuple[int, ...]:
        found = _VERSION.match(str(connection.exec_driver_sql("SELECT version()").scalar()))
        if found is None or (int(found[1]), int(found[2])) < _OLDEST:
            raise DaftarError("database_unsuited", oldest=".".join(map(str, _OLDEST)))
        return _AS_POSTGRES
