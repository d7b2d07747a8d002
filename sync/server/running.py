"""The command that serves laptops, in one process or in several behind one socket."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.errors import DaftarError
from sync.server.answers import Choices, Command, office_of, print_json, say

if TYPE_CHECKING:
    from sync.server.office import Office
    from sync.server.storage.replica import Replica

METRICS_TOKEN = "DAFTAR_SERVER_METRICS_TOKEN"  # noqa: S105 - the name of a variable, not a token
LOG = "DAFTAR_SERVER_LOG"
FILES = "DAFTAR_SERVER_FILES"
FILES_GB = "DAFTAR_SERVER_FILES_GB"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was said behind `run`."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    replica: str | None
    workers: int
    inherited: int | None


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8440, show_default=True, type=click.IntRange(0, 65535), help="0: any free port."
)
@click.option("--certificate", type=_FILE, help="TLS chain, PEM.")
@click.option("--key", type=_FILE, help="TLS key, PEM.")
@click.option(
    "--replica",
    metavar="URL",
    envvar="DAFTAR_SERVER_REPLICA",
    show_envvar=True,
    help="A streaming replica of the PostgreSQL database that answers what it can.",
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; not on Windows."
)
@click.option("--inherited", type=int, hidden=True)
@click.pass_obj
def run(choices: Choices, /, **words: object) -> None:
    """Migrate, then serve laptops until SIGTERM or Ctrl-C.

    The URL goes to standard error and, while the server runs, into server.url in the data folder. Anything
    but this machine itself must be reached by TLS: give --certificate and --key, or put a proxy in front.
    Requests are logged as JSON lines on standard error with DAFTAR_SERVER_LOG=info. A monitor reads /healthz,
    and /metrics with the token of DAFTAR_SERVER_METRICS_TOKEN. Files of workspaces go into the folder files
    beside the database, or where DAFTAR_SERVER_FILES says: a folder, or s3://BUCKET/PREFIX?endpoint=URL.

    Example:
      daftar-server --data /srv/daftar run --host 127.0.0.1 --port 8440
    """
    from sync.server.logs import start_logging

    wanted = _Wanted(**words)  # type: ignore[arg-type]  # click has checked each of them
    if (wanted.certificate is None) != (wanted.key is None):
        raise click.UsageError("--certificate and --key belong together")
    start_logging(os.environ.get(LOG, "warning"))
    with office_of(choices, migrated=False) as office:
        if wanted.workers > 1:
            _insist_on_several(office)
        if wanted.inherited is not None:
            _serve(choices, office, wanted, _inherited(wanted.inherited), announced=False)
            return
        if office.migrate().recovery_file:
            say(f"Move {office.settings.recovery_file} to a safe place away from this server.")
        _serve_here(choices, office, wanted)


def _serve_here(choices: Choices, office: Office, wanted: _Wanted) -> None:
    from sync.server.serve import listen, url_of, url_written
    from sync.server.workers import Workers

    listener = listen(wanted.host, wanted.port)
    url = url_of(listener, secure=wanted.certificate is not None)
    with url_written(office.settings.url_file, url):
        if wanted.workers == 1:
            _serve(choices, office, wanted, listener, announced=True)
            return
        workers = Workers(_again(office, wanted), listener, count=wanted.workers)
        _announce(choices, url)
        with listener:
            workers.run()


def _serve(
    choices: Choices, office: Office, wanted: _Wanted, listener: socket.socket, *, announced: bool
) -> None:
    from sync.server.serve import HttpServer

    settings = replace(
        office.settings,
        metrics_token=os.environ.get(METRICS_TOKEN) or None,
        files=os.environ.get(FILES) or None,
        files_bytes=_gigabytes(os.environ.get(FILES_GB, "")) or office.settings.files_bytes,
    )
    with _replica(wanted.replica) as copy:
        server = HttpServer(
            settings,
            office.storage,
            office.clock,
            listener=listener,
            replica=copy,
            certificate=wanted.certificate,
            key=wanted.key,
        )
        server.run(lambda url: _announce(choices, url) if announced else None)


def _gigabytes(text: str) -> int:
    """What was set, in bytes; 0 where nothing was."""
    if text and not text.isdecimal():
        raise click.UsageError(f"{FILES_GB} needs a whole number")
    return int(text or 0) << 30


def _announce(choices: Choices, url: str) -> None:
    say(f"Daftar server: {url}")
    if choices.as_json:
        print_json({"url": url})


@contextmanager
def _replica(url: str | None) -> Iterator[Replica | None]:
    from sync.server.storage.engine import open_engine
    from sync.server.storage.replica import Replica

    copy = Replica(open_engine(url)) if url else None
    try:
        yield copy
    finally:
        if copy is not None:
            copy.close()


def _insist_on_several(office: Office) -> None:
    """Several processes need a database that several may write to, and a system that hands sockets on."""
    if os.name == "nt" or office.storage.dialect == "sqlite":
        raise DaftarError("one_worker_only")


def _inherited(number: int) -> socket.socket:
    return socket.socket(fileno=number)


def _again(office: Office, wanted: _Wanted) -> list[str]:
    """The line that starts one worker; addresses with passwords go by the environment."""
    os.environ["DAFTAR_SERVER_DATABASE"] = office.settings.database
    if wanted.replica:
        os.environ["DAFTAR_SERVER_REPLICA"] = wanted.replica
    line = [sys.executable, "-m", "sync.server", "--data", str(office.settings.data), "run"]
    if wanted.certificate and wanted.key:
        line += ["--certificate", str(wanted.certificate), "--key", str(wanted.key)]
    return line
