"""From the invitation to the action done: meetings, their agenda, notes, decisions and action points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from desktop.commands import places
from desktop.commands.records import change, create
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import kind

_NUMBER = re.compile(r"(.*?)([0-9]+)\s*")
_NOTHING: Mapping[str, Value] = {}


def plan_meeting(*, workspace: bytes, record: bytes, values: Mapping[str, Value]) -> list[Edit]:
    """A meeting to come; it is a draft until the agenda is sent."""
    return create(kind("meeting"), workspace=workspace, record=record, values={"state": "draft", **values})


def add_agenda_item(
    meeting: Row,
    *,
    record: bytes,
    title: str,
    last: str | None,
    section: bytes | None = None,
    values: Mapping[str, Value] = _NOTHING,
) -> list[Edit]:
    """A point behind the last one of the agenda (or of a section), whose order key is `last`."""
    given = {"title": title, "meeting": meeting.id, "position": places.at_end(last, parent=section)}
    return create(kind("agenda_item"), workspace=meeting.workspace, record=record, values={**given, **values})


def write_notes(row: Row, text: str, *, snapshot: bytes | None, field: str = "notes") -> list[Edit]:
    """The notes as they read now; `snapshot` is the stored document they were typed into."""
    texts = {} if snapshot is None else {field: snapshot}
    return change(kind(row.kind), row, {field: text}, texts=texts)


def record_decision(
    meeting: Row,
    *,
    record: bytes,
    title: str,
    numbers: Iterable[str | None],
    item: bytes | None = None,
    values: Mapping[str, Value] = _NOTHING,
) -> list[Edit]:
    """What was decided, under the next number and the date of the meeting."""
    given = {
        "title": title,
        "number": next_number(numbers, prefix="D-"),
        "meeting": meeting.id,
        "agenda_item": item,
        "date": day_of(meeting),
        "status": "active",
    }
    return create(kind("decision"), workspace=meeting.workspace, record=record, values={**given, **values})


def add_action_point(
    *,
    workspace: bytes,
    record: bytes,
    title: str,
    numbers: Iterable[str | None],
    meeting: Row | None = None,
    values: Mapping[str, Value] = _NOTHING,
) -> list[Edit]:
    """What somebody is to do, under the next number; it may come from a meeting, an item or a decision."""
    given: dict[str, Value] = {
        "title": title,
        "number": next_number(numbers, prefix="A-"),
        "status": "open",
        "meeting": meeting.id if meeting is not None else None,
    }
    return create(kind("action_point"), workspace=workspace, record=record, values={**given, **values})


def complete_action(row: Row, *, on: str, note: str | None = None) -> list[Edit]:
    """Done on that day."""
    values: dict[str, Value] = {"status": "completed", "completed_on": on}
    if note:
        values["notes"] = "\n".join(filter(None, [row.values.get("notes"), note]))
    return change(kind("action_point"), row, values)


def verify_action(row: Row, *, by: bytes, on: str, adequate: bool) -> list[Edit]:
    """Somebody else has looked at what was done."""
    return change(kind("action_point"), row, {"verifier": by, "verified_on": on, "adequate": adequate})


def reopen_action(row: Row) -> list[Edit]:
    """Not done after all."""
    values: dict[str, Value] = {"status": "open", "completed_on": None, "verified_on": None, "adequate": None}
    return change(kind("action_point"), row, values)


def day_of(meeting: Row) -> str | None:
    """The day a meeting starts."""
    start = meeting.values.get("start")
    return start[:10] if isinstance(start, str) else None


def next_number(numbers: Iterable[str | None], *, prefix: str) -> str:
    """The number after the highest one, written like it: `A-7` after `A-6`, `2026/08` after `2026/07`."""
    highest, shape, width = 0, prefix, 1
    for text in numbers:
        found = _NUMBER.fullmatch(text) if text else None
        if found is not None and int(found[2]) > highest:
            highest, shape, width = int(found[2]), found[1], len(found[2])
    return f"{shape}{highest + 1:0{width}d}"
