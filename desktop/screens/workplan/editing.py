"""What was typed into the grid as commands: parsed, checked, and grouped so that one act is one undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.commands import activities, labels
from desktop.commands.problems import FieldsToFixError
from desktop.commands.records import change
from desktop.models.columns import CellEdit
from desktop.screens.workplan import columns as c
from desktop.store.outline import ACTIVITY, MILESTONE
from desktop.store.rows import Row
from desktop.store.titles import shown_field
from desktop.widgets.typed_values import Find, typed_value
from desktop.words import Words
from desktop.words.messages import explain
from sync.changes import Edit, Value, key_member, member_key
from sync.errors import DaftarError
from sync.records import KINDS, FieldProblem

_FIELDS = {
    ACTIVITY: {
        c.TITLE: "title",
        c.STATUS: "status",
        c.LEAD: "lead",
        c.START: "start",
        c.END: "end",
        c.PROGRESS: "progress",
    },
    MILESTONE: {c.TITLE: "title", c.STATUS: "status", c.LEAD: "owner", c.END: "due"},
}
_LABELS = {
    frozenset({"status"}): labels.STATUS,
    frozenset({"progress"}): labels.PROGRESS,
    frozenset({"quarters"}): labels.QUARTER,
    frozenset({"start"}): labels.RESCHEDULE,
    frozenset({"end"}): labels.RESCHEDULE,
    frozenset({"due"}): labels.RESCHEDULE,
    frozenset({"start", "end"}): labels.RESCHEDULE,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A cell whose text cannot be used yet, and why."""

    record: bytes
    key: str
    text: str
    problem: str


@dataclass(slots=True)
class Outcome:
    """The edits of one act, what it is called, which cells they settle, and which stay as they were typed."""

    edits: list[Edit] = field(default_factory=list)
    label: str = labels.CHANGE
    settled: list[tuple[bytes, str]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def field_of(kind: str, key: str) -> str | None:
    """The declared field behind a column; quarters are no field of one column."""
    return _FIELDS.get(kind, {}).get(key)


def key_of(kind: str, name: str) -> str | None:
    """The column that shows a field."""
    return next((key for key, field_ in _FIELDS.get(kind, {}).items() if field_ == name), None)


class CellEditor:
    """Turns edits of cells into edits of records. `find` looks people up by their names."""

    def __init__(self, words: Words, *, year: int, find: Find) -> None:
        self._words, self._year, self._find = words, year, find

    def take(self, edits: Sequence[CellEdit]) -> Outcome:
        """Everything that can be saved as edits, and the rest as kept cells."""
        outcome = Outcome()
        by_record: dict[bytes, list[CellEdit]] = {}
        for edit in edits:
            by_record.setdefault(edit.id, []).append(edit)
        changed: set[str] = set()
        for own in by_record.values():
            row = own[0].seen
            if isinstance(row, Row) and row.kind in _FIELDS:
                changed |= self._take_record(row, own, outcome)
        outcome.label = _LABELS.get(frozenset(changed), labels.CHANGE)
        return outcome

    def _take_record(self, row: Row, edits: Sequence[CellEdit], outcome: Outcome) -> set[str]:
        values: dict[str, Value] = {}
        keys: dict[str, str] = {}
        quarters: list[str] | None = None
        for edit in edits:
            if edit.key in c.QUARTER_KEYS and row.kind == ACTIVITY:
                quarters = list(row.values.get("quarters") or []) if quarters is None else quarters
                member = c.quarter_of(edit.key, self._year)
                quarters = [each for each in quarters if each != member]
                if edit.text == "true":
                    quarters.append(member)
                outcome.settled.append((row.id, edit.key))
                continue
            name = field_of(row.kind, edit.key)
            if name is None:
                continue
            if edit.key == c.TITLE:
                name = shown_field(row, self._words.language)
            declared = KINDS[row.kind].fields[name]
            try:
                value = typed_value(self._words, declared, edit.text, find=self._find)
                if value is None and declared.required:
                    raise FieldProblem("required", name, edit.text)
            except DaftarError as problem:
                self._keep(outcome, edit, problem)
                continue
            values[name], keys[name] = value, edit.key
        if quarters is not None:
            values["quarters"] = sorted(quarters)
        return self._finish(row, values, keys, edits, outcome)

    def _finish(
        self,
        row: Row,
        values: dict[str, Value],
        keys: dict[str, str],
        edits: Sequence[CellEdit],
        outcome: Outcome,
    ) -> set[str]:
        """Make the edits; what a rule over several fields refuses is kept, and the rest still goes."""
        while values:
            try:
                outcome.edits += _command(row, values)
            except FieldsToFixError as wrong:
                refused = {problem.field for problem in wrong.problems} & values.keys() or set(values)
                for name in refused:
                    del values[name]
                    problem = next((p for p in wrong.problems if p.field == name), wrong.problems[0])
                    for edit in edits:
                        if edit.key == keys.get(name):
                            self._keep(outcome, edit, problem)
                    keys.pop(name, None)
            else:
                outcome.settled += [(row.id, key) for key in keys.values()]
                return set(values)
        return set()

    def _keep(self, outcome: Outcome, edit: CellEdit, problem: DaftarError) -> None:
        outcome.kept.append(Kept(edit.id, edit.key, edit.text, explain(self._words, problem)))


def with_writes(row: Row, writes: Mapping[str, Value]) -> Row:
    """The row as it will be when these keys are written; for edits that come before it is read again."""
    values = dict(row.values)
    for key, value in writes.items():
        name, _, member = key.partition("/")
        if not member:
            values[name] = value
            continue
        kept = [each for each in values.get(name) or [] if member_key(each) != member]
        values[name] = sorted([*kept, key_member(member)]) if value else kept
    return replace(row, values=values)


def _command(row: Row, values: dict[str, Value]) -> list[Edit]:
    if row.kind == ACTIVITY and set(values) == {"progress"}:
        return activities.set_progress(row, values["progress"])
    if row.kind == ACTIVITY and set(values) == {"status"}:
        return activities.set_status(row, values["status"])
    return change(KINDS[row.kind], row, values)
