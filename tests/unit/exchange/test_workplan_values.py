"""Names, dates, statuses, money and totals of a workplan are read as the office meant them."""

from datetime import date, datetime
from decimal import Decimal

from helpers.spreadsheets import (
    codes,
    make_book,
    make_xlsx,
    named,
    names,
    plan_rows,
    save,
    titles,
    total,
)

from desktop.exchange import KnownRecords, Severity, plan_import

HEADER = ["No", "Activity", "Q1", "Q2", "Q3", "Q4", "Responsible", "Partners", "Status", "Budget (USD)"]
ROW = ["1.1.1", "Train assessors", "x", None, "X", None, "Amina Haddad", "FKE", "Planned", 1200]


def test_a_plain_table_becomes_activities_with_quarters_lead_partner_and_budget() -> None:
    plan = plan_rows([HEADER, ROW])
    [activity] = plan.of_kind("activity")
    assert activity.values["title"] == "Train assessors"
    assert activity.values["code"] == "1.1.1"
    assert activity.values["quarters"] == ["2026-Q1", "2026-Q3"]
    assert named(plan, activity.values["lead"]) == "Amina Haddad"
    assert names(plan, activity.values["partners"]) == ["FKE"]
    [line] = plan.of_kind("budget_line")
    assert (line.values["planned"], line.values["currency"]) == ("1200", "USD")
    assert named(plan, line.values["activity"]) == "Train assessors"


def test_arabic_headers_statuses_and_digits_are_read() -> None:
    plan = plan_rows(
        [
            ["خطة العمل السنوية ٢٠٢٦"],
            ["م", "النشاط", "الربع الأول", "الربع الثاني", "المسؤول", "الشركاء", "تاريخ البدء",
             "تاريخ الانتهاء",
             "الحالة", "الميزانية (دولار)", "ملاحظات"],
            ["المخرج 1.1: نظام الاعتراف بالتعلم السابق"],
            ["1.1.1", "تدريب المقيّمين", "✓", None, "أمينة حداد", "وزارة العمل", "05/03/2026", "٣١/٠٥/٢٠٢٦",
             "قيد التنفيذ", "١٬٢٠٠٫٥٠", "بانتظار الموافقة"],
            ["1.1.2", "طباعة الدليل", None, "نعم", "يحدد لاحقاً", None, None, None, "لم يبدأ", 300, None],
            [None, "المجموع", None, None, None, None, None, None, None, 1500.5],
        ]
    )  # fmt: skip
    first, second = plan.of_kind("activity")
    assert first.values["status"] == "ongoing"
    assert second.values["status"] == "not_started"
    assert (first.values["start"], first.values["end"]) == ("2026-03-05", "2026-05-31")
    assert first.values["quarters"] == ["2026-Q1"]
    assert first.values["notes"] == "بانتظار الموافقة"
    assert "lead" not in second.values
    assert titles(plan, "result") == ["نظام الاعتراف بالتعلم السابق"]
    [result] = plan.of_kind("result")
    assert (result.values["code"], result.values["type"], result.values["level"]) == (
        "1.1",
        "output",
        "المخرج",
    )
    assert total(plan) == Decimal("1500.5")
    assert "total_differs" not in codes(plan)


def test_french_headers_and_decimal_commas_are_read() -> None:
    plan = plan_rows(
        [
            ["N°", "Activités", "T1", "T2", "T3", "T4", "Responsable", "Début", "Fin", "État",
             "Coût total (EUR)"],
            ["1", "Former les évaluateurs", "X", None, None, "oui", "Marie Curien", "1er mars 2026",
             "avr. 2026",
             "Terminée", "1 250,50"],
        ]
    )  # fmt: skip
    [activity] = plan.of_kind("activity")
    assert activity.values["quarters"] == ["2026-Q1", "2026-Q4"]
    assert (activity.values["start"], activity.values["end"]) == ("2026-03-01", "2026-04-30")
    assert activity.values["status"] == "completed"
    [line] = plan.of_kind("budget_line")
    assert (line.values["planned"], line.values["currency"]) == ("1250.5", "EUR")
    assert "date_without_day" in codes(plan)


