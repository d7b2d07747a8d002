"""What people do with an agenda and its outcomes beside writing: order, state, links, lessons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.commands import places
from desktop.commands.records import change, create
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind


def t(msgid: str) -> str:
    """Mark a label for translation."""
    return msgid


MEETING: Final = t("Change the meeting")
ITEM: Final = t("Change the agenda item")
ORDER: Final = t("Move the agenda item")
STATE: Final = t("Change the state of the meeting")
OUTCOME: Final = t("Change what was decided")
LESSON: Final = t("Record a lesson")
JOIN: Final = t("Link an action point to an activity")

_NOTHING: Mapping[str, Value] = {}


def move_item(row: Row, siblings: Sequence[Row], *, step: int) -> list[Edit]:
    """One place up (-1) or down (+1) among the items beside it; nothing at the end of the list."""
    ids = [each.id for each in siblings]
    at = ids.index(row.id)
    wanted = at + step
    if not 0 <= wanted < len(ids):
        return []
    others = [each for each in siblings if each.id != row.id]
    keys = [str(key_of(each) or "") for each in others]
    return places.move(row, parent=parent_of(row), siblings=keys, index=wanted)


def parent_of(row: Row) -> bytes | None:
    """The section an item stands in."""
    place = row.values.get("position")
    return place[0] if isinstance(place, list | tuple) else None


def key_of(row: Row) -> str | None:
    """The order key of an item."""
    place = row.values.get("position")
    return place[1] if isinstance(place, list | tuple) else None


def in_order(items: Sequence[Row]) -> list[Row]:
    """The agenda from top to bottom: sections followed by their items; what hangs in the air comes last."""
    known = {row.id for row in items}
    ranked = sorted(items, key=lambda row: (key_of(row) is None, key_of(row) or "", row.id))
    out: list[Row] = []

    def add(parent: bytes | None) -> None:
        for row in ranked:
            above = parent_of(row)
            if (above if above in known else None) == parent and row not in out:
                out.append(row)
                add(row.id)

    add(None)
    return out + [row for row in ranked if row not in out]


def siblings_of(row: Row, items: Sequence[Row]) -> list[Row]:
    """The items beside one, itself included, in order."""
    known = {each.id for each in items}

    def section(each: Row) -> bytes | None:
        above = parent_of(each)
        return above if above in known else None

    return [each for each in in_order(items) if section(each) == section(row)]


def set_state(row: Row, state: str) -> list[Edit]:
    """Open, in progress or closed."""
    return change(kind("meeting"), row, {"state": state})


def record_lesson(
    meeting: Row, *, record: bytes, title: str, values: Mapping[str, Value] = _NOTHING
) -> list[Edit]:
    """What was learnt, as a draft that names the meeting it comes from."""
    given: dict[str, Value] = {"title": title, "type": "lesson", "status": "draft", "meeting": meeting.id}
    start = meeting.values.get("start")
    if isinstance(start, str):
        given["date"] = start[:10]
    return create(kind("lesson"), workspace=meeting.workspace, record=record, values={**given, **values})


def join_activity(row: Row, activity: bytes | None) -> list[Edit]:
    """An action point, or a decision, belongs to this activity."""
    return change(kind(row.kind), row, {"activity": activity})
