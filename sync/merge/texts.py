"""Long text: one Loro document per field, edited at Unicode positions, never cleared and set.

Every opened document draws a fresh random peer id, because two copies of a disk that share one
diverge without an error (SYNC §2).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import loro

from sync.errors import DaftarError
from sync.frames import Group

_NAME: Final = "text"
_TEXT: Final = "t"
_PEER_BITS: Final = 63


def open_document(snapshot: bytes | None = None) -> loro.LoroDoc:
    """A document with a peer id of its own; raises `DaftarError("bad_text")` for bytes that are none."""
    document = loro.LoroDoc()
    document.peer_id = secrets.randbits(_PEER_BITS)
    if snapshot:
        import_into(document, snapshot)
    return document


def import_into(document: loro.LoroDoc, update: bytes) -> bool:
    """Merge an update or snapshot; order and repetition do not matter.

    True where something in it waits for updates that are not there.
    """
    try:
        return document.import_(update).pending is not None
    except BaseException as error:
        if is_refusal(error):
            raise DaftarError("bad_text") from error
        raise


def is_refusal(error: BaseException) -> bool:
    """Whether Loro says so of bytes that are none of its own; some of these are bare `BaseException`."""
    return type(error) is BaseException or isinstance(error, ValueError)


def text_of(document: loro.LoroDoc) -> str:
    return str(document.get_text(_NAME).to_string())


def snapshot_of(document: loro.LoroDoc) -> bytes:
    return bytes(document.export(loro.ExportMode.Snapshot()))


def version_of(document: loro.LoroDoc) -> list[list[int]]:
    """The version vector in canonical order: `[[peer, next counter], …]`."""
    return sorted([peer, end] for peer, (_, end) in document.oplog_vv.to_spans().inner().items())


@dataclass(frozen=True, slots=True)
class TextEdit:
    """An update to write into a change, and the text it leads to."""

    update: bytes
    text: str


def set_text(snapshot: bytes | None, text: str) -> TextEdit:
    """The update that turns the stored text into `text` by the smallest edits found."""
    document = open_document(snapshot)
    before = document.oplog_vv
    document.get_text(_NAME).update(text)
    document.commit()
    return TextEdit(bytes(document.export(loro.ExportMode.Updates(before))), text_of(document))


def merge_text(snapshot: bytes | None, update: bytes) -> bytes:
    """The snapshot after an update."""
    document = open_document(snapshot)
    import_into(document, update)
    return snapshot_of(document)


def lacks_part(snapshot: bytes | None, update: bytes) -> bool:
    """Whether an update was written behind another one that the text does not hold: it cannot be read yet."""
    return import_into(open_document(snapshot), update)


def read_text(snapshot: bytes | None) -> str:
    return text_of(open_document(snapshot)) if snapshot else ""


@dataclass(frozen=True, slots=True)
class FirstText:
    """A new text as its first update makes it: what is stored of it, how it reads, what the digest covers."""

    stored: bytes
    text: str
    term: list[object]


def first_text(update: bytes) -> FirstText:
    """Read the update that a text begins with; it is stored as it came, which is half of a snapshot's size.

    Raises `DaftarError("bad_text")`.
    """
    document = loro.LoroDoc()
    pending = import_into(document, update)
    text = text_of(document)
    stored = snapshot_of(document) if pending else update
    return FirstText(stored, text, [text, version_of(document)])


def first_texts(group: Group) -> dict[str, list[FirstText]] | None:
    """The long texts of new records by column; `None` where a column is not that simple."""
    columns = [column for column in group.columns if column.merge == _TEXT]
    simple = all(column.keys is None and set(map(type, column.values)) == {bytes} for column in columns)
    if not simple or len({column.name for column in columns}) < len(columns):
        return None
    return {column.name: [first_text(update) for update in column.values] for column in columns}


def text_term(snapshot: bytes) -> list[object]:
    """What the digest covers of a text: the text and its version vector."""
    document = open_document(snapshot)
    return [text_of(document), version_of(document)]
