"""The administrator's `purge` and the files that `compact` removes, as command lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.house import House

from sync.blobs import Span
from sync.changes import DELETED
from sync.records.ids import id_text
from sync.server.blobs import Blobs
from sync.server.cli import run_line
from sync.server.files.folder import FolderStore

Run = Callable[..., Any]
CONTENT = b"signed minutes"


@pytest.fixture
def run(ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line with `--json` on the house's database and return its document."""

    def run(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        place = ["--data", str(tmp_path), "--database", ready_url]
        assert run_line([*place, *words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


class Scene:
    """A meeting with minutes, and an activity that points to the meeting's project."""

    def __init__(self, house: House) -> None:
        self.house, self.place = house, house.workspace("Jordan")
        self.lina = house.laptop(house.person("Lina Haddad", self.place))
        lina, place = self.lina, self.place
        self.meeting = lina.create(place.id, "meeting", {"title": "Board"})
        self.item = lina.create(place.id, "agenda_item", {"title": "Item", "meeting": self.meeting.record})
        named = {"title": "Minutes", "about": self.meeting.record}
        self.minutes = lina.create(
            place.id, "attachment", {**named, "sha256": hashlib.sha256(CONTENT).hexdigest()}
        )
        house.push(lina, place, self.meeting, self.item, self.minutes)
        self.store = FolderStore(house.settings.files_folder)
        blobs = Blobs(house.storage, self.store, clock=house.clock, settings=house.settings)
        span = Span(0, len(CONTENT), len(CONTENT))
        blobs.take(house.caller(lina), place.id, hashlib.sha256(CONTENT).digest(), span, CONTENT)

    @property
    def id(self) -> str:
        return id_text(self.meeting.record)


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


def test_a_record_is_erased_and_listed(scene: Scene, run: Run) -> None:
    would = run("purge", "meeting", scene.id, "--dry-run")
    assert (would["erased"], would["changes"], would["files"], would["left"]) == (
        False,
        2,
        1,
        {"agenda_item": 1},
    )
    assert [one["kind"] for one in would["records"]] == ["attachment", "meeting"]
    assert run("purge", "--list") == {"erased": []}
    reason = ["--reason", "asked for", "--by", "Maria Torres"]
    done = run("purge", "meeting", scene.id, *reason)
    assert done == would | {"erased": True}
    listed = run("purge", "--list")["erased"]
    assert {(row["with"], row["by"], row["reason"], row["workspace"]["name"]) for row in listed} == {
        (scene.id, "Maria Torres", "asked for", "Jordan")
    }
    assert all(row["finished"] for row in listed)
    assert run("purge", "--finish") == {"finished": []}
    assert scene.meeting.record not in scene.house.read(scene.place).states


def test_what_cannot_be_erased_is_said(scene: Scene, run: Run) -> None:
    assert run("purge", "meeting", scene.id, code=1)["error"]["code"] == "reason_missing"
    assert run("purge", "meeting", code=2)["error"]["code"] == "usage"
    assert run("purge", "meeting", "nothing", "--dry-run", code=1)["error"]["code"] == "usage"
    unknown = run("purge", "activity", scene.id, "--dry-run", code=1)["error"]
    assert unknown == {"code": "record_unknown", "params": {"kind": "activity"}}
    place = id_text(scene.place.record_id)
    assert run("purge", "workspace", place, "--reason", "x", code=1)["error"]["code"] == "not_erasable"


def test_a_restored_server_erases_again_what_the_list_says(scene: Scene, run: Run, tmp_path: Path) -> None:
    """The list was kept from a server that had erased more than this one knows of."""
    gone = {"id": scene.id, "with": scene.id, "kind": "meeting", "by": "Maria", "reason": "asked for"}
    other = gone | {"id": id_text(bytes(16)), "with": id_text(bytes(16))}
    part = gone | {"id": id_text(scene.minutes.record), "kind": "attachment"}
    file = tmp_path / "erased.json"
    file.write_text(json.dumps({"erased": [other, part, gone]}), encoding="utf-8")
    done = run("purge", "--again", str(file))["erased"]
    assert [len(one["records"]) for one in done] == [2]
    assert run("purge", "--again", str(file)) == {"erased": []}
    assert {row["by"] for row in run("purge", "--list")["erased"]} == {"Maria"}
    file.write_text("[]", encoding="utf-8")
    assert run("purge", "--again", str(file), code=1)["error"]["code"] == "usage"


def test_copies_of_before_upgrades_are_named(
    scene: Scene, ready_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "server.sqlite3.before-0005").write_bytes(b"")
    line = ["--data", str(tmp_path), "--database", ready_url, "purge", "meeting", scene.id, "--dry-run"]
    assert run_line(line) == 0
    shown = capsys.readouterr()
    assert "server.sqlite3.before-0005" in shown.err
    assert "would be erased" in shown.out
    assert "agenda_item: 1" in shown.out


def test_compact_removes_files_that_nobody_names(scene: Scene, run: Run) -> None:
    gone = scene.lina.edit(scene.minutes, {DELETED: True}, {})
    scene.house.push(scene.lina, scene.place, gone)
    (kept,) = run("compact")["workspaces"]
    assert (kept["files_removed"], kept["files_waiting"]) == (0, 1)
    (swept,) = run("compact", "--files-days", "0")["workspaces"]
    assert (swept["files_removed"], swept["files_bytes"], swept["files_waiting"]) == (1, len(CONTENT), 0)
    assert scene.store.size(scene.place.id, hashlib.sha256(CONTENT).digest()) is None
