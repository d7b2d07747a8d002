"""A long text open in an editor: what is typed merges with what arrives, and nothing of either is lost.

The editor speaks in UTF-16 units, as Qt does. What was typed leaves as updates of the merged document; what
others wrote comes back as patches to apply to the editor where its caret stands.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import loro

from desktop.store.rows import Row
from sync.changes import Edit
from sync.errors import DaftarError
from sync.merge.texts import import_into, open_document, snapshot_of, text_of, version_of

_NAME: Final = "text"
_UNIT: Final = "utf-16-le"
_MERGE_MS: Final = 600
_LOW_FIRST, _LOW_LAST = 0xDC00, 0xDFFF


@dataclass(frozen=True, slots=True)
class Patch:
    """One stretch of the editor's text that is replaced; position and length in UTF-16 units."""

    position: int
    removed: int
    inserted: str


class OpenNotes:
    """One text while it is open. It starts from the stored document, and a draft that was left behind.

    Every object edits under a peer of its own, so that two windows, or a window after a crash, never
    write under one name.
    """

    def __init__(self, snapshot: bytes | None = None, *, draft: str = "") -> None:
        self._stored = open_document(snapshot)
        self._document = open_document(snapshot)
        if draft:
            import_into(self._document, _unpack(draft))
        self._undo = loro.UndoManager(self._document)
        self._undo.set_merge_interval(_MERGE_MS)
        self._units = bytearray(_encode(text_of(self._document)))
        self._leaving: bytes | None = None

    @property
    def text(self) -> str:
        return self._units.decode(_UNIT)

    # What is typed here

    def edit(self, position: int, removed: int, inserted: str) -> None:
        """What the person did in the editor: at a place, so much taken away and this put in."""
        clean = _clean(inserted)
        whole = self._splits_pair(position) or self._splits_pair(position + removed)
        self._units[2 * position : 2 * (position + removed)] = _encode(clean)
        text = self._document.get_text(_NAME)
        if whole:
            # Half a character cannot be addressed in the document; the smallest edit is found instead.
            self._units = bytearray(_encode(self._units.decode(_UNIT, "replace")))
            text.update(self.text)
        else:
            if removed:
                text.delete_utf16(position, removed)
            if clean:
                text.insert_utf16(position, clean)
        self._document.commit()

    def _splits_pair(self, at: int) -> bool:
        unit = int.from_bytes(self._units[2 * at : 2 * at + 2], "little")
        return _LOW_FIRST <= unit <= _LOW_LAST

    @property
    def is_unsaved(self) -> bool:
        """Whether something was typed that the store has not confirmed."""
        return version_of(self._document) != version_of(self._stored)

    @property
    def is_leaving(self) -> bool:
        """Whether an update is on its way to the store."""
        return self._leaving is not None

    def take(self) -> bytes | None:
        """The update of everything the store does not have; nothing while another one is on its way."""
        if self._leaving is not None or not self.is_unsaved:
            return None
        self._leaving = self._unsaved()
        return self._leaving

    def confirm(self) -> None:
        """The store has what was taken."""
        if self._leaving is not None:
            import_into(self._stored, self._leaving)
            self._leaving = None

    def give_up(self) -> None:
        """The store could not keep what was taken; the next `take` brings it again."""
        self._leaving = None

    def draft(self) -> str:
        """What the store does not have, as text for the table of drafts; empty where it has everything.

        Taking up a draft twice, or after it was stored all the same, changes nothing.
        """
        return base64.b64encode(self._unsaved()).decode() if self.is_unsaved else ""

    def _unsaved(self) -> bytes:
        return bytes(self._document.export(loro.ExportMode.Updates(self._stored.oplog_vv)))

    # What comes from elsewhere

    def take_in(self, snapshot: bytes | None) -> list[Patch]:
        """The stored document as it is now; the patches make the editor's text follow, in this order."""
        if not snapshot:
            return []
        import_into(self._stored, snapshot)
        before = self._document.state_frontiers
        import_into(self._document, snapshot)
        return self._follow(before)

    def undo(self) -> list[Patch]:
        """Take back the last thing typed here; what others wrote stays."""
        before = self._document.state_frontiers
        self._undo.undo()
        return self._follow(before)

    def redo(self) -> list[Patch]:
        """Type it again."""
        before = self._document.state_frontiers
        self._undo.redo()
        return self._follow(before)

    def _follow(self, before: loro.Frontiers) -> list[Patch]:
        after = self._document.state_frontiers
        if before == after:
            return []
        patches = list(self._patches(self._document.diff(before, after)))
        for patch in patches:
            start, end = 2 * patch.position, 2 * (patch.position + patch.removed)
            self._units[start:end] = _encode(patch.inserted)
        assert self.text == text_of(self._document)
        return patches

    def _patches(self, batch: loro.DiffBatch) -> Iterator[Patch]:
        """The steps of a difference, which counts characters, in the units of the editor."""
        old, at, position = self.text, 0, 0
        for _, diff in batch.get_diff():
            if not isinstance(diff, loro.Diff.Text):
                continue
            for step in diff.diff:
                if isinstance(step, loro.TextDelta.Retain):
                    position += _length(old[at : at + step.retain])
                    at += step.retain
                elif isinstance(step, loro.TextDelta.Delete):
                    yield Patch(position, _length(old[at : at + step.delete]), "")
                    at += step.delete
                elif isinstance(step, loro.TextDelta.Insert):
                    yield Patch(position, 0, step.insert)
                    position += _length(step.insert)

    def snapshot(self) -> bytes:
        """The whole document as it reads here, unsaved edits included."""
        return snapshot_of(self._document)


def notes_edit(row: Row, update: bytes, *, field: str) -> Edit:
    """The edit that carries an update of an open text."""
    seen = {field: row.seen[field]} if field in row.seen else {}
    return Edit(row.workspace, row.kind, row.id, {field: update}, seen)


def _encode(text: str) -> bytes:
    return text.encode(_UNIT)


def _length(text: str) -> int:
    return len(_encode(text)) // 2


def _clean(text: str) -> str:
    """Halves of characters, which no text can hold, become the sign for something unreadable."""
    return text.encode(_UNIT, "surrogatepass").decode(_UNIT, "replace")


def _unpack(draft: str) -> bytes:
    try:
        return base64.b64decode(draft, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DaftarError("bad_text") from error
