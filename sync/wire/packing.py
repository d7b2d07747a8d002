"""The bytes of messages: a length, a positional header in MessagePack, and frames behind it.

Readers take what they know of a header, and of each row in it, by its place and pass over what stands behind
that, so a later version may add fields at the end. Every message is read through here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgpack

from sync.errors import DaftarError

PROTOCOL: Final = 1
ID_BYTES: Final = 16
MAX_HEADER: Final = 4 * 1024 * 1024
MOST_FIELDS: Final = 64
"""Of a header or a row, those that this version does not know included."""
_LENGTH_BYTES: Final = 4


class Tail:
    """The frames behind a header, taken one after the other; after a cut nothing more is given out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.cut = False

    def take(self, length: int) -> bytes | None:
        """The next frame; None where it did not arrive whole."""
        frame = self.take_part(length)
        return frame if len(frame) == length and not self.cut else None

    def take_part(self, length: int) -> bytes:
        """As much of the next frame as arrived; nothing behind a cut."""
        if self.cut:
            return b""
        end = self._at + length
        self.cut = end > len(self._data)
        frame = self._data[self._at : end]
        self._at = min(end, len(self._data))
        return frame

    def finish(self) -> bool:
        """Whether everything had arrived; bytes behind the last frame are an error."""
        if not self.cut and self._at != len(self._data):
            raise DaftarError("bad_message")
        return not self.cut


def with_tail(header: list[Any], frames: Sequence[bytes]) -> bytes:
    packed = pack(header)
    return b"".join([len(packed).to_bytes(_LENGTH_BYTES), packed, *frames])


def split(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < _LENGTH_BYTES:
        raise DaftarError("cut_message")
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
    if end - _LENGTH_BYTES > MAX_HEADER:
        raise DaftarError("bad_message")
    if len(data) < end:
        raise DaftarError("cut_message")
    return data[_LENGTH_BYTES:end], data[end:]


def pack(body: list[Any]) -> bytes:
    return bytes(msgpack.packb(body))


def unpack(data: bytes, length: int | None = None) -> list[Any]:
    """The positional fields of a header, at least `length`: a later version may have put more behind them."""
    try:
        body = msgpack.unpackb(data, strict_map_key=True, max_map_len=0)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise DaftarError("bad_message") from error
    if not isinstance(body, list) or not 2 <= len(body) <= MOST_FIELDS:
        raise DaftarError("bad_message")
    if body[0] != PROTOCOL:
        raise DaftarError("protocol_unknown")
    if length is not None and len(body) < length:
        raise DaftarError("bad_message")
    return body


def whole(item: Any) -> int:
    if type(item) is not int or not 0 <= item < 1 << 63:
        raise DaftarError("bad_message")
    return item


def text(item: Any) -> str:
    if not isinstance(item, str):
        raise DaftarError("bad_message")
    return item


def octets(item: Any, length: int | None = None) -> bytes:
    if not isinstance(item, bytes) or (length is not None and len(item) != length):
        raise DaftarError("bad_message")
    return item


def items(item: Any, longest: int) -> list[Any]:
    if not isinstance(item, list) or len(item) > longest:
        raise DaftarError("bad_message")
    return item


def fields(item: Any, count: int) -> list[Any]:
    """The first `count` fields of a row."""
    if not isinstance(item, list) or not count <= len(item) <= MOST_FIELDS:
        raise DaftarError("bad_message")
    return item[:count]


def rows(item: Any, count: int, longest: int) -> list[list[Any]]:
    """The first `count` fields of each row of a list."""
    return [fields(row, count) for row in items(item, longest)]


def pairs(item: Any, longest: int) -> tuple[tuple[int, int], ...]:
    """Pairs of numbers that stand one after the other."""
    flat = [whole(number) for number in items(item, 2 * longest)]
    if len(flat) % 2:
        raise DaftarError("bad_message")
    return tuple(zip(flat[::2], flat[1::2], strict=True))


@contextmanager
def answered() -> Iterator[None]:
    """Say of a message that cannot be read that it is no good answer."""
    try:
        yield
    except DaftarError as error:
        if error.code == "bad_message":
            raise DaftarError("bad_answer") from error
        raise


def extra(row: list[Any], at: int, default: Any) -> Any:
    """A field that earlier versions do not send, or send only where it says something."""
    return row[at] if at < len(row) else default


def without_tail(row: list[Any], least: int) -> list[Any]:
    """A row without the fields at its end that say nothing, but at least `least` of them."""
    while len(row) > least and not row[-1]:
        row.pop()
    return row
