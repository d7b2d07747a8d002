"""The administrator's command that looks for a text in everything the server keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sync.server.answers import Choices, Command, answer, office_of, say, shown_id, workspace_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.server.finding import Found, Search
    from sync.server.office import Office


@click.command("find", cls=Command)
@click.argument("text")
@click.option("--workspace", "where", metavar="WORKSPACE", help="Only in this one.")
@click.pass_obj
def find(choices: Choices, text: str, where: str | None) -> None:
    """List the records that say a text, or once said it, so that they can be erased with purge.

    Looks at what shows now, at the whole history, at what was refused or waits, and at the names of accounts
    and laptops; not into attached files. Case does not matter. What was found is named, not shown.

    Example:
      daftar-server find "Amal Saleh"
      daftar-server find "079 555 0123" --workspace "Jordan" --json
    """
    from sync.server.finding import Needle
    from sync.server.finding import find as look

    needle = Needle(text)
    with office_of(choices) as office:
        places = [office.accounts.workspace(where)] if where else office.accounts.workspaces()
        searches = [look(office.storage, place, needle) for place in places]
        accounts = _accounts(office, needle.is_in)
    unread = sum(one.unread for one in searches)
    document = {
        "found": [_document(one, search) for search in searches for one in search.found],
        "accounts": accounts,
        "unread": unread,
    }
    lines = [_line(one, search) for search in searches for one in search.found]
    lines += [f"account: {kind} {identity}" for kind, identity in _flat(accounts)]
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
