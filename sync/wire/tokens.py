"""The answer of `/v1/token`: a new token, asked for with the old one before that ends."""

from __future__ import annotations

from dataclasses import dataclass

import msgpack

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL


@dataclass(frozen=True, slots=True)
class RenewAnswer:
    """A token and when it ends; the old token stays good for a while, because this answer may be lost."""

    server_ms: int
    token: str
    expires_ms: int

    def pack(self) -> bytes:
        return bytes(msgpack.packb([PROTOCOL, self.server_ms, self.token, self.expires_ms]))

    @classmethod
    def unpack(cls, data: bytes) -> RenewAnswer:
        try:
            protocol, server_ms, token, expires_ms = msgpack.unpackb(data, max_map_len=0)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise DaftarError("bad_answer") from error
        if protocol != PROTOCOL or not isinstance(token, str):
            raise DaftarError("bad_answer")
        if type(server_ms) is not int or type(expires_ms) is not int:
            raise DaftarError("bad_answer")
        return cls(server_ms, token, expires_ms)
