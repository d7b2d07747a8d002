"""Every problem of an import can be said in every language, and nothing on a sheet is dropped unsaid."""

import re
from pathlib import Path

import pytest
from helpers.spreadsheets import codes, make_book, make_xlsx, plan_rows, save

import desktop.exchange
from desktop.exchange import Problem, Severity, plan_import, to_edits
from desktop.exchange.problems import MESSAGES, explain_problem, locate_problem
from desktop.words import LANGUAGES, Words
from sync.records import KINDS

SOURCES = Path(desktop.exchange.__file__).parent
PARAMS = {
    "field": "Title", "count": 3, "rows": "2, 3", "year": 2026, "date": "2026-03-05", "name": "Amina",
     "first": "Amina",
    "used": "1.1", "label": "TOTAL", "total": "1600", "sum": "1500", "product": "12.5",
     "reason": "unknown", "key": "F|15-24",
    "start": "2026-03-05", "refused": "too_long",
}  # fmt: skip


def test_every_code_in_the_program_has_its_sentence() -> None:
    used: set[str] = set()
    for path in SOURCES.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'\b(?:tell|problem|FormulaProblem)\(\s*"([a-z_]+)"', text))
        used |= set(re.findall(r'"((?:formula|sheet|value|title)_[a-z_]+)"[,)]', text))
    assert len(used) > 50
    assert used <= MESSAGES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", MESSAGES)
def test_every_problem_is_said_in_every_language(language: str, code: str) -> None:
    words = Words(language)
    sentence = explain_problem(words, Problem("Plan", 4, "B", "about ten", code, PARAMS, Severity.ERROR))
    assert "{" not in sentence
    assert "…" not in sentence
    if language != "en":
        assert sentence != explain_problem(Words("en"), Problem("Plan", 4, "B", "about ten", code, PARAMS))


def test_the_place_is_said_as_far_as_it_is_known() -> None:
    words = Words("en")
    said = [
        locate_problem(words, Problem("Plan", row, column, "", "note_row"))
        for row, column in ((None, None), (4, None), (4, "B"))
    ]
    plain = [re.sub("[\u2066-\u2069]", "", one) for one in said]
    assert plain == ["Sheet Plan", "Sheet Plan, row 4", "Sheet Plan, cell B4"]


def test_numbers_and_dates_are_said_as_the_reader_writes_them() -> None:
    problem = Problem("Plan", 4, "B", "1600", "total_differs", {**PARAMS, "sum": "1234.5"})
    assert "1\u202f234,5" in explain_problem(Words("fr"), problem)


HEADER = [
    "No",
    "Activity",
    "Q1",
    "Q2",
    "Responsible",
    "Partners",
    "Start date",
    "Status",
    "Budget (USD)",
    "Odd",
]


def test_every_filled_cell_is_imported_structure_or_listed() -> None:
    rows = [
        ["Plan 2026", None, None, None, None, None, None, None, None, None, None, "beside"], [], HEADER,
        ["Output 1: A", None, None, "what is this"], ["1.1", "Train", "maybe", "x", "TBD", "A / A", "soon",
         "who knows", "ten", 5],
        [None, None, None, None, "alone"], ["x", None, 3, None, None, "tail"],
         [None, "TOTAL", None, None, None, None, None, None, 7, 9],
        ["NB: draft"], [None, None, None, None, None, None, None, None, None, None, None, None, "far"],
    ]  # fmt: skip
    book = make_book({"Plan": rows, "Scribbles": [["a", None, "b"]]})
    plan = plan_import(save(book), today_year=2026)
    assert sum(plan.cells.values()) == sum(value is not None for row in rows for value in row) + 2
    listed = {(one.sheet, one.row, one.column) for one in plan.problems}
    assert {
        ("Plan", 1, "A"),
        ("Plan", 1, "L"),
        ("Plan", 5, "C"),
        ("Plan", 5, "I"),
        ("Plan", 10, "M"),
        ("Scribbles", 1, "C"),
    } <= listed


def test_records_of_a_plan_are_accepted_by_their_kinds() -> None:
    plan = plan_rows(
        [HEADER, ["1.1", "Train", "x", None, "Amina Haddad", "FKE / NITA", "2026-03-05", "Done", 12.5, "odd"]]
    )
    made = iter(number.to_bytes(16, "big") for number in range(1, 100))
    edits = to_edits(plan, workspace=b"w" * 16, new_id=lambda: next(made))
    assert len(edits) == len(plan.records) == 5
    for edit in edits:
        assert edit.create
        assert edit.workspace == b"w" * 16
        fields = KINDS[edit.kind].fields
        for key, value in edit.writes.items():
            name, slash, item = key.partition("/")
            if slash:
                fields[name].check_item(
                    item if fields[name].merge == "k" else None, True if fields[name].merge == "s" else value
                ) if fields[name].merge == "k" else None
            else:
                fields[name].check(value)
    by_kind = {edit.kind: edit for edit in edits}
    activity = by_kind["activity"]
    assert {key for key in activity.writes if key.startswith(("partners/", "quarters/"))} == {
        "quarters/2026-Q1",
        *(f"partners/#{edit.record.hex()}" for edit in edits if edit.kind == "organisation"),
    }
    assert by_kind["budget_line"].writes["activity"] == activity.record
    assert activity.writes["lead"] == by_kind["person"].record


def test_problems_come_with_the_gravest_first() -> None:
    plan = plan_rows([HEADER, ["1.1", "Train", "maybe", None, "TBD", None, "soon", None, None, None]])
    order = [one.severity for one in plan.problems]
    assert order == sorted(order, key=list(Severity).index)
    assert codes(plan)[0] == "date_not_understood"


def test_reading_the_same_file_twice_gives_the_same_plan() -> None:
    data = make_xlsx(
        [HEADER, ["1.1", "Train", "x", None, "Amina Haddad", "FKE / NITA", "2026-03-05", "Done", 12.5, "odd"]]
    )
    assert plan_import(data, today_year=2026) == plan_import(data, today_year=2026)
