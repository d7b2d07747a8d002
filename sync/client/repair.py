"""Finds the records in which a laptop differs from the server, and takes their settled states over.

The laptop adds up what its tables really hold; neither side ever takes over the other's sums. What is not
sent yet stays as it is, on top of the settled state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from sync.digest import Digest, bucket_of, record_term
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.replica.mending import add_up, parts, put_digest, put_states
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState
from sync.wire.states import unpack_state
from sync.wire.verify import MOST_STATES, VerifyAnswer, VerifyRequest

T = TypeVar("T")

_ROUNDS = 8


class Asks(Protocol):
    """What a repair needs of a transport."""

    def post(self, path: str, body: bytes) -> object: ...


class Writes(Protocol):
    """What a repair needs of the laptop."""

    def run(self, job: Callable[[Replica], T]) -> T: ...

    def apply(self, job: Callable[[Replica], Changed]) -> Changed: ...


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of one workspace. `equal`: it is now what the server has.

    `only_here` counts settled records that the server does not have; they are left alone.
    """

    workspace: bytes
    name: str
    records: tuple[tuple[str, bytes], ...] = ()
    only_here: int = 0
    sums: bool = False
    """The laptop's own sums were wrong."""
    equal: bool = True


def repair_all(line: Asks, local: Writes, *, suspects: Sequence[bytes] = ()) -> list[Repaired]:
    """Repair every workspace of this laptop; run behind a sync, because only equal cursors can be compared.

    The states of `suspects` are taken over in any case, where the server has them.
    """
    states = local.run(lambda replica: [one for one in replica.workspaces.all() if one.number is not None])
    return [_Repair(line, local, state).run(suspects) for state in states]


class _Repair:
    """One workspace."""

    def __init__(self, line: Asks, local: Writes, state: WorkspaceState) -> None:
        self._line, self._local, self._state = line, local, state
        self._device = local.run(lambda replica: replica.identity.device)
        self._terms: dict[bytes, bytes] = {}
        self._mended: dict[bytes, str] = {}
        self._only_here: set[bytes] = set()
        self._wrong = 0

    def run(self, suspects: Sequence[bytes]) -> Repaired:
        state = self._state
        self._terms = self._add_up()
        stored = self._local.run(lambda replica: replica.workspaces.get(state.id).digest.stored())
        equal = False
        for at in range(0, len(suspects), MOST_STATES):
            self._take(suspects[at : at + MOST_STATES])
        for _ in range(_ROUNDS):
            answer = self._ask(buckets=self._digest().stored())
            if answer.head != state.cursor:
                break
            equal = answer.summary == self._digest().summary()
            if equal or not self._mend(answer):
                break
        sums = self._digest().stored() != stored
        if sums or self._mended:
            self._local.apply(partial(put_digest, workspace=state.id, terms=self._terms))
        records = tuple((kind, record) for record, kind in self._mended.items())
        own_sums = (sums or self._wrong > 0) and not self._mended
        return Repaired(state.id, state.name, records, len(self._only_here), own_sums, equal)

    def _add_up(self) -> dict[bytes, bytes]:
        terms: dict[bytes, bytes] = {}
        workspace = self._state.id
        for kind, rowids in self._local.run(lambda replica: list(parts(replica, workspace))):
            found, wrong = self._local.run(partial(add_up, workspace=workspace, kind=kind, rowids=rowids))
            terms |= found
            self._wrong += wrong
        return terms

    def _digest(self) -> Digest:
        digest = Digest()
        digest.add_all(self._terms.items())
        return digest

    def _mend(self, answer: VerifyAnswer) -> bool:
        """Take over the states of what differs; False where nothing could be done."""
        theirs, buckets = dict(answer.terms), set(answer.buckets)
        differing = [record for record, term in theirs.items() if self._terms.get(record) != term]
        own = {record for record in self._terms if bucket_of(record) in buckets}
        self._only_here |= own - theirs.keys()
        moved = False
        for at in range(0, len(differing), MOST_STATES):
            moved = self._take(differing[at : at + MOST_STATES]) or moved
        return moved

    def _take(self, records: Sequence[bytes]) -> bool:
        workspace = self._state.id
        told = []
        for sent in self._ask(records=tuple(records)).states:
            state, _ = unpack_state(sent.state, workspace=workspace, kind=sent.kind, record=sent.record)
            state.texts = dict(sent.texts)
            told.append(state)
            self._mended[sent.record] = sent.kind
        self._local.apply(partial(put_states, workspace=workspace, told=told))
        for state in told:
            self._terms[state.record] = record_term(state)
        return bool(told)

    def _ask(self, *, buckets: bytes = b"", records: tuple[bytes, ...] = ()) -> VerifyAnswer:
        number = self._state.number
        assert number is not None
        request = VerifyRequest(self._device, number, self._state.cursor, buckets, records)
        reply = self._line.post("/v1/verify", request.pack())
        body, complete = getattr(reply, "body", b""), getattr(reply, "complete", False)
        if not complete:
            raise DaftarError("connection_cut")
        return VerifyAnswer.unpack(body)
