"""The results framework as the list shows it: results, their indicators, and how each of these stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands.categories import Split
from desktop.commands.crossing import read_split
from desktop.commands.periods import (
    PeriodState,
    Span,
    due_day,
    row_span,
    state_of,
    working_periods,
)
from desktop.commands.roll_up import APPROVED, Summary, is_empty, period_figures, summary_of
from desktop.commands.totals import Course, Measure, course, measure_of
from desktop.models.record_tree_model import Node
from desktop.screens.indicators.facts import FEW_PLACES, Moment, programme_band
from desktop.store.figures import Figures, read_figures
from desktop.store.fold import fold
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row
from desktop.store.titles import shown_title

LOOSE = b"\xff" * 16
"""The group of indicators that hang from no result."""
BATCH = 10
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Due:
    """How the period in front stands: its day, and how much of it is entered."""

    state: PeriodState = PeriodState.NOT_YET
    day: str = ""
    entered: int = 0
    expected: int = 0
    returned: int = 0
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator in figures."""

    measure: Measure
    summary: Summary
    due: Due
    course: Course


@dataclass(frozen=True, slots=True)
class Framework:
    """Everything of the list but the figures, which follow in batches."""

    moment: Moment
    results: Mapping[bytes, Row] = field(default_factory=dict)
    indicators: Mapping[bytes, Row] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    periods: tuple[Row, ...] = ()
    places: tuple[bytes, ...] = ()
    band: str | None = None
    said: Mapping[bytes, str] = field(default_factory=dict)
    """Folded code and title of each, for the filter."""

    def children_keys(self, parent: bytes | None) -> list[str]:
        """The order keys of the results under a parent."""
        found = [row.values.get("position") for row in self.results.values()]
        return sorted(key[1] for key in found if key and key[0] == parent)


def read_framework(reader: Reader, moment: Moment) -> Framework:
    """Results and indicators of the workspace in reading order."""
    inside = (moment.workspace,)
    results = {row.id: row for row in reader.select(Query("result", workspaces=inside))}
    indicators = {row.id: row for row in reader.select(Query("indicator", workspaces=inside))}
    places = reader.record_ids(Query("place", workspaces=inside))
    return Framework(
        moment,
        results,
        indicators,
        tuple(_nodes(results, indicators)),
        tuple(reader.select(Query("period", workspaces=inside))),
        tuple(places),
        programme_band(reader),
        {row.id: fold(_said(row, moment.language)) for row in (*results.values(), *indicators.values())},
    )


def natural(text: str) -> list[tuple[int, str]]:
    """Codes as people count: 1.10 after 1.9."""
    return [
        (int(part), "") if part.isdigit() else (-1, part.casefold()) for part in _DIGITS.split(text) if part
    ]


def _order(row: Row) -> tuple[str, list[tuple[int, str]], bytes]:
    position = row.values.get("position")
    return (str(position[1]) if position else "~", natural(str(row.values.get("code") or "~")), row.id)


def _nodes(results: Mapping[bytes, Row], indicators: Mapping[bytes, Row]) -> list[Node]:
    below: dict[bytes | None, list[Row]] = {}
    for row in results.values():
        position = row.values.get("position")
        parent = position[0] if position and position[0] in results else None
        below.setdefault(parent, []).append(row)
    measured: dict[bytes | None, list[Row]] = {}
    for row in indicators.values():
        result = row.values.get("result")
        measured.setdefault(result if result in results else None, []).append(row)
    nodes: list[Node] = []
    placed: set[bytes] = set()

    def put(row: Row, level: int) -> None:
        if row.id in placed:
            return
        placed.add(row.id)
        nodes.append(Node(row.id, level, group=True))
        nodes.extend(Node(each.id, level + 1) for each in sorted(measured.get(row.id, ()), key=_order))
        for each in sorted(below.get(row.id, ()), key=_order):
            put(each, level + 1)

    # Results under each other in a ring, made on two laptops at once, come last rather than not at all.
    for row in [*sorted(below.get(None, ()), key=_order), *sorted(results.values(), key=_order)]:
        put(row, 0)
    loose = sorted(measured.get(None, ()), key=_order)
    if loose:
        nodes.append(Node(LOOSE, 0, group=True))
        nodes.extend(Node(each.id, 1) for each in loose)
    return nodes


