"""Files and pages that belong to one record, with where each of them is and who added it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from desktop.store.attached import Attached, Duty, Policy, attached_of, duty_of, put_duty
from desktop.store.attachments import Vault
from desktop.store.moved import formerly
from desktop.store.people import Author, authors_of
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from desktop.store.store import Store
from sync.errors import DaftarError
from sync.replica.ids import Database

ABSENT: Final = "blob_absent"
_DAMAGED: Final = "file_damaged"
_WEB: Final = ("https://", "http://")


class Standing(StrEnum):
    """Where the content of a file is, seen from this laptop."""

    HERE = "here"
    WAITING = "waiting"
    PARTLY = "partly"
    AWAY = "away"
    ABSENT = "absent"
    """Not on the server yet: a colleague's laptop still has to send it."""
    LOST = "lost"
    """It was to be sent from here, and its copy here is gone."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Document:
    """One attachment as a list shows it. Without a file it is a page of the web, or only a title."""

    row: Row
    file: Attached | None = None
    standing: Standing | None = None
    received: int = 0
    author: Author = field(default_factory=Author)

    @property
    def name(self) -> str:
        values = self.row.values
        return str(values.get("title") or values.get("file_name") or "")

    @property
    def file_name(self) -> str:
        return str(self.row.values.get("file_name") or self.name)

    @property
    def address(self) -> str:
        """Where its page is; another program is only handed what leads to the web."""
        url = str(self.row.values.get("url") or "") if self.file is None else ""
        return url if url.lower().startswith(_WEB) else ""

    @property
    def here(self) -> bool:
        return self.standing in (Standing.HERE, Standing.WAITING)


def confirmed(one: Attached, vault: Vault) -> Attached:
    """The same file; where it lies here and nobody ever noted that the server has it, it is still to be sent.

    The server is asked before anything travels, so this costs one question where it has the file after all.
    """
    if one.noted or not vault.holds(one.workspace, one.fingerprint):
        return one
    return replace(one, duty=replace(one.duty, sent=False))


def standing_of(one: Attached, vault: Vault) -> Standing:
    """Where a file is; `one` is what `confirmed` gave."""
    duty = one.duty
    holds = vault.holds(one.workspace, one.fingerprint)
    if duty.code == _DAMAGED and not holds:
        return Standing.LOST
    if duty.code and duty.code != ABSENT:
        return Standing.REFUSED
    if holds:
        return Standing.HERE if duty.sent else Standing.WAITING
    if not duty.sent:
        return Standing.LOST
    if duty.code == ABSENT:
        return Standing.ABSENT
    return Standing.PARTLY if vault.received(one.workspace, one.fingerprint) else Standing.AWAY


def read_documents(reader: Reader, vault: Vault, about: Row) -> list[Document]:
    """What belongs to a record, in the order in which it was added; a value's evidence among it."""
    ids = [about.id, *formerly(reader, about.id)]
    rows = {row.id: row for row in reader.select(Query("attachment", where=(Where("about", "in", ids),)))}
    named = [each for each in about.values.get("evidence") or () if each not in rows]
    rows |= {row.id: row for row in reader.rows("attachment", named) if not row.deleted}
    ordered = sorted(rows.values(), key=lambda row: (row.made_stamp, row.id))
    files = {one.row.id: confirmed(one, vault) for one in attached_of(reader, ordered)}
    authors = authors_of(reader, {row.made_by for row in ordered})
    found = []
    for row in ordered:
        one = files.get(row.id)
        standing = standing_of(one, vault) if one is not None else None
        received = (
            vault.received(one.workspace, one.fingerprint) if one and standing is Standing.PARTLY else 0
        )
        found.append(Document(row, one, standing, received, authors.get(row.made_by, Author())))
    return found


def ids_with_documents(reader: Reader, rows: Sequence[Row]) -> frozenset[bytes]:
    """Which of some records have anything that belongs to them."""
    ids = [row.id for row in rows]
    found = reader.select(Query("attachment", where=(Where("about", "in", ids),))) if ids else []
    about = {bytes(row["about"]) for row in found}
    return frozenset(about | {row.id for row in rows if row.values.get("evidence")})


def drop_copy(store: Store, vault: Vault, one: Attached) -> int:
    """Delete the copy on this laptop; the bytes that this frees. From now on it comes only when asked for.

    Raises `file_not_here`, and `file_not_sent` where this may be the only copy there is.
    """
    workspace, fingerprint = one.workspace, one.fingerprint
    if not vault.holds(workspace, fingerprint):
        raise DaftarError("file_not_here")

    def insist(database: Database) -> None:
        # What a list showed may be old: the server may have said since that it has lost the file.
        duty = duty_of(database, workspace, fingerprint)
        if duty is None or not duty.sent or duty.code:
            raise DaftarError("file_not_sent")
        put_duty(database, workspace, fingerprint, Duty(Policy.DEMAND))

    store.post(insist).result()
    vault.forget(workspace, fingerprint)
    return one.size
