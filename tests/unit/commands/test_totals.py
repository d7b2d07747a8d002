"""What may be added up, over categories, places and time, and how an actual stands against its target."""

from decimal import Decimal

import pytest

from desktop.commands.totals import (
    NOTHING,
    REASONS,
    Bound,
    Course,
    Difference,
    Measure,
    Part,
    Step,
    Total,
    add,
    add_cells,
    course,
    measure_of,
    share,
    target_at,
    to_date,
    total_of_places,
    total_of_value,
)

D = Decimal


def parts(*values: str | None) -> list[Part]:
    return [Part(None if value is None else D(value), whole=value is not None) for value in values]


def rate(numerator: str | None, denominator: str | None) -> Part:
    return Part(
        None,
        None if numerator is None else D(numerator),
        None if denominator is None else D(denominator),
    )


def quarters(*totals: Total, year: int = 2026) -> list[Step]:
    ends = ("03-31", "06-30", "09-30", "12-31")
    starts = ("01-01", "04-01", "07-01", "10-01")
    return [
        Step(f"{year}-{start}", f"{year}-{end}", total, due=True)
        for start, end, total in zip(starts, ends, totals, strict=False)
    ]


def of(value: str) -> Total:
    return Total(D(value))


def test_decimals_are_added_exactly() -> None:
    assert add([D("0.1"), D("0.2")]) == D("0.3")
    large = D("1" * 38)
    assert add([large, D("0.000000001")]) == D("1" * 38 + ".000000001")


def test_nothing_entered_is_no_zero() -> None:
    assert add_cells(parts(None, None)).value is None
    assert add_cells(parts("0")).value == 0
    assert total_of_places(Measure(), parts(None, None)) == NOTHING


def test_a_total_with_a_missing_part_can_only_grow() -> None:
    assert add_cells(parts("14", "8", None)) == Total(D(22), Bound.AT_LEAST)
    assert total_of_places(Measure(), parts("75", None)) == Total(D(75), Bound.AT_LEAST)


def test_with_negative_parts_an_incomplete_total_can_move_both_ways() -> None:
    assert add_cells(parts("-3", None)).bound is Bound.SO_FAR


def test_a_part_that_is_itself_incomplete_makes_the_total_incomplete() -> None:
    found = total_of_places(Measure(), [Part(D(5), whole=False), Part(D(7))])
    assert found == Total(D(12), Bound.AT_LEAST)


def test_categories_that_overlap_are_not_added() -> None:
    assert add_cells(parts("1", "2"), blocked="overlap") == Total(blocked="overlap")
    assert add_cells(parts("1"), blocked="overlap").value == 1


def test_a_total_counted_apart_goes_before_the_sum_and_the_difference_is_told() -> None:
    total, difference = total_of_value(of("121"), D(130))
    assert total.value == 130
    assert difference == Difference(D(130), D(121))
    assert difference.more == -9
    assert total_of_value(of("130"), D(130)) == (of("130"), None)
    assert total_of_value(NOTHING, D(7)) == (of("7"), None)


def test_a_total_counted_apart_may_exceed_cells_that_are_incomplete() -> None:
    assert total_of_value(Total(D(5), Bound.AT_LEAST), D(9)) == (of("9"), None)
    assert total_of_value(Total(D(12), Bound.AT_LEAST), D(9))[1] == Difference(D(9), D(12))


@pytest.mark.parametrize(
    "measure, reason",
    [
        (Measure(unit_type="percent", aggregation="sum"), "rate"),
        (Measure(unit_type="ratio", aggregation="weighted_average"), "rate"),
        (Measure(unit_type="average", aggregation="sum"), "average"),
        (Measure(unit_type="average", aggregation="none"), "average"),
        (Measure(unit_type="average", aggregation="weighted_average"), "average"),
        (Measure(unit_type="scale", aggregation="sum"), "scale"),
        (Measure(unit_type="qualitative"), "words"),
        (Measure(aggregation="none"), "none"),
        (Measure(counts="unique_people"), "unique_people"),
        (Measure(counts="unique_people", overlap="not_known"), "unique_people"),
    ],
)
def test_what_must_not_be_added_over_places_says_why(measure: Measure, reason: str) -> None:
    found = total_of_places(measure, parts("1", "2"))
    assert found.value is None
    assert found.blocked == reason
    assert reason in REASONS


