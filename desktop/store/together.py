"""Long texts in which two people wrote the same paragraph without having seen each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.store.arrivals import arrivals
from desktop.store.reader import Reader
from desktop.store.rows import Row
from sync.changes import Change, ChangeId
from sync.clock import stamp_ms
from sync.errors import DaftarError
from sync.merge import Register
from sync.merge.paragraphs import mixed_paragraphs
from sync.records import Merge

_TEXTS: Final = (
    'SELECT text.record, text.field, head.state FROM "{kind}" AS row'
    " JOIN document AS text ON text.record = row.id"
    " JOIN head ON head.record = text.record AND head.key = text.field WHERE row._deleted = 0"
)


@dataclass(frozen=True, slots=True)
class Together:
    """A field, the accounts that wrote in it, when the last came or was written, and what they wrote."""

    row: Row
    field: str
    authors: tuple[bytes, ...]
    when_ms: int
    paragraphs: tuple[str, ...]


def written_together(reader: Reader, *, since_ms: int) -> list[Together]:
    """Newest first, from a moment on. Whoever edits the text has read it, and ends it."""
    found = []
    for name, kind in reader.kinds.items():
        if any(field.merge is Merge.TEXT for field in kind.fields.values()):
            rows = reader.connection.execute(_TEXTS.format(kind=name)).fetchall()
            for rowid, field, state in rows:
                register = reader.states.unpack_register(state)
                if len({head.author for head in register.heads}) > 1:
                    one = _together(reader, name, reader.ids.record(rowid), field, register)
                    found += [one] if one is not None and one.when_ms >= since_ms else []
    return sorted(found, key=lambda one: -one.when_ms)


def _together(reader: Reader, kind: str, record: bytes, field: str, register: Register) -> Together | None:
    history = {change.id: change for change, _ in reader.history(kind, record)}
    heads = [head for head in register.heads if head.id in history]
    updates = [_update(history, head.id, field) for head in heads]
    if len({head.author for head in heads}) < 2:
        # What is older than this laptop's first filling is on the server; nobody is asked because of it.
        return None
    snapshot = reader.state(kind, record).texts.get(field, b"")
    try:
        paragraphs = mixed_paragraphs(snapshot, [update for update in updates if update])
    except DaftarError as error:
        if error.code != "bad_text":
            raise
        return None
    if not paragraphs:
        return None
    came = arrivals(reader, kind, record)
    when = max(max(stamp_ms(head.stamp), came.get(head.id, 0)) for head in heads)
    authors = tuple(dict.fromkeys(head.author for head in heads))
    return Together(reader.get(kind, record), field, authors, when, tuple(paragraphs))


def _update(history: dict[ChangeId, Change], identity: ChangeId, field: str) -> bytes:
    value = history[identity].writes.get(field)
    return value if isinstance(value, bytes) else b""
