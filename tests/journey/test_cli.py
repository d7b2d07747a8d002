"""The command line on one laptop, by real processes: records, histories, undo, and what goes wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from helpers.terminal import CHEAP, PASSPHRASE, Laptop, place

from desktop.store.profile import WriterLock
from sync.records import KINDS


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "profile").make("Jordan")


def test_a_record_lives_from_its_addition_to_its_return(laptop: Laptop) -> None:
    amina = laptop.add("person", "name=Amina Hassan")
    record = laptop.add(
        "activity", "title=Train trainers", "start=05/03/2026", "end=2026-03-12", "tags=a,b",
        "lead=amina hassan", "status=On going", 'quarters=["2026-Q1"]',
    )  # fmt: skip
    shown = laptop.show("activity", record)
    assert (shown["start"], shown["lead"], shown["status"]) == ("2026-03-05", amina, "ongoing")
    assert (shown["tags"], shown["quarters"]) == (["a", "b"], ["2026-Q1"])
    assert (shown["kind"], shown["deleted"], shown["unsent"], shown["contested"]) == (
        "activity",
        False,
        True,
        [],
    )
    assert set(KINDS["activity"].fields) <= shown.keys()
    assert shown["notes"] is None

    changed = laptop.ask("set", "activity", record, "progress=40", "quarters+=2026-Q2", "tags-=a", "end=")
    assert changed == {"id": record, "changed": ["end", "progress", "quarters", "tags"]}
    shown = laptop.show("activity", record)
    assert (shown["progress"], shown["end"]) == (40, None)
    assert (shown["quarters"], shown["tags"]) == (["2026-Q1", "2026-Q2"], ["b"])

    assert laptop.ask("undo") == {"undone": "Change a record"}
    assert laptop.show("activity", record)["end"] == "2026-03-12"
    assert laptop.ask("redo") == {"redone": "Change a record"}

    laptop.ask("delete", "activity", record)
    assert laptop.ask("list", "activity") == []
    assert [row["id"] for row in laptop.ask("list", "activity", "--deleted")] == [record]
    assert laptop.fails("set", "activity", record, "progress=1")["code"] == "record_deleted"
    laptop.ask("restore", "activity", record)
    assert [row["progress"] for row in laptop.ask("list", "activity")] == [40]

    history = laptop.ask("history", "activity", record)
    kinds = ["create", "edit", "edit", "edit", "delete", "restore"]
    assert [entry["what"] for entry in history] == kinds
    assert history[1]["fields"]["quarters"] == {"added": ["2026-Q2"], "removed": []}
    assert {entry["sent"] for entry in history} == {False}
    assert all(UUID(entry["author_id"]) and entry["device"] and entry["at"] for entry in history)
    checked = laptop.ask("check")
    assert (checked["ok"], checked["problems"]) == (True, [])


def test_cells_and_long_texts_are_typed_and_read_back(laptop: Laptop) -> None:
    indicator = laptop.add("indicator", "title=People trained", "code=1.1.a")
    value = laptop.add("value", "indicator=1.1.a", "cells.F|15-24=1,131.50", "cells.M|65+=2")
    assert laptop.show("value", value)["indicator"] == indicator
    assert laptop.show("value", value)["cells"] == {"F|15-24": "1131.5", "M|65+": "2"}
    laptop.ask("set", "value", value, "cells.M|65+=", "cells.F|25+=7")
    assert laptop.show("value", value)["cells"] == {"F|15-24": "1131.5", "F|25+": "7"}
    laptop.ask("set", "value", value, 'cells={"X": 1.25}')
    assert laptop.show("value", value)["cells"] == {"X": "1.25"}

    meeting = laptop.add("meeting", "title=Steering", "notes=أول سطر")
    laptop.ask("set", "meeting", meeting, "notes=أول سطر\nثاني سطر")
    assert laptop.show("meeting", meeting)["notes"] == "أول سطر\nثاني سطر"
    history = laptop.ask("history", "meeting", meeting)
    assert [entry["fields"]["notes"] for entry in history] == ["أول سطر", "أول سطر\nثاني سطر"]


def test_lists_are_narrowed_by_values_and_words(laptop: Laptop) -> None:
    documents = [
        {"title": "Train trainers", "status": "ongoing", "progress": 10, "tags": ["north"]},
        {"title": "تقرير أحمد", "status": "completed", "progress": 100},
        {"title": "Survey", "status": "ongoing", "progress": 80, "start": "2026-05-01"},
    ]
    ids = laptop.ask("add", "activity", "--from", "-", said=json.dumps(documents))["ids"]

    def found(*words: str) -> list[int]:
        return [ids.index(row["id"]) for row in laptop.ask("list", "activity", *words)]

    assert found() == [0, 1, 2]
    assert found("--where", "status=ongoing") == [0, 2]
    assert found("--where", "status=ongoing", "--where", "progress>=50") == [2]
    assert found("--where", "start=") == [0, 1]
    assert found("--where", "tags=north") == [0]
    assert found("--where", "title~train") == [0]
    assert found("--search", "احمد") == [1]
    assert laptop.fails("list", "activity", "--where", "colour=red")["code"] == "unknown_field"
    assert laptop.fails("list", "activities")["code"] == "unknown_kind"


def test_one_bad_record_of_a_list_saves_nothing_and_is_named(laptop: Laptop) -> None:
    documents = [{"title": "Good"}, {"progress": "lots", "colour": "red"}, {"title": "Good too"}]
    error = laptop.fails("add", "activity", "--from", "-", said=json.dumps(documents))
    assert error["code"] == "fields_to_fix"
    named = {(one["index"], one["field"], one["code"], one["typed"]) for one in error["params"]["problems"]}
    assert named == {
        (1, "progress", "not_a_number", "lots"),
        (1, "colour", "unknown_field", "red"),
        (1, "title", "required", ""),
    }
    assert "Record 2, progress" in error["message"]
    assert laptop.ask("list", "activity") == []


def test_a_file_of_records_is_read_and_a_bad_one_refused(laptop: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('{"name": "Omar Khalil", "workspace": "Jordan"}', encoding="utf-8")
    record = laptop.ask("add", "person", "--from", str(file))["id"]
    assert laptop.show("person", record)["name"] == "Omar Khalil"
    file.write_text("name: Omar", encoding="utf-8")
    assert laptop.fails("add", "person", "--from", str(file))["code"] == "not_json"
    assert laptop.fails("add", "person", "--from", str(tmp_path / "none.json"))["code"] == "file_unreadable"


def test_many_records_keep_their_order_and_are_one_undo(laptop: Laptop) -> None:
    documents = [{"title": f"Line {number}"} for number in range(260)]
    ids = laptop.ask("add", "activity", "--from", "-", said=json.dumps(documents))["ids"]
    rows = laptop.ask("list", "activity")
    assert [row["id"] for row in rows] == ids
    keys = [row["position"][1] for row in rows]
    assert keys == sorted(keys)
    laptop.ask("undo")
    assert laptop.ask("list", "activity") == []
    assert laptop.ask("check")["ok"]


def test_names_that_mean_several_records_are_refused_with_the_candidates(laptop: Laptop) -> None:
    ids = {laptop.add("person", "name=Rima Mansour") for _ in range(2)}
    error = laptop.fails("add", "activity", "title=Train", "lead=rima mansour")
    assert error["code"] == "not_unique"
    assert {one["id"] for one in error["params"]["candidates"]} == ids
    assert laptop.fails("show", "person", min(ids)[:8])["code"] in ("not_unique", "unknown_record")
    said = json.dumps([{"title": "Fine"}, {"title": "Train", "lead": "Rima Mansour"}])
    (problem,) = laptop.fails("add", "activity", "--from", "-", said=said)["params"]["problems"]
    assert (problem["index"], problem["field"], problem["code"]) == (1, "lead", "not_unique")


def test_the_beginning_of_an_id_will_do_where_it_is_unique(laptop: Laptop) -> None:
    record = laptop.add("lesson", "title=Start small")
    for typed in (record, record.replace("-", ""), record[:12], "start small"):
        assert laptop.show("lesson", typed)["id"] == record
    assert laptop.fails("show", "lesson", "0123456789")["code"] == "unknown_record"


def test_with_several_workspaces_one_must_be_named(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "profile").make("Jordan", "Arab States")
    assert laptop.fails("add", "activity", "title=Train")["code"] == "workspace_needed"
    laptop.ask("add", "activity", "title=Here", "--workspace", "arab states")
    laptop.ask("add", "activity", "title=There", f"workspace={place(1)}")
    assert laptop.fails("add", "activity", "title=X", "-w", "Atlantis")["code"] == "workspace_missing"
    (row,) = laptop.ask("list", "activity", "--workspace", "Jordan")
    assert (row["title"], row["workspace"]) == ("There", place(1))
    assert {state["name"] for state in laptop.ask("workspaces")} == {"Jordan", "Arab States"}


def test_a_reader_comments_and_changes_nothing(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "profile").make("Jordan", role="reader")
    assert laptop.fails("add", "activity", "title=Train")["code"] == "role_too_low"
    assert laptop.show("comment", laptop.add("comment", "text=Well done"))["text"] == "Well done"


def test_reading_goes_on_beside_a_window_and_writing_says_who_has_it(laptop: Laptop) -> None:
    record = laptop.add("lesson", "title=Start small")
    with WriterLock(laptop.paths.lock):
        assert laptop.show("lesson", record)["title"] == "Start small"
        assert laptop.fails("set", "lesson", record, "title=Start big")["code"] == "profile_in_use"


@pytest.mark.parametrize(
    "words", [["list"], ["show", "activity"], ["frobnicate"], ["decide", "x"], ["backup"]]
)
def test_a_line_that_is_not_understood_ends_with_two(laptop: Laptop, words: list[str]) -> None:
    done = laptop.run(*words, "--json")
    assert done.status == 2
    assert "Usage" in done.err or done.err


def test_json_is_accepted_before_and_after_the_command(laptop: Laptop) -> None:
    assert (
        laptop.run("--json", "list", "activity").answer
        == laptop.run("list", "activity", "--json").answer
        == []
    )
    assert laptop.run("list", "--json", "activity").answer == []


def test_without_json_people_read_tables(laptop: Laptop) -> None:
    laptop.add("activity", "title=Train trainers", "status=ongoing")
    done = laptop.run("--language", "fr", "list", "activity")
    assert "Train trainers" in done.out
    assert "Statut" in done.out.splitlines()[0]


@pytest.mark.parametrize(
    "words, environment",
    [(["--language", "ar"], {}), ([], {"DAFTAR_LANGUAGE": "ar"}), ([], {"LC_ALL": "ar_JO.UTF-8"})],
)
def test_messages_are_in_the_persons_language(
    laptop: Laptop, words: list[str], environment: dict[str, str]
) -> None:
    done = laptop.run(*words, "list", "activities", "--json", environment=environment)
    assert done.error["code"] == "unknown_kind"
    assert any("\u0600" <= mark <= "\u06ff" for mark in done.err)


def test_settings_are_listed_read_and_changed(laptop: Laptop) -> None:
    assert laptop.ask("settings", "get", "language") == {"language": "en"}
    assert laptop.ask("settings", "set", "language", "fr") == {"language": "fr"}
    assert laptop.ask("settings", "list")["language"] == "fr"
    assert laptop.fails("settings", "set", "language", "xx")["code"] == "unknown_choice"
    assert laptop.fails("settings", "get", "shoe_size")["code"] == "unknown_setting"
    assert "قيد" not in laptop.run("list", "activity").out


def test_a_notebook_that_is_not_there_or_locked_says_so(tmp_path: Path) -> None:
    assert Laptop(tmp_path / "nothing").fails("list", "activity")["code"] == "profile_missing"
    laptop = Laptop(tmp_path / "profile").make("Jordan")
    assert Laptop(tmp_path / "profile", passphrase="wrong").fails("whoami")["code"] == "passphrase_wrong"
    assert Laptop(tmp_path / "profile", passphrase=None).fails("whoami")["code"] == "passphrase_needed"
    assert laptop.ask("whoami")["enrolled"] is False


def test_a_backup_is_made_and_put_back(laptop: Laptop, tmp_path: Path) -> None:
    record = laptop.add("lesson", "title=Start small")
    device = laptop.ask("whoami")["device"]
    file = tmp_path / "monday.daftar-backup"
    made = laptop.ask("backup", "create", str(file))
    assert (made["file"], made["size"] > 0) == (str(file), True)
    laptop.ask("set", "lesson", record, "title=Start big")
    laptop.ask("backup", "restore", str(file))
    assert laptop.show("lesson", record)["title"] == "Start small"
    assert laptop.ask("whoami")["device"] != device
    assert laptop.ask("check")["ok"]
    assert laptop.fails("backup", "restore", str(tmp_path / "none"))["code"] == "backup_unreadable"


def test_a_writing_command_makes_the_backup_of_the_day_once(laptop: Laptop) -> None:
    laptop.add("lesson", "title=Start small")
    (made,) = laptop.paths.backups.iterdir()
    before = made.stat().st_mtime_ns
    laptop.add("lesson", "title=Start big")
    assert [path.stat().st_mtime_ns for path in laptop.paths.backups.iterdir()] == [before]


def test_a_damaged_table_is_found_by_the_check(laptop: Laptop) -> None:
    from desktop.store.profile import open_profile
    from desktop.store.store import Store
    from sync.clock import SystemClock

    laptop.add("lesson", "title=Start small")
    store = Store.open(open_profile(laptop.paths, passphrase=PASSPHRASE), KINDS, SystemClock())
    store.post(lambda connection: connection.execute("UPDATE lesson SET title = 'Forged'") and None).result()
    store.close()
    done = laptop.run("check", "--json")
    assert done.status == 1
    assert not done.answer["ok"]
    assert [problem["code"] for problem in done.answer["problems"]] == ["record_differs"]


def test_the_self_test_proves_this_installation(laptop: Laptop) -> None:
    answer = laptop.ask("self-test")
    assert answer["ok"], answer
    assert {check["name"] for check in answer["checks"]} >= {"storage", "languages", "spreadsheets", "window"}


def test_every_command_has_a_manual_with_an_example() -> None:
    from desktop.cli.line import COMMANDS

    top = subprocess.run(
        [sys.executable, "-m", "desktop", "--help"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    for command in COMMANDS:
        assert f"  {command} " in top.stdout
    for command in COMMANDS:
        if command in ("backup", "settings"):
            continue
        done = subprocess.run(
            [sys.executable, "-m", "desktop", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        )
        assert f"daftar {command}" in done.stdout.split("Example")[1], command


def test_help_and_reading_load_neither_window_nor_network_nor_spreadsheets(laptop: Laptop) -> None:
    heavy = ("PySide6", "requests", "openpyxl", "pydantic", "keyring")
    program = (
        "import sys; from desktop.cli import run; import os;"
        f"status = run(['--profile', {str(laptop.paths.profile)!r}, 'list', 'activity'], os.environ);"
        f"print(status, sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DAFTAR_PASSPHRASE": PASSPHRASE},
    )
    assert done.stdout.splitlines()[-1] == "0 []"
    assert CHEAP.operations == 1
