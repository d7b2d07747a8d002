"""Answers a laptop whose digest differs: which records it must look at, and their settled states."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Connection, select

from sync.digest import BUCKETS, TERM_BYTES, bucket_of
from sync.errors import DaftarError
from sync.frames.ordering import order_sums
from sync.server.access import NONE, NOT_GRANTED
from sync.server.refolding import is_sound, renew_one
from sync.server.states import pack_state
from sync.server.storage import Storage, archive, journal
from sync.server.storage.archive import RecordRow
from sync.server.storage.people import Reach
from sync.server.storage.schema import document, record
from sync.server.stored import unpack_effective
from sync.wire.verify import SentState, VerifyAnswer, VerifyRequest

_MOST_TERMS: Final = 50_000


def verify(
    storage: Storage, connection: Connection, reach: Reach | None, request: VerifyRequest
) -> VerifyAnswer:
    """Compare buckets, send states, or add up in which order changes stand.

    Raises `not_granted` for a workspace the asker may not read.
    """
    if reach is None or reach.role == NONE:
        raise DaftarError(NOT_GRANTED)
    workspace = reach.workspace.id
    head = journal.read_head(connection, workspace)
    found = tuple(_order(connection, workspace, request).items()) if request.places else ()
    if head.pseq != request.cursor or found:
        return VerifyAnswer(head.pseq, head.summary, found=found)
    differing = _differing(request.buckets, head.digest) if request.buckets else ()
    terms = _terms(connection, workspace, differing) if differing else []
    states = _states(storage, connection, workspace, request.records) if request.records else ()
    told = tuple(number for number in differing if number <= (bucket_of(terms[-1][0]) if terms else BUCKETS))
    return VerifyAnswer(head.pseq, head.summary, told, tuple(terms), states)


def _order(connection: Connection, workspace: bytes, request: VerifyRequest) -> dict[int, bytes]:
    """The sums at the places that were asked for, from what is behind the horizon on."""
    history = (stored for stored, _ in archive.history_frames(connection, workspace))
    frames = (
        (stored.first_pseq, stored.last_pseq, stored.frame, unpack_effective(stored.effective))
        for stored in chain(history, archive.log_frames(connection, workspace))
    )
    return order_sums(frames, workspace, after=request.after, places=request.places)


def _differing(theirs: bytes, ours: bytes) -> tuple[int, ...]:
    places = range(0, BUCKETS * TERM_BYTES, TERM_BYTES)
    parts = ((theirs[at : at + TERM_BYTES], ours[at : at + TERM_BYTES]) for at in places)
    return tuple(number for number, (one, other) in enumerate(parts) if one != other)


def _terms(connection: Connection, workspace: bytes, buckets: Sequence[int]) -> list[tuple[bytes, bytes]]:
    """The terms in some buckets, whole buckets only, the first of them where they are too many."""
    wanted = set(buckets)
    query = select(record.c.record_id, record.c.term).where(record.c.workspace_id == workspace)
    found = [
        (bytes(key), bytes(term))
        for key, term in connection.execute(query)
        if bucket_of(bytes(key)) in wanted
    ]
    found.sort(key=lambda one: (bucket_of(one[0]), one[0]))
    if len(found) <= _MOST_TERMS:
        return found
    last = bucket_of(found[_MOST_TERMS][0])
    return [one for one in found[:_MOST_TERMS] if bucket_of(one[0]) < last]


def _states(
    storage: Storage, connection: Connection, workspace: bytes, records: Sequence[bytes]
) -> tuple[SentState, ...]:
    """The states of records; one that the disk has damaged as the log tells it, and without a state where
    nobody can tell it.
    """
    texts: dict[bytes, dict[str, bytes]] = {}
    for _, key, name, snapshot in storage.bulk.fetch(
        connection, document, workspace=workspace, records=records
    ):
        texts.setdefault(bytes(key), {})[name] = bytes(snapshot)
    rows = storage.bulk.fetch(connection, record, workspace=workspace, records=records)
    found = [RecordRow(bytes(key), kind, bytes(state), bytes(term)) for _, key, kind, state, term in rows]
    sent = []
    for row in found:
        own, stored = texts.get(row.id, {}), row.state
        if not is_sound(row, own, workspace):
            state = renew_one(connection, workspace, row.id, term=row.term)
            own, stored = ({}, b"") if state is None else (state.texts, pack_state(state))
        sent.append(SentState(row.id, row.kind, stored, tuple(sorted(own.items()))))
    return tuple(sent)
