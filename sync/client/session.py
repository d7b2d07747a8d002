"""One sync: ask, send, receive, repeat until both sides have everything; goes on behind a cut."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar

from sync.client.arriving import Arriving
from sync.client.exchange import (
    Absorbed,
    Asking,
    Prepared,
    find_doubtful,
    prepare,
    steps,
    survey,
)
from sync.client.guard import Removals
from sync.client.link import Link
from sync.client.outbox import Outbox
from sync.client.snapshots import Filled, Filling, SnapshotFetcher
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.careful import PoisonError
from sync.replica.changed import Changed
from sync.replica.replica import Replica
from sync.replica.rewinding import Stand
from sync.wire.codes import FRAME_REFUSED, FRAME_REFUSED_NEWER
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.messages import SyncAnswer, SyncRequest

T = TypeVar("T")
NOBODY: Final[Mapping[bytes, int]] = MappingProxyType({})

_PASSING: Final = frozenset(
    {
        "connection_cut",
        "cut_message",
        "cut_off",
        "stalled",
        "busy",
        "database_unavailable",
        "too_many_requests",
        "stale_answer",
        "bad_answer",
        "bad_frame",
        "cut_frame",
    }
)
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 30.0
_LONGEST_ASKED_S: Final = 600.0
_RESENT: Final = 6 * 1024
"""So few bytes are sent again after a cut; with more, the server is asked first what it has."""
_MOST_REPEATED: Final = 5


class Replying(Protocol):
    """What a session needs of a transport."""

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Any: ...

    def get(self, path: str, *, start: int = 0) -> Any: ...


class Local(Protocol):
    """What a session needs of this laptop: jobs run in the writer, one transaction each."""

    def run(self, job: Callable[[Replica], T]) -> T: ...

    def apply(self, job: Callable[[Replica], Changed]) -> Changed: ...

    def remember(self, *, access_epoch: int, offset_ms: int) -> None: ...

    def renew(self, without: Mapping[bytes, int] = NOBODY) -> None:
        """Draw a new device number: the server says this one is a clone or was restored, or cannot read what
        begins with a change of some workspaces; that is then left out, and told.
        """


@dataclass(slots=True)
class Receipt:
    """What a sync did; bytes are those of bodies."""

    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    pushed: int = 0
    pulled: int = 0
    refused: list[tuple[int, int, str]] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    repaired: int = 0
    """Records that differed from the server's, and were put right."""
    restored: dict[bytes, Stand] = field(default_factory=dict)
    """Workspaces in which the server was restored from an older copy, and where it stands now."""
    doubtful: list[str] = field(default_factory=list)
    """Workspaces whose numbers may say other things by now."""
    cuts: int = 0
    offset_ms: int = 0
    """How far the server's time is ahead of this laptop's clock."""
    left: int = 0
    """About how many bytes there are still to receive."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after every answer; `waiting` is true while the link is down and another try is to come."""

    receipt: Receipt
    waiting: bool = False
    filling: Filling | None = None
    """How far a workspace is filled from a snapshot, and whether people can work in it already."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What stands after an answer; `again` where it changed what there is to ask."""

    access_epoch: int
    again: bool
    behind: tuple[bytes, ...] = ()
    """Workspaces to fill from a snapshot."""


@dataclass(slots=True)
class Memory:
    """What is worth keeping from one sync to the next in a process: the link, and what is half on its way."""

    link: Link = field(default_factory=Link)
    outbox: Outbox = field(default_factory=Outbox)
    arriving: Arriving = field(default_factory=Arriving)
    damaged: set[bytes] = field(default_factory=set)
    """What came damaged: where the same comes again, another try would not be better."""
    by_log: set[int] = field(default_factory=set)
    """Workspaces whose snapshot was of no use."""

    def clear(self) -> None:
        self.outbox.clear()
        self.arriving.clear()


