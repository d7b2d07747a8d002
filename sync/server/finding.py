"""Looks for a text everywhere the server keeps people's words, so that what says it can be erased.

What is found is named by record and field, never shown: whoever looks for a person's data need not spread it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import msgpack
from sqlalchemy import Connection

from sync.changes import DELETED, Value
from sync.errors import DaftarError
from sync.frames import Block, Column, Group
from sync.merge.files import ATTACHMENT
from sync.merge.texts import import_into, open_document, read_text, text_of
from sync.server.files import BlobStore
from sync.server.origins import history
from sync.server.searching import File, files_of, search_files
from sync.server.states import unpack_state
from sync.server.storage import Storage, archive, journal, unread
from sync.server.storage.people import Workspace
from sync.server.stored import EMPTIED, change_aside, read_stored

LEAST: Final = 3
"""Fewer signs are in almost everything."""
_TEXT: Final = "t"
CONTENT: Final = "content"
"""What stands for a field where a file says it."""


class Where(StrEnum):
    """In what shows now, in an earlier value, in what was refused, in what waits for something else, and in
    the content of an attached file.
    """

    NOW = "now"
    HISTORY = "history"
    QUARANTINE = "quarantine"
    WAITING = "waiting"
    FILE = "file"


@dataclass(slots=True)
class Found:
    """One record that says the text, or once did: where, and in which fields."""

    kind: str
    record: bytes
    where: set[Where] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Search:
    """What one workspace says. `unread` counts what could not be looked into; `closed` are the files that
    could not, `loose` those that say it and that no record names.
    """

    workspace: Workspace
    found: tuple[Found, ...]
    unread: int
    closed: tuple[File, ...] = ()
    loose: tuple[File, ...] = ()


class Needle:
    """The text as it is compared: without regard to case, width, and kinds of white space."""

    def __init__(self, text: str) -> None:
        self._text = _folded(text)
        if len(self._text) < LEAST:
            raise DaftarError("text_short", least=LEAST)
        words = {text, text.lower(), text.upper(), text.title()}
        self.length = len(self._text)
        self._raw = {unicodedata.normalize("NFC", word).encode() for word in words}

    def is_in(self, text: str) -> bool:
        return self._text in text.casefold() or self._text in _folded(text)

    def is_in_value(self, value: object) -> bool:
        return isinstance(value, str) and self.is_in(value)

    def is_in_bytes(self, update: bytes) -> bool:
        """Whether an update of a long text says it, though it was taken out again at once."""
        return any(raw in update for raw in self._raw)


def find(storage: Storage, place: Workspace, needle: Needle, *, store: BlobStore | None = None) -> Search:
    """Everything of one workspace, with the database standing still; with a `store`, its files too."""
    with storage.still() as connection:
        looking = _Looking(connection, place.id, needle)
        looking.at_states()
        looking.at_history()
        looking.at_aside()
        files = files_of(connection, place.id) if store is not None else []
    if store is not None:
        # That may take long, and files never change.
        looking.at_files(files, store)
    ordered = sorted(looking.found.values(), key=lambda one: (one.kind, one.record))
    return Search(place, tuple(ordered), looking.unread, tuple(looking.closed), tuple(looking.loose))


class _Looking:
    def __init__(self, connection: Connection, workspace: bytes, needle: Needle) -> None:
        self._connection = connection
        self._workspace = workspace
        self._needle = needle
        self._texts: dict[tuple[str, bytes, str], list[bytes]] = {}
        """The updates of each long text, in the server's order."""
        self.found: dict[bytes, Found] = {}
        self.unread = 0
        self.closed: list[File] = []
        self.loose: list[File] = []

    def _note(self, kind: str, record: bytes, where: Where, name: str) -> None:
        found = self.found.setdefault(record, Found(kind, record))
        found.where.add(where)
        found.fields.add(name)

    def at_states(self) -> None:
        documents = archive.documents_of(self._connection, self._workspace)
        for row in archive.records_of(self._connection, self._workspace):
            try:
                state, _ = unpack_state(row.state, workspace=self._workspace, kind=row.kind, record=row.id)
                texts = {name: read_text(one) for name, one in documents.get(row.id, {}).items()}
            except (ValueError, TypeError, KeyError, msgpack.UnpackException, DaftarError):
                self.unread += 1
                continue
            heads = {key: [head.value for head in register.heads] for key, register in state.heads.items()}
            told: list[tuple[str, Value]] = [*state.values.items(), *texts.items()]
            told += [(key, value) for key, values in heads.items() for value in values]
            self._look(row.kind, row.id, Where.NOW, told)

    def at_history(self) -> None:
        for frame in history(self._connection, self._workspace):
            block = read_stored(frame, self._workspace)
            if block is not None:
                self._look_at_block(block)
            elif frame != EMPTIED:
                self.unread += 1
        for (kind, record, name), updates in self._texts.items():
            if self._said(updates):
                self._note(kind, record, Where.HISTORY, name)

    def _look_at_block(self, block: Block) -> None:
        for group in block.groups:
            for column in () if group.hole else group.columns:
                self._look_at_column(group, column)

    def _look_at_column(self, group: Group, column: Column) -> None:
        rows = range(len(group.records)) if column.rows is None else column.rows
        for at, (row, value) in enumerate(zip(rows, column.values, strict=True)):
            record = group.records[row]
            if column.merge == _TEXT:
                if isinstance(value, bytes):
                    self._texts.setdefault((group.kind, record, column.name), []).append(value)
                continue
            member = "" if column.keys is None else column.keys[at]
            if self._needle.is_in_value(value) or (member and self._needle.is_in(member)):
                self._note(group.kind, record, Where.HISTORY, column.name)

    def _said(self, updates: Iterable[bytes]) -> bool:
        """Whether a long text said it at any time: as it read behind each update, or inside of one."""
        document = open_document()
        for update in updates:
            if self._needle.is_in_bytes(update):
                return True
            try:
                import_into(document, update)
            except DaftarError:
                self.unread += 1
                continue
            if self._needle.is_in(text_of(document)):
                return True
        return False

    def at_aside(self) -> None:
        places = (
            (Where.QUARANTINE, journal.quarantine_of(self._connection, self._workspace, repeated=True)),
            (Where.WAITING, journal.waiting(self._connection, self._workspace)),
        )
        for where, rows in places:
            for row in rows:
                change = change_aside(bytes(row.change), self._workspace)
                if change is not None:
                    self._look(change.kind, change.record, where, _readable(change.writes))
                elif bytes(row.change) != EMPTIED:
                    self.unread += 1
        self.unread += len(unread.frames_kept(self._connection, self._workspace))

    def at_files(self, files: Iterable[File], store: BlobStore) -> None:
        needle = self._needle
        for file in search_files(files, store, self._workspace, needle.is_in, length=needle.length):
            if file.why:
                self.closed.append(file)
                continue
            for record in file.records:
                self._note(ATTACHMENT, record, Where.FILE, CONTENT)
            if not file.records:
                self.loose.append(file)

    def _look(self, kind: str, record: bytes, where: Where, told: Iterable[tuple[str, Any]]) -> None:
        for key, value in told:
            name, _, member = key.partition("/")
            raw = isinstance(value, bytes) and self._needle.is_in_bytes(value)
            if raw or self._needle.is_in_value(value) or (member and self._needle.is_in(member)):
                self._note(kind, record, where, name)


def _readable(writes: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """What was typed; of a long text, how its update reads by itself, and its bytes."""
    for key, value in writes.items():
        if key == DELETED:
            continue
        yield key, value
        if isinstance(value, bytes):
            try:
                yield key, read_text(value)
            except DaftarError:
                continue


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
