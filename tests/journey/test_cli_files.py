"""Files in and out by the command line: an import is told, checked, undone; an export comes back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import docx
import pytest
from helpers.terminal import Laptop

PLAN = """Code,Output / Activity,Responsible,Start,End,Status,Budget (USD)
1,Output 1: Young people have skills,,,,,
1.1,Train trainers,Amina Hassan,05/03/2026,12/03/2026,Ongoing,12000
1.2,Equip two centres,Omar Khalil,01/04/2026,someday,Planned,8500
"""


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "profile").make("Jordan")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "workplan.csv"
    file.write_text(PLAN, encoding="utf-8")
    return file


def test_an_import_is_shown_first_then_done_once_and_undone_whole(laptop: Laptop, plan: Path) -> None:
    shown = laptop.ask("import", str(plan), "--as", "workplan", "--dry-run", "--year", "2026")
    assert shown["dry_run"]
    assert shown["created"]["activity"] == 2
    assert laptop.ask("list", "activity") == []

    done = laptop.ask("import", str(plan), "--as", "workplan", "--year", "2026")
    assert (done["created"], done["fingerprint"]) == (shown["created"], shown["fingerprint"])
    rows = {row["title"]: row for row in laptop.ask("list", "activity")}
    assert rows["Train trainers"]["start"] == "2026-03-05"
    assert {person["name"] for person in laptop.ask("list", "person")} == {"Amina Hassan", "Omar Khalil"}
    (problem,) = [one for one in done["problems"] if "someday" in one["read"]]
    assert problem["row"] == 4
    assert problem["column"]
    assert problem["code"]
    assert problem["why"]
    assert problem["sheet"]

    assert laptop.fails("import", str(plan))["code"] == "already_imported"
    assert laptop.ask("undo") == {"undone": "Bring in a file"}
    assert laptop.ask("list", "activity") == []
    laptop.ask("import", str(plan), "--as", "workplan")
    again = laptop.ask("import", str(plan), "--as", "workplan", "--again")
    assert again["created"]["activity"] == 2
    assert "person" not in again["created"]


def test_a_file_that_is_no_table_is_refused(laptop: Laptop, tmp_path: Path) -> None:
    assert laptop.fails("import", str(tmp_path / "none.xlsx"))["code"] == "file_unreadable"
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert laptop.fails("import", str(tmp_path / "broken.xlsx"))["code"] == "import_unreadable"


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_an_export_holds_every_record(laptop: Laptop, tmp_path: Path, ending: str) -> None:
    lead = laptop.add("person", "name=Amina Hassan")
    ids = [laptop.add("activity", f"title=Line {number}", f"lead={lead}") for number in range(3)]
    target = tmp_path / f"plan.{ending}"
    assert laptop.ask("export", "activity", str(target)) == {"file": str(target), "records": 3}
    assert exported_ids(target) == ids
    assert laptop.fails("export", "activity", str(tmp_path / "plan.odt"))["code"] == "export_format_unknown"


def exported_ids(file: Path) -> list[str]:
    if file.suffix == ".json":
        return [entry["id"] for entry in json.loads(file.read_text(encoding="utf-8"))["records"]]
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return [row[0] for row in csv.reader(stream)][1:]
    from openpyxl import load_workbook

    sheet = load_workbook(file).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_minutes_go_into_a_word_document(laptop: Laptop, tmp_path: Path) -> None:
    meeting = laptop.add("meeting", "title=Planning", "start=2026-06-15T10:00")
    laptop.add("agenda_item", "title=Certificates", f"meeting={meeting}", "notes=64 certified so far.")
    file = tmp_path / "minutes.docx"
    assert laptop.ask("export", "meeting", str(file)) == {"file": str(file), "records": 1}
    assert "64 certified so far." in [paragraph.text for paragraph in docx.Document(str(file)).paragraphs]
    laptop.add("meeting", "title=Review")
    assert laptop.fails("export", "meeting", str(file))["code"] == "not_unique"
    laptop.ask("export", "meeting", str(file), "--record", meeting)
    assert laptop.fails("export", "activity", str(file))["code"] == "no_minutes"