class Session:
    """Runs syncs over one transport. Pauses, chance and the stop flag are injected."""

    def __init__(
        self,
        transport: Replying,
        local: Local,
        clock: Clock,
        *,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
        stopped: Callable[[], bool] = lambda: False,
        give_way: Callable[[], bool] = lambda: False,
        interrupted: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
        memory: Memory | None = None,
        accept_removals: bool = False,
        tries: int = 8,
    ) -> None:
        self._transport = transport
        self._local = local
        self._clock = clock
        self._pause = pause
        self._jitter = jitter
        self._stopped = stopped
        self._give_way = give_way
        self._interrupted = interrupted
        self._monotonic = monotonic
        self._memory = memory or Memory()
        self._tries = tries
        self._removals = Removals(accept_removals)
        self._nonces = itertools.count(1 + int(jitter() * (1 << 31)))

    def sync(
        self,
        *,
        epoch: int,
        access_epoch: int,
        wait_s: int = 0,
        report: Callable[[Progress], None] = lambda _progress: None,
    ) -> Receipt:
        """Sync until there is nothing more to send or to receive.

        With `wait_s` and nothing to send, the server answers when there is something, or after that time;
        where somebody interrupts that, the line is hung up and this returns.

        Raises the last `DaftarError` where the link stays down for `tries` tries without progress, and
        `no_progress` where answers come and lead nowhere.
        """
        run = _Run(report)
        while not self._stopped():
            asking = Asking(
                epoch,
                access_epoch,
                self._memory.link.window,
                next(self._nonces),
                wait_s,
                frozenset(self._memory.by_log),
                run.push,
            )
            prepared = self._prepare(asking, run)
            began, had = self._monotonic(), self._had(run)
            try:
                answer, complete = self._ask(prepared, run.receipt)
                taken = self._absorb(answer, prepared, run.receipt, complete=complete)
            except DaftarError as error:
                if self._interrupted():
                    return run.receipt
                self._fail(error, run, seconds=self._monotonic() - began)
                continue
            access_epoch, wait_s = taken.access_epoch, 0
            run.report(Progress(run.receipt))
            if not complete:
                run.receipt.cuts += 1
                if self._had(run) != had:
                    run.failures = 0
                self._fail(DaftarError("connection_cut"), run, seconds=self._monotonic() - began)
                # What the server holds stood at the beginning of the answer.
                run.push = True
                continue
            if run.receipt.restored:
                return run.receipt
            if taken.behind:
                self._fill(taken.behind, run)
                continue
            run.failures = 0
            if not run.push:
                run.push = True
                if not answer.same or not prepared.complete:
                    continue
            if answer.same or not (answer.more or not prepared.complete or taken.again):
                return run.receipt
        return run.receipt

    def _had(self, run: _Run) -> tuple[int, ...]:
        """What a sync has come to so far, parts of frames included."""
        memory, receipt = self._memory, run.receipt
        return receipt.pulled, receipt.pushed, memory.arriving.size(), memory.outbox.begun()

    def _prepare(self, asking: Asking, run: _Run) -> Prepared:
        memory = self._memory
        look = partial(survey, outbox=memory.outbox, room=asking.max_bytes, push=asking.push)
        standing = self._local.run(look)
        if standing.unreadable:
            # What can still be told of it goes out under another number.
            memory.clear()
            self._local.renew()
            standing = self._local.run(look)
        if memory.link.slow:
            memory.outbox.compress()
        run.insist_on_progress((standing.parts, memory.outbox.begun(), memory.arriving.size(), asking.push))
        prepared = prepare(
            standing, asking, outbox=memory.outbox, arriving=memory.arriving, now_ms=self._clock.now_ms()
        )
        run.asked = prepared.request
        return prepared

    def _ask(self, prepared: Prepared, receipt: Receipt) -> tuple[SyncAnswer, bool]:
        body = prepared.request.pack()
        receipt.requests += 1
        receipt.bytes_up += len(body)
        began = self._monotonic()
        waits = prepared.request.wait_s
        if waits:
            reply = self._transport.post("/v1/sync", body, wait_s=waits)
        else:
            reply = self._transport.post("/v1/sync", body)
        receipt.bytes_down += len(reply.body)
        answer, whole = SyncAnswer.unpack_part(reply.body)
        if answer.nonce not in (0, prepared.request.nonce):
            # A copy that somebody on the way kept, or the answer to another question.
            raise DaftarError("stale_answer")
        if whole and reply.complete and not waits:
            self._memory.link.finished(self._monotonic() - began, up=len(body), down=len(reply.body))
        return answer, whole and reply.complete

    def _absorb(self, answer: SyncAnswer, prepared: Prepared, receipt: Receipt, *, complete: bool) -> _Taken:
        memory = self._memory
        absorbed = Absorbed(
            pushed=prepared.last, damaged=memory.damaged, by_log=frozenset(prepared.request.by_log)
        )
        whole = memory.arriving.put_together(answer)
        stopped = self._guard(whole)
        if stopped is not None:
            # What was sent is acknowledged all the same.
            whole = replace(
                whole, more=True, workspaces=tuple(replace(one, pulled=()) for one in whole.workspaces)
            )
        for step in steps(whole, absorbed, complete=complete, give_way=self._give_way):
            with suppress(PoisonError):
                self._local.apply(step)
        if not answer.same:
            asked = set(memory.outbox.queues) if prepared.request.probe else set[int]()
            memory.outbox.hear(asked | {push.workspace for push in prepared.request.pushes}, answer.begun)
        receipt.pulled += absorbed.pulled
        receipt.pushed += absorbed.settled
        receipt.left = answer.left
        receipt.differing = absorbed.differing
        receipt.doubtful = self._local.run(find_doubtful) if answer.same else absorbed.doubtful
        receipt.restored |= dict(absorbed.restored.values())
        known = {(workspace, dseq) for workspace, dseq, _ in receipt.refused}
        receipt.refused += [
            (item.workspace, item.dseq, item.code)
            for item in answer.troubles
            if (item.workspace, item.dseq) not in known
        ]
        access_epoch = prepared.request.access_epoch if answer.same else answer.access_epoch
        receipt.offset_ms = answer.server_ms - self._clock.now_ms()
        self._local.remember(access_epoch=access_epoch, offset_ms=receipt.offset_ms)
        without = self._refused(answer)
        renewed = answer.new_epoch or bool(absorbed.foreign or without)
        if renewed:
            memory.clear()
            self._local.renew(without)
        if stopped is not None:
            raise stopped
        behind = () if renewed else tuple(absorbed.behind.values())
        apart = any(one.code == FRAME_REFUSED for one in answer.troubles)
        return _Taken(access_epoch, renewed or apart or answer.access is not None, behind)

    def _refused(self, answer: SyncAnswer) -> dict[bytes, int]:
        """Workspaces in which the server can read a frame of one `txn` as little as the one it came in."""
        outbox, given_up = self._memory.outbox, dict[int, int]()
        for one in answer.troubles:
            if one.code == FRAME_REFUSED_NEWER:
                outbox.hold(one.workspace)
            elif one.code == FRAME_REFUSED and outbox.hear_refusal(one.workspace, one.dseq):
                given_up[one.workspace] = one.dseq
        states = self._local.run(lambda replica: replica.workspaces.all()) if given_up else ()
        return {one.id: given_up[one.number] for one in states if one.number in given_up}

    def _fill(self, workspaces: tuple[bytes, ...], run: _Run) -> None:
        """Fill workspaces from snapshots, as far as the line allows; what came before a cut is kept."""
        receipt, filled, began = run.receipt, Filled(), self._monotonic()
        requests, came = receipt.requests, receipt.bytes_down

        def told(filling: Filling | None) -> None:
            receipt.requests, receipt.bytes_down = requests + filled.requests, came + filled.bytes_down
            run.report(Progress(receipt, filling=filling))

        fetcher = SnapshotFetcher(
            self._transport,
            self._local,
            give_way=self._give_way,
            stopped=lambda: self._stopped() or self._interrupted(),
            report=told,
            accepted=self._removals.accepted,
            damaged=self._memory.damaged,
        )
        try:
            for workspace in workspaces:
                fetcher.fill(workspace, filled)
            run.failures = 0
        except DaftarError as error:
            receipt.cuts += 1
            if filled.bytes_down:
                run.failures = 0
            self._fail(error, run, seconds=self._monotonic() - began)
        finally:
            self._memory.by_log |= fetcher.given_up
            receipt.pulled += filled.records
            told(None)

    def _guard(self, answer: SyncAnswer) -> DaftarError | None:
        """Why an answer is not applied, if it would remove too much."""
        try:
            self._local.run(partial(self._removals.insist, answer=answer))
        except DaftarError as error:
            if error.code != "mass_delete":
                raise
            return error
        return None

    def _fail(self, error: DaftarError, run: _Run, *, seconds: float) -> None:
        """Wait for another try, or raise where none would help."""
        link = self._memory.link
        if error.code == "too_large" and link.too_large():
            return
        away = error.code == "no_connection" and run.receipt.requests > 1
        if error.code not in _PASSING and not away:
            raise error
        link.failed(seconds)
        run.failures += 1
        if run.failures >= self._tries:
            raise error
        run.report(Progress(run.receipt, waiting=True))
        asked = error.params.get("retry_after")
        pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (run.failures - 1)) * (0.5 + self._jitter())
        self._pause(min(float(asked), _LONGEST_ASKED_S) if isinstance(asked, int) else pause)
        # What was under way may have arrived. Little of it is sent again, but not twice without asking.
        little = run.asked is None or sum(push.size for push in run.asked.pushes) <= _RESENT
        run.push = little and run.failures % 2 == 1


class _Run:
    """One sync while it lasts."""

    def __init__(self, report: Callable[[Progress], None]) -> None:
        self.report = report
        self.receipt = Receipt()
        self.failures = 0
        self.push = True
        self.asked: SyncRequest | None = None
        self._mark: object = None
        self._repeated = 0

    def insist_on_progress(self, mark: object) -> None:
        """Raise where answers come one after the other and nothing moves."""
        if mark != self._mark or self.failures:
            self._mark, self._repeated = mark, 0
            return
        self._repeated += 1
        if self._repeated >= _MOST_REPEATED:
            raise DaftarError("no_progress")


def enrol(transport: Replying, *, code: str, device: int, name: str) -> EnrolAnswer:
    """Exchange a one-time code for a token; raises `code_used`, `code_unknown`, `code_expired`."""
    reply = transport.post("/v1/enrol", EnrolRequest(code, device, name).pack())
    if not reply.complete:
        raise DaftarError("connection_cut")
    return EnrolAnswer.unpack(reply.body)
