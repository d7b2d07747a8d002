"""Whom a bundle can be for: the server, and every laptop of a colleague whose card is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.store.reader import Reader
from desktop.syncing.identity import known_cards, server_keys
from sync.bundles.keys import PublicKeys
from sync.errors import DaftarError
from sync.records import id_text
from sync.records.parsing import comparable
from sync.replica.workspaces import WorkspaceState

SERVER: Final = "server"


@dataclass(frozen=True, slots=True)
class Recipient:
    """The server or one laptop."""

    key: str
    person: str
    laptop: str
    account: bytes
    keys: PublicKeys


def recipients(reader: Reader) -> list[Recipient]:
    """Everybody a bundle can be sealed to, the server first, then by name."""
    server = server_keys(reader)
    own = int(reader.meta("device") or 0)
    found = [
        Recipient(f"{card.device:012x}", card.person, card.laptop, card.account, card.keys)
        for card in known_cards(reader)
        if card.device != own
    ]
    found.sort(key=lambda one: (one.person, one.laptop))
    return [Recipient(SERVER, "", "", b"", server), *found] if server is not None else found


def find_recipients(reader: Reader, wanted: str) -> list[Recipient]:
    """The server, all laptops of a person, or one laptop, by name or number.

    Raises `bundle_no_keys` where nobody of that name showed a key.
    """
    every, asked = recipients(reader), comparable(wanted)
    if wanted.lower() == SERVER:
        found = [one for one in every if one.key == SERVER]
    else:
        digits = wanted.lower().replace("-", "").replace(":", "")
        found = [
            one
            for one in every
            if one.key != SERVER
            and (
                asked in (comparable(one.person), comparable(one.laptop))
                or digits == one.key
                or wanted.lower() == id_text(one.account)
            )
        ]
    if not found:
        raise DaftarError("bundle_no_keys", name=wanted[:80])
    return found


def readable_by(reader: Reader, state: WorkspaceState, account: bytes) -> bool:
    """Whether a person may read a workspace, as the server wrote into it."""
    found = reader.connection.execute(
        "SELECT 1 FROM person WHERE _ws = ? AND account = ? AND access IS NOT NULL AND _deleted = 0 LIMIT 1",
        (state.index, id_text(account)),
    ).fetchone()
    return found is not None