def test_cells_merged_downwards_hold_for_every_row_but_money_only_once() -> None:
    plan = plan_rows(
        [
            ["Output", "Activity", "Lead", "Budget"],
            ["1.1 Skills", "Train", "Amina Haddad", 900],
            [None, "Print", None, None],
        ],
        merges=["A2:A3", "C2:C3", "D2:D3"],
    )
    train, printing = plan.of_kind("activity")
    assert named(plan, printing.values["lead"]) == "Amina Haddad"
    assert named(plan, printing.values["result"]) == "Skills"
    assert total(plan) == 900
    assert "amount_for_several" in codes(plan)
    assert train.values["title"] == "Train"


def test_a_title_merged_over_several_budget_rows_is_one_activity_with_several_lines() -> None:
    plan = plan_rows(
        [["Activity", "Description", "Qty", "Unit cost", "Budget (USD)"], ["Train", "Rooms", 2, 10, 20],
         [None, "Food", 3, 5, 15]],
        merges=["A2:A3"],
    )  # fmt: skip
    [activity] = plan.of_kind("activity")
    assert activity.values["description"] == "Rooms\nFood"
    assert [line.values["planned"] for line in plan.of_kind("budget_line")] == ["20", "15"]


def test_partners_are_split_by_what_stands_alone_elsewhere() -> None:
    cells = ["UNHCR / KEPSA", "ILO/EIIP", "FKE/NITA", "FKE", "NITA", "UNHCR / UNHCR", "UNHCR; TBD",
             "Ministry of Labour, Youth and Sport", "FKE & NITA"]  # fmt: skip
    plan = plan_rows(
        [["Activity", "Partners", "Status"], *[[f"Activity {cell}", cell, "Done"] for cell in cells]]
    )
    found = [names(plan, one.values.get("partners")) for one in plan.of_kind("activity")]
    assert found == [
        ["UNHCR", "KEPSA"],
        ["ILO/EIIP"],
        ["FKE", "NITA"],
        ["FKE"],
        ["NITA"],
        ["UNHCR"],
        ["UNHCR"],
        ["Ministry of Labour, Youth and Sport"],
        ["FKE", "NITA"],
    ]
    assert {"name_repeated", "nobody_named"} <= set(codes(plan))


def test_several_leads_keep_the_first_as_lead_and_the_others_as_responsible() -> None:
    plan = plan_rows([["Activity", "Responsible", "Status"], ["Train", "Amina Haddad / Omar Said", "Done"]])
    [activity] = plan.of_kind("activity")
    assert named(plan, activity.values["lead"]) == "Amina Haddad"
    [role] = plan.of_kind("role")
    assert (named(plan, role.values["person"]), role.values["raci"]) == ("Omar Said", "responsible")


def test_people_and_organisations_that_exist_are_not_made_again() -> None:
    amina, fke = b"a" * 16, b"f" * 16
    known = KnownRecords(
        [("person", amina, {"name": "AMINA  Haddád"}), ("organisation", fke, {"name": "FKE"})]
    )
    plan = plan_rows([HEADER, ROW], existing=known)
    [activity] = plan.of_kind("activity")
    assert activity.values["lead"] == amina
    assert activity.values["partners"] == [fke]
    assert "person" not in plan.created


def test_activities_follow_the_last_one_that_exists() -> None:
    known = KnownRecords([("activity", b"x" * 16, {"title": "Old", "position": [None, "a5"]})])
    plan = plan_rows([HEADER, ROW], existing=known)
    assert plan.of_kind("activity")[0].values["position"] == [None, "a6"]


def test_day_first_or_month_first_is_decided_for_each_column() -> None:
    header = ["Activity", "Start date", "End date", "Lead"]
    day_first = plan_rows(
        [header, ["A", "03/04/2026", "25/05/2026", "X Y"], ["B", "13/04/2026", "01/06/2026", "X Y"]]
    )
    month_first = plan_rows(
        [header, ["A", "03/04/2026", "05/25/2026", "X Y"], ["B", "04/13/2026", "06/01/2026", "X Y"]]
    )
    assert [one.values["start"] for one in day_first.of_kind("activity")] == ["2026-04-03", "2026-04-13"]
    assert [one.values["start"] for one in month_first.of_kind("activity")] == ["2026-03-04", "2026-04-13"]
    assert "dates_doubtful" not in codes(day_first)


