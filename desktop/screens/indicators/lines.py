"""Which place and period a row of the entry grid stands for, as a key and back."""

from __future__ import annotations

from dataclasses import dataclass

NO_PLACE = "-"
TOTALS = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of inputs: a place in a period, and which of its entries where there are several."""

    period: bytes
    place: bytes | None
    nth: int = 0

    @property
    def key(self) -> str:
        place = NO_PLACE if self.place is None else self.place.hex()
        return f"{self.period.hex()}/{place}" + (f"/{self.nth}" if self.nth else "")


def line_of(key: str) -> Line | None:
    """The line that a row key names; None for groups and totals."""
    parts = key.split("/")
    if len(parts) < 2 or parts[1] == TOTALS:
        return None
    place = None if parts[1] == NO_PLACE else bytes.fromhex(parts[1])
    return Line(bytes.fromhex(parts[0]), place, int(parts[2]) if len(parts) > 2 else 0)
