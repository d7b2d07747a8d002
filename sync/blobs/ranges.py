"""Which bytes of a file are meant: `Content-Range` of what is sent, `Range` of what is wished for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sync.errors import DaftarError

_DIGITS: Final = 15
_SPAN: Final = re.compile(
    rf"bytes (?:(\d{{1,{_DIGITS}}})-(\d{{1,{_DIGITS}}})|\*)/(\d{{1,{_DIGITS}}})", re.ASCII
)
_WISH: Final = re.compile(rf"bytes=(\d{{1,{_DIGITS}}})-(\d{{0,{_DIGITS}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to, but not including, `stop` of a file of `total` bytes."""

    start: int
    stop: int
    total: int

    @property
    def length(self) -> int:
        return self.stop - self.start


def parse_span(text: str) -> Span:
    """The span of a `Content-Range`; one without bytes stands at the end. Raises `bad_blob`."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise DaftarError("bad_blob")
    total = int(found[3])
    if found[1] is None:
        return Span(total, total, total)
    span = Span(int(found[1]), int(found[2]) + 1, total)
    if not span.start < span.stop <= total:
        raise DaftarError("bad_blob")
    return span


def span_text(span: Span) -> str:
    return f"bytes {span.start}-{span.stop - 1}/{span.total}" if span.length else f"bytes */{span.total}"


def parse_wish(text: str, *, total: int) -> Span:
    """The span that a `Range` asks for, all of the file without one; raises `bad_range`."""
    if not text:
        return Span(0, total, total)
    found = _WISH.fullmatch(text)
    if found is None:
        raise DaftarError("bad_range")
    start = int(found[1])
    stop = min(int(found[2]) + 1, total) if found[2] else total
    if not start < stop:
        raise DaftarError("bad_range")
    return Span(start, stop, total)


def wish_text(start: int) -> str:
    """Everything from a byte on."""
    return f"bytes={start}-"