def test_dates_that_nothing_decides_are_read_day_first_and_said_to_be_doubtful() -> None:
    plan = plan_rows([["Activity", "Start", "Lead"], ["A", "03/04/2026", "X Y"], ["B", "05/06/2026", "X Y"]])
    assert [one.values["start"] for one in plan.of_kind("activity")] == ["2026-04-03", "2026-06-05"]
    [problem] = [one for one in plan.problems if one.code == "dates_doubtful"]
    assert (problem.params["count"], problem.severity) == (2, Severity.WARNING)


def test_dates_in_many_spellings_are_read() -> None:
    cells = [datetime.fromisoformat("2026-03-05"), date(2026, 3, 5), "5.3.26", "2026-03-05",
     "05 March 2026", "5 mars 2026", "٥/٣/٢٠٢٦",
             "March 5, 2026", "5 آذار 2026", 46086, "25/12/2026"]  # fmt: skip
    plan = plan_rows(
        [["Activity", "Start", "Lead"], *[[f"A{n}", cell, "X Y"] for n, cell in enumerate(cells)]]
    )
    assert [one.values["start"] for one in plan.of_kind("activity")] == ["2026-03-05"] * 10 + ["2026-12-25"]


def test_an_end_before_its_start_is_refused_and_listed() -> None:
    plan = plan_rows([["Activity", "Start", "End", "Lead"], ["A", date(2026, 5, 1), date(2026, 4, 1), "X Y"]])
    [activity] = plan.of_kind("activity")
    assert activity.values["start"] == "2026-05-01"
    assert "end" not in activity.values
    [problem] = [one for one in plan.problems if one.code == "end_before_start"]
    assert (problem.row, problem.column, problem.read) == (2, "C", "2026-04-01")
    assert problem.params["start"] == "2026-05-01"


def test_a_status_nobody_knows_is_listed_and_kept_as_a_note() -> None:
    plan = plan_rows([HEADER, ["1", "Train", None, None, None, None, None, None, "Half way there", None]])
    [activity] = plan.of_kind("activity")
    assert "status" not in activity.values
    assert activity.values["notes"] == "Status: Half way there"
    assert "status_not_understood" in codes(plan)


def test_progress_is_read_as_percent_share_or_number() -> None:
    book = make_book(
        {
            "Plan": [
                ["Activity", "Progress %", "Lead"],
                ["A", 0.35, "X Y"],
                ["B", "40%", "X Y"],
                ["C", 50, "X Y"],
            ]
        }
    )
    book.worksheets[0]["B2"].number_format = "0%"
    plan = plan_import(save(book), today_year=2026)
    assert [one.values["progress"] for one in plan.of_kind("activity")] == [35, 40, 50]
    shares = plan_rows([["Activity", "Progress", "Lead"], ["A", 0.25, "X Y"], ["B", 1, "X Y"]])
    assert [one.values["progress"] for one in shares.of_kind("activity")] == [25, 100]


def test_numbers_in_many_spellings_are_read() -> None:
    cells = ["1,200.00", "USD 1,200", "1 200", "1\u202f200.00", "$1,200", 1200, "(1,200.00)", "1'200.00"]
    plan = plan_rows([["Activity", "Budget"], *[[f"Activity {n}", cell] for n, cell in enumerate(cells)]])
    found = [line.values["planned"] for line in plan.of_kind("budget_line")]
    assert found == ["1200", "1200", "1200", "1200", "1200", "1200", "-1200", "1200"]


def test_a_column_with_decimal_commas_reads_its_doubtful_numbers_by_them() -> None:
    plan = plan_rows([["Activité", "Budget (EUR)"], ["Former", "1.250"], ["Imprimer", "300,50"]])
    assert [line.values["planned"] for line in plan.of_kind("budget_line")] == ["1250", "300.5"]


def test_a_number_that_is_none_is_listed_and_left_empty() -> None:
    plan = plan_rows([["Activity", "Budget (USD)"], ["Train", "about 500"], ["Print", "tbc"], ["Build", 5]])
    assert total(plan) == 5
    assert len(plan.of_kind("budget_line")) == 1
    listed = {problem.code: problem for problem in plan.problems}
    assert (listed["number_not_understood"].row, listed["number_not_understood"].column) == (2, "B")
    assert listed["read_as_empty"].read == "tbc"


