"""Wakes the long polls: at once for what this process commits, within a second for what others do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from sync.errors import DaftarError
from sync.server.logs import log


class Watcher:
    """A version that grows whenever something may be new, and a way to wait for that.

    `look` reads a value that differs when another process committed something. `poke` may be called
    from any thread; everything else belongs to the event loop.
    """

    def __init__(self, look: Callable[[], object], *, every_s: float) -> None:
        self._look = look
        self._every_s = every_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waiting = 0
        self.version = 0
        self.stopping = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._watch())

    def poke(self) -> None:
        """Something was committed here."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def stop(self) -> None:
        """Let every waiting request answer now."""
        self.stopping = True
        self._wake()

    def stop_soon(self) -> None:
        """`stop`, from a signal handler or another thread."""
        self.stopping = True
        self.poke()

    async def close(self) -> None:
        self.stop()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def wait(self, *, since: int, seconds: float, counted: bool = True) -> None:
        """Return when the version is past `since`, when stopping, or after `seconds`.

        Who does not count hears of the commits of this process only, and keeps nobody looking.
        """
        if self.version != since or self.stopping:
            return
        self._waiting += counted
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
        finally:
            self._waiting -= counted

    @property
    def waiting(self) -> int:
        """How many requests wait now."""
        return self._waiting

    def _wake(self) -> None:
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()

    async def _watch(self) -> None:
        seen = await self._look_around(None)
        while not self.stopping:
            await asyncio.sleep(self._every_s)
            if not self._waiting:
                # Nobody asks; what changes meanwhile wakes the first who waits once too often, no more.
                continue
            now = await self._look_around(seen)
            if now != seen:
                seen = now
                self._wake()

    async def _look_around(self, seen: object) -> object:
        """What is to be seen now; what was seen before, while the database is away."""
        try:
            return await run_in_threadpool(self._look)
        except DaftarError as error:
            log("watcher", code=error.code)
            return seen
