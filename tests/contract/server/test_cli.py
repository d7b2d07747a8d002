"""The administrator's command line: what it prints, what it returns, and its work beside a running server."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from helpers import postgres

from sync.server.cli import main, run_line
from sync.server.storage.schema import LATEST

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line with `--json` and return its document."""

    def run(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run_line(["--data", str(tmp_path / "data"), *words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def made(run: Run) -> Run:
    """A migrated server with a workspace and a person."""
    run("migrate")
    run("workspace", "add", "Jordan")
    run("person", "add", "Amina Hassan")
    return run


def test_migrate_makes_the_recovery_key_once(run: Run, tmp_path: Path) -> None:
    first = run("migrate")
    key = str(tmp_path / "data" / "recovery.key")
    assert first == {"before": None, "after": LATEST, "recovery_key": key}
    assert (tmp_path / "data" / "recovery.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data" / "server.sqlite3").stat().st_mode & 0o777 == 0o600
    assert run("migrate") == {"before": LATEST, "after": LATEST, "recovery_key": None}


def test_before_migrate_every_command_says_what_to_do(run: Run, tmp_path: Path) -> None:
    assert run("workspace", "list", code=1) == {"error": {"code": "not_migrated", "params": {}}}
    assert not (tmp_path / "data").exists()


def test_json_is_understood_before_and_behind_the_command(made: Run, tmp_path: Path, capsys: Any) -> None:
    for line in (["--json", "person", "list"], ["person", "--json", "list"], ["person", "list", "--json"]):
        assert run_line(["--data", str(tmp_path / "data"), *line]) == 0
        assert json.loads(capsys.readouterr().out)["persons"][0]["name"] == "Amina Hassan"


def test_grant_and_what_follows(made: Run) -> None:
    granted = made("grant", "amina hassan", "JORDAN", "officer")
    assert granted["person"]["name"] == "Amina Hassan"
    assert granted["workspace"] == made("workspace", "list")["workspaces"][0]
    assert (granted["role"], granted["epoch"]) == ("officer", 1)
    assert made("person", "list")["persons"][0]["access"][0]["role"] == "officer"
    assert made("revoke-access", "Amina Hassan", "Jordan")["role"] is None
    assert made("person", "list")["persons"][0]["access"] == []
    assert made("person", "rename", "Amina Hassan", "Amina H.")["name"] == "Amina H."


def test_an_invitation_is_a_code_and_its_end(made: Run) -> None:
    invitation = made("invite", "Amina Hassan")
    assert sorted(invitation) == ["code", "expires"]
    assert len(invitation["code"]) == 9
    assert invitation["expires"].endswith("Z")


def test_names_that_repeat_are_listed_with_their_ids(made: Run) -> None:
    made("person", "add", "Amina Hassan")
    error = made("invite", "Amina Hassan", code=1)["error"]
    assert error["code"] == "not_unique"
    ids = [person["id"] for person in made("person", "list")["persons"]]
    assert all(one in error["params"]["candidates"] for one in ids)
    assert made("invite", ids[1])["code"]


@pytest.mark.parametrize(
    "words, code",
    [
        (["grant", "Amina Hassan", "Jordan", "emperor"], "usage"),
        (["nonsense"], "usage"),
        (["person", "add"], "usage"),
        (["run", "--port", "99999"], "usage"),
    ],
)
def test_a_wrong_line_is_a_usage_error(made: Run, words: list[str], code: str) -> None:
    assert made(*words, code=2)["error"]["code"] == code


@pytest.mark.parametrize(
    "words, code",
    [
        (["grant", "Nobody", "Jordan", "officer"], "person_not_found"),
        (["grant", "Amina Hassan", "Nowhere", "officer"], "workspace_not_found"),
        (["workspace", "add", "jordan"], "name_taken"),
        (["person", "add", " "], "bad_name"),
        (["device", "revoke", "Amman"], "device_not_found"),
    ],
)
def test_what_cannot_be_done_is_a_code(made: Run, words: list[str], code: str) -> None:
    assert made(*words, code=1)["error"]["code"] == code


def test_messages_go_to_standard_error(tmp_path: Path, capsys: Any) -> None:
    assert run_line(["--data", str(tmp_path), "person", "list"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "daftar-server migrate" in captured.err


def test_a_backup_is_a_database_of_its_own(made: Run, tmp_path: Path) -> None:
    target = tmp_path / "monday.sqlite3"
    assert made("backup", str(target))["bytes"] == target.stat().st_size
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT name FROM person").fetchall() == [("Amina Hassan",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert made("backup", str(target), code=1)["error"]["code"] == "file_exists"
    assert made("backup", str(tmp_path / "no" / "x"), code=1)["error"]["code"] == "no_such_folder"


def test_a_healthy_server_says_so(made: Run, tmp_path: Path) -> None:
    assert made("healthcheck") == {"healthy": True, "revision": LATEST, "url": None, "damaged": []}
    (tmp_path / "data" / "server.url").write_text("http://127.0.0.1:1\n")
    assert made("healthcheck", code=1)["error"]["code"] == "unhealthy"


def test_postgresql_is_used_by_its_address(postgres_url: str, tmp_path: Path, capsys: Any) -> None:
    place = ["--data", str(tmp_path), "--database", postgres_url]
    assert run_line([*place, "migrate"]) == 0
    assert run_line([*place, "workspace", "add", "Jordan"]) == 0
    capsys.readouterr()
    assert run_line([*place, "--json", "workspace", "list"]) == 0
    assert json.loads(capsys.readouterr().out)["workspaces"][0]["name"] == "Jordan"
    assert not (tmp_path / "server.sqlite3").exists()
    assert run_line([*place, "healthcheck"]) == 0


def _commands(group: Any = main, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(_commands()), ids=" ".join)
def test_every_command_has_a_manual_with_an_example(path: tuple[str, ...], capsys: Any) -> None:
    assert run_line([*path, "--help"]) == 0
    text = capsys.readouterr().out
    assert "\n    daftar-server " in text
    assert " ".join(path) in text.partition("Example:")[2]
    assert "--json" in text


def test_nothing_heavy_is_imported_for_help() -> None:
    program = (
        "import sys; from sync.server.cli import run_line; run_line(['--help']); "
        "heavy = {'sqlalchemy', 'fastapi', 'uvicorn', 'alembic', 'pydantic', 'loro'}; "
        "sys.exit(', '.join(heavy & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_run_serves_until_it_is_asked_to_stop(made: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "sync.server", "--data", str(data), "run", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        line = process.stderr.readline()
        url = (data / "server.url").read_text().strip()
        assert url in line
        assert requests.get(url + "/healthz", timeout=10).text == "ok"
        assert made("person", "add", "Joseph Okello")["name"] == "Joseph Okello"
        assert made("healthcheck")["url"] == url
        assert made("backup", str(tmp_path / "copy.sqlite3"))["bytes"] > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert json.loads(process.stdout.read()) == {"url": url}
    assert not (data / "server.url").exists()


def test_a_port_that_is_taken_is_said(made: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "sync.server", "--data", str(data), "run", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = process.stderr.readline().strip().rpartition(":")[2]
        assert made("run", "--port", port, code=1)["error"]["code"] == "cannot_listen"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_backup_of_postgresql_is_made_by_pg_dump(
    postgres_url: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["--data", str(tmp_path), "--database", postgres_url, "--json"]
    assert run_line([*place, "migrate"]) == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    capsys.readouterr()
    assert run_line([*place, "backup", str(tmp_path / "none.dump")]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "pg_dump_missing"
    monkeypatch.setenv("PATH", str(postgres.find_binaries()))
    target = tmp_path / "monday.dump"
    assert run_line([*place, "backup", str(target)]) == 0
    assert target.read_bytes().startswith(b"PGDMP")
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_person_who_leaves_loses_everything_at_once(made: Run) -> None:
    made("grant", "Amina Hassan", "Jordan", "officer")
    made("invite", "Amina Hassan")
    shown = made("person", "show", "Amina Hassan")
    assert [(one["workspace"]["name"], one["role"]) for one in shown["access"]] == [("Jordan", "officer")]
    left = made("person", "leave", "Amina Hassan")
    assert [(one["role"], one["erased"]) for one in left["access"]] == [(None, {})]
    assert left["laptops"] == []


def test_an_empty_quarantine_is_listed_and_exported(made: Run, tmp_path: Path) -> None:
    assert made("quarantine", "list") == {"quarantine": [], "frames": []}
    assert made("quarantine", "list", "Jordan", "--released") == {"quarantine": [], "frames": []}
    assert made("quarantine", "release", "Jordan", "--all") == {"released": [], "refused": []}
    file = tmp_path / "jordan.json"
    assert made("quarantine", "export", "Jordan", str(file)) == {"file": str(file), "changes": 0}
    assert made("quarantine", "export", "Jordan", str(file), code=1)["error"]["code"] == "file_exists"
    assert made("quarantine", "show", "Jordan", "x-1", code=1)["error"]["code"] == "not_in_quarantine"
    assert made("quarantine", "release", "Jordan", code=2)["error"]["code"] == "usage"
    none = made("quarantine", "discard", "Jordan", "0a-1", "--reason", "Twice", code=1)["error"]
    assert (none["code"], none["params"]["reason"]) == ("nothing_discarded", "not_in_quarantine")
    gone = made("quarantine", "release", "Jordan", "0a-1", code=1)["error"]
    assert gone == {"code": "nothing_released", "params": {"reason": "not_in_quarantine"}}
