"""Whatever a file holds, the reader answers with a plan or a refusal, and accounts for every filled cell."""

import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal

from helpers.spreadsheets import make_xlsx, plan_rows
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from desktop.exchange import plan_import, read_workbook, to_edits
from desktop.exchange.cells import number_text
from desktop.exchange.formulas import settle
from desktop.exchange.vocabulary import HEADERS
from sync.errors import DaftarError
from sync.records import KINDS

_HEADINGS = sorted({phrase.strip() for listed in HEADERS.values() for phrase in listed.split(";")})
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
_TYPICAL = st.sampled_from(
    ["x", "✓", "TBD", "n/a", "-", "1.1", "1.1.1", "Output 1.1: Skills", "TOTAL", "12/05/2026", "05.06.26",
     "1,200.00", "25 200,50",
     "On-going", "En cours", "مكتمل", "UNHCR / KEPSA", "2025-Q1", "Female", "15-24", "31% (41/132)",
      "=A1*B1", "=SUM(A1:C9)",
     "Q1", "2026", "Jan", "NB: note"]
)  # fmt: skip
_CELL = st.none() | _TYPICAL | _WORDS | st.integers(-5, 3000) | st.booleans() | st.floats(-1e6,
 1e9, allow_nan=False) \
    | st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2100-01-01"))  # fmt: skip
_TABLE = st.lists(st.lists(_CELL, max_size=8), max_size=12)
_HEADER = st.lists(st.sampled_from(_HEADINGS), min_size=2, max_size=8)


def check(data: bytes, name: str) -> None:
    """A plan whose records are valid and whose cells are all accounted for, or a refusal."""
    try:
        plan = plan_import(data, today_year=2026, name=name)
    except DaftarError as refused:
        assert refused.code.startswith("import_")  # noqa: PT017 - a plan is as good an answer
        return
    book = read_workbook(data, name=name)
    settle(book)
    assert sum(plan.cells.values()) == sum(
        1 for sheet in book.sheets for row in range(sheet.height) for _ in sheet.row(row)
    )
    number = iter(range(1, 1_000_000))
    for edit in to_edits(plan, workspace=bytes(16), new_id=lambda: next(number).to_bytes(16, "big")):
        assert set(KINDS[edit.kind].required) <= edit.writes.keys()


@given(_TABLE, _HEADER, _TABLE)
def test_tables_of_anything_under_known_headings_give_a_plan(
    before: list[list[object]], header: list[str], body: list[list[object]]
) -> None:
    rows = [[_clean(cell) for cell in row] for row in [*before, header, *body]]
    check(make_xlsx(rows), "fuzz.xlsx")


@given(
    st.lists(st.lists(_WORDS | _TYPICAL, max_size=6), max_size=10),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-16", "cp1256"]),
)
def test_text_tables_of_anything_give_a_plan_or_a_refusal(
    rows: list[list[str]], separator: str, encoding: str
) -> None:
    text = "\n".join(separator.join(row) for row in rows)
    check(text.encode(encoding, "replace"), "fuzz.csv")


@given(st.binary(max_size=400))
def test_any_bytes_give_a_plan_or_a_refusal(data: bytes) -> None:
    check(data, "fuzz.bin")


@given(st.data())
def test_a_workbook_with_any_damage_gives_a_plan_or_a_refusal(data: st.DataObject) -> None:
    whole = make_xlsx([["Activity", "Lead", "Budget"], ["Train", "Amina Haddad", 5]])
    source = zipfile.ZipFile(io.BytesIO(whole))
    part = data.draw(st.sampled_from(sorted(source.namelist())))
    content = bytearray(source.read(part))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(content) - 1)))
        content[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        for name in source.namelist():
            new.writestr(name, bytes(content) if name == part else source.read(name))
    check(target.getvalue(), "fuzz.xlsx")


@given(
    st.lists(
        st.lists(
            st.none() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | _WORDS.filter(str.strip),
            max_size=5,
        ),
        max_size=6,
    )
)
def test_our_reader_and_the_usual_one_see_the_same_cells(rows: list[list[object]]) -> None:
    data = make_xlsx([[_clean(cell) for cell in row] for row in rows])
    ours = read_workbook(data).sheets[0]
    theirs = load_workbook(io.BytesIO(data)).worksheets[0]
    for line in theirs.iter_rows():
        for cell in line:
            seen = ours.at(cell.row - 1, cell.column - 1)
            if isinstance(cell.value, str) and cell.value.strip() and cell.data_type != "f":
                assert seen.value == cell.value
            elif isinstance(cell.value, int | float):
                assert seen.value == Decimal(format(cell.value, ".15g"))


@given(
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["{:,.2f}", "{:.2f}", "USD {:,.2f}", "{:,.2f} $"]),
    st.booleans(),
)
def test_amounts_are_read_as_they_were_written(amount: Decimal, form: str, french: bool) -> None:
    text = form.format(amount)
    if french:
        text = text.replace(",", "\u202f").replace(".", ",")
    plan = plan_rows([["Activity", "Budget"], ["Train", text]])
    [line] = plan.of_kind("budget_line")
    assert line.values["planned"] == number_text(amount)


@given(
    st.dates(date(2000, 1, 1), date(2050, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %B %Y"]),
)
def test_dates_are_read_as_they_were_written(day: date, form: str) -> None:
    proof = date(2026, 1, 31)
    plan = plan_rows(
        [["Activity", "Start", "Lead"], ["A", day.strftime(form), "X Y"], ["B", proof.strftime(form), "X Y"]]
    )
    assert plan.of_kind("activity")[0].values["start"] == day.isoformat()
    assert plan.of_kind("activity")[1].values["start"] == (proof + timedelta(0)).isoformat()


def _clean(cell: object) -> object:
    """What the writer of the test file accepts."""
    if isinstance(cell, str):
        return "".join(mark for mark in cell if mark not in "\ufffe\uffff").replace("_x", "-x")
    return cell
