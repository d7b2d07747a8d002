"""What laptops fetch beside a sync: snapshots, their pieces, and history; each only with access to it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from sync.changes import Change
from sync.errors import DaftarError
from sync.frames.packing import pack_changes
from sync.server.access import NONE
from sync.server.enrolment import Caller
from sync.server.origins import about
from sync.server.storage import Storage, archive, people
from sync.server.stored import may_tell, read_stored
from sync.wire.snapshots import HASH_BYTES, HistoryAnswer

_ID_BYTES: Final = 16


class Archive:
    """Answers by address. What is not there and what is not granted have the same answer."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def manifest(self, caller: Caller, workspace: str) -> bytes:
        """The manifest of the newest snapshot; raises `snapshot_missing`."""
        key = _unhex(workspace, _ID_BYTES)
        with self._storage.reading() as connection:
            found = None
            if key in _granted(connection, caller):
                found = archive.latest_snapshot(connection, key)
        if found is None:
            raise DaftarError("snapshot_missing")
        return bytes(found.manifest)

    def chunk(self, caller: Caller, address: str) -> bytes:
        """A piece of a snapshot of a workspace that the caller may enter; raises `chunk_missing`."""
        key = _unhex(address, HASH_BYTES)
        with self._storage.reading() as connection:
            for workspace in _granted(connection, caller):
                found = archive.read_chunk(connection, workspace, key)
                if found is not None:
                    return found
        raise DaftarError("chunk_missing")

    def history(self, caller: Caller, workspace: str, record: str) -> HistoryAnswer:
        """Every change of a record, oldest first; raises `history_missing` where there is none."""
        place, key = _unhex(workspace, _ID_BYTES), _unhex(record, _ID_BYTES)
        changes: list[Change] = []
        with self._storage.reading() as connection:
            if place in _granted(connection, caller):
                for stored, marks in archive.history_frames(connection, place):
                    if may_tell(marks, key):
                        changes += _about(stored.frame, place, key)
                for stored in archive.log_frames(connection, place):
                    changes += _about(stored.frame, place, key)
        if not changes:
            raise DaftarError("history_missing")
        return HistoryAnswer(tuple(frame for frame, _ in pack_changes(changes, level=9)))


def _about(frame: bytes, workspace: bytes, record: bytes) -> list[Change]:
    block = read_stored(frame, workspace)
    return [] if block is None else about(block, {record})


def _granted(connection: Connection, caller: Caller) -> list[bytes]:
    reaches = people.reaches(connection, person_id=caller.person_id, device=0)
    return [reach.workspace.id for reach in reaches if reach.role != NONE]


def _unhex(text: str, length: int) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != length:
        raise DaftarError("bad_request")
    return key
