"""A consistent copy of the database while the server runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from sync.errors import DaftarError


def back_up(engine: Engine, target: Path) -> int:
    """Write a copy to `target`, which must not exist; returns its size in bytes."""
    if target.exists():
        raise DaftarError("file_exists", path=str(target))
    if not target.parent.is_dir():
        raise DaftarError("no_such_folder", path=str(target.parent))
    part = target.with_name(target.name + ".part")
    try:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(Path(engine.url.database or ""), part)
        else:
            _dump_postgres(engine, part)
        part.chmod(0o600)
        part.replace(target)
    except OSError as error:
        raise DaftarError("cannot_write", path=str(target), reason=error.strerror or "") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy_sqlite(source: Path, part: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(part)) as new:
            old.backup(new)
            # One file that opens anywhere: no write-ahead log beside it.
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise DaftarError("backup_failed", reason=str(error)) from error


def _dump_postgres(engine: Engine, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DaftarError("pg_dump_missing", database=engine.url.database or "")
    # In the environment, because a command line can be read by every user of the machine.
    environment = os.environ | ({"PGPASSWORD": engine.url.password} if engine.url.password else {})
    address = engine.url.set(drivername="postgresql", password=None).render_as_string()
    command = [program, "--format=custom", f"--file={part}", f"--dbname={address}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise DaftarError("backup_failed", reason=said[-1][:200] if said else "")
