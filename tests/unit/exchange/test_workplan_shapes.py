"""Workplans in the shapes in which offices send them all become the same records."""

import pytest
from helpers.spreadsheets import (
    codes,
    find,
    make_book,
    named,
    names,
    plan_rows,
    save,
    titles,
    total,
)

from desktop.exchange import plan_import

HEADER = ["No", "Activity", "Q1", "Q2", "Q3", "Q4", "Responsible", "Partners", "Status", "Budget (USD)"]
ROW = ["1.1.1", "Train assessors", "x", None, "X", None, "Amina Haddad", "FKE", "Planned", 1200]


def test_the_header_may_stand_in_row_nine_column_c() -> None:
    rows = [["ANNUAL WORK PLAN 2025"], [], [None, "prepared by the office"], [], [], [], [], []]
    plan = plan_rows([*rows, [None, None, *HEADER], [None, None, *ROW]])
    [activity] = plan.of_kind("activity")
    assert activity.values["quarters"] == ["2025-Q1", "2025-Q3"]
    assert activity.source.row == 10
    assert codes(plan).count("title_line") == 2


def test_columns_may_stand_in_any_order() -> None:
    order = [9, 3, 1, 8, 0, 6, 2, 7, 5, 4]
    plan = plan_rows([[HEADER[place] for place in order], [ROW[place] for place in order]])
    [activity] = plan.of_kind("activity")
    assert activity.values["quarters"] == ["2026-Q1", "2026-Q3"]
    assert total(plan) == 1200


def test_months_under_merged_years_become_quarters() -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    plan = plan_rows(
        [
            ["Activity", "2025", *[None] * 11, "2026", None, None, "Lead"],
            [None, *months, *months[:3], None],
            ["Train assessors", *[None] * 10, "x", "x", "x", *[None] * 2, "Amina Haddad"],
        ],
        merges=["A1:A2", "B1:M1", "N1:P1", "Q1:Q2"],
    )
    [activity] = plan.of_kind("activity")
    assert activity.values["quarters"] == ["2025-Q4", "2026-Q1"]
    assert named(plan, activity.values["lead"]) == "Amina Haddad"


def test_twelve_single_letters_are_the_months() -> None:
    plan = plan_rows(
        [
            ["Activity", *"JFMAMJJASOND", "Responsible", "Status"],
            [
                "Train assessors",
                None,
                None,
                "x",
                None,
                None,
                None,
                None,
                "x",
                *[None] * 4,
                "Amina Haddad",
                "Done",
            ],
        ]
    )
    assert plan.of_kind("activity")[0].values["quarters"] == ["2026-Q1", "2026-Q3"]


def test_a_banner_that_is_not_merged_still_gives_the_year() -> None:
    plan = plan_rows(
        [
            [None, None, "2024", None, None, None, "2025", None, None, None, None],
            ["No", "Activity", *["Q1", "Q2", "Q3", "Q4"] * 2, "Responsible"],
            ["1", "Train assessors", None, None, None, "x", "x", None, None, None, "Amina Haddad"],
        ]
    )
    assert plan.of_kind("activity")[0].values["quarters"] == ["2024-Q4", "2025-Q1"]


def test_coloured_cells_count_as_marks_when_no_cell_has_a_mark() -> None:
    plan = plan_rows(
        [["Activity", "Q1", "Q2", "Q3", "Q4", "Responsible"], ["Train assessors", None, None, None, None,
         "Amina Haddad"],
         ["Print guide", None, None, None, None, "Amina Haddad"]],
        shaded=["B2", "C2", "D3"],
    )  # fmt: skip
    assert [one.values["quarters"] for one in plan.of_kind("activity")] == [
        ["2026-Q1", "2026-Q2"],
        ["2026-Q3"],
    ]
    assert "marks_from_shading" in codes(plan)


def test_unknown_marks_are_listed_and_not_taken() -> None:
    plan = plan_rows([HEADER, ["1", "Train assessors", "maybe", "x", "no", None, None, None, None, None]])
    [activity] = plan.of_kind("activity")
    assert activity.values["quarters"] == ["2026-Q2"]
    [problem] = [one for one in plan.problems if one.code == "mark_not_understood"]
    assert (problem.row, problem.column, problem.read) == (2, "C", "maybe")


