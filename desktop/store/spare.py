"""One connection that nobody reads through just now, kept for who asks next: opening one takes a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop.store.driver import Connection


class Spare:
    """Any thread may take and give; a connection is with one of them at a time."""

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: Connection | None = None
        self._closed = False

    def take(self) -> Connection:
        with self._lock:
            found, self._held = self._held, None
        return found if found is not None else self._make()

    def give(self, connection: Connection) -> None:
        """Keep it, unless another one is there already."""
        if not connection.in_transaction:
            # The pages it knows are memory that somebody else can use.
            connection.execute("PRAGMA shrink_memory")
            with self._lock:
                if self._held is None and not self._closed:
                    self._held = connection
                    return
        connection.close()

    def close(self) -> None:
        """Close what is kept; what is still in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            found, self._held = self._held, None
        if found is not None:
            found.close()
