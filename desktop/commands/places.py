"""Places in lists and trees: `[parent id or None, key]`, one register for each record."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.commands.records import edit_keys, insist_there
from desktop.store.rows import Row
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records.order import between, key_at

FIELD = "position"


def at_end(last: str | None, *, parent: bytes | None = None) -> list[bytes | str | None]:
    """The place behind the last sibling, whose key is `last`."""
    return [parent, between(last, None)]


def move(
    row: Row, *, parent: bytes | None, siblings: Sequence[str], index: int, ancestors: Sequence[bytes] = ()
) -> list[Edit]:
    """Put a record under a parent, before the sibling that is at `index` now.

    `siblings` are the keys of the other children in order; `ancestors` are the parents of the new parent,
    which are looked through so that nothing is put under itself.
    """
    insist_there(row)
    if parent is not None and (parent == row.id or row.id in ancestors):
        raise DaftarError("inside_itself")
    place = [parent, key_at(siblings, index)]
    return edit_keys(row, {FIELD: place})
