"""Between the replica and the wire: what to ask for, and what to do with an answer, step by step.

Each step is small and runs in a transaction of its own, so a local edit never waits long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sync.client.arriving import Arriving
from sync.client.outbox import Outbox
from sync.errors import DaftarError
from sync.replica.careful import PoisonError, is_poison
from sync.replica.changed import Changed, together
from sync.replica.leaving import note_handed_in, take_access
from sync.replica.pulling import Turn
from sync.replica.received import Received
from sync.replica.replica import Replica
from sync.replica.rewinding import Stand, lacks_place
from sync.replica.workspaces import LOST_ROLE
from sync.wire.access import Access
from sync.wire.messages import (
    Pulled,
    Push,
    SyncAnswer,
    SyncRequest,
    Trouble,
    WorkspaceAnswer,
    combined_digest,
)
from sync.wire.snapshots import hash_of

Step = Callable[[Replica], Changed]

_UNREADABLE = frozenset({"bad_frame", "cut_frame", "frame_too_new"})
ACCESS_LOST = "access_lost"
"""The code of a change that the server keeps for the coordinator of a lost workspace."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request needs beside the replica: epoch of the device number, epoch of the access list."""

    epoch: int
    access_epoch: int
    max_bytes: int
    nonce: int
    wait_s: int = 0
    by_log: frozenset[int] = frozenset()
    push: bool = True
    """Without, a request only asks where the server stands, as after a cut."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, and whether it pushes everything unsent; `last` is the last `dseq` pushed by workspace."""

    request: SyncRequest
    complete: bool
    last: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the replica stands: its device, its workspaces, and which of them have something to send."""

    device: int
    parts: tuple[tuple[bytes, int, bytes, int, bytes], ...]
    cursors: dict[int, int]
    sending: tuple[int, ...]
    unreadable: bool = False
    """Something that is to be sent cannot be read from this laptop's own disk."""


def survey(replica: Replica, outbox: Outbox, *, room: int, push: bool) -> Standing:
    """Look up what the next request is made of; the outbox is filled where something is to be sent."""
    parts, cursors, sending, unreadable = [], {}, [], False
    for state in replica.workspaces.all():
        if state.number is None:
            continue
        if state.role != LOST_ROLE:
            # Of a workspace whose access is lost nothing is asked; what was not sent is handed in.
            summary = replica.aside.expected(state).summary()
            parts.append((state.id, state.cursor, summary, state.acked, state.acked_chain))
            cursors[state.number] = state.cursor
        if state.unsent and state.number not in outbox.held:
            try:
                if push:
                    outbox.fill(replica, state, room)
            except DaftarError as error:
                if error.code not in _UNREADABLE:
                    raise
                unreadable = True
                continue
            sending.append(state.number)
    return Standing(replica.identity.device, tuple(parts), cursors, tuple(sending), unreadable)


def prepare(
    standing: Standing, asking: Asking, *, outbox: Outbox, arriving: Arriving, now_ms: int
) -> Prepared:
    """The next request."""
    pushes: list[Push] = []
    last: dict[int, int] = {}
    complete, room = True, asking.max_bytes
    for number in standing.sending:
        push = outbox.take(number, room) if asking.push else None
        complete = complete and asking.push and outbox.complete(push, number)
        if push is not None:
            pushes.append(push)
            last[number] = outbox.last_dseq(push)
            room -= push.size
    request = SyncRequest(
        standing.device,
        asking.epoch,
        now_ms,
        asking.max_bytes,
        asking.wait_s if asking.push and not pushes else 0,
        asking.access_epoch,
        combined_digest(standing.parts),
        standing.cursors,
        tuple(pushes),
        asking.nonce,
        arriving.begun(standing.cursors),
        probe=bool(standing.sending) and not asking.push,
        by_log=tuple(sorted(asking.by_log)),
    )
    return Prepared(request, complete, last)


@dataclass(slots=True)
class Absorbed:
    """What an answer brought, filled while its steps run."""

    pulled: int = 0
    refused: int = 0
    settled: int = 0
    differing: list[str] = field(default_factory=list)
    foreign: set[int] = field(default_factory=set)
    """Workspaces in which the server holds changes of this device number that this laptop never made."""
    pushed: Mapping[int, int] = field(default_factory=dict)
    """The last `dseq` that the request pushed: up to there the server has compared the chains itself."""
    behind: dict[int, bytes] = field(default_factory=dict)
    """Workspaces (number -> id) to be filled from a snapshot before anything else is applied to them."""
    by_log: frozenset[int] = frozenset()
    """Workspaces whose snapshot was of no use."""
    damaged: set[bytes] = field(default_factory=set)
    """Frames that came damaged: one that comes again as it was is what the server has."""
    restored: dict[int, tuple[bytes, Stand]] = field(default_factory=dict)
    """Workspaces in which the server stands behind what it once told: it was restored from an older copy."""
    doubtful: list[str] = field(default_factory=list)
    """Workspaces in which an own change has no place although everything is here: another may have its
    number, at a server that was restored, or it waits there for what it stands on.
    """


