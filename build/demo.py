"""Shows Daftar at work on this machine alone: a server, two enrolled laptops, a sample programme, a window.

Everything goes through the two command lines, as it would for an administrator and two officers.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bootstrap
from sample import Edit, File, Sample, batches, load, resolve

WORKSPACE = "Jordan"
# The first sees the window. Names in the sample, as people, with what they may do.
LINA, OMAR = "lina", "omar"
PEOPLE = {LINA: ("Lina Haddad", "coordinator"), OMAR: ("Omar Khalil", "officer")}
PASSPHRASE = "a notebook for the demonstration"  # noqa: S105  # it guards a sample
PATIENCE = 60.0
COMPLETE = "complete"
"""The file that marks a folder whose sample was written to the end; it holds the server's port."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 build/tasks.py run", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep everything here, and go on from it")
    parser.add_argument(
        "--tour", type=Path, metavar="FOLDER", help="draw the guided tour into pictures there"
    )
    chosen = parser.parse_args(arguments)
    pictures = chosen.tour or (None if bootstrap.has_display() else bootstrap.ROOT / "out" / "tour")
    with _folder(chosen.data) as folder, _server(folder / "server") as url:
        place = Place(folder, url=url)
        if not place.is_complete():
            prepare(place, load(datetime.now(UTC).date()))
        print(f"» The server is at {url}, the laptops' notebooks are in {folder}.", flush=True)
        if pictures is None:
            return _show(place.profile(LINA))
        print(f"» Drawing the guided tour into {pictures}.", flush=True)
        return _show(place.profile(LINA), "tour", str(pictures.resolve()))


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        if any(given.iterdir()) and not (given / COMPLETE).exists():
            raise SystemExit(f"{given} is neither empty nor a complete demonstration. Choose another folder.")
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="daftar-run-", ignore_cleanup_errors=True) as name:
        yield Path(name)


# The server


@contextmanager
def _server(data: Path) -> Iterator[str]:
    """The address of a server that answers; it is stopped afterwards."""
    data.mkdir(exist_ok=True)
    command = [bootstrap.tool("daftar-server"), "--data", str(data), "run", "--host", "127.0.0.1"]
    command += ["--port", _port(data.parent), "--json"]
    log = data / "server.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    # A server that says nothing is ended, which ends the reading below too.
    alarm = threading.Timer(PATIENCE, process.kill)
    alarm.start()
    try:
        url = _announced(process)
        urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE).close()  # noqa: S310  # our own server
        alarm.cancel()
        yield url
    except OSError as problem:
        raise SystemExit(
            f"The server does not answer: {problem}\n{log.read_text(errors='replace')}"
        ) from problem
    finally:
        alarm.cancel()
        process.terminate()
        process.communicate()


def _port(folder: Path) -> str:
    """Any free port at first; afterwards the one that the laptops were joined to."""
    mark = folder / COMPLETE
    return mark.read_text(encoding="ascii") if mark.exists() else "0"


def _announced(process: "subprocess.Popen[str]") -> str:
    """The address the server prints as a JSON document once it listens."""
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        try:
            return str(json.loads(text)["url"])
        except ValueError:
            continue
    raise OSError(f"it ended with status {process.wait()}")


# The command lines, run in this process: some sixty commands, and each program takes a while to begin


