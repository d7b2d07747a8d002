"""Reads open questions in the reader thread: the list, one question in full, and what was decided lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.commands.ancestry import value_before
from desktop.commands.decisions import decisions_in
from desktop.store.arrivals import arrivals
from desktop.store.people import author_of
from desktop.store.reader import Reader
from desktop.store.recent import decided_records
from desktop.store.rows import Query, Row, Where
from desktop.store.titles import cell_label, code_of, title_of
from sync.changes import DELETED, Change, ChangeId, Value, base_field
from sync.clock import stamp_ms
from sync.errors import DaftarError
from sync.merge import Conflict, Head, conflicts_of

_NOTES = ("delay_reason", "change_note", "review_note", "note")
_DECIDED_SHOWN = 6
_RELATED_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote a value; the name is empty where this laptop does not know the account."""

    record: bytes = b""
    name: str = ""
    role: str = ""
    job_title: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    conflict: Conflict
    title: str
    people: tuple[Person, ...]
    when_ms: int
    cell: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values. `changes` are those of the head; a card of a contested delete has several."""

    heads: tuple[ChangeId, ...]
    value: Value
    person: Person
    when_ms: int
    here: bool
    note: str = ""
    arrived_ms: int = 0
    """When it came to this laptop; 0 where it was written here, or where that is not known."""
    edits: tuple[tuple[str, Value], ...] = ()
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Former:
    """The value that everybody had seen; not known where history no longer has it."""

    known: bool
    value: Value = None
    person: Person = Person()
    when_ms: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the page says about one conflict. Choices stand in the order in which they were written."""

    conflict: Conflict
    row: Row
    title: str
    code: str
    cell: str
    about: str
    choices: tuple[Choice, ...]
    before: Former
    agreed: Value
    related: tuple[tuple[str, str], ...]
    """Codes and titles of what may hang on a date."""
    role: str

    @property
    def is_deletion(self) -> bool:
        return self.conflict.key == DELETED

    @property
    def field(self) -> str:
        return base_field(self.conflict.key)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of this month; `value` is what was decided for."""

    kind: str
    record: bytes
    title: str
    key: str
    person: Person
    value: Value
    when_ms: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """The list of the screen."""

    entries: tuple[Entry, ...]
    decided: tuple[Decided, ...]


def read_inbox(reader: Reader, *, account: bytes, since_ms: int, language: str = "") -> Inbox:
    """Every open question, newest first, and the newest decisions."""
    entries = tuple(
        entry
        for conflict in reader.conflicts()
        if (entry := _entry(reader, conflict, account, language)) is not None
    )
    return Inbox(entries, tuple(_decided(reader, account=account, since_ms=since_ms, language=language)))


def find_conflict(reader: Reader, conflict: Conflict) -> Conflict | None:
    """The same question as it stands now; its id is another one where the values moved."""
    try:
        state = reader.state(conflict.kind, conflict.record)
    except DaftarError as error:
        if error.code != "unknown_record":
            raise
        return None
    return next((found for found in conflicts_of(state) if found.key == conflict.key), None)


def read_question(
    reader: Reader, conflict: Conflict, *, account: bytes, device: int, language: str = ""
) -> Question | None:
    """One question in full; nothing where it is no longer open as it was."""
    now = find_conflict(reader, conflict)
    if now is None:
        return None
    row = reader.get(now.kind, now.record)
    history = [change for change, _ in reader.history(now.kind, now.record)]
    deletion = now.key == DELETED
    former = Former(known=True) if deletion else _former(reader, history, now, account)
    make = _deletion_choices if deletion else _value_choices
    return Question(
        conflict=now,
        row=row,
        title=title_of(reader, row, language=language),
        code=code_of(reader, row),
        cell=_cell(reader, now.key),
        about=_about(reader, row, language),
        choices=make(reader, now, history, account=account, device=device),
        before=former,
        agreed=row.values.get(f"agreed_{base_field(now.key)}"),
        related=_related(reader, row, language) if base_field(now.key) in ("start", "end", "due") else (),
        role=next((state.role for state in reader.workspaces() if state.id == now.workspace), ""),
    )


def _entry(reader: Reader, conflict: Conflict, account: bytes, language: str) -> Entry | None:
    try:
        row = reader.get(conflict.kind, conflict.record)
    except DaftarError as error:
        if error.code != "unknown_record":
            raise
        return None
    ordered = sorted(conflict.heads, key=lambda head: (head.stamp, head.id))
    people = {head.author: person_of(reader, head.author, account=account) for head in ordered}
    return Entry(
        conflict,
        title_of(reader, row, language=language),
        tuple(people.values()),
        stamp_ms(ordered[-1].stamp),
        _cell(reader, conflict.key),
        _about(reader, row, language),
    )


def person_of(reader: Reader, author: bytes, *, account: bytes) -> Person:
    """The person behind an account."""
    known = author_of(reader, author)
    return Person(known.record, known.name, known.role, known.job_title, own=author == account)


def _cell(reader: Reader, key: str) -> str:
    name, keyed, cell = key.partition("/")
    return cell_label(reader, cell) if keyed and name in ("cells", "missing", "baseline_cells") else cell


def _about(reader: Reader, row: Row, language: str) -> str:
    """Where a reported value belongs: its period and its place."""
    parts = []
    for name in ("period", "place"):
        value = row.values.get(name)
        if isinstance(value, bytes) and row.kind in ("value", "target"):
            found = reader.rows(name, [value])
            parts += [title_of(reader, each, language=language) for each in found]
    return " · ".join(part for part in parts if part)


def _value_choices(
    reader: Reader, conflict: Conflict, history: Sequence[Change], *, account: bytes, device: int
) -> tuple[Choice, ...]:
    known = {change.id: change for change in history}
    came = arrivals(reader, conflict.kind, conflict.record)
    ordered = sorted(conflict.heads, key=lambda head: (head.stamp, head.id))
    return tuple(
        Choice(
            (head.id,),
            head.value,
            person_of(reader, head.author, account=account),
            stamp_ms(head.stamp),
            here=head.id[0] == device,
            note=_note(known.get(head.id), conflict.key),
            arrived_ms=0 if head.id[0] == device else came.get(head.id, 0),
        )
        for head in ordered
    )


def _note(change: Change | None, key: str) -> str:
    """What the author wrote beside the value, in the same change."""
    if change is None or change.create:
        return ""
    found = (change.writes.get(name) for name in _NOTES if name != base_field(key))
    return next((text for text in found if isinstance(text, str) and text), "")


def _deletion_choices(
    reader: Reader, conflict: Conflict, history: Sequence[Change], *, account: bytes, device: int
) -> tuple[Choice, ...]:
    """Two cards: remove it, and keep it with everything that was edited."""
    known = {change.id: change for change in history}
    came = arrivals(reader, conflict.kind, conflict.record)
    own = {change.id for change in history if DELETED in change.writes}
    deletes = [head for head in conflict.heads if head.id in own and head.value]
    edits = [head for head in conflict.heads if head not in deletes]
    cards = []
    for heads, removing in ((deletes, True), (edits, False)):
        if not heads:
            continue
        newest = max(heads, key=lambda head: (head.stamp, head.id))
        written = () if removing else _written(heads, known)
        cards.append(
            Choice(
                tuple(head.id for head in heads),
                removing,
                person_of(reader, newest.author, account=account),
                stamp_ms(newest.stamp),
                here=newest.id[0] == device,
                edits=written,
                arrived_ms=0 if newest.id[0] == device else came.get(newest.id, 0),
                deletes=removing,
            )
        )
    return tuple(sorted(cards, key=lambda card: (card.when_ms, card.heads)))


def _written(heads: Sequence[Head], known: dict[ChangeId, Change]) -> tuple[tuple[str, Value], ...]:
    found: dict[str, Value] = {}
    for head in sorted(heads, key=lambda each: (each.stamp, each.id)):
        change = known.get(head.id)
        if change is not None:
            found |= {key: value for key, value in change.writes.items() if key != DELETED}
    return tuple(found.items())


def _former(reader: Reader, history: Sequence[Change], conflict: Conflict, account: bytes) -> Former:
    before = value_before(history, [head.id for head in conflict.heads], conflict.key)
    if before.change is None:
        return Former(known=False)
    person = person_of(reader, before.change.author, account=account)
    return Former(True, before.value, person, stamp_ms(before.change.stamp))


def _related(reader: Reader, row: Row, language: str) -> tuple[tuple[str, str], ...]:
    """Milestones and open action points of an activity, which may hang on its dates."""
    if row.kind != "activity":
        return ()
    found: list[Row] = []
    for kind, where in (("milestone", ()), ("action_point", (Where("status", "!=", "completed"),))):
        query = Query(kind, where=(Where("activity", "=", row.id), *where), limit=_RELATED_SHOWN)
        found += reader.select(query)
    return tuple((code_of(reader, each), title_of(reader, each, language=language)) for each in found)


def _decided(reader: Reader, *, account: bytes, since_ms: int, language: str) -> list[Decided]:
    found = []
    for kind, record in decided_records(reader, since_ms=since_ms)[: 4 * _DECIDED_SHOWN]:
        try:
            row = reader.get(kind, record)
        except DaftarError as error:
            if error.code != "unknown_record":
                raise
            continue
        history = [change for change, _ in reader.history(kind, record)]
        for decision in decisions_in(history):
            change, when = decision.change, stamp_ms(decision.change.stamp)
            if when >= since_ms and base_field(decision.key) in (*reader.kinds[kind].fields, DELETED):
                person = person_of(reader, change.author, account=account)
                value = change.writes.get(decision.key)
                title = title_of(reader, row, language=language)
                found.append(Decided(kind, record, title, decision.key, person, value, when))
    return sorted(found, key=lambda each: -each.when_ms)[:_DECIDED_SHOWN]
