"""An additive 128-bit digest over settled state, in 256 buckets (SYNC §7).

Each record contributes one term, a hash of its values and of the heads of its changed fields, so a
flipped bit anywhere in them is seen. Sums do not depend on order, batching or compaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgpack

from sync.changes import pack_body
from sync.frames import Group
from sync.frames.bodies import pack_bodies
from sync.merge.record import RecordState
from sync.merge.register import Register
from sync.merge.texts import FirstText, text_term

BUCKETS: Final = 256
TERM_BYTES: Final = 16
_MODULUS: Final = 1 << 128
EMPTY: Final = bytes(BUCKETS * TERM_BYTES)


def plain_term(record: bytes, kind: str, body: bytes) -> bytes:
    """The term of a record as created: `body` is `pack_body` of its values, without text fields."""
    return hashlib.blake2b(record + kind.encode() + b"\0" + body, digest_size=TERM_BYTES).digest()


def record_term(state: RecordState) -> bytes:
    """The term of a record; what changed after the creation is added to its plain term's input."""
    body = pack_body(state.values)
    if state.heads or state.texts:
        heads = [
            [key, [[*head.id, head.stamp, head.author, head.value] for head in register.heads]]
            for key, register in sorted(state.heads.items())
            if not _as_created(register)
        ]
        texts = [[name, text_term(snapshot)] for name, snapshot in sorted(state.texts.items()) if snapshot]
        if heads or texts:
            body += msgpack.packb((heads, texts))
    return plain_term(state.record, state.kind, body)


def group_terms(group: Group, texts: Mapping[str, Sequence[FirstText]]) -> list[bytes]:
    """The terms of new records that nobody has changed, from their columns."""
    return new_terms(group, pack_bodies(group, texts=False), texts)


def new_terms(group: Group, bodies: Sequence[bytes], texts: Mapping[str, Sequence[FirstText]]) -> list[bytes]:
    """Like `group_terms`, for packed bodies without texts."""
    whole = list(bodies)
    for row, tail in text_tails(group, texts).items():
        whole[row] += tail
    kind, hashed = group.kind.encode() + b"\0", hashlib.blake2b
    return [
        hashed(record + kind + body, digest_size=TERM_BYTES).digest()
        for record, body in zip(group.records, whole, strict=True)
    ]


def text_tails(group: Group, texts: Mapping[str, Sequence[FirstText]]) -> dict[int, bytes]:
    """Row -> what its long texts add to the input of its term."""
    terms: dict[int, list[object]] = {}
    for column in sorted(group.columns, key=lambda column: column.name):
        if column.name in texts:
            rows = range(len(group.records)) if column.rows is None else column.rows
            for row, text in zip(rows, texts[column.name], strict=True):
                terms.setdefault(row, []).append([column.name, text.term])
    return {row: bytes(msgpack.packb(([], named))) for row, named in terms.items()}


def _as_created(register: Register) -> bool:
    return len(register.heads) == 1 and register.heads[0].creation and not register.awaited


def bucket_of(record: bytes) -> int:
    """The bucket of a record: its last byte, which counts up in native ids."""
    return record[-1]


class Digest:
    """The 256 sums of one workspace, updated by replacing terms."""

    def __init__(self, stored: bytes = EMPTY) -> None:
        self._stored: bytes | None = stored
        self._read: list[int] = []

    def _sums(self) -> list[int]:
        """The sums as numbers, to be written to; most digests are only looked at."""
        stored, self._stored = self._stored, None
        if stored is not None and not self._read:
            self._read = [
                int.from_bytes(stored[at : at + TERM_BYTES]) for at in range(0, len(stored), TERM_BYTES)
            ]
        return self._read

    def replace(self, record: bytes, old: bytes | None, new: bytes | None) -> None:
        """Take the old term of a record out and put the new one in."""
        delta = (int.from_bytes(new) if new else 0) - (int.from_bytes(old) if old else 0)
        sums, bucket = self._sums(), record[-1]
        sums[bucket] = (sums[bucket] + delta) % _MODULUS

    def add_all(self, terms: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the terms of new records: `(record id, term)`."""
        sums = self._sums()
        for record, term in terms:
            sums[record[-1]] += int.from_bytes(term)
        self._read = [total % _MODULUS for total in sums]

    def stored(self) -> bytes:
        """The 4,096 bytes that are kept beside the head."""
        if self._stored is None:
            self._stored = b"".join(total.to_bytes(TERM_BYTES) for total in self._read)
        return self._stored

    def summary(self) -> bytes:
        """16 bytes that stand for all buckets: what a sync compares."""
        return hashlib.blake2b(self.stored(), digest_size=TERM_BYTES).digest()
