"""Whole numbers in as few bytes as the widest needs, laid out byte by byte, so that the high bytes, which
hardly differ, compress to nothing.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate, chain
from operator import sub
from typing import Any, Final

from sync.errors import DaftarError

_FEW: Final = 8
"""Up to this many numbers a plain list is smaller."""
_CONTAINERS: Final = {1: "B", 2: "H", 3: "I", 4: "I", 5: "Q", 6: "Q", 7: "Q", 8: "Q"}
_SIZES: Final = {"B": 1, "H": 2, "I": 4, "Q": 8}
_LOWEST: Final = -(1 << 63)
_MOST: Final = 1 << 20


def pack(numbers: Sequence[int]) -> list[Any]:
    """The numbers as a plain list, or as `[width, lowest, planes]`; they must fit 64 bits."""
    if len(numbers) <= _FEW:
        return list(numbers)
    low = min(numbers)
    width = max(1, ((max(numbers) - low).bit_length() + 7) // 8)
    if width > 8:
        return list(numbers)
    code = _CONTAINERS[width]
    held = array(code, [number - low for number in numbers] if low else numbers)
    if sys.byteorder == "big":
        held.byteswap()
    data, size = held.tobytes(), _SIZES[code]
    return [width, low, b"".join([data[plane::size] for plane in range(width)])]


def unpack(packed: Any) -> list[int]:
    """The inverse of `pack`; raises `DaftarError("bad_frame")` for anything but whole numbers."""
    if type(packed) is list and len(packed) == 3 and type(packed[2]) is bytes:
        return _from_planes(*packed)
    if type(packed) is not list or not set(map(type, packed)) <= {int}:
        raise DaftarError("bad_frame", reason="integers")
    return packed


def _from_planes(width: Any, low: Any, planes: bytes) -> list[int]:
    if type(width) is not int or width not in _CONTAINERS or type(low) is not int or low < _LOWEST:
        raise DaftarError("bad_frame", reason="integers")
    count, rest = divmod(len(planes), width)
    if rest or count > _MOST:
        raise DaftarError("bad_frame", reason="integers")
    code = _CONTAINERS[width]
    size = _SIZES[code]
    data = bytearray(size * count)
    for plane in range(width):
        data[plane::size] = planes[plane * count : (plane + 1) * count]
    held = array(code)
    held.frombytes(data)
    if sys.byteorder == "big":
        held.byteswap()
    return [low + number for number in held] if low else held.tolist()


def deltas(numbers: Sequence[int]) -> list[Any]:
    """The first number and the differences to the next; a run of equal steps compresses to nothing."""
    if len(numbers) <= _FEW:
        return [*numbers[:1], *map(sub, numbers[1:], numbers)]
    return [numbers[0], pack(list(map(sub, numbers[1:], numbers)))]


def undeltas(packed: Any) -> list[int]:
    """The inverse of `deltas`; raises `DaftarError("bad_frame")` for anything but whole numbers."""
    if type(packed) is list and len(packed) == 2 and type(packed[1]) is list:
        first, steps = packed[:1], unpack(packed[1])
    else:
        first, steps = [], packed
    if type(steps) is not list or not set(map(type, chain(first, steps))) <= {int}:
        raise DaftarError("bad_frame", reason="integers")
    return list(accumulate(chain(first, steps)))
