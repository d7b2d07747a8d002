"""Keeps snapshots fresh beside the answering of laptops: looks after commits, one making at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Final

from starlette.concurrency import run_in_threadpool

from sync.server.snapshots import Snapshots
from sync.server.watcher import Watcher

_LOG: Final = logging.getLogger("daftar.server")


class Upkeep:
    """A task of the event loop that makes snapshots anew when a log has grown."""

    def __init__(self, snapshots: Snapshots, watcher: Watcher, *, every_s: float) -> None:
        self._snapshots = snapshots
        self._watcher = watcher
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def close(self) -> None:
        """Stop looking; a making that has begun ends first, because a thread cannot be stopped."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        looked = -1
        while not self._watcher.stopping:
            seen = self._watcher.version
            await self._watcher.wait(since=seen, seconds=self._every_s, counted=False)
            # While laptops push, their work goes first: a snapshot is made when it has grown quiet.
            if seen == self._watcher.version != looked:
                looked = seen
                await self._refresh()

    async def _refresh(self) -> None:
        try:
            await run_in_threadpool(self._snapshots.refresh)
        except Exception:  # noqa: BLE001 - it is logged, and laptops are served meanwhile
            # Laptops go on with the log; the next commit is the next try.
            _LOG.exception("a snapshot could not be made")
