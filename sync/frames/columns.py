"""Columns of values as bytes-to-be: each encoding is chosen by looking at the values, and is lossless.

An encoded column is `[tag, data]`; the tag is a byte of the stored format, so new encodings can follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import Any, Final

from sync.errors import DaftarError

RAW: Final = 0
DAYS: Final = 1
TABLE: Final = 2
WHOLE: Final = 3
SCALED: Final = 4
SAME: Final = 5

_EPOCH: Final = date(2000, 1, 1).toordinal()
_DIGITS: Final = frozenset("-0123456789")
_MAX_SCALE: Final = 6
_MAX_DIGITS: Final = 17
_SMALL_TABLE: Final = 256


def encode(values: Sequence[Any]) -> list[Any]:
    """Encode a column of canonical values."""
    first = values[0] if values else None
    if (
        len(values) > 1
        and type(first) is not list
        and all(type(v) is type(first) and v == first for v in values)
    ):
        return [SAME, first, len(values)]
    if isinstance(first, str) and all(type(value) is str for value in values):
        return _encode_text(values, first)
    return [RAW, list(values)]


def _encode_text(values: Sequence[str], first: str) -> list[Any]:
    if len(first) == 10 and first[4] == "-":
        days = _days(values)
        if days is not None:
            return [DAYS, days]
    if first and first[0] in _DIGITS:
        numbers = _numbers(values)
        if numbers is not None:
            return numbers
    distinct = dict.fromkeys(values)
    if len(values) >= 4 and len(distinct) * 2 <= len(values):
        index = {text: at for at, text in enumerate(distinct)}
        places = [index[text] for text in values]
        return [TABLE, list(distinct), bytes(places) if len(distinct) <= _SMALL_TABLE else places]
    return [RAW, list(values)]


def _days(values: Sequence[str]) -> list[int] | None:
    days = []
    try:
        for text in values:
            if len(text) != 10 or text[4] != "-":
                return None
            days.append(date.fromisoformat(text).toordinal() - _EPOCH)
    except ValueError:
        return None
    return days


def _numbers(values: Sequence[str]) -> list[Any] | None:
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
    if scale_out(numbers, scale) != list(values):
        return None
    return [SCALED, scale, numbers] if scale else [WHOLE, numbers]


def scale_out(numbers: Sequence[int], scale: int) -> list[str]:
    """Canonical decimal texts of scaled whole numbers."""
    if not scale:
        return [str(number) for number in numbers]
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
    if tag == DAYS:
        return [date.fromordinal(day + _EPOCH).isoformat() for day in column[1]]
    if tag == TABLE:
        table = column[1]
        if any(place < 0 for place in column[2]):
            raise ValueError(tag)
        return [table[place] for place in column[2]]
    if tag == WHOLE:
        return [str(_whole(number)) for number in column[1]]
    if tag == SCALED:
        scale = column[1]
        if not 0 < scale <= _MAX_SCALE:
            raise ValueError(scale)
        return scale_out([_whole(number) for number in column[2]], scale)
    if tag == SAME:
        if column[2] != count:
            raise ValueError(count)
        return [column[1]] * count
    raise ValueError(tag)


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise TypeError(number)
    return number


def deltas(numbers: Sequence[int]) -> list[int]:
    """First value, then differences; a run of equal steps compresses to almost nothing."""
    return [numbers[0], *(b - a for a, b in pairwise(numbers))] if numbers else []


def undeltas(steps: Sequence[Any]) -> list[int]:
    """The inverse of `deltas`; raises `DaftarError("bad_frame")` for anything but whole numbers."""
    if any(type(step) is not int for step in steps):
        raise DaftarError("bad_frame", reason="deltas")
    return list(accumulate(steps))
