"""Logframes and reported values in the shapes in which offices send them."""

from datetime import date
from decimal import Decimal

from helpers.spreadsheets import codes, find, make_book, named, names, plan_rows, save, titles

from desktop.exchange import ImportPlan, KnownRecords, Severity, plan_import

HEADER = ["Level", "Code", "Result statement", "Indicator", "Unit", "Baseline", "Target 2025",
 "Target 2026",
          "Means of verification", "Assumptions"]  # fmt: skip
LONG = ["Indicator", "Country", "Period", "Sex", "Age", "Value"]


def targets(plan: ImportPlan) -> dict[str | None, str]:
    return {named(plan, one.values["period"]): one.values["value"] for one in plan.of_kind("target")}


def test_a_matrix_becomes_results_indicators_and_targets() -> None:
    plan = plan_rows(
        [HEADER, ["Outcome", "1", "People have jobs", "% employed", "%", "31% (41/132)", "40%", "45%",
         "Survey", "Permits"],
         ["Output", "1.1", "Skills", "# trained", "persons", "n/a", 10, 20, "Registers", None]]
    )  # fmt: skip
    jobs, skills = plan.of_kind("result")
    assert (jobs.values["type"], jobs.values["assumptions"]) == ("outcome", "Permits")
    assert named(plan, skills.values["position"][0]) == "People have jobs"
    employed, trained = plan.of_kind("indicator")
    assert employed.values["unit_type"] == "percent"
    baseline = [employed.values[f"baseline_{part}"] for part in ("value", "numerator", "denominator")]
    assert baseline == ["31", "41", "132"]
    assert trained.values["baseline_not_applicable"] is True
    assert "baseline_value" not in trained.values
    assert trained.values["unit_type"] == "number"
    assert [one.values["value"] for one in plan.of_kind("target")] == ["40", "45", "10", "20"]
    [first, _] = plan.of_kind("period")
    assert (first.values["start"], first.values["end"]) == ("2025-01-01", "2025-12-31")


def test_several_indicators_share_the_result_above_them() -> None:
    rows = [
        HEADER,
        ["Output", "1.1", "Skills", "# trained", "persons", 0],
        [None, None, None, "# certified", "persons", 0],
    ]
    for merges in ([], ["A2:A3", "B2:B3", "C2:C3"]):
        plan = plan_rows(rows, merges=merges)
        assert [named(plan, one.values["result"]) for one in plan.of_kind("indicator")] == [
            "Skills",
            "Skills",
        ]
        assert titles(plan, "result") == ["Skills"]


def test_a_column_for_each_level_nests_the_results() -> None:
    plan = plan_rows(
        [["Impact", "Outcome", "Output", "Indicator", "Baseline", "Target"],
         ["Peace", "1 Jobs", "1.1 Skills", "# trained", 0, 100], [None, None, "1.2 Roads", "# km", 0, 5],
         [None, "2 Rights", "2.1 Permits", "# permits", 0, 7]]
    )  # fmt: skip
    parents = {one.values["title"]: named(plan, one.values["position"][0]) for one in plan.of_kind("result")}
    assert parents == {
        "Peace": None,
        "Jobs": "Peace",
        "Skills": "Jobs",
        "Roads": "Jobs",
        "Rights": "Peace",
        "Permits": "Rights",
    }
    assert [one.values["target_value"] for one in plan.of_kind("indicator")] == ["100", "5", "7"]


def test_a_french_frame_with_merged_result_rows_is_read() -> None:
    plan = plan_rows(
        [["Cadre logique"], [],
         ["Indicateurs", "Valeur de référence", "Année de référence", "Cible 2026",
          "Moyens de vérification", "Hypothèses"],
         ["Effet 1 : Les réfugiés travaillent"], ["% de diplômés employés", "31,5 %", 2023, "40 %",
          "Enquête", "Permis"],
         ["Produit 1.1 : Compétences"], ["Nombre de formés", "1 200", "2023", "1 500", "Registres", None]],
        merges=["A4:F4", "A6:F6"],
    )  # fmt: skip
    first, second = plan.of_kind("indicator")
    assert (first.values["baseline_value"], first.values["baseline_year"]) == ("31.5", 2023)
    assert second.values["baseline_value"] == "1200"
    assert named(plan, second.values["result"]) == "Compétences"
    assert find(plan, "result", "Les réfugiés travaillent").values["assumptions"] == "Permis"


def test_an_arabic_frame_is_read() -> None:
    plan = plan_rows(
        [["المستوى", "النتيجة", "المؤشر", "خط الأساس", "المستهدف ٢٠٢٦", "وسائل التحقق", "الافتراضات"],
         ["المخرج", "1.1 المهارات", "عدد المتدربين", "٠", "١٬٥٠٠", "السجلات", "توفر التصاريح"]]
    )  # fmt: skip
    [indicator] = plan.of_kind("indicator")
    assert indicator.values["baseline_value"] == "0"
    assert targets(plan) == {"2026": "1500"}
    [result] = plan.of_kind("result")
    assert (result.values["code"], result.values["type"]) == ("1.1", "output")


