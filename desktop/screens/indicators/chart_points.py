"""The points of an indicator's chart: each period to date, approved and not yet, with its target."""

from __future__ import annotations

from decimal import Decimal

from desktop.commands.roll_up import PeriodFigure, summary_of
from desktop.commands.totals import Course, Total, course
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.wording import COURSES, number_text, period_short
from desktop.widgets.chart import ChartPoint
from desktop.widgets.look import Look

_MOST_POINTS = 12


def chart_points(look: Look, facts: Facts) -> tuple[list[ChartPoint], str]:
    """The periods of the year, each to date, and the family of their colour."""
    shown = {period.id: period for period in facts.periods}
    figures = [figure for figure in facts.figures if figure.period in shown]
    points = [
        _point(look, facts, figure, period_short(look.words, shown[figure.period]))
        for figure in figures[-_MOST_POINTS:]
    ]
    now = course(facts.measure, facts.summary.reached, facts.summary.expected.value)
    family = COURSES[now][1] if now not in (Course.NO_DATA, Course.NO_TARGET) else "ok"
    return points, family


def _point(look: Look, facts: Facts, figure: PeriodFigure, label: str) -> ChartPoint:
    words, measure = look.words, facts.measure
    summary = summary_of(measure, facts.figures, scope=figure.span, final=None, today=facts.moment.today)
    reached = summary.reached if figure.total.known or figure.due else Total()
    target = summary.expected if figure.target.known else Total()
    approved = summary.approved.value if summary.approved.known else None
    total = reached.value if reached.known and figure.span.start <= facts.moment.today else None
    done = min(approved or Decimal(0), total) if total is not None else None
    inside = facts.moment.span
    return ChartPoint(
        label,
        approved=None if done is None else float(done),
        waiting=0.0 if total is None or done is None else float(total - done),
        target=float(target.value) if target.value is not None else None,
        value_text=number_text(words, measure, total) if total is not None else "",
        target_text=number_text(words, measure, target.value),
        current=inside.start <= figure.span.start
        and figure.span.end <= inside.end != facts.moment.whole_year.end,
    )
