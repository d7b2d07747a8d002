"""Commands that write records. Nothing is saved unless everything can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from desktop.cli.call import Call
from desktop.cli.line import Command

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from desktop.store.rows import Row
    from desktop.store.store import Store
    from sync.changes import Edit
    from sync.records import Kind


def submit(
    store: Store, reader: Reader, edits: Sequence[Edit], *, label: str, rows: Sequence[Row] = ()
) -> None:
    """Check what the role allows, then save under one label and one undo."""
    from desktop.cli.names import NO_ROLE
    from desktop.commands.access import insist_may

    roles = {state.id: state.role for state in reader.workspaces()}
    known = {row.id: row.values for row in rows}
    for edit in edits:
        insist_may(edit, role=roles.get(edit.workspace, NO_ROLE), values=known.get(edit.record, {}))
    if edits:
        store.submit(edits, label=label).result()


@click.command("add", cls=Command)
@click.argument("kind")
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]…")
@click.option(
    "--from", "source", metavar="FILE", help="A JSON object, or a list of them; - reads standard input."
)
@click.option(
    "--workspace", "-w", metavar="W", help="Where it lies, by name or id; not needed if there is only one."
)
@click.pass_obj
def add_command(
    call: Call, kind: str, fields: tuple[str, ...], source: str | None, workspace: str | None
) -> None:
    """Add a record, or many.

    Values are written as people write them: dates as 2026-03-05 or 05/03/2026, numbers with a dot, choices
    by code or label, references by id or by a name that only one record of the workspace has, sets
    separated by commas or as a JSON list, tables cell by cell (cells.F|15-24=12) or as a JSON object.

    Of a list either every record is saved or none; what is wrong is named by record and field. Prints the
    new id; with --json {"id": …}, for a list {"ids": […]}.

    \b
    Examples:
      daftar add activity title="Train trainers" start=2026-03-01 end=2026-03-12 tags=training,irbid
      daftar add value indicator=1.1.a period=2026-Q1 cells.F|15-24=112 cells.M|15-24=98
      daftar add person --from people.json --workspace Jordan --json
    """
    from desktop.cli.documents import read_documents

    if source is not None and fields:
        raise click.UsageError("FIELD=VALUE and --from exclude each other")
    given = None if source is None else read_documents(source)
    with call.writing() as (store, reader):
        from desktop.cli.documents import Additions
        from desktop.cli.names import kind_named
        from desktop.cli.typed import split_entries
        from desktop.commands import labels
        from sync.records import id_text

        declared = kind_named(kind)
        additions = Additions(reader, new_id=store.new_id, workspace=workspace, wordings=call.wordings)
        if given is None:
            edits = [additions.one(declared, split_entries(fields))]
        else:
            edits = additions.many(declared, given)
        many = given is not None and given.many
        submit(store, reader, edits, label=labels.ADD_MANY if len(edits) > 1 else labels.ADD)
        ids = [id_text(edit.record) for edit in edits]
        call.answer({"ids": ids} if many else {"id": ids[0]}, lambda: "\n".join(ids))


@click.command("set", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.pass_obj
def set_command(call: Call, kind: str, record: str, fields: tuple[str, ...]) -> None:
    """Change fields of a record.

    FIELD= empties a field. FIELD+=a,b and FIELD-=a add and take members of a set; cells.KEY=12 sets one cell
    of a table and cells={"F|15-24": 12} the whole table. Members and cells are changed one by one, so that
    other people's stay. With --json {"id": …, "changed": [fields that differ from before]}.

    \b
    Examples:
      daftar set activity 3f1c9a07 progress=40 status=ongoing
      daftar set activity 3f1c9a07 quarters+=2026-Q3 tags-=urgent delay_reason=
      daftar set value 77aa0c12 "cells.F|15-24=120"
    """
    with call.writing() as (store, reader):
        from desktop.cli.names import kind_named, record_named
        from desktop.cli.typed import Typist, split_entries
        from desktop.commands import labels, records
        from sync.changes import base_field
        from sync.records import Merge, id_text

        declared = kind_named(kind)
        row = record_named(reader, declared, record)
        typist = Typist(reader, wordings=call.wordings, workspace=row.workspace)
        values = typist.values(declared, split_entries(fields), row)
        long = any(declared.fields[name].merge is Merge.TEXT for name in values)
        texts = reader.state(row.kind, row.id).texts if long else records.NO_TEXTS
        edits = records.change(declared, row, values, texts=texts)
        submit(store, reader, edits, label=labels.CHANGE, rows=[row])
        changed = sorted({base_field(key) for edit in edits for key in edit.writes})
        call.answer({"id": id_text(row.id), "changed": changed}, lambda: _changes(call, changed))


def _changes(call: Call, changed: Sequence[str]) -> str:
    return call.words.join(list(changed)) if changed else call.words.t("Nothing was different.")


@click.command("delete", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.pass_obj
def delete_command(call: Call, kind: str, record: str) -> None:
    """Delete a record. It can be brought back with `restore`, here or on any other laptop.

    If somebody changed the record meanwhile, without having seen the delete, people are asked.

    \b
    Example:
      daftar delete activity 3f1c9a07
    """
    _delete_or_restore(call, kind, record, delete=True)


@click.command("restore", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.pass_obj
def restore_command(call: Call, kind: str, record: str) -> None:
    """Bring a deleted record back.

    \b
    Example:
      daftar restore activity 3f1c9a07
    """
    _delete_or_restore(call, kind, record, delete=False)


def _delete_or_restore(call: Call, kind: str, record: str, *, delete: bool) -> None:
    with call.writing() as (store, reader):
        from desktop.cli.names import kind_named, record_named
        from desktop.commands import labels, records
        from sync.records import id_text

        declared: Kind = kind_named(kind)
        row = record_named(reader, declared, record)
        edits = records.remove(declared, row) if delete else records.restore(declared, row)
        submit(store, reader, edits, label=labels.REMOVE if delete else labels.RESTORE, rows=[row])
        document = {"id": id_text(row.id), "deleted": delete}
        call.answer(document, lambda: call.words.t("Deleted.") if delete else call.words.t("Restored."))


@click.command("undo", cls=Command)
@click.option("--insist", is_flag=True, help="Also where somebody changed the same thing since.")
@click.pass_obj
def undo_command(call: Call, insist: bool) -> None:
    """Take the last command of this laptop back, whether it was typed here or clicked in the window.

    Undoing is a change of its own, so others see it too. A decision that is undone stands open again.
    With --json {"undone": what it was}.

    \b
    Example:
      daftar undo
    """
    with call.writing() as (store, _):
        label = store.undo(insist=insist).result()
        call.answer({"undone": label}, lambda: call.words.t("Undone: {what}", what=call.words.t(label)))


@click.command("redo", cls=Command)
@click.option("--insist", is_flag=True, help="Also where somebody changed the same thing since.")
@click.pass_obj
def redo_command(call: Call, insist: bool) -> None:
    """Do again what was undone last. With --json {"redone": what it was}.

    \b
    Example:
      daftar redo
    """
    with call.writing() as (store, _):
        label = store.undo(insist=insist, redo=True).result()
        call.answer({"redone": label}, lambda: call.words.t("Done again: {what}", what=call.words.t(label)))