def test_one_place_alone_needs_no_adding() -> None:
    assert total_of_places(Measure(counts="unique_people"), parts("5")).value == 5
    assert total_of_places(Measure(unit_type="average", aggregation="none"), parts("5.5")).value == D("5.5")


def test_unique_people_are_added_where_nobody_is_counted_twice() -> None:
    for overlap in ("separate", "registry"):
        assert total_of_places(Measure(counts="unique_people", overlap=overlap), parts("3", "4")).value == 7


def test_of_overlapping_places_the_highest_counts() -> None:
    assert total_of_places(Measure(counts="unique_people", overlap="highest"), parts("3", "4")).value == 4


def test_percentages_come_from_numerators_and_denominators_never_from_percentages() -> None:
    measure = Measure(unit_type="percent", aggregation="weighted_average")
    found = total_of_places(measure, [rate("30", "40"), rate("10", "160")])
    assert found.value == 20
    assert (found.numerator, found.denominator) == (40, 200)
    assert total_of_places(measure, [rate("30", "40"), rate("10", None)]).blocked == "rate"


def test_nothing_divided_by_nothing_is_no_number() -> None:
    measure = Measure(unit_type="percent", aggregation="weighted_average")
    assert total_of_places(measure, [rate("0", "0"), rate("0", "0")]).value is None


@pytest.mark.parametrize(
    "aggregation, value",
    [("maximum", "9"), ("minimum", "2"), ("average", "5"), ("sum", "15"), ("latest_sum", "15")],
)
def test_places_come_together_as_declared(aggregation: str, value: str) -> None:
    assert total_of_places(Measure(aggregation=aggregation), parts("4", "9", "2")).value == D(value)


def test_yes_is_counted() -> None:
    measure = Measure(unit_type="yes_no", aggregation="count_yes")
    assert total_of_places(measure, parts("1", "0", "1")).value == 2


def test_what_an_incomplete_highest_lowest_or_mean_can_still_do() -> None:
    bounds = {
        aggregation: total_of_places(Measure(aggregation=aggregation), parts("4", None)).bound
        for aggregation in ("maximum", "minimum", "average")
    }
    assert bounds == {"maximum": Bound.AT_LEAST, "minimum": Bound.AT_MOST, "average": Bound.SO_FAR}


def test_different_definitions_are_not_added() -> None:
    found = total_of_places(Measure(), [Part(D(1), version=1), Part(D(2), version=2)])
    assert found.blocked == "versions"


# Over time


def test_periods_that_stand_alone_are_added_within_the_year() -> None:
    steps = [*quarters(of("9"), year=2025), *quarters(of("10"), of("20"), of("30"))]
    found = to_date(Measure(cumulation="period"), steps, year=2026, until="2026-06-30")
    assert found.value == 30


def test_a_running_sum_goes_on_from_the_first_period() -> None:
    steps = [*quarters(of("9"), year=2025), *quarters(of("10"), of("20"))]
    found = to_date(Measure(cumulation="running_sum"), steps, year=2026, until="2026-06-30")
    assert found == Total(D(39))


def test_of_levels_the_latest_counts() -> None:
    steps = quarters(of("40"), of("35"), NOTHING)
    found = to_date(Measure(cumulation="latest"), steps, year=2026, until="2026-09-30")
    assert found.value == 35


def test_a_due_period_without_a_figure_makes_a_running_sum_incomplete() -> None:
    steps = quarters(of("10"), NOTHING, of("5"))
    found = to_date(Measure(cumulation="running_sum"), steps, year=2026, until="2026-09-30")
    assert found == Total(D(15), Bound.AT_LEAST)


