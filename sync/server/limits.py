"""Patience with strangers: how often an address may fail, and how large and slow a request may be."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Final

from starlette.requests import ClientDisconnect, Request

from sync.clock import Clock
from sync.errors import DaftarError

_ADDRESSES: Final = 10_000
_MINUTE_MS: Final = 60_000
_ALL_OTHERS: Final = b""
"""Who is counted together with others, where too many ask to be counted apart."""


class Failures:
    """Counts failures per address within a window, in memory; forgets the oldest addresses."""

    def __init__(self, *, clock: Clock, allowed: int, window_ms: int) -> None:
        self._clock = clock
        self._allowed = allowed
        self._window_ms = window_ms
        self._times: OrderedDict[str, list[int]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raise `DaftarError("too_many_requests")` with the seconds to wait."""
        with self._lock:
            times = self._recent(address)
            if len(times) >= self._allowed:
                wait_ms = times[0] + self._window_ms - self._clock.now_ms()
                raise DaftarError("too_many_requests", seconds=max(1, wait_ms // 1000))

    def add(self, address: str) -> None:
        with self._lock:
            times = self._recent(address)
            times.append(self._clock.now_ms())
            self._times[address] = times
            self._times.move_to_end(address)
            while len(self._times) > _ADDRESSES:
                self._times.popitem(last=False)

    def _recent(self, address: str) -> list[int]:
        start = self._clock.now_ms() - self._window_ms
        return [time for time in self._times.get(address, ()) if time > start]


class Pace:
    """What a laptop, or a stranger's address, may ask in a minute; counted in memory."""

    def __init__(self, *, clock: Clock, allowed: int) -> None:
        self._clock = clock
        self._allowed = allowed
        self._minute = 0
        self._counts: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def count(self, who: bytes, weight: int = 1) -> None:
        """Count a request; raises `DaftarError("too_many_requests")` with the seconds to wait."""
        now = self._clock.now_ms()
        with self._lock:
            if now // _MINUTE_MS != self._minute:
                self._minute = now // _MINUTE_MS
                self._counts.clear()
            if len(self._counts) >= _ADDRESSES and who not in self._counts:
                who = _ALL_OTHERS
            self._counts[who] += weight
            if self._counts[who] > self._allowed:
                raise DaftarError("too_many_requests", seconds=60 - now % _MINUTE_MS // 1000)


@dataclass(frozen=True, slots=True)
class Body:
    """What arrived of a request. `whole` is false where the link was cut, `stalled` where it fell silent."""

    data: bytes
    whole: bool = True
    stalled: bool = False


async def read_body(request: Request, *, limit: int, stall_s: float) -> Body:
    """The body as far as it comes; raises `too_large` past `limit`."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise DaftarError("too_large", bytes=limit)
    data = bytearray()
    stream = request.stream()
    while True:
        try:
            part = await asyncio.wait_for(anext(stream, None), stall_s)
        except TimeoutError:
            return Body(bytes(data), whole=False, stalled=True)
        except ClientDisconnect:
            return Body(bytes(data), whole=False)
        if part is None:
            return Body(bytes(data))
        data += part
        if len(data) > limit:
            raise DaftarError("too_large", bytes=limit)
