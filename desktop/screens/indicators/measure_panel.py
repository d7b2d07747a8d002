"""The panel beside the data entry: actual against target to date, what was returned, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.commands.totals import REASONS, course, share
from desktop.models.entry import EntryState
from desktop.screens.indicators.cards import Card
from desktop.screens.indicators.chart_points import chart_points
from desktop.screens.indicators.entry_data import EntryTable
from desktop.screens.indicators.facts import Entry, Facts
from desktop.screens.indicators.layout import FIELD, category_path
from desktop.screens.indicators.lines import Line
from desktop.screens.indicators.wording import (
    course_badge,
    day_text,
    number_text,
    period_short,
    period_title,
    place_title,
    total_text,
)
from desktop.widgets.badge import BadgeLabel
from desktop.widgets.buttons import IconButton
from desktop.widgets.chart import Chart
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Rule
from desktop.widgets.layouts import margins
from desktop.widgets.look import Look
from desktop.widgets.side_panel import SidePanel
from sync.records.vocabularies import MISSING_REASON

WIDTH = 304
_TWO_ENTRIES = "two_entries"


class MeasurePanel(SidePanel):
    """Filled anew with every reading of the facts."""

    cell_asked = Signal(str, str)
    decision_asked = Signal()
    entry_dropped = Signal(object)  # the Row of the entry that goes

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(look, name=look.words.t("Target and actual"), width=WIDTH, parent=parent)
        self._chart: Chart | None = None

    def _build_head(self) -> QVBoxLayout:
        """Instead of code, badge and title: one line, and a way to close it where it lies over the page."""
        look = self._look
        head = QVBoxLayout()
        head.setContentsMargins(margins(look, 16, 12, 12, 0))
        row = QHBoxLayout()
        row.setSpacing(8)
        said = look.words.t("Target and actual, to date")
        title = ElidedLabel(look, said, weight=SEMIBOLD, parent=self)
        row.addWidget(title, 1)
        self.close_button = IconButton(look, "close", look.words.t("Close"), size=14, box=24, parent=self)
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button)
        head.addLayout(row)
        return head

    def set_closable(self, *, closable: bool) -> None:
        self.close_button.setVisible(closable)

    def show_table(self, table: EntryTable) -> None:
        self.clear()
        self._add_figure(table.facts)
        self._add_chart(table.facts)
        notes = [*self._returned(table), *self._contested(table), *self._doubled(table)]
        missing = list(_missing_lines(self._look, table))
        if notes or missing:
            self.body.addWidget(Rule(self._look))
        for card in notes:
            self.body.addWidget(card)
        if missing:
            self._add_missing(missing)

    # The figure

    def _add_figure(self, facts: Facts) -> None:
        look, words, summary = self._look, self._look.words, facts.summary
        row = QHBoxLayout()
        row.setSpacing(8)
        reached = summary.reached
        blocked = bool(reached.blocked)
        text = total_text(words, facts.measure, reached) or "–"
        role = Role.TITLE if blocked else Role.BIG
        row.addWidget(Label(look, text, role=role, weight=SEMIBOLD), 0, Qt.AlignmentFlag.AlignBottom)
        aim = _aim_text(look, facts)
        second = Label(look, aim, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True)
        second.setContentsMargins(0, 0, 0, 5)
        row.addWidget(second, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)
        if blocked:
            reason = words.t(REASONS[reached.blocked])
            self.body.addWidget(Label(look, reason, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True))
        state = QHBoxLayout()
        state.setSpacing(8)
        where = course(facts.measure, reached, summary.expected.value)
        state.addWidget(BadgeLabel(look, course_badge(words, where)))
        state.addStretch(1)
        part = share(facts.measure, reached.value, summary.year_target.value)
        if part is not None and not blocked:
            said = words.t("{share} of the target", share=words.percent(part, 0))
            state.addWidget(Label(look, said, role=Role.SECONDARY, colour=look.tokens.t2))
        self.body.addLayout(state)
        if summary.now.known:
            said = words.t("This period {figure}", figure=total_text(words, facts.measure, summary.now))
            self.body.addWidget(Label(look, said, role=Role.SECONDARY, colour=look.tokens.t3, wrap=True))

    def _add_chart(self, facts: Facts) -> None:
        points, family = chart_points(self._look, facts)
        if points:
            name = self._look.words.t("Target and actual, to date")
            self.body.addWidget(Chart(self._look, points, name=name, family=family))

    # Notes

    def _returned(self, table: EntryTable) -> Iterator[Card]:
        look, words, facts = self._look, self._look.words, table.facts
        for line, entry in _entries(table):
            values = entry.row.values
            if values.get("status") != "returned":
                continue
            place = place_title(words, facts.place_name(line.place))
            by = facts.names.get(values.get("reviewed_by") or b"", "")
            period = facts.period(line.period)
            title = (
                words.t("{place} returned by {name}", place=place, name=by)
                if by
                else words.t("{place} returned", place=place)
            )
            on = values.get("reviewed_on")
            caption = day_text(words, str(on), today=facts.moment.today) if on else ""
            if period is not None:
                caption = " · ".join(part for part in (period_short(words, period), caption) if part)
            note = values.get("review_note")
            card = Card(
                look,
                family="bad",
                icon="corner-up-left",
                title=title,
                text=words.t("“{text}”", text=note) if note else "",
                action=words.t("Go to the cell"),
                caption=caption,
            )
            card.acted.connect(partial(self.cell_asked.emit, line.key, table.input_keys()[0]))
            yield card

    def _contested(self, table: EntryTable) -> Iterator[Card]:
        words = self._look.words
        count = sum(len(entry.row.contested) for _, entry in _entries(table))
        if not count:
            return
        card = Card(
            self._look,
            family="ask",
            icon="git-pull-request-arrow",
            title=words.n(
                "Two people changed {count} value here", "Two people changed {count} values here", count
            ),
            text=words.t("Nothing is lost while these wait."),
            action=words.t("Decide"),
        )
        card.acted.connect(self.decision_asked)
        yield card

    def _doubled(self, table: EntryTable) -> Iterator[Card]:
        look, words, facts = self._look, self._look.words, table.facts
        for line, entry in _entries(table):
            if not line.nth:
                continue
            period = facts.period(line.period)
            where = " · ".join(
                (
                    place_title(words, facts.place_name(line.place)),
                    period_title(words, period) if period is not None else "",
                )
            )
            card = Card(
                look,
                family="ask",
                icon="git-pull-request-arrow",
                title=words.t("Two entries: {where}", where=where),
                text=words.t(REASONS[_TWO_ENTRIES]),
                action=words.t("Remove entry {number}", number=line.nth + 1),
            )
            card.acted.connect(partial(self.entry_dropped.emit, entry.row))
            yield card

    def _add_missing(self, lines: list[str]) -> None:
        look = self._look
        title = look.words.t("Missing, with reason")
        self.body.addSpacing(4)
        self.body.addWidget(Label(look, title, role=Role.SECONDARY, weight=MEDIUM, colour=look.tokens.t2))
        for line in lines:
            row = QHBoxLayout()
            row.setSpacing(8)
            icon = IconLabel(look, "circle-slash", size=14, colour=look.tokens.watch.text)
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(look, line, role=Role.SECONDARY, wrap=True), 1)
            self.body.addLayout(row)


def _entries(table: EntryTable) -> Iterator[tuple[Line, Entry]]:
    for period in table.facts.periods:
        for line in table.lines(period.id):
            entry = table.entry(line)
            if entry is not None:
                yield line, entry


def _aim_text(look: Look, facts: Facts) -> str:
    words, aim = look.words, facts.summary.year_target
    if not aim.known:
        return words.t("no target yet")
    target = number_text(words, facts.measure, aim.value)
    if facts.summary.final_target:
        return words.t("of {target}, the final target", target=target)
    return words.t("of {target} in {year}", target=target, year=facts.moment.year)


def _missing_lines(look: Look, table: EntryTable) -> Iterator[str]:
    """Each reason once for each place and period, with the categories it is about."""
    words, facts = look.words, table.facts
    for line, entry in _entries(table):
        by_reason: dict[str, list[str]] = {}
        keys = table.counted_keys()
        for key in keys:
            state, reason = table.state(line, key)
            if state is EntryState.MISSING:
                by_reason.setdefault(reason, []).append(key)
        for reason, some in by_reason.items():
            place = place_title(words, facts.place_name(line.place))
            what = "" if len(some) == len(keys) or some[0].startswith(FIELD) else _categories(table, some)
            where = words.join([place, what] if what else [place])
            said = words.t(MISSING_REASON.get(reason, reason))
            by = entry.row.values.get("expected_on")
            if reason == "collected_later" and by:
                date = day_text(words, str(by), today=facts.moment.today)
                yield words.t("{where}: collected later, by {date}", where=where, date=date)
            else:
                yield words.t("{where}: {reason}", where=where, reason=said[:1].lower() + said[1:])


def _categories(table: EntryTable, keys: list[str]) -> str:
    """What the cells have in common, such as men; else how many there are."""
    paths = [category_path(table.split, key) for key in keys]
    shared = [names[0] for names in zip(*paths, strict=False) if len(set(names)) == 1]
    return " ".join(shared)
