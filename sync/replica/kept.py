"""Long texts as the laptop stores them: small, because the text is in the record's table once more.

Of a new text, what the table says is left out of its document, and a digest tells that it fits again; others
are compressed. Rows that an earlier version wrote are plain; the others are known by how they begin.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from collections.abc import Iterable
from typing import Final

from sync.errors import DaftarError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_LEVEL: Final = 1
_CUT: Final = b"\x00cut"
_CUT_HEAD: Final = struct.Struct("<4sI8s")
"""Mark, where the text was, digest of the whole document."""
_WORTH: Final = 32
"""Shorter texts are not worth being cut out."""


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


def keep_first(document: bytes, text: str) -> bytes:
    """A document as it is stored beside a row that holds its text."""
    told = text.encode()
    at = document.find(told) if len(told) >= _WORTH else -1
    if at < 0:
        return keep_text(document)
    head = _CUT_HEAD.pack(_CUT, at, _digest(document))
    return head + document[:at] + document[at + len(told) :]


def is_cut(stored: bytes) -> bool:
    """Whether a stored document needs the text of its row to be read."""
    return stored.startswith(_CUT)


def kept_text(stored: bytes, text: str | None = None) -> bytes:
    """The document again; `text` is what the row says, for one that was cut.

    Raises `DaftarError("bad_text")` where the two do not fit, or the document is damaged.
    """
    if is_cut(stored):
        return _joined(stored, text)
    if not stored.startswith(_MAGIC):
        return stored
    try:
        return zstd.decompress(stored)
    except zstd.ZstdError as error:
        raise DaftarError("bad_text") from error


def _joined(stored: bytes, text: str | None) -> bytes:
    if len(stored) < _CUT_HEAD.size:
        raise DaftarError("bad_text")
    _, at, digest = _CUT_HEAD.unpack_from(stored)
    rest = stored[_CUT_HEAD.size :]
    document = rest[:at] + (text or "").encode() + rest[at:]
    if _digest(document) != digest:
        raise DaftarError("bad_text")
    return document


def _digest(document: bytes) -> bytes:
    return hashlib.blake2b(document, digest_size=8).digest()
