"""The newest changes in the log, so many and no more: what others did, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.store.reader import Reader
from desktop.store.titles import title_of
from sync.changes import DELETED, Change, base_field
from sync.clock import stamp_ms
from sync.errors import DaftarError
from sync.replica.damaged import changes_in

FRAMES: Final = 60
CHANGES: Final = 600
_DAY_MS: Final = 86_400_000
# What only holds other things together is no news by itself.
_QUIET: Final = frozenset({"workspace", "person", "link", "dependency", "attachment"})


def recent_changes(
    reader: Reader, *, workspaces: Sequence[bytes] = (), frames: int = FRAMES, most: int = CHANGES
) -> Iterator[Change]:
    """Changes of the newest frames, newest first; own and others' alike."""
    places = {state.index: state.id for state in reader.workspaces()}
    wanted = [index for index, workspace in places.items() if not workspaces or workspace in workspaces]
    marks = ",".join("?" * len(wanted))
    # In the order of the table, and no further than it is read: frames are large.
    rows = reader.connection.execute(
        f"SELECT ws, frame FROM log WHERE +ws IN ({marks}) ORDER BY id DESC LIMIT ?", (*wanted, frames)
    )
    given = 0
    for index, frame in rows:
        for change in reversed(changes_in(bytes(frame), places[index]) or ()):
            if given == most:
                return
            given += 1
            yield change


@dataclass(frozen=True, slots=True)
class News:
    """What one person did to records of one kind on one day; `record` is the newest of them.

    `act` is one of `added`, `changed`, `removed`, `commented`, `returned`, `approved`, `submitted`.
    """

    author: bytes
    act: str
    kind: str
    count: int
    record: bytes
    title: str
    fields: tuple[str, ...]
    when_ms: int


def changed_by_others(
    reader: Reader, *, workspaces: Sequence[bytes] = (), account: bytes, most: int = 4, language: str = ""
) -> list[News]:
    """The newest doings of other people, those of one kind on one day together."""
    groups: dict[tuple[bytes, str, str, int], list[Change]] = {}
    for change in recent_changes(reader, workspaces=workspaces):
        if (
            change.author == account
            or change.kind in _QUIET
            or change.hole
            or change.kind not in reader.kinds
        ):
            continue
        groups.setdefault(_group_of(change), []).append(change)
        if len(groups) > most:
            break
    found = []
    for (author, act, kind, _), changes in list(groups.items())[:most]:
        records = {change.record for change in changes}
        newest = changes[0]
        names = {base_field(key) for key in newest.writes} if act == "changed" else set()
        fields = tuple(name for name in reader.kinds[kind].fields if name in names)
        title = _title(reader, newest, language)
        when = stamp_ms(newest.stamp)
        found.append(News(author, act, kind, len(records), newest.record, title, fields, when))
    return found


def _group_of(change: Change) -> tuple[bytes, str, str, int]:
    return (change.author, _act_of(change), change.kind, stamp_ms(change.stamp) // _DAY_MS)


def _act_of(change: Change) -> str:
    if change.create:
        return "commented" if change.kind == "comment" else "added"
    if change.writes.get(DELETED):
        return "removed"
    status = change.writes.get("status")
    return status if status in ("returned", "approved", "submitted") else "changed"


def _title(reader: Reader, change: Change, language: str) -> str:
    try:
        return title_of(reader, reader.get(change.kind, change.record), language=language)
    except DaftarError as error:
        if error.code != "unknown_record":
            raise
        return ""


def decided_records(reader: Reader, *, since_ms: int) -> list[tuple[str, bytes]]:
    """Records in whose newest changes somebody seems to have decided; their history tells for sure."""
    found: dict[tuple[str, bytes], None] = {}
    for change in recent_changes(reader):
        known = change.kind in reader.kinds and not change.hole
        if stamp_ms(change.stamp) < since_ms or change.create or not known:
            continue
        several = any(len(ids) > 1 for ids in change.bases.values())
        if several or DELETED in change.writes:
            found[change.kind, change.record] = None
    return list(found)
