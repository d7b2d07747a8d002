"""Reading a bundle: first who made it, then what is in it, then piece by piece, in little memory.

Nothing is made for a length before it was checked against a cap, and nothing is decrypted, decompressed or
believed before the signature and the hashes hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final

from sync.bundles.cards import NOBODY
from sync.bundles.keys import PublicKeys, SecretKeys
from sync.bundles.layout import HEAD_CAP, LENGTH, MAGIC, Entry, Head, Manifest
from sync.bundles.notes import Notes
from sync.bundles.sealing import ContentKey, digest_of, unwrap
from sync.errors import DaftarError
from sync.frames.strand import SIGNATURE

_SKIPPED: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; `data` is None where it is damaged or missing, with the code that says so."""

    entry: Entry
    data: bytes | None
    code: str = ""


class BundleFile:
    """One volume, read from a file from front to back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            raise DaftarError("bundle_cut" if MAGIC.startswith(magic) and magic else "bundle_unknown")
        length = int.from_bytes(self._take(LENGTH))
        if length > HEAD_CAP:
            raise DaftarError("bundle_damaged")
        packed = self._take(length)
        self.head = Head.read(packed)
        signature = self._take(SIGNATURE)
        if not self.head.card.keys.has_signed(signature, Head.said(packed)):
            raise DaftarError("bundle_forged")
        self._key: ContentKey | None = None
        self._entries: tuple[Entry, ...] = ()

    def confirmed_by(self, server: PublicKeys | None) -> str:
        """Who confirms that the maker is who it says: see `Card.confirmed_by`."""
        card = self.head.card
        if server is not None and card.keys == server:
            return "server"
        return card.confirmed_by(server)

    def insist_on(self, server: PublicKeys | None, *, fingerprint: str = "") -> str:
        """Raise `bundle_untrusted` where nobody confirms the maker; a compared fingerprint does."""
        trust = self.confirmed_by(server)
        known = self.head.card.keys.fingerprint
        if trust == NOBODY and fingerprint.upper().replace(" ", "") != known:
            raise DaftarError("bundle_untrusted", fingerprint=known, name=self.head.card.person)
        return trust

    def open(self, keys: Iterable[SecretKeys] = (), *, code: str = "") -> tuple[Manifest, Notes]:
        """The manifest, by one of these keys or by a code.

        Raises `bundle_not_for_you`, `bundle_code_wrong`, `bundle_code_needed`, `bundle_damaged`.
        """
        head = self.head
        if code and head.lock is not None:
            self._key = ContentKey(head.bundle, head.lock.open(code))
        else:
            try:
                self._key = unwrap(head.bundle, head.recipients, keys)
            except DaftarError as error:
                if error.code == "bundle_not_for_you" and head.lock is not None:
                    raise DaftarError("bundle_code_needed") from error
                raise
        sealed = self._take(head.manifest_size)
        if digest_of(sealed) != head.manifest_hash:
            raise DaftarError("bundle_damaged")
        manifest = Manifest.read(self._key.open(sealed, 0))
        self._entries = manifest.entries
        if head.first_piece + head.pieces > len(manifest.entries):
            raise DaftarError("bundle_damaged")
        notes = Notes.read(manifest.notes)
        if any(entry.place >= max(1, len(notes.places)) for entry in manifest.entries):
            raise DaftarError("bundle_damaged")
        return manifest, notes

    def pieces(self) -> Iterator[Piece]:
        """Every piece of this volume; a damaged one is said to be, and the next one is read all the same."""
        assert self._key is not None
        first, cut = self.head.first_piece, False
        for at in range(first, first + self.head.pieces):
            entry = self._entries[at]
            sealed = b"" if cut else self._file.read(entry.size)
            if len(sealed) < entry.size:
                cut = True
                yield Piece(entry, None, "bundle_cut")
            elif digest_of(sealed) != entry.hash:
                yield Piece(entry, None, "bundle_damaged")
            else:
                yield Piece(entry, self._key.open(sealed, at + 1))

    def _take(self, length: int) -> bytes:
        data = self._file.read(length)
        if len(data) < length:
            raise DaftarError("bundle_cut")
        return data
