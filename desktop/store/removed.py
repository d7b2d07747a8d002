"""What was removed: records of every kind, who took them away and when, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop.store.fold import query as search_expression
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.titles import find_row
from sync.changes import DELETED
from sync.clock import stamp_ms
from sync.records import Kind

# The first of these that is filled says what a record belongs to.
_WHOLES: Final = ("activity", "indicator", "meeting", "result", "dimension", "about", "from_id")
_PARTS: Final = frozenset(
    {
        "milestone", "dependency", "budget_line", "role", "agenda_item", "target", "value", "category",
        "comment", "link",
    }
)  # fmt: skip
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Removed:
    """One removed record; `by` is an account, empty where the log no longer tells."""

    kind: str
    record: bytes
    workspace: bytes
    by: bytes
    when_ms: int


def removed_records(reader: Reader, *, workspaces: Sequence[bytes] = (), search: str = "") -> list[Removed]:
    """Everything removed in these workspaces that a person may bring back."""
    places = {state.index: state.id for state in reader.workspaces()}
    inside = [index for index, place in places.items() if not workspaces or place in workspaces]
    expression = search_expression(search) if search.strip() else ""
    if search.strip() and not expression:
        return []
    found: list[tuple[int, Removed]] = []
    for kind in reader.kinds.values():
        if not kind.read_only:
            found += _of_kind(reader, kind, inside, expression, places)
    found.sort(key=lambda pair: (pair[1].when_ms, pair[0]), reverse=True)
    return [removed for _, removed in found]


def _of_kind(
    reader: Reader, kind: Kind, inside: Sequence[int], expression: str, places: dict[int, bytes]
) -> list[tuple[int, Removed]]:
    marks = ",".join("?" * len(inside))
    # Accounts belong to the server: their people come back there.
    own = " AND record.account IS NULL" if "account" in kind.fields else ""
    matching = " AND record.id IN (SELECT rowid FROM search WHERE search MATCH ?)" if expression else ""
    rows = reader.connection.execute(
        f'SELECT record.id, record._ws, head.state FROM "{kind.name}" AS record'
        f" LEFT JOIN head ON head.record = record.id AND head.key = ?"
        f" WHERE record._ws IN ({marks}) AND record._deleted = 1{own}{matching}",
        (DELETED, *inside, *([expression] if expression else [])),
    ).fetchall()
    made = []
    for rowid, index, state in rows:
        by, when = b"", 0
        heads = reader.states.unpack_register(state).heads if state is not None else ()
        for head in heads:
            if head.value:
                by, when = head.author, stamp_ms(head.stamp)
                break
        made.append((int(rowid), Removed(kind.name, reader.ids.record(rowid), places[index], by, when)))
    return made


def whole_of(reader: Reader, row: Row) -> Row | None:
    """The record that this one belongs to, removed or not; nothing where it stands for itself."""
    fields = reader.kinds[row.kind].fields
    for name in _WHOLES:
        value = row.values.get(name)
        if name not in fields or not isinstance(value, bytes):
            continue
        named = row.values.get("about_kind" if name == "about" else "from_kind")
        targets = (
            (named,) if name in ("about", "from_id") and isinstance(named, str) else fields[name].targets
        )
        return find_row(reader, targets, value)
    return None


def with_wholes(reader: Reader, rows: Sequence[Row]) -> list[Row]:
    """These rows and, before them, the removed records without which they would be shown nowhere."""
    found: dict[bytes, Row] = {}
    for row in rows:
        line = [row]
        while line[-1].kind in _PARTS and len(line) < _STEPS:
            whole = whole_of(reader, line[-1])
            if whole is None or not whole.deleted:
                break
            line.append(whole)
        for each in reversed(line):
            found.setdefault(each.id, each)
    return list(found.values())
