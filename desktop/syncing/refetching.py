"""Looks once a day whether the disk has damaged ordered rows of the log, and fetches again what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.store.store import Store
from desktop.syncing.line import Line
from desktop.syncing.local import StoreLocal
from sync.clock import Clock
from sync.replica.damaged import damaged_rows

REFETCHED_MS: Final = "refetched_ms"
_DAY_MS: Final = 24 * 60 * 60 * 1000
_AGAIN_MS: Final = 10 * 60 * 1000


def refetch_daily(store: Store, line: Line, local: StoreLocal, *, epoch: int, clock: Clock) -> None:
    """Refetch, once a day; where the line breaks, not before ten minutes have gone."""
    reader = store.reader()
    try:
        last = int(reader.meta(REFETCHED_MS) or 0)
    finally:
        reader.close()
    now = clock.now_ms()
    if 0 <= now - last < _DAY_MS:
        return
    store.remember({REFETCHED_MS: now - _DAY_MS + _AGAIN_MS})
    refetch(store, line, local, epoch=epoch)
    store.remember({REFETCHED_MS: now})


def refetch(store: Store, line: Line, local: StoreLocal, *, epoch: int) -> None:
    """Set aside what the disk has damaged, and fetch everything that waits unread."""
    from sync.client.refetch import fetch_unread

    damaged = find_damaged(store)
    fetch_unread(line, local, damaged=damaged, epoch=epoch, access_epoch=local.access_epoch)


def find_damaged(store: Store) -> Sequence[int]:
    """Looked for beside the writer, which a person may wait for."""
    reader = store.reader()
    try:
        return damaged_rows(reader.connection)
    finally:
        reader.close()
