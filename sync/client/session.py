"""One sync: ask, send, receive, repeat until both sides have everything; goes on behind a cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sync.client.exchange import Absorbed, Asking, Prepared, prepare, steps
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.replica.replica import Replica
from sync.wire.messages import EnrolAnswer, EnrolRequest, SyncAnswer

T = TypeVar("T")

FIRST_WINDOW: Final = 512 * 1024
LARGEST_WINDOW: Final = 4 * 1024 * 1024
SMALLEST_WINDOW: Final = 4 * 1024
_PASSING: Final = frozenset(
    {
        "connection_cut",
        "cut_message",
        "cut_off",
        "stalled",
        "busy",
        "database_unavailable",
        "too_many_requests",
    }
)
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 30.0


class Replying(Protocol):
    """What a session needs of a transport."""

    def post(self, path: str, body: bytes) -> Any: ...


class Local(Protocol):
    """What a session needs of this laptop: jobs run in the writer, one transaction each."""

    def run(self, job: Callable[[Replica], T]) -> T: ...

    def apply(self, job: Callable[[Replica], Changed]) -> Changed: ...

    def remember(self, *, access_epoch: int, offset_ms: int) -> None: ...

    def renew(self) -> None:
        """Draw a new device number: the server says this one is a clone or was restored."""


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
    cuts: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after every answer; `waiting` is true while the link is down and another try is to come."""

    receipt: Receipt
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    """What stands after an answer; `again` where it changed what there is to ask."""

    access_epoch: int
    again: bool


class Session:
    """Runs syncs over one transport. Pauses and the stop flag are injected."""

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
        tries: int = 8,
    ) -> None:
        self._transport = transport
        self._local = local
        self._clock = clock
        self._pause = pause
        self._jitter = jitter
        self._stopped = stopped
        self._give_way = give_way
        self._tries = tries

    def sync(
        self, *, epoch: int, access_epoch: int, report: Callable[[Progress], None] = lambda _progress: None
    ) -> Receipt:
        """Sync until there is nothing more to send or to receive.

        Raises the last `DaftarError` where the link stays down for `tries` tries without progress.
        """
        receipt = Receipt()
        window, failures, push = FIRST_WINDOW, 0, True
        while not self._stopped():
            asking = Asking(epoch, access_epoch, window)
            now = self._clock.now_ms()
            prepared = self._local.run(partial(prepare, asking=asking, now_ms=now, push=push))
            before = (receipt.pulled, receipt.pushed)
            try:
                answer, complete = self._ask(prepared, receipt)
            except DaftarError as error:
                if error.code not in _PASSING:
                    raise
                failures += 1
                self._wait(error, failures, receipt, report)
                window, push = max(SMALLEST_WINDOW, window // 2), False
                continue
            taken = self._absorb(answer, prepared, receipt, complete=complete)
            access_epoch = taken.access_epoch
            report(Progress(receipt))
            if not complete:
                receipt.cuts += 1
                failures = 1 if (receipt.pulled, receipt.pushed) != before else failures + 1
                self._wait(DaftarError("connection_cut"), failures, receipt, report)
                window, push = max(SMALLEST_WINDOW, window // 2), False
                continue
            failures = 0
            window = min(LARGEST_WINDOW, window * 2)
            if not push:
                push = True
                if not answer.same or not prepared.complete:
                    continue
            if answer.same or not (answer.more or not prepared.complete or taken.again):
                return receipt
        return receipt

    def _ask(self, prepared: Prepared, receipt: Receipt) -> tuple[SyncAnswer, bool]:
        body = prepared.request.pack()
        receipt.requests += 1
        receipt.bytes_up += len(body)
        reply = self._transport.post("/v1/sync", body)
        receipt.bytes_down += len(reply.body)
        answer, whole = SyncAnswer.unpack_part(reply.body)
        return answer, whole and reply.complete

    def _absorb(self, answer: SyncAnswer, prepared: Prepared, receipt: Receipt, *, complete: bool) -> _Taken:
        absorbed = Absorbed(pushed=prepared.last)
        for step in steps(answer, absorbed, complete=complete, give_way=self._give_way):
            self._local.apply(step)
        receipt.pulled += absorbed.pulled
        receipt.pushed += absorbed.settled
        receipt.differing = absorbed.differing
        known = {(workspace, dseq) for workspace, dseq, _ in receipt.refused}
        receipt.refused += [
            (item.workspace, item.dseq, item.code)
            for item in answer.troubles
            if (item.workspace, item.dseq) not in known
        ]
        access_epoch = prepared.request.access_epoch if answer.same else answer.access_epoch
        self._local.remember(access_epoch=access_epoch, offset_ms=answer.server_ms - self._clock.now_ms())
        renewed = answer.new_epoch or bool(absorbed.foreign)
        if renewed:
            self._local.renew()
        return _Taken(access_epoch, again=renewed or answer.access is not None)

    def _wait(
        self, error: DaftarError, failures: int, receipt: Receipt, report: Callable[[Progress], None]
    ) -> None:
        if failures >= self._tries:
            raise error
        report(Progress(receipt, waiting=True))
        asked = error.params.get("retry_after")
        pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (failures - 1)) * (0.5 + self._jitter())
        self._pause(float(asked) if isinstance(asked, int) else pause)


def enrol(transport: Replying, *, code: str, device: int, name: str) -> EnrolAnswer:
    """Exchange a one-time code for a token; raises `code_used`, `code_unknown`, `code_expired`."""
    reply = transport.post("/v1/enrol", EnrolRequest(code, device, name).pack())
    if not reply.complete:
        raise DaftarError("connection_cut")
    return EnrolAnswer.unpack(reply.body)