def steps(
    answer: SyncAnswer,
    absorbed: Absorbed,
    *,
    complete: bool,
    give_way: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Everything an answer asks of the replica, in order; `give_way` tells whether the user waits.

    `complete` is false where the answer was cut: digests are compared only behind a whole answer.
    """
    if answer.access is not None:
        yield lambda replica: _take_access(replica, answer.access or ())
    if answer.troubles:
        yield lambda replica: _note_handed_in(replica, answer.troubles)
    for item in answer.workspaces:
        yield _acknowledge(item, absorbed)
        yield from _Stretch(item, absorbed, give_way).steps()
        if complete and not answer.more:
            yield _compare(item, absorbed)


def _take_access(replica: Replica, access: tuple[Access, ...]) -> Changed:
    listed = [(item.workspace, item.number, item.role, item.name) for item in access]
    return Changed({"workspace": take_access(replica.database, listed)}, local=False)


def _note_handed_in(replica: Replica, troubles: tuple[Trouble, ...]) -> Changed:
    for state in replica.workspaces.all():
        if state.role == LOST_ROLE:
            own = [one for one in troubles if one.workspace == state.number and one.code == ACCESS_LOST]
            note_handed_in(replica.database, state, [one.dseq for one in own])
    return Changed()


def _workspace_id(replica: Replica, number: int) -> bytes | None:
    for state in replica.workspaces.all():
        if state.number == number:
            return state.id
    return None


def _acknowledge(item: WorkspaceAnswer, absorbed: Absorbed) -> Step:
    def step(replica: Replica) -> Changed:
        workspace = _workspace_id(replica, item.workspace)
        if workspace is None:
            return Changed()
        state = replica.workspaces.get(workspace)
        behind = item.acked_dseq < state.acked or item.head < state.cursor
        if behind and state.role != LOST_ROLE:
            absorbed.restored[item.workspace] = (workspace, Stand(item.acked_dseq, item.chain))
            return Changed()
        trusted = item.acked_dseq <= absorbed.pushed.get(item.workspace, 0)
        if not trusted and not replica.made(workspace, item.acked_dseq, item.chain):
            absorbed.foreign.add(item.workspace)
            return Changed()
        replica.acknowledge(workspace, item.acked_dseq, item.chain)
        if state.role == LOST_ROLE:
            # Nothing more comes, also where it was being filled.
            return Changed()
        if item.snapshot and item.workspace in absorbed.by_log:
            absorbed.differing.append(state.name)
        elif item.snapshot or replica.filler.pending(replica.workspaces.get(workspace)) is not None:
            absorbed.behind[item.workspace] = workspace
        return Changed()

    return step


class _Stretch:
    """What was pulled of one workspace, applied in as few transactions as the user's own work allows."""

    def __init__(self, item: WorkspaceAnswer, absorbed: Absorbed, give_way: Callable[[], bool]) -> None:
        self._number = item.workspace
        self._parts = [(one, _received(one)) for one in item.pulled]
        self._absorbed = absorbed
        self._give_way = give_way
        self._place = 0
        self._careful: set[int] = set()
        """Parts in which something could not be taken in on the ordinary road."""

    def steps(self) -> Iterator[Step]:
        while self._place < len(self._parts):
            yield self._step

    def _step(self, replica: Replica) -> Changed:
        workspace = _workspace_id(replica, self._number)
        absorbed = self._absorbed
        apart = {*absorbed.foreign, *absorbed.behind, *absorbed.restored}
        if workspace is None or self._number in apart:
            self._place = len(self._parts)
            return Changed()
        place, done, turn = self._place, list[Changed](), Turn(self._give_way)
        try:
            while place < len(self._parts) and not (done and (place in self._careful or turn.over())):
                done.append(self._apply(replica, workspace, place, turn))
                if replica.workspaces.get(workspace).cursor < self._parts[place][0].last:
                    break
                place += 1
        except Exception as error:
            if place in self._careful or not is_poison(error):
                raise
            # The same step comes again.
            self._careful.add(place)
            raise PoisonError from error
        for pulled, _ in self._parts[self._place : place]:
            self._count(pulled)
        self._place = place
        return together(done)

    def _apply(self, replica: Replica, workspace: bytes, place: int, turn: Turn) -> Changed:
        pulled, received = self._parts[place]
        careful = place in self._careful
        if pulled.frame is not None:
            damaged = self._absorbed.damaged
            mark = hash_of(pulled.frame) if careful else b""
            certain = careful and mark in damaged
            damaged.add(mark)
            return replica.apply_pulled(workspace, received, turn=turn, careful=careful, certain=certain)
        return replica.settle_own(
            workspace,
            first=pulled.first,
            last=pulled.last,
            first_dseq=pulled.first_dseq,
            last_dseq=pulled.last_dseq,
            give_way=turn.over,
            careful=careful,
        )

    def _count(self, pulled: Pulled) -> None:
        count = pulled.last - pulled.first + 1
        if pulled.frame is None:
            self._absorbed.settled += count
        else:
            self._absorbed.pulled += count


def _received(pulled: Pulled) -> Received:
    return Received(pulled.first, pulled.last, pulled.frame or b"", pulled.effective)


def find_doubtful(replica: Replica) -> list[str]:
    """The workspaces in which an own change has no place, where the server says that all is as it was."""
    states = [one for one in replica.workspaces.all() if one.number is not None and one.role != LOST_ROLE]
    return [state.name for state in states if lacks_place(replica, state)]


def _compare(item: WorkspaceAnswer, absorbed: Absorbed) -> Step:
    def step(replica: Replica) -> Changed:
        workspace = _workspace_id(replica, item.workspace)
        if workspace is not None and item.workspace not in {
            *absorbed.foreign,
            *absorbed.behind,
            *absorbed.restored,
        }:
            state = replica.workspaces.get(workspace)
            if state.cursor == item.head and replica.aside.expected(state).summary() != item.digest:
                absorbed.differing.append(state.name)
            elif state.cursor == item.head and lacks_place(replica, state):
                absorbed.doubtful.append(state.name)
        return Changed()

    return step
