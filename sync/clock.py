"""Wall clocks, and the hybrid logical clock that stamps changes.

A stamp is `(milliseconds << 16) | counter`, milliseconds since 1970 in UTC. It breaks ties and sorts
displays; it never decides whether two changes are in conflict (SYNC §1).
"""

from __future__ import annotations

import time
from typing import Protocol

COUNTER_BITS = 16
COUNTER_LIMIT = (1 << COUNTER_BITS) - 1
AHEAD_LIMIT_MS = 10 * 60 * 1000


class Clock(Protocol):
    """Anything that tells the time in milliseconds since 1970, UTC."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The clock of this machine, right or wrong."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class HybridClock:
    """Hybrid logical clock: never goes back, even when the wall clock does.

    `last` is the highest stamp known to have been committed. `tick` is pure in the sense that it only
    moves this object; the caller commits `last` with the data and calls `reset` when a batch failed.
    """

    def __init__(self, clock: Clock, *, last: int = 0, offset_ms: int = 0) -> None:
        self._clock = clock
        self.last = last
        self.offset_ms = offset_ms

    def corrected_ms(self) -> int:
        """Wall time corrected by what the server said last."""
        return max(0, self._clock.now_ms() + self.offset_ms)

    def tick(self) -> int:
        """Return the next stamp, greater than every stamp before it."""
        self.last = max(self.corrected_ms() << COUNTER_BITS, self.last + 1)
        return self.last

    def witness(self, *stamps: int) -> None:
        """Learn of somebody else's stamps, which never move this clock past now + 10 minutes."""
        bound = (self.corrected_ms() + AHEAD_LIMIT_MS) << COUNTER_BITS
        self.last = max(self.last, *[stamp for stamp in stamps if stamp <= bound], 0)

    def reset(self, last: int) -> None:
        """Go back to the last committed stamp after a failed batch."""
        self.last = last


def stamp_ms(stamp: int) -> int:
    """The wall part of a stamp, in milliseconds."""
    return stamp >> COUNTER_BITS


def effective_stamp(stamp: int, *, received_ms: int, newest_base: int) -> int:
    """The stamp everybody merges on (SYNC §3): a stamp more than ten minutes ahead is brought back.

    `newest_base` is the highest effective stamp among the bases of the change.
    """
    if stamp_ms(stamp) <= received_ms + AHEAD_LIMIT_MS:
        return stamp
    return max(received_ms << COUNTER_BITS, newest_base + 1)
