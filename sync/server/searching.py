"""Looks for a text in the attached files of a workspace, and says which of them could not be looked into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection

from sync.errors import DaftarError
from sync.merge.files import ATTACHMENT, files_of_change, files_of_record
from sync.server.files import BlobStore
from sync.server.inside import DAMAGED, IsIn, NotLookedInto, says
from sync.server.refolding import UNREADABLE, renew_one
from sync.server.states import unpack_state
from sync.server.storage import blobs, erasures, journal
from sync.server.stored import change_aside

ABSENT: Final = "absent"
"""Why a file was not looked into: the database knows it, and the place for files does not have it."""
UNFINISHED: Final = "unfinished"
"""Only a part of it has come yet."""
_FOR_EVER: Final = 1 << 62


@dataclass(slots=True)
class Named:
    """The attachments that name a file, and what they call it."""

    records: set[bytes] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class File:
    """A file that says the text, or with `why` one that could not be looked into."""

    fingerprint: bytes
    size: int
    names: tuple[str, ...]
    records: tuple[bytes, ...]
    why: str = ""


def files_of(connection: Connection, workspace: bytes) -> list[File]:
    """Every file of a workspace, also one that has not come whole."""
    named = _named(connection, workspace)
    held = {fingerprint: size for fingerprint, size, _ in blobs.held_files(connection, workspace)}
    found = [_file(fingerprint, size, named, "") for fingerprint, size in sorted(held.items())]
    begun = {
        row.fingerprint: row.size
        for row in blobs.stale_uploads(connection, workspace, before=_FOR_EVER)
        if row.fingerprint not in held
    }
    return found + [
        _file(fingerprint, size, named, UNFINISHED) for fingerprint, size in sorted(begun.items())
    ]


def search_files(
    files: Iterable[File], store: BlobStore, workspace: bytes, is_in: IsIn, *, length: int
) -> Iterator[File]:
    """Those that say it, and with `why` those of which nobody knows."""
    for file in files:
        found, why = False, file.why
        if not why:
            found, why = _look(store, workspace, file.fingerprint, file.size, is_in=is_in, length=length)
        if found or why:
            yield replace(file, why=why)


def _file(fingerprint: bytes, size: int, named: dict[bytes, Named], why: str) -> File:
    known = named.get(fingerprint, Named())
    return File(fingerprint, size, tuple(sorted(known.names)), tuple(sorted(known.records)), why)


def _look(
    store: BlobStore, workspace: bytes, fingerprint: bytes, size: int, *, is_in: IsIn, length: int
) -> tuple[bool, str]:
    def read(start: int, stop: int) -> Iterator[bytes]:
        return store.read(workspace, fingerprint, start=start, stop=stop)

    try:
        there = store.size(workspace, fingerprint)
        if there is None:
            return False, ABSENT
        return (says(read, size, is_in, length=length), "") if there == size else (False, DAMAGED)
    except NotLookedInto as told:
        return False, told.why
    except DaftarError as error:
        if error.code != "blob_absent":
            raise
        return False, ABSENT


def _named(connection: Connection, workspace: bytes) -> dict[bytes, Named]:
    """Who names which file: attachments as they are, removed ones too, and changes that were set aside."""
    named: dict[bytes, Named] = {}

    def note(record: bytes, files: set[bytes], name: object) -> None:
        for fingerprint in files:
            one = named.setdefault(fingerprint, Named())
            one.records.add(record)
            one.names |= {name} if isinstance(name, str) else set()

    for record, kind, stored in erasures.records_of_kinds(connection, workspace, [ATTACHMENT]):
        try:
            state, _ = unpack_state(stored, workspace=workspace, kind=kind, record=record)
        except UNREADABLE:
            term = erasures.terms_of(connection, workspace, [record])[record]
            renewed = renew_one(connection, workspace, record, term=term)
            if renewed is None:
                continue
            state = renewed
        note(record, files_of_record(state), state.values.get("file_name") or state.values.get("title"))
    for row in (*journal.quarantine_of(connection, workspace), *journal.waiting(connection, workspace)):
        change = change_aside(bytes(row.change), workspace)
        if change is not None:
            note(change.record, files_of_change(change), change.writes.get("file_name"))
    return named
