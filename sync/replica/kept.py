"""Long texts as the laptop stores them: compressed, because the text is in the record's table once more.

Rows that an earlier version wrote are plain; a compressed one is known by how it begins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_LEVEL: Final = 1


def keep_texts(snapshots: Iterable[bytes]) -> list[bytes]:
    """Documents as they are stored; what is very small stays as it is."""
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    kept = []
    for snapshot in snapshots:
        packed = compressor.compress(snapshot, mode=zstd.ZstdCompressor.FLUSH_FRAME)
        kept.append(packed if len(packed) < len(snapshot) else snapshot)
    return kept


def keep_text(snapshot: bytes) -> bytes:
    """One document as it is stored."""
    return keep_texts([snapshot])[0]


def kept_text(stored: bytes) -> bytes:
    """The document again."""
    return zstd.decompress(stored) if stored.startswith(_MAGIC) else stored
