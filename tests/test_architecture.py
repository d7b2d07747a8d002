"""The walls of the house hold: imports run one way, and three names belong to one distribution."""

import os
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from helpers.repository import ROOT, files

OURS = ("desktop", "sync", "resources")
# The half that must start without a window, and so without Qt.
WINDOWLESS = (
    "desktop.cli",
    "desktop.commands",
    "desktop.exchange",
    "desktop.settings",
    "desktop.store",
    "desktop.syncing",
    "desktop.words",
    "sync.client",
    "sync.server",
)
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Check the contracts against the packages found in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", LINT]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts, to build a wall breaker into."""
    for name in OURS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_contract_is_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path, line, wall",
    [
        ("desktop/store/breaker.py", "import PySide6.QtCore", "No Qt below the bridge"),
        ("desktop/widgets/breaker.py", "import sqlite3", "neither the database nor the network"),
        ("desktop/store/breaker.py", "import desktop.commands", "Inside desktop, imports run one way"),
        ("sync/server/breaker.py", "import sync.replica", "never uses the laptop's replica"),
        ("desktop/syncing/breaker.py", "import sync.server", "never carries the server"),
        ("sync/records/breaker.py", "import desktop.words", "sync and resources know nothing of it"),
        ("desktop/newroom/__init__.py", "", "Inside desktop, imports run one way"),
        ("sync/newroom/__init__.py", "", "Inside sync, imports run one way"),
    ],
)
def test_a_broken_wall_is_seen(copy: Path, path: str, line: str, wall: str) -> None:
    breaker = copy / path
    breaker.parent.mkdir(exist_ok=True)
    breaker.write_text(f'"""Breaks a wall."""\n{line}\n', encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(wall in text and "BROKEN" in text for text in done.stdout.splitlines()), done.stdout


def test_screens_that_import_each_other_are_seen(copy: Path) -> None:
    for name, line in (("first", "import desktop.screens.second"), ("second", "")):
        (copy / "desktop" / "screens" / f"{name}.py").write_text(
            f'"""A screen."""\n{line}\n', encoding="utf-8"
        )
    done = lint(copy)
    assert any("Screens never import" in text and "BROKEN" in text for text in done.stdout.splitlines()), (
        done.stdout
    )


def test_three_import_names_belong_to_daftar_alone() -> None:
    # A checkout is installed as a path, which claims no names; then nobody else may claim them.
    owners = packages_distributions()
    assert {name: set(owners.get(name, ["daftar"])) for name in OURS} == {name: {"daftar"} for name in OURS}
    assert all(Path(str(import_module(name).__file__)).is_relative_to(ROOT) for name in OURS)


def test_the_windowless_half_starts_without_qt() -> None:
    imports = ", ".join(WINDOWLESS)
    program = f"import sys, {imports}; print([name for name in sys.modules if name.startswith('PySide6')])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_no_file_of_build_or_tests_is_a_package() -> None:
    packages = [path for path in files() if path.name == "__init__.py"]
    assert {path.relative_to(ROOT).parts[0] for path in packages} <= set(OURS)


def test_the_lock_answers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["desktop"], *extras["server"], *extras["dev"][1:]]
    lock = (ROOT / "build" / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    names = {normalised(requirement) for requirement in wanted}
    assert names <= locked, f"not locked: {sorted(names - locked)}; run `python3 build/tasks.py lock`"


def test_every_locked_package_carries_a_hash_and_nothing_says_where_from() -> None:
    lock = (ROOT / "build" / "requirements.lock").read_text(encoding="utf-8")
    statements = lock.replace("\\\n", " ").splitlines()
    assert all(" --hash=sha256:" in statement for statement in statements)
    assert "://" not in lock
    assert "#" not in lock


def normalised(requirement: str) -> str:
    """The name at the start of a requirement, as an index spells it."""
    name = requirement.partition(";")[0]
    for mark in "<>=!~[ ":
        name = name.partition(mark)[0]
    return name.strip().lower().replace("_", "-").replace(".", "-")
