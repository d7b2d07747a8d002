"""Shows Daftar at work on this machine alone: a server, an enrolled laptop, a sample programme, its window.

Everything goes through the two command lines, as it would for an administrator and an officer.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import bootstrap

SAMPLE = Path(__file__).with_name("demo.json")
WORKSPACE = "Jordan"
OFFICER = "Amina Hassan"
PASSPHRASE = "a notebook for the demonstration"  # noqa: S105  # it guards a sample
PATIENCE = 60.0
# Dates of the sample count from today, so that what is due soon is due soon.
DAY = re.compile(r"today(?P<days>[+-]\d+)?(?P<time>T\d\d:\d\d)?")

Records = list[tuple[str, str, dict[str, Any]]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 build/tasks.py run", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep everything here, and go on from it")
    parser.add_argument(
        "--tour", type=Path, metavar="FOLDER", help="draw the guided tour into pictures there"
    )
    chosen = parser.parse_args(arguments)
    pictures = chosen.tour or (None if bootstrap.has_display() else bootstrap.ROOT / "out" / "tour")
    with _folder(chosen.data) as folder, _server(folder / "server") as url:
        profile = folder / "laptop"
        if not profile.exists():
            _enrol(folder, profile=profile, url=url)
            _fill(profile)
        print(f"» The server is at {url}, the laptop's profile in {profile}.", flush=True)
        if pictures is None:
            return _show(profile)
        print(f"» Drawing the guided tour into {pictures}.", flush=True)
        return _show(profile, "tour", str(pictures))


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="daftar-run-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _server(data: Path) -> Iterator[str]:
    """The address of a server that answers; it is stopped afterwards."""
    data.mkdir(exist_ok=True)
    command = [
        bootstrap.tool("daftar-server"),
        "--data",
        str(data),
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
    ]
    log = data / "server.log"
    with log.open("ab") as errors:
        process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=errors, text=True)
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
        process.wait()


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


def _enrol(folder: Path, *, profile: Path, url: str) -> None:
    """What the administrator does once, and then the officer."""
    server = [bootstrap.tool("daftar-server"), "--data", str(folder / "server"), "--json"]
    print(f"» Making the workspace {WORKSPACE} and enrolling the laptop of {OFFICER}.", flush=True)
    _answer([*server, "workspace", "add", WORKSPACE])
    _answer([*server, "person", "add", OFFICER])
    _answer([*server, "grant", OFFICER, WORKSPACE, "coordinator"])
    code = _answer([*server, "invite", OFFICER])["code"]
    _answer([*_laptop(profile), "enrol", "--server", url, "--code", code])


def _fill(profile: Path) -> None:
    """Type the sample programme in and send it to the server."""
    records = load_sample(datetime.now(UTC).date())
    print(f"» Writing {len(records)} sample records.", flush=True)
    ids: dict[str, str] = {}
    for kind, group in groupby(records, key=lambda record: record[0]):
        for batch in _without_inner_references(list(group)):
            document = json.dumps([resolve(fields, ids) for _, _, fields in batch], ensure_ascii=False)
            answer = _answer([*_laptop(profile), "add", kind, "--from", "-", "--json"], said=document)
            ids.update(zip((key for _, key, _ in batch), answer["ids"], strict=True))
    _answer([*_laptop(profile), "sync"])


def _show(profile: Path, *command: str) -> int:
    environment = _environment()
    if command:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run([*_laptop(profile), *command], check=False, env=environment).returncode


def load_sample(today: date) -> Records:
    """The sample as kind, name and fields, with its dates counted from a day."""

    def dated(value: Any) -> Any:
        found = DAY.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return value
        day = today + timedelta(days=int(found["days"] or 0))
        return day.isoformat() + (found["time"] or "")

    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return [
        (kind, key, {name: dated(value) for name, value in fields.items()}) for kind, key, fields in sample
    ]


def resolve(value: Any, ids: Mapping[str, str]) -> Any:
    """The same value with `@name` replaced by the id of the record that has the name."""
    if isinstance(value, dict):
        return {key: resolve(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, ids) for item in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def _without_inner_references(records: Records) -> Iterator[Records]:
    """Cut where a record names one of the same run, whose id is not known before it is written."""
    batch: Records = []
    for record in records:
        if any(f'"@{key}"' in json.dumps(record[2]) for _, key, _ in batch):
            yield batch
            batch = []
        batch.append(record)
    yield batch


def _laptop(profile: Path) -> list[str]:
    return [bootstrap.tool("daftar"), "--profile", str(profile)]


def _environment() -> dict[str, str]:
    return {**os.environ, "DAFTAR_PASSPHRASE": os.environ.get("DAFTAR_PASSPHRASE", PASSPHRASE)}


def _answer(command: list[str], *, said: str = "") -> dict[str, Any]:
    """What a command answers as JSON; whatever it complains of ends the demonstration."""
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, encoding="utf-8", check=False, env=_environment()
    )
    if done.returncode != 0:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise SystemExit(f"This failed: {shown}\n{done.stderr}{done.stdout}")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {"answer": answer}


if __name__ == "__main__":
    for program in ("daftar", "daftar-server"):
        if shutil.which(bootstrap.tool(program)) is None:
            raise SystemExit("Please start this with: python3 build/tasks.py run")
    sys.exit(main(sys.argv[1:]))