def test_unique_people_are_not_added_over_periods_unless_a_register_removes_repeats() -> None:
    steps = quarters(of("10"), of("20"))
    measure = Measure(cumulation="running_sum", counts="unique_people", overlap="separate")
    assert to_date(measure, steps, year=2026, until="2026-06-30").blocked == "unique_over_time"
    measure = Measure(cumulation="running_sum", counts="unique_people", overlap="registry")
    assert to_date(measure, steps, year=2026, until="2026-06-30").value == 30


def test_a_blocked_period_blocks_the_sum_with_its_reason() -> None:
    steps = quarters(of("10"), Total(blocked="two_entries"))
    assert to_date(Measure(), steps, year=2026, until="2026-06-30").blocked == "two_entries"


def test_overlapping_periods_are_not_added() -> None:
    steps = [*quarters(of("10")), Step("2026-01-01", "2026-12-31", of("50"))]
    assert to_date(Measure(), steps, year=2026, until="2026-12-31").blocked == "periods_overlap"


def test_targets_of_periods_that_stand_alone_are_added_and_others_replace_each_other() -> None:
    steps = quarters(of("100"), of("150"), of("200"))
    alone = target_at(Measure(cumulation="period"), steps, year=2026, until="2026-06-30")
    running = target_at(Measure(cumulation="running_sum"), steps, year=2026, until="2026-06-30")
    assert (alone.value, running.value) == (250, 150)


def test_targets_of_quarters_go_before_the_one_of_the_year_around_them() -> None:
    steps = [*quarters(of("100"), of("150")), Step("2026-01-01", "2026-12-31", of("999"))]
    assert target_at(Measure(), steps, year=2026, until="2026-12-31").value == 250


# Against the target


@pytest.mark.parametrize(
    "direction, actual, expected",
    [
        ("increase", "116", Course.OVER),
        ("increase", "115", Course.ON_TRACK),
        ("increase", "85", Course.ON_TRACK),
        ("increase", "84", Course.WATCH),
        ("increase", "70", Course.WATCH),
        ("increase", "69", Course.OFF_TRACK),
        ("decrease", "84", Course.OVER),
        ("decrease", "115", Course.ON_TRACK),
        ("decrease", "130", Course.WATCH),
        ("decrease", "131", Course.OFF_TRACK),
        ("none", "115", Course.ON_TRACK),
        ("none", "85", Course.ON_TRACK),
        ("none", "131", Course.OFF_TRACK),
        ("none", "69", Course.OFF_TRACK),
    ],
)
def test_the_course_follows_the_direction(direction: str, actual: str, expected: Course) -> None:
    assert course(Measure(direction=direction), of(actual), D(100)) is expected


def test_the_margin_can_be_set() -> None:
    measure = measure_of({"on_track_band": "5"}, band="20")
    assert course(measure, of("94"), D(100)) is Course.WATCH
    assert measure_of({}, band="20").band == 20
    assert measure_of({}).band == 15


def test_without_a_figure_or_a_target_there_is_no_course() -> None:
    assert course(Measure(), NOTHING, D(1)) is Course.NO_DATA
    assert course(Measure(), Total(blocked="none"), D(1)) is Course.NO_DATA
    assert course(Measure(), of("1"), None) is Course.NO_TARGET


def test_the_share_of_a_falling_measure_is_the_way_from_the_baseline() -> None:
    measure = Measure(direction="decrease", baseline=D(40))
    assert share(measure, D(30), D(20)) == 50
    assert share(Measure(), D(30), D(40)) == 75
    assert share(Measure(), D(30), D(0)) is None
    assert share(Measure(), None, D(40)) is None


def test_percentages_and_levels_are_always_the_latest() -> None:
    for unit_type in ("percent", "ratio", "average", "yes_no", "scale", "qualitative"):
        assert measure_of({"unit_type": unit_type, "cumulation": "running_sum"}).cumulation == "latest"
    assert measure_of({"cumulation": "running_sum"}).cumulation == "running_sum"
