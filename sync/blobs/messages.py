"""What the server answers when it took a piece of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgpack

from sync.errors import DaftarError

_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """How many bytes of a file the server keeps, and whether that is all of it, checked."""

    received: int
    whole: bool

    def pack(self) -> bytes:
        return bytes(msgpack.packb([_FORM, self.received, self.whole]))

    @classmethod
    def unpack(cls, data: bytes) -> Kept:
        """Read an answer; raises `bad_answer`."""
        try:
            body = msgpack.unpackb(data, max_map_len=0)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise DaftarError("bad_answer") from error
        if not isinstance(body, list) or len(body) != 3 or body[0] != _FORM:
            raise DaftarError("bad_answer")
        _, received, whole = body
        if type(received) is not int or received < 0 or type(whole) is not bool:
            raise DaftarError("bad_answer")
        return cls(received, whole)
