"""Workbooks and text tables are read for what they hold, fast, and hostile files are refused politely."""

import io
import time
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from helpers.spreadsheets import make_book, make_xlsx, plan_rows, save, titles, total

from desktop.exchange import Limits, plan_import, read_workbook
from desktop.exchange.cells import column_index, column_letter
from sync.errors import DaftarError

HEADER = ["Activity", "Responsible", "Start date", "Budget (USD)"]


def refusal(data: bytes, **options: Limits) -> tuple[str, object]:
    with pytest.raises(DaftarError) as caught:
        read_workbook(data, name="file", **options)
    return caught.value.code, caught.value.params.get("why")


def repack(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The same package with some parts replaced (None: left out)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return target.getvalue()


def with_sheet(xml: str) -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return repack(
        make_xlsx([["x"]]),
        {"xl/worksheets/sheet1.xml": xml.replace("<worksheet", f"<worksheet {space}").encode()},
    )


def test_values_keep_their_types() -> None:
    book = make_book({"A": [["text", 1, 2.5, 0.1 + 0.2, True, datetime.fromisoformat("2026-03-05"), 0.4]]})
    book.worksheets[0]["G1"].number_format = "0.0%"
    [sheet] = read_workbook(save(book)).sheets
    cells = sheet.cells[0]
    assert [cell.value for cell in cells] == [
        "text",
        Decimal(1),
        Decimal("2.5"),
        Decimal("0.3"),
        True,
        datetime.fromisoformat("2026-03-05"),
        Decimal("0.4"),
    ]
    assert [cell.shown for cell in cells] == ["text", "1", "2.5", "0.3", "TRUE", "2026-03-05", "40%"]


def test_merges_hidden_parts_comments_and_direction_are_seen() -> None:
    book = make_book(
        {"A": [["a", None, None], [None, "b", "c"]], "B": [["hidden"]]}, merges=["A1:B2"], shaded=["C2"]
    )
    sheet = book.worksheets[0]
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.sheet_view.rightToLeft = True
    book.worksheets[1].sheet_state = "veryHidden"
    first, second = read_workbook(save(book)).sheets
    assert first.at(1, 1).merged_from == (0, 0)
    assert first.spread(1, 1).shown == "a"
    assert (first.hidden_rows, first.hidden_columns, first.right_to_left) == ({1}, {2}, True)
    assert first.at(1, 2).shaded
    assert second.hidden


def test_formulas_come_with_their_stored_results() -> None:
    cells = (
        '<c r="A1"><v>2</v></c><c r="B1"><f>A1*3</f><v>6</v></c><c r="C1" t="str"><f>IF(A1,"")</f><v></v></c>'
    )
    shared = '<c r="A2"><f t="shared" si="0" ref="A2:B2">$A$1+A1</f></c><c r="B2"><f t="shared" si="0"/></c>'
    [sheet] = read_workbook(
        with_sheet(
            f'<worksheet><sheetData><row r="1">{cells}</row><row r="2">{shared}</row></sheetData></worksheet>'
        )
    ).sheets
    assert (sheet.at(0, 1).value, sheet.at(0, 1).formula) == (Decimal(6), "=A1*3")
    assert sheet.at(0, 2).blank
    assert (sheet.at(1, 0).formula, sheet.at(1, 1).formula) == ("=$A$1+A1", "=$A$1+B1")


def test_cells_without_references_and_with_prefixes_are_read() -> None:
    xml = '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
    xml += "<x:row><x:c><x:v>1</x:v></x:c>"
    xml += '<x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c>'
    xml += "</x:row></x:sheetData></x:worksheet>"
    [sheet] = read_workbook(repack(make_xlsx([["x"]]), {"xl/worksheets/sheet1.xml": xml.encode()})).sheets
    assert [cell.shown for cell in sheet.cells[0]] == ["1", "ab"]


def test_column_letters_go_both_ways() -> None:
    assert [column_letter(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_index(column_letter(column)) == column for column in range(2000))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_french_text_tables_are_read_in_any_encoding(encoding: str, separator: str) -> None:
    lines = [
        ["Activité", "Responsable", "Début", "Budget prévu (EUR)"],
        ["Former à l'été", "Zoé Müller", "05/03/2026", "1 250.50"],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    plan = plan_import(text.encode(encoding), today_year=2026, name="plan.csv")
    assert titles(plan, "activity") == ["Former à l'été"]
    assert titles(plan, "person") == ["Zoé Müller"]
    assert total(plan) == Decimal("1250.5")


def test_arabic_text_tables_of_old_programs_are_read() -> None:
    text = "النشاط;المسؤول;الحالة;الميزانية\nتدريب المدربين;أمينة حداد;مكتمل;1200\n"
    plan = plan_import(text.encode("cp1256"), today_year=2026, name="خطة.csv")
    assert titles(plan, "activity") == ["تدريب المدربين"]
    assert plan.of_kind("activity")[0].values["status"] == "completed"


def test_quotes_line_breaks_and_a_separator_line_are_understood() -> None:
    text = 'sep=;\nActivity;Responsible;Status\n"Train; and\ncoach";Amina Haddad;Done\n'
    assert titles(plan_import(text.encode(), today_year=2026, name="a.csv"), "activity") == [
        "Train; and coach"
    ]


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "import_empty"),
        (b"   \n", "import_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import_old_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "import_password"),
        (b"<html><table><tr><td>Activity</td></tr></table></html>", "import_old_format"),
        (b"%PDF-1.7 ...", "import_format_unsupported"),
        (b"PK\x03\x04 broken", "import_unreadable"),
        (b"\x00\x01\x02\x03" * 50, "import_unreadable"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data)[0] == code


def test_a_missing_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DaftarError) as caught:
        read_workbook(tmp_path / "gone.xlsx")
    assert caught.value.code == "import_cannot_open"


def test_a_workbook_cut_short_is_unreadable() -> None:
    data = make_xlsx([HEADER] * 50)
    for share in (0.2, 0.5, 0.9):
        assert refusal(data[: int(len(data) * share)]) == ("import_unreadable", "damaged")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repack(make_xlsx([["x"]]), {"xl/worksheets/sheet1.xml": b"\0" * (40 << 20)})
    assert len(bomb) < 200_000
    assert refusal(bomb, limits=Limits(unpacked_bytes=20 << 20)) == ("import_unreadable", "too_large")


def test_entities_that_grow_are_refused() -> None:
    xml = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>'
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"):
        assert refusal(repack(make_xlsx([["x"]]), {part: xml}))[0] == "import_unreadable"


@pytest.mark.parametrize(
    "xml",
    [
        '<worksheet><sheetData><row r="9999999"><c r="A9999999"><v>1</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
    ],
)
def test_cells_far_away_are_refused(xml: str) -> None:
    assert refusal(with_sheet(xml)) == ("import_unreadable", "too_large")


def test_colour_and_merges_far_away_cost_nothing() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
    rows += '<row r="1048576"><c r="A1048576" s="0"/></row>'
    merges = '<mergeCell ref="A1:XFD1"/><mergeCell ref="A2:A1048576"/><mergeCell ref="oops"/>'
    merges = f"<mergeCells>{merges}</mergeCells>"
    [sheet] = read_workbook(
        with_sheet(f"<worksheet><sheetData>{rows}</sheetData>{merges}</worksheet>")
    ).sheets
    assert (sheet.height, sheet.width) == (1, 1)


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "[Content_Types].xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_missing_or_damaged_parts_never_crash_the_reader(part: str) -> None:
    for content in (None, b"", b"<a>", b"\xff\xfe"):
        outcome = "read"
        try:
            read_workbook(repack(make_xlsx([HEADER]), {part: content}), name="x")
        except DaftarError as refused:
            outcome = refused.code
        assert outcome in {"read", "import_unreadable"}


def test_five_thousand_rows_are_read_and_planned_fast() -> None:
    rows = [
        [
            f"Activity number {number}",
            f"Person {number % 40}",
            datetime.fromisoformat(f"2026-{1 + number % 12:02}-{1 + number % 28:02}"),
            number + 0.5,
        ]
        for number in range(5000)
    ]
    data = make_xlsx([HEADER, *rows])
    began = time.process_time()
    book = read_workbook(data)
    reading = time.process_time() - began
    assert book.sheets[0].height == 5001
    # Ten times what it takes on a small machine, so that only a change of kind fails.
    assert reading < 5
    began = time.process_time()
    plan = plan_import(data, today_year=2026)
    assert time.process_time() - began < 20
    assert plan.created == {"activity": 5000, "person": 40, "budget_line": 5000}
    assert total(plan) == sum(row[3] for row in rows)


def test_the_fingerprint_is_the_content_and_not_the_name(tmp_path: Path) -> None:
    data = make_xlsx([HEADER])
    (tmp_path / "a.xlsx").write_bytes(data)
    one = plan_import(tmp_path / "a.xlsx", today_year=2026)
    other = plan_import(data, today_year=2031, name="b.xlsx")
    assert one.fingerprint == other.fingerprint
    assert one.name == "a.xlsx"
    assert plan_rows([HEADER, ["Train"]]).fingerprint != one.fingerprint
