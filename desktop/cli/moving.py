"""Moving records between workspaces."""

from __future__ import annotations

import click

from desktop.cli.call import Call
from desktop.cli.line import Command


@click.command("move", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.option("--workspace", "-w", metavar="W", required=True, help="Where it goes, by name or id.")
@click.pass_obj
def move_command(call: Call, kind: str, record: str, workspace: str) -> None:
    """Move a record to another workspace, with what belongs to it.

    It is made anew there, with a new id, and deleted where it was; a link leads back, so that comments and
    links that speak of the former id are still found. Budget lines and roles go with their activity, targets
    and values with their indicator, agenda items, decisions and action points with their meeting, categories
    with their dimension. If somebody changes it in the old workspace without knowing, people are asked.
    `undo` takes it back. With --json {"id": the new one, "moved": how many records}.

    \b
    Example:
      daftar move activity 3f1c9a07 --workspace Lebanon
    """
    with call.writing() as (store, reader):
        from desktop.cli.names import kind_named, record_named, workspace_named
        from desktop.cli.writing import submit
        from desktop.commands import labels, moving
        from desktop.store.moved import counterparts, with_parts
        from sync.records import id_text

        row = record_named(reader, kind_named(kind), record)
        target = workspace_named(reader, workspace)
        rows = with_parts(reader, row)
        known = counterparts(reader, rows, workspace=target.id)
        edits = moving.move(rows, workspace=target.id, new_id=store.new_id, known=known)
        submit(store, reader, edits, label=labels.MOVE_AWAY, rows=rows)
        identity = id_text(edits[0].record)
        text = call.words.t("Moved to {workspace}: {id}", workspace=target.name, id=identity)
        call.answer({"id": identity, "moved": len(rows)}, lambda: text)
