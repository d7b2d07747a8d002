"""Keys that keep a list in order: between any two there is always room for another.

The place of a record among its siblings is one register: `[parent id or None, key]`. Siblings are sorted by
(key, record id), so two laptops that choose the same key still show one order.

A key is a whole part, whose first letter tells its length ("a0" … "az", "b00" …, backwards "Zz", "Yzz"), and
a fraction. Adding at an end counts the whole part up or down, so long lists keep short keys.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST: Final = "a0"
_BASE: Final = len(DIGITS)
_LOWEST: Final = "A" + DIGITS[0] * 26


def is_key(text: str) -> bool:
    """Whether a text is a key that `between` can work with."""
    if not text.isascii() or not text.isalnum() or not text[0].isalpha() or text == _LOWEST:
        return False
    length = _whole_length(text[0])
    return len(text) >= length and not text[length:].endswith(DIGITS[0])


def between(before: str | None, after: str | None) -> str:
    """A key that sorts after `before` and before `after`; None stands for the end of the list."""
    if before is not None and after is not None and before >= after:
        raise ValueError("keys are not in order")
    if before is None:
        return FIRST if after is None else _previous(after)
    if after is None:
        return _next(before)
    whole, fraction = _split(before)
    after_whole, after_fraction = _split(after)
    if whole == after_whole:
        return whole + _middle(fraction, after_fraction)
    following = _count(whole, 1)
    if following is not None and following < after:
        return following
    return whole + _middle(fraction, "")


def spread(count: int, before: str | None = None, after: str | None = None) -> list[str]:
    """`count` keys in order between two others, as short as they can be."""
    if count <= 0:
        return []
    if after is None or before is None:
        return _run(count, before, after)
    middle = between(before, after)
    half = count // 2
    return [*spread(half, before, middle), middle, *spread(count - half - 1, middle, after)]


def key_at(keys: Sequence[str], index: int) -> str:
    """A key for a new entry at `index` of a sorted list, stepping over equal keys of concurrent moves."""
    before = keys[index - 1] if index > 0 else None
    after = next((key for key in keys[index:] if before is None or key > before), None)
    return between(before, after)


def _run(count: int, before: str | None, after: str | None) -> list[str]:
    keys: list[str] = []
    upward = after is None
    for _ in range(count):
        edge = keys[-1] if keys else None
        keys.append(between(edge or before, None) if upward else between(None, edge or after))
    ordered = keys if upward else keys[::-1]
    assert all(left < right for left, right in pairwise(ordered))
    return ordered


def _whole_length(head: str) -> int:
    """Characters of the whole part: 2 for "a" and "Z", 3 for "b" and "Y", and so on."""
    return ord(head) - ord("a") + 2 if head >= "a" else ord("Z") - ord(head) + 2


def _split(key: str) -> tuple[str, str]:
    if not is_key(key):
        raise ValueError(f"not an order key: {key[:40]!r}")
    length = _whole_length(key[0])
    return key[:length], key[length:]


def _next(key: str) -> str:
    whole, fraction = _split(key)
    following = _count(whole, 1)
    return following if following is not None else whole + _middle(fraction, "")


def _previous(key: str) -> str:
    whole, fraction = _split(key)
    if fraction:
        return whole if whole != _LOWEST else whole + _middle("", fraction)
    preceding = _count(whole, -1)
    assert preceding is not None
    return preceding if preceding != _LOWEST else preceding + _middle("", "")


def _count(whole: str, step: int) -> str | None:
    """The next or previous whole part; None where counting ends."""
    head, digits = whole[0], [DIGITS.index(digit) for digit in whole[1:]]
    for place in reversed(range(len(digits))):
        digits[place] += step
        if 0 <= digits[place] < _BASE:
            return head + "".join(DIGITS[digit] for digit in digits)
        digits[place] %= _BASE
    heads = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    moved = heads.index(head) + step
    if not 0 <= moved < len(heads):
        return None
    edge = DIGITS[0] if step > 0 else DIGITS[-1]
    return heads[moved] + edge * (_whole_length(heads[moved]) - 1)


def _middle(low: str, high: str) -> str:
    """A fraction between two fractions; "" as `high` is one. Never ends in the digit 0."""
    shared = 0
    while shared < len(high) and (low[shared : shared + 1] or DIGITS[0]) == high[shared]:
        shared += 1
    if shared:
        return high[:shared] + _middle(low[shared:], high[shared:])
    floor = DIGITS.index(low[0]) if low else 0
    ceiling = DIGITS.index(high[0]) if high else _BASE
    if ceiling - floor > 1:
        return DIGITS[(floor + ceiling) // 2]
    if len(high) > 1:
        return high[0]
    return DIGITS[floor] + _middle(low[1:], "")
