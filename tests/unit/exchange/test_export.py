"""What is exported can be opened, sorted, edited and given back: values come back equal, in every format."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from desktop.exchange.cells import number_text
from desktop.exchange.export import export_kind, export_kinds, to_text
from desktop.exchange.exported import read_export
from desktop.words import Words
from sync.errors import DaftarError
from sync.records import KINDS, Field, FieldType, Kind, Value

AMINA, OMAR, FKE = b"a" * 16, b"o" * 16, b"f" * 16
NAMES = {AMINA: "Amina Haddad", OMAR: "Omar Said", FKE: "FKE; the federation"}
ACTIVITY: Mapping[str, Value] = {
    "title": "=SUM(A1:A9)",
    "code": "1.1",
    "description": "-2 rooms\n@home, “quoted”; = done",
    "status": "ongoing",
    "progress": 40,
    "start": "2026-03-05",
    "quarters": ["2026-Q1", "2026-Q3"],
    "lead": AMINA,
    "partners": [FKE, OMAR],
    "position": [None, "a0"],
    "notes": "'+ already quoted",
    "tags": ["a", "b"],
}
LINE: Mapping[str, Value] = {
    "activity": AMINA,
    "planned": "1131372.25",
    "spent": "-0.5",
    "quantity": "3",
    "unit_cost": "12345678901234567890.125",
    "currency": "USD",
    "planned_quarters": {"2026-Q1": "10", "2026-Q2": "20.5"},
}


def back(path: Path, kind: str) -> list[tuple[bytes | None, dict[str, Value]]]:
    """The rows of a file, without the fields that are empty."""
    found = read_export(path, kind_name=kind)
    assert not found.problems
    return [(row.record, {name: value for name, value in row.values.items() if value not in (None, [], {})})
            for row in found.rows]  # fmt: skip


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_values_come_back_equal_in_every_format_and_language(
    tmp_path: Path, ending: str, language: str
) -> None:
    words = Words(language)
    for kind, values in (("activity", ACTIVITY), ("budget_line", LINE)):
        path = tmp_path / f"{kind}.{ending}"
        assert export_kind([(OMAR, values)], kind, path, words, label_of=lambda one: NAMES[one]) == 1
        assert back(path, kind) == [(OMAR, dict(values))]


def test_the_sheet_is_made_for_the_office(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    export_kind([(OMAR, ACTIVITY)], "activity", path, Words("en"), label_of=lambda one: NAMES[one])
    book = load_workbook(path)
    sheet = book["Activities"]
    headings = {cell.value: cell for cell in sheet[1]}
    assert headings["Title *"].font.b
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].hidden
    assert sheet["A2"].value == "6f6f6f6f-6f6f-6f6f-6f6f-6f6f6f6f6f6f"
    row = {heading.value: sheet.cell(2, heading.column) for heading in sheet[1]}
    assert row["Start"].is_date
    assert row["Progress"].value == 40
    assert row["Status"].value == "Ongoing"
    assert row["Lead"].value == "Amina Haddad"
    assert (row["Title *"].data_type, row["Title *"].quotePrefix) == ("s", True)
    assert book["Options"].sheet_state == "hidden"
    assert any("Options!" in rule.formula1 for rule in sheet.data_validations.dataValidation)


def test_arabic_sheets_run_from_right_to_left(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    export_kind([], "activity", path, Words("ar"))
    assert load_workbook(path).worksheets[0].sheet_view.rightToLeft


def test_text_tables_have_a_mark_for_their_encoding_and_no_live_formulas(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    export_kind([(OMAR, ACTIVITY)], "activity", path, Words("fr"), label_of=lambda one: NAMES[one])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "'=SUM(A1:A9)" in data.decode("utf-8-sig")
    assert ";=SUM" not in data.decode("utf-8-sig")


def test_several_kinds_stand_on_their_own_sheets(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    assert export_kinds([("activity", [(AMINA, ACTIVITY)]), ("budget_line",
     [(OMAR, LINE)])], path, Words("en"),
                        label_of=NAMES.__getitem__) == 2  # fmt: skip
    assert [(row.kind, row.record) for row in read_export(path).rows] == [
        ("activity", AMINA),
        ("budget_line", OMAR),
    ]


def test_an_edited_export_is_read_whatever_its_column_order(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    export_kind([(OMAR, ACTIVITY)], "activity", path, Words("en"), label_of=NAMES.__getitem__,
                candidates={"person": [AMINA, OMAR]})  # fmt: skip
    book = load_workbook(path)
    sheet = book["Activities"]
    row = {heading.value: sheet.cell(2, heading.column) for heading in sheet[1]}
    row["Lead"].value = "Omar Said"
    row["Status"].value = "Completed"
    row["Progress"].value = "a lot"
    row["Start"].value = "06/04/2026"
    sheet.insert_cols(2)
    sheet.append([None, None, "A new one"])
    book.save(path)
    found = read_export(path)
    edited, added = found.rows
    assert (edited.values["lead"], edited.values["status"], edited.values["start"]) == (
        OMAR,
        "completed",
        "2026-04-06",
    )
    assert (added.record, added.values["title"]) == (None, "A new one")
    assert [(one.row, one.read, one.params["field"]) for one in found.problems] == [(2, "a lot", "progress")]


def test_names_that_are_equal_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    rows: list[tuple[bytes, Mapping[str, Value]]] = [
        (AMINA, {"title": "A", "lead": AMINA}), (OMAR, {"title": "B", "lead": OMAR}),
    ]  # fmt: skip
    export_kind(rows, "activity", path, Words("en"), label_of=lambda _: "Same Name")
    assert [row.values["lead"] for row in read_export(path).rows] == [AMINA, OMAR]


def test_other_files_are_no_exports_and_unknown_endings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"format": "other"}', encoding="utf-8")
    (tmp_path / "b.json").write_text(
        json.dumps({"format": "daftar-export-1", "records": [{"id": 3}]}), encoding="utf-8"
    )
    for name, code in (("a.json", "not_an_export"), ("b.json", "import_unreadable")):
        with pytest.raises(DaftarError) as caught:
            read_export(tmp_path / name)
        assert caught.value.code == code
    with pytest.raises(DaftarError) as caught:
        export_kind([], "activity", tmp_path / "plan.odt", Words("en"))
    assert caught.value.code == "export_format_unknown"


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DaftarError) as caught:
        export_kind([], "activity", tmp_path / "gone" / "plan.xlsx", Words("en"))
    assert caught.value.code == "export_cannot_write"
    export_kind([], "activity", tmp_path / "plan.xlsx", Words("en"))
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


def test_the_clipboard_gets_headings_and_names() -> None:
    text = to_text([(OMAR, ACTIVITY)], "activity", Words("en"), label_of=lambda one: NAMES[one])
    assert text.startswith("Title *\tCode\tDescription")
    assert "Amina Haddad" in text
    assert "\t=SUM" not in text


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=30)
_NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12)


def _values_of(field: Field) -> st.SearchStrategy[Value]:
    """Canonical values of a field."""
    ids = st.binary(min_size=16, max_size=16)
    simple: dict[FieldType, st.SearchStrategy[Value]] = {
        FieldType.NUMBER: _NUMBER.map(number_text),
        FieldType.INTEGER: st.integers(int(field.minimum or -1000), int(field.maximum or 1000)),
        FieldType.BOOLEAN: st.booleans(),
        FieldType.DATE: st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(lambda day: day.isoformat()),
        FieldType.CHOICE: st.sampled_from(field.choices or ("x",)),
        FieldType.REFERENCE: ids,
        FieldType.REFERENCES: st.sets(ids, max_size=3).map(sorted),
    }
    if field.type is FieldType.TEXT and field.syntax is None:
        return _TEXT
    return simple.get(field.type, st.none())


def _records(kind: Kind) -> st.SearchStrategy[dict[str, Value]]:
    fields = {name: _values_of(field) for name, field in kind.fields.items()}

    def accepted(values: dict[str, Value]) -> dict[str, Value]:
        return {name: one for name, one in values.items() if _accepted(kind.fields[name], one)}

    return st.fixed_dictionaries({}, optional=fields).map(accepted)


def _accepted(field: Field, value: Value) -> bool:
    if value in (None, []):
        return False
    try:
        field.check(value)
    except DaftarError:
        return False
    return True


@pytest.mark.parametrize("kind", ["activity", "indicator", "person", "value"])
@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_whatever_a_record_holds_comes_back(tmp_path: Path, kind: str, ending: str) -> None:
    path = tmp_path / f"rows.{ending}"

    @settings(max_examples=10)
    @given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), _records(KINDS[kind])), max_size=3))
    def come_back(rows: list[tuple[bytes, dict[str, Value]]]) -> None:
        export_kind(rows, kind, path, Words("en"))
        assert back(path, kind) == rows

    come_back()
