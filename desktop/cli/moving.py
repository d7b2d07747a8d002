"""Moving records between workspaces."""

from __future__ import annotations

import click

from desktop.cli.call import Call
from desktop.cli.line import Command


@click.command("move", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.option("--workspace", "-w", metavar="W", required=True, help="Where it goes, by name or id.")
@click.option("--alone", is_flag=True, help="Of the plan: leave the lines under it where they are.")
@click.pass_obj
def move_command(call: Call, kind: str, record: str, workspace: str, *, alone: bool) -> None:
    """Move a record to another workspace, with what belongs to it.

    It is made anew there, with a new id, and deleted where it was; a link leads back, so that comments and
    links that speak of the former id are still found. Budget lines and roles go with their activity, targets
    and values with their indicator, agenda items, decisions and action points with their meeting, categories
    with their dimension. With a line of the plan goes what stands under it, milestones and further lines;
    --alone leaves that in the plan. If somebody changes it in the old workspace without knowing, people are
    asked. `undo` takes it back. With --json {"id": the new one, "moved": how many records, "left": how many
    lines under it stay}.

    \b
    Example:
      daftar move activity 3f1c9a07 --workspace Lebanon
    """
    with call.writing() as (store, reader):
        from desktop.cli.names import kind_named, record_named, workspace_named
        from desktop.cli.writing import submit
        from desktop.commands import labels, moving
        from desktop.store.moved import counterparts, with_lines_below, with_parts
        from desktop.store.outline import PLAN_KINDS
        from sync.records import id_text

        row = record_named(reader, kind_named(kind), record)
        target = workspace_named(reader, workspace)
        whole = with_lines_below(reader, row)
        rows = with_parts(reader, row) if alone else whole
        kept = {each.id for each in rows}
        left = sum(each.kind in PLAN_KINDS and each.id not in kept for each in whole)
        known = counterparts(reader, rows, workspace=target.id)
        edits = moving.move(rows, workspace=target.id, new_id=store.new_id, known=known)
        submit(store, reader, edits, label=labels.MOVE_AWAY, rows=rows)
        identity = id_text(edits[0].record)
        text = call.words.t("Moved to {workspace}: {id}", workspace=target.name, id=identity)
        if left:
            text += " " + call.words.n(
                "{count} line under it stays in the plan.", "{count} lines under it stay in the plan.", left
            )
        call.answer({"id": identity, "moved": len(rows), "left": left}, lambda: text)
