"""Requests and answers of `/v1/verify`: which records differ where two digests do, and what they are.

First the asker sends its 256 sums and gets the terms of the records in the buckets that differ; then it asks
for the states of some records.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.digest import EMPTY, TERM_BYTES
from sync.errors import DaftarError
from sync.wire.packing import ID_BYTES, PROTOCOL, extra, fields, items, octets, pack, text, unpack, whole

MOST_STATES = 200
MOST_PLACES = 16
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """`buckets` is empty where only the states of `records` are asked for, or what stands at `places`."""

    device: int
    workspace: int
    cursor: int
    buckets: bytes = b""
    records: tuple[bytes, ...] = ()
    places: tuple[int, ...] = ()
    """Numbers (`pseq`): asked is a sum over the changes behind `after` up to each of them, in their order."""
    after: int = 0

    def pack(self) -> bytes:
        row = [PROTOCOL, self.device, self.workspace, self.cursor, self.buckets, b"".join(self.records)]
        return pack([*row, list(self.places), self.after] if self.places else row)

    @classmethod
    def unpack(cls, data: bytes) -> VerifyRequest:
        body = unpack(data, 6)
        buckets, records = octets(body[4]), octets(body[5])
        if len(buckets) not in (0, len(EMPTY)) or len(records) % ID_BYTES:
            raise DaftarError("bad_message")
        cut = tuple(records[at : at + ID_BYTES] for at in range(0, len(records), ID_BYTES))
        if len(cut) > MOST_STATES:
            raise DaftarError("bad_message")
        places = tuple(whole(item) for item in items(extra(body, 6, []), MOST_PLACES))
        after = whole(extra(body, 7, 0))
        return cls(whole(body[1]), whole(body[2]), whole(body[3]), buckets, cut, places, after)


@dataclass(frozen=True, slots=True)
class SentState:
    """The settled state of one record, and its long texts."""

    record: bytes
    kind: str
    state: bytes
    texts: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyAnswer:
    """`head` says where the workspace stands; nothing else is told where that is not the asker's cursor."""

    head: int
    summary: bytes
    buckets: tuple[int, ...] = ()
    terms: tuple[tuple[bytes, bytes], ...] = ()
    states: tuple[SentState, ...] = ()
    found: tuple[tuple[int, bytes], ...] = ()
    """`pseq` and sum for each place that was asked for, as far as the order is known from `after` on."""

    def pack(self) -> bytes:
        terms = b"".join(record + term for record, term in self.terms)
        states = [
            [one.record, one.kind, one.state, [list(named) for named in one.texts]] for one in self.states
        ]
        row = [PROTOCOL, self.head, self.summary, list(self.buckets), terms, states]
        return pack([*row, [list(one) for one in self.found]] if self.found else row)

    @classmethod
    def unpack(cls, data: bytes) -> VerifyAnswer:
        body = unpack(data, 6)
        flat = octets(body[4])
        size = ID_BYTES + TERM_BYTES
        terms = [
            (flat[at : at + ID_BYTES], flat[at + ID_BYTES : at + size]) for at in range(0, len(flat), size)
        ]
        return cls(
            whole(body[1]),
            octets(body[2], ID_BYTES),
            tuple(whole(item) for item in items(body[3], 256)),
            tuple(terms),
            tuple(_read_state(item) for item in items(body[5], MOST_STATES)),
            tuple(_read_place(item) for item in items(extra(body, 6, []), MOST_PLACES)),
        )


def _read_place(item: object) -> tuple[int, bytes]:
    pseq, found = fields(item, 2)
    return whole(pseq), octets(found, ID_BYTES)


def _read_state(item: object) -> SentState:
    record, kind, state, texts = fields(item, 4)
    rows = (fields(one, 2) for one in items(texts, _MOST))
    named = tuple((text(name), octets(data)) for name, data in rows)
    return SentState(octets(record, ID_BYTES), text(kind), octets(state), named)
