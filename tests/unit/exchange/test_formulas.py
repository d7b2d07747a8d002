"""Formulas without stored results are computed when they are simple, and said to be unreadable when not."""

from decimal import Decimal

import pytest
from helpers.spreadsheets import codes, make_book, make_xlsx, plan_rows, save, total

from desktop.exchange import plan_import, read_workbook
from desktop.exchange.formulas import settle, shift

VALUES = [2, 3.5, "1,200.00", None, "text", "=1/0", True]


def outcome(formula: str) -> object:
    """The value of a formula beside A1:G1, or the code of why it has none."""
    book = read_workbook(make_xlsx([[*VALUES, formula]]))
    settle(book)
    cell = book.sheets[0].at(0, 7)
    return cell.value if cell.trouble is None else cell.trouble


@pytest.mark.parametrize(
    "formula, value",
    [
        ("=A1*B1", "7"),
        ("=A1+B1*2-1", "8"),
        ("=(A1+B1)*2", "11"),
        ("=-A1+10", "8"),
        ("=A1*C1", "2400"),
        ("=SUM(A1:D1)", "1205.5"),
        ("=SUM(A1,B1;3)", "8.5"),
        ("=SUM(A1:E1)", "1205.5"),
        ("=$A$1/4", "0.5"),
        ("=10%*A1", "0.2"),
        ("=PRODUCT(A1:B1)", "7"),
        ("=ROUND(B1/3,2)", "1.17"),
        ("=SUBTOTAL(9,A1:B1)", "5.5"),
        ("=Plan!A1+'Plan'!B1", "5.5"),
        ("=D1+1", "1"),
        ("=1/3*3", "1"),
        ("=.5+1E2", "100.5"),
        ("=G1+1", "2"),
    ],
)
def test_simple_formulas_are_computed(formula: str, value: str) -> None:
    assert outcome(formula) == Decimal(value)


@pytest.mark.parametrize(
    "formula, code",
    [
        ("=VLOOKUP(A1,A:B,2)", "formula_unreadable"),
        ("=IF(A1>1,2,3)", "formula_unreadable"),
        ("=A1&B1", "formula_unreadable"),
        ("=A1^2", "formula_unreadable"),
        ("=Other!A1", "formula_unreadable"),
        ("=(A1", "formula_unreadable"),
        ("=A1 B1", "formula_unreadable"),
        ("=E1*2", "formula_needs_number"),
        ("=A1/D1", "formula_divides_by_zero"),
        ("=F1+1", "formula_error_cell"),
        ("=H1+1", "formula_circular"),
        ("=SUM(A1:H1)", "formula_error_cell"),
        ("=" + "(" * 200 + "1" + ")" * 200, "formula_too_long"),
        ("=9E999*9E999", "formula_no_result"),
    ],
)
def test_other_formulas_have_no_value_and_say_why(formula: str, code: str) -> None:
    assert outcome(formula) == code


def test_a_shared_formula_moves_its_relative_references() -> None:
    assert shift("L7*$M$7+SUM(A$1:B2)", rows=1, columns=1) == "M8*$M$7+SUM(B$1:C3)"
    assert shift("\"A1\"&'A1'!A1+LOG10(A1)", rows=1, columns=0) == "\"A1\"&'A1'!A2+LOG10(A2)"


def test_long_chains_settle_downwards_and_upwards() -> None:
    down = [[1], *[[f"=A{row}+1"] for row in range(1, 3000)]]
    up = [*[[f"=A{row + 2}+1"] for row in range(2999)], [1]]
    for rows, last in ((down, 2999), (up, 0)):
        book = read_workbook(make_xlsx(rows))
        settle(book)
        assert book.sheets[0].at(last, 0).value == 3000


def test_sums_that_would_take_for_ever_are_given_up() -> None:
    rows = [[1, "=SUM(A1:A3000)"] for _ in range(3000)]
    book = read_workbook(make_xlsx(rows))
    settle(book)
    assert {cell.trouble for row in book.sheets[0].cells for cell in row} == {None, "formula_too_long"}


def test_budgets_are_computed_and_what_cannot_be_is_listed_and_left_empty() -> None:
    plan = plan_rows(
        [["Activity", "Qty", "Unit cost (USD)", "Budget (USD)"], ["Train", 4, 275.5, "=B2*C2"],
         ["Print", 2, "1,200.00", "=B3*C3"],
         ["Build", 2, 5, "=IF(B4>1,10,0)"], [None, "TOTAL", None, "=SUM(D2:D3)"]]
    )  # fmt: skip
    assert total(plan) == Decimal(3502)
    [problem] = [one for one in plan.problems if one.code == "formula_unreadable"]
    assert (problem.row, problem.column, problem.read) == (4, "D", "=IF(B4>1,10,0)")
    assert "planned" not in plan.of_kind("budget_line")[2].values
    assert "total_differs" not in codes(plan)


def test_a_stored_result_wins_over_what_we_would_compute() -> None:
    import io
    import zipfile

    data = save(make_book({"Plan": [["Activity", "Budget (USD)", "Lead"], ["Train", "=1+1", "X Y"]]}))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name,
                content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>7</v>").replace(
                    b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>"
                ),
            )
    assert total(plan_import(target.getvalue(), today_year=2026)) == 7
