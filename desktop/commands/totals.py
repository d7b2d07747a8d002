"""What may be added up over categories, places and time, and how an actual stands against its target.

Everything is decimal and exact. A total that must not be made says why, by a code whose sentence is in
`REASONS`; a total that lacks something says in which direction it can still move.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

EXACT: Final = Context(prec=120)
DEFAULT_BAND: Final = Decimal(15)
HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal(0)

RATES: Final = frozenset({"percent", "ratio"})
LEVELS: Final = frozenset({"percent", "ratio", "average", "yes_no", "scale", "qualitative"})
"""Kinds of numbers whose latest value counts, whatever the reference sheet says."""


def t(msgid: str) -> str:
    """Mark a message for translation; whoever shows a total translates it."""
    return msgid


REASONS: Final[Mapping[str, str]] = {
    "none": t("The reference sheet says that places are not added up."),
    "rate": t("Percentages cannot be added. Every numerator and denominator is needed."),
    "average": t("Averages cannot be added."),
    "unique_people": t("These places cannot be added: one person may be in both."),
    "unique_over_time": t("These periods cannot be added: one person may be in both."),
    "scale": t("Steps of a scale cannot be added."),
    "words": t("What is said in words cannot be added."),
    "overlap": t("These categories cannot be added: one person may be in both."),
    "direct_indirect": t("People reached directly and indirectly cannot be added."),
    "two_entries": t("There are two entries for one place and period. Keep one of them."),
    "whole_and_parts": t("A figure for the whole area stands beside figures of its places."),
    "versions": t("These values follow different versions of the definition."),
    "periods_overlap": t("These periods overlap."),
}


class Bound(StrEnum):
    """What is known of a total that lacks something."""

    EXACT = ""
    AT_LEAST = ">="
    AT_MOST = "<="
    SO_FAR = "~"
    """It can move both ways."""


class Course(StrEnum):
    """How an actual stands against its target."""

    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    ON_TRACK = "on_track"
    WATCH = "watch"
    OFF_TRACK = "off_track"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Measure:
    """What of an indicator decides how its values come together."""

    unit_type: str = "number"
    cumulation: str = "period"
    aggregation: str = "sum"
    counts: str = ""
    overlap: str = ""
    direction: str = "increase"
    band: Decimal = DEFAULT_BAND
    decimals: int | None = None
    baseline: Decimal | None = None

    @property
    def by_parts(self) -> bool:
        """Whether numerators and denominators are kept, and added rather than their quotients."""
        return self.unit_type in RATES or self.aggregation == "weighted_average"

    @property
    def factor(self) -> Decimal:
        """What a quotient of numerator and denominator is multiplied by."""
        return HUNDRED if self.unit_type == "percent" else Decimal(1)


def measure_of(values: Mapping[str, Any], *, band: str | None = None) -> Measure:
    """The measure that a reference sheet describes; `band` is the programme's margin."""
    unit_type = values.get("unit_type") or "number"
    margin = values.get("on_track_band") or band
    return Measure(
        unit_type=unit_type,
        cumulation="latest" if unit_type in LEVELS else values.get("cumulation") or "period",
        aggregation=values.get("aggregation") or _usual_aggregation(unit_type),
        counts=values.get("counts") or "",
        overlap=values.get("overlap") or "",
        direction=values.get("direction") or "increase",
        band=Decimal(margin) if margin else DEFAULT_BAND,
        decimals=values.get("decimals"),
        baseline=number(values.get("baseline_value")),
    )


def _usual_aggregation(unit_type: str) -> str:
    if unit_type in RATES:
        return "weighted_average"
    return {"yes_no": "count_yes", "number": "sum"}.get(unit_type, "none")


def number(text: str | int | None) -> Decimal | None:
    """The exact number of a canonical text."""
    return None if text is None or text == "" else Decimal(text)


@dataclass(frozen=True, slots=True)
class Total:
    """A figure: its value, what is missing of it, or why it must not be made."""

    value: Decimal | None = None
    bound: Bound = Bound.EXACT
    blocked: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def known(self) -> bool:
        return self.value is not None and not self.blocked


NOTHING: Final = Total()


@dataclass(frozen=True, slots=True)
class Part:
    """What one place, or one cell, gives to a total. `whole` is false where something of it is missing."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    whole: bool = True
    blocked: str = ""
    version: int | None = None


def add(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = _ZERO
    for each in numbers:
        total = EXACT.add(total, each)
    return total


def add_texts(numbers: Collection[str]) -> Decimal:
    """The exact sum of canonical texts; whole numbers, of which most tables consist, are quickest."""
    if all(map(str.isdecimal, numbers)):
        return Decimal(sum(map(int, numbers)))
    return add(map(Decimal, numbers))


def quotient(numerator: Decimal | None, denominator: Decimal | None, *, factor: Decimal) -> Decimal | None:
    """Numerator by denominator; nothing where one is not known or nothing was counted."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return EXACT.divide(EXACT.multiply(numerator, factor), denominator)


