"""The one door for developers: `python3 build/tasks.py TASK`. Needs nothing but Python; `run` and `test` make
everything else themselves.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import bootstrap
from bootstrap import ROOT, tool

MADE_FILES = (".coverage", ".coverage.*", "resources/translations/*.mo")
MADE_FOLDERS = (
    "dist",
    "htmlcov",
    "out",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".work",
    "**/__pycache__",
)


@dataclass(frozen=True, slots=True)
class Task:
    """One word at the door: what it does, and with which further arguments."""

    name: str
    help: str
    action: Callable[[Sequence[str]], int]
    needs: str = ""

    def available(self) -> bool:
        return not self.needs or (ROOT / self.needs).exists()


def run(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    _words()
    return _python("build/demo.py", *arguments)


def check(arguments: Sequence[str]) -> int:
    """Everything that needs no test run; all of it, so that one round shows every complaint."""
    bootstrap.prepare()
    _refuse(arguments)
    steps: dict[str, Callable[[], int]] = {
        "words": lambda: _words("--strict"),
        "ruff check": lambda: _python("-m", "ruff", "check"),
        "ruff format": lambda: _python("-m", "ruff", "format", "--check"),
        "mypy": lambda: _python("-m", "mypy"),
        "lint-imports": lambda: _run(tool("lint-imports"), "--no-cache"),
    }
    failed = []
    for name, step in steps.items():
        print(f"» {name}", flush=True)
        if step() != 0:
            failed.append(name)
    if failed:
        print(f"\nNot clean: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def test(arguments: Sequence[str]) -> int:
    status = check(())
    if status != 0:
        return status
    print("» pytest", flush=True)
    workers = (
        () if any(word.startswith(("-n", "--numprocesses", "--pdb")) for word in arguments) else ("-n", "2")
    )
    # A part of the tests covers a part of the code: the floor is for the whole run alone.
    coverage = () if arguments else ("--cov", "--cov-report=term")
    # Tests start many processes; each would compile everything anew if none may keep what it compiled.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    return _python("-m", "pytest", *workers, *coverage, *arguments, environment=kept)


def bench(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    return _python("-m", "bench", *arguments, environment={"PYTHONPATH": str(ROOT / "tests")})


def fuzz(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    return _python("-m", "fuzz", *arguments, environment={"PYTHONPATH": str(ROOT / "tests")})


def simulate(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    return _python("-m", "sim", *arguments, folder="tests")


def package(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    return _words("--strict") or _python("build/package.py", *arguments)


def screenshots(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    return _words() or _python("build/screenshots.py", *arguments)


def words(arguments: Sequence[str]) -> int:
    bootstrap.prepare()
    _refuse(arguments)
    return _words("--strict")


def lock(arguments: Sequence[str]) -> int:
    """Resolve anew, for every platform and Python, without naming where packages come from."""
    bootstrap.prepare()
    options = ["--extra=dev", "--universal", "--python-version=3.11", "--generate-hashes"]
    quiet = ["--no-header", "--no-annotate", "--quiet", f"--output-file={bootstrap.LOCK.relative_to(ROOT)}"]
    return _run(tool("uv"), "pip", "compile", "pyproject.toml", *options, *quiet, *arguments)


def clean(arguments: Sequence[str]) -> int:
    """Remove what the tools made; with --all the environment too."""
    if list(arguments) not in ([], ["--all"]):
        raise bootstrap.UnreadyError("clean takes nothing, or --all to remove the virtual environment too.")
    if arguments:
        shutil.rmtree(bootstrap.VENV, ignore_errors=True)
    for pattern in MADE_FOLDERS:
        for folder in ROOT.glob(pattern):
            if bootstrap.VENV not in folder.parents:
                shutil.rmtree(folder, ignore_errors=True)
    for pattern in MADE_FILES:
        for file in ROOT.glob(pattern):
            file.unlink()
    return 0


TASKS = (
    Task(
        "run",
        "see it work: a server, an enrolled laptop with a sample programme, and its window",
        run,
        "build/demo.py",
    ),
    Task("test", "everything that must hold: check, then every test (further words go to pytest)", test),
    Task("check", "the quick part of test: words, style, types and import walls", check),
    Task("bench", "measure the budgets", bench, "tests/bench"),
    Task("fuzz", "feed every decoder with damaged inputs, for as long as you like", fuzz, "tests/fuzz"),
    Task("simulate", "many laptops, bad links and power cuts, for a long time", simulate, "tests/sim"),
    Task("package", "build what people install", package, "build/package.py"),
    Task("screenshots", "draw the pictures of the guides", screenshots, "build/screenshots.py"),
    Task("words", "check and compile the translations", words),
    Task("lock", "resolve the dependencies anew into build/requirements.lock", lock),
    Task("clean", "remove what the tools made; with --all the virtual environment too", clean),
)


def main(arguments: Sequence[str]) -> int:
    available = {task.name: task for task in TASKS if task.available()}
    width = max(len(name) for name in available)
    listing = "\n".join(f"  {task.name:<{width}}  {task.help}" for task in available.values())
    parser = argparse.ArgumentParser(
        prog="python3 build/tasks.py",
        description="The one door for developers of Daftar.",
        epilog=f"tasks:\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=available, metavar="task")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="further words for the task")
    chosen = parser.parse_args(arguments)
    try:
        return available[chosen.task].action(chosen.arguments)
    except bootstrap.UnreadyError as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        print(f"This failed: {' '.join(map(str, problem.cmd))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _words(*arguments: str) -> int:
    return _python("build/catalogues.py", *arguments)


def _refuse(arguments: Sequence[str]) -> None:
    if arguments:
        raise bootstrap.UnreadyError(f"This task takes no further words: {' '.join(arguments)}")


def _python(*arguments: str, folder: str = "", environment: Mapping[str, str] | None = None) -> int:
    return _run(tool("python"), *arguments, folder=folder, environment=environment)


def _run(*command: str, folder: str = "", environment: Mapping[str, str] | None = None) -> int:
    variables = {**os.environ, "PYTHONUTF8": "1", **(environment or {})}
    return subprocess.run(command, check=False, cwd=ROOT / folder, env=variables).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
