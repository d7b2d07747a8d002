"""Sums over the order in which changes stand in a log, by which two logs find where they go apart.

The stamp that counts belongs to it: a server that was restored may give the same change another one.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from sync.errors import DaftarError
from sync.frames.packing import open_frame

SUM_BYTES = 16
_NUMBER = struct.Struct(">QQQ")
_MASK = (1 << 64) - 1

Ordered = tuple[int, int, bytes, Mapping[int, int]]
"""First and last `pseq`, the frame, and the stamps by position where they are not the author's."""


def order_sums(
    frames: Iterable[Ordered], workspace: bytes, *, after: int, places: Sequence[int]
) -> dict[int, bytes]:
    """For each place (`pseq`) the sum over the changes behind `after` up to it.

    The places that the frames, in order, do not reach without a gap, or behind one that cannot be read, are
    left out.
    """
    wanted = [place for place, _ in groupby(sorted(places)) if place > after]
    found: dict[int, bytes] = {}
    at, total = after, hashlib.blake2b(digest_size=SUM_BYTES)
    for first, last, frame, effective in frames:
        if last <= at:
            continue
        if len(found) == len(wanted) or first > at + 1:
            break
        try:
            block = open_frame(frame, workspace, values=False)
        except DaftarError:
            break
        for position in range(at + 1 - first, len(block)):
            at += 1
            stamp = effective.get(position, block.stamps[position])
            total.update(_NUMBER.pack(block.devices[position], block.dseqs[position], stamp & _MASK))
            if len(found) < len(wanted) and at == wanted[len(found)]:
                found[at] = total.digest()
    return found
