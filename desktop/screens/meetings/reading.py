"""Reads one meeting with everything around it, in the reader thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.commands.agenda import in_order, parent_of
from desktop.store.numbering import numbers_in_use
from desktop.store.reader import Reader
from desktop.store.rows import Order, Query, Row, Where
from desktop.store.titles import code_of, find_row, title_of
from sync.errors import DaftarError


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the meeting."""

    record: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Joint:
    """A record that an agenda item is linked with; `record` is that of the far end."""

    link: bytes
    kind: str
    record: bytes
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the agenda; a section has no number."""

    row: Row
    number: int
    presenter: Person | None
    decisions: int
    actions: int
    joints: tuple[Joint, ...]
    inside: bool = False

    @property
    def is_section(self) -> bool:
        return self.row.values.get("type") == "section"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, an action point or a lesson, with the names it shows."""

    row: Row
    number: str
    twice: bool
    person: Person | None
    activity: Joint | None
    item_number: int = 0
    meeting_day: str = ""
    carried: bool = False

    @property
    def item(self) -> bytes | None:
        found = self.row.values.get("agenda_item")
        return found if isinstance(found, bytes) else None


@dataclass(frozen=True, slots=True)
class Facts:
    """One meeting as its page shows it."""

    row: Row
    chair: Person | None
    note_taker: Person | None
    participants: tuple[Person, ...]
    items: tuple[Item, ...]
    outcomes: tuple[Outcome, ...]
    """Decisions and action points of this meeting, as they were made."""
    carried: tuple[Outcome, ...]
    """Action points of earlier meetings of the series that are open, or done since the last one."""
    role: str

    @property
    def planned_minutes(self) -> int:
        return sum(int(item.row.values.get("minutes") or 0) for item in self.items)

    @property
    def rows(self) -> list[Row]:
        return [item.row for item in self.items]

    def item(self, record: bytes) -> Item | None:
        return next((item for item in self.items if item.row.id == record), None)

    @property
    def actions(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.row.kind == "action_point"]


def read_meeting(reader: Reader, record: bytes, *, language: str = "") -> Facts | None:
    """Everything about one meeting; nothing where it is gone."""
    try:
        row = reader.get("meeting", record)
    except DaftarError as error:
        if error.code != "unknown_record":
            raise
        return None
    if row.deleted:
        return None
    items = in_order(reader.select(Query("agenda_item", where=(Where("meeting", "=", record),))))
    numbers = _numbered(items)
    outcomes = _outcomes(reader, row, numbers, language)
    return Facts(
        row=row,
        chair=person(reader, row.values.get("chair")),
        note_taker=person(reader, row.values.get("note_taker")),
        participants=_people(reader, row),
        items=tuple(_item(reader, each, numbers, outcomes, language) for each in items),
        outcomes=tuple(outcomes),
        carried=tuple(_carried(reader, row, language)),
        role=next((state.role for state in reader.workspaces() if state.id == row.workspace), ""),
    )


def person(reader: Reader, record: object) -> Person | None:
    row = find_row(reader, ("person", "organisation"), record)
    return Person(row.id, title_of(reader, row)) if row is not None else None


def _people(reader: Reader, row: Row) -> tuple[Person, ...]:
    attended = row.values.get("attended") or []
    wanted = [*attended, *(each for each in row.values.get("participants") or [] if each not in attended)]
    return tuple(found for each in wanted if (found := person(reader, each)) is not None)


def _numbered(items: Sequence[Row]) -> dict[bytes, int]:
    plain = [row for row in items if row.values.get("type") != "section"]
    return {row.id: at for at, row in enumerate(plain, start=1)}


def _item(
    reader: Reader, row: Row, numbers: dict[bytes, int], outcomes: Sequence[Outcome], language: str
) -> Item:
    own = [each.row.kind for each in outcomes if each.item == row.id]
    return Item(
        row,
        numbers.get(row.id, 0),
        person(reader, row.values.get("presenter")),
        own.count("decision"),
        own.count("action_point"),
        tuple(joints_of(reader, row.id, language=language)),
        inside=parent_of(row) is not None,
    )


def joints_of(reader: Reader, record: bytes, *, language: str = "") -> list[Joint]:
    """What a record is linked with, whichever end it stands at."""
    found = []
    for near, far in (("from", "to"), ("to", "from")):
        for link in reader.select(Query("link", where=(Where(f"{near}_id", "=", record),))):
            kind, other = str(link.values.get(f"{far}_kind") or ""), link.values.get(f"{far}_id")
            target = find_row(reader, (kind,), other) if kind in reader.kinds else None
            if target is not None and not target.deleted:
                title = title_of(reader, target, language=language)
                joint = Joint(link.id, kind, target.id, code_of(reader, target), title)
                found.append(joint)
            elif isinstance(other, bytes):
                found.append(Joint(link.id, kind, other, "", str(link.values.get("label") or "")))
    return found


def _outcomes(reader: Reader, meeting: Row, numbers: dict[bytes, int], language: str) -> list[Outcome]:
    found = []
    for kind in ("decision", "action_point"):
        used = numbers_in_use(reader, kind, workspace=meeting.workspace)
        for row in reader.select(Query(kind, where=(Where("meeting", "=", meeting.id),))):
            number = str(row.values.get("number") or "")
            place = numbers.get(row.values.get("agenda_item") or b"", 0)
            found.append(_outcome(reader, row, language, twice=used[number] > 1, item_number=place))
    return sorted(found, key=lambda each: (each.row.made_stamp, each.row.id))


def _outcome(
    reader: Reader,
    row: Row,
    language: str,
    *,
    twice: bool,
    item_number: int = 0,
    day: str = "",
    carried: bool = False,
) -> Outcome:
    who = row.values.get("owner" if row.kind == "action_point" else "decided_by")
    activity = find_row(reader, ("activity",), row.values.get("activity"))
    joint = None
    if activity is not None:
        title = title_of(reader, activity, language=language)
        joint = Joint(b"", "activity", activity.id, code_of(reader, activity), title)
    number = str(row.values.get("number") or "")
    return Outcome(row, number, twice, person(reader, who), joint, item_number, day, carried)


def _carried(reader: Reader, meeting: Row, language: str) -> list[Outcome]:
    series, start = meeting.values.get("series"), meeting.values.get("start")
    if not isinstance(series, str) or not isinstance(start, str):
        return []
    where = (Where("series", "=", series), Where("start", "<", start))
    earlier = reader.select(
        Query("meeting", workspaces=(meeting.workspace,), where=where, order=(Order("start"),))
    )
    if not earlier:
        return []
    last = str(earlier[-1].values.get("start"))[:10]
    found = []
    for each in earlier:
        day = str(each.values.get("start"))[:10]
        for row in reader.select(Query("action_point", where=(Where("meeting", "=", each.id),))):
            done = row.values.get("status") in ("completed", "cancelled")
            if not done or (row.values.get("completed_on") or "") >= last:
                found.append(_outcome(reader, row, language, twice=False, day=day, carried=True))
    return sorted(found, key=_urgency)


def _urgency(outcome: Outcome) -> tuple[bool, str, bytes]:
    values = outcome.row.values
    return (values.get("status") == "completed", str(values.get("due") or "9999"), outcome.row.id)
