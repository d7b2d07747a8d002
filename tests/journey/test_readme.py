"""What the README shows in a shell is true: its very lines are run, and what they lead to is looked at."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from helpers.programs import BIN, Laptop
from helpers.repository import ROOT

PATIENCE = 600.0
AMINA_NOTES, OMAR_NOTES = "وحضر الشركاء", "بمشاركة ثلاثين متدربًا"

CHECKED = ("amina.json", "omar.json")
# Person, kind, name, field, value: every edit that the README makes while there is no connection.
EDITS = (
    ("Amina", "activity", "1.1.1", "status", "ongoing"),
    ("Amina", "activity", "1.1.1", "tags", {"added": ["training"], "removed": []}),
    ("Omar", "activity", "1.1.1", "progress", 40),
    ("Omar", "activity", "1.1.1", "tags", {"added": ["irbid"], "removed": []}),
    ("Amina", "activity", "1.1.2", "end", "2026-08-31"),
    ("Omar", "activity", "1.1.2", "end", "2026-10-31"),
    ("Amina", "activity", "1.1.3", "title", "Hold two job fairs"),
    ("Omar", "activity", "1.1.3", "deleted", True),
)


def shell_lines() -> str:
    """The lines of the section's shell blocks, as a reader pastes them one after the other."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (work,) = (part for part in section if part.startswith("See it work"))
    blocks = re.findall(r"^```sh\n(.*?)^```$", work, re.DOTALL | re.MULTILINE)
    assert len(blocks) > 3
    return "\n".join(blocks)


def run_in_bash(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script where a clone would be; whatever it leaves running is ended."""
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONUTF8": "1"}
    environment.pop("DAFTAR_PASSPHRASE", None)
    output = folder / "output"
    with output.open("w") as out:
        process = subprocess.Popen(
            ["bash", "-eu", "-c", script],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        status = process.wait(PATIENCE)
    finally:
        if process.poll() is None or _left_running(process.pid):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    return subprocess.CompletedProcess(script, status, output.read_text(encoding="utf-8"))


def _left_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="the README's lines are for bash")
def test_the_lines_of_the_readme_lead_where_it_says(tmp_path: Path) -> None:
    done = run_in_bash(shell_lines(), tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("Both notebooks are the same.")
    (place,) = (path for path in tmp_path.iterdir() if path.is_dir() and path.name != ".venv")
    amina, omar = Laptop(place / "Amina"), Laptop(place / "Omar")
    the_notebooks_are_sound_and_the_same(place)
    the_messy_workplan_was_read(omar)
    what_both_wrote_is_there(amina, omar)
    nothing_is_open(amina, omar)
    every_edit_stands_in_the_history(omar)


def the_notebooks_are_sound_and_the_same(place: Path) -> None:
    amina, omar = (json.loads((place / name).read_text(encoding="utf-8")) for name in CHECKED)
    assert amina["ok"]
    assert not amina["problems"]
    assert set(amina["digests"]) == {"Jordan"}
    assert amina == omar


def the_messy_workplan_was_read(omar: Laptop) -> None:
    dates = {entry["code"]: (entry["start"], entry["end"]) for entry in omar("list", "activity")}
    assert dates == {
        "1.1.1": ("2026-03-01", "2026-06-30"),
        "1.1.2": ("2026-04-01", "2026-08-31"),
        "1.1.3": ("2026-05-15", "2026-05-16"),
        "1.2.1": (None, None),
    }
    budget = {entry["planned"] for entry in omar("list", "budget_line")}
    assert budget == {"86000", "240000", "54000", "132500"}


def what_both_wrote_is_there(amina: Laptop, omar: Laptop) -> None:
    mentors = omar("show", "activity", "1.1.1")
    assert (mentors["status"], mentors["progress"]) == ("ongoing", 40)
    assert mentors["tags"] == ["irbid", "training"]
    notes = [laptop("show", "meeting", "Weekly meeting")["notes"] for laptop in (amina, omar)]
    assert notes[0] == notes[1]
    assert notes[0].count(AMINA_NOTES) == notes[0].count(OMAR_NOTES) == 1


def nothing_is_open(amina: Laptop, omar: Laptop) -> None:
    for laptop in (amina, omar):
        assert laptop("conflicts") == []
        assert laptop("quarantine") == []
        assert [entry["unsent"] for entry in laptop("workspaces")] == [0]
    fair = omar("show", "activity", "1.1.3")
    assert (fair["title"], fair["deleted"]) == ("Hold two job fairs", False)
    assert omar("show", "activity", "1.1.2")["end"] == "2026-08-31"


def every_edit_stands_in_the_history(omar: Laptop) -> None:
    histories = {(kind, name): omar("history", kind, name) for _, kind, name, _, _ in EDITS}
    for person, kind, name, field, value in EDITS:
        own = [entry["fields"] for entry in histories[kind, name] if entry["author"] == person]
        assert value in [fields.get(field) for fields in own], (person, name, field)
    decided = [entry["what"] for name in ("1.1.2", "1.1.3") for entry in histories["activity", name]]
    assert decided.count("decide") == 2
