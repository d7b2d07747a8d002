"""The command line as people use it: a profile of their own, answers as JSON.

Starting a process takes half a second and more: lines run inside this one, but where it is the process that
is in question.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.cli import run
from desktop.paths import Paths
from desktop.store.keys import Cost
from desktop.store.profile import create_profile
from desktop.store.store import Store
from sync.clock import SystemClock
from sync.records import KINDS, id_text
from sync.replica.replica import Replica

PASSPHRASE = "a few words"
CHEAP = Cost(operations=1, memory=8 << 20)
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a command did: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return self.answer["error"]


def said_inside(line: Callable[[], int], *, typed: str = "") -> Said:
    """What a line says that runs in this process, with what somebody types into it."""
    out, err, real = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(typed)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = line()
    finally:
        sys.stdin = real
    return Said(status, out.getvalue(), err.getvalue())


class Laptop:
    """One profile, and the command line on it."""

    def __init__(self, folder: Path, *, passphrase: str | None = PASSPHRASE) -> None:
        self.paths = Paths(folder)
        self.passphrase = passphrase

    def make(self, *workspaces: str, role: str = "officer") -> "Laptop":
        """A profile with workspaces, as an enrolment leaves it, at a price that suits tests."""
        assert self.passphrase is not None
        profile = create_profile(self.paths, passphrase=self.passphrase, cost=CHEAP)
        store = Store.open(profile, KINDS, SystemClock())

        def grant(replica: Replica) -> None:
            for number, name in enumerate(workspaces, 1):
                replica.workspaces.grant(bytes([number] * 16), number=number, role=role, name=name)

        store.run(grant)
        store.close()
        return self

    def run(self, *words: str, said: str = "", environment: Mapping[str, str] | None = None) -> Said:
        """Run `daftar --profile … WORDS` inside this process."""
        surroundings = self._surroundings(environment)
        line = ["--profile", str(self.paths.profile), *words]
        return said_inside(lambda: run(line, surroundings), typed=said)

    def start(self, *words: str, said: str = "") -> Said:
        """The same as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "desktop", "--profile", str(self.paths.profile), *words],
            input=said,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
            env=self._surroundings(None),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def _surroundings(self, environment: Mapping[str, str] | None) -> dict[str, str]:
        surroundings = {**os.environ, **(environment or {})}
        surroundings.pop("DAFTAR_PASSPHRASE", None)
        if self.passphrase is not None:
            surroundings["DAFTAR_PASSPHRASE"] = self.passphrase
        return surroundings

    def ask(self, *words: str, said: str = "") -> Any:
        """The JSON answer of a command that must succeed."""
        done = self.run(*words, "--json", said=said)
        assert done.status == 0, done.err + done.out
        return done.answer

    def fails(self, *words: str, said: str = "") -> Any:
        """The error document of a command that must not succeed."""
        done = self.run(*words, "--json", said=said)
        assert done.status == 1, done.err + done.out
        assert done.err.strip()
        return done.error

    def add(self, kind: str, *fields: str) -> str:
        return str(self.ask("add", kind, *fields)["id"])

    def show(self, kind: str, record: str) -> dict[str, Any]:
        shown = self.ask("show", kind, record)
        assert isinstance(shown, dict)
        return shown


def place(number: int) -> str:
    """The id of the workspace that `make` granted with this number."""
    return id_text(bytes([number] * 16))
