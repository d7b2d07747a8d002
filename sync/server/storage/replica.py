"""A copy of the database that answers questions; what it cannot answer, the first database is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.server.logs import log

T = TypeVar("T")

REST_S: Final = 10.0


class Replica:
    """A streaming replica: it may lag behind, be away, or break off a question to catch up."""

    def __init__(self, engine: Engine, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asleep_until = 0.0

    def ask(self, question: Callable[[Connection], T | None]) -> T | None:
        """The answer; None where there is none, and for a while after the replica could not be reached.

        `question` may be asked in vain, so it must change nothing.
        """
        if self._monotonic() < self._asleep_until:
            return None
        try:
            with self._engine.connect() as connection, connection.begin():
                return question(connection)
        except DBAPIError as error:
            if error.connection_invalidated or not getattr(error.orig, "sqlstate", None):
                self._rest()
            log("replica", state=str(getattr(error.orig, "sqlstate", "") or "away"))
            return None

    def close(self) -> None:
        self._engine.dispose()

    def _rest(self) -> None:
        with self._lock:
            self._asleep_until = self._monotonic() + REST_S
