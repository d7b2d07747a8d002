"""PostgreSQL as people run it in earnest: a streaming replica, and an archive to restore a moment from."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from helpers import postgres

ARCHIVE = "archive"


@contextmanager
def place() -> Iterator[Path]:
    """A folder that the server's user may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="daftar-pg-"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def primary(folder: Path) -> Iterator["Cluster"]:
    """A server of its own that archives what it writes."""
    made = Cluster(folder / "primary")
    archive = folder / ARCHIVE
    made.make_folder(archive)
    made.initialise()
    copy = f"archive_command=test ! -f {archive}/%f && cp %p {archive}/%f"
    with made.running("archive_mode=on", copy, "wal_level=replica"):
        yield made


class Cluster:
    """One data folder and the server over it, reached by a socket in the same place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._identity = postgres.other_user()
        found = postgres.find_binaries()
        self._binaries = postgres.within_reach(found, folder=folder.parent, identity=self._identity)
        self.address = f"postgresql://postgres@/postgres?host={folder}"

    def make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._identity:
            shutil.chown(folder, self._identity["user"], self._identity["group"])

    def initialise(self) -> None:
        self.make_folder(self.folder)
        command = [self._tool("initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust"]
        self._run([*command, "-E", "UTF8", "--no-locale", "--no-sync"])

    def copied_to(self, folder: Path, *, standby: bool) -> "Cluster":
        """A base copy of this running server; as a standby it goes on from there by streaming."""
        made = Cluster(folder)
        made.make_folder(folder)
        command = [self._tool("pg_basebackup"), "-h", str(self.folder), "-U", "postgres", "--no-sync"]
        self._run([*command, "-D", str(folder / "data"), "-X", "stream", *(["-R"] if standby else [])])
        return made

    def restore_until(self, point: str, *, archive: Path) -> None:
        """Let the next start of this copy replay the archive up to a named moment, and go on from there."""
        settings = (
            f"restore_command = 'cp {archive}/%f %p'\n"
            f"recovery_target_name = '{point}'\nrecovery_target_action = 'promote'\n"
        )
        with (self.folder / "data" / "postgresql.auto.conf").open("a") as file:
            file.write(settings)
        signal = self.folder / "data" / "recovery.signal"
        signal.touch()
        if self._identity:
            shutil.chown(signal, self._identity["user"], self._identity["group"])

    @contextmanager
    def running(self, *settings: str) -> Iterator[None]:
        more = tuple(one for one in postgres.SETTINGS if not one.startswith("synchronous_commit"))
        with postgres.running(
            self._binaries, folder=self.folder, identity=self._identity, settings=(*more, *settings)
        ):
            yield

    def ask(self, statement: str) -> Any:
        with psycopg.connect(self.address, autocommit=True) as connection:
            row = connection.execute(statement).fetchone()
            return None if row is None else row[0]

    def _tool(self, name: str) -> str:
        return str(self._binaries / name)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self.folder, **self._identity
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")
