"""The table of targets: periods of all years down, the whole area and its places across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from desktop.commands.periods import Span, row_span, working_periods
from desktop.commands.roll_up import target_of_period
from desktop.commands.totals import number
from desktop.models.entry import EntryCell, EntryColumn, EntryRole, EntryRow, EntryState, HeaderSpan
from desktop.screens.indicators.entry_data import Overlay
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.wording import number_text, period_title, place_title, total_text, total_tip
from desktop.store.figures import figures_of
from desktop.store.rows import Row
from desktop.words import Words

ALL: Final = "=all"
WHOLE: Final = "-"
BASELINE: Final = "=baseline"
FINAL: Final = "=final"
OUTSIDE: Final = "=programme"


@dataclass(frozen=True, slots=True)
class Aim:
    """One cell of the table: a period and a place; the whole area without a place."""

    period: bytes | None
    place: bytes | None


def aim_of(row: str, column: str) -> Aim | None:
    """What a cell stands for; None for totals, groups and the indicator's own figures."""
    if row.startswith("=") or "/" not in row or column == ALL:
        return None
    place = None if column == WHOLE else bytes.fromhex(column)
    return Aim(bytes.fromhex(row.partition("/")[2]), place)


class TargetTable:
    """Gives the grid of the targets its rows and cells."""

    def __init__(self, words: Words, facts: Facts, overlay: Overlay) -> None:
        self._words, self.facts, self.overlay = words, facts, overlay
        self._columns = tuple(self._make_columns())
        self._rows = tuple(self._make_rows())

    @property
    def field(self) -> str:
        """The field of a target that holds its figure."""
        kinds = {"yes_no": "score", "scale": "score", "qualitative": "text"}
        return kinds.get(self.facts.measure.unit_type, "value")

    def corner(self) -> str:
        return self._words.t("Period")

    def levels(self) -> Sequence[Sequence[HeaderSpan]]:
        return ()

    def columns(self) -> Sequence[EntryColumn]:
        return self._columns

    def rows(self) -> Sequence[EntryRow]:
        return self._rows

    def _make_columns(self) -> Iterator[EntryColumn]:
        words = self._words
        yield EntryColumn(WHOLE, words.t("Whole area"), width=104, ends_group=True)
        places = [place for place in self.facts.places if place.id is not None]
        for place in places:
            assert place.id is not None
            yield EntryColumn(place.id.hex(), place_title(words, place.name), width=88)
        if places:
            yield EntryColumn(ALL, words.t("Target"), EntryRole.GRAND, width=88)

    def _make_rows(self) -> Iterator[EntryRow]:
        words, facts = self._words, self.facts
        for year, periods in self._years():
            key = f"{year:04d}"
            yield EntryRow(key, words.t("Year {year}", year=year), EntryRole.GROUP)
            for period in periods:
                yield EntryRow(f"{key}/{period.id.hex()}", period_title(words, period), group=key)
        yield EntryRow(OUTSIDE, words.t("Whole programme"), EntryRole.GROUP, caption=self._unit(facts))
        yield EntryRow(BASELINE, words.t("Baseline"), group=OUTSIDE)
        yield EntryRow(FINAL, words.t("Final target"), group=OUTSIDE)

    def _unit(self, facts: Facts) -> str:
        unit = facts.indicator.values.get("unit")
        return self._words.t("in {unit}", unit=str(unit)) if unit else ""

    def _years(self) -> Iterator[tuple[int, list[Row]]]:
        """The years that have periods, each with those that figures are kept for."""
        facts = self.facts
        values = facts.indicator.values
        frequency = values.get("target_frequency") or values.get("collection_frequency")
        used = frozenset(period for period, _ in facts.targets if period is not None)
        years = sorted({span.year for row in facts.every_period if (span := row_span(row)) is not None})
        for year in years:
            span = Span(f"{year:04d}-01-01", f"{year:04d}-12-31")
            rows = working_periods(facts.every_period, span=span, frequency=frequency, used=used)
            if rows:
                yield year, rows

    def target(self, aim: Aim) -> Row | None:
        several = self.facts.targets.get((aim.period, aim.place), ())
        return several[0] if several else None

    def cell(self, row: str, column: str) -> EntryCell:
        where = (row, column)
        if where in self.overlay.invalid:
            text, problem = self.overlay.invalid[where]
            return EntryCell(text, EntryState.INVALID, tip=problem)
        if row in (BASELINE, FINAL):
            return self._own(row, column)
        aim = aim_of(row, column)
        if aim is None:
            return self._total(row) if column == ALL else EntryCell()
        return self._target_cell(aim, where)

    def _own(self, row: str, column: str) -> EntryCell:
        """Baseline and final target, which are fields of the indicator."""
        if column != WHOLE:
            return EntryCell(locked=True)
        where = (row, column)
        values = self.facts.indicator.values
        stored = values.get("baseline_value" if row == BASELINE else "target_value")
        if where in self.overlay.pending:
            stored = self.overlay.pending[where]
        return self._plain(stored)

    def _target_cell(self, aim: Aim, where: tuple[str, str]) -> EntryCell:
        row = self.target(aim)
        stored = row.values.get(self.field) if row is not None else None
        if where in self.overlay.pending:
            stored = self.overlay.pending[where]
        if row is not None and self.field in row.contested:
            cell = self._plain(stored)
            tip = self._words.t("Two people changed this")
            return EntryCell(cell.text, EntryState.TWO_VALUES, tip=tip, edit=cell.edit)
        if row is not None and len(self.facts.targets.get((aim.period, aim.place), ())) > 1:
            cell = self._plain(stored)
            tip = self._words.t("There are two targets for this period and place. The older one is shown.")
            return EntryCell(cell.text, EntryState.TWO_VALUES, tip=tip, edit=cell.edit)
        cell = self._plain(stored)
        cells = (row.values.get("cells") or {}) if row is not None else {}
        if not cells:
            return cell
        count = len(cells)
        said = self._words.n("{count} category has a target.", "{count} categories have a target.", count)
        return replace(cell, tip=said)

    def _plain(self, stored: str | int | None) -> EntryCell:
        if stored is None:
            return EntryCell()
        if self.facts.measure.unit_type == "qualitative":
            return EntryCell(str(stored), edit=str(stored))
        text = number_text(self._words, self.facts.measure, number(stored))
        return EntryCell(text, edit=self._words.number(str(stored)))

    def _total(self, row: str) -> EntryCell:
        period = row.partition("/")[2]
        if not period:
            return EntryCell()
        targets = [
            figures_of(some[0])
            for (own, _), some in self.facts.targets.items()
            if own == bytes.fromhex(period) and some
        ]
        total = target_of_period(self.facts.measure, targets)
        text = total_text(self._words, self.facts.measure, total)
        state = EntryState.BLOCKED if total.blocked else EntryState.PLAIN
        tip = total_tip(self._words, total)
        whole = any(each.place is None and each.total is not None for each in targets)
        split = [each for each in targets if each.place is not None]
        added = target_of_period(self.facts.measure, split)
        if whole and split and added.known and added.value != total.value:
            said = number_text(self._words, self.facts.measure, added.value)
            tip = self._words.t("The targets of the places add up to {sum}.", sum=said)
            text = self._words.isolate(f"≠ {text}")
        return EntryCell(text, state, reason=text if total.blocked else "", tip=tip)
