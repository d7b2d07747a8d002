"""What becomes of refused changes: `/v1/discard` decides, `/v1/outcomes` tells the laptop that sent them.

Both speak of one workspace. An answer about outcomes names only those about which somebody has decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sync.wire.departures import MOST_NAMED
from sync.wire.packing import PROTOCOL, pack, rows, text, unpack, whole

DISCARD_PATH: Final = "/v1/discard"
OUTCOMES_PATH: Final = "/v1/outcomes"
LONGEST_REASON: Final = 500
"""Characters of a reason that are kept."""
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What may come along with pasted text; databases and messages hold not all of it."""


@dataclass(frozen=True, slots=True)
class DiscardRequest:
    """Held changes of one workspace that are never let in; answered like a release."""

    number: int
    ids: tuple[tuple[int, int], ...]
    reason: str

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.number, [list(one) for one in self.ids], self.reason])

    @classmethod
    def unpack(cls, data: bytes) -> DiscardRequest:
        _, number, packed, reason = unpack(data, 4)[:4]
        return cls(whole(number), _ids(packed), text(reason))


@dataclass(frozen=True, slots=True)
class OutcomesRequest:
    """Own changes of one workspace, by (device number, `dseq`)."""

    number: int
    ids: tuple[tuple[int, int], ...]

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.number, [list(one) for one in self.ids]])

    @classmethod
    def unpack(cls, data: bytes) -> OutcomesRequest:
        _, number, packed = unpack(data, 3)[:3]
        return cls(whole(number), _ids(packed))


@dataclass(frozen=True, slots=True)
class Became:
    """One change: when it was let in, or when and why it was discarded."""

    device: int
    dseq: int
    released_ms: int = 0
    discarded_ms: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutcomesAnswer:
    """Those that somebody has decided about."""

    became: tuple[Became, ...]

    def pack(self) -> bytes:
        became = [
            [one.device, one.dseq, one.released_ms, one.discarded_ms, one.reason] for one in self.became
        ]
        return pack([PROTOCOL, became])

    @classmethod
    def unpack(cls, data: bytes) -> OutcomesAnswer:
        found = rows(unpack(data, 2)[1], 5, MOST_NAMED)
        return cls(tuple(_became(row) for row in found))


def _became(row: list[Any]) -> Became:
    device, dseq, released, discarded, reason = row
    told = text(reason)[:LONGEST_REASON]
    return Became(whole(device), whole(dseq), whole(released), whole(discarded), told)


def tidy_reason(typed: str) -> str:
    """One line without blanks to spare and without control characters, as it is kept and shown."""
    return " ".join(_UNSEEN.sub(" ", typed).split())


def _ids(packed: Any) -> tuple[tuple[int, int], ...]:
    return tuple((whole(a), whole(b)) for a, b in rows(packed, 2, MOST_NAMED))
