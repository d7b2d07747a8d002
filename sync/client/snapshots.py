"""Fetches snapshots piece by piece, goes on where the line was cut, and has them applied in small steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sync.client.guard import LEAST, SHARE
from sync.errors import DaftarError
from sync.replica.careful import is_poison
from sync.replica.changed import Changed
from sync.replica.filling import EAGER, POLITE, Due, Goal, Slice
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState
from sync.wire.snapshots import Manifest, hash_of

T = TypeVar("T")

_GONE: Final = frozenset({"chunk_missing", "bad_range"})
UNUSABLE: Final = "snapshot_unusable"
MISSING: Final = "snapshot_missing"
_TURNS: Final = 3
_POLITE_STEPS: Final = 50


class Fetching(Protocol):
    """What filling needs of a transport."""

    def get(self, path: str, *, start: int = 0) -> Any: ...


class Local(Protocol):
    """What filling needs of this laptop: jobs run in the writer, one transaction each."""

    def run(self, job: Callable[[Replica], T]) -> T: ...

    def apply(self, job: Callable[[Replica], Changed]) -> Changed: ...


@dataclass(frozen=True, slots=True)
class Filling:
    """How far a workspace is filled. `usable`: what people work with first is there."""

    workspace: bytes
    done: int
    size: int
    usable: bool


@dataclass(slots=True)
class Filled:
    """What filling cost and brought."""

    requests: int = 0
    bytes_down: int = 0
    records: int = 0
    differing: bool = False


class SnapshotFetcher:
    """Fills workspaces over one line."""

    def __init__(
        self,
        line: Fetching,
        local: Local,
        *,
        give_way: Callable[[], bool] = lambda: False,
        stopped: Callable[[], bool] = lambda: False,
        report: Callable[[Filling], None] = lambda _filling: None,
        accepted: bool = False,
        damaged: set[bytes] | None = None,
    ) -> None:
        self._line = line
        self._local = local
        self._give_way = give_way
        self._stopped = stopped
        self._report = report
        self._accepted = accepted
        self._damaged = set() if damaged is None else damaged
        self.given_up: set[int] = set()
        """Numbers of workspaces whose snapshot is of no use: the log has to do."""
        self._polite = 0

    def fill(self, workspace: bytes, filled: Filled) -> bool:
        """Fill one workspace as far as the line allows; true where it is whole.

        Raises what the line raises; what came before that is kept. `mass_delete` where the snapshot would
        take away so much that a person has to be asked.
        """
        state = self._local.run(lambda replica: replica.workspaces.get(workspace))
        goal = self._local.run(lambda replica: replica.filler.pending(replica.workspaces.get(workspace)))
        for _ in range(_TURNS):
            try:
                if goal is None:
                    goal = self._ask(workspace, filled)
                if not self._fetch_all(state, goal, filled):
                    return False
            except DaftarError as error:
                if error.code in (UNUSABLE, MISSING):
                    # Where it is the access that is missing, the next answer says so.
                    self._local.run(lambda replica: replica.filler.give_up(replica.workspaces.get(workspace)))
                    self.given_up.add(state.number or 0)
                    return False
                if error.code not in _GONE:
                    raise
                # The server has a newer snapshot by now; what is the same in both is not fetched again.
                goal = None
                continue
            self._finish(state, filled)
            return True
        raise DaftarError("connection_cut")

    def _ask(self, workspace: bytes, filled: Filled) -> Goal:
        filled.requests += 1
        reply = self._line.get(f"/v1/snapshots/{workspace.hex()}")
        filled.bytes_down += len(reply.body)
        if not reply.complete:
            raise DaftarError("connection_cut")
        manifest = Manifest.unpack(reply.body)
        pieces = tuple((piece.hash, piece.size) for piece in manifest.pieces)
        goal = Goal(manifest.pseq, manifest.digest, manifest.usable, pieces)
        self._local.run(lambda replica: replica.filler.begin(replica.workspaces.get(workspace), goal))
        return goal

    def _fetch_all(self, state: WorkspaceState, goal: Goal, filled: Filled) -> bool:
        """Fetch and apply; a laptop that has work of others already applies only when all is there."""
        fresh = state.cursor == 0
        dues = self._due(state)
        for due in dues:
            if self._stopped():
                return False
            if not self._fetch(state, due, filled):
                self._leave_out(state, goal, due)
            elif fresh:
                self._apply(state, due, filled)
            self._tell(state, goal)
        if not fresh:
            gone, shown = self._local.run(
                lambda replica: replica.filler.removals(replica.workspaces.get(state.id))
            )
            if not self._accepted and gone >= LEAST and gone * SHARE > shown:
                raise DaftarError("mass_delete", count=gone, total=shown, workspace=state.name)
            for due in self._due(state):
                if self._stopped():
                    return False
                self._apply(state, due, filled)
        return True

    def _leave_out(self, state: WorkspaceState, goal: Goal, due: Due) -> None:
        """Without a piece of records the rest is as good, without the tables only where nothing is here."""

        def job(replica: Replica) -> bool:
            own = replica.workspaces.get(state.id)
            if due.hash == goal.pieces[0][0] and replica.filler.needs_tables(own):
                return False
            replica.filler.leave_out(own, due.hash)
            return True

        if not self._local.run(job):
            raise DaftarError(UNUSABLE)

    def _due(self, state: WorkspaceState) -> list[Due]:
        return self._local.run(lambda replica: replica.filler.due(replica.workspaces.get(state.id)))

    def _fetch(self, state: WorkspaceState, due: Due, filled: Filled) -> bool:
        """The rest of one piece; what arrived before a cut is kept. False where nothing can be read in it."""
        if due.here < due.size:
            filled.requests += 1
            reply = self._line.get(f"/v1/chunks/{due.hash.hex()}", start=due.here)
            filled.bytes_down += len(reply.body)
            rest = bytes(reply.body[: due.size - due.here])
            self._local.run(
                lambda replica: replica.filler.keep(replica.workspaces.get(state.id), due.hash, rest)
            )
            if due.here + len(rest) < due.size:
                raise DaftarError("connection_cut")
        data = self._local.run(
            lambda replica: replica.filler.data(replica.workspaces.get(state.id), due.hash)
        )
        mark = hash_of(data)
        if mark != due.hash:
            self._local.run(lambda replica: replica.filler.drop(replica.workspaces.get(state.id), due.hash))
            if mark in self._damaged:
                # It came again as it was: so the server has it.
                return False
            self._damaged.add(mark)
            raise DaftarError("cut_message")
        return self._local.run(
            lambda replica: replica.filler.reads(replica.workspaces.get(state.id), due.hash)
        )

    def _apply(self, state: WorkspaceState, due: Due, filled: Filled) -> None:
        start: int | None = 0
        while start is not None:
            if self._give_way():
                self._polite = _POLITE_STEPS
            self._polite = max(0, self._polite - 1)
            step = _Step(state.id, due.hash, start, POLITE if self._polite else EAGER)
            try:
                self._local.apply(step.run)
            except Exception as error:
                if not is_poison(error):
                    raise
                step.careful = True
                self._local.apply(step.run)
            assert step.done is not None
            filled.records += step.done.records
            start = step.done.next

    def _tell(self, state: WorkspaceState, goal: Goal) -> None:
        left = {due.hash: due for due in self._due(state)}
        missing = sum(due.size - due.here for due in left.values())
        size = sum(size for _, size in goal.pieces)
        needed = {address for address, _ in goal.pieces[: goal.usable]}
        usable = state.cursor > 0 or needed.isdisjoint(left)
        self._report(Filling(state.id, size - missing, size, usable))

    def _finish(self, state: WorkspaceState, filled: Filled) -> None:
        def end(replica: Replica) -> Changed:
            changed, equal = replica.filler.finish(replica.workspaces.get(state.id))
            filled.differing = not equal
            return changed

        self._local.apply(end)


class _Step:
    """One slice of a piece, in a transaction of its own."""

    def __init__(self, workspace: bytes, address: bytes, start: int, budget: int) -> None:
        self._workspace = workspace
        self._apply = partial(_apply_slice, address=address, start=start, budget=budget)
        self.done: Slice | None = None
        self.careful = False

    def run(self, replica: Replica) -> Changed:
        self.done = self._apply(replica, self._workspace, careful=self.careful)
        return self.done.changed


def _apply_slice(
    replica: Replica, workspace: bytes, *, address: bytes, start: int, budget: int, careful: bool
) -> Slice:
    state = replica.workspaces.get(workspace)
    attempt = replica.careful.attempt if careful else None
    return replica.filler.apply(state, address, start=start, budget=budget, attempt=attempt)
