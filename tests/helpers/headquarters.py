"""A server as an administrator runs it: a process of its own, spoken to through its command line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.terminal import Laptop, said_inside

from sync.server.cli import run_line

PATIENCE = 60.0


class Headquarters:
    """A running server with one workspace."""

    def __init__(self, data: Path, url: str) -> None:
        self.data, self.url = data, url

    def ask(self, *words: str) -> Any:
        return _ask(self.data, *words)

    def hire(self, name: str, folder: Path, *, role: str = "officer", workspace: str = "Jordan") -> Laptop:
        """A person with a role, and her laptop, enrolled."""
        self.ask("person", "add", name)
        self.ask("grant", name, workspace, role)
        laptop = Laptop(folder).make()
        laptop.ask("enrol", "--server", self.url, "--code", self.code(name), "--name", f"{name}'s laptop")
        return laptop

    def code(self, name: str) -> str:
        return str(self.ask("invite", name)["code"])


@contextmanager
def headquarters(data: Path) -> Iterator[Headquarters]:
    """A server that answers, until the block ends."""
    data.mkdir()
    _ask(data, "migrate")
    _ask(data, "workspace", "add", "Jordan")
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [*_line(data), "run", "--host", "127.0.0.1", "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=_environment(),
        )
    try:
        yield Headquarters(data, _announced(process))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def _announced(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        try:
            return str(json.loads(text)["url"])
        except ValueError:
            continue
    raise AssertionError(f"the server ended with {process.wait()}")


def _ask(data: Path, *words: str) -> Any:
    done = said_inside(lambda: run_line(["--data", str(data), *words, "--json"]))
    assert done.status == 0, done.err
    return done.answer


def _line(data: Path) -> list[str]:
    return [sys.executable, "-m", "sync.server", "--data", str(data)]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DAFTAR_")}
