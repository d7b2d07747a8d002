"""Making a bundle: pieces are sealed into a temporary file as they come, then the volumes are made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import IO, Final

from sync.bundles.cards import Card
from sync.bundles.keys import PublicKeys, SecretKeys
from sync.bundles.layout import HASH, LENGTH, MAGIC, MOST_PIECES, Entry, Head, Manifest
from sync.bundles.notes import Notes
from sync.bundles.sealing import ContentKey, digest_of
from sync.errors import DaftarError
from sync.frames.strand import SIGNATURE

FAT32: Final = 4 * 1024**3 - 1
MAIL: Final = 20 * 1000 * 1000
SMALLEST: Final = 256 * 1024
_IN_MEMORY: Final = 4 * 1024 * 1024
_COPIED: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about a bundle but its pieces. `server` is the mark of the programme's server."""

    kind: str
    made_ms: int
    card: Card
    keys: SecretKeys
    notes: Notes
    recipients: tuple[PublicKeys, ...] = ()
    code: str = ""
    server: bytes = b""
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: the files' sizes, in order."""

    bundle: bytes
    sizes: tuple[int, ...]
    changes: int
    pieces: int


OpenVolume = Callable[[int, int], AbstractContextManager[IO[bytes]]]
"""(volume, volumes) -> a new file to write it to; it is closed when it is whole."""


def write_bundle(
    draft: Draft,
    pieces: Iterable[tuple[Entry, bytes]],
    open_volume: OpenVolume,
    *,
    draw: Callable[[int], bytes],
    split: int = FAT32,
) -> Made:
    """Seal the pieces and write the volumes, each of at most `split` bytes.

    Raises `bundle_too_large` for more pieces than one bundle holds, and `bundle_split_small` where not even
    one piece fits a volume.
    """
    if split < SMALLEST:
        raise DaftarError("bundle_split_small", bytes=SMALLEST)
    key = ContentKey.draw(draw(16))
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        entries = _seal_all(key, pieces, spool)
        manifest = key.seal(Manifest(draft.notes.pack(), tuple(entries)).pack(), 0)
        head = _head(draft, key, manifest)
        parts = list(_cut(entries, split, fixed=_fixed(head, manifest)))
        spool.seek(0)
        sizes = []
        for number, (first, count) in enumerate(parts, 1):
            volume = replace(head, volume=number, volumes=len(parts), first_piece=first, pieces=count)
            length = sum(one.size for one in entries[first : first + count])
            with open_volume(number, len(parts)) as file:
                start = _start(volume, draft.keys, manifest)
                file.write(start)
                _copy(spool, file, length)
            sizes.append(len(start) + length)
    return Made(key.bundle, tuple(sizes), draft.changes, len(entries))


def _seal_all(key: ContentKey, pieces: Iterable[tuple[Entry, bytes]], spool: IO[bytes]) -> list[Entry]:
    entries: list[Entry] = []
    for entry, piece in pieces:
        if len(entries) >= MOST_PIECES:
            raise DaftarError("bundle_too_large")
        sealed = key.seal(piece, len(entries) + 1)
        spool.write(sealed)
        entries.append(replace(entry, size=len(sealed), hash=digest_of(sealed)))
    return entries


def _head(draft: Draft, key: ContentKey, manifest: bytes) -> Head:
    wrapped = tuple((one.mark, key.wrap(one)) for one in draft.recipients)
    return Head(
        draft.kind,
        key.bundle,
        draft.made_ms,
        1,
        1,
        draft.card,
        draft.server,
        draft.changes,
        len(draft.notes.places),
        wrapped,
        key.lock(draft.code) if draft.code else None,
        len(manifest),
        digest_of(manifest),
        0,
        0,
    )


def _fixed(head: Head, manifest: bytes) -> int:
    """The bytes of a volume before its pieces, at most."""
    room_for_numbers = 32
    return len(MAGIC) + LENGTH + len(head.pack()) + room_for_numbers + SIGNATURE + len(manifest) + HASH


def _cut(entries: Sequence[Entry], split: int, *, fixed: int) -> Iterator[tuple[int, int]]:
    first, size = 0, fixed
    for at, entry in enumerate(entries):
        if fixed + entry.size > split:
            raise DaftarError("bundle_split_small", bytes=fixed + entry.size)
        if size + entry.size > split:
            yield first, at - first
            first, size = at, fixed
        size += entry.size
    yield first, len(entries) - first


def _start(head: Head, keys: SecretKeys, manifest: bytes) -> bytes:
    packed = head.pack()
    signature = keys.sign(Head.said(packed))
    return b"".join([MAGIC, len(packed).to_bytes(LENGTH), packed, signature, manifest])


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length:
        part = source.read(min(_COPIED, length))
        target.write(part)
        length -= len(part)
