"""The two programs as processes, as people start them, and what they answer as JSON."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from desktop.cli import run

BIN = Path(sys.executable).parent
PASSPHRASE = "four plain words here"
PATIENCE = 120.0


class RefusedError(Exception):
    """A program ended with another status than 0; `code` is that of its error document."""

    def __init__(self, command: Sequence[str], status: int, answer: Any, said: str) -> None:
        super().__init__(f"{' '.join(command)}: status {status}\n{said}")
        self.status = status
        self.code = answer.get("error", {}).get("code", "") if isinstance(answer, dict) else ""


def ask(program: str, *arguments: str, said: str = "") -> Any:
    """The JSON document a program answers; raises `RefusedError`."""
    command = [program, *arguments, "--json"]
    done = subprocess.run(
        [str(BIN / program), *command[1:]],
        input=said,
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


def environment() -> dict[str, str]:
    return {**os.environ, "DAFTAR_PASSPHRASE": PASSPHRASE, "PYTHONUTF8": "1"}


class Laptop:
    """One notebook, used through its command line."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def __call__(self, *arguments: str, said: str = "") -> Any:
        return ask("daftar", "--profile", str(self.profile), *arguments, said=said)

    def read(self, *arguments: str) -> Any:
        """The same within this process, which is quicker: for looking, when nothing is to be proved of it."""
        command = ["--profile", str(self.profile), *arguments, "--json"]
        answer, said = io.StringIO(), io.StringIO()
        with redirect_stdout(answer), redirect_stderr(said):
            status = run(command, environment())
        document = json.loads(answer.getvalue())
        if status != 0:
            raise RefusedError(["daftar", *command], status, document, said.getvalue())
        return document


class Server:
    """A server with its own folder, and with a PostgreSQL where it is given one."""

    def __init__(self, data: Path, *, database: str | None = None) -> None:
        self._options = ["--data", str(data), *(["--database", database] if database else [])]

    def __call__(self, *arguments: str) -> Any:
        return ask("daftar-server", *self._options, *arguments)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the server while it runs on this machine."""
        command = [str(BIN / "daftar-server"), *self._options, "run", "--port", "0", "--json"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
        )
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
