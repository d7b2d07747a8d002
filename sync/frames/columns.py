"""Columns of values as bytes-to-be: each encoding is chosen by looking at the values, and is lossless.

An encoded column is `[tag, data]`; the tag is a byte of the stored format, so new encodings can follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, Final

from sync.errors import DaftarError
from sync.frames import integers

RAW: Final = 0
DAYS: Final = 1
TABLE: Final = 2
WHOLE: Final = 3
SCALED: Final = 4
SAME: Final = 5
INTEGERS: Final = 7
TEXTS: Final = 8

_EPOCH: Final = date(2000, 1, 1).toordinal()
_DIGITS: Final = frozenset("-0123456789")
_MAX_SCALE: Final = 6
_MAX_DIGITS: Final = 17
_BIGGEST: Final = 10**_MAX_DIGITS
_SMALL_TABLE: Final = 256
_WORD: Final = 1 << 62
_REMEMBERED_DAYS: Final = 1 << 14


def encode(values: Sequence[Any]) -> list[Any]:
    """Encode a column of canonical values."""
    if not values:
        return [RAW, []]
    first, types = values[0], set(map(type, values))
    if len(types) == 1:
        if len(values) > 1 and type(first) is not list and values.count(first) == len(values):
            return [SAME, first, len(values)]
        if type(first) is str:
            return _encode_text(values, first)
        if type(first) is int and max(values) < _WORD and min(values) > -_WORD:
            return [INTEGERS, integers.pack(values)]
    return [RAW, list(values)]


def _encode_text(values: Sequence[str], first: str) -> list[Any]:
    distinct = dict.fromkeys(values)
    if len(first) == 10 and first[4] == "-":
        days = _days(distinct)
        if days is not None:
            return [DAYS, integers.pack([days[text] for text in values])]
    if first and first[0] in _DIGITS:
        numbers = _numbers(values)
        if numbers is not None:
            return numbers
    if len(values) >= 4 and len(distinct) * 2 <= len(values):
        index = {text: at for at, text in enumerate(distinct)}
        places = [index[text] for text in values]
        small = len(distinct) <= _SMALL_TABLE
        return [TABLE, list(distinct), bytes(places) if small else integers.pack(places)]
    if len(values) >= 16:
        return [TEXTS, integers.pack(list(map(len, values))), "".join(values)]
    return [RAW, list(values)]


def _days(distinct: Iterable[str]) -> dict[str, int] | None:
    days = {}
    try:
        for text in distinct:
            day = date.fromisoformat(text)
            # Weeks (2026-W01-1) are dates to Python too.
            if day.isoformat() != text:
                return None
            days[text] = day.toordinal() - _EPOCH
    except ValueError:
        return None
    return days


def _numbers(values: Sequence[str]) -> list[Any] | None:
    try:
        whole = list(map(int, values))
    except ValueError:
        return _scaled(values)
    if list(map(str, whole)) != list(values) or max(whole) >= _BIGGEST or min(whole) <= -_BIGGEST:
        return None
    return [WHOLE, integers.pack(whole)]


def _scaled(values: Sequence[str]) -> list[Any] | None:
    scale = 0
    for text in values:
        whole, point, part = text.partition(".")
        if point:
            scale = max(scale, len(part))
            if not part or part[-1] == "0" or "-" in part:
                return None
        if scale > _MAX_SCALE or len(whole) + scale > _MAX_DIGITS:
            return None
        digits = whole.removeprefix("-") + part
        if not digits.isascii() or not digits.isdigit():
            return None
    numbers = [int(text.replace(".", "") + "0" * (scale - len(text.partition(".")[2]))) for text in values]
    if not scale or scale_out(numbers, scale) != list(values):
        return None
    return [SCALED, scale, integers.pack(numbers)]


def scale_out(numbers: Sequence[int], scale: int) -> list[str]:
    """Canonical decimal texts of scaled whole numbers."""
    texts = []
    for number in numbers:
        sign, digits = ("-", str(-number)) if number < 0 else ("", str(number))
        digits = digits.rjust(scale + 1, "0")
        text = (digits[:-scale] + "." + digits[-scale:]).rstrip("0").rstrip(".")
        texts.append(sign + text)
    return texts


def decode(column: Any, count: int) -> list[Any]:
    """Decode a column and insist on `count` values; raises `DaftarError("bad_frame")`."""
    try:
        values = _decode(column, count)
    except (TypeError, ValueError, IndexError, OverflowError, KeyError) as error:
        raise DaftarError("bad_frame", reason="column") from error
    if len(values) != count:
        raise DaftarError("bad_frame", reason="column length")
    return values


def _decode(column: Any, count: int) -> list[Any]:
    tag = column[0]
    if tag == RAW:
        return list(column[1])
    if tag == TABLE:
        table = column[1]
        places = column[2] if type(column[2]) is bytes else integers.unpack(column[2])
        if places and min(places) < 0:
            raise ValueError(tag)
        return [table[place] for place in places]
    if tag == WHOLE:
        return list(map(str, integers.unpack(column[1])))
    if tag == DAYS:
        return list(map(_day, integers.unpack(column[1])))
    if tag == INTEGERS:
        return integers.unpack(column[1])
    if tag == SCALED:
        scale = column[1]
        if type(scale) is not int or not 0 < scale <= _MAX_SCALE:
            raise ValueError(scale)
        return scale_out(integers.unpack(column[2]), scale)
    if tag == TEXTS:
        return _cut(column[2], integers.unpack(column[1]))
    if tag == SAME:
        if column[2] != count:
            raise ValueError(count)
        return [column[1]] * count
    raise ValueError(tag)


@lru_cache(_REMEMBERED_DAYS)
def _day(number: int) -> str:
    return date.fromordinal(number + _EPOCH).isoformat()


def _cut(text: str, lengths: Sequence[int]) -> list[str]:
    ends = list(accumulate(lengths))
    if type(text) is not str or not ends or ends[-1] != len(text) or min(lengths) < 0:
        raise ValueError(TEXTS)
    return list(map(text.__getitem__, map(slice, chain((0,), ends), ends)))
