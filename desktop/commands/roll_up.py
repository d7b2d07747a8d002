"""From stored figures to the totals of places, periods and programmes, by the rules of the measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.commands.categories import COMPLETE, Split, cells_of, sum_of_cells
from desktop.commands.periods import Span
from desktop.commands.totals import (
    Difference,
    Measure,
    Part,
    Step,
    Total,
    add_texts,
    number,
    quotient,
    target_at,
    to_date,
    total_of_places,
    total_of_value,
)
from desktop.store.figures import Figures

APPROVED = frozenset({"approved", "accepted", "locked"})


def is_empty(figures: Figures) -> bool:
    """Whether no figure was entered; a reason why it is missing is no figure."""
    plain = (figures.total, figures.numerator, figures.denominator, figures.score)
    return not figures.cells and all(value is None for value in plain)


def total_of(
    measure: Measure, split: Split, figures: Figures, *, due: bool
) -> tuple[Total, Difference | None]:
    """The total of one value, and how a total that was counted apart differs from its cells."""
    if measure.unit_type in ("yes_no", "scale"):
        score = figures.score if figures.score is not None else figures.total
        return Total(number(score)), None
    if measure.unit_type == "qualitative":
        return Total(), None
    if measure.by_parts:
        value = quotient(number(figures.numerator), number(figures.denominator), factor=measure.factor)
        typed = number(figures.total)
        shown = value if value is not None else typed
        return Total(
            shown, numerator=number(figures.numerator), denominator=number(figures.denominator)
        ), None
    summed = _sum(split, figures, due=due)
    if measure.unit_type != "number" and figures.cells:
        summed = Total(blocked="average" if measure.unit_type == "average" else "none")
    total, difference = total_of_value(summed, number(figures.total))
    parts = {"numerator": number(figures.numerator), "denominator": number(figures.denominator)}
    return Total(total.value, total.bound, total.blocked, **parts), difference


def _sum(split: Split, figures: Figures, *, due: bool) -> Total:
    """The sum of the cells of one value."""
    if figures.cells and split.covers(figures.cells) and not split.blocked():
        return Total(add_texts(figures.cells.values()))
    cells = cells_of(split, figures.cells, figures.missing)
    return sum_of_cells(split, cells, split.keys, inside=0, due=due, reason=figures.missing_reason)


def part_of(measure: Measure, split: Split, figures: Figures | None, *, due: bool) -> Part:
    """One place as a part of the figure of all places."""
    if figures is None:
        return Part(whole=not due)
    total, _ = total_of(measure, split, figures, due=due)
    there = total.value is not None or bool(total.blocked)
    whole = not total.bound if there else not due or figures.missing_reason in COMPLETE
    return Part(
        total.value,
        total.numerator,
        total.denominator,
        whole=whole,
        blocked=total.blocked,
        version=figures.version,
    )


def total_of_period(
    measure: Measure,
    split: Split,
    figures: Sequence[Figures],
    *,
    places: Iterable[bytes | None] = (),
    due: bool = False,
) -> Total:
    """The figure of one period over its places; `places` are those that a figure is expected of."""
    by_place: dict[bytes | None, list[Figures]] = {}
    for each in figures:
        if not is_empty(each) or each.missing_reason or each.missing:
            by_place.setdefault(each.place, []).append(each)
    filled = {place: [each for each in some if not is_empty(each)] for place, some in by_place.items()}
    if any(len(some) > 1 for some in filled.values()):
        return Total(blocked="two_entries")
    if filled.get(None) and any(some for place, some in filled.items() if place is not None):
        return Total(blocked="whole_and_parts")
    wanted = list(dict.fromkeys([*places, *by_place]))
    if filled.get(None):
        wanted = [None]
    elif any(filled.values()):
        wanted = [place for place in wanted if place is not None or place in by_place]
    parts = []
    for place in wanted:
        some = filled.get(place) or by_place.get(place)
        parts.append(part_of(measure, split, some[0] if some else None, due=due))
    return total_of_places(measure, parts)


def places_of(figures: Iterable[Figures]) -> set[bytes | None]:
    """The places that figures were entered for."""
    return {each.place for each in figures}


@dataclass(frozen=True, slots=True)
class PeriodFigure:
    """One period of an indicator: its figure, the approved part of it, and its target."""

    period: bytes
    span: Span
    total: Total
    approved: Total
    target: Total
    due: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """An indicator at a moment: what is known of the period in front, to date, and what it should be."""

    now: Total
    reached: Total
    approved: Total
    expected: Total
    year_target: Total
    final_target: bool
    """The target of the year is the one of the whole programme, as the year has none."""


def period_figures(
    measure: Measure,
    split: Split,
    values: Sequence[Figures],
    targets: Sequence[Figures],
    *,
    spans: Mapping[bytes, Span],
    places: Iterable[bytes | None],
    today: str,
    shown: frozenset[bytes] = frozenset(),
) -> list[PeriodFigure]:
    """Every period that has a figure, a target or a place on the screen, in order."""
    by_period: dict[bytes, list[Figures]] = {}
    aimed: dict[bytes, list[Figures]] = {}
    for each in values:
        if each.period is not None:
            by_period.setdefault(each.period, []).append(each)
    for each in targets:
        if each.period is not None:
            aimed.setdefault(each.period, []).append(each)
    expected = list(places)
    made = []
    for period, span in spans.items():
        if period not in shown and period not in by_period and period not in aimed:
            continue
        figures = by_period.get(period, [])
        due = period in shown and span.start <= today
        done = [each for each in figures if each.status in APPROVED]
        total = total_of_period(measure, split, figures, places=expected if due else (), due=due)
        whole = len(done) == len(figures) and not total.bound
        made.append(
            PeriodFigure(
                period,
                span,
                total,
                total if whole else total_of_period(measure, split, done),
                target_of_period(measure, aimed.get(period, [])),
                due,
            )
        )
    return sorted(made, key=lambda each: (each.span.start, each.span.end, each.period))


def target_of_period(measure: Measure, targets: Sequence[Figures]) -> Total:
    """The target of a period: the one for the whole area, else those of its places together."""
    whole = [each for each in targets if each.place is None]
    parts = [target_part(measure, each) for each in (whole or targets)]
    parts = [part for part in parts if part.value is not None or part.numerator is not None]
    return total_of_places(measure, parts[:1] if whole else parts)


def target_part(measure: Measure, target: Figures) -> Part:
    numerator, denominator = number(target.numerator), number(target.denominator)
    value = number(target.total)
    if value is None and target.score is not None:
        value = number(target.score)
    if value is None:
        value = quotient(numerator, denominator, factor=measure.factor)
    if value is not None and numerator is None and measure.by_parts:
        # A target of 60 % is one in itself; places without their counts are not added up.
        return Part(value)
    return Part(value, numerator, denominator)


def summary_of(
    measure: Measure, figures: Sequence[PeriodFigure], *, scope: Span, final: str | None, today: str
) -> Summary:
    """How an indicator stands at the end of the scope."""
    year = scope.year
    values = [Step(each.span.start, each.span.end, each.total, each.due) for each in figures]
    approved = [Step(each.span.start, each.span.end, each.approved) for each in figures]
    targets = [Step(each.span.start, each.span.end, each.target) for each in figures]
    inside = [step for step in values if scope.start <= step.start and step.end <= scope.end]
    now = to_date(measure, inside, year=year, until=scope.end)
    whole_year = target_at(measure, targets, year=year, until=f"{year:04d}-12-31")
    only_final = not whole_year.known and final is not None
    return Summary(
        now=now,
        reached=to_date(measure, values, year=year, until=scope.end),
        approved=to_date(measure, approved, year=year, until=scope.end),
        expected=target_at(
            measure, targets, year=year, until=_expected_by(figures, scope=scope, today=today)
        ),
        year_target=Total(number(final)) if only_final else whole_year,
        final_target=only_final,
    )


def _expected_by(figures: Sequence[PeriodFigure], *, scope: Span, today: str) -> str:
    """The last day a target is held against: of a year, the end of the period that runs today."""
    if not scope.start <= today <= scope.end:
        return scope.end
    running = [each.span.end for each in figures if each.span.start <= today <= each.span.end <= scope.end]
    return min(running, default=scope.end)
