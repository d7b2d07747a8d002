"""The administrator's command line; what it prints with `--json` is stable.

Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from sync.errors import DaftarError
from sync.server.access import ROLES
from sync.server.answers import (
    Choices,
    Group,
    access_document,
    answer,
    compacted_document,
    compacted_text,
    laptop_document,
    office_of,
    print_json,
    say,
    shown_id,
    shown_time,
    workspace_document,
)
from sync.server.bundle_commands import bundle
from sync.server.departure_cli import person_leave, person_show, quarantine
from sync.server.find_cli import find
from sync.server.mend_cli import mend
from sync.server.purge_cli import purge, store_of
from sync.server.running import run
from sync.server.wording import message

_WIDTH: Final = 100
_SETTINGS: Final = {"max_content_width": _WIDTH, "help_option_names": ["-h", "--help"]}


@click.group("daftar-server", cls=Group, context_settings=_SETTINGS)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    envvar="DAFTAR_SERVER_DATA",
    show_envvar=True,
    help="Folder of the server's own files: server.sqlite3 and recovery.key.",
)
@click.option(
    "--database",
    metavar="URL",
    envvar="DAFTAR_SERVER_DATABASE",
    show_envvar=True,
    help="PostgreSQL instead of the folder's SQLite file: postgresql://USER@HOST/NAME.",
)
@click.pass_context
def main(context: click.Context, data: Path | None, database: str | None) -> None:
    """The server of Daftar: laptops synchronise with it.

    A first server in five lines:
      daftar-server --data /srv/daftar migrate
      daftar-server --data /srv/daftar workspace add "Jordan"
      daftar-server --data /srv/daftar person add "Amina Hassan"
      daftar-server --data /srv/daftar grant "Amina Hassan" "Jordan" officer
      daftar-server --data /srv/daftar run

    All commands work while `run` is running. A person, workspace or laptop is given by its name or, where
    names repeat, by its id. The exit code is 0 only when the command did what it was asked for.
    """
    choices = context.ensure_object(Choices)
    choices.data, choices.database = data, database


@main.command()
@click.option(
    "--partitions",
    default=0,
    metavar="N",
    type=click.IntRange(0, 256),
    help="Let PostgreSQL split the tables by workspace; only when they are made.",
)
@click.pass_obj
def migrate(choices: Choices, partitions: int) -> None:
    """Make the tables, or bring them up to date. May be repeated.

    The first time it also makes the programme's recovery key: recovery.key in the data folder. Move that
    file to a safe. Whoever has it can open a laptop whose passphrase was forgotten; nobody else can.

    Example:
      daftar-server --data /srv/daftar migrate
    """
    with office_of(choices, migrated=False) as office:
        done = office.migrate(partitions=partitions)
    if done.recovery_file:
        say(
            f"A recovery key was written to {done.recovery_file}.\n"
            "Move it to a safe place away from this server: it opens laptops whose passphrase is forgotten."
        )
    document = {
        "before": done.before,
        "after": done.after,
        "recovery_key": str(done.recovery_file) if done.recovery_file else None,
    }
    answer(choices, document, f"The database is at revision {done.after}.")


main.add_command(run)


@main.group(cls=Group)
def workspace() -> None:
    """Workspaces: sets of records that the same people may read."""


@workspace.command("add")
@click.argument("name")
@click.pass_obj
def workspace_add(choices: Choices, name: str) -> None:
    """Make a workspace.

    Example:
      daftar-server workspace add "Jordan"
    """
    with office_of(choices) as office:
        row = office.accounts.add_workspace(name)
    answer(choices, workspace_document(row), f"Workspace {row.name} ({shown_id(row.id)})")


@workspace.command("list")
@click.pass_obj
def workspace_list(choices: Choices) -> None:
    """List the workspaces.

    Example:
      daftar-server workspace list --json
    """
    with office_of(choices) as office:
        rows = office.accounts.workspaces()
    lines = [f"{shown_id(row.id)}  {row.name}" for row in rows]
    answer(choices, {"workspaces": [workspace_document(row) for row in rows]}, "\n".join(lines))


@main.group(cls=Group)
def person() -> None:
    """Persons: those who have an account."""


@person.command("add")
@click.argument("name")
@click.pass_obj
def person_add(choices: Choices, name: str) -> None:
    """Add a person. Two persons may have the same name; their ids tell them apart.

    Example:
      daftar-server person add "Amina Hassan"
    """
    with office_of(choices) as office:
        row = office.accounts.add_person(name)
    answer(choices, {"id": shown_id(row.id), "name": row.name}, f"Person {row.name} ({shown_id(row.id)})")


@person.command("rename")
@click.argument("who", metavar="PERSON")
@click.argument("name")
@click.pass_obj
def person_rename(choices: Choices, who: str, name: str) -> None:
    """Change a person's name, in every workspace the person is known in.

    Example:
      daftar-server person rename "Amina Hassan" "Amina Hassan Ali"
    """
    with office_of(choices) as office:
        row = office.accounts.rename_person(office.accounts.person(who), name)
    answer(choices, {"id": shown_id(row.id), "name": row.name}, f"Person {row.name} ({shown_id(row.id)})")


@person.command("list")
@click.pass_obj
def person_list(choices: Choices) -> None:
    """List the persons and what they may do where.

    Example:
      daftar-server person list
    """
    with office_of(choices) as office:
        rows = [(row, office.accounts.accesses(row)) for row in office.accounts.persons()]
        names = {row.id: row.name for row in office.accounts.workspaces()}
    documents, lines = [], []
    for row, accesses in rows:
        roles = [one for one in accesses if one.role != "none"]
        documents.append(
            {
                "id": shown_id(row.id),
                "name": row.name,
                "access": [
                    {
                        "workspace": shown_id(one.workspace_id),
                        "name": names[one.workspace_id],
                        "role": one.role,
                    }
                    for one in roles
                ],
            }
        )
        shown = ", ".join(f"{names[one.workspace_id]}: {one.role}" for one in roles)
        lines.append(f"{shown_id(row.id)}  {row.name}" + (f"  ({shown})" if shown else ""))
    answer(choices, {"persons": documents}, "\n".join(lines))


@main.command()
@click.argument("who", metavar="PERSON")
@click.argument("where", metavar="WORKSPACE")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_obj
def grant(choices: Choices, who: str, where: str, role: str) -> None:
    """Give a person a role in a workspace, in place of any role held there before.

      reader         reads and comments
      officer        also creates, edits, deletes, restores, imports, decides
      coordinator    also approves, locks, exports what is restricted
      administrator  also arranges people, devices and access

    Example:
      daftar-server grant "Amina Hassan" "Jordan" officer
    """
    with office_of(choices) as office:
        one, place = office.accounts.person(who), office.accounts.workspace(where)
        row = office.accounts.grant(one, place, role=role)
    document = access_document(one, place, role=row.role, epoch=row.epoch)
    answer(choices, document, f"{one.name} is {row.role} in {place.name}.")


@main.command("revoke-access")
@click.argument("who", metavar="PERSON")
@click.argument("where", metavar="WORKSPACE")
@click.pass_obj
def revoke_access(choices: Choices, who: str, where: str) -> None:
    """Take a person's access to a workspace away.

    At the next contact the person's laptops hand in unsent work, which is kept for the coordinator of the
    workspace (see `quarantine`), then erase the workspace and say so (see `person show`).

    Example:
      daftar-server revoke-access "Amina Hassan" "Jordan"
    """
    with office_of(choices) as office:
        one, place = office.accounts.person(who), office.accounts.workspace(where)
        row = office.accounts.revoke_access(one, place)
    document = access_document(one, place, role=None, epoch=row.epoch)
    answer(choices, document, f"{one.name} has no access to {place.name} any more.")


@main.command()
@click.argument("who", metavar="PERSON")
@click.pass_obj
def invite(choices: Choices, who: str) -> None:
    """Make a one-time code with which a person enrols one laptop. It ends after 14 days.

    Example:
      daftar-server invite "Amina Hassan" --json
    """
    with office_of(choices) as office:
        code, expires = office.enrolment.invite(office.accounts.person(who))
    answer(choices, {"code": code, "expires": shown_time(expires)}, f"{code}  (until {shown_time(expires)})")


@main.group(cls=Group)
def device() -> None:
    """Laptops that were enrolled."""


@device.command("list")
@click.pass_obj
def device_list(choices: Choices) -> None:
    """List the laptops, with their device numbers and when they were last heard of.

    Example:
      daftar-server device list
    """
    with office_of(choices) as office:
        laptops = office.enrolment.laptops()
    documents = [laptop_document(one) for one in laptops]
    lines = []
    for entry in documents:
        state = "revoked" if entry["revoked"] else f"seen {entry['seen'] or 'never'}"
        lines.append(f"{entry['id']}  {entry['name']}  {entry['person']}  {state}")
    answer(choices, {"devices": documents}, "\n".join(lines))


@device.command("revoke")
@click.argument("which", metavar="DEVICE")
@click.pass_obj
def device_revoke(choices: Choices, which: str) -> None:
    """End a laptop's access for good, for example when it was stolen.

    At its next contact it gets nothing more; once, for up to 90 days, it may hand in what it had not sent,
    which goes into quarantine, and then it erases itself.

    DEVICE is the laptop's name, its id, or one of its device numbers.

    Example:
      daftar-server device revoke "Amman 3"
    """
    with office_of(choices) as office:
        office.enrolment.revoke(office.enrolment.laptop(which))
        laptop = office.enrolment.laptop(which)
    answer(choices, laptop_document(laptop), f"The laptop {laptop.installation.name} is revoked.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(choices: Choices, file: Path) -> None:
    """Copy the database to FILE while the server runs. FILE must not exist.

    Of PostgreSQL, pg_dump makes the copy (restore it with pg_restore).

    Example:
      daftar-server --data /srv/daftar backup /backup/daftar-monday.sqlite3
    """
    from sync.server.backup import back_up

    with office_of(choices) as office:
        size = back_up(office.storage.engine, file)
    answer(choices, {"file": str(file), "bytes": size}, f"{file}: {size} bytes")


@main.command()
@click.option("--keep-days", default=180, show_default=True, type=click.IntRange(0), help="Kept in the log.")
@click.option("--keep-mb", default=0, show_default=True, type=click.IntRange(0), help="Kept in any case.")
@click.option(
    "--files-days",
    default=90,
    show_default=True,
    type=click.IntRange(0),
    help="Remove files that no record has named for so long.",
)
@click.option("--workspace", "where", metavar="WORKSPACE", help="Only this one.")
@click.pass_obj
def compact(choices: Choices, keep_days: int, keep_mb: int, files_days: int, where: str | None) -> None:
    """Pack what is old: make snapshots, and move old history out of what laptops pull.

    Nothing is lost. A laptop that was away for longer gets a snapshot instead of the log, and asks for older
    history when somebody looks at it. Files whose attachments were removed go some time after that was first
    noticed. May be run every night, also while laptops synchronise.

    Example:
      daftar-server compact --keep-days 180 --json
    """
    from sync.server.compaction import Compactor
    from sync.server.snapshots import Snapshots
    from sync.server.sweeping import Sweeper

    documents, lines = [], []
    with office_of(choices) as office:
        made = Snapshots(office.storage, clock=office.clock)
        compactor = Compactor(office.storage, made, clock=office.clock)
        sweeper = Sweeper(office.storage, store_of(office), clock=office.clock)
        places = [office.accounts.workspace(where)] if where else office.accounts.workspaces()
        refreshed = set(made.refresh())
        for place in places:
            done = compactor.compact(place.id, keep_days=keep_days, keep_bytes=keep_mb << 20)
            swept = sweeper.sweep(place.id, grace_days=files_days)
            documents.append(compacted_document(place, done, swept, snapshot=place.id in refreshed))
            lines.append(compacted_text(place, done, swept))
    answer(choices, {"workspaces": documents}, "\n".join(lines))


@main.command()
@click.pass_obj
def healthcheck(choices: Choices) -> None:
    """Check that the database answers and is up to date and, if `run` is running here, that it answers too.

    Names the records that the disk has damaged and the log does not give back; `mend` may.

    Example:
      daftar-server --data /srv/daftar healthcheck
    """
    from sync.server.health import check

    with office_of(choices) as office:
        found = check(office)
    lines = ["healthy", *(f"damaged: {one['kind']} {one['id']}" for one in found["damaged"])]
    answer(choices, {"healthy": True, **found}, "\n".join(lines))


person.add_command(person_show)
person.add_command(person_leave)
main.add_command(quarantine)
main.add_command(bundle)
main.add_command(purge)
main.add_command(find)
main.add_command(mend)


def run_line(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code is 0 only when the command did what it was asked for."""
    choices = Choices(as_json="--json" in arguments)
    try:
        main.main(list(arguments), prog_name="daftar-server", standalone_mode=False, obj=choices)
    except click.ClickException as error:
        text = error.format_message()
        if isinstance(error, click.UsageError) and error.ctx:
            say(error.ctx.get_usage())
        _fail(choices, DaftarError("usage", text=text))
        return 2
    except click.Abort:
        return 130
    except DaftarError as error:
        _fail(choices, error)
        return 1
    return 0


def _fail(choices: Choices, error: DaftarError) -> None:
    say(message(error))
    if choices.as_json:
        print_json({"error": {"code": error.code, "params": error.params}})
