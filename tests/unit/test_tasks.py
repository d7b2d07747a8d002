"""The door: what each task runs, and what it says when the machine is not ready."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers.repository import ROOT

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural};\\n"\n\n'
FRENCH = PO.format(plural="nplurals=2; plural=(n > 1)")


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(ROOT / "build")
    yield importlib.import_module(name)
    for loaded in ("tasks", "bootstrap", "catalogues"):
        sys.modules.pop(loaded, None)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from load("tasks", monkeypatch)


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from load("bootstrap", monkeypatch)


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from load("catalogues", monkeypatch)


@pytest.fixture
def commands(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the door would have run; everything succeeds."""
    ran: list[list[str]] = []

    def run(command: list[str], **_keywords: Any) -> "subprocess.CompletedProcess[str]":
        ran.append([Path(command[0]).name, *command[1:]])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(tasks.bootstrap, "prepare", lambda: None)
    monkeypatch.setattr(tasks.subprocess, "run", run)
    return ran


def test_the_whole_test_run_has_a_coverage_floor(tasks: ModuleType, commands: list[list[str]]) -> None:
    assert tasks.main(["test"]) == 0
    assert "--cov" in commands[-1]
    assert commands[-1][1:3] == ["-m", "pytest"]
    assert [command[0] for command in commands].count("lint-imports") == 1


def test_a_part_of_the_tests_has_none(tasks: ModuleType, commands: list[list[str]]) -> None:
    assert tasks.main(["test", "-k", "clock"]) == 0
    assert "--cov" not in commands[-1]
    assert commands[-1][-2:] == ["-k", "clock"]


def test_a_failing_check_stops_before_the_tests(
    tasks: ModuleType, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    monkeypatch.setattr(tasks, "_words", lambda *_: 1)
    assert tasks.main(["test"]) == 1
    assert not any("pytest" in command for command in commands)


def test_a_task_without_its_part_is_not_offered(
    tasks: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = tasks.Task("fly", "does not exist", lambda _: 0, "build/wings.py")
    assert not absent.available()
    with pytest.raises(SystemExit, match="2"):
        tasks.main(["fly"])
    assert "invalid choice" in capsys.readouterr().err


def test_without_rights_the_line_to_run_is_printed(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "_as_root", lambda: None)
    with pytest.raises(
        bootstrap.UnreadyError, match="sudo apt-get install -y --no-install-recommends libgl1"
    ):
        bootstrap._apt_install(["libgl1"], why="Qt misses shared libraries")


def test_stale_package_lists_are_refreshed_once(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    answers = iter([False, True])

    def quiet(command: list[str], **_keywords: Any) -> bool:
        lines.append(" ".join(command))
        return next(answers)

    def run(command: list[str], **_keywords: Any) -> "subprocess.CompletedProcess[str]":
        lines.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "_as_root", list)
    monkeypatch.setattr(bootstrap, "_quiet", quiet)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    bootstrap._apt_install(["libgl1"], why="Qt misses shared libraries")
    assert ["update" in line for line in lines] == [False, True, False]


def test_an_untouched_environment_is_not_installed_again(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installs: list[None] = []
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "_environment_works", lambda: True)
    monkeypatch.setattr(bootstrap, "_ensure_libraries", lambda: None)
    monkeypatch.setattr(bootstrap, "_install", lambda: installs.append(None))
    bootstrap.prepare()
    bootstrap.prepare()
    assert len(installs) == 1
    monkeypatch.setattr(bootstrap, "_fingerprint", lambda: "another lock")
    bootstrap.prepare()
    assert len(installs) == 2


@pytest.mark.parametrize(
    "entry, complaint",
    [
        ('msgid "Save"\nmsgstr ""\n', "'Save' is not translated"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Enregistrer"\n', "'Save' is not translated"),
        ('msgid "{count} of {all}"\nmsgstr "{count}"\n', "other placeholders"),
        (
            'msgid "one"\nmsgid_plural "{count} of {all}"\nmsgstr[0] "un"\nmsgstr[1] "{count}"\n',
            "other placeholders",
        ),
    ],
)
def test_a_bad_translation_is_seen(
    catalogues: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str, complaint: str
) -> None:
    assert any(
        complaint in problem for problem in problems_of(catalogues, monkeypatch, tmp_path, FRENCH + entry)
    )


def test_a_good_translation_passes(
    catalogues: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plural = (
        'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "un jour"\nmsgstr[1] "{count} jours"\n'
    )
    assert problems_of(catalogues, monkeypatch, tmp_path, FRENCH + plural) == []


def problems_of(
    catalogues: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path, text: str
) -> list[str]:
    monkeypatch.setattr(catalogues, "TRANSLATIONS", folder)
    (folder / "fr").mkdir()
    (folder / "fr" / "area.po").write_text(text, encoding="utf-8")
    problems: list[str] = []
    catalog = catalogues.merge("fr", problems)
    return [*problems, *catalogues.complaints(catalog, plurals=2)]