def test_amounts_in_thousands_are_multiplied() -> None:
    plan = plan_rows([["Activity", "Lead", "Budget ('000 USD)"], ["Train", "X Y", 1.5]])
    assert plan.of_kind("budget_line")[0].values["planned"] == "1500"


def test_money_by_quarter_is_kept_by_quarter_and_checked_against_its_total() -> None:
    header = [
        ["Activity", "Budget 2026 (USD)", None, None, None, None, "Lead"],
        [None, "Q1", "Q2", "Q3", "Q4", "Total", None],
    ]
    plan = plan_rows([*header, ["Train", 10, 20, None, 5, 35, "X Y"],
     ["Print", 1, None, None, None, 9, "X Y"]],
                     merges=["A1:A2", "B1:F1", "G1:G2"])  # fmt: skip
    train, printing = plan.of_kind("budget_line")
    assert train.values["planned_quarters"] == {"2026-Q1": "10", "2026-Q2": "20", "2026-Q4": "5"}
    assert (train.values["planned"], printing.values["planned"]) == ("35", "9")
    assert codes(plan).count("parts_differ") == 1
    assert "quarters" not in plan.of_kind("activity")[0].values


def test_planned_and_spent_under_a_budget_banner_are_told_apart() -> None:
    plan = plan_rows(
        [
            ["Activity", "Budget (USD)", None, "Status"],
            [None, "Planned", "Actual", None],
            ["Train", 100, 40, "Done"],
        ],
        merges=["A1:A2", "B1:C1", "D1:D2"],
    )
    [line] = plan.of_kind("budget_line")
    assert (line.values["planned"], line.values["spent"], line.values["currency"]) == ("100", "40", "USD")


def test_totals_in_the_middle_and_at_the_end_are_checked() -> None:
    rows = [HEADER, ["Output 1.1: Skills"], ROW, [None, "Sub-total", *[None] * 7, 1200],
     ["Output 1.2: Roads"],
            ["1.2.1", "Build", *[None] * 7, 300], [None, "Sub-total", *[None] * 7, 300],
            ["Grand total", *[None] * 8, 1500]]  # fmt: skip
    good = plan_rows(rows, merges=["A2:J2", "A5:J5"])
    assert total(good) == 1500
    assert "total_differs" not in codes(good)
    rows[-1] = ["Grand total", *[None] * 8, 1600]
    bad = plan_rows(rows, merges=["A2:J2", "A5:J5"])
    [problem] = [one for one in bad.problems if one.code == "total_differs"]
    assert (problem.row, problem.column, problem.params["sum"], problem.params["total"]) == (
        8,
        "J",
        "1500",
        "1600",
    )


def test_sums_in_section_rows_are_checked_and_not_added() -> None:
    plan = plan_rows([HEADER, ["1.1", "Skills", *[None] * 7, 1200], ROW, ["1.2", "Roads", *[None] * 7, 7],
                      ["1.2.1", "Build", *[None] * 7, 8]])  # fmt: skip
    assert total(plan) == 1208
    assert titles(plan, "result") == ["Skills", "Roads"]
    [problem] = [one for one in plan.problems if one.code == "total_differs"]
    assert problem.row == 4


def test_an_activity_that_begins_with_total_is_no_total() -> None:
    plan = plan_rows(
        [HEADER, ["1", "Total quality management training", "x", None, None, None, "Amina Haddad"]]
    )
    assert titles(plan, "activity") == ["Total quality management training"]


def test_columns_without_a_field_are_kept_as_notes_and_said() -> None:
    plan = plan_rows(
        [["Activity", "Vehicle needed", "Lead", "Remarks"], ["Train", "yes, two", "X Y", "urgent"]]
    )
    [activity] = plan.of_kind("activity")
    assert activity.values["notes"] == "urgent\nVehicle needed: yes, two"
    [problem] = [one for one in plan.problems if one.code == "column_kept_as_text"]
    assert (problem.column, problem.params["count"]) == ("B", 1)


def test_a_second_column_with_the_same_header_is_kept_as_notes() -> None:
    plan = plan_rows([["Activity", "Lead", "Budget (USD)", "Budget (USD)"], ["Train", "X Y", 10, 20]])
    assert total(plan) == 10
    assert plan.of_kind("activity")[0].values["notes"] == "Budget (USD): 20"


