"""Frames as the server stores them: one that the disk has damaged is told, and stops nothing."""

from __future__ import annotations

import logging
from typing import Final

from sync.errors import DaftarError
from sync.frames import Block
from sync.frames.packing import open_frame

_LOG: Final = logging.getLogger("daftar.server")


def read_stored(frame: bytes, workspace: bytes, *, values: bool = True) -> Block | None:
    """The block of a stored frame; None, and a line in the log, where nothing can be read in it."""
    try:
        return open_frame(frame, workspace, values=values)
    except DaftarError as error:
        told = "a stored frame of workspace %s cannot be read (%s): restore it from a backup"
        _LOG.error(told, workspace.hex(), error.code)
        return None