# Over categories


def add_cells(cells: Sequence[Part], *, blocked: str = "") -> Total:
    """The sum of cells of one value."""
    values = [cell.value for cell in cells if cell.value is not None]
    if not values:
        return NOTHING
    if blocked and len(cells) > 1:
        return Total(blocked=blocked)
    return Total(add(values), _bound_of_sum(values, whole=all(cell.whole for cell in cells)))


def _bound_of_sum(values: Iterable[Decimal], *, whole: bool) -> Bound:
    if whole:
        return Bound.EXACT
    return Bound.SO_FAR if any(value < 0 for value in values) else Bound.AT_LEAST


@dataclass(frozen=True, slots=True)
class Difference:
    """A total that was counted apart, and the sum of the categories beside it."""

    typed: Decimal
    cells: Decimal

    @property
    def more(self) -> Decimal:
        """By how much the categories say more; negative where they say less."""
        return EXACT.subtract(self.cells, self.typed)


def total_of_value(cells: Total, typed: Decimal | None) -> tuple[Total, Difference | None]:
    """The total of one value: what was counted apart goes before the sum, and a difference is told."""
    if typed is None:
        return cells, None
    if cells.known and cells.value is not None and cells.bound is Bound.EXACT and cells.value != typed:
        return Total(typed), Difference(typed, cells.value)
    if cells.known and cells.value is not None and cells.value > typed:
        return Total(typed), Difference(typed, cells.value)
    return Total(typed), None


# Over places


def total_of_places(measure: Measure, parts: Sequence[Part]) -> Total:
    """The figure of several places together, or why there is none."""
    there = [part for part in parts if part.value is not None or part.numerator is not None or part.blocked]
    whole = all(part.whole for part in parts)
    if not there:
        return NOTHING
    if len(parts) == 1:
        return _of_one(measure, there[0], whole=whole)
    reason = _why_not_together(measure, there)
    if reason:
        return Total(blocked=reason)
    if measure.by_parts:
        return _weighted(measure, there, whole=whole)
    return _combined(measure, [part.value for part in there if part.value is not None], whole=whole)


def _of_one(measure: Measure, part: Part, *, whole: bool) -> Total:
    value = part.value
    if measure.by_parts and part.numerator is not None:
        value = quotient(part.numerator, part.denominator, factor=measure.factor)
    if measure.unit_type == "yes_no" and measure.aggregation == "count_yes" and value is not None:
        value = Decimal(1) if value else _ZERO
    bound = Bound.EXACT if whole or value is None else _bound_of_sum([value], whole=False)
    return Total(value, bound, part.blocked, part.numerator, part.denominator)


def _why_not_together(measure: Measure, parts: Sequence[Part]) -> str:
    """The first reason against one figure for these places."""
    blocked = next((part.blocked for part in parts if part.blocked), "")
    if blocked:
        return blocked
    if len(parts) < 2:
        return ""
    if len({part.version for part in parts if part.version is not None}) > 1:
        return "versions"
    if measure.unit_type == "qualitative":
        return "words"
    if measure.aggregation == "none":
        return {"average": "average", "scale": "scale"}.get(measure.unit_type, "none")
    adds = measure.aggregation in ("sum", "latest_sum")
    if adds and measure.unit_type in ("average", "scale"):
        return measure.unit_type
    if measure.by_parts and measure.aggregation not in ("maximum", "minimum"):
        complete = all(part.numerator is not None and part.denominator is not None for part in parts)
        return "" if complete else _parts_lack(measure)
    apart = measure.overlap in ("separate", "registry", "highest")
    return "unique_people" if adds and measure.counts == "unique_people" and not apart else ""


def _parts_lack(measure: Measure) -> str:
    return "average" if measure.unit_type == "average" else "rate"


def _weighted(measure: Measure, parts: Sequence[Part], *, whole: bool) -> Total:
    if measure.aggregation in ("maximum", "minimum"):
        rates = [quotient(p.numerator, p.denominator, factor=measure.factor) or p.value for p in parts]
        return _combined(measure, [rate for rate in rates if rate is not None], whole=whole)
    if any(part.numerator is None or part.denominator is None for part in parts):
        return Total(blocked=_parts_lack(measure))
    numerator = add(part.numerator for part in parts if part.numerator is not None)
    denominator = add(part.denominator for part in parts if part.denominator is not None)
    value = quotient(numerator, denominator, factor=measure.factor)
    return Total(value, Bound.EXACT if whole else Bound.SO_FAR, "", numerator, denominator)


