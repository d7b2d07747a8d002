"""What the server did not accept: one's own changes, and for coordinators those of colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command
from desktop.cli.printing import t

if TYPE_CHECKING:
    from desktop.store.aside import Unreceived
    from desktop.store.outbox import Refused
    from desktop.store.reader import Reader
    from desktop.syncing.quarantine import Held


@click.command("quarantine", cls=Command)
@click.option("--everybody", is_flag=True, help="For coordinators: what the server holds of everybody.")
@click.option("--workspace", "-w", metavar="W", help="With --everybody: only of this workspace.")
@click.option("--release", "released", metavar="ID", multiple=True, help="Let a held change in; repeatable.")
@click.option("--discard", "discarded", metavar="ID", multiple=True, help="Never let a held change in.")
@click.option("--reason", default="", help="With --discard: why; whoever typed it reads this.")
@click.pass_obj
def quarantine_command(
    call: Call,
    everybody: bool,
    workspace: str | None,
    released: tuple[str, ...],
    *,
    discarded: tuple[str, ...],
    reason: str,
) -> None:
    """List the changes that the server did not accept, with what was typed.

    Nothing of it is lost: it stays here until it is typed again or put aside in the window. Changes of
    colleagues that this laptop could not take in are listed too (code `set_aside`): they are tried again at
    every start, so an update helps, or `check --repair`. With --json an array: workspace, kind, record, code,
    message, at, what (create, edit, delete, restore), fields, cause (of `set_aside`: a code, else null),
    person (of `set_aside`: who wrote it, else null), and outcome (released, discarded, or null) with
    outcome_reason: what a coordinator decided about an own change since.

    A coordinator sees with --everybody what the server holds of all people, those included whose access has
    ended; that needs a connection, and each entry also has id, person, laptop, received and released. With
    --release ID, or several, such changes are let in under the names of their authors, and come to everybody
    with the next sync: an object with released (how many) and refused (id, code). With --discard ID and
    --reason it is decided that they are not: an object with discarded (how many) and refused.

    \b
    Examples:
      daftar quarantine --json
      daftar quarantine --everybody --workspace Jordan
      daftar quarantine --release 3f00a1c29d10-17 --workspace Jordan
    """
    if released or discarded:
        _decide(call, workspace, [*released, *discarded], reason=reason, letting_in=bool(released))
        return
    if everybody or workspace is not None:
        _list_everybody(call, workspace)
        return
    with call.reading() as reader:
        from desktop.cli.showing import short
        from desktop.store.aside import unreceived_changes
        from desktop.store.outbox import refused_changes

        documents = [
            {**_refused_document(call, refused), "cause": None, "person": None}
            for refused in refused_changes(reader)
        ]
        documents += [_unreceived_document(call, one) for one in unreceived_changes(reader)]
        lines = [
            [
                entry["kind"] or "",
                entry["record"] or "",
                _reason(call, entry),
                short(entry["fields"]),
            ]
            for entry in documents
        ]
        text = call.table([t("Kind"), "id", t("Why"), t("Fields")], lines)
        call.answer(documents, lambda: text if documents else call.words.t("Everything was accepted."))


def _reason(call: Call, entry: Mapping[str, Any]) -> str:
    from desktop.words.messages import outcome_text

    decided = outcome_text(call.words, entry["outcome"] or "", entry["outcome_reason"] or "")
    return " ".join(part for part in (entry["message"], decided) if part)


def _refused_document(call: Call, refused: Refused) -> dict[str, Any]:
    from desktop.cli.showing import moment, written_fields
    from desktop.words.messages import explain
    from sync.errors import DaftarError
    from sync.records import KINDS, id_text

    return {
        "workspace": id_text(refused.workspace),
        "kind": refused.kind or None,
        "record": id_text(refused.record) if refused.record else None,
        "code": refused.code,
        "message": explain(call.words, DaftarError(refused.code)),
        "at": moment(refused.stamp) if refused.stamp else None,
        "what": _what(refused.writes, create=refused.create),
        "fields": written_fields(KINDS.get(refused.kind), refused.writes, create=refused.create),
        "outcome": refused.outcome or None,
        "outcome_reason": refused.why or None,
    }


def _unreceived_document(call: Call, one: Unreceived) -> dict[str, Any]:
    from desktop.cli.showing import written_fields
    from desktop.store.outbox import Refused
    from desktop.store.verify import SET_ASIDE
    from sync.errors import DaftarError
    from sync.records import KINDS

    code = one.code if one.is_frame else SET_ASIDE
    known = Refused(one.workspace, 0, code, one.kind, one.record, {}, one.create, one.stamp)
    try:
        fields = written_fields(KINDS.get(one.kind), one.writes, create=one.create)
    except DaftarError:
        # What could not be taken in cannot always be read either.
        fields = {}
    what = _what(one.writes, create=one.create) if one.writes else None
    return {
        **_refused_document(call, known),
        "what": what,
        "fields": fields,
        "cause": one.code,
        "person": one.person or None,
    }


def _what(writes: Mapping[str, Any], *, create: bool) -> str:
    """`create`, `edit`, `delete` or `restore`."""
    from sync.changes import DELETED

    if create:
        return "create"
    if DELETED not in writes:
        return "edit"
    return "delete" if writes[DELETED] else "restore"


def _list_everybody(call: Call, workspace: str | None) -> None:
    with call.reading() as reader:
        from desktop.cli.showing import short
        from desktop.syncing.joined import read_joined
        from desktop.syncing.quarantine import coordinated, held_changes

        places = [
            state for state in coordinated(reader.workspaces()) if _is_meant(reader, state.id, workspace)
        ]
        if not places:
            from sync.errors import DaftarError

            raise DaftarError("needs_coordinator")
        documents = [_held_document(call, held) for held in held_changes(read_joined(reader), places)]
        lines = [
            [
                entry["id"],
                entry["person"],
                entry["at"],
                entry["kind"],
                entry["message"],
                short(entry["fields"]),
            ]
            for entry in documents
            if entry["released"] is None
        ]
        text = call.table(["id", t("Who"), t("When"), t("Kind"), t("Why"), t("Fields")], lines)
        call.answer(documents, lambda: text if lines else call.words.t("Everything was accepted."))


def _is_meant(reader: Reader, identity: bytes, workspace: str | None) -> bool:
    from desktop.cli.names import workspace_named

    return workspace is None or workspace_named(reader, workspace).id == identity


def _decide(call: Call, workspace: str | None, ids: Sequence[str], *, reason: str, letting_in: bool) -> None:
    """Let changes in, or decide that they are not."""
    with call.reading() as reader:
        from desktop.cli.names import only_workspace, workspace_named
        from desktop.syncing.joined import read_joined
        from desktop.syncing.quarantine import coordinated, discard, read_id, release
        from desktop.words.messages import explain
        from sync.errors import DaftarError

        state = only_workspace(reader) if workspace is None else workspace_named(reader, workspace)
        if not coordinated([state]):
            raise DaftarError("needs_coordinator")
        joined, chosen = read_joined(reader), [read_id(each) for each in ids]
        answer = release(joined, state, chosen) if letting_in else discard(joined, state, chosen, reason)
        refused = [{"id": f"{device:012x}-{dseq}", "code": code} for device, dseq, code in answer.refused]
        for each in refused:
            call.say(f"{each['id']}: {explain(call.words, DaftarError(each['code']))}")
        name, count, words = "released" if letting_in else "discarded", answer.released, call.words
        text = words.n("{count} was let in.", "{count} were let in.", count)
        if not letting_in:
            text = words.n("{count} was discarded.", "{count} were discarded.", count)
        call.answer({name: count, "refused": refused}, lambda: text)
        if refused and not answer.released:
            raise SystemExit(1)


def _held_document(call: Call, held: Held) -> dict[str, Any]:
    from desktop.cli.showing import moment, written_fields
    from desktop.store.outbox import Refused
    from sync.errors import DaftarError
    from sync.records import KINDS

    change = held.change
    known = Refused(
        held.workspace.id, change.dseq, held.code, change.kind, change.record, {}, change.create, change.stamp
    )
    document = _refused_document(call, known)
    try:
        fields = written_fields(KINDS.get(change.kind), change.writes, create=change.create)
    except DaftarError:
        # A long text that stands on another change which is held too.
        fields = {}
    return {
        "id": held.id,
        "person": held.person,
        "laptop": held.laptop,
        **document,
        "what": _what(change.writes, create=change.create),
        "fields": fields,
        "received": moment(held.received_ms << 16),
        "released": moment(held.released_ms << 16) if held.released_ms else None,
    }
