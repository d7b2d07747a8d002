"""Access that is lost: what was not sent is handed in, the workspace is erased, and the server is told.

A revoked laptop may hand in once more what it had not sent; it gets nothing in return.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from desktop.store.store import Store
from desktop.syncing.line import asked
from desktop.syncing.local import StoreLocal
from sync.errors import DaftarError
from sync.replica.leaving import Leaving, Stage, forget_leaving, leaving
from sync.replica.replica import Replica

if TYPE_CHECKING:
    from sync.client.session import Replying, Session

DEVICE_REVOKED: Final = "device_revoked"
HAND_IN_OVER: Final = "hand_in_over"
_UNREACHABLE: Final = frozenset(
    {"no_connection", "connection_cut", "not_a_server", "busy", "database_unavailable", "not_found"}
)


class HandIn:
    """The line of a revoked laptop: the same questions and answers, by another door."""

    def __init__(self, line: Replying) -> None:
        self._line = line

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Any:  # noqa: ARG002 - it never waits
        from sync.wire.departures import HAND_IN_PATH

        return self._line.post(HAND_IN_PATH if path == "/v1/sync" else path, body)

    def get(self, path: str, *, start: int = 0) -> Any:
        return self._line.get(path, start=start)


def hand_in(
    store: Store, line: Replying, local: StoreLocal, *, session: Callable[[Replying], Session], epoch: int
) -> None:
    """Give a revoked laptop's unsent work to the server, then erase everything.

    Raises `hand_in_over` where the server takes nothing any more: then the work stays here, locked.
    """
    if store.with_connection(_anything_to_give):
        session(HandIn(line)).sync(epoch=epoch, access_epoch=local.access_epoch)
    store.erase_left()
    if not store.with_connection(_anything_left):
        # The server takes nothing more from here on.
        _tell_erased(store, line)


def finish_leaving(store: Store, line: Replying) -> None:
    """Erase what was lost and handed in, and tell the server; what cannot be told now is told next time."""
    store.erase_left()
    _tell_erased(store, line)


def _tell_erased(store: Store, line: Replying) -> None:
    erased = [one for one in store.with_connection(leaving) if one.stage is Stage.ERASED]
    if erased:
        _tell(store, line, erased)


def _tell(store: Store, line: Replying, erased: list[Leaving]) -> None:
    from sync.wire.departures import PURGED_PATH, Purged, Taken

    try:
        Taken.unpack(asked(line, PURGED_PATH, Purged(tuple(one.number for one in erased)).pack()))
    except DaftarError as error:
        if error.code not in (*_UNREACHABLE, HAND_IN_OVER):
            raise
        if error.code != HAND_IN_OVER:
            return
        # It was heard before, and only the answer was lost; or it is too late for anybody to note it.

    def forget(replica: Replica) -> None:
        for one in erased:
            forget_leaving(replica.database, one.workspace)

    store.run(forget)


def _anything_left(connection: Any) -> bool:
    """Whether something is still to be handed in or to be erased, as where somebody typed meanwhile."""
    rows = connection.execute("SELECT 1 FROM workspace_state WHERE number IS NOT NULL LIMIT 1").fetchall()
    return bool(rows) or any(one.stage is not Stage.ERASED for one in leaving(connection))


def _anything_to_give(connection: Any) -> bool:
    """Whether this laptop still holds a workspace that came from a server, and has not begun to erase it:
    once it has told the server that it erased everything, nothing is taken any more.
    """
    rows = connection.execute("SELECT 1 FROM workspace_state WHERE number IS NOT NULL LIMIT 1").fetchall()
    return bool(rows) or any(one.stage is Stage.HANDING_IN for one in leaving(connection))