def test_targets_under_a_banner_and_percent_cells_are_read() -> None:
    book = make_book(
        {"Frame": [["Indicator", "Baseline", None, "Targets", None, "Source of verification"],
                   [None, "Value", "Year", 2025, 2026, None], ["% employed", 0.31, 2023, 0.4, 0.45,
                    "Survey"]]},
        merges=["A1:A2", "B1:C1", "D1:E1", "F1:F2"],
    )  # fmt: skip
    for place in ("B3", "D3", "E3"):
        book.worksheets[0][place].number_format = "0%"
    plan = plan_import(save(book), today_year=2026)
    [indicator] = plan.of_kind("indicator")
    assert (indicator.values["baseline_value"], indicator.values["baseline_year"]) == ("31", 2023)
    assert targets(plan) == {"2025": "40", "2026": "45"}


def test_baselines_and_targets_in_words_are_kept_and_listed() -> None:
    plan = plan_rows(
        [
            HEADER,
            [
                "Output",
                "1",
                "Law",
                "Stage of the law",
                "stage",
                "draft prepared",
                "adopted",
                "120 (2023)",
                "Gazette",
            ],
        ]
    )
    [indicator] = plan.of_kind("indicator")
    assert indicator.values["baseline_note"] == "draft prepared"
    assert plan.of_kind("target")[0].values["text"] == "adopted"
    assert {"baseline_in_words", "target_in_words"} <= set(codes(plan))


def test_a_target_for_year_one_is_not_given_a_year() -> None:
    plan = plan_rows([["Indicator", "Baseline", "Target Year 1", "MoV"], ["# trained", 0, 50, "Registers"]])
    assert not plan.of_kind("target")
    assert plan.of_kind("indicator")[0].values["notes"] == "Target Year 1: 50"


def test_results_and_indicators_that_exist_are_used() -> None:
    skills, trained = b"s" * 16, b"t" * 16
    known = KnownRecords([("result", skills, {"title": "Other words", "code": "1.1"}),
                          ("indicator", trained, {"title": "# trained"})])  # fmt: skip
    plan = plan_rows([HEADER, ["Output", "1.1", "Skills", "# certified", "persons", 0, 1]], existing=known)
    assert plan.of_kind("indicator")[0].values["result"] == skills
    assert "result" not in plan.created
    values = plan_rows([LONG, ["# trained", "Kenya", "2025-Q1", "F", "15-24", 3]], existing=known)
    assert values.of_kind("value")[0].values["indicator"] == trained


def test_long_rows_are_gathered_into_one_value_per_indicator_place_and_period() -> None:
    plan = plan_rows(
        [LONG, ["# trained", "Kenya", "2025-Q1", "Female", "15-24", 3],
         ["# trained", "Kenya", "2025-Q1", "Male", "15 - 24", 4],
         ["# trained", "كينيا", "Q2 2025", "أنثى", "25+", "n/a"],
          ["# trained", "Kenya", "2025-Q2", "M", "25 +", None]]
    )  # fmt: skip
    first, second = plan.of_kind("value")
    assert first.values["cells"] == {"F|15-24": "3", "M|15-24": "4"}
    assert "total" not in first.values
    assert second.values["missing"] == {"F|25+": "not_applicable", "M|25+": "unknown"}
    assert "cells" not in second.values
    assert titles(plan, "place") == ["Kenya"]
    assert titles(plan, "dimension") == ["Sex", "Age"]
    assert [one.values["code"] for one in plan.of_kind("category")] == ["F", "15-24", "M", "25+"]
    assert names(plan, find(plan, "indicator", "# trained").values["dimensions"]) == ["Sex", "Age"]


def test_a_row_for_everybody_is_the_total_and_a_partial_total_is_only_listed() -> None:
    plan = plan_rows(
        [LONG, ["# trained", "Kenya", 2025, "F", "15-24", 3], ["# trained", "Kenya", 2025, "Total", "All",
         9],
         ["# trained", "Kenya", 2025, "F", "Total", 5]]
    )  # fmt: skip
    [value] = plan.of_kind("value")
    assert (value.values["total"], value.values["cells"]) == ("9", {"F|15-24": "3"})
    [problem] = [one for one in plan.problems if one.code == "partial_total"]
    assert problem.row == 4