@pytest.mark.parametrize(
    "text, quarters",
    [
        ("Q1-Q3", ["2026-Q1", "2026-Q2", "2026-Q3"]),
        ("Q1, Q4", ["2026-Q1", "2026-Q4"]),
        ("Jan - May 2025", ["2025-Q1", "2025-Q2"]),
        ("T2 à T3", ["2026-Q2", "2026-Q3"]),
        ("Throughout the year", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("الربع الأول", ["2026-Q1"]),
    ],
)
def test_a_written_time_frame_is_understood(text: str, quarters: list[str]) -> None:
    plan = plan_rows(
        [["Activity", "Timeline", "Responsible", "Budget"], ["Train assessors", text, "Amina Haddad", 5]]
    )
    assert plan.of_kind("activity")[0].values["quarters"] == quarters


def test_a_time_frame_that_is_not_understood_is_kept_as_a_note() -> None:
    plan = plan_rows(
        [["Activity", "Timeline", "Responsible"], ["Train assessors", "after the rains", "Amina Haddad"]]
    )
    [activity] = plan.of_kind("activity")
    assert activity.values["notes"] == "Timeline: after the rains"


def test_sections_may_be_merged_rows_lone_texts_or_shorter_codes() -> None:
    merged = plan_rows([HEADER, ["Output 1.1: Skills"], ROW], merges=["A2:J2"])
    lone = plan_rows([HEADER, ["Output 1.1: Skills"], ROW])
    by_code = plan_rows([HEADER, ["1.1", "Skills"], ROW])
    for plan in (merged, lone, by_code):
        [result] = plan.of_kind("result")
        assert (result.values["code"], result.values["title"]) == ("1.1", "Skills")
        assert named(plan, plan.of_kind("activity")[0].values["result"]) == "Skills"


def test_outcomes_over_outputs_become_parents_and_none_is_invented() -> None:
    plan = plan_rows(
        [HEADER, ["Outcome 1: Jobs"], ["Output 1.1: Skills"], ROW, ["Output 2.1: Roads"], ["2.1.1", "Build"]],
        merges=["A2:J2", "A3:J3", "A5:J5"],
    )
    skills, roads = find(plan, "result", "Skills"), find(plan, "result", "Roads")
    assert named(plan, skills.values["position"][0]) == "Jobs"
    assert roads.values["position"][0] is None
    assert len(plan.of_kind("result")) == 3


def test_a_blank_output_cell_means_the_same_as_above() -> None:
    plan = plan_rows(
        [
            ["Output", "Activity", "Lead"],
            ["1.1 Skills", "Train", "A B"],
            [None, "Print", "A B"],
            ["1.2 Roads", "Build", "A B"],
        ]
    )
    assert [named(plan, one.values["result"]) for one in plan.of_kind("activity")] == [
        "Skills",
        "Skills",
        "Roads",
    ]


def test_notes_and_lines_around_the_table_are_listed_with_their_rows() -> None:
    plan = plan_rows(
        [
            ["Draft of the plan"],
            HEADER,
            ROW,
            [],
            ["NB: figures exclude support costs"],
            ["checked by finance"],
        ]
    )
    listed = {(one.code, one.row) for one in plan.problems if one.code in {"title_line", "note_row"}}
    assert sorted(listed) == [
        ("note_row", 5),
        ("note_row", 6),
        ("title_line", 1),
    ]


def test_the_same_header_on_the_next_page_is_no_activity() -> None:
    plan = plan_rows([HEADER, ROW, HEADER, ["1.1.2", "Print guide"], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
    assert titles(plan, "activity") == ["Train assessors", "Print guide"]


def test_two_tables_below_each_other_are_both_read() -> None:
    second = ["Ref", "Key activities", "Lead", "Start date", "Cost (EUR)"]
    plan = plan_rows(
        [HEADER, ROW, [], ["Second component"], second, ["A1", "Print guide", "Omar Said", "2026-05-01", 50]]
    )
    assert titles(plan, "activity") == ["Train assessors", "Print guide"]
    assert [line.values["currency"] for line in plan.of_kind("budget_line")] == ["USD", "EUR"]
    assert len(plan.tables) == 2


def test_two_tables_beside_each_other_are_both_read() -> None:
    plan = plan_rows(
        [["Activity", "Lead", "Status", None, "Activity", "Lead", "Status"],
         ["Train", "Amina Haddad", "Done", None, "Print", "Omar Said", "Late"]]
    )  # fmt: skip
    assert {one.values["title"]: one.values["status"] for one in plan.of_kind("activity")} == {
        "Train": "completed",
        "Print": "delayed",
    }


def test_sub_activities_stand_under_their_activity() -> None:
    plan = plan_rows(
        [["Activity", "Sub-activity", "Lead"], ["Train", "Rent rooms", "X Y"], [None, "Invite", "X Y"]]
    )
    assert titles(plan, "activity") == ["Train", "Rent rooms", "Invite"]
    rent, invite = find(plan, "activity", "Rent rooms"), find(plan, "activity", "Invite")
    assert named(plan, rent.values["position"][0]) == "Train"
    assert named(plan, invite.values["position"][0]) == "Train"


def test_codes_inside_titles_are_taken_out_where_no_column_tells_them() -> None:
    plan = plan_rows([["Activities", "Lead", "Status"], ["1.1.1 Train assessors", "X Y", "Done"]])
    [activity] = plan.of_kind("activity")
    assert (activity.values["code"], activity.values["title"]) == ("1.1.1", "Train assessors")


def test_rows_and_sheets_that_are_hidden_are_said() -> None:
    book = make_book({"Plan": [HEADER, ROW], "Old": [HEADER, ROW]})
    book.worksheets[0].row_dimensions[2].hidden = True
    book.worksheets[1].sheet_state = "hidden"
    plan = plan_import(save(book), today_year=2026)
    assert titles(plan, "activity") == ["Train assessors"]
    assert {"rows_hidden", "sheet_hidden"} <= set(codes(plan))


def test_notes_stuck_to_cells_become_comments() -> None:
    from openpyxl.comments import Comment

    book = make_book({"Plan": [HEADER, ROW]})
    book.worksheets[0]["B2"].comment = Comment("check with finance", "Omar Said")
    plan = plan_import(save(book), today_year=2026)
    [comment] = plan.of_kind("comment")
    assert comment.values["text"] == "Omar Said: check with finance"
    assert named(plan, comment.values["about"]) == "Train assessors"


def test_a_file_without_any_table_says_so() -> None:
    plan = plan_rows([["Dear colleagues"], ["the plan follows next week"]])
    assert not plan.records
    assert {"nothing_found", "sheet_without_table"} <= set(codes(plan))


def test_a_wish_makes_a_doubtful_table_a_workplan() -> None:
    rows = [["Title", "Remarks"], ["Train assessors", "soon"]]
    assert not plan_rows(rows).records
    plan = plan_rows(rows, as_="workplan")
    assert titles(plan, "activity") == ["Train assessors"]


def test_the_annual_plan_of_the_united_nations_is_read() -> None:
    plan = plan_rows(
        [["ANNUAL WORK PLAN 2026"], [],
         ["EXPECTED OUTPUTS", "PLANNED ACTIVITIES", "TIMEFRAME", None, None, None, "RESPONSIBLE",
          "PLANNED BUDGET"],
         [None, None, "Q1", "Q2", "Q3", "Q4", None, "Funding Source", "Budget Description", "Amount"],
         [None] * 9 + ["(USD)"],
         ["Output 1: Skills\nBaseline: 3\nTarget: 9", "1.1 Train assessors", "x", None, None, None, "FKE",
          "Far Fund",
          "Training", "5,000.00"],
         [None, "1.2 Print guide", None, "x", "x", None, "Amina Haddad", "Far Fund", "Travel", "1,000.00"],
         [None, "TOTAL", None, None, None, None, None, None, None, "6,000.00"]],
        merges=["A3:A5", "B3:B5", "C3:F3", "G3:G5", "H3:J3", "A6:A7"],
    )  # fmt: skip
    assert titles(plan, "activity") == ["Train assessors", "Print guide"]
    assert [one.values["code"] for one in plan.of_kind("activity")] == ["1.1", "1.2"]
    [result] = plan.of_kind("result")
    assert result.values["code"] == "1"
    assert result.values["title"].startswith("Skills")
    assert total(plan) == 6000
    assert names(plan, plan.of_kind("activity")[0].values["donors"]) == ["Far Fund"]
    assert {line.values["currency"] for line in plan.of_kind("budget_line")} == {"USD"}
    assert "total_differs" not in codes(plan)


def test_a_lone_bold_title_is_a_section() -> None:
    from openpyxl.styles import Font

    book = make_book(
        {
            "Plan": [
                HEADER,
                [None, "Skills for all"],
                ["1", "Train", "x"],
                ["2", "Print", "x"],
                ["3", "Tell", "x"],
            ]
        }
    )
    book.worksheets[0]["B2"].font = Font(bold=True)
    plan = plan_import(save(book), today_year=2026)
    assert titles(plan, "result") == ["Skills for all"]
    assert titles(plan, "activity") == ["Train", "Print", "Tell"]


def test_levels_and_activities_may_be_written_in_the_code_column() -> None:
    plan = plan_rows([["Ref", "Description", "Timeline", None, "Lead"], [None, None, "Q1", "Q2", None],
     ["Outcome 1", "Jobs"],
                      ["Output 1.1", "Skills"], ["Activity 1.1.1", "Train", "x", None,
                       "Amina Haddad"]], merges=["C1:D1"])  # fmt: skip
    assert {one.values["title"]: one.values["type"] for one in plan.of_kind("result")} == {
        "Jobs": "outcome",
        "Skills": "output",
    }
    [activity] = plan.of_kind("activity")
    assert (activity.values["code"], activity.values["quarters"]) == ("1.1.1", ["2026-Q1"])
