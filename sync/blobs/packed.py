"""How much of a packed document is read before it is refused: far above any, far below a bomb."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 64 << 20
UNPACKED_BYTES: Final = 256 << 20
PARTS: Final = 5_000