def test_the_same_cell_twice_is_listed_and_the_first_one_stays() -> None:
    plan = plan_rows(
        [LONG, ["# trained", "Kenya", 2025, "F", "15-24", 3], ["# trained", "Kenya", 2025, "F", "15-24", 3],
         ["# trained", "Kenya", 2025, "Femmes", "15-24", 8]]
    )  # fmt: skip
    assert plan.of_kind("value")[0].values["cells"] == {"F|15-24": "3"}
    found = {one.code: one for one in plan.problems}
    assert found["value_repeated"].severity is Severity.NOTE
    assert (found["value_contradicted"].read, found["value_contradicted"].params["first"]) == ("8", "3")


def test_a_number_in_words_is_listed_and_never_becomes_zero() -> None:
    plan = plan_rows([LONG, ["# trained", "Kenya", 2025, "F", "15-24", "about ten"]])
    [value] = plan.of_kind("value")
    assert "cells" not in value.values
    assert value.values["missing"] == {"F|15-24": "unknown"}
    assert "number_not_understood" in codes(plan)


def test_periods_as_columns_are_read() -> None:
    plan = plan_rows(
        [["Indicator", "Country", "2025", None, None, None], [None, None, "Q1", "Q2", "Q3", "Q4"],
         ["# trained", "Kenya", 5, 7, "-", None], ["# trained", "Jordan", 1, 2, 3, None]],
        merges=["A1:A2", "B1:B2", "C1:F1"],
    )  # fmt: skip
    found = {
        (named(plan, one.values["place"]), named(plan, one.values["period"])): one.values.get("total")
        for one in plan.of_kind("value")
    }
    assert found[("Kenya", "2025-Q1")] == "5"
    assert found[("Jordan", "2025-Q3")] == "3"
    assert found[("Kenya", "2025-Q3")] is None
    assert not any(period == "2025-Q4" for _, period in found)


def test_categories_as_columns_are_read() -> None:
    plan = plan_rows(
        [
            ["Indicator", "Country", "Period", "Women", "Men", "Total"],
            ["# trained", "Kenya", "2025-Q1", 5, 7, 12],
        ]
    )
    [value] = plan.of_kind("value")
    assert value.values["cells"] == {"F": "5", "M": "7"}


def test_periods_over_categories_are_read() -> None:
    plan = plan_rows(
        [["Indicator", "Country", "2025-Q1", None, "2025-Q2", None], [None, None, "F", "M", "F", "M"],
         ["# trained", "Kenya", 1, 2, 3, 4]],
        merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1"],
    )  # fmt: skip
    assert [one.values["cells"] for one in plan.of_kind("value")] == [
        {"F": "1", "M": "2"},
        {"F": "3", "M": "4"},
    ]


def test_an_unknown_column_with_few_answers_is_a_dimension() -> None:
    rows = [["# trained", "Kenya", "2025-Q1", kind, 3] for kind in ("Camp", "Town")]
    more = [
        ["# trained", "Kenya", f"2025-Q{quarter}", kind, 3]
        for quarter in (2, 3, 4)
        for kind in ("Camp", "Town")
    ]
    plan = plan_rows([["Indicator", "Country", "Period", "Settlement", "Value"], *rows, *more])
    assert titles(plan, "dimension") == ["Settlement"]
    assert plan.of_kind("value")[0].values["cells"] == {"Camp": "3", "Town": "3"}


def test_districts_stand_under_their_country_and_names_are_filled_down() -> None:
    plan = plan_rows(
        [["Indicator", "Country", "District", "Period", "Value"],
         ["# trained", "Kenya", "Turkana", "2025", 3],
         [None, None, "Garissa", "2025", 4]]
    )  # fmt: skip
    turkana = find(plan, "place", "Turkana")
    assert named(plan, turkana.values["position"][0]) == "Kenya"
    assert find(plan, "place", "Kenya").values["country"] == "KE"
    assert [(named(plan, one.values["place"]), one.values["total"]) for one in plan.of_kind("value")] == [
        ("Turkana", "3"),
        ("Garissa", "4"),
    ]


def test_dates_as_periods_stand_for_their_month_and_words_for_themselves() -> None:
    plan = plan_rows(
        [["Indicator", "Period", "Value"], ["# trained", date(2025, 3, 31), 3], ["# trained", "Phase one", 4]]
    )
    assert titles(plan, "period") == ["2025-03", "Phase one"]
    assert "period_without_dates" in codes(plan)


def test_existing_categories_keep_their_codes() -> None:
    sex, women = b"x" * 16, b"w" * 16
    known = KnownRecords([("dimension", sex, {"name": "Sex", "code": "sex"}),
                          ("category", women, {"name": "Female", "code": "fem",
                           "dimension": sex})])  # fmt: skip
    plan = plan_rows([LONG, ["# trained", "Kenya", 2025, "Female", "15-24", 3]], existing=known)
    assert plan.of_kind("value")[0].values["cells"] == {"fem|15-24": "3"}
    assert titles(plan, "dimension") == ["Age"]


