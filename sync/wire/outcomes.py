"""What becomes of refused changes: `/v1/discard` decides, `/v1/outcomes` tells the laptop that sent them.

Both speak of one workspace. An answer about outcomes names only those about which somebody has decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sync.wire.departures import MOST_NAMED, read_body, read_list, read_text, read_whole
from sync.wire.packing import PROTOCOL, pack

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
        number, packed, reason = read_body(data, 3)
        return cls(read_whole(number), _ids(packed), read_text(reason))


@dataclass(frozen=True, slots=True)
class OutcomesRequest:
    """Own changes of one workspace, by (device number, `dseq`)."""

    number: int
    ids: tuple[tuple[int, int], ...]

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.number, [list(one) for one in self.ids]])

    @classmethod
    def unpack(cls, data: bytes) -> OutcomesRequest:
        number, packed = read_body(data, 2)
        return cls(read_whole(number), _ids(packed))


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
        rows: list[Any] = [
            [one.device, one.dseq, one.released_ms, one.discarded_ms, one.reason] for one in self.became
        ]
        return pack([PROTOCOL, rows])

    @classmethod
    def unpack(cls, data: bytes) -> OutcomesAnswer:
        (packed,) = read_body(data, 1)
        found = []
        for row in read_list(packed, MOST_NAMED):
            device, dseq, released, discarded, reason = read_list(row, 5, exactly=True)
            found.append(
                Became(
                    read_whole(device),
                    read_whole(dseq),
                    read_whole(released),
                    read_whole(discarded),
                    read_text(reason)[:LONGEST_REASON],
                )
            )
        return cls(tuple(found))


def tidy_reason(text: str) -> str:
    """One line without blanks to spare and without control characters, as it is kept and shown."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _ids(packed: Any) -> tuple[tuple[int, int], ...]:
    rows = [read_list(row, 2, exactly=True) for row in read_list(packed, MOST_NAMED)]
    return tuple((read_whole(a), read_whole(b)) for a, b in rows)
