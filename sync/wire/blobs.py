"""What the server answers when it took a piece of a file."""

from __future__ import annotations

from dataclasses import dataclass

from sync.errors import DaftarError
from sync.wire.packing import PROTOCOL, answered, pack, unpack, whole


@dataclass(frozen=True, slots=True)
class Kept:
    """How many bytes of a file the server keeps, and whether that is all of it, checked."""

    received: int
    whole: bool

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.received, self.whole])

    @classmethod
    def unpack(cls, data: bytes) -> Kept:
        """Read an answer; raises `bad_answer`."""
        with answered():
            _, received, whole_file = unpack(data, 3)[:3]
            if type(whole_file) is not bool:
                raise DaftarError("bad_message")
            return cls(whole(received), whole_file)
