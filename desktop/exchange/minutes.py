"""The minutes of a meeting as a document in the words of its reader, whatever it is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from desktop.store.titles import find_row, shown_title
from desktop.words import Words
from sync.errors import DaftarError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision or an action point: its number, its words, and quieter words under it."""

    kind: str
    number: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the agenda; a section has no number."""

    number: str
    title: str
    presenter: str = ""
    notes: Sequence[str] = ()
    outcomes: Sequence[Outcome] = ()


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything in the order in which it is read."""

    title: str
    draft: bool
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    items: Sequence[Item]
    loose: Sequence[Outcome]
    """What belongs to no point of the agenda."""
    actions: Sequence[tuple[str, str, str, str, str]]
    """Number, what, who, by when, state."""
    signers: Sequence[tuple[str, str]] = field(default=())
    """What a person was to the meeting, and the name."""


def read_minutes(reader: Reader, record: bytes, words: Words) -> Minutes:
    """The minutes as they stand now; raises `unknown_record`, `record_deleted`."""
    row = reader.get("meeting", record)
    if row.deleted:
        raise DaftarError("record_deleted", kind="meeting")
    where = (Where("meeting", "=", record),)
    items = _in_order(reader.select(Query("agenda_item", where=where)))
    decisions = _by_age(reader.select(Query("decision", where=where)))
    actions = _by_age(reader.select(Query("action_point", where=where)))
    writer = _Writer(reader, words)
    outcomes = [(each, writer.outcome(each)) for each in (*decisions, *actions)]
    known = {item.id for item in items}
    numbers = iter(range(1, len(items) + 1))
    made = []
    for item in items:
        section = item.values.get("type") == "section"
        number = "" if section else words.number(next(numbers))
        own = [said for each, said in outcomes if each.values.get("agenda_item") == item.id]
        made.append(
            Item(
                number,
                str(item.values.get("title") or ""),
                writer.person(item.values.get("presenter")),
                _paragraphs(item.values.get("notes")),
                own,
            )
        )
    return Minutes(
        title=str(row.values.get("title") or ""),
        draft=row.values.get("state") != "closed",
        facts=writer.facts(row),
        notes=_paragraphs(row.values.get("notes")),
        items=made,
        loose=[said for each, said in outcomes if each.values.get("agenda_item") not in known],
        actions=[writer.action(each) for each in actions],
        signers=writer.signers(row),
    )


class _Writer:
    """Puts records into words."""

    def __init__(self, reader: Reader, words: Words) -> None:
        self._reader, self._words = reader, words

    def person(self, record: object) -> str:
        row = find_row(self._reader, ("person", "organisation"), record)
        return str(row.values.get("name") or "") if row is not None else ""

    def _people(self, records: object) -> str:
        given = records if isinstance(records, list) else []
        names = [name for each in given if (name := self.person(each))]
        return self._words.join([self._words.isolate(name) for name in names])

    def facts(self, row: Row) -> list[tuple[str, str]]:
        words, fields, values = self._words, self._reader.kinds["meeting"].fields, row.values
        when = self._when(values.get("start"), values.get("end"))
        found = [(words.t("When"), when)]
        sort = fields["type"].choice_labels.get(str(values.get("type") or ""), "")
        found += [
            (self._label("place"), str(values.get("place") or "")),
            (self._label("type"), words.t(sort)),
            (self._label("chair"), self.person(values.get("chair"))),
            (self._label("note_taker"), self.person(values.get("note_taker"))),
            (self._label("participants"), self._people(values.get("participants"))),
            (self._label("attended"), self._people(values.get("attended"))),
            (self._label("apologies"), self._people(values.get("apologies"))),
        ]
        return [(label, text) for label, text in found if text]

    def _label(self, name: str) -> str:
        label = self._reader.kinds["meeting"].fields[name].label
        return self._words.t(label)

    def _when(self, start: object, end: object) -> str:
        words = self._words
        if not isinstance(start, str):
            return ""
        day = words.date(start[:10], "long")
        if not isinstance(end, str):
            return f"{day}, {words.time(start)}"
        last = words.time(end) if end[:10] == start[:10] else words.datetime(end)
        return f"{day}, {words.isolate(f'{words.time(start)}–{last}')}"

    def outcome(self, row: Row) -> Outcome:
        words, values = self._words, row.values
        parts = []
        if row.kind == "action_point":
            parts = [self.person(values.get("owner")), self._due(values)]
        elif values.get("decided_by"):
            parts = [self.person(values.get("decided_by"))]
        activity = find_row(self._reader, ("activity",), values.get("activity"))
        if activity is not None:
            code = str(activity.values.get("code") or "")
            parts.append(f"{code} {shown_title(activity, words.language)}".strip())
        text = str(values.get("text") or values.get("title") or "")
        return Outcome(row.kind, str(values.get("number") or ""), text, " · ".join(filter(None, parts)))

    def _due(self, values: object) -> str:
        due = values.get("due") if hasattr(values, "get") else None
        return self._words.date(due) if isinstance(due, str) else ""

    def action(self, row: Row) -> tuple[str, str, str, str, str]:
        values = row.values
        states = self._reader.kinds["action_point"].fields["status"].choice_labels
        state = states.get(str(values.get("status") or "open"), "")
        return (
            str(values.get("number") or ""),
            str(values.get("title") or ""),
            self.person(values.get("owner")),
            self._due(values),
            self._words.t(state),
        )

    def signers(self, row: Row) -> list[tuple[str, str]]:
        return [(self._label(name), self.person(row.values.get(name))) for name in ("chair", "note_taker")]


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Items as they stand in the agenda: each section before what is inside it."""

    def key(row: Row) -> tuple[str, bytes]:
        position = row.values.get("position")
        return (str(position[1]) if position else "~", row.id)

    def parent(row: Row) -> bytes | None:
        position = row.values.get("position")
        found = position[0] if position else None
        return found if isinstance(found, bytes) and found in known else None

    known = {row.id for row in rows}
    made: list[Row] = []
    for row in sorted((row for row in rows if parent(row) is None), key=key):
        made.append(row)
        made += sorted((each for each in rows if parent(each) == row.id), key=key)
    return made


def _by_age(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.made_stamp, row.id))


def _paragraphs(text: object) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]
