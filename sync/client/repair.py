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
from sync.merge import RecordState
from sync.replica.aside import unlike
from sync.replica.careful import code_of, is_poison
from sync.replica.changed import Changed
from sync.replica.mending import add_up, parts, put_digest, take_over, take_over_carefully
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState
from sync.wire.states import unpack_state
from sync.wire.verify import MOST_STATES, VerifyAnswer, VerifyRequest

T = TypeVar("T")

_ROUNDS = 8
RECORD_DAMAGED = "record_damaged"
NOT_GRANTED = "not_granted"


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
    done = []
    for state in states:
        try:
            done.append(_Repair(line, local, state).run(suspects))
        except DaftarError as error:
            if error.code != NOT_GRANTED:
                raise
            # It was lost in this moment; the next sync says so.
    return done


class _Repair:
    """One workspace."""

    def __init__(self, line: Asks, local: Writes, state: WorkspaceState) -> None:
        self._line, self._local, self._state = line, local, state
        self._device = local.run(lambda replica: replica.identity.device)
        self._terms: dict[bytes, bytes] = {}
        self._mended: dict[bytes, str] = {}
        self._failed: dict[bytes, tuple[str, str]] = {}
        """Records that could not be put right: kind, and the code of why."""
        self._theirs: dict[bytes, bytes] = {}
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
        self._local.run(partial(self._settle_accounts, equal=equal))
        records = tuple((kind, record) for record, kind in self._mended.items())
        own_sums = (sums or self._wrong > 0) and not self._mended
        return Repaired(state.id, state.name, records, len(self._only_here), own_sums, equal)

    def _settle_accounts(self, replica: Replica, *, equal: bool) -> None:
        """Forget what was set aside where all is right now, and note how the others stand."""
        state = replica.workspaces.get(self._state.id)
        if equal:
            replica.aside.forget_all(state)
            replica.unread.make_good(state)
            return
        replica.aside.note_unlike(state, unlike(self._failed, self._theirs))

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
        self._theirs |= theirs
        differing = [
            record
            for record, term in theirs.items()
            if self._terms.get(record) != term and record not in self._failed
        ]
        own = {record for record in self._terms if bucket_of(record) in buckets}
        self._only_here |= own - theirs.keys()
        moved = False
        for at in range(0, len(differing), MOST_STATES):
            moved = self._take(differing[at : at + MOST_STATES]) or moved
        return moved

    def _take(self, records: Sequence[bytes]) -> bool:
        workspace = self._state.id
        told, kinds = [], dict[bytes, str]()
        for sent in self._ask(records=tuple(records)).states:
            kinds[sent.record] = sent.kind
            if not sent.state:
                # The server's disk has damaged it, and its log does not give it back.
                self._failed[sent.record] = (sent.kind, RECORD_DAMAGED)
                continue
            try:
                state, _ = unpack_state(sent.state, workspace=workspace, kind=sent.kind, record=sent.record)
            except Exception as error:
                if not is_poison(error):
                    raise
                self._failed[sent.record] = (sent.kind, code_of(error))
                continue
            state.texts = dict(sent.texts)
            told.append(state)
        for record, code in self._put(told).items():
            self._failed[record] = (kinds[record], code)
        for state in told:
            if state.record not in self._failed:
                self._mended[state.record] = state.kind
                self._terms[state.record] = record_term(state)
        return bool(kinds)

    def _put(self, told: Sequence[RecordState]) -> dict[bytes, str]:
        """Take states over; says which of them could not be, and why."""
        workspace, failed = self._state.id, dict[bytes, str]()
        try:
            self._local.apply(partial(take_over, workspace=workspace, told=told))
        except Exception as error:
            if not is_poison(error):
                raise
            careful = partial(take_over_carefully, workspace=workspace, told=told, failed=failed)
            self._local.apply(careful)
        return failed

    def _ask(self, *, buckets: bytes = b"", records: tuple[bytes, ...] = ()) -> VerifyAnswer:
        number = self._state.number
        assert number is not None
        request = VerifyRequest(self._device, number, self._state.cursor, buckets, records)
        reply = self._line.post("/v1/verify", request.pack())
        body, complete = getattr(reply, "body", b""), getattr(reply, "complete", False)
        if not complete:
            raise DaftarError("connection_cut")
        return VerifyAnswer.unpack(body)