def test_plan_frame_and_values_in_one_file_belong_together() -> None:
    book = make_book(
        {"Values": [LONG, ["Number of persons trained in the camps and host communities", "Kenya", "2025",
         "F", "15-24", 3]],
         "Plan": [["Output", "Activity", "Lead", "Status"], ["1.1 Skills", "Train", "Amina Haddad",
          "Done"]],
         "Frame": [HEADER, ["Output", "1.1", "Skills",
          "Number of persons trained in the camps and host commun", "persons", 0]]}
    )  # fmt: skip
    plan = plan_import(save(book), today_year=2026)
    assert len(plan.of_kind("result")) == 1
    assert len(plan.of_kind("indicator")) == 1
    assert named(plan, plan.of_kind("activity")[0].values["result"]) == "Skills"
    only = plan_import(save(book), today_year=2026, as_="logframe")
    assert "activity" not in only.created


def test_the_sum_of_all_cells_is_the_sum_of_the_sheet() -> None:
    rows = [
        [f"# indicator {number}", place, f"2025-Q{quarter}", sex, age, number * quarter]
        for number in range(1, 4)
        for place in ("Kenya", "Jordan")
        for quarter in range(1, 5)
        for sex in "FM"
        for age in ("15-24", "25+")
    ]
    plan = plan_rows([LONG, *rows])
    cells = [Decimal(cell) for one in plan.of_kind("value") for cell in one.values["cells"].values()]
    assert (len(cells), sum(cells)) == (len(rows), sum(row[5] for row in rows))
    assert len(plan.of_kind("value")) == 3 * 2 * 4


def test_countries_as_columns_are_places() -> None:
    plan = plan_rows([["Indicator", "Period", "Egypt", "Kenya", "Total"],
     ["# trained", "2025-Q1", 5, 7, 12],
                      ["# trained", "2025-Q2", "n/a", 4, 4]])  # fmt: skip
    found = {
        (named(plan, one.values.get("place")), named(plan, one.values["period"])): one.values.get("total")
        for one in plan.of_kind("value")
    }
    assert found[("Egypt", "2025-Q1")] == "5"
    assert found[("Kenya", "2025-Q2")] == "4"
    assert found[("Egypt", "2025-Q2")] is None


def test_targets_beside_reported_values_become_targets() -> None:
    plan = plan_rows(
        [["Indicator", "Country", "Period", "Target", "Actual"], ["# trained", "Kenya", "2025", 50, 41]]
    )
    [target], [value] = plan.of_kind("target"), plan.of_kind("value")
    assert (target.values["value"], value.values["total"]) == ("50", "41")
    assert target.values["period"] == value.values["period"]


def test_targets_and_actuals_by_quarter_stand_side_by_side() -> None:
    plan = plan_rows(
        [["Indicator", "Baseline", "2025-Q1", None, "2025-Q2", None, "Means of verification"],
         [None, None, "Target", "Actual", "Target", "Actual", None],
          ["# trained", 0, 10, 9, 20, None, "Registers"]],
        merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"],
    )  # fmt: skip
    assert targets(plan) == {"2025-Q1": "10", "2025-Q2": "20"}
    [value] = plan.of_kind("value")
    assert (value.values["total"], named(plan, value.values["period"])) == ("9", "2025-Q1")


def test_the_classic_matrix_with_levels_in_an_unnamed_column_is_read() -> None:
    plan = plan_rows(
        [["", "Intervention logic", "Objectively verifiable indicators", "Sources of verification",
         "Assumptions"],
         ["Overall objective", "Refugees live in dignity", "Poverty rate", "Survey", None],
         ["Specific objective", "Jobs created", "1. Number of jobs\n2. Share of women", "Registers",
          "Permits"],
         ["Results", "R1: Skills", "R1.1 Number trained", "Registers", None],
         ["Activities", "A1.1 Train", "Means: 2 trainers", "Costs: 500", None]]
    )  # fmt: skip
    dignity, jobs, skills = plan.of_kind("result")
    assert (dignity.values["type"], jobs.values["type"]) == ("impact", "outcome")
    assert "type" not in skills.values
    assert named(plan, skills.values["position"][0]) == "Jobs created"
    assert titles(plan, "indicator") == ["Poverty rate", "Number of jobs", "Share of women", "Number trained"]
    [activity] = plan.of_kind("activity")
    assert (activity.values["code"], activity.values["title"]) == ("A1.1", "Train")


def test_a_total_row_under_reported_values_is_only_listed() -> None:
    plan = plan_rows(
        [LONG, ["# trained", "Kenya", 2025, "F", "15-24", 3], ["Total", None, None, None, None, 3]]
    )
    assert titles(plan, "indicator") == ["# trained"]
    assert codes(plan).count("total_not_checked") == 2
