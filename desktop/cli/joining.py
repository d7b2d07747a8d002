"""Joining a server, and sending and receiving."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command
from sync.errors import DaftarError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

if TYPE_CHECKING:
    from desktop.store.outbox import Standing
    from desktop.store.reader import Reader
    from desktop.store.store import Store
    from desktop.syncing.blobs import FilesPlan, FilesReceipt
    from sync.client.session import Progress, Receipt


@click.command("enrol", cls=Command)
@click.option("--server", metavar="URL", help="Address of the programme's server.")
@click.option("--pack", multiple=True, type=_FILE, metavar="FILE", help="Begin offline, from a starter pack.")
@click.option("--code", required=True, metavar="CODE", help="The one-time code from your administrator.")
@click.option("--name", metavar="LAPTOP", help="What colleagues call this laptop; its own name if left out.")
@click.option("--ca", type=_FILE, metavar="FILE.pem", help="Believe only this certificate of the server.")
@click.option("--again", is_flag=True, help="Also where this notebook was joined before.")
@click.pass_obj
def enrol_command(
    call: Call,
    server: str | None,
    pack: Sequence[Path],
    code: str,
    *,
    name: str | None,
    ca: Path | None,
    again: bool,
) -> None:
    """Join this laptop to a programme, by its server or, without a connection, by a starter pack.

    Makes the notebook if there is none here yet. Its key is guarded by the passphrase in DAFTAR_PASSPHRASE,
    else by the keyring of this computer, else by a passphrase that is asked for. What was written before
    is kept. With --json an object: person (id, name), workspaces (id, name, role), device, server, profile.

    \b
    Example:
      daftar enrol --server https://daftar.example.org --code ABCD-EFGH --name "Amman 3"
      daftar enrol --pack /media/usb/lina.daftar-bundle --code ABCD-EFGH-JKLM
    """
    from desktop.store.profile import profile_exists
    from desktop.syncing.enrolment import enrol, read_certificate, tidy_address

    if (server is None) == (not pack):
        raise click.UsageError("give either --server or --pack")
    address = tidy_address(server) if server is not None else ""
    certificate = read_certificate(ca) if ca is not None else ""
    if not profile_exists(call.paths):
        call.make_profile()
    with call.writing(new=True) as (store, reader):
        from desktop.cli.showing import device_text
        from desktop.syncing.joined import TOKEN
        from sync.records import id_text

        if reader.meta(TOKEN) and not again:
            raise DaftarError("already_enrolled")
        laptop = name or platform.node() or "laptop"
        if pack:
            from desktop.syncing.starting import begin_from_pack

            enrolled = begin_from_pack(store, reader, pack, code=code, name=laptop).enrolled
        else:
            enrolled = enrol(
                store, server=address, code=code, name=laptop, clock=call.clock, certificate=certificate
            )
        places = sorted(enrolled.workspaces.items(), key=lambda item: item[1])
        document = {
            "person": {"id": id_text(enrolled.account), "name": enrolled.person},
            "workspaces": [
                {"id": id_text(identity), "name": place, "role": role} for identity, (place, role) in places
            ],
            "device": device_text(store.device),
            "server": address or None,
            "profile": str(call.paths.profile),
        }
        text = call.words.t(
            "Welcome, {name}. Workspaces: {places}.",
            name=enrolled.person,
            places=call.words.join([place for _, (place, _) in places]),
        )
        call.answer(document, lambda: text)


@click.command("sync", cls=Command)
@click.option("--plan", is_flag=True, help="Only say how much there is to send and to receive.")
@click.option("--history", is_flag=True, help="Only say what happened of late between laptop and server.")
@click.option("--accept-removals", is_flag=True, help="Receive, also where much would disappear here.")
@click.pass_obj
def sync_command(call: Call, plan: bool, accept_removals: bool, *, history: bool) -> None:
    """Send and receive now.

    Where more than a fifth of a workspace, and at least 50 records, would disappear from this laptop, it
    sends, receives nothing and answers `mass_delete`; with --accept-removals it goes on.

    Goes on behind a cut connection; what was sent before a cut is not sent again. With --json an object:
    requests, bytes_up and bytes_down (of bodies), pushed and pulled (changes), files_up and files_down
    (attached files, which follow the records, by their policy), files_left (for later), files_problem (a
    code, or null), conflicts (that need a decision now), quarantined (changes that the server did not
    accept; see `quarantine`), unreceived (changes of colleagues that this laptop could not take in; listed
    there too), repaired (records that were not what the server has, and were put right), carried_waiting
    (files of colleagues that could not be handed in; see `bundle waiting`), clock_off_seconds (how far this
    laptop's clock is behind the server's, ahead where negative; 0 up to ten minutes) and left: the workspaces
    that were removed from this laptop because the access to them has ended, with how many unsent changes were
    handed to their coordinators.

    With --plan nothing is sent or received; the object is: bytes_up, bytes_down (about), changes_up,
    changes_down, seconds (null where it is not known how fast the link is), and of attached files, which
    follow by their policy: files, files_up, files_down, files_bytes_up, files_bytes_down.

    With --history nothing travels either; the answer is an array, newest first: at, code (exchanged, filled,
    repaired, differs, compared), workspace (or null), text and counts.

    \b
    Examples:
      daftar sync --json
      daftar sync --history
    """
    if history:
        from desktop.cli.happening import say_history

        say_history(call)
        return
    if plan:
        _say_plan(call)
        return
    with call.writing() as (store, reader):
        from desktop.store.outbox import read_standing
        from desktop.store.parcels import count_waiting
        from desktop.syncing.blobs import sync_files
        from desktop.syncing.once import rest, sync_once

        try:
            receipt = sync_once(
                store, clock=call.clock, report=_teller(call, reader), accept_removals=accept_removals
            )
        except DaftarError:
            tell_notices(call, store, reader)
            raise
        carried = count_waiting(reader)
        files = sync_files(store, halt=lambda: False, pause=rest)
        standing = read_standing(reader)
        for workspace in receipt.differing:
            call.say(
                call.words.t(
                    "{workspace} differs from the server; it is compared again.", workspace=workspace
                )
            )
        if receipt.repaired:
            call.say(_repaired_text(call, receipt.repaired))
        left = tell_notices(call, store, reader)
        document = _receipt_document(receipt, files, standing, left=left, carried=carried)
        call.answer(document, lambda: _receipt_text(call, receipt, document))


def _clock_off(receipt: Receipt) -> int:
    from desktop.store.outbox import clock_off

    return clock_off(receipt.offset_ms)


def _receipt_document(
    receipt: Receipt,
    files: FilesReceipt,
    standing: Standing,
    *,
    left: list[dict[str, Any]],
    carried: int,
) -> dict[str, Any]:
    return {
        "requests": receipt.requests,
        "bytes_up": receipt.bytes_up,
        "bytes_down": receipt.bytes_down,
        "pushed": receipt.pushed,
        "pulled": receipt.pulled,
        "files_up": files.up,
        "files_down": files.down,
        "files_left": files.left,
        "files_problem": files.problem or None,
        "conflicts": standing.decisions,
        "quarantined": standing.refused,
        "unreceived": standing.unreceived,
        "left": left,
        "repaired": receipt.repaired,
        "carried_waiting": carried,
        "clock_off_seconds": _clock_off(receipt) // 1000,
    }


def tell_notices(call: Call, store: Store, reader: Reader) -> list[dict[str, Any]]:
    """Say what has to be told once; the workspaces that were left, for the document."""
    from desktop.store.notices import drop_notice, unread_notices
    from desktop.words.notices import notice_text

    left = []
    for notice in unread_notices(reader):
        call.say(notice_text(call.words, notice.code, notice.params))
        if notice.code == "workspace_left":
            params = notice.params
            left.append({"workspace": params.get("workspace"), "handed_in": params.get("count")})
        store.post(partial(drop_notice, notice=notice)).result()
    return left


def _say_plan(call: Call) -> None:
    with call.writing() as (store, reader):
        from desktop.store.attachments import Vault
        from desktop.syncing.blobs import plan_files
        from desktop.syncing.once import plan_once

        plan = plan_once(store)
        files = plan_files(reader, Vault(store.profile))
    words = call.words
    document = {
        "bytes_up": plan.bytes_up,
        "bytes_down": plan.bytes_down,
        "changes_up": plan.changes_up,
        "changes_down": plan.changes_down,
        "files": files.up + files.down,
        "files_up": files.up,
        "files_down": files.down,
        "files_bytes_up": files.bytes_up,
        "files_bytes_down": files.bytes_down,
        "seconds": plan.seconds,
    }
    up, down = words.size(plan.bytes_up), words.size(plan.bytes_down)
    text = words.t("{up} up, about {down} down", up=up, down=down)
    if plan.seconds is not None:
        seconds = words.number(plan.seconds)
        text = words.t("{up} up, about {down} down, about {seconds} s", up=up, down=down, seconds=seconds)
    if files.up or files.down:
        text = f"{text}\n{_files_text(call, files)}"
    call.answer(document, lambda: text)


def _files_text(call: Call, files: FilesPlan) -> str:
    words = call.words
    return words.t(
        "Files: {up} to send ({size_up}), {down} to fetch ({size_down}), after the changes",
        up=words.number(files.up),
        size_up=words.size(files.bytes_up),
        down=words.number(files.down),
        size_down=words.size(files.bytes_down),
    )


def _repaired_text(call: Call, count: int) -> str:
    return call.words.n(
        "{count} record was not what the server has, and was put right.",
        "{count} records were not what the server has, and were put right.",
        count,
    )


def _teller(call: Call, reader: Reader) -> Any:
    """Says how far it is, after every answer of the server that is not the last."""

    def tell(progress: Progress) -> None:
        receipt, words = progress.receipt, call.words
        filling = progress.filling
        if progress.waiting:
            call.say(words.t("Connection cut; trying again."))
        elif filling is not None:
            share = words.percent(filling.done * 100 // filling.size if filling.size else 100)
            names = {state.id: state.name for state in reader.workspaces()}
            name = names.get(filling.workspace, "")
            call.say(words.t("Fetching {workspace}: {share}", workspace=name, share=share))
        elif receipt.requests > 1:
            call.say(
                words.t("{sent} sent, {received} received", sent=receipt.pushed, received=receipt.pulled)
            )

    return tell


def _receipt_text(call: Call, receipt: Receipt, document: dict[str, Any]) -> str:
    words = call.words
    lines = [
        words.t(
            "{sent} sent, {received} received ({up} up, {down} down).",
            sent=words.number(receipt.pushed),
            received=words.number(receipt.pulled),
            up=words.size(receipt.bytes_up),
            down=words.size(receipt.bytes_down),
        )
    ]
    if document["files_up"] or document["files_down"]:
        lines.append(
            words.t(
                "Files: {sent} sent, {received} received.",
                sent=words.number(document["files_up"]),
                received=words.number(document["files_down"]),
            )
        )
    if document["conflicts"]:
        lines.append(words.n("{count} needs a decision.", "{count} need a decision.", document["conflicts"]))
    if document["quarantined"]:
        lines.append(
            words.n("{count} was not accepted.", "{count} were not accepted.", document["quarantined"])
        )
    if document["unreceived"]:
        lines.append(
            words.n(
                "{count} change could not be taken in on this laptop; see quarantine.",
                "{count} changes could not be taken in on this laptop; see quarantine.",
                document["unreceived"],
            )
        )
    off = _clock_off(receipt)
    if off:
        from desktop.words.clock import clock_sentence

        lines.append(clock_sentence(words, off))
    if document["carried_waiting"]:
        from desktop.words.parcels import waiting_sentence

        lines.append(waiting_sentence(words, document["carried_waiting"]))
    return "\n".join(lines)
