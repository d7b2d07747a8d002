"""Frames as the server stores them: one that the disk has damaged is told, and stops nothing."""

from __future__ import annotations

import logging
from typing import Final

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import Block, changes_of
from sync.frames.container import seal
from sync.frames.packing import open_frame

EMPTIED: Final = seal(b"")
"""What stands in the place of a damaged frame that might have spoken of an erased record. To laptops it is a
frame that cannot be read, as it was before: they compare the records that were in it.
"""

_LOG: Final = logging.getLogger("daftar.server")


def read_stored(frame: bytes, workspace: bytes, *, values: bool = True) -> Block | None:
    """The block of a stored frame; None, and a line in the log, where nothing can be read in it."""
    try:
        return open_frame(frame, workspace, values=values)
    except DaftarError as error:
        if frame != EMPTIED:
            told = "a stored frame of workspace %s cannot be read (%s): restore it from a backup"
            _LOG.error(told, workspace.hex(), error.code)
        return None


def change_aside(stored: bytes, workspace: bytes) -> Change | None:
    """A change that was set aside; None, and a line in the log, where it cannot be read."""
    block = read_stored(stored, workspace)
    return None if block is None else next(iter(changes_of(block)), None)
