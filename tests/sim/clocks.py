"""True time, which only the simulation moves, and the clocks of laptops, which are wrong in many ways."""

import random
from typing import Final

START_MS: Final = 1_767_225_600_000
DAY_MS: Final = 86_400_000
TEN_YEARS_MS: Final = 3_652 * DAY_MS
_HOUR_MS: Final = 3_600_000


class TrueTime:
    """The time of the server and of the world."""

    def __init__(self) -> None:
        self.time_ms = START_MS

    def now_ms(self) -> int:
        return self.time_ms

    def pass_by(self, milliseconds: int) -> None:
        self.time_ms += max(0, milliseconds)


class LaptopClock:
    """A clock that is wrong by up to ten years, jumps, and may stand still."""

    def __init__(self, time: TrueTime, *, offset_ms: int = 0) -> None:
        self._time = time
        self._offset_ms = offset_ms
        self._stopped_at: int | None = None

    def now_ms(self) -> int:
        if self._stopped_at is not None:
            return self._stopped_at
        return max(0, self._time.now_ms() + self._offset_ms)

    def jump(self, milliseconds: int) -> None:
        self._offset_ms += milliseconds

    def disturb(self, chance: random.Random) -> str:
        """Do something to the clock, and say what."""
        what = chance.choice(("right", "summer time", "minutes", "years", "stop"))
        self._stopped_at = self.now_ms() if what == "stop" else None
        if what == "right":
            self._offset_ms = 0
        elif what == "summer time":
            self._offset_ms += chance.choice((-_HOUR_MS, _HOUR_MS))
        elif what == "minutes":
            self._offset_ms = chance.randint(-20 * 60_000, 20 * 60_000)
        elif what == "years":
            self._offset_ms = chance.randint(-TEN_YEARS_MS, TEN_YEARS_MS)
        return what
