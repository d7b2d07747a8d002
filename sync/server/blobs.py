"""Files of workspaces: taken piece by piece, checked before they count, given out to those who may read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.blobs import Span, parse_wish
from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.access import NOT_GRANTED, OFFICER, READER, ROLE_TOO_LOW, at_least
from sync.server.enrolment import Caller
from sync.server.files import BlobStore
from sync.server.settings import DAY_MS, Settings
from sync.server.storage import Storage, blobs, journal, people
from sync.server.storage.blobs import Upload
from sync.server.sweeping import refuse_erased
from sync.wire.blobs import Kept


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is: its size where the workspace holds it whole, else what came from this laptop."""

    size: int | None
    received: int


class Blobs:
    """Use cases of files. A file is known only inside the workspaces that hold it."""

    def __init__(self, storage: Storage, store: BlobStore, *, clock: Clock, settings: Settings) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock
        self._settings = settings

    def standing(self, caller: Caller, workspace: bytes, fingerprint: bytes) -> Standing:
        """How far a file is; of a workspace that is not granted as if nothing were there."""
        with self._storage.reading() as connection:
            role = self._role(connection, caller, workspace)
            if not at_least(role, READER):
                return Standing(None, 0)
            size = self._held(connection, workspace, fingerprint)
            known = blobs.find_upload(connection, workspace, fingerprint, caller.installation_id)
        if size is not None or known is None:
            return Standing(size, 0)
        return Standing(None, min(known.size, self._received(caller, workspace, fingerprint)))

    def read(
        self, caller: Caller, workspace: bytes, fingerprint: bytes, *, wish: str
    ) -> tuple[Span, Iterator[bytes]]:
        """The bytes that were wished for; `blob_absent` where the caller has no such file."""
        with self._storage.reading() as connection:
            role = self._role(connection, caller, workspace)
            size = blobs.find_blob(connection, workspace, fingerprint) if at_least(role, READER) else None
        if size is None:
            raise DaftarError("blob_absent")
        span = parse_wish(wish, total=size)
        return span, self._store.read(workspace, fingerprint, start=span.start, stop=span.stop)

    def take(self, caller: Caller, workspace: bytes, fingerprint: bytes, span: Span, data: bytes) -> Kept:
        """Keep a piece, or as much of it as arrived; with the last one the file is checked and counts.

        Raises `blob_gap` with what is kept where the piece does not follow it, and `blob_differs` where the
        whole content is not what its name says: then nothing is kept of it.
        """
        if span.total > self._settings.file_bytes:
            raise DaftarError("file_too_large", bytes=self._settings.file_bytes)
        if len(data) > span.length:
            raise DaftarError("bad_blob")
        coming = Upload(fingerprint, caller.installation_id, span.total, self._clock.now_ms())
        if self._begin(caller, workspace, coming):
            self._store.discard(workspace, fingerprint, caller.installation_id)
            return Kept(span.total, whole=True)
        received = self._received(caller, workspace, fingerprint)
        if received > span.total:
            # Left over from an upload that was struck off.
            self._store.discard(workspace, fingerprint, caller.installation_id)
            raise DaftarError("blob_gap", received=0)
        if span.start > received:
            raise DaftarError("blob_gap", received=received)
        # What came before a cut comes again with the next piece.
        fresh = data[received - span.start :]
        if fresh:
            self._store.append(workspace, fingerprint, caller.installation_id, offset=received, data=fresh)
            received += len(fresh)
        if received < span.total:
            return Kept(received, whole=False)
        self._finish(caller, workspace, coming)
        return Kept(span.total, whole=True)

    def _begin(self, caller: Caller, workspace: bytes, coming: Upload) -> bool:
        """Note an upload under way; true where the workspace holds the file already."""
        stale: list[Upload] = []

        def work(connection: Connection) -> bool:
            stale.clear()
            role = self._role(connection, caller, workspace)
            if not at_least(role, READER):
                raise DaftarError(NOT_GRANTED)
            if not at_least(role, OFFICER):
                raise DaftarError(ROLE_TOO_LOW)
            known = blobs.find_upload(connection, workspace, coming.fingerprint, coming.installation_id)
            if known is None:
                # Whoever removes files looks, under this lock, for those that are on their way.
                journal.lock_head(connection, workspace)
            if self._held(connection, workspace, coming.fingerprint) is not None:
                blobs.drop_upload(connection, workspace, coming)
                return True
            if known is None:
                refuse_erased(connection, workspace, coming.fingerprint)
                stale.extend(self._expired(connection, workspace))
                held = blobs.held_bytes(connection, workspace)
                if held + coming.size > self._settings.files_bytes:
                    raise DaftarError("files_full", bytes=self._settings.files_bytes)
            elif known.size != coming.size:
                raise DaftarError("bad_blob")
            blobs.put_upload(connection, workspace, coming)
            return False

        done = self._storage.writing(work)
        for one in stale:
            self._store.discard(workspace, one.fingerprint, one.installation_id)
        return done

    def _expired(self, connection: Connection, workspace: bytes) -> list[Upload]:
        """Strike off uploads that nobody went on with, before their room is counted."""
        before = self._clock.now_ms() - self._settings.upload_days * DAY_MS
        stale = blobs.stale_uploads(connection, workspace, before=before)
        for one in stale:
            blobs.drop_upload(connection, workspace, one)
        return stale

    def _finish(self, caller: Caller, workspace: bytes, coming: Upload) -> None:
        """Check everything, then make the file, then let it count: a crash between is made good."""
        sender = caller.installation_id
        kept = self._store.received(workspace, coming.fingerprint, sender)
        if kept or self._store.size(workspace, coming.fingerprint) is None:
            digest = hashlib.sha256()
            for block in self._store.part(workspace, coming.fingerprint, sender):
                digest.update(block)
            if digest.digest() != coming.fingerprint:
                self._store.discard(workspace, coming.fingerprint, sender)
                self._storage.writing(lambda connection: blobs.drop_upload(connection, workspace, coming))
                raise DaftarError("blob_differs")
        self._store.complete(workspace, coming.fingerprint, sender)

        def work(connection: Connection) -> None:
            blobs.put_blob(
                connection,
                workspace,
                coming.fingerprint,
                size=coming.size,
                person_id=caller.person_id,
                at=coming.touched,
            )
            blobs.drop_upload(connection, workspace, coming)

        try:
            self._storage.writing(work)
        except IntegrityError:
            # Another laptop sent the same file in this moment.
            self._storage.writing(work)

    def _held(self, connection: Connection, workspace: bytes, fingerprint: bytes) -> int | None:
        """The size of a file that is held; one that was about to be removed may be gone already."""
        size = blobs.find_blob(connection, workspace, fingerprint)
        if size is not None and blobs.is_unnamed(connection, workspace, fingerprint):
            return size if self._store.size(workspace, fingerprint) is not None else None
        return size

    def _received(self, caller: Caller, workspace: bytes, fingerprint: bytes) -> int:
        """What is kept of a file; all of it where only its row is missing, as after a crash."""
        kept = self._store.received(workspace, fingerprint, caller.installation_id)
        return kept or self._store.size(workspace, fingerprint) or 0

    def _role(self, connection: Connection, caller: Caller, workspace: bytes) -> str:
        return people.role_now(
            connection,
            person_id=caller.person_id,
            workspace_id=workspace,
            installation_id=caller.installation_id,
        )
