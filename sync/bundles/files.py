"""Attached files in a bundle: pieces behind all records, each saying of which file and from which byte on.

A file is named by the SHA-256 of its content, which stands where other pieces have a signature; `first` is
the byte that a piece begins with, `last` how long the whole file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sync.blobs import BLOB_LIMIT
from sync.bundles.layout import Entry, PieceKind
from sync.errors import DaftarError
from sync.frames.strand import SIGNATURE

PIECE: Final = 128 * 1024
FINGERPRINT: Final = 32


@dataclass(frozen=True, slots=True)
class FilePiece:
    """Some bytes of one file."""

    place: int
    fingerprint: bytes
    start: int
    total: int
    data: bytes

    @property
    def is_last(self) -> bool:
        return self.start + len(self.data) >= self.total


def cut_file(
    place: int, fingerprint: bytes, size: int, blocks: Iterable[bytes]
) -> Iterator[tuple[Entry, bytes]]:
    """The pieces of a file; an empty one has one too."""
    held, at = bytearray(), 0
    for block in blocks:
        held += block
        while len(held) >= PIECE:
            yield _entry(place, fingerprint, at, size), bytes(held[:PIECE])
            del held[:PIECE]
            at += PIECE
    if held or not at:
        yield _entry(place, fingerprint, at, size), bytes(held)


def read_piece(entry: Entry, data: bytes) -> FilePiece:
    """What a piece of a file is; raises `bundle_damaged` where it cannot be one."""
    fingerprint = entry.signature[:FINGERPRINT]
    if entry.last > BLOB_LIMIT or entry.first + len(data) > entry.last or (entry.last and not data):
        raise DaftarError("bundle_damaged")
    return FilePiece(entry.place, fingerprint, entry.first, entry.last, data)


def files_in(entries: Iterable[Entry]) -> tuple[int, int]:
    """How many files a manifest lists, and how long they are together."""
    sizes = {
        (one.place, one.signature[:FINGERPRINT]): one.last for one in entries if one.kind is PieceKind.BLOB
    }
    return len(sizes), sum(sizes.values())


def _entry(place: int, fingerprint: bytes, start: int, size: int) -> Entry:
    return Entry(PieceKind.BLOB, place, 0, start, size, signature=fingerprint.ljust(SIGNATURE, b"\0"))
