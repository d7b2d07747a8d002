"""The store as a sync session sees it: jobs in the writer, one transaction each, behind the person's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from desktop.store.restored import NOTHING
from desktop.store.store import Store
from desktop.syncing.joined import ACCESS_EPOCH, OFFSET_MS
from sync.replica.changed import Changed
from sync.replica.replica import Replica

T = TypeVar("T")

_SAME_OFFSET_MS: Final = 1_000


class StoreLocal:
    """Implements `sync.client.session.Local`."""

    def __init__(self, store: Store, *, access_epoch: int, offset_ms: int) -> None:
        self._store = store
        self._known = (access_epoch, offset_ms)

    @property
    def access_epoch(self) -> int:
        """What the server said last of the list of workspaces."""
        return self._known[0]

    def run(self, job: Callable[[Replica], T]) -> T:
        return self._store.run(job)

    def apply(self, job: Callable[[Replica], Changed]) -> Changed:
        return self._store.absorb(job)

    def remember(self, *, access_epoch: int, offset_ms: int) -> None:
        """Keep what the server said of access and time; a difference of moments is not worth a write."""
        epoch, offset = self._known
        if epoch == access_epoch and abs(offset - offset_ms) < _SAME_OFFSET_MS:
            return
        self._known = (access_epoch, offset_ms)
        self._store.remember({ACCESS_EPOCH: access_epoch, OFFSET_MS: offset_ms})

        def correct(replica: Replica) -> None:
            replica.clock.offset_ms = offset_ms

        self._store.run(correct)

    def renew(self, without: Mapping[bytes, int] = NOTHING) -> None:
        self._store.renew(without)
