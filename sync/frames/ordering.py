"""Sums over the order in which changes stand in a log, by which two logs find where they go apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from sync.errors import DaftarError
from sync.frames.packing import open_frame

SUM_BYTES = 16
_DEVICE_BYTES = 6
_DSEQ_BYTES = 8


def order_sums(
    frames: Iterable[tuple[int, int, bytes]], workspace: bytes, *, after: int, places: Sequence[int]
) -> dict[int, bytes]:
    """For each place (`pseq`) the sum over the changes behind `after` up to it.

    `frames` are first and last `pseq` and the frame, in order; the places that they do not reach without a
    gap, or behind one that cannot be read, are left out.
    """
    wanted = [place for place, _ in groupby(sorted(places)) if place > after]
    found: dict[int, bytes] = {}
    at, total = after, hashlib.blake2b(digest_size=SUM_BYTES)
    for first, last, frame in frames:
        if last <= at:
            continue
        if len(found) == len(wanted) or first > at + 1:
            break
        try:
            block = open_frame(frame, workspace, values=False)
        except DaftarError:
            break
        start = at + 1 - first
        for device, dseq in zip(block.devices[start:], block.dseqs[start:], strict=True):
            at += 1
            total.update(device.to_bytes(_DEVICE_BYTES) + dseq.to_bytes(_DSEQ_BYTES))
            if len(found) < len(wanted) and at == wanted[len(found)]:
                found[at] = total.digest()
    return found
