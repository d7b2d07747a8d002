"""Writes what was entered: one batch after the other, each made on what was on the screen when it began."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.bridge.desk import Desk
from desktop.commands import measures, values
from desktop.screens.indicators.chain import Chain
from desktop.screens.indicators.entry_data import EntryTable, Overlay, Where
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.layout import FIELD, field_of
from desktop.screens.indicators.lines import Line
from desktop.store.rows import Row
from desktop.words.messages import explain
from sync.changes import Edit, Value
from sync.records import KINDS


@dataclass(frozen=True, slots=True)
class Input:
    """One input to write. `seen` is the row as it was on the screen when editing began."""

    line: Line
    column: str
    value: Value
    seen: Row | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs that are written, and undone, together. With a reason they are marked as missing."""

    inputs: tuple[Input, ...]
    label: str
    reason: str = ""
    expected_on: str | None = None
    marks: bool = False


class Pen:
    """Belongs to one indicator and keeps one batch under way at a time, so that each knows the one before.

    A pen whose page shows another indicator by now still writes what it was given.
    """

    def __init__(self, desk: Desk, *, told: Callable[[], object]) -> None:
        self._desk, self._told = desk, told
        self._chain = Chain(desk)
        self._known: dict[Line, Row] = {}
        self._known_at = 0
        self._given = 0
        self._waiting: dict[Where, int] = {}
        self.overlay = Overlay()
        self.table: EntryTable | None = None
        """What is on the screen, from the newest facts."""
        self.written = 0
        """Counts the batches that are in the store; facts asked for now will hold that many."""

    @property
    def origin(self) -> object:
        """What commits of this pen carry, so that its page knows its own."""
        return self._chain

    @property
    def idle(self) -> bool:
        return self._chain.idle

    def enter(self, batch: Batch) -> None:
        """Show the inputs at once and write them as soon as the ones before are written."""
        if not batch.inputs:
            return
        self._given += 1
        for each in batch.inputs:
            where = (each.line.key, each.column)
            self.overlay.invalid.pop(where, None)
            if not batch.marks:
                self.overlay.pending[where] = None if each.value is None else str(each.value)
            self._waiting[where] = self._given
        rows: dict[Line, Row] = {}
        self._chain.submit(
            lambda: self._compose(batch, rows),
            label=batch.label,
            done=lambda: self._done(rows),
            failed=lambda error: self._failed(batch, error),
        )

    def read_again(self, table: EntryTable, *, written: int) -> None:
        """New facts that hold so many batches: what they say goes before what is remembered here."""
        self.table = table
        for where, needed in list(self._waiting.items()):
            if written >= needed:
                del self._waiting[where]
                self.overlay.pending.pop(where, None)
        if written >= self._known_at:
            self._known.clear()

    def _done(self, rows: Mapping[Line, Row]) -> None:
        self.written += 1
        self._known_at = self.written
        self._known.update(rows)
        self._told()

    def _failed(self, batch: Batch, error: BaseException) -> None:
        """Nothing of the batch was saved; what was typed stays in its cells."""
        self.written += 1
        for each in batch.inputs:
            where = (each.line.key, each.column)
            text = self.overlay.pending.pop(where, None)
            self._waiting.pop(where, None)
            if text is not None:
                self.overlay.invalid[where] = (text, explain(self._desk.words, error))
        self._desk.failed.emit(error)
        self._told()

    # From inputs to edits

    def _compose(self, batch: Batch, rows: dict[Line, Row]) -> list[Edit]:
        """The edits of a batch; `rows` learns how its lines will read."""
        table = self.table
        assert table is not None
        by_line: dict[Line, list[Input]] = {}
        for each in batch.inputs:
            by_line.setdefault(each.line, []).append(each)
        edits: list[Edit] = []
        for line, inputs in by_line.items():
            entry = table.entry(line)
            row = self._known.get(line) or (entry.row if entry is not None else None)
            if row is None:
                made, new = self._create(table.facts, line, inputs, batch)
                edits += made
                if new is not None:
                    rows[line] = new
                continue
            made = self._change(table, self._as_seen(table, row, inputs), inputs, batch)
            edits += made
            rows[line] = _after(row, made)
        return edits

    def _create(
        self, facts: Facts, line: Line, inputs: Sequence[Input], batch: Batch
    ) -> tuple[list[Edit], Row | None]:
        given: dict[str, Value] = {}
        cells = {each.column: each.value for each in inputs if not each.column.startswith(FIELD)}
        if batch.marks:
            if not batch.reason:
                return [], None
            given["expected_on"] = batch.expected_on
            if cells:
                given["missing"] = dict.fromkeys(cells, batch.reason)
            else:
                given["missing_reason"] = batch.reason
        else:
            given["cells"] = {key: value for key, value in cells.items() if value is not None}
            given |= {field_of(each.column): each.value for each in inputs if each.column.startswith(FIELD)}
        if all(value in (None, {}) for value in given.values()):
            return [], None
        record = self._desk.store.new_id()
        edits = measures.first_entry(
            facts.indicator,
            record=record,
            period=line.period,
            place=line.place,
            values=given,
            reported_by=facts.me,
        )
        row = measures.empty_value(facts.indicator, record=record, period=line.period, place=line.place)
        return edits, replace(row, values={**row.values, **edits[0].writes})

    def _as_seen(self, table: EntryTable, row: Row, inputs: Sequence[Input]) -> Row:
        """The row with, for each key, what was on the screen when its input was opened."""
        seen = dict(row.seen)
        for each in inputs:
            entry = table.entry(each.line)
            key = field_of(each.column) if each.column.startswith(FIELD) else f"cells/{each.column}"
            if entry is not None:
                key = table.head_key(entry, each.column)
            if each.seen is not None and each.seen.id == row.id:
                base = each.seen.seen.get(key)
                if base is None:
                    seen.pop(key, None)
                else:
                    seen[key] = base
        return replace(row, seen=seen)

    def _change(self, table: EntryTable, row: Row, inputs: Sequence[Input], batch: Batch) -> list[Edit]:
        entry = table.entry(inputs[0].line)
        cells = {
            table.stored_key(entry, each.column): each.value
            for each in inputs
            if not each.column.startswith(FIELD)
        }
        fields = {field_of(each.column): each.value for each in inputs if each.column.startswith(FIELD)}
        if batch.marks:
            edits = values.mark_missing(row, batch.reason or None, keys=cells)
            if fields and not cells and batch.reason:
                edits += measures.set_figures(row, dict.fromkeys(fields))
            if batch.expected_on != row.values.get("expected_on"):
                edits += measures.set_figures(row, {"expected_on": batch.expected_on})
            return edits
        edits = values.enter_cells(row, cells) if cells else []
        if fields:
            edits += measures.set_figures(row, fields)
        return edits


def _after(row: Row, edits: Sequence[Edit]) -> Row:
    """The row as it will be when the edits are read back."""
    shown = dict(row.values)
    for edit in edits:
        for key, value in edit.writes.items():
            name, keyed, member = key.partition("/")
            if not keyed:
                shown[name] = value
                continue
            table = dict(shown.get(name) or {})
            if value is None:
                table.pop(member, None)
            else:
                table[member] = value
            shown[name] = table
    return replace(row, values={name: shown.get(name) for name in KINDS[row.kind].fields})
