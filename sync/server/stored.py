"""Frames as the server stores them, with what stands beside them: one that the disk has damaged is told, and
stops nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Final

import msgpack

from sync.changes import Change, ChangeId
from sync.errors import DaftarError
from sync.frames import Block, changes_of
from sync.frames.container import seal
from sync.frames.packing import open_frame

EMPTIED: Final = seal(b"")
"""What stands in the place of a damaged frame that might have spoken of an erased record. To laptops it is a
frame that cannot be read, as it was before: they compare the records that were in it.
"""

_MARK: Final = 4
_LOG: Final = logging.getLogger("daftar.server")


def read_stored(frame: bytes, workspace: bytes, *, values: bool = True) -> Block | None:
    """The block of a stored frame; None, and a line in the log, where nothing can be read in it."""
    try:
        return open_frame(frame, workspace, values=values)
    except DaftarError as error:
        if frame != EMPTIED:
            told = "a stored frame of workspace %s cannot be read (%s): see daftar-server mend"
            _LOG.error(told, workspace.hex(), error.code)
        return None


def change_aside(stored: bytes, workspace: bytes) -> Change | None:
    """A change that was set aside; None, and a line in the log, where it cannot be read."""
    block = read_stored(stored, workspace)
    return None if block is None else next(iter(changes_of(block)), None)


def pack_effective(ids: Iterable[ChangeId], effective: Mapping[ChangeId, int]) -> bytes | None:
    """Position and stamp of each change that is merged on another stamp than its own."""
    if not effective:
        return None
    flat = [number for at, one in enumerate(ids) if one in effective for number in (at, effective[one])]
    return bytes(msgpack.packb(flat)) if flat else None


def unpack_effective(stored: bytes | None) -> dict[int, int]:
    """The stamps by position; none, and a line in the log, where the disk has damaged them."""
    if stored is None:
        return {}
    found = read_effective(stored)
    if found is None:
        _LOG.error("the stamps beside a stored frame cannot be read: see daftar-server mend")
    return found or {}


def read_effective(stored: bytes) -> dict[int, int] | None:
    """The stamps by position; None where nothing can be read in it."""
    try:
        flat = msgpack.unpackb(stored)
        if not all(type(number) is int for number in flat):
            return None
        return dict(zip(flat[::2], flat[1::2], strict=True))
    except (ValueError, TypeError, msgpack.UnpackException):
        return None


def mark_of(record: bytes) -> bytes:
    """A few bytes that stand for a record in the list of a frame of history; two records may share them."""
    return hashlib.blake2b(record, digest_size=_MARK).digest()


def may_tell(marks: bytes, record: bytes) -> bool:
    """Whether a frame with this list can speak of a record."""
    wanted = mark_of(record)
    return any(marks[at : at + _MARK] == wanted for at in range(0, len(marks), _MARK))
