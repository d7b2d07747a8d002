"""The administrator's command that puts back what the server's disk has damaged."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from sync.errors import DaftarError
from sync.server.answers import Choices, Command, answer, office_of, say, shown_id, workspace_document
from sync.server.wording import message

if TYPE_CHECKING:
    from sync.server.mending import Damaged, Report


@click.command("mend", cls=Command)
@click.option(
    "--from", "source", metavar="BACKUP", help="A file that `backup` wrote, or postgresql://…/COPY."
)
@click.option("--workspace", "where", metavar="WORKSPACE", help="Only this one.")
@click.option("--dry-run", is_flag=True, help="Only say what is damaged, and what would be put back.")
@click.pass_obj
def mend(choices: Choices, *, source: str | None, where: str | None, dry_run: bool) -> None:
    """Look for what the disk has damaged, and put it back.

    Records are folded anew from the log. Damaged frames of the log, of old history and of the quarantine come
    back from a backup, where their hashes or the chains of the laptops prove that they are what stood there.
    What can be read is never overwritten, and what was erased for good stays erased. The server may run.

    BACKUP is a file that `daftar-server backup` wrote, or the address of a PostgreSQL database into which one
    was restored. It is only read.

    Example:
      daftar-server mend --dry-run
      daftar-server mend --from /backup/daftar-monday.sqlite3
    """
    from sync.server.mending import Mending, opened

    with office_of(choices) as office:
        places = [office.accounts.workspace(where)] if where else office.accounts.workspaces()
        with opened(source, beside=office.storage) if source else nullcontext() as backup:
            mending = Mending(office.storage, clock=office.clock, backup=backup)
            reports = [mending.look(place) if dry_run else mending.mend(place) for place in places]
    document = {
        "written": not dry_run,
        "mended": [_document(report, one) for report in reports for one in report.mended],
        "left": [_document(report, one) for report in reports for one in report.left],
    }
    lines = [_line(report, one) for report in reports for one in (*report.mended, *report.left)]
    answer(choices, document, "\n".join(lines) or "Nothing is damaged.")
    left = sum(len(report.left) for report in reports)
    if left and not dry_run:
        say(message(DaftarError("damage_left", count=left)))
        raise SystemExit(1)


def _document(report: Report, one: Damaged) -> dict[str, object]:
    return {
        "workspace": workspace_document(report.workspace),
        "where": one.where,
        "code": one.code,
        "first": one.first or None,
        "last": one.last or None,
        "device": f"{one.device:012x}" if one.device else None,
        "kind": one.kind or None,
        "id": shown_id(one.record) if one.record else None,
        "by": one.by or None,
        "why": one.why or None,
    }


_WHY = {
    "no_backup": "give a backup with --from",
    "absent": "the backup does not have it whole; try an older or a younger one",
    "unproven": "nothing proves that the backup has the same; try another one",
}


def _line(report: Report, one: Damaged) -> str:
    what = f"{report.workspace.name}  {one.where}"
    if one.where == "digest":
        return f"{what}: the records do not add up, and none of them is damaged. Restore the database."
    if one.device:
        what += f" {one.device:012x}-{one.first}"
    elif one.first:
        what += f" {one.first}-{one.last}"
    elif one.kind:
        what += f" {one.kind} {shown_id(one.record)}"
    if not one.by:
        return f"{what}  ({one.code})  left: {_WHY.get(one.why, one.why)}"
    return f"{what}  ({one.code})  {'put back' if report.written else 'would be put back'} from the {one.by}"
