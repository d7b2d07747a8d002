"""The columns of the list, and the cells of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from desktop.commands.periods import PeriodState, days_between
from desktop.commands.totals import Course, Total, number, share
from desktop.models.columns import EMPTY, Cell, CellKind, Column, Row
from desktop.models.record_tree_model import Node
from desktop.screens.indicators.facts import Moment
from desktop.screens.indicators.framework import LOOSE, Due, Framework, Standing, filtered
from desktop.screens.indicators.wording import course_badge, day_text, number_text, total_text, total_tip
from desktop.store.rows import Row as StoredRow
from desktop.store.titles import shown_title
from desktop.words import Words
from sync.records import kind


def t(msgid: str) -> str:
    """Mark a column's title; the grid translates it."""
    return msgid


OPTIONAL = {"baseline": 1100, "unit": 960}
"""Columns that go where the page is narrower than this."""


def columns(words: Words, moment: Moment) -> tuple[Column, ...]:
    """The target's title names its year, so columns are made for a moment."""
    target = words.t("Target {year}", year=moment.year)
    return (
        Column("title", t("Result or indicator"), width=380, stretch=True, rule=True),
        Column("unit", t("Unit"), width=92),
        Column("baseline", t("Baseline"), CellKind.NUMBER, width=96),
        Column("target", target, CellKind.NUMBER, width=100),
        Column("now", t("This period"), CellKind.NUMBER, width=96),
        Column("reached", t("To date"), CellKind.NUMBER, width=92),
        Column("share", t("%"), CellKind.NUMBER, width=56, rule=True),
        Column("course", t("State"), CellKind.STATUS, width=132),
        Column("due", t("Due"), CellKind.STATUS, width=164),
    )


class ListRows:
    """Nodes and rows for the tree of the list; figures come later and are put in by `take`."""

    def __init__(self, words: Words, moment: Moment) -> None:
        self._words = words
        self.framework = Framework(moment)
        self.standings: dict[bytes, Standing] = {}
        self.counts: Counter[Course] = Counter()
        """How many indicators of the framework stand on each course, as far as they are read."""
        self.filter = ""

    def adopt(self, framework: Framework) -> None:
        """Another framework: figures stay for the indicators that are in it."""
        self.framework = framework
        kept = self.standings.items()
        self.standings = {record: each for record, each in kept if record in framework.indicators}
        self.counts = Counter(each.course for each in self.standings.values())

    def take(self, standings: Mapping[bytes, Standing]) -> None:
        """Figures of some indicators of the framework."""
        for record, standing in standings.items():
            before = self.standings.get(record)
            if before is not None:
                self.counts[before.course] -= 1
            self.counts[standing.course] += 1
        self.standings.update(standings)

    def nodes(self) -> Sequence[Node]:
        return filtered(self.framework, self.filter)

    def rows(self, ids: Sequence[bytes]) -> Sequence[Row]:
        return [self._row(record) for record in ids]

    def _row(self, record: bytes) -> Row:
        words, language = self._words, self.framework.moment.language
        if record == LOOSE:
            return Row(record, {"title": Cell(words.t("Without a result"))}, group=True)
        result = self.framework.results.get(record)
        if result is not None:
            title = Cell(shown_title(result, language), prefix=str(result.values.get("code") or ""))
            return Row(record, {"title": title}, group=True, seen=result)
        row = self.framework.indicators.get(record)
        if row is None:
            return Row(record)
        return Row(record, self._cells(row), seen=row)

    def _cells(self, row: StoredRow) -> dict[str, Cell]:
        words, values = self._words, row.values
        name = shown_title(row, self.framework.moment.language)
        cells = {
            "title": Cell(
                name, prefix=str(values.get("code") or ""), muted=values.get("status") == "retired"
            ),
            "unit": Cell(str(values.get("unit") or _unit_word(words, values.get("unit_type"))), muted=True),
        }
        standing = self.standings.get(row.id)
        if standing is None:
            return cells
        measure, summary = standing.measure, standing.summary
        reached, aim = summary.reached, summary.year_target
        baseline = number(values.get("baseline_value"))
        said = number_text(words, measure, baseline)
        if baseline is None and values.get("baseline_not_applicable"):
            said = words.p("cell", "n/a")
        cells["baseline"] = Cell(said, muted=True)
        tip = words.t("The final target; the year has none.") if summary.final_target else ""
        cells["target"] = Cell(number_text(words, measure, aim.value), tip=tip, muted=summary.final_target)
        cells["now"] = self._figure(standing, summary.now)
        cells["reached"] = self._figure(standing, reached)
        part = share(measure, reached.value if not reached.blocked else None, aim.value)
        cells["share"] = Cell(words.percent(part, 0) if part is not None else "")
        where = standing.course
        badge = course_badge(words, where)
        quiet = where in (Course.NO_DATA, Course.NO_TARGET)
        cells["course"] = Cell(badge.text, icon=badge.icon, family=badge.family, muted=quiet)
        cells["due"] = due_cell(words, standing.due, today=self.framework.moment.today)
        return cells

    def _figure(self, standing: Standing, total: Total) -> Cell:
        text = total_text(self._words, standing.measure, total)
        return Cell(text, tip=total_tip(self._words, total), muted=bool(total.blocked))


def _unit_word(words: Words, unit_type: object) -> str:
    labels = kind("indicator").field("unit_type").choice_labels
    return words.t(labels[str(unit_type)]) if unit_type in labels and unit_type != "number" else ""


def due_cell(words: Words, due: Due, *, today: str) -> Cell:
    """When the period in front is due, or how far it has come."""
    if not due.day:
        return EMPTY
    date = day_text(words, due.day, today=today)
    if due.returned:
        said = words.n("{count} returned", "{count} returned", due.returned)
        return Cell(said, icon="corner-up-left", family="bad")
    if due.approved and due.entered >= due.expected:
        return Cell(words.t("Approved"), icon="check-check", family="ok")
    if due.state is PeriodState.CLOSED:
        return Cell(words.t("Closed {date}", date=date), icon="lock", family="none")
    if due.state is PeriodState.NOT_YET:
        return Cell(words.t("Not due yet"), icon="circle-dashed", family="none", muted=True)
    count = words.t("{entered} of {expected}", entered=due.entered, expected=due.expected)
    if due.entered >= due.expected:
        return Cell(words.t("All entered"), second=count, icon="check", family="over")
    if due.state is PeriodState.OVERDUE:
        days = days_between(due.day, today)
        said = words.n("{count} d overdue", "{count} d overdue", days)
        return Cell(said, second=count, icon="clock-alert", family="bad")
    soon = days_between(today, due.day) <= 7
    return Cell(
        words.t("Due {date}", date=date),
        second=count,
        icon="calendar-clock",
        family="watch" if soon else "none",
    )
