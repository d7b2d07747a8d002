"""What the data entry says in words: where a cell is, how it stands, what the totals lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.bridge.desk import Desk
from desktop.commands.totals import REASONS, Bound
from desktop.models.entry import EntryState
from desktop.screens.indicators.entry_data import EntryTable
from desktop.screens.indicators.layout import ALL, FIELD, SUM, category_path
from desktop.screens.indicators.lines import line_of
from desktop.screens.indicators.wording import (
    STATES,
    difference_text,
    period_short,
    period_title,
    place_title,
)
from desktop.store.people import author_of
from desktop.store.rows import Row
from desktop.widgets.badge import Badge
from desktop.widgets.legend import Mark
from desktop.widgets.look import Look
from desktop.words import Words
from sync.clock import stamp_ms
from sync.records.vocabularies import MISSING_REASON


def t(msgid: str) -> str:
    """Mark a message for translation."""
    return msgid


_SIGNS = {Bound.AT_LEAST: "≥", Bound.AT_MOST: "≤", Bound.SO_FAR: "( )"}
_BOUNDS = {
    Bound.AT_LEAST: t("{sign} means a cell is still missing, so the total can only grow."),
    Bound.AT_MOST: t("{sign} means a cell is still missing, so this can only fall."),
    Bound.SO_FAR: t("{sign} means a cell is still missing, so this can still change."),
}


@dataclass(frozen=True, slots=True)
class CellWords:
    """What the bar over the grid says."""

    place: str = ""
    badge: Badge | None = None
    text: str = ""
    action: str = ""
    decide: bool = False


class EntryWords:
    """Asks the reader who wrote a cell, one cell at a time."""

    def __init__(self, look: Look, desk: Desk) -> None:
        self._look, self._desk = look, desk

    def path(self, table: EntryTable, row: str, column: str) -> str:
        """Period, place and categories of a cell."""
        words, facts = self._look.words, table.facts
        if not row:
            return ""
        period = facts.period(bytes.fromhex(row.partition("/")[0]))
        parts = [period_short(words, period) if period is not None else ""]
        line = line_of(row)
        if line is not None:
            parts.append(place_title(words, facts.place_name(line.place)))
        elif "/" in row:
            parts.append(words.t("All places"))
        else:
            return period_title(words, period) if period is not None else ""
        declared = table.layout.column(column)
        if column.startswith((FIELD, SUM)) and declared is not None:
            if not column.startswith(SUM):
                parts.append(declared.title)
            else:
                parts += [*category_path(table.split, column.removeprefix(SUM)), declared.title]
        elif declared is not None:
            parts += [words.isolate(name) for name in category_path(table.split, column)]
        return " · ".join(part for part in parts if part)

    def cell(self, table: EntryTable, row: str, column: str) -> CellWords:
        """Everything that the bar says of a cell."""
        path = self.path(table, row, column)
        line = line_of(row) if row else None
        if line is None or not column or column == ALL or column.startswith(SUM):
            tip = table.cell(row, column).tip if column and "/" in row else ""
            return CellWords(path, text=tip)
        words = self._look.words
        state, reason = table.state(line, column)
        if (row, column) in table.overlay.invalid:
            word, icon, family = STATES[EntryState.INVALID]
            return CellWords(path, Badge(words.t(word), family, icon), table.overlay.invalid[row, column][1])
        if state is EntryState.EMPTY:
            return CellWords(path)
        word, icon, family = STATES[state]
        said = words.t(MISSING_REASON[reason]) if reason in MISSING_REASON else ""
        badge = Badge(words.t(word), family, icon)
        entry = table.entry(line)
        if entry is None or state is EntryState.DUE:
            return CellWords(path, badge, said)
        by, at = self._written(entry.row, table.head_key(entry, column))
        if state is EntryState.TWO_VALUES:
            return CellWords(
                path,
                badge,
                self._both(entry.row, table.head_key(entry, column)),
                words.t("Decide"),
                decide=True,
            )
        if at and state is EntryState.SAVED:
            badge = Badge(words.t("Saved here, {when}", when=at), family, icon)
            return CellWords(path, badge, said or by)
        return CellWords(path, badge, said or " · ".join(part for part in (by, at) if part))

    def _written(self, row: Row, key: str) -> tuple[str, str]:
        """Who wrote a cell and when."""
        heads = self._desk.reader.state(row.kind, row.id).register(key).heads
        if not heads:
            return "", ""
        words = self._look.words
        when = words.moment(stamp_ms(heads[0].stamp), now_ms=self._desk.clock.now_ms())
        return author_of(self._desk.reader, heads[0].author).name, when

    def _both(self, row: Row, key: str) -> str:
        """The values that stand beside each other, with who wrote each."""
        words = self._look.words
        said = []
        for head in self._desk.reader.state(row.kind, row.id).register(key).heads:
            name = author_of(self._desk.reader, head.author).name or words.t("another laptop")
            value = words.number(str(head.value)) if head.value is not None else words.t("empty")
            said.append(words.t("{value} by {name}", value=words.isolate(value), name=name))
        return words.join(said)


def state_marks(look: Look, table: EntryTable, in_scope: Callable[[Row], bool]) -> list[Mark]:
    """How many cells of the period in front are in each state."""
    words, counts = look.words, dict.fromkeys(STATES, 0)
    for period in table.facts.periods:
        if not in_scope(period):
            continue
        for state in table.states(period.id):
            if state in counts:
                counts[state] += 1
    return [
        Mark(
            f"{words.t(word)} {words.number(counts[state])}",
            icon=icon,
            family=family if icon else "",
            swatch="" if icon else "dashed",
        )
        for state, (word, icon, family) in STATES.items()
        if counts[state]
    ]


def grid_notes(words: Words, table: EntryTable) -> list[str]:
    """What has to be known to read the totals."""
    facts, notes = table.facts, []
    shown = [each for each in facts.figures if facts.period(each.period) in facts.periods]
    bounds = {each.total.bound for each in shown}
    for bound, said in _BOUNDS.items():
        if bound in bounds:
            notes.append(words.t(said, sign=words.isolate(_SIGNS[bound])))
    reasons = {each.total.blocked for each in shown} | {facts.summary.reached.blocked, table.split.blocked()}
    notes += [words.t(REASONS[reason]) for reason in sorted(reasons - {""})]
    if facts.measure.counts == "people":
        notes.append(words.t("One person may be counted more than once here."))
    for line, difference in table.differences():
        period = facts.period(line.period)
        where = [place_title(words, facts.place_name(line.place))]
        where += [period_title(words, period)] if period is not None else []
        entry = table.entry(line)
        why = entry.row.values.get("total_note") if entry is not None else None
        said = f"{words.join(where)}: {difference_text(words, facts.measure, difference)}"
        notes.append(f"{said} {why}" if why else said)
    left = table.leftovers()
    if left:
        keys = words.join([words.isolate(key) for key in sorted(left)])
        notes.append(words.t("Numbers of an earlier split are part of the totals: {keys}.", keys=keys))
    return notes
