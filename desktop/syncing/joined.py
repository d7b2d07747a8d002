"""What a laptop knows of the server it was joined to; it lies in the encrypted database."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.reader import Reader
from sync.errors import DaftarError
from sync.records import id_text

SERVER = "server"
TOKEN = "token"  # noqa: S105 - the name of a value, not one
FORMER_TOKEN = "former_token"  # noqa: S105 - the name of a value, not one
"""The token before the present one: a server restored from an older copy knows no other."""
CERTIFICATE = "certificate"
TOKEN_MS = "token_ms"  # noqa: S105 - the name of a value, not one
PERSON = "person"
LAPTOP = "laptop"
ACCESS_EPOCH = "access_epoch"
OFFSET_MS = "offset_ms"
LAST_SYNC_MS = "last_sync_ms"
RATE_UP = "rate_up"
RATE_DOWN = "rate_down"
JOIN_SERVER = "join_server"
JOIN_CODE = "join_code"
"""Of a starter pack: where and how a token is to be had at the first connection."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Server, token and account. `token_ms` is when the token was given."""

    server: str
    token: str
    token_ms: int
    person: str
    account: bytes
    epoch: int
    access_epoch: int
    certificate: str = ""
    """What alone is believed of the server's name, as PEM; empty where the system is asked."""

    @property
    def account_id(self) -> str:
        return id_text(self.account)


def read_joined(reader: Reader) -> Joined:
    """What is known; raises `not_enrolled`."""
    server, token = reader.meta(SERVER), reader.meta(TOKEN)
    if not server or not token:
        raise DaftarError("not_enrolled")
    return Joined(
        str(server),
        str(token),
        int(reader.meta(TOKEN_MS) or 0),
        str(reader.meta(PERSON) or ""),
        bytes(reader.meta("account") or bytes(16)),
        int(reader.meta("epoch") or 0),
        int(reader.meta(ACCESS_EPOCH) or 0),
        str(reader.meta(CERTIFICATE) or ""),
    )
