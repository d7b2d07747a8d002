"""Files in and out: spreadsheets and exports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command
from desktop.cli.printing import t

if TYPE_CHECKING:
    from desktop.exchange.existing import KnownRecords
    from desktop.exchange.planned import ImportPlan, Problem
    from desktop.exchange.recognise import Wanted
    from desktop.store.reader import Reader

_FILE = click.Path(dir_okay=False, path_type=Path)
# What an import looks up by name or code, so that it is not made twice.
_LOOKED_UP = (
    "person", "organisation", "place", "pillar", "theme", "result", "indicator", "dimension", "category",
    "period", "activity",
)  # fmt: skip


@click.command("import", cls=Command)
@click.argument("file", type=_FILE)
@click.option("--as", "wanted", type=click.Choice(("workplan", "logframe")), help="Take it for this.")
@click.option("--workspace", "-w", metavar="W", help="Where it goes; not needed if there is only one.")
@click.option("--dry-run", is_flag=True, help="Only say what would be brought in.")
@click.option("--again", is_flag=True, help="Also where the same file was brought in before.")
@click.option("--year", type=int, metavar="Y", help="Year of dates without one; this year if left out.")
@click.pass_obj
def import_command(
    call: Call,
    file: Path,
    wanted: str | None,
    workspace: str | None,
    dry_run: bool,
    again: bool,
    year: int | None,
) -> None:
    """Bring a workplan or a results framework in from .xlsx or .csv.

    Nothing of the file is left out unsaid: what was not understood is listed with its row, its column and
    what was read. The whole import is one undo. With --json an object: created (records by kind),
    problems (sheet, row, column, read, code, why, severity), fingerprint, and dry_run.

    \b
    Examples:
      daftar import workplan-2026.xlsx --dry-run
      daftar import workplan-2026.xlsx --as workplan --workspace Jordan
    """
    from desktop.cli.documents import insist_file

    insist_file(file)
    if dry_run:
        with call.reading() as reader:
            place = _workspace(reader, workspace)
            plan = _plan(call, reader, file, place, wanted=wanted, year=year)
            _tell(call, plan, dry_run=True)
        return
    with call.writing() as (store, reader):
        from desktop.cli.writing import submit
        from desktop.commands import labels
        from desktop.exchange.importing import to_edits
        from desktop.store.imported import imported_at, note_import
        from sync.errors import DaftarError

        place = _workspace(reader, workspace)
        plan = _plan(call, reader, file, place, wanted=wanted, year=year)
        before = imported_at(reader, plan.fingerprint)
        if before is not None and not again:
            on = datetime.fromtimestamp(before / 1000, UTC).date().isoformat()
            raise DaftarError("already_imported", name=file.name, on=on)
        edits = to_edits(plan, workspace=place, new_id=store.new_id)
        made = [(edit.kind, edit.record) for edit in edits]
        if made:
            now = call.clock.now_ms()
            store.post(lambda db: note_import(db, plan.fingerprint, made, at=now)).result()
        submit(store, reader, edits, label=labels.IMPORT)
        _tell(call, plan, dry_run=False)


def _workspace(reader: Reader, named: str | None) -> bytes:
    from desktop.cli.names import only_workspace, workspace_named

    return (only_workspace(reader) if named is None else workspace_named(reader, named)).id


def _plan(
    call: Call, reader: Reader, file: Path, workspace: bytes, *, wanted: str | None, year: int | None
) -> ImportPlan:
    from desktop.exchange.importing import plan_import

    today = datetime.fromtimestamp(call.clock.now_ms() / 1000, UTC)
    return plan_import(
        file,
        today_year=year or today.year,
        as_=_wanted(wanted),
        existing=_known_records(reader, workspace),
        name=file.name,
    )


def _wanted(text: str | None) -> Wanted | None:
    return "workplan" if text == "workplan" else "logframe" if text == "logframe" else None


def _known_records(reader: Reader, workspace: bytes) -> KnownRecords:
    from desktop.exchange.existing import KnownRecords
    from desktop.store.rows import Query

    rows = [row for kind in _LOOKED_UP for row in reader.select(Query(kind, (workspace,)))]
    return KnownRecords((row.kind, row.id, row.values) for row in rows)


def _tell(call: Call, plan: ImportPlan, *, dry_run: bool) -> None:
    problems = [_problem_document(call, problem) for problem in plan.problems]
    document = {
        "created": plan.created,
        "problems": problems,
        "fingerprint": plan.fingerprint,
        "dry_run": dry_run,
    }
    lines = [
        [entry["sheet"], str(entry["row"] or ""), entry["column"] or "", entry["read"], entry["why"]]
        for entry in problems
    ]
    made = call.table([t("Kind"), t("Records")], [[kind, str(count)] for kind, count in plan.created.items()])
    listed = call.table([t("Sheet"), t("Row"), t("Column"), t("Read"), t("Why")], lines) if lines else ""
    call.answer(document, lambda: "\n\n".join(filter(None, [made, listed])))


def _problem_document(call: Call, problem: Problem) -> dict[str, Any]:
    from desktop.exchange.problems import explain_problem

    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "read": problem.read,
        "code": problem.code,
        "why": explain_problem(call.words, problem),
        "severity": str(problem.severity),
    }


@click.command("export", cls=Command)
@click.argument("kind")
@click.argument("file", type=_FILE)
@click.option("--workspace", "-w", metavar="W", help="Only records of this workspace.")
@click.option("--record", metavar="ID", help="Which meeting, for minutes; not needed if there is only one.")
@click.pass_obj
def export_command(call: Call, kind: str, file: Path, workspace: str | None, record: str | None) -> None:
    """Write the records of a kind to FILE, a spreadsheet (.xlsx), a table (.csv) or a document (.json).

    The minutes of one meeting go into a Word document (.docx), in the language of the messages.

    Headings are in the language of the messages; the file can be edited and its id column tells which
    record a row is. With --json an object: file, records.

    \b
    Example:
      daftar export activity plan.xlsx --workspace Jordan
      daftar --language ar export meeting minutes.docx --record 3f1c9a07
    """
    with call.reading() as reader:
        if file.suffix.lower() == ".docx":
            _export_minutes(call, reader, kind, file, record)
            return
        from desktop.cli.names import Titles, kind_named, workspaces_chosen
        from desktop.exchange.export import export_kind
        from desktop.store.rows import Order, Query

        declared = kind_named(kind)
        order = (Order("position"),) if "position" in declared.fields else ()
        rows = reader.select(Query(declared.name, workspaces_chosen(reader, workspace), order=order))
        titles = Titles(reader)
        count = export_kind(
            [(row.id, row.values) for row in rows], declared.name, file, call.words, label_of=titles.of
        )
        written = call.words.n("{count} record in {file}", "{count} records in {file}", count, file=str(file))
        call.answer({"file": str(file), "records": count}, lambda: written)


def _export_minutes(call: Call, reader: Reader, kind: str, file: Path, record: str | None) -> None:
    from desktop.cli.names import kind_named, record_named, the_only_record
    from desktop.exchange.minutes import read_minutes
    from desktop.exchange.word import write_minutes
    from sync.errors import DaftarError

    declared = kind_named(kind)
    if declared.name != "meeting":
        raise DaftarError("no_minutes", kind=declared.name)
    meeting = record_named(reader, declared, record) if record else the_only_record(reader, declared)
    write_minutes(read_minutes(reader, meeting.id, call.words), file, call.words)
    text = call.words.t("Minutes written: {file}", file=str(file))
    call.answer({"file": str(file), "records": 1}, lambda: text)
