"""What the desk makes without asking for more than a title: the rest is filled in where it opens."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.commands import meetings, places
from desktop.commands.records import create
from sync.changes import Edit
from sync.records import kind


def new_activity(
    *, workspace: bytes, record: bytes, title: str, last: str | None, lead: bytes | None, end: str | None
) -> list[Edit]:
    """A line at the end of the plan; `last` is the order key of the one before it."""
    values = {"title": title, "lead": lead, "end": end, "position": places.at_end(last)}
    return create(kind("activity"), workspace=workspace, record=record, values=values)


def new_meeting(
    *, workspace: bytes, record: bytes, title: str, start: str | None, note_taker: bytes | None
) -> list[Edit]:
    """A meeting to come, as a draft."""
    values = {"title": title, "start": start, "note_taker": note_taker}
    return meetings.plan_meeting(workspace=workspace, record=record, values=values)


def new_action_point(
    *,
    workspace: bytes,
    record: bytes,
    title: str,
    numbers: Iterable[str | None],
    owner: bytes | None,
    due: str | None,
) -> list[Edit]:
    """What somebody is to do, outside a meeting."""
    values = {"owner": owner, "due": due}
    return meetings.add_action_point(
        workspace=workspace, record=record, title=title, numbers=numbers, values=values
    )
