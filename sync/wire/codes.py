"""Codes in answers that a laptop acts on, beyond telling them."""

from __future__ import annotations

from typing import Final

FRAME_REFUSED: Final = "frame_refused"
"""The server could not read a pushed frame; the `dseq` beside it is the one the frame began with."""

FRAME_REFUSED_NEWER: Final = "frame_refused_newer"
"""It is of a later version than the server."""
