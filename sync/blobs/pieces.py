"""How much of a file is sent in one request: little at first, more while requests end quickly."""

from __future__ import annotations

from typing import Final

BLOCK: Final = 64 * 1024
"""What is read, hashed or written at once, on every side."""

SMALLEST_PIECE: Final = 16 * 1024
FIRST_PIECE: Final = 128 * 1024
LARGEST_PIECE: Final = 4 * 1024 * 1024
_QUICK_S: Final = 2.0
_SLOW_S: Final = 8.0


class PieceSize:
    """Doubles after a quick request, halves after a slow or a broken one."""

    def __init__(self) -> None:
        self.bytes = FIRST_PIECE

    def done(self, *, seconds: float) -> None:
        if seconds < _QUICK_S:
            self.bytes = min(LARGEST_PIECE, self.bytes * 2)
        elif seconds > _SLOW_S:
            self.cut()

    def cut(self) -> None:
        self.bytes = max(SMALLEST_PIECE, self.bytes // 2)