class Place:
    """Where a demonstration is kept, and its command lines."""

    def __init__(self, folder: Path, *, url: str) -> None:
        self.folder = folder
        self.url = url

    def profile(self, who: str) -> Path:
        return self.folder / who

    def is_complete(self) -> bool:
        return (self.folder / COMPLETE).exists()

    def finish(self) -> None:
        """Remember that the sample is complete, and where its server listens."""
        (self.folder / COMPLETE).write_text(str(urlsplit(self.url).port), encoding="ascii")

    def server(self, *arguments: str) -> Any:
        from sync.server.cli import run_line

        line = ["--data", str(self.folder / "server"), *arguments, "--json"]
        with _said() as said:
            status = run_line(line)
        return _answer(["daftar-server", *line], status, said)

    def laptop(self, who: str, *arguments: str) -> Any:
        from desktop.cli import run

        line = ["--profile", str(self.profile(who)), *arguments, "--json"]
        with _said() as said:
            status = run(line, environment())
        return _answer(["daftar", *line], status, said)

    def add(self, who: str, kind: str, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        """Add many records of a kind; their ids."""
        file = self.folder / "records.json"
        file.write_text(json.dumps(list(documents), ensure_ascii=False), encoding="utf-8")
        ids: list[str] = self.laptop(who, "add", kind, "--from", str(file))["ids"]
        file.unlink()
        return ids


@contextmanager
def _said() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """What a command prints on standard output and standard error."""
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        yield out, errors


def _answer(line: list[str], status: int, said: tuple[io.StringIO, io.StringIO]) -> Any:
    """What a command answered; whatever it complains of ends the demonstration."""
    out, errors = (stream.getvalue() for stream in said)
    if status != 0:
        raise SystemExit(f"This failed: {' '.join(line)}\n{errors}{out}")
    return json.loads(out)


def environment() -> dict[str, str]:
    return {**os.environ, "DAFTAR_PASSPHRASE": os.environ.get("DAFTAR_PASSPHRASE", PASSPHRASE)}


# What the people do


def prepare(place: Place, sample: Sample) -> None:
    """From an empty server to two laptops that disagree about a few things."""
    print(f"» Making a workspace and enrolling {', '.join(name for name, _ in PEOPLE.values())}.", flush=True)
    place.server("workspace", "add", WORKSPACE)
    for who, (name, role) in PEOPLE.items():
        place.server("person", "add", name)
        place.server("grant", name, WORKSPACE, role)
        code = place.server("invite", name)["code"]
        place.laptop(who, "enrol", "--server", place.url, "--code", code, "--name", f"{name}'s laptop")
    place.laptop(LINA, "sync")
    ids = {who: place.laptop(LINA, "list", "person", "--where", f"name={PEOPLE[who][0]}") for who in PEOPLE}
    names = {who: found[0]["id"] for who, found in ids.items()}
    print(f"» Writing {len(sample.records)} sample records.", flush=True)
    for batch in batches(sample.records):
        made = place.add(LINA, batch[0][0], [resolve(fields, names) for _, _, fields in batch])
        names.update(zip((key for _, key, _ in batch), made, strict=True))
    _attach(place, sample.files["first"], names)
    _sync(place, LINA, OMAR)
    print("» Both change things without a connection, then send and receive.", flush=True)
    for who, edits in sample.apart.items():
        _write(place, who, edits, names)
    _attach(place, sample.files["apart"], names)
    _sync(place, OMAR, LINA)
    _decide(place, sample, names)
    _write(place, LINA, sample.unsent, names)
    _attach(place, sample.files["unsent"], names)
    place.finish()


def _sync(place: Place, *who: str) -> None:
    for each in who:
        place.laptop(each, "sync")


def _write(place: Place, who: str, edits: Iterable[Edit], names: Mapping[str, str]) -> None:
    for edit in edits:
        fields = resolve(dict(edit.fields), names)
        words = [f"{field}={value}" for field, value in fields.items()]
        record = [resolve(edit.record, names)] if edit.record else []
        place.laptop(who, edit.action, edit.kind, *record, *words)


def _attach(place: Place, files: Iterable[File], names: Mapping[str, str]) -> None:
    """Take files in; the originals go, because the notebooks keep copies."""
    for file in files:
        source = place.folder / file.name
        source.write_text(file.text, encoding="utf-8")
        line = (file.kind, resolve(file.record, names), str(source), "--policy", file.policy)
        place.laptop(file.who, "attach", *line)
        source.unlink()


def _decide(place: Place, sample: Sample, names: Mapping[str, str]) -> None:
    """One question is answered already, so that an answered one can be looked at too."""
    questions = place.laptop(LINA, "conflicts")
    for record, field, value in sample.decided:
        wanted = (resolve(record, names), field)
        (found,) = (each["id"] for each in questions if (each["record"], each["field"]) == wanted)
        place.laptop(LINA, "decide", found, "--value", value)


def _show(profile: Path, *command: str) -> int:
    settings = environment()
    if command:
        settings["QT_QPA_PLATFORM"] = "offscreen"
    line = [bootstrap.tool("daftar"), "--profile", str(profile), *command]
    return subprocess.run(line, check=False, env=settings).returncode


if __name__ == "__main__":
    for program in ("daftar", "daftar-server"):
        if shutil.which(bootstrap.tool(program)) is None:
            raise SystemExit("Please start this with: python3 build/tasks.py run")
    sys.exit(main(sys.argv[1:]))
