"""The values that need a decision: which they are, deciding, and opening a decision again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from sync.changes import Change, Edit
    from sync.merge import Conflict, RecordState

_YES = ("delete", "deleted", "true", "yes", "1")
_NO = ("keep", "kept", "false", "no", "0")


@click.command("conflicts", cls=Command)
@click.option("--workspace", "-w", metavar="W", help="Only those of this workspace.")
@click.pass_obj
def conflicts_command(call: Call, workspace: str | None) -> None:
    """List what two people changed without having seen each other's change.

    Nothing is lost: every value stands here until somebody decides. With --json an array: id, kind, record,
    workspace, title, field, base (the value before, null where it is not known any more) and values, each
    with value, author, author_id, device, at and shown (what everybody sees until it is decided). The field
    `deleted` asks whether the record goes (true) or stays (false).

    \b
    Example:
      daftar conflicts --json
    """
    with call.reading() as reader:
        from desktop.cli.names import workspaces_chosen
        from desktop.cli.showing import short

        found = reader.conflicts(workspaces=workspaces_chosen(reader, workspace))
        documents = [_document(reader, conflict) for conflict in found]
        blocks = [call.words.t("Nothing needs a decision.")] if not documents else []
        for entry in documents:
            head = f"{entry['id']}  {entry['kind']} {entry['title']}  {entry['field']}"
            lines = [
                f"  {place}  {short(value['value'])}  {value['author'] or value['author_id']}  {value['at']}"
                for place, value in enumerate(entry["values"], 1)
            ]
            blocks.append("\n".join([head, *lines]))
        call.answer(documents, lambda: "\n".join(blocks))


def _document(reader: Reader, conflict: Conflict) -> dict[str, Any]:
    from desktop.cli.names import title_of
    from desktop.cli.showing import device_text, moment, shown_key
    from desktop.commands.ancestry import value_before
    from desktop.commands.decisions import options
    from desktop.store.lookup import people_by_account
    from sync.changes import DELETED
    from sync.records import id_text
    from sync.records.json import value_to_json

    names = people_by_account(reader)
    row = reader.get(conflict.kind, conflict.record)
    state = reader.state(conflict.kind, conflict.record)
    history = [change for change, _ in reader.history(conflict.kind, conflict.record)]
    heads = [head.id for head in conflict.heads]
    before = False if conflict.key == DELETED else value_before(history, heads, conflict.key).value
    return {
        "id": id_text(conflict.id),
        "kind": conflict.kind,
        "record": id_text(conflict.record),
        "workspace": id_text(conflict.workspace),
        "title": title_of(row),
        "field": shown_key(conflict.key),
        "base": value_to_json(before),
        "values": [
            {
                "value": value_to_json(option.value),
                "author": names.get(id_text(option.head.author)),
                "author_id": id_text(option.head.author),
                "device": device_text(option.head.id[0]),
                "at": moment(option.head.stamp),
                "shown": option.shown,
            }
            for option in options(conflict, state)
        ],
    }


@click.command("decide", cls=Command)
@click.argument("conflict")
@click.option("--take", type=int, metavar="N", help="The N-th of the listed values, counted from 1.")
@click.option("--value", "typed", metavar="V", help="Another value; for `deleted`: delete or keep.")
@click.pass_obj
def decide_command(call: Call, conflict: str, take: int | None, typed: str | None) -> None:
    """Decide between values. The decision is a change that everybody gets, and it can be undone.

    If the values have changed since they were listed, the answer is `conflict_changed`: look again.
    With --json {"id": the record, "field": …, "value": …}.

    \b
    Examples:
      daftar decide 9a3b27c1 --take 2
      daftar decide 9a3b27c1 --value 2026-04-15
      daftar decide 51c0de22 --value keep
    """
    if (take is None) == (typed is None):
        raise click.UsageError("give --take N or --value V")
    with call.writing() as (store, reader):
        from desktop.cli.showing import shown_key
        from desktop.cli.writing import submit
        from desktop.commands import decisions, labels
        from sync.records import id_text
        from sync.records.json import value_to_json

        found = _conflict_named(reader, conflict)
        state = reader.state(found.kind, found.record)
        if take is not None:
            edits = decisions.take(found, state, take - 1)
        else:
            edits = _with_value(call, reader, found, state, str(typed))
        submit(store, reader, edits, label=labels.DECIDE, rows=[reader.get(found.kind, found.record)])
        value = next(iter(edits[0].writes.values()))
        document = {
            "id": id_text(found.record),
            "field": shown_key(found.key),
            "value": bool(value) if found.key == "deleted" else value_to_json(value),
        }
        call.answer(document, lambda: call.words.t("Decided."))


def _conflict_named(reader: Reader, text: str) -> Conflict:
    from desktop.cli.names import NotUniqueError
    from desktop.store.lookup import find_conflict, looks_like_id
    from sync.errors import DaftarError
    from sync.records import id_text

    if not looks_like_id(text):
        raise DaftarError("not_an_id", typed=text[:80])
    ids = find_conflict(reader, text)
    if len(ids) > 1:
        raise NotUniqueError(text, [(id_text(identity), "") for identity in ids])
    found = [conflict for conflict in reader.conflicts() if conflict.id in ids]
    if not found:
        raise DaftarError("conflict_changed")
    return found[0]


def _with_value(call: Call, reader: Reader, conflict: Conflict, state: RecordState, typed: str) -> list[Edit]:
    from desktop.cli.typed import Entry, Typist
    from desktop.commands import decisions
    from sync.changes import DELETED
    from sync.records import KINDS, FieldProblem

    kind = KINDS[conflict.kind]
    if conflict.key == DELETED:
        word = typed.strip().lower()
        if word not in _YES + _NO:
            from desktop.commands.problems import insist

            insist([FieldProblem("not_yes_or_no", DELETED, typed)])
        return decisions.write(conflict, state, kind, word in _YES)
    name, keyed, key = conflict.key.partition("/")
    typist = Typist(reader, wordings=call.wordings, workspace=conflict.workspace)
    values = typist.values(kind, [Entry(name, "=", typed, key if keyed else None)])
    value = values[name].get(key) if keyed else values[name]
    return decisions.write(conflict, state, kind, value)


@click.command("reopen", cls=Command)
@click.argument("conflict")
@click.pass_obj
def reopen_command(call: Call, conflict: str) -> None:
    """Open a decision again: the values stand beside each other as they did before.

    CONFLICT is the id that was given to `decide`. Not possible where the value was changed since.
    With --json {"id": the record, "field": …}.

    \b
    Example:
      daftar reopen 9a3b27c1
    """
    with call.writing() as (store, reader):
        from desktop.cli.showing import shown_key
        from desktop.cli.writing import submit
        from desktop.commands import decisions, labels
        from sync.records import id_text

        decision, history = _decision_named(reader, conflict)
        change = decision.change
        state = reader.state(change.kind, change.record)
        edits = decisions.reopen(decision, history, state)
        submit(store, reader, edits, label=labels.REOPEN, rows=[reader.get(change.kind, change.record)])
        document = {"id": id_text(change.record), "field": shown_key(decision.key)}
        call.answer(document, lambda: call.words.t("Open again."))


def _decision_named(reader: Reader, text: str) -> tuple[Any, list[Change]]:
    """The newest decision of a conflict, with the history of its record."""
    from desktop.commands.decisions import decisions_in
    from desktop.store.lookup import changed_records, looks_like_id
    from sync.errors import DaftarError

    if not looks_like_id(text):
        raise DaftarError("not_an_id", typed=text[:80])
    digits = text.strip().lower().replace("-", "")
    for kind, record in changed_records(reader):
        history = [change for change, _ in reader.history(kind, record) if not change.hole]
        for decision in reversed(decisions_in(history)):
            if decision.conflict.hex().startswith(digits):
                return decision, history
    raise DaftarError("decision_missing")
