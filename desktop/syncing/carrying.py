"""Handing in at the server what colleagues gave to be carried: before this laptop's own changes."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.handing import hand_in_parcels
from desktop.syncing.identity import read_self, read_trusted, server_keys
from desktop.syncing.line import asked
from sync.bundles.writing import FAT32, Draft, write_bundle
from sync.client.bundles import notes_of, strand_piece
from sync.clock import Clock
from sync.frames.strand import Strand
from sync.replica.changed import Changed, Touched
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState
from sync.wire.keys import BundleAnswer

if TYPE_CHECKING:
    from sync.client.session import Replying

FINAL: Final = frozenset(
    {"strand_fork", "device_revoked", "not_granted", "bundle_forged", "bundle_untrusted", "code_used"}
)
"""What the server will say again however often it is asked."""

_AT_ONCE: Final = 4 * 1024 * 1024


def hand_in(store: Store, reader: Reader, line: Replying, *, clock: Clock) -> int | None:
    """Hand in sealed parcels, then colleagues' strands; says how many changes the server took, or nothing
    where strands have to wait: who hands them in is not known to the server before the first sync under a
    new device number.
    """
    taken = hand_in_parcels(store, reader, line, clock=clock)
    server = server_keys(reader)
    if server is None or not reader.connection.execute("SELECT 1 FROM strand LIMIT 1").fetchone():
        return taken
    store.run(lambda replica: replica.drop_damaged())
    if not read_self(store, reader, clock=clock).card.confirmed_by(server):
        return None
    for states, strands in _batches(store):
        taken += _hand_in_strands(store, reader, line, states, strands, clock=clock)
    return taken


def _batches(store: Store) -> Iterator[tuple[list[WorkspaceState], list[tuple[int, Strand]]]]:
    """Everything carried, some megabytes at a time."""

    def job(replica: Replica) -> tuple[list[WorkspaceState], list[tuple[int, Strand]]]:
        states = [one for one in replica.workspaces.all() if one.number is not None]
        found = [
            (at, strand) for at, state in enumerate(states) for strand in replica.carried.unordered(state)
        ]
        return states, found

    states, left = store.run(job)
    batch: list[tuple[int, Strand]] = []
    size = 0
    for place, strand in left:
        if batch and size + len(strand.frame) > _AT_ONCE:
            yield states, batch
            batch, size = [], 0
        batch.append((place, strand))
        size += len(strand.frame)
    if batch:
        yield states, batch


def _hand_in_strands(
    store: Store,
    reader: Reader,
    line: Replying,
    states: list[WorkspaceState],
    strands: list[tuple[int, Strand]],
    *,
    clock: Clock,
) -> int:
    me, server = read_self(store, reader, clock=clock), server_keys(reader)
    assert server is not None
    known = read_trusted(reader).cards
    authors = sorted({strand.device for _, strand in strands})
    cards = [known[device] for device in authors if device in known]
    notes, out = notes_of(states, cards, stands={}), io.BytesIO()

    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield out

    draft = Draft("up", clock.now_ms(), me.card, me.keys[0], notes, (server,), "", server.mark)
    pieces = (strand_piece(strand, place) for place, strand in strands)
    write_bundle(draft, pieces, open_volume, draw=secrets.token_bytes, split=FAT32)
    answer = BundleAnswer.unpack(asked(line, "/v1/bundles", out.getvalue()))
    final = [one for one in answer.handed if one.code in FINAL]
    if final:
        places = {state.id: state for state in states}

        def refuse(replica: Replica) -> Changed:
            touched = Touched()
            for one in final:
                state = places.get(one.workspace)
                if state is not None:
                    again = replica.carried.refuse(state, one.device, one.code)
                    replica.tentative.fold_again(state, again, touched)
            return touched.changed(local=False)

        store.run(refuse)
    return sum(one.taken for one in answer.handed)
