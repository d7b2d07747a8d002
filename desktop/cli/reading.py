"""Commands that only read; they work while the window is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command
from desktop.cli.printing import t

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from desktop.store.rows import Where
    from sync.records import Kind

_WHERE = re.compile(r"([a-z][a-z0-9_]*)(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)


@click.command("list", cls=Command)
@click.argument("kind")
@click.option("--workspace", "-w", metavar="W", help="Only records of this workspace, by name or id.")
@click.option(
    "--where",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Only records with this value; also != < <= > >= and ~ (contains). An empty value means empty.",
)
@click.option("--deleted", is_flag=True, help="The deleted records instead of the others.")
@click.option("--search", metavar="TEXT", help="Only records in which these words are found.")
@click.pass_obj
def list_command(
    call: Call,
    kind: str,
    workspace: str | None,
    where: tuple[str, ...],
    deleted: bool,
    search: str | None,
) -> None:
    """List the records of a kind.

    With --json an array of objects: id, workspace and every field by its name, empty ones as null.
    References are ids, numbers are decimal texts, dates are ISO. Several --where must all hold. Words are
    found however they are spelt: capitals, accents, Arabic vowels and forms of alef do not matter.

    \b
    Examples:
      daftar list activity --where status=ongoing --where lead="Amina Hassan"
      daftar list value --where indicator=1.1.a --where period=2026-Q1 --json
      daftar list lesson --search "تدريب"
    """
    with call.reading() as reader:
        from desktop.cli.names import kind_named, workspaces_chosen
        from desktop.cli.showing import row_document
        from desktop.store.rows import Query

        declared = kind_named(kind)
        chosen = workspaces_chosen(reader, workspace)
        conditions = tuple(_condition(call, reader, declared, text, chosen) for text in where)
        rows = reader.select(Query(declared.name, chosen, conditions, deleted=deleted, search=search or ""))
        documents = [row_document(declared, row) for row in rows]
        call.answer(documents, lambda: _listing(call, declared, documents))


def _condition(call: Call, reader: Reader, kind: Kind, text: str, workspaces: tuple[bytes, ...]) -> Where:
    from desktop.cli.typed import Entry, Typist
    from desktop.store.rows import Where
    from sync.errors import DaftarError
    from sync.records import FieldType, Merge

    found = _WHERE.fullmatch(text)
    if found is None:
        raise DaftarError("not_an_entry", typed=text[:200])
    name, operator, typed = found[1], found[2], found[3]
    field = kind.field(name)
    if not typed.strip():
        return Where(name, "null" if operator == "=" else "not_null")
    if operator == "~":
        return Where(name, "contains", typed)
    if field.merge is Merge.MAP:
        return Where(name, operator, [typed.strip()])
    if field.type is FieldType.LONG_TEXT:
        return Where(name, operator, typed)
    inside = workspaces[0] if workspaces else None
    typist = Typist(reader, wordings=call.wordings, workspace=inside)
    value = typist.values(kind, [Entry(name, "=", typed)])[name]
    return Where(name, operator, value)


def _listing(call: Call, kind: Kind, documents: list[dict[str, Any]]) -> str:
    from desktop.cli.showing import short

    if not documents:
        return call.words.t("Nothing found.")
    wanted = [kind.code_field, kind.title_field, "status", "state", "start", "end", "due", "progress"]
    names = list(dict.fromkeys(name for name in wanted if name and name in kind.fields))
    labels = {name: kind.fields[name].choice_labels for name in names}

    def shown(name: str, value: Any) -> str:
        label = labels[name].get(value) if isinstance(value, str) else None
        return short(value) if label is None else call.words.t(label)

    rows = [[document["id"], *(shown(name, document[name]) for name in names)] for document in documents]
    return call.table(["id", *(kind.fields[name].label for name in names)], rows)


@click.command("show", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.pass_obj
def show_command(call: Call, kind: str, record: str) -> None:
    """Show one record with all its fields.

    With --json an object: as in `list`, and kind, deleted, unsent (something of it is only on this laptop)
    and contested (the fields that need a decision).

    \b
    Example:
      daftar show activity 3f1c9a07 --json
    """
    with call.reading() as reader:
        from desktop.cli.names import kind_named, record_named
        from desktop.cli.showing import short, whole_document

        declared = kind_named(kind)
        row = record_named(reader, declared, record)
        document = whole_document(declared, row)
        lines = [[name, short(value)] for name, value in document.items() if value not in (None, [], {})]
        call.answer(document, lambda: call.table([t("Field"), t("Value")], lines))


@click.command("history", cls=Command)
@click.argument("kind")
@click.argument("record", metavar="ID")
@click.option("--all", "everything", is_flag=True, help="Also ask the server for what is older.")
@click.pass_obj
def history_command(call: Call, kind: str, record: str, everything: bool) -> None:
    """Show who changed what in a record, oldest first.

    A laptop that was filled from a snapshot holds the history since then. The rest is on the server: --all
    asks for it, and keeps it on this laptop.

    With --json an array: at, stamp, author (name), author_id, device, what (create, edit, delete, restore,
    decide), fields with their new values, and sent (whether the server has it). Of sets the members added
    and removed are given, of tables the cells, of long texts how they read afterwards.

    \b
    Example:
      daftar history activity 3f1c9a07
    """
    if everything:
        _fetch_history(call, kind, record)
    with call.reading() as reader:
        from desktop.cli.names import kind_named, record_named
        from desktop.cli.showing import history_documents, short
        from desktop.store.lookup import people_by_account

        declared = kind_named(kind)
        row = record_named(reader, declared, record)
        history, whole = reader.whole_history(row.kind, row.id)
        documents = history_documents(declared, history, people_by_account(reader))
        lines = [
            [entry["at"], entry["author"] or entry["author_id"], entry["what"], short(entry["fields"])]
            for entry in documents
        ]
        call.answer(documents, lambda: call.table([t("When"), t("Who"), t("What"), t("Fields")], lines))
        if not whole:
            call.say(
                call.words.t(
                    "Older history is on the server. To see it, add --all while there is a connection."
                )
            )


def _fetch_history(call: Call, kind: str, record: str) -> None:
    """Bring what is older than the log from the server, where anything is missing."""
    with call.reading() as reader:
        from desktop.cli.names import kind_named, record_named

        row = record_named(reader, kind_named(kind), record)
        if reader.history_is_whole(row.kind, row.id):
            return
    with call.writing() as (store, _):
        from desktop.syncing.histories import fetch_history

        fetch_history(store, row.workspace, row.id)


@click.command("workspaces", cls=Command)
@click.pass_obj
def workspaces_command(call: Call) -> None:
    """List the workspaces that this laptop may enter, and how they stand.

    With --json an array: id, name, role, unsent (changes that are only here), received (changes that came
    from the server).

    \b
    Example:
      daftar workspaces
    """
    with call.reading() as reader:
        from sync.records import id_text

        states = reader.workspaces()
        documents = [
            {
                "id": id_text(state.id),
                "name": state.name,
                "role": state.role,
                "unsent": state.unsent,
                "received": state.cursor,
            }
            for state in states
        ]
        lines = [[id_text(state.id), state.name, state.role, str(state.unsent)] for state in states]
        call.answer(documents, lambda: call.table(["id", t("Name"), t("Role"), t("Not sent")], lines))


@click.command("whoami", cls=Command)
@click.pass_obj
def whoami_command(call: Call) -> None:
    """Say whose notebook this is, on which laptop, and which server it was joined to.

    With --json an object: person (id, name), device, laptop, server, enrolled, profile, clock_off_seconds
    (how far the clock was behind the server's at the last sync, ahead where negative; 0 up to ten minutes).

    \b
    Example:
      daftar whoami
    """
    with call.reading() as reader:
        from desktop.cli.showing import device_text
        from desktop.store.outbox import clock_off
        from desktop.syncing.joined import LAPTOP, OFFSET_MS, PERSON, SERVER, TOKEN
        from sync.records import id_text

        off = clock_off(int(reader.meta(OFFSET_MS) or 0))
        document = {
            "person": {"id": id_text(bytes(reader.meta("account"))), "name": reader.meta(PERSON)},
            "device": device_text(int(reader.meta("device"))),
            "laptop": reader.meta(LAPTOP),
            "server": reader.meta(SERVER),
            "enrolled": reader.meta(TOKEN) is not None,
            "profile": str(call.paths.profile),
            "clock_off_seconds": off // 1000,
        }
        lines = [
            [t("Name"), str(reader.meta(PERSON) or "")],
            [t("Laptop"), str(reader.meta(LAPTOP) or "")],
            [t("Server"), str(reader.meta(SERVER) or "")],
            [t("Folder"), str(call.paths.profile)],
        ]
        if off:
            from desktop.words.clock import clock_sentence

            lines.append([t("Clock"), clock_sentence(call.words, off)])
        call.answer(document, lambda: "\n".join(f"{call.words.t(name)}: {value}" for name, value in lines))
