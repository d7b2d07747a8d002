"""Damages bytes the way links, sticks and enemies do; the same chance gives the same damage."""

import random
from collections.abc import Sequence

TELLING = (0, 1, 0x7F, 0x80, 0xC0, 0xC1, 0xCF, 0xD9, 0xDC, 0xDD, 0xDE, 0xDF, 0xFF)
LONGEST_RUN = 64


def damaged(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """One to four damages of `data`; `others` are what pieces may be taken from."""
    for _ in range(chance.randrange(1, 5)):
        data = chance.choice(_WAYS)(data, others, chance)
    return data


def _flip(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _put(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.choice(TELLING)]) + data[at + 1 :]


def _cut(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _drop(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.randrange(LONGEST_RUN) :]


def _repeat(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    run = data[at : at + chance.randrange(LONGEST_RUN)]
    return data[:at] + run * chance.randrange(2, 9) + data[at:]


def _huge_length(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    """The head of a MessagePack value that promises far more than there is."""
    at = chance.randrange(len(data) + 1)
    head = chance.choice((b"\xdd", b"\xdf", b"\xc6", b"\xdb")) + chance.choice(
        (b"\xff" * 4, b"\x7f\xff\xff\xff")
    )
    return data[:at] + head + data[at:]


def _splice(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


_WAYS = (_flip, _flip, _put, _put, _cut, _drop, _repeat, _huge_length, _splice)
