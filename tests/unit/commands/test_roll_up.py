"""From stored figures to totals: cells under any order of codes, places, periods, and what is to date."""

from decimal import Decimal
from typing import Any

from desktop.commands.categories import Category, Dimension, Split, cells_of
from desktop.commands.periods import Span
from desktop.commands.roll_up import (
    PeriodFigure,
    period_figures,
    summary_of,
    total_of,
    total_of_period,
)
from desktop.commands.totals import Bound, Difference, Measure, Total
from desktop.store.figures import Figures

D = Decimal
INDICATOR = bytes(16)
MAFRAQ, IRBID = b"m" * 16, b"i" * 16
Q1, Q2 = b"1" * 16, b"2" * 16
SPANS = {Q1: Span("2026-01-01", "2026-03-31"), Q2: Span("2026-04-01", "2026-06-30")}


def dimension(name: str, *codes: str, blocked: str = "") -> Dimension:
    return Dimension(name.encode(), name, tuple(Category(code, code) for code in codes), blocked)


SEX_AGE = Split((dimension("sex", "F", "M"), dimension("age", "15-24", "25+")))


def figures(place: bytes | None = MAFRAQ, period: bytes = Q1, **values: Any) -> Figures:
    return Figures(INDICATOR, period, place, **values)


def all_cells(*numbers: str) -> dict[str, str]:
    return dict(zip(SEX_AGE.keys, numbers, strict=True))


def test_categories_cross_in_the_order_of_the_dimensions() -> None:
    assert SEX_AGE.keys == ("F|15-24", "F|25+", "M|15-24", "M|25+")


def test_a_cell_is_found_whatever_the_order_of_its_codes() -> None:
    cells = cells_of(SEX_AGE, {"25+|F": "3", "M|15-24": "4"}, {"25+|M": "suppressed"})
    assert cells.numbers == {"F|25+": "3", "M|15-24": "4"}
    assert cells.stored == {"F|25+": "25+|F", "M|15-24": "M|15-24", "M|25+": "25+|M"}
    assert cells.missing == {"M|25+": "suppressed"}


def test_numbers_of_an_earlier_split_still_count() -> None:
    total, _ = total_of(Measure(), SEX_AGE, figures(cells={"F": "10", "F|25+": "3"}), due=False)
    assert total.value == 13


def test_an_empty_cell_of_a_due_period_makes_the_total_incomplete() -> None:
    some = figures(cells={"F|15-24": "14", "F|25+": "8"})
    assert total_of(Measure(), SEX_AGE, some, due=True)[0] == Total(D(22), Bound.AT_LEAST)
    assert total_of(Measure(), SEX_AGE, some, due=False)[0] == Total(D(22))


def test_what_is_not_applicable_is_not_waited_for() -> None:
    some = figures(cells={"F|15-24": "14", "F|25+": "8", "M|15-24": "1"}, missing={"M|25+": "not_applicable"})
    assert total_of(Measure(), SEX_AGE, some, due=True)[0] == Total(D(23))
    later = figures(cells={"F|15-24": "14"}, missing={"M|25+": "collected_later"})
    assert total_of(Measure(), SEX_AGE, later, due=True)[0].bound is Bound.AT_LEAST


def test_a_total_counted_apart_is_told_from_the_sum() -> None:
    total, difference = total_of(
        Measure(), SEX_AGE, figures(cells=all_cells("1", "2", "3", "4"), total="11"), due=True
    )
    assert total.value == 11
    assert difference == Difference(D(11), D(10))


def test_a_total_without_cells_is_enough() -> None:
    assert total_of(Measure(), SEX_AGE, figures(total="40"), due=True)[0] == Total(D(40))


def test_direct_and_indirect_are_not_added() -> None:
    split = Split((dimension("how", "D", "I", blocked="direct_indirect"),))
    assert (
        total_of(Measure(), split, figures(cells={"D": "1", "I": "2"}), due=True)[0].blocked
        == "direct_indirect"
    )


def test_a_percentage_is_worked_out_from_its_parts() -> None:
    measure = Measure(unit_type="percent", aggregation="weighted_average")
    total, _ = total_of(measure, Split(), figures(numerator="1", denominator="8"), due=True)
    assert total.value == D("12.5")


def test_a_place_that_reported_nothing_makes_the_period_incomplete() -> None:
    some = [figures(total="5")]
    assert total_of_period(Measure(), Split(), some, places=[MAFRAQ, IRBID], due=True) == Total(
        D(5), Bound.AT_LEAST
    )
    assert total_of_period(Measure(), Split(), some, places=[MAFRAQ]) == Total(D(5))


def test_two_entries_for_one_place_are_never_added() -> None:
    found = total_of_period(Measure(), Split(), [figures(total="5"), figures(total="6")])
    assert found.blocked == "two_entries"


def test_a_figure_of_the_whole_area_is_not_added_to_its_places() -> None:
    found = total_of_period(Measure(), Split(), [figures(None, total="5"), figures(IRBID, total="6")])
    assert found.blocked == "whole_and_parts"


def test_a_figure_of_the_whole_area_alone_stands_for_all_places() -> None:
    found = total_of_period(
        Measure(), Split(), [figures(None, total="5")], places=[None, MAFRAQ, IRBID], due=True
    )
    assert found == Total(D(5))


def series(measure: Measure) -> list[PeriodFigure]:
    values = [
        figures(MAFRAQ, Q1, total="100", status="approved"),
        figures(IRBID, Q1, total="50", status="approved"),
        figures(MAFRAQ, Q2, total="80", status="draft"),
    ]
    targets = [figures(None, Q1, total="120"), figures(None, Q2, total="240")]
    return period_figures(
        measure,
        Split(),
        values,
        targets,
        spans=SPANS,
        places=[MAFRAQ, IRBID],
        today="2026-06-15",
        shown=frozenset(SPANS),
    )


def test_a_summary_tells_this_period_to_date_approved_and_expected() -> None:
    measure = Measure(cumulation="running_sum")
    found = summary_of(measure, series(measure), scope=SPANS[Q2], final="900", today="2026-06-15")
    assert found.now == Total(D(80), Bound.AT_LEAST)
    assert found.reached == Total(D(230), Bound.AT_LEAST)
    assert found.approved == Total(D(150))
    assert found.expected == Total(D(240))
    assert found.year_target == Total(D(240))
    assert not found.final_target


def test_a_year_without_targets_is_held_against_the_final_one() -> None:
    measure = Measure(cumulation="running_sum")
    found = summary_of(measure, [], scope=Span("2027-01-01", "2027-12-31"), final="900", today="2027-02-01")
    assert found.year_target == Total(D(900))
    assert found.final_target
    assert not found.expected.known


def test_in_the_scope_of_a_year_the_running_period_is_expected() -> None:
    measure = Measure(cumulation="running_sum")
    year = Span("2026-01-01", "2026-12-31")
    found = summary_of(measure, series(measure), scope=year, final=None, today="2026-06-15")
    assert found.expected == Total(D(240))


def test_targets_of_places_are_added_where_the_whole_area_has_none() -> None:
    targets = [figures(MAFRAQ, Q1, total="70"), figures(IRBID, Q1, total="50")]
    found = period_figures(
        Measure(), Split(), [], targets, spans=SPANS, places=[], today="2026-06-15", shown=frozenset()
    )
    assert [each.target for each in found] == [Total(D(120))]
