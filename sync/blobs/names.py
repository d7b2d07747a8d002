"""A file is named by the SHA-256 of its plain content, so that it can be checked wherever it lies."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from sync.errors import DaftarError

BLOB_LIMIT: Final = 200 * 1024 * 1024
"""The largest file that travels."""

EMPTY: Final = hashlib.sha256(b"").digest()

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_PLACE: Final = "/v1/blobs/"


def parse_name(text: str) -> bytes:
    """The fingerprint in a name; raises `bad_blob`."""
    if not _NAME.fullmatch(text):
        raise DaftarError("bad_blob")
    return bytes.fromhex(text)


def blob_name(fingerprint: bytes) -> str:
    return fingerprint.hex()


def blob_path(fingerprint: bytes, *, workspace: bytes) -> str:
    """Where a file of a workspace is asked for."""
    return f"{_PLACE}{fingerprint.hex()}?workspace={workspace.hex()}"
