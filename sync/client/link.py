"""What is known of the link to the server: how fast it is, and how much may go into one request.

The window starts small, grows while requests finish quickly, and halves where one fails. Where connections
break, a request may take only a part of the time that they live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FIRST_WINDOW: Final = 20 * 1024
"""A thousand edits fit, and a line of 64 kbit/s takes two seconds and a half for it."""
LARGEST_WINDOW: Final = 4 * 1024 * 1024
SMALLEST_WINDOW: Final = 4 * 1024
SLOW: Final = 24 * 1024
"""Bytes per second below which it pays to compress harder."""

_LONGEST_S: Final = 8.0
_SHORTEST_S: Final = 0.6
_SHARE: Final = 0.4
_RECOVERY: Final = 1.15
_TELLING: Final = 4 * 1024
"""Fewer bytes say nothing about how fast a link is."""


@dataclass(slots=True)
class Link:
    """Kept as long as the process; `up` and `down` are bytes per second, 0 where they are not known."""

    window: int = FIRST_WINDOW
    up: float = 0.0
    down: float = 0.0
    round_trip: float = 0.0
    largest: int = LARGEST_WINDOW
    patience: float = _LONGEST_S
    lived: float = 0.0

    @property
    def slow(self) -> bool:
        known = [rate for rate in (self.up, self.down) if rate]
        return bool(known) and min(known) < SLOW

    def finished(self, seconds: float, *, up: int, down: int) -> None:
        """A request came back whole."""
        self.lived += seconds
        self.patience = min(_LONGEST_S, self.patience * _RECOVERY)
        if max(up, down) < _TELLING:
            self.round_trip = seconds if not self.round_trip else min(self.round_trip, seconds)
            return
        self._learn(seconds, up=up, down=down)
        if seconds < self.patience:
            growth = 8 if seconds < self.patience / 32 else 2
            self.window = min(self.largest, self.window * growth)

    def failed(self, seconds: float) -> None:
        """A request was cut."""
        lived = self.lived + seconds
        self.lived = 0.0
        self.patience = min(self.patience, max(_SHORTEST_S, lived * _SHARE))
        self.window = max(SMALLEST_WINDOW, self.window // 2)

    def too_large(self) -> bool:
        """Somebody on the way takes no request of this size; False where it cannot be smaller."""
        if self.window <= SMALLEST_WINDOW:
            return False
        self.window = self.largest = max(SMALLEST_WINDOW, self.window // 2)
        return True

    def _learn(self, seconds: float, *, up: int, down: int) -> None:
        moving = max(0.001, seconds - min(self.round_trip, seconds / 2))
        rate = (up + down) / moving
        if up > down:
            self.up = rate if not self.up else (self.up + rate) / 2
        else:
            self.down = rate if not self.down else (self.down + rate) / 2
