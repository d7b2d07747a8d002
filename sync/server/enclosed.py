"""Attached files in bundles on the server: taken like those that come over the network, and given along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from sync.blobs import Span
from sync.bundles.files import cut_file, read_piece
from sync.bundles.layout import Entry
from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.blobs import Blobs
from sync.server.enrolment import Caller
from sync.server.files import BlobStore
from sync.server.settings import Settings
from sync.server.storage import Storage, blobs
from sync.server.storage.people import Reach
from sync.server.sweeping import named_files

UNNAMED: Final = "bundle_file_unnamed"
APART: Final = "bundle_file_apart"


class Enclosed:
    """Takes the files of one bundle, in the name of whoever made it."""

    def __init__(
        self,
        storage: Storage,
        open_files: Callable[[], BlobStore],
        caller: Caller,
        *,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._storage = storage
        self._open_files = open_files
        self._caller = caller
        self._clock = clock
        self._settings = settings
        self._blobs: Blobs | None = None
        self._named: dict[tuple[bytes, bytes], bool] = {}
        self.taken = 0

    def take(self, workspace: bytes, entry: Entry, data: bytes) -> str:
        """Keep a piece; the code of what stands in its way. With the last one the file is checked."""
        try:
            piece = read_piece(entry, data)
            if not self._is_named(workspace, piece.fingerprint):
                return UNNAMED
            files = self._files()
            if files.standing(self._caller, workspace, piece.fingerprint).size is not None:
                return ""
            span = Span(piece.start, piece.start + len(data), piece.total)
            self.taken += files.take(self._caller, workspace, piece.fingerprint, span, data).whole
        except DaftarError as error:
            return APART if error.code == "blob_gap" else error.code
        return ""

    def _files(self) -> Blobs:
        if self._blobs is None:
            store = self._open_files()
            self._blobs = Blobs(self._storage, store, clock=self._clock, settings=self._settings)
        return self._blobs

    def _is_named(self, workspace: bytes, fingerprint: bytes) -> bool:
        """Whether a record there names the file: nothing is ever ahead of its record."""
        key = (workspace, fingerprint)
        if key not in self._named:
            with self._storage.reading() as connection:
                self._named[key] = fingerprint in named_files(connection, workspace)
        return self._named[key]


def enclosed_pieces(
    connection: Connection,
    open_files: Callable[[], BlobStore],
    reaches: Sequence[Reach],
    *,
    limit: int,
    most: int | None,
) -> Iterator[tuple[Entry, bytes]]:
    """The files of workspaces, of at most `limit` bytes each, small ones first, `most` bytes together."""
    found = [
        (size, fingerprint, place, reach.workspace.id)
        for place, reach in enumerate(reaches if limit else ())
        for fingerprint, size, unnamed in blobs.held_files(connection, reach.workspace.id)
        if size <= limit and unnamed is None
    ]
    if not found:
        return
    store, spent = open_files(), 0
    for size, fingerprint, place, workspace in sorted(found):
        if most is not None and spent + size > most:
            return
        if store.size(workspace, fingerprint) != size:
            continue
        spent += size
        yield from cut_file(place, fingerprint, size, store.read(workspace, fingerprint, start=0, stop=size))
