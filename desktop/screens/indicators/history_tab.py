"""Who changed what of an indicator, its targets and its figures, and when; the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.models.columns import Cell, CellKind, Column, Row
from desktop.models.record_table_model import RecordTableModel
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.layout import category_path
from desktop.screens.indicators.wording import period_title, place_title
from desktop.store.people import authors_of
from desktop.store.reader import Reader
from desktop.store.rows import Query, Where
from desktop.store.rows import Row as StoredRow
from desktop.store.titles import shown_title
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.value_text import item_text, value_text
from sync.changes import DELETED, Change, Value, base_field
from sync.clock import stamp_ms
from sync.records import KINDS
from sync.replica.changed import Changed

MOST_LINES = 500
MOST_RECORDS = 120
MADE = "made"
"""Stands for all keys of a creation."""
_PLAIN = ("title", "value", "total", "numerator", "denominator", "score", "text", "status")
"""What a creation is told by, beside its cells."""


@dataclass(frozen=True, slots=True)
class Step:
    """One key of one change: what stood before and what was written."""

    stamp: int
    author: bytes
    record: StoredRow
    key: str
    before: Value
    after: Value
    sent: bool


@dataclass(frozen=True, slots=True)
class History:
    """The steps, newest first, and the names of who made them."""

    steps: tuple[Step, ...]
    names: Mapping[bytes, str]
    records: int
    shown: int


def read_history(reader: Reader, indicator: bytes) -> History:
    """The history of an indicator with its targets and its newest figures."""
    rows = reader.rows("indicator", [indicator])
    where = (Where("indicator", "=", indicator),)
    targets = reader.select(Query("target", where=where))
    values = reader.select(Query("value", where=where))
    values.sort(key=lambda row: row.made_stamp, reverse=True)
    every = [*rows, *targets, *values]
    kept = every[:MOST_RECORDS]
    steps = [step for row in kept for step in steps_of(row, reader.history(row.kind, row.id))]
    steps.sort(key=lambda step: (step.stamp, step.key), reverse=True)
    steps = steps[:MOST_LINES]
    names = {
        account: author.name for account, author in authors_of(reader, {s.author for s in steps}).items()
    }
    return History(tuple(steps), names, len(every), len(kept))


def steps_of(row: StoredRow, history: Sequence[tuple[Change, bool]]) -> list[Step]:
    """What each change wrote to each key, with what stood there before; a creation is one step."""
    last: dict[str, Value] = {}
    found = []
    for change, sent in history:
        if change.create:
            last.update(change.writes)
            found.append(Step(change.stamp, change.author, row, MADE, None, dict(change.writes), sent))
            continue
        for key, value in change.writes.items():
            before, last[key] = last.get(key), value
            declared = KINDS[row.kind].fields.get(base_field(key))
            if declared is None or not declared.technical or key == DELETED:
                found.append(Step(change.stamp, change.author, row, key, before, value, sent))
    return found


def t(msgid: str) -> str:
    """Mark a column's title; the grid translates it."""
    return msgid


COLUMNS = (
    Column("when", t("When"), width=134),
    Column("who", t("Who"), CellKind.PERSON, width=134),
    Column("what", t("Where"), width=164),
    Column("field", t("What"), width=200, stretch=True),
    Column("before", t("Before"), width=92),
    Column("after", t("After"), width=200),
    Column("state", t("State"), CellKind.STATUS, width=112),
)


