"""The administrator's command that looks for a text in everything the server keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sync.server.answers import Choices, Command, answer, office_of, say, shown_id, workspace_document
from sync.server.purge_cli import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.server.finding import Found, Search
    from sync.server.office import Office
    from sync.server.searching import File


@click.command("find", cls=Command)
@click.argument("text")
@click.option("--workspace", "where", metavar="WORKSPACE", help="Only in this one.")
@click.option("--without-files", is_flag=True, help="Do not read attached files, which takes the longest.")
@click.pass_obj
def find(choices: Choices, text: str, where: str | None, *, without_files: bool) -> None:
    """List the records that say a text, or once said it, so that they can be erased with purge.

    Looks at what shows now, at the whole history, at what was refused or waits, at the names of accounts and
    laptops, and into attached files: texts of any kind (also CSV, HTML, JSON) and office documents (docx,
    xlsx, pptx, odt, ods, odp). Files it cannot look into, such as pictures and PDF, are listed by name. Case
    does not matter. What was found is named, not shown.

    Example:
      daftar-server find "Amal Saleh"
      daftar-server find "079 555 0123" --workspace "Jordan" --json
    """
    from sync.server.finding import Needle
    from sync.server.finding import find as look

    needle = Needle(text)
    with office_of(choices) as office:
        places = [office.accounts.workspace(where)] if where else office.accounts.workspaces()
        store = None if without_files else store_of(office)
        searches = [look(office.storage, place, needle, store=store) for place in places]
        accounts = _accounts(office, needle.is_in)
    unread = sum(one.unread for one in searches)
    document = {
        "found": [_document(one, search) for search in searches for one in search.found],
        "accounts": accounts,
        "unread": unread,
        "files": [_file(one, search) for search in searches for one in (*search.loose, *search.closed)],
    }
    lines = [_line(one, search) for search in searches for one in search.found]
    lines += [f"account: {kind} {identity}" for kind, identity in _flat(accounts)]
    lines += [_file_line(one, search) for search in searches for one in search.loose]
    closed = [_file_line(one, search) for search in searches for one in search.closed]
    if closed:
        say("\n".join(["These files could not be looked into, and may say it too:", *closed]))
    if unread:
        say(f"{unread} parts of what is stored could not be read, and may say it too.")
    answer(choices, document, "\n".join(lines) or "Nothing says that.")


def _accounts(office: Office, is_in: Callable[[str], bool]) -> dict[str, list[str]]:
    """What is named so outside of the workspaces."""
    laptops = [one.installation for one in office.enrolment.laptops()]
    return {
        "persons": [shown_id(one.id) for one in office.accounts.persons() if is_in(one.name)],
        "laptops": [shown_id(one.id) for one in laptops if is_in(one.name)],
        "workspaces": [shown_id(one.id) for one in office.accounts.workspaces() if is_in(one.name)],
    }


def _flat(accounts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind.removesuffix("s"), identity) for kind, several in accounts.items() for identity in several]


def _document(one: Found, search: Search) -> dict[str, object]:
    return {
        "workspace": workspace_document(search.workspace),
        "kind": one.kind,
        "id": shown_id(one.record),
        "where": sorted(one.where),
        "fields": sorted(one.fields),
    }


def _line(one: Found, search: Search) -> str:
    where, names = ", ".join(sorted(one.where)), ", ".join(sorted(one.fields))
    return f"{search.workspace.name}  {one.kind} {shown_id(one.record)}  {where}: {names}"


def _file(one: File, search: Search) -> dict[str, object]:
    return {
        "workspace": workspace_document(search.workspace),
        "sha256": one.fingerprint.hex(),
        "size": one.size,
        "names": list(one.names),
        "attachments": [shown_id(record) for record in one.records],
        "why": one.why or None,
    }


def _file_line(one: File, search: Search) -> str:
    names = ", ".join(one.names) or "without a name"
    ids = ", ".join(shown_id(record) for record in one.records) or "no record names it"
    why = f"  ({one.why})" if one.why else "  file: content"
    return f"{search.workspace.name}  {one.fingerprint.hex()[:16]}  {names}  {ids}{why}"
