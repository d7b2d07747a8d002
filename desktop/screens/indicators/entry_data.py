"""The cells of the entry grid, from the facts of an indicator and what is being typed over them; no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands.categories import Cells, Split, cells_of
from desktop.commands.measures import is_filled
from desktop.commands.periods import PeriodState, row_span
from desktop.commands.roll_up import APPROVED, total_of
from desktop.commands.totals import Difference, Measure
from desktop.models.entry import EntryCell, EntryColumn, EntryRole, EntryRow, EntryState, HeaderSpan
from desktop.screens.indicators.entry_totals import sum_cell, total_cell
from desktop.screens.indicators.facts import Entry, Facts, Place
from desktop.screens.indicators.layout import (
    ALL,
    FIELD,
    SUM,
    Layout,
    field_of,
    input_kind,
    make_layout,
)
from desktop.screens.indicators.lines import TOTALS, Line, line_of
from desktop.screens.indicators.wording import (
    missing_words,
    period_caption,
    period_title,
    place_title,
)
from desktop.store.figures import figures_of
from desktop.store.rows import Row
from desktop.words import Words

Where = tuple[str, str]
"""Row key, column key."""
_SHARED = (EntryState.SAVED, EntryState.WAITING, EntryState.SENT, EntryState.APPROVED)


@dataclass(slots=True)
class Overlay:
    """What stands over the stored cells for now: typed but not yet read back, and typed but not valid."""

    pending: dict[Where, str | None] = field(default_factory=dict)
    invalid: dict[Where, tuple[str, str]] = field(default_factory=dict)
    """The text as typed, and what is wrong with it."""


class EntryTable:
    """Gives the grid its rows, columns and cells. Made anew with every reading of the facts."""

    def __init__(self, words: Words, facts: Facts, overlay: Overlay, *, apart: bool = False) -> None:
        self.words, self.facts, self.overlay = words, facts, overlay
        self._apart = apart or any(entry.row.values.get("total") for entry in self._all_entries())
        blocked = any(each.total.blocked for each in facts.figures) or bool(facts.split.blocked())
        self.layout: Layout = make_layout(
            words, facts.indicator, facts.measure, facts.split, apart=self._apart, wide=blocked
        )
        columns = self.layout.columns
        self._inputs = tuple(column.key for column in columns if column.role is EntryRole.INPUT)
        self._counted = tuple(key for key in self._inputs if key != "=total") or self._inputs
        self._cells: dict[Where, EntryCell] = {}
        self._states: dict[bytes, list[EntryState]] = {}
        self._sorted: dict[bytes, Cells] = {}
        self._lines = {period.id: list(self._lines_of(period)) for period in facts.periods}
        self._bare = {period.id: self._is_bare(period) for period in facts.periods}
        self._rows = tuple(self._make_rows())

    # The shape

    def _all_entries(self) -> Iterator[Entry]:
        for some in self.facts.entries.values():
            yield from some

    def _lines_of(self, period: Row) -> Iterator[Line]:
        for place in self.facts.places:
            several = self.facts.entries.get((period.id, place.id), ())
            for nth in range(max(1, len(several))):
                yield Line(period.id, place.id, nth)

    def corner(self) -> str:
        return self.words.t("Period, place")

    def levels(self) -> Sequence[Sequence[HeaderSpan]]:
        return self.layout.levels

    def columns(self) -> Sequence[EntryColumn]:
        return self.layout.columns

    def rows(self) -> Sequence[EntryRow]:
        return self._rows

    def _make_rows(self) -> Iterator[EntryRow]:
        names = {place.id: place for place in self.facts.places}
        for period in self.facts.periods:
            yield self._group(period)
            lines = self._lines[period.id]
            for line in lines:
                yield EntryRow(line.key, self._title(names[line.place], line), group=period.id.hex())
            if len(lines) > 1 and self.facts.measure.unit_type != "qualitative":
                title = self.words.t("All places")
                yield EntryRow(f"{period.id.hex()}/{TOTALS}", title, EntryRole.TOTAL, group=period.id.hex())

    def _title(self, place: Place, line: Line) -> str:
        title = place_title(self.words, place.name)
        if line.nth:
            return self.words.t("{place}, entry {number}", place=title, number=line.nth + 1)
        return title

    def _group(self, period: Row) -> EntryRow:
        states = self.states(period.id)
        filled = sum(
            1 for state in states if state not in (EntryState.DUE, EntryState.EMPTY, EntryState.MISSING)
        )
        caption = period_caption(self.words, self.facts, period, filled=filled, every=len(states))
        text, family, icon = self._badge(period, states)
        return EntryRow(
            period.id.hex(),
            period_title(self.words, period),
            EntryRole.GROUP,
            caption=caption,
            badge_text=text,
            badge_family=family,
            badge_icon=icon,
        )

    def _badge(self, period: Row, states: Sequence[EntryState]) -> tuple[str, str, str]:
        """The one thing to say of a period."""
        words = self.words
        contested = states.count(EntryState.TWO_VALUES)
        if contested:
            said = words.n("{count} needs your decision", "{count} need your decision", contested)
            return said, "ask", "git-pull-request-arrow"
        returned = sum(
            1 for entry in self.facts.entries_of(period.id) if entry.row.values.get("status") == "returned"
        )
        if returned:
            return words.n("{count} returned", "{count} returned", returned), "bad", "corner-up-left"
        approved = bool(states) and all(
            entry.row.values.get("status") in APPROVED for entry in self.facts.entries_of(period.id)
        )
        entered = bool(self.facts.entries_of(period.id))
        if period.values.get("locked"):
            text = words.t("Approved and locked") if approved and entered else words.t("Locked")
            return text, "ok", "lock"
        shared = self._shared(states)
        if shared is None or not self._bare[period.id]:
            return "", "none", ""
        return {
            EntryState.SAVED: (words.t("Saved here"), "none", "save"),
            EntryState.WAITING: (words.t("Waiting to send"), "none", "hourglass"),
            EntryState.SENT: (words.t("Sent"), "over", "check"),
            EntryState.APPROVED: (words.t("Approved"), "ok", "check-check"),
        }[shared]

    @staticmethod
    def _shared(states: Sequence[EntryState]) -> EntryState | None:
        """The state that every filled cell has."""
        there = {state for state in states if state not in (EntryState.DUE, EntryState.EMPTY)}
        state = there.pop() if len(there) == 1 else None
        return state if state in _SHARED else None

    def _is_bare(self, period: Row) -> bool:
        """Whether the state is said once in the header and the cells stay without icons."""
        if period.values.get("locked"):
            return True
        states = self.states(period.id)
        filled = [state for state in states if state not in (EntryState.DUE, EntryState.EMPTY)]
        return len(filled) > 1 and len(filled) == len(states) and self._shared(states) is not None

    # What the page asks

    @property
    def split(self) -> Split:
        return self.facts.split

    @property
    def measure(self) -> Measure:
        return self.facts.measure

    def entry(self, line: Line) -> Entry | None:
        several = self.facts.entries.get((line.period, line.place), ())
        return several[line.nth] if line.nth < len(several) else None

    def lines(self, period: bytes) -> list[Line]:
        return self._lines.get(period, [])

    def input_keys(self) -> tuple[str, ...]:
        return self._inputs

    def counted_keys(self) -> tuple[str, ...]:
        """The inputs that are expected to be filled; a total counted apart never is."""
        return self._counted

    def stored_key(self, entry: Entry | None, column: str) -> str:
        """The key that a cell is kept under, which an import may have written in another order."""
        if entry is None or column.startswith(FIELD):
            return column
        return self.cells(entry.row).stored.get(column, column)

    def head_key(self, entry: Entry, column: str) -> str:
        """The key of the register behind a cell."""
        if column.startswith(FIELD):
            return field_of(column)
        return f"cells/{self.stored_key(entry, column)}"

    def cells(self, row: Row) -> Cells:
        found = self._sorted.get(row.id)
        if found is None:
            found = cells_of(self.split, row.values.get("cells") or {}, row.values.get("missing") or {})
            self._sorted[row.id] = found
        return found

    def states(self, period: bytes) -> list[EntryState]:
        """The state of every expected input of a period, locked ones by what they are."""
        found = self._states.get(period)
        if found is None:
            keys = self.counted_keys()
            lines = [line for line in self.lines(period) if self.is_expected(line)]
            found = [self.state(line, key)[0] for line in lines for key in keys]
            self._states[period] = found
        return found

    def is_expected(self, line: Line) -> bool:
        """Whether a figure is waited for: of the places, or of the whole area where that one was given."""
        entry = self.entry(line)
        if entry is not None and is_filled(entry.row):
            return True
        whole = any(is_filled(each.row) for each in self.facts.entries.get((line.period, None), ()))
        if line.place is not None:
            return not whole
        return not any(each.place is not None for each in self.lines(line.period))

    # Cells

    def cell(self, row: str, column: str) -> EntryCell:
        found = self._cells.get((row, column))
        if found is None:
            line = line_of(row)
            if line is None:
                found = total_cell(self, row, column)
            elif column == ALL or column.startswith(SUM):
                found = sum_cell(self, line, column)
            else:
                found = self._input_cell(line, column)
            self._cells[(row, column)] = found
        return found

    def is_due(self, period: bytes) -> bool:
        row = self.facts.period(period)
        span = row_span(row) if row is not None else None
        return span is not None and span.start <= self.facts.moment.today

    def is_locked(self, line: Line) -> bool:
        period, entry = self.facts.period(line.period), self.entry(line)
        if self.facts.role not in ("officer", "coordinator", "administrator"):
            return True
        if period is not None and self.facts.state_of(period) is PeriodState.CLOSED:
            return True
        status = entry.row.values.get("status") if entry is not None else None
        if status in ("accepted", "locked"):
            return True
        return status == "approved" and self.facts.role == "officer"

    def value(self, entry: Entry | None, column: str) -> str | int | None:
        """What is stored in an input."""
        if entry is None:
            return None
        if column.startswith(FIELD):
            stored = entry.row.values.get(field_of(column))
            return stored if isinstance(stored, str | int) else None
        return self.cells(entry.row).numbers.get(column)

    def missing_reason(self, entry: Entry | None, column: str) -> str:
        if entry is None:
            return ""
        whole = entry.row.values.get("missing_reason") or ""
        if column.startswith(FIELD):
            return str(whole)
        return str(self.cells(entry.row).missing.get(column) or whole)

    def state(self, line: Line, column: str) -> tuple[EntryState, str]:
        """The state of an input, and why it is missing where it is."""
        entry = self.entry(line)
        if (line.key, column) in self.overlay.invalid:
            return EntryState.INVALID, ""
        if (line.key, column) in self.overlay.pending:
            kept = self.overlay.pending[line.key, column] is not None
            return (EntryState.SAVED, "") if kept else (self._empty_state(line, column), "")
        if entry is not None and self.head_key(entry, column) in entry.row.contested:
            return EntryState.TWO_VALUES, ""
        if self.value(entry, column) is None:
            reason = self.missing_reason(entry, column)
            return (EntryState.MISSING, reason) if reason else (self._empty_state(line, column), "")
        assert entry is not None
        return self._filled_state(entry, column), ""

    def _empty_state(self, line: Line, column: str) -> EntryState:
        due = self.is_due(line.period) and self.is_expected(line) and column in self.counted_keys()
        return EntryState.DUE if due else EntryState.EMPTY

    def _filled_state(self, entry: Entry, column: str) -> EntryState:
        status = entry.row.values.get("status")
        unsent = entry.is_unsent(self.head_key(entry, column))
        if status in APPROVED:
            return EntryState.APPROVED
        if status == "returned":
            return EntryState.SAVED if unsent else EntryState.RETURNED
        if status == "submitted":
            return EntryState.WAITING if unsent or entry.is_unsent("status") else EntryState.SENT
        return EntryState.SAVED if unsent else EntryState.SENT

    def _input_cell(self, line: Line, column: str) -> EntryCell:
        where = (line.key, column)
        locked = self.is_locked(line)
        if where in self.overlay.invalid:
            text, problem = self.overlay.invalid[where]
            return EntryCell(text, EntryState.INVALID, tip=problem)
        state, reason = self.state(line, column)
        if where in self.overlay.pending:
            stored: str | int | None = self.overlay.pending[where]
        else:
            stored = self.value(self.entry(line), column)
        text, edit = self._texts(column, stored)
        if state is EntryState.MISSING:
            tip = self.words.t(_reason_label(reason))
            return EntryCell(
                "", state, reason=missing_words(self.words, reason), tip=tip, edit="", locked=locked
            )
        if state is EntryState.TWO_VALUES:
            tip = self.words.t("Two people changed this")
            return EntryCell(text, state, tip=tip, edit=edit, locked=locked)
        if locked and state is EntryState.DUE:
            state = EntryState.EMPTY
        if self._bare[line.period] and state not in (EntryState.DUE, EntryState.RETURNED):
            state = EntryState.PLAIN
        return EntryCell(text, state, edit=edit, locked=locked)

    def _texts(self, column: str, stored: str | int | None) -> tuple[str, str]:
        """What is shown, and what the editor starts with."""
        if stored is None:
            return "", ""
        kind = input_kind(self.measure, column)
        if kind == "text":
            return str(stored), str(stored)
        if kind == "yes_no":
            said = self.words.t("Yes") if int(stored) else self.words.t("No")
            return said, said
        shown = self.words.number(str(stored))
        return shown, shown

    # What is said under the grid

    def differences(self) -> list[tuple[Line, Difference]]:
        """Totals that were counted apart and are not the sum of their categories."""
        found = []
        for period in self.facts.periods:
            for line in self.lines(period.id):
                entry = self.entry(line)
                if entry is None:
                    continue
                _, difference = total_of(self.measure, self.split, figures_of(entry.row), due=False)
                if difference is not None:
                    found.append((line, difference))
        return found

    def leftovers(self) -> Mapping[str, str]:
        """Numbers under keys of an earlier split, which the totals hold but no column shows."""
        found: dict[str, str] = {}
        for entry in self._all_entries():
            found.update(self.cells(entry.row).others)
        return found if self.split.keys else {}


def _reason_label(reason: str) -> str:
    from sync.records.vocabularies import MISSING_REASON

    return MISSING_REASON.get(reason, reason)
