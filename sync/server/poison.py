"""Tells what is wrong with what somebody sent from what is wrong with the machine."""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy.exc import DataError, SQLAlchemyError

from sync.errors import DaftarError

POISON: Final = "frame_poison"
"""The code of what the server itself failed on; its log says how."""

_LOG: Final = logging.getLogger("daftar.server")


def code_of(error: Exception) -> str:
    """The code under which one frame is refused, so that the others go on; raises what is nobody's poison."""
    if isinstance(error, DaftarError):
        return error.code
    machine = isinstance(error, SQLAlchemyError) and not isinstance(error, DataError)
    if machine or isinstance(error, OSError | MemoryError):
        raise error
    _LOG.error("a frame cannot be taken", exc_info=error)
    return POISON
