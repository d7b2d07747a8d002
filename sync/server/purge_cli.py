"""The administrator's command that erases a record for good, and the list of what was erased."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sync.errors import DaftarError
from sync.server.answers import (
    Choices,
    Command,
    answer,
    office_of,
    say,
    shown_id,
    shown_time,
    workspace_document,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.blanking import Unread
    from sync.server.erasing import Erasing, Plan
    from sync.server.files import BlobStore
    from sync.server.office import Office
    from sync.server.storage.erasures import Erasure
    from sync.server.storage.people import Workspace

_FILES: Final = "DAFTAR_SERVER_FILES"


@click.command("purge", cls=Command)
@click.argument("kind", required=False)
@click.argument("record", metavar="[ID]", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record. Nothing of what it said.")
@click.option("--by", "who", default="", metavar="NAME", help="Who decided it. Without it, your login name.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--list", "lists", is_flag=True, help="List everything that was erased.")
@click.option("--finish", is_flag=True, help="Go on with what an earlier call could not finish.")
@click.option(
    "--again",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="FILE",
    help="Erase again what a list (--list --json) says, after an older backup was restored.",
)
@click.pass_obj
def purge(
    choices: Choices,
    *,
    kind: str | None,
    record: str | None,
    reason: str,
    who: str,
    dry_run: bool,
    lists: bool,
    finish: bool,
    again: Path | None,
) -> None:
    """Erase a record for good, with its comments, links, attachments and their files.

    What it said leaves the log, old history, snapshots, the quarantine, and the pages of the database; each
    laptop erases it at its next contact. It cannot be undone. Backups keep it until they are deleted.

    Example:
      daftar-server purge meeting 0192a1b2-... --reason "asked for by the person" --dry-run
      daftar-server purge --list --json
    """
    with office_of(choices) as office:
        erasing = _erasing(office)
        places = office.accounts.workspaces()
        # As on a laptop, a kind may be written with hyphens.
        kind = kind.replace("-", "_") if kind else None
        if lists:
            _list(choices, erasing, places)
        elif finish:
            ended = erasing.finish(places)
            left = [one for place in places for one in erasing.unread(place)]
            if left:
                raise _unfinished(left)
            _finish(choices, ended)
        elif again is not None:
            _again(choices, erasing, places, again)
        elif kind is None or record is None:
            raise click.UsageError("A kind and an id are needed, or --list, --finish or --again.")
        elif dry_run:
            plan = erasing.plan(kind, read_id(record))
            answer(choices, _plan_document(plan, erased=False), _plan_text(plan, erased=False))
        else:
            done = _erase(erasing, kind, read_id(record), who=who, reason=reason)
            if not done.whole:
                say(_plan_text(done, erased=True))
                raise _unfinished(done.unread)
            answer(choices, _plan_document(done, erased=True), _plan_text(done, erased=True))
        _warn_of_copies(office, choices)


def _unfinished(unread: Sequence[Unread]) -> DaftarError:
    """What a later version wrote cannot be blanked by this one, and is not thrown away either."""
    left = [one for one in unread if not one.emptied]
    changes = ", ".join(f"{one.first}-{one.last}" for one in left)
    return DaftarError("erasure_unfinished", reason=left[0].code, changes=changes)


def _erase(erasing: Erasing, kind: str, record: bytes, *, who: str, reason: str) -> Plan:
    return erasing.purge(kind, record, who=who or getpass.getuser(), reason=reason)


def read_id(text: str) -> bytes:
    """The id of a record as people write it; raises `usage`."""
    from sync.records.ids import parse_id

    try:
        return parse_id(text)
    except DaftarError as error:
        raise DaftarError("usage", text=f"“{text}” is no id of a record.") from error


def store_of(office: Office) -> BlobStore:
    """Where this server keeps files."""
    from sync.server.files import open_store

    return open_store(os.environ.get(_FILES) or None, folder=office.settings.files_folder)


def _erasing(office: Office) -> Erasing:
    from sync.server.erasing import Erasing

    begun = office.settings.begun_folder
    return Erasing(office.storage, store_of(office), clock=office.clock, begun=begun)


def _list(choices: Choices, erasing: Erasing, places: list[Workspace]) -> None:
    documents, lines = [], []
    for place in places:
        for row in erasing.erased(place):
            documents.append(_erasure_document(place, row))
            state = "" if row.finished else "  (not finished: run purge --finish)"
            lines.append(
                f"{shown_time(row.at)}  {place.name}  {row.kind} {shown_id(row.record)}"
                f"  by {row.who}: {row.reason}{state}"
            )
    answer(choices, {"erased": documents}, "\n".join(lines))


def _finish(choices: Choices, places: list[Workspace]) -> None:
    names = ", ".join(place.name for place in places)
    document = {"finished": [workspace_document(place) for place in places]}
    answer(choices, document, f"Finished: {names}." if names else "Nothing was left to do.")


def _again(choices: Choices, erasing: Erasing, places: list[Workspace], file: Path) -> None:
    """Only what is there again is erased; the rest is passed over."""
    done, known = [], {row.record for place in places for row in erasing.erased(place)}
    for row in _listed(file):
        record = read_id(str(row["id"]))
        if row["id"] != row["with"] or record in known:
            continue
        try:
            erased = _erase(erasing, str(row["kind"]), record, who=str(row["by"]), reason=str(row["reason"]))
        except DaftarError as error:
            if error.code != "record_unknown":
                raise
            continue
        done.append(_plan_document(erased, erased=True))
    answer(choices, {"erased": done}, f"Erased again: {len(done)}.")


def _listed(file: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["erased"]
        return [{key: row[key] for key in ("id", "kind", "with", "by", "reason")} for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DaftarError("usage", text=f"{file} is no list of purge --list --json.") from error


def _warn_of_copies(office: Office, choices: Choices) -> None:
    """Copies that an upgrade left beside the database are backups too."""
    copies = sorted(office.settings.data.glob("*.before-*")) if office.settings.data.is_dir() else []
    if copies and not choices.as_json:
        say("Copies from before upgrades may still hold it: " + ", ".join(map(str, copies)))


def _erasure_document(place: Workspace, row: Erasure) -> dict[str, object]:
    return {
        "workspace": workspace_document(place),
        "kind": row.kind,
        "id": shown_id(row.record),
        "with": shown_id(row.cause),
        "at": shown_time(row.at),
        "by": row.who,
        "reason": row.reason,
        "changes": row.changes,
        "finished": None if row.finished is None else shown_time(row.finished),
    }


def _plan_document(plan: Plan, *, erased: bool) -> dict[str, object]:
    return {
        "workspace": workspace_document(plan.workspace),
        "erased": erased,
        "records": [{"kind": kind, "id": shown_id(record)} for kind, record in plan.records],
        "changes": plan.changes,
        "refused": plan.refused,
        "files": plan.files,
        "left": dict(plan.left),
        "unread": [
            {
                "where": one.place,
                "first": one.first,
                "last": one.last,
                "code": one.code,
                "bytes": one.bytes,
                "emptied": one.emptied,
            }
            for one in plan.unread
        ],
        "unsure": [{"kind": kind, "id": shown_id(record)} for kind, record in plan.unsure],
    }


def _unread_text(one: Unread, *, erased: bool) -> str:
    whose = f" of {one.device:012x}" if one.device else ""
    what = f"  Not readable ({one.code}), {one.place}, changes {one.first} to {one.last}{whose}: "
    if not one.emptied:
        return what + "a later version wrote it. Upgrade the program, then run: purge --finish"
    if erased:
        return what + "emptied, because it may have spoken of the record."
    return what + "would be emptied. To keep what else it says, put it back first: mend --from BACKUP."


def _plan_text(plan: Plan, *, erased: bool) -> str:
    lines = [f"{plan.workspace.name}: {'erased' if erased else 'would be erased'}"]
    lines += [f"  {kind} {shown_id(record)}" for kind, record in plan.records]
    lines.append(f"  changes: {plan.changes}, in quarantine: {plan.refused}, files: {plan.files}")
    if plan.left:
        named = ", ".join(f"{kind}: {count}" for kind, count in plan.left.items())
        lines.append(f"  These point to it and stay; what they say is not looked at: {named}")
    lines += [_unread_text(one, erased=erased) for one in plan.unread]
    lines += [
        f"  {kind} {shown_id(record)} cannot be read. If it belonged to the record, erase it too."
        for kind, record in plan.unsure
    ]
    return "\n".join(lines)
