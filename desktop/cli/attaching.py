"""Files beside records: taking them in, listing them, getting them out, asking for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command, Group
from sync.errors import DaftarError

if TYPE_CHECKING:
    from desktop.store.attached import Attached
    from desktop.store.attachments import Vault
    from desktop.store.reader import Reader

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("attach", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.argument("file", type=_FILE, metavar="FILE")
@click.option(
    "--policy",
    type=click.Choice(("now", "network", "demand")),
    default="network",
    show_default=True,
    help="When it is sent: with the next sync, only over a good network, or only when asked for.",
)
@click.option("--title", help="What it is called in lists; its file name if left out.")
@click.option(
    "--type",
    "sort",
    type=click.Choice(("evidence", "document", "photo", "minutes", "other")),
    help="What it is.",
)
@click.pass_obj
def attach_command(
    call: Call, kind: str, record: str, file: Path, policy: str, title: str | None, sort: str | None
) -> None:
    """Attach a file to a record: evidence to a value, a document to an activity or a meeting.

    A copy is kept on this laptop, encrypted; the file itself may be deleted afterwards. Up to 200 MB. What it
    is called and how large it is travels with the records, its content after them. With --json {"id": …,
    "sha256": …, "size": …}.

    \b
    Example:
      daftar attach value 3f1c9a07 register.pdf --policy now
    """
    with call.writing() as (store, reader):
        from desktop.cli.names import kind_named, record_named
        from desktop.cli.writing import submit
        from desktop.commands.attachments import ATTACH, attach
        from desktop.store.attached import Duty, Policy, put_duty
        from desktop.store.attachments import Vault
        from sync.records import id_text

        row = record_named(reader, kind_named(kind), record)
        stored = Vault(store.profile).add(file, workspace=row.workspace)
        identity = store.new_id()
        edits = attach(
            row,
            record=identity,
            file_name=file.name,
            fingerprint=stored.fingerprint,
            size=stored.size,
            title=title,
            type=sort,
        )
        duty = Duty(Policy(policy), sent=False)
        store.post(lambda database: put_duty(database, row.workspace, stored.fingerprint, duty)).result()
        submit(store, reader, edits, label=ATTACH, rows=[row])
        shown = id_text(identity)
        text = call.words.t(
            "Attached {name} ({size}): {id}",
            name=call.words.isolate(file.name),
            size=call.words.size(stored.size),
            id=shown,
        )
        call.answer({"id": shown, "sha256": stored.fingerprint.hex(), "size": stored.size}, lambda: text)


@click.group("attachment", cls=Group)
def attachment_command() -> None:
    """Attached files: list them, get them out, ask for those that are not here, free their space.

    \b
    Example:
      daftar attachment list --json
    """


@attachment_command.command("list")
@click.option("--workspace", "-w", metavar="W", help="Only of this workspace, by name or id.")
@click.pass_obj
def list_files(call: Call, workspace: str | None) -> None:
    """Every attached file, its size and where it is.

    With --json a list: id, title, file_name, size, sha256, about (kind and id), workspace, here, state (here,
    waiting, partly, away, absent, lost, refused), policy and code, which says what stands in the way.

    \b
    Example:
      daftar attachment list --json
    """
    from desktop.store.profile import Profile

    with call.reading() as reader:
        from desktop.cli.names import workspaces_chosen
        from desktop.store.attached import attached_files
        from desktop.store.attachments import Vault

        profile: Profile = call.open_profile()
        vault = Vault(profile)
        files = attached_files(reader, workspaces=workspaces_chosen(reader, workspace))
        call.answer([_document(one, vault) for one in files], lambda: _listing(call, files, vault))


@attachment_command.command("get")
@click.argument("record", metavar="ID")
@click.argument("file", type=_FILE, metavar="FILE")
@click.pass_obj
def get_file(call: Call, record: str, file: Path) -> None:
    """Write an attached file out, where it is on this laptop. An existing FILE is replaced.

    \b
    Example:
      daftar attachment get 3f1c9a07 register.pdf
    """
    with call.reading() as reader:
        from desktop.store.attachments import Vault

        one = _named(reader, record)
        Vault(call.open_profile()).export(one.workspace, one.fingerprint, file)
        call.answer({"file": str(file), "size": one.size}, lambda: str(file))


@attachment_command.command("fetch")
@click.argument("record", metavar="ID")
@click.pass_obj
def fetch_file(call: Call, record: str) -> None:
    """Fetch a file from the server now, or send it there, whatever its policy says.

    Goes on behind what came before a cut. With --json {"id": …, "here": …, "files_up": …, "files_down": …}.

    \b
    Example:
      daftar attachment fetch 3f1c9a07
    """
    with call.writing() as (store, reader):
        from dataclasses import replace

        from desktop.store.attached import put_duty
        from desktop.store.attachments import Vault
        from desktop.syncing.blobs import sync_files
        from desktop.syncing.once import rest, sync_once
        from sync.records import id_text

        one = _named(reader, record)
        wanted = replace(one.duty, wanted=True, code="")
        store.post(lambda database: put_duty(database, one.workspace, one.fingerprint, wanted)).result()
        sync_once(store, clock=call.clock)
        receipt = sync_files(store, halt=lambda: False, pause=rest)
        after = _named(reader, record)
        if code := receipt.problem or after.duty.code:
            raise DaftarError(code)
        here = Vault(store.profile).holds(one.workspace, one.fingerprint)
        if not here:
            raise DaftarError("blob_absent")
        document = {
            "id": id_text(one.row.id),
            "here": here,
            "files_up": receipt.up,
            "files_down": receipt.down,
        }
        text = call.words.t("The file is on this laptop and on the server.")
        call.answer(document, lambda: text)


@attachment_command.command("policy")
@click.argument("record", metavar="ID")
@click.argument("policy", type=click.Choice(("now", "network", "demand")))
@click.pass_obj
def change_policy(call: Call, record: str, policy: str) -> None:
    """Say when a file travels from or to this laptop: with the next sync, over a good network, or on demand.

    With --json {"id": …, "policy": …, "state": …}.

    \b
    Example:
      daftar attachment policy 3f1c9a07 now
    """
    with call.writing() as (store, reader):
        from dataclasses import replace

        from desktop.store.attached import Policy, put_duty
        from desktop.store.attachments import Vault
        from desktop.store.documents import confirmed
        from sync.records import id_text

        vault = Vault(store.profile)
        one = confirmed(_named(reader, record), vault)
        duty = replace(one.duty, policy=Policy(policy))
        store.post(lambda database: put_duty(database, one.workspace, one.fingerprint, duty)).result()
        after = _named(reader, record)
        text = {
            "now": call.words.t("It travels with the next sync."),
            "network": call.words.t("It travels over a good network."),
            "demand": call.words.t("It travels only when it is asked for."),
        }[policy]
        document = {"id": id_text(one.row.id), "policy": policy, "state": state_of(after, vault)}
        call.answer(document, lambda: text)


@attachment_command.command("sweep")
@click.pass_obj
def sweep_files(call: Call) -> None:
    """Delete what nobody can want any more from the store of files on this laptop.

    That is the copies of removed attachments, once the server knows of the removal, has the file, and nothing
    here can undo it; and what was left over. Nothing that was not sent is ever deleted. It is done by itself
    once a day, behind a sync. With --json {"files": how many, "freed": bytes}.

    \b
    Example:
      daftar attachment sweep
    """
    with call.writing() as (store, reader):
        from desktop.store.sweeping import sweep

        swept = sweep(store, reader, now_ms=call.clock.now_ms())
        text = call.words.n(
            "{count} file deleted, {size} freed.",
            "{count} files deleted, {size} freed.",
            swept.files,
            size=call.words.size(swept.bytes),
        )
        call.answer({"files": swept.files, "freed": swept.bytes}, lambda: text)


@attachment_command.command("drop")
@click.argument("record", metavar="ID")
@click.pass_obj
def drop_file(call: Call, record: str) -> None:
    """Delete the copy on this laptop to free its space. The server keeps the file.

    Refused where the server does not hold the file yet. It comes back only with `attachment fetch`. With
    --json {"id": …, "freed": bytes}.

    \b
    Example:
      daftar attachment drop 3f1c9a07
    """
    with call.writing() as (store, reader):
        from desktop.store.attachments import Vault
        from desktop.store.documents import drop_copy
        from sync.records import id_text

        one = _named(reader, record)
        freed = drop_copy(store, Vault(store.profile), one)
        text = call.words.t(
            "{size} freed. The server keeps the file for whenever it is wanted.", size=call.words.size(freed)
        )
        call.answer({"id": id_text(one.row.id), "freed": freed}, lambda: text)


def _named(reader: Reader, text: str) -> Attached:
    """The attachment with a file that is meant; raises `file_none` where it has none."""
    from desktop.cli.names import kind_named, record_named
    from desktop.store.attached import attached_files

    row = record_named(reader, kind_named("attachment"), text)
    for one in attached_files(reader, workspaces=(row.workspace,)):
        if one.row.id == row.id:
            return one
    raise DaftarError("file_none")


def state_of(one: Attached, vault: Vault) -> str:
    """Where a file stands, as a code."""
    from desktop.store.documents import confirmed, standing_of

    return standing_of(confirmed(one, vault), vault).value


def _document(one: Attached, vault: Vault) -> dict[str, Any]:
    from sync.records import id_text

    values, about = one.row.values, one.row.values.get("about")
    return {
        "id": id_text(one.row.id),
        "title": values["title"],
        "file_name": values.get("file_name"),
        "size": one.size,
        "sha256": one.fingerprint.hex(),
        "about": {"kind": values.get("about_kind"), "id": id_text(about)}
        if isinstance(about, bytes)
        else None,
        "workspace": id_text(one.workspace),
        "here": vault.holds(one.workspace, one.fingerprint),
        "state": state_of(one, vault),
        "policy": one.duty.policy.value,
        "code": one.duty.code or None,
    }


def _listing(call: Call, files: list[Attached], vault: Vault) -> str:
    from desktop.words.files import STATES

    words = call.words
    rows = [
        [
            str(_document(one, vault)["id"])[:8],
            str(one.row["file_name"] or one.row["title"]),
            words.size(one.size),
            words.t(STATES[state_of(one, vault)]),
        ]
        for one in files
    ]
    return call.table(["Id", "File name", "Size", "State"], rows)