def _combined(measure: Measure, values: Sequence[Decimal], *, whole: bool) -> Total:
    if not values:
        return NOTHING
    how = measure.aggregation
    people = measure.counts == "unique_people" and measure.overlap == "highest"
    if how == "maximum" or (people and how in ("sum", "latest_sum")):
        return Total(max(values), Bound.EXACT if whole else Bound.AT_LEAST)
    if how == "minimum":
        return Total(min(values), Bound.EXACT if whole else Bound.AT_MOST)
    if how == "average":
        mean = EXACT.divide(add(values), Decimal(len(values)))
        return Total(mean, Bound.EXACT if whole else Bound.SO_FAR)
    if how == "count_yes":
        return Total(Decimal(sum(1 for value in values if value)), Bound.EXACT if whole else Bound.AT_LEAST)
    return Total(add(values), _bound_of_sum(values, whole=whole))


# Over time


@dataclass(frozen=True, slots=True)
class Step:
    """The figure of one period. `due` says that the period has begun and a figure is expected."""

    start: str
    end: str
    total: Total
    due: bool = False


def to_date(measure: Measure, steps: Sequence[Step], *, year: int, until: str) -> Total:
    """What was reached by the day `until`, in the way of the measure's cumulation.

    Periods that stand alone are added within the year; a running sum goes on from the first period; of
    levels the latest counts.
    """
    begun = sorted((step for step in steps if step.start <= until), key=lambda step: (step.start, step.end))
    if measure.cumulation == "latest":
        there = [step.total for step in begun if step.total.known or step.total.blocked]
        return there[-1] if there else NOTHING
    if measure.cumulation == "period":
        begun = [step for step in begun if step.end[:4] == f"{year:04d}"]
    return _sum_of_steps(measure, begun)


def _sum_of_steps(measure: Measure, steps: Sequence[Step]) -> Total:
    there = [step for step in steps if step.total.known or step.total.blocked]
    if not there:
        return NOTHING
    for step in there:
        if step.total.blocked:
            return Total(blocked=step.total.blocked)
    if len(there) > 1:
        if measure.counts == "unique_people" and measure.overlap != "registry":
            return Total(blocked="unique_over_time")
        if any(after.start <= before.end for before, after in pairwise(there)):
            return Total(blocked="periods_overlap")
    values = [step.total.value for step in there if step.total.value is not None]
    lacking = any(step.due and not step.total.known for step in steps)
    whole = not lacking and all(step.total.bound is Bound.EXACT for step in there)
    return Total(add(values), _bound_of_sum(values, whole=whole))


def target_at(measure: Measure, steps: Sequence[Step], *, year: int, until: str) -> Total:
    """The target that should be reached by the end of the period that ends on `until`."""
    ended = [step for step in steps if step.end <= until and step.total.known]
    if measure.cumulation == "period":
        inside = _finest([step for step in ended if step.end[:4] == f"{year:04d}"])
        values = [step.total.value for step in inside if step.total.value is not None]
        return Total(add(values)) if values else NOTHING
    latest = max(ended, key=lambda step: (step.end, step.start), default=None)
    return latest.total if latest is not None else NOTHING


def _finest(steps: Sequence[Step]) -> list[Step]:
    """The periods that hold no other of these: quarters rather than the year around them."""
    return [
        step
        for step in steps
        if not any(
            other is not step and step.start <= other.start and other.end <= step.end for other in steps
        )
    ]


# Against the target


def course(measure: Measure, actual: Total, target: Decimal | None) -> Course:
    """On track within the margin, to be watched one margin further; direction decides which side is good."""
    if not actual.known or actual.value is None:
        return Course.NO_DATA
    if target is None:
        return Course.NO_TARGET
    margin = EXACT.divide(EXACT.multiply(abs(target), measure.band), HUNDRED)
    ahead = EXACT.subtract(actual.value, target)
    if measure.direction == "decrease":
        ahead = -ahead
    if measure.direction == "none":
        ahead = -abs(ahead)
    if ahead > margin:
        return Course.OVER
    if ahead >= -margin:
        return Course.ON_TRACK
    return Course.WATCH if ahead >= -2 * margin else Course.OFF_TRACK


def share(measure: Measure, actual: Decimal | None, target: Decimal | None) -> Decimal | None:
    """How much of the target is reached, in percent; where less is better, of the way from the baseline."""
    if actual is None or target is None:
        return None
    done, whole = actual, target
    if measure.direction == "decrease":
        if measure.baseline is None or measure.baseline == target:
            done, whole = target, actual
        else:
            done = EXACT.subtract(measure.baseline, actual)
            whole = EXACT.subtract(measure.baseline, target)
    return quotient(done, whole, factor=HUNDRED)


def joined(total: Total, *, whole: bool) -> Part:
    """A figure as a part of a larger one."""
    return Part(
        total.value,
        total.numerator,
        total.denominator,
        whole=whole and total.bound is Bound.EXACT,
        blocked=total.blocked,
    )


def without_bound(total: Total) -> Total:
    """The figure by itself, for where what is missing is said elsewhere."""
    return replace(total, bound=Bound.EXACT)
