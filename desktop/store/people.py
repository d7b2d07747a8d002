"""Who wrote something: the person behind an account."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from sync.records import id_text


@dataclass(frozen=True, slots=True)
class Author:
    """A person's record and name; both empty where the account is not known here."""

    record: bytes = b""
    name: str = ""
    role: str = ""
    job_title: str = ""


def author_of(reader: Reader, account: bytes) -> Author:
    """The person with this account. Accounts have one record in each workspace; any of them will do."""
    rows = reader.select(Query("person", where=(Where("account", "=", id_text(account)),), limit=1))
    if not rows:
        return Author()
    values = rows[0].values
    name, role, job = (str(values.get(field) or "") for field in ("name", "role", "job_title"))
    return Author(rows[0].id, name, role, job)


def person_in(reader: Reader, account: bytes, *, workspace: bytes) -> Row | None:
    """The record of an account in one workspace, which is what records there point to."""
    where = (Where("account", "=", id_text(account)),)
    rows = reader.select(Query("person", workspaces=(workspace,), where=where, limit=1))
    return rows[0] if rows else None


def authors_of(reader: Reader, accounts: set[bytes]) -> dict[bytes, Author]:
    """The known people among many accounts."""
    found = {account: author_of(reader, account) for account in accounts}
    return {account: author for account, author in found.items() if author.record}
