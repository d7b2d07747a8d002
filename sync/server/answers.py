"""What every command of the administrator's command line shares: its options, its answers, its database."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync.errors import DaftarError

if TYPE_CHECKING:
    from sync.server.compaction import Compacted
    from sync.server.enrolment import Laptop
    from sync.server.office import Office
    from sync.server.storage.people import Person, Workspace
    from sync.server.sweeping import Swept


@dataclass(slots=True)
class Choices:
    """What was said before the command: where the data is, and how to answer."""

    data: Path | None = None
    database: str | None = None
    as_json: bool = False


def _ask_json(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        context.ensure_object(Choices).as_json = True


def _keep_indented(text: str) -> str:
    """Mark the paragraphs that hold indented lines, so that they are not filled."""
    parts = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(f"\b\n{part}" if "\n  " in f"\n{part}" else part for part in parts)


class Command(click.Command):
    """A command that takes `--json`, wherever it stands in the line."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.help = _keep_indented(self.help or "")
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_ask_json,
                help="Answer with one JSON document on standard output.",
            )
        )


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


@contextmanager
def office_of(choices: Choices, *, migrated: bool = True) -> Iterator[Office]:
    """The use cases over the chosen database, opened for one command."""
    from sync.server.office import DATABASE_FILE, make_private, make_settings, open_office

    data = choices.data or _usual_folder()
    settings = make_settings(data=data, database=choices.database)
    if choices.database is None:
        if migrated and not (data / DATABASE_FILE).exists():
            raise DaftarError("not_migrated")
        try:
            make_private(data / DATABASE_FILE)
        except OSError as error:
            raise DaftarError("cannot_write", path=str(data), reason=error.strerror or "") from error
    with open_office(settings) as office:
        if migrated:
            office.insist_migrated()
        yield office


def _usual_folder() -> Path:
    import platformdirs

    return platformdirs.user_data_path("daftar-server", appauthor=False)


def answer(choices: Choices, document: Mapping[str, object], text: str) -> None:
    if choices.as_json:
        print_json(document)
    elif text:
        click.echo(text)


def print_json(document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    click.echo(text, err=True)


def shown_id(id_: bytes) -> str:
    from sync.records.ids import id_text

    return id_text(id_)


def shown_time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def workspace_document(row: Workspace) -> dict[str, object]:
    return {"id": shown_id(row.id), "name": row.name, "number": row.number}


def access_document(one: Person, place: Workspace, *, role: str | None, epoch: int) -> dict[str, object]:
    return {
        "person": {"id": shown_id(one.id), "name": one.name},
        "workspace": workspace_document(place),
        "role": role,
        "epoch": epoch,
    }


def compacted_text(place: Workspace, done: Compacted, swept: Swept) -> str:
    line = f"{place.name}: {done.frames} frames, {done.bytes_before} bytes -> {done.bytes_after}"
    return f"{line}; {swept.removed} files removed, {swept.bytes} bytes" if swept.removed else line


def compacted_document(
    place: Workspace, done: Compacted, swept: Swept, *, snapshot: bool
) -> dict[str, object]:
    return {
        "workspace": workspace_document(place),
        "horizon": done.horizon,
        "frames": done.frames,
        "bytes_before": done.bytes_before,
        "bytes_after": done.bytes_after,
        "snapshot": snapshot,
        "files_removed": swept.removed,
        "files_bytes": swept.bytes,
        "files_waiting": swept.waiting,
    }


def laptop_document(laptop: Laptop) -> dict[str, object]:
    from sync.server.names import device_text

    row = laptop.installation
    return {
        "id": shown_id(row.id),
        "name": row.name,
        "person": laptop.person,
        "person_id": shown_id(row.person_id),
        "numbers": [device_text(number) for number in laptop.numbers],
        "enrolled": shown_time(row.created),
        "seen": None if row.seen is None else shown_time(row.seen),
        "revoked": None if row.revoked_at is None else shown_time(row.revoked_at),
    }