class _Lines:
    """The steps as rows of a table; an id is a place in the list."""

    def __init__(self, look: Look, desk: Desk, facts: Facts) -> None:
        self._look, self._desk, self.facts = look, desk, facts
        self.history = History((), {}, 0, 0)

    def ids(self) -> Sequence[bytes]:
        return [at.to_bytes(16, "big") for at in range(len(self.history.steps))]

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]:
        return [self._row(each) for each in ids]

    def _row(self, record: bytes) -> Row:
        step, words = self.history.steps[int.from_bytes(record, "big")], self._look.words
        now = self._desk.clock.now_ms()
        name = self.history.names.get(step.author) or words.t("another laptop")
        sent = Cell(words.t("Sent"), icon="check", family="over", muted=True)
        waits = Cell(words.t("Saved here"), icon="save", family="none")
        if step.key == DELETED:
            field = words.t("Removed") if step.after else words.t("Brought back")
            before, after = "", ""
        elif step.key == MADE:
            field, before, after = words.t("First entry"), "", self._first(step)
        else:
            field = self._field(step)
            before, after = self._text(step, step.before), self._text(step, step.after)
        return Row(
            record,
            {
                "when": Cell(words.moment(stamp_ms(step.stamp), now_ms=now)),
                "who": Cell(name, person=step.author),
                "what": Cell(self._where(step.record)),
                "field": Cell(field),
                "before": Cell(before, muted=True),
                "after": Cell(after),
                "state": sent if step.sent else waits,
            },
        )

    def _where(self, row: StoredRow) -> str:
        words, facts = self._look.words, self.facts
        if row.kind == "indicator":
            return words.t("Reference sheet")
        period = facts.period(row.values.get("period") or b"")
        parts = [words.t("Target")] if row.kind == "target" else []
        parts += [period_title(words, period)] if period is not None else []
        if row.kind != "target" or row.values.get("place") is not None:
            parts.append(place_title(words, facts.place_name(row.values.get("place"))))
        return " · ".join(parts)

    def _field(self, step: Step) -> str:
        words = self._look.words
        name, keyed, member = step.key.partition("/")
        field = KINDS[step.record.kind].fields.get(name)
        label = words.t(field.label) if field is not None else name
        if not keyed or member.startswith("#"):
            return label
        category = words.isolate(self._category(member))
        return category if name in ("cells", "baseline_cells") else f"{label} · {category}"

    def _first(self, step: Step) -> str:
        """What a record was made with: its cells, then what else tells it."""
        words, values = self._look.words, step.after
        cells = {key.partition("/")[2]: value for key, value in values.items() if key.startswith("cells/")}
        order = {key: at for at, key in enumerate(self.facts.split.keys)}
        numbers = [words.number(cells[key]) for key in sorted(cells, key=lambda each: order.get(each, 0))]
        fields = KINDS[step.record.kind].fields
        said = [
            value_text(words, fields[name], values[name], name_of=self._desk.name_of)
            for name in _PLAIN
            if name in fields and values.get(name) is not None
        ]
        return " · ".join(
            part for part in (words.isolate(" + ".join(numbers)) if numbers else "", *said) if part
        )

    def _category(self, key: str) -> str:
        found = self.facts.split.key_for(key)
        return " ".join(category_path(self.facts.split, found)) if found is not None else key

    def _text(self, step: Step, value: Value) -> str:
        words = self._look.words
        name, keyed, member = step.key.partition("/")
        field = KINDS[step.record.kind].fields.get(name)
        if field is None or value is None:
            return ""
        if keyed and member.startswith("#"):
            record = bytes.fromhex(member[1:])
            said = item_text(words, field, record, name_of=self._desk.name_of)
            return said if value else words.t("taken out: {name}", name=said)
        if keyed and value is True:
            return words.t(field.choice_labels.get(member, member))
        if keyed:
            return item_text(words, field, value)
        return value_text(words, field, value, name_of=self._desk.name_of)


class HistoryTab(QWidget):
    """Read anew whenever it is shown and something of the indicator changed."""

    def __init__(self, look: Look, desk: Desk, facts: Facts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk, self._asked = look, desk, 0
        words = look.words
        self.lines = _Lines(look, desk, facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self.model = RecordTableModel(COLUMNS, self.lines, words)
        self.grid = Grid(look, self.model, name=words.t("History"), enter_opens=False, parent=holder)
        self.model.setParent(self.grid)
        self._stack.addWidget(self.grid)
        self._empty = EmptyState(
            look,
            icon="history",
            title=words.t("No history here"),
            text=words.t("What was received in one piece carries no earlier steps."),
            framed=False,
        )
        self._stack.addWidget(self._empty)
        column.addWidget(holder, 1)
        self.legend = Legend(look, parent=self)
        column.addWidget(self.legend)
        self.setFocusProxy(self.grid)
        self.read()

    def read(self) -> None:
        self._asked += 1
        number, record = self._asked, self.lines.facts.indicator.id
        self._desk.ask(lambda reader: read_history(reader, record), lambda found: self._take(number, found))

    def _take(self, number: int, found: History) -> None:
        if number != self._asked or not isValid(self):
            return
        first = not self.lines.history.steps
        self.lines.history = found
        if first:
            self.model.requery()
        else:
            self.model.refresh(set(self.lines.ids()))
        self._stack.setCurrentWidget(self.grid if found.steps else self._empty)
        words = self._look.words
        said = words.n("{count} change", "{count} changes", len(found.steps))
        if found.shown < found.records or len(found.steps) == MOST_LINES:
            said = words.t("The newest {count} changes", count=len(found.steps))
        self.legend.set_marks((), keys=said)

    def show_facts(self, facts: Facts) -> None:
        title = shown_title(facts.indicator, self._look.words.language)
        self.grid.setAccessibleDescription(title)
        self.lines.facts = facts

    def follow(self, changed: Changed) -> None:
        if any(changed.of(kind) for kind in ("indicator", "value", "target")):
            self.read()

    def finish(self) -> None:
        """Nothing is typed here."""
