"""The two programs as people start them, and what they answer as JSON.

Starting one takes half a second and more: what has to be a process of its own is one, and the rest of a long
story runs the same lines inside this process.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.terminal import CHEAP, said_inside

from desktop.cli import run
from desktop.paths import Paths
from desktop.store.profile import create_profile

BIN = Path(sys.executable).parent
PASSPHRASE = "four plain words here"
PATIENCE = 120.0


class RefusedError(Exception):
    """A program ended with another status than 0; `code` is that of its error document."""

    def __init__(self, command: Sequence[str], status: int, answer: Any, said: str) -> None:
        super().__init__(f"{' '.join(command)}: status {status}\n{said}")
        self.status = status
        self.code = answer.get("error", {}).get("code", "") if isinstance(answer, dict) else ""


def ask(program: str, *arguments: str) -> Any:
    """The JSON document a program answers; raises `RefusedError`."""
    command = [program, *arguments, "--json"]
    done = subprocess.run(
        [str(BIN / program), *command[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    answer = json.loads(done.stdout) if done.stdout.strip() else None
    if done.returncode != 0:
        raise RefusedError(command, done.returncode, answer, done.stderr)
    return answer


def ask_inside(program: str, line: Callable[[list[str]], int], *arguments: str) -> Any:
    """The same within this process."""
    command = [*arguments, "--json"]
    done = said_inside(lambda: line(command))
    if done.status != 0:
        raise RefusedError([program, *command], done.status, done.answer, done.err)
    return done.answer


def environment() -> dict[str, str]:
    return {**os.environ, "DAFTAR_PASSPHRASE": PASSPHRASE, "PYTHONUTF8": "1"}


class Laptop:
    """One notebook, used through its command line: called, inside this process; `run`, as a process."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def make(self) -> None:
        """Make the notebook, so that `enrol` finds one that opens quickly."""
        create_profile(Paths(self.profile), passphrase=PASSPHRASE, cost=CHEAP)

    def __call__(self, *arguments: str) -> Any:
        line = ("--profile", str(self.profile), *arguments)
        return ask_inside("daftar", lambda words: run(words, environment()), *line)

    def run(self, *arguments: str) -> Any:
        return ask("daftar", "--profile", str(self.profile), *arguments)


class Server:
    """A server with its own folder, and with a PostgreSQL where it is given one."""

    def __init__(self, data: Path, *, database: str | None = None, workers: int = 1) -> None:
        self._options = ["--data", str(data), *(["--database", database] if database else [])]
        self._workers = workers
        self.pid = 0

    def __call__(self, *arguments: str) -> Any:
        from sync.server.cli import run_line

        return ask_inside("daftar-server", run_line, *self._options, *arguments)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the server while it runs on this machine."""
        command = [str(BIN / "daftar-server"), *self._options, "run", "--port", "0", "--json"]
        command += ["--workers", str(self._workers)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
        )
        self.pid = process.pid
        # A server that says nothing is ended, which ends the reading below too.
        alarm = threading.Timer(PATIENCE, process.kill)
        alarm.start()
        try:
            assert process.stdout
            url = str(json.loads("".join(_document(process.stdout)))["url"])
            alarm.cancel()
            yield url
        finally:
            alarm.cancel()
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _document(lines: Iterator[str]) -> Iterator[str]:
    """The lines of one JSON object, of which the last is its closing brace."""
    for line in lines:
        yield line
        if line.rstrip().endswith("}"):
            return
