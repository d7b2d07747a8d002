"""Keeps codes, ranges and names together when they stand in a sentence of the other direction."""

from __future__ import annotations

import unicodedata

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"


def isolate(text: str) -> str:
    """Wrap a text so that its neighbours cannot reorder it: without, `25+` is shown as `+25` in Arabic.

    What holds no letter of a right-to-left script runs left to right, numbers and signs included; the
    rest runs as its first letter does.
    """
    mirrored = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
    return f"{_FIRST_STRONG if mirrored else _LEFT_TO_RIGHT}{text}{_POP}"