def filtered(framework: Framework, text: str) -> list[Node]:
    """The nodes whose code or title holds the words, with what they hang from and what hangs from them."""
    wanted = fold(text).split()
    if not wanted:
        return list(framework.nodes)
    hits = {record for record, said in framework.said.items() if all(word in said for word in wanted)}
    kept: set[bytes] = set()
    above: list[Node] = []
    # Where a group is hit, everything below it is kept.
    held_level: int | None = None
    for node in framework.nodes:
        if node.group:
            while above and above[-1].level >= node.level:
                above.pop()
            if held_level is not None and node.level <= held_level:
                held_level = None
        hit = node.id in hits
        if hit or held_level is not None:
            kept.add(node.id)
            kept.update(each.id for each in above)
        if node.group:
            if hit and held_level is None:
                held_level = node.level
            above.append(node)
    return [node for node in framework.nodes if node.id in kept]


def _said(row: Row, language: str) -> str:
    return f"{row.values.get('code') or ''} {shown_title(row, language)}"


def read_standings(
    reader: Reader, framework: Framework, indicators: Sequence[bytes]
) -> dict[bytes, Standing]:
    """How some indicators stand."""
    moment = framework.moment
    known = [record for record in indicators if record in framework.indicators]
    values = _by_indicator(read_figures(reader, "value", workspace=moment.workspace, indicators=known))
    targets = _by_indicator(read_figures(reader, "target", workspace=moment.workspace, indicators=known))
    splits: dict[tuple[bytes, ...], Split] = {}
    found = {}
    for record in known:
        row = framework.indicators[record]
        dimensions = tuple(row.values.get("dimensions") or ())
        if dimensions not in splits:
            splits[dimensions] = read_split(reader, dimensions, moment.language)
        found[record] = _standing(
            framework, row, splits[dimensions], values.get(record, []), targets.get(record, [])
        )
    return found


def _by_indicator(figures: Sequence[Figures]) -> dict[bytes, list[Figures]]:
    found: dict[bytes, list[Figures]] = {}
    for each in figures:
        found.setdefault(each.indicator, []).append(each)
    return found


def _standing(
    framework: Framework, row: Row, split: Split, values: Sequence[Figures], targets: Sequence[Figures]
) -> Standing:
    moment = framework.moment
    measure = measure_of(row.values, band=framework.band)
    spans: dict[bytes, Span] = {
        each.id: span for each in framework.periods if (span := row_span(each)) is not None
    }
    used = frozenset(each.period for each in (*values, *targets) if each.period is not None)
    frequency = row.values.get("collection_frequency") or row.values.get("reporting_frequency")
    periods = working_periods(framework.periods, span=moment.whole_year, frequency=frequency, used=used)
    places = _expected_places(framework, [*values, *targets])
    figures = period_figures(
        measure,
        split,
        values,
        targets,
        spans=spans,
        places=places,
        today=moment.today,
        shown=frozenset(each.id for each in periods),
    )
    final = row.values.get("target_value")
    summary = summary_of(measure, figures, scope=moment.span, final=final, today=moment.today)
    where = course(measure, summary.reached, summary.expected.value)
    return Standing(measure, summary, _due(framework, periods, values, places), where)


def _expected_places(framework: Framework, figures: Sequence[Figures]) -> list[bytes | None]:
    used = {each.place for each in figures}
    if len(framework.places) <= FEW_PLACES:
        return [*framework.places, *(place for place in used if place not in framework.places)]
    return list(used)


def _due(
    framework: Framework, periods: Sequence[Row], values: Sequence[Figures], places: Sequence[bytes | None]
) -> Due:
    """The period of the scope that has begun last."""
    moment = framework.moment
    inside = [row for row in periods if (span := row_span(row)) is not None and moment.span.holds(span)]
    begun = [row for row in inside if state_of(row, today=moment.today) is not PeriodState.NOT_YET]
    if not begun:
        first = inside[0] if inside else None
        return Due(PeriodState.NOT_YET, due_day(first) if first is not None else "")
    row = begun[-1]
    here = [each for each in values if each.period == row.id]
    entered = {each.place for each in here if not is_empty(each) or each.missing_reason or each.missing}
    named: list[bytes | None] = [place for place in places if place is not None]
    expected = named or [None]
    whole = None in entered
    return Due(
        state_of(row, today=moment.today),
        due_day(row),
        entered=len(expected) if whole else len(entered),
        expected=len(expected),
        returned=sum(1 for each in here if each.status == "returned"),
        approved=bool(here) and all(each.status in APPROVED for each in here),
    )
