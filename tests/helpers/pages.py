"""Decrypts the pages of a SQLCipher database as they lie on the disk, free ones and those of the log too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
_RESERVED = 80
"""Of each page: 16 bytes of initialisation vector and 64 of authentication code."""
_SALT = 16
_LOG_HEADER, _FRAME_HEADER = 32, 24
_COPY = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"


def plain_pages(database: Path, *, key: bytes, folder: Path) -> bytes:
    """Every page of the file and of its write-ahead log, decrypted one after the other."""
    folder.mkdir(exist_ok=True)
    found = []
    for name in (database.name, f"{database.name}-wal"):
        source, copy = database.with_name(name), folder / name
        if source.exists():
            # Another process reads: opening and closing the file here would drop the locks of this one.
            subprocess.run([sys.executable, "-c", _COPY, str(source), str(copy)], check=True)
            pages = _log_pages(copy.read_bytes()) if name.endswith("-wal") else _pages(copy.read_bytes())
            found += [_decrypt(number, page, key) for number, page in pages]
    shutil.rmtree(folder)
    return b"".join(found)


def _pages(data: bytes) -> Iterator[tuple[int, bytes]]:
    assert len(data) % PAGE == 0
    for at in range(0, len(data), PAGE):
        yield at // PAGE + 1, data[at : at + PAGE]


def _log_pages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Also those behind the end of the newest transaction, which an older, longer log left there."""
    for at in range(_LOG_HEADER, len(data) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
        number = int.from_bytes(data[at : at + 4])
        yield number, data[at + _FRAME_HEADER : at + _FRAME_HEADER + PAGE]


def _decrypt(number: int, page: bytes, key: bytes) -> bytes:
    begin = _SALT if number == 1 else 0
    vector = page[PAGE - _RESERVED : PAGE - _RESERVED + 16]
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(page[begin : PAGE - _RESERVED]) + cipher.finalize()
