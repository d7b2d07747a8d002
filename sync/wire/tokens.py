"""The answer of `/v1/token`: a new token, asked for with the old one before that ends."""

from __future__ import annotations

from dataclasses import dataclass

from sync.wire.packing import PROTOCOL, answered, pack, text, unpack, whole


@dataclass(frozen=True, slots=True)
class RenewAnswer:
    """A token and when it ends; the old token stays good for a while, because this answer may be lost."""

    server_ms: int
    token: str
    expires_ms: int

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.server_ms, self.token, self.expires_ms])

    @classmethod
    def unpack(cls, data: bytes) -> RenewAnswer:
        with answered():
            _, server_ms, token, expires_ms = unpack(data, 4)[:4]
            return cls(whole(server_ms), text(token), whole(expires_ms))
