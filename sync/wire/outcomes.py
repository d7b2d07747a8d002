"""A laptop asks what became of its refused changes: `/v1/outcomes`, of one workspace at a time.

The answer names only those about which somebody has decided: let in, or discarded with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sync.wire.departures import MOST_NAMED, read_body, read_list, read_text, read_whole
from sync.wire.packing import PROTOCOL, pack

OUTCOMES_PATH: Final = "/v1/outcomes"


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
        rows = [read_list(row, 2, exactly=True) for row in read_list(packed, MOST_NAMED)]
        return cls(read_whole(number), tuple((read_whole(a), read_whole(b)) for a, b in rows))


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
                    read_text(reason)[:500],
                )
            )
        return cls(tuple(found))