def test_a_title_that_is_too_long_is_shortened_and_kept_whole_in_the_description() -> None:
    long = "Train " + "very " * 120 + "well"
    plan = plan_rows([HEADER, ["1", long, "x"]])
    [activity] = plan.of_kind("activity")
    assert len(activity.values["title"]) == 500
    assert activity.values["description"] == long
    assert "title_shortened" in codes(plan)


def test_the_year_comes_from_sheet_file_or_dates_and_a_guess_is_said() -> None:
    by_file = plan_import(make_xlsx([HEADER, ROW]), today_year=2030, name="workplan 2027 final.xlsx")
    assert by_file.of_kind("activity")[0].values["quarters"] == ["2027-Q1", "2027-Q3"]
    by_date = plan_rows([[*HEADER, "Start"], [*ROW, date(2028, 2, 1)]])
    assert by_date.of_kind("activity")[0].values["quarters"] == ["2028-Q1", "2028-Q3"]
    guessed = plan_rows([HEADER, ROW], today_year=2031)
    assert guessed.of_kind("activity")[0].values["quarters"] == ["2031-Q1", "2031-Q3"]
    assert "year_assumed" in codes(guessed)
    assert "year_assumed" not in codes(by_file)


def test_places_donors_and_further_words_find_their_fields() -> None:
    plan = plan_rows(
        [["Activity", "Location", "Donor", "Target group", "Deliverable", "Reason for delay", "Actual end",
         "Lead"],
         ["Train", "Turkana; Garissa", "Kingdom of Far", "Youth; Women", "Report", "Floods", "2026-05-05",
          "X Y"]]
    )  # fmt: skip
    [activity] = plan.of_kind("activity")
    assert names(plan, activity.values["places"]) == ["Turkana", "Garissa"]
    assert names(plan, activity.values["donors"]) == ["Kingdom of Far"]
    assert activity.values["target_groups"] == ["Women", "Youth"]
    assert (activity.values["deliverable"], activity.values["delay_reason"]) == ("Report", "Floods")
    assert activity.values["actual_end"] == "2026-05-05"


def test_headings_that_are_dates_are_months() -> None:
    months = [datetime.fromisoformat(f"2026-{month:02}-01") for month in range(1, 7)]
    plan = plan_rows(
        [["Activity", *months, "Responsible"], ["Train", None, "x", None, "x", None, None, "Amina Haddad"]]
    )
    assert plan.of_kind("activity")[0].values["quarters"] == ["2026-Q1", "2026-Q2"]


def test_months_and_quarters_in_date_columns_take_the_year_of_the_plan() -> None:
    plan = plan_rows([["Workplan 2026"], ["Activity", "Start", "End", "Lead"],
     ["Train", "March", "Q2", "X Y"],
                      ["Print", "Octobre", "déc. 2026", "X Y"]])  # fmt: skip
    train, printing = plan.of_kind("activity")
    assert (train.values["start"], train.values["end"]) == ("2026-03-01", "2026-06-30")
    assert (printing.values["start"], printing.values["end"]) == ("2026-10-01", "2026-12-31")


def test_amounts_without_any_word_are_a_total_and_not_added() -> None:
    plan = plan_rows([HEADER, ROW, ["1.1.2", "Print", *[None] * 7, 300], [None] * 9 + ["=SUM(J2:J3)"]])
    assert total(plan) == 1500
    assert "total_differs" not in codes(plan)


def test_cells_in_error_are_listed_and_left_empty() -> None:
    book = make_book({"Plan": [HEADER, ROW]})
    book.worksheets[0]["J2"].value = "#REF!"
    plan = plan_import(save(book), today_year=2026)
    assert not plan.of_kind("budget_line")
    assert [(one.code, one.column, one.read) for one in plan.problems if one.column == "J"] == [
        ("cell_in_error", "J", "#REF!")
    ]


def test_responsible_agencies_are_organisations() -> None:
    plan = plan_rows(
        [["Activity", "Responsible agency", "Status"], ["Train", "National Training Board", "Done"]]
    )
    [role] = plan.of_kind("role")
    assert named(plan, role.values["organisation"]) == "National Training Board"
    assert "lead" not in plan.of_kind("activity")[0].values
    assert "lead_is_organisation" in codes(plan)
