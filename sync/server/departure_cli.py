"""The administrator's commands for what lost its access: people who leave, and the quarantine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync.errors import DaftarError
from sync.server.answers import (
    Choices,
    Command,
    Group,
    answer,
    office_of,
    say,
    shown_id,
    shown_time,
    workspace_document,
)

if TYPE_CHECKING:
    from sync.server.office import Office
    from sync.server.quarantine import Held, HeldFrame, Outcome
    from sync.server.storage.people import Person, Workspace


@click.command("show", cls=Command)
@click.argument("who", metavar="PERSON")
@click.pass_obj
def person_show(choices: Choices, who: str) -> None:
    """Show a person: roles, laptops, and which of them have erased what the person may no longer read.

    Example:
      daftar-server person show "Amina Hassan"
    """
    with office_of(choices) as office:
        document = _person_document(office, office.accounts.person(who))
    answer(choices, document, _person_text(document))


@click.command("leave", cls=Command)
@click.argument("who", metavar="PERSON")
@click.pass_obj
def person_leave(choices: Choices, who: str) -> None:
    """End everything of a person who leaves: every access, every laptop, every code that was not used.

    At its next contact each laptop hands in what was not sent, which the coordinators find in quarantine,
    and erases itself. The person's name stays on what he or she wrote.

    Example:
      daftar-server person leave "Amina Hassan"
    """
    with office_of(choices) as office:
        person = office.accounts.person(who)
        office.accounts.end(person)
        for laptop in office.enrolment.laptops():
            if laptop.installation.person_id == person.id and laptop.installation.revoked_at is None:
                office.enrolment.revoke(laptop)
        document = _person_document(office, person)
    answer(choices, document, f"{person.name} has left. Laptops: {len(document['laptops'])}.")


def _person_document(office: Office, person: Person) -> dict[str, Any]:
    places = {row.id: row for row in office.accounts.workspaces()}
    access = []
    for row in office.accounts.accesses(person):
        place = places[row.workspace_id]
        purged = office.accounts.purges(person, place)
        access.append(
            {
                "workspace": workspace_document(place),
                "role": None if row.role == "none" else row.role,
                "epoch": row.epoch,
                "erased": {
                    shown_id(laptop): None if at is None else shown_time(at) for laptop, at in purged.items()
                },
            }
        )
    laptops = [one for one in office.enrolment.laptops() if one.installation.person_id == person.id]
    return {
        "id": shown_id(person.id),
        "name": person.name,
        "access": access,
        "laptops": [
            {
                "id": shown_id(one.installation.id),
                "name": one.installation.name,
                "seen": None if one.installation.seen is None else shown_time(one.installation.seen),
                "revoked": None
                if one.installation.revoked_at is None
                else shown_time(one.installation.revoked_at),
            }
            for one in laptops
        ],
    }


def _person_text(document: dict[str, Any]) -> str:
    names = {one["id"]: one["name"] for one in document["laptops"]}
    lines = [f"{document['id']}  {document['name']}"]
    for row in document["access"]:
        lines.append(f"  {row['workspace']['name']}: {row['role'] or 'no access any more'}")
        if row["role"] is None:
            lines += [
                f"    {names[laptop]}: {'erased ' + at if at else 'not erased yet'}"
                for laptop, at in row["erased"].items()
            ]
    for one in document["laptops"]:
        state = f"revoked {one['revoked']}" if one["revoked"] else f"seen {one['seen'] or 'never'}"
        lines.append(f"  laptop {one['name']}: {state}")
    return "\n".join(lines)


@click.group("quarantine", cls=Group)
def quarantine() -> None:
    """Changes that were not accepted: from people whose access ended, or against a rule."""


@quarantine.command("list")
@click.argument("where", metavar="WORKSPACE", required=False)
@click.option("--released", is_flag=True, help="Also those that were decided: released or discarded.")
@click.pass_obj
def quarantine_list(choices: Choices, where: str | None, released: bool) -> None:  # noqa: FBT001 - an option
    """List what is in quarantine, oldest first: id, why, who, when, and which record.

    With --json also `frames`: what laptops sent and nobody could read, with code, person, laptop and size.

    Example:
      daftar-server quarantine list
      daftar-server quarantine list "Jordan" --json
    """
    with office_of(choices) as office:
        documents = [
            document
            for place in _places(office, where)
            for document in _documents(office, place, released=released)
        ]
        frames = [
            _frame_document(each, place)
            for place in _places(office, where)
            for each in office.quarantine.unread(place.id)
        ]
    lines = [_line(each) for each in documents]
    lines += [
        f"{each['id']}  {each['code']}  {each['workspace']['name']}  {each['person']}  {each['received']}"
        f"  {each['bytes']} bytes nobody can read"
        for each in frames
    ]
    document = {"quarantine": documents, "frames": frames}
    answer(choices, document, "\n".join(lines) or "Nothing is in quarantine.")


@quarantine.command("show")
@click.argument("where", metavar="WORKSPACE")
@click.argument("change", metavar="ID")
@click.pass_obj
def quarantine_show(choices: Choices, where: str, change: str) -> None:
    """Show one change with everything that was typed.

    Example:
      daftar-server quarantine show "Jordan" 3f00a1c29d10-17
    """
    with office_of(choices) as office:
        place = office.accounts.workspace(where)
        found = [each for each in _documents(office, place, released=True) if each["id"] == change.lower()]
    if not found:
        raise DaftarError("not_in_quarantine", id=change[:80])
    lines = [_line(found[0]), *[f"  {name}: {value}" for name, value in found[0]["fields"].items()]]
    answer(choices, found[0], "\n".join(lines))


@quarantine.command("release")
@click.argument("where", metavar="WORKSPACE")
@click.argument("changes", metavar="[ID]…", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that may be released.")
@click.option("--person", metavar="PERSON", help="With --all: only what this person sent.")
@click.pass_obj
def quarantine_release(
    choices: Choices,
    where: str,
    changes: Sequence[str],
    everything: bool,  # noqa: FBT001 - an option
    person: str | None,
) -> None:
    """Let changes in, as a decision of the coordinator's, under the names of their authors.

    Where somebody has changed the same thing since, people are asked, as between any two changes. What is
    wrong in itself, such as a date that is none, stays where it is.

    Example:
      daftar-server quarantine release "Jordan" 3f00a1c29d10-17
      daftar-server quarantine release "Jordan" --all --person "Amina Hassan"
    """
    if bool(changes) == everything or (person and not everything):
        raise click.UsageError("give ids, or --all with or without --person")
    from sync.server.quarantine import ADMINISTRATION, read_change

    with office_of(choices) as office:
        place = office.accounts.workspace(where)
        ids = [read_change(each) for each in changes]
        if everything:
            name = office.accounts.person(person).name if person else None
            held = office.quarantine.held(place.id)
            ids = [one.change.id for one in held if one.waits and name in (None, one.person)]
        done = office.quarantine.release(place.id, ids, by=ADMINISTRATION)
    _answer_release(choices, done)


def _answer_release(choices: Choices, done: Outcome) -> None:
    from sync.server.quarantine import change_text

    refused = [{"id": change_text(one), "code": code} for one, code in done.refused]
    document = {"released": [change_text(one) for one in done.released], "refused": refused}
    for each in refused:
        say(f"{each['id']} was not released: {each['code']}")
    if refused and not done.released:
        raise DaftarError("nothing_released", reason=refused[0]["code"])
    answer(choices, document, f"{len(done.released)} released.")


@quarantine.command("discard")
@click.argument("where", metavar="WORKSPACE")
@click.argument("changes", metavar="ID…", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; the laptop that sent it shows this.")
@click.pass_obj
def quarantine_discard(choices: Choices, where: str, changes: Sequence[str], reason: str) -> None:
    """Decide that changes are never let in, and say why.

    They leave the list of what waits and stay here as what was once refused. The laptop that sent one learns
    it with its next sync, and keeps what was typed until somebody takes it off the list there.

    Example:
      daftar-server quarantine discard "Jordan" 3f00a1c29d10-17 --reason "Entered twice by mistake"
    """
    from sync.server.discarding import Discarding
    from sync.server.quarantine import ADMINISTRATION, change_text, read_change

    with office_of(choices) as office:
        place = office.accounts.workspace(where)
        use = Discarding(office.storage, clock=office.clock)
        ids = [read_change(each) for each in changes]
        done = use.discard(place.id, ids, by=ADMINISTRATION, reason=reason)
    refused = [{"id": change_text(one), "code": code} for one, code in done.refused]
    for each in refused:
        say(f"{each['id']} was not discarded: {each['code']}")
    if refused and not done.released:
        raise DaftarError("nothing_discarded", reason=refused[0]["code"])
    document = {"discarded": [change_text(one) for one in done.released], "refused": refused}
    answer(choices, document, f"{len(done.released)} discarded.")


@quarantine.command("export")
@click.argument("where", metavar="WORKSPACE")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def quarantine_export(choices: Choices, where: str, file: Path) -> None:
    """Write everything that is in quarantine into a JSON file, for whoever has to read it elsewhere.

    Example:
      daftar-server quarantine export "Jordan" jordan.json
    """
    if file.exists():
        raise DaftarError("file_exists", path=str(file))
    with office_of(choices) as office:
        place = office.accounts.workspace(where)
        documents = _documents(office, place, released=True)
    text = json.dumps({"workspace": workspace_document(place), "quarantine": documents}, ensure_ascii=False)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise DaftarError("cannot_write", path=str(file), reason=error.strerror or "") from error
    answer(choices, {"file": str(file), "changes": len(documents)}, f"{file}: {len(documents)} changes")


def _places(office: Office, where: str | None) -> list[Workspace]:
    return office.accounts.workspaces() if where is None else [office.accounts.workspace(where)]


def _documents(office: Office, place: Workspace, *, released: bool) -> list[dict[str, Any]]:
    held = office.quarantine.held(place.id)
    return [_document(one, place) for one in held if released or one.waits]


def _document(one: Held, place: Workspace) -> dict[str, Any]:
    from sync.clock import stamp_ms
    from sync.server.quarantine import change_text, shown_writes, what

    change = one.change
    return {
        "id": change_text(change.id),
        "workspace": workspace_document(place),
        "code": one.code,
        "person": one.person or None,
        "laptop": one.laptop or None,
        "author": shown_id(change.author),
        "kind": change.kind,
        "record": shown_id(change.record),
        "what": what(change),
        "at": shown_time(stamp_ms(change.stamp)),
        "received": shown_time(one.received),
        "released": None if one.release is None else shown_time(one.release.at),
        "discarded": None
        if one.discard is None
        else {"at": shown_time(one.discard.at), "reason": one.discard.reason},
        "fields": shown_writes(change),
    }


def _frame_document(one: HeldFrame, place: Workspace) -> dict[str, Any]:
    from sync.server.quarantine import change_text

    return {
        "id": change_text((one.row.device, one.row.first_dseq)),
        "workspace": workspace_document(place),
        "code": one.row.code,
        "person": one.person or None,
        "laptop": one.laptop or None,
        "received": shown_time(one.row.received),
        "bytes": len(one.row.frame),
    }


def _line(entry: dict[str, Any]) -> str:
    state = f"released {entry['released']}" if entry["released"] else entry["code"]
    if entry["discarded"]:
        state = f"discarded {entry['discarded']['at']} ({entry['discarded']['reason']})"
    parts = (
        entry["id"],
        state,
        entry["workspace"]["name"],
        entry["person"] or entry["author"],
        entry["at"],
        entry["what"],
        entry["kind"],
        entry["record"],
    )
    return "  ".join(parts)
