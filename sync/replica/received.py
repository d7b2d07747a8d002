"""A frame as the server sent it: consecutive `pseq`, and the stamps everybody merges on where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgpack


@dataclass(frozen=True, slots=True)
class Received:
    """`effective` maps a position in the frame to its effective stamp."""

    first: int
    last: int
    frame: bytes
    effective: Mapping[int, int]

    def packed_stamps(self) -> bytes | None:
        """The effective stamps as the log keeps them."""
        return bytes(msgpack.packb(dict(self.effective))) if self.effective else None


def unpack_stamps(packed: bytes | None) -> dict[int, int]:
    """The inverse of `packed_stamps`."""
    return {} if packed is None else dict(msgpack.unpackb(packed, strict_map_key=False))
