"""What a sync would send and receive, before anything of it travels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sync.errors import DaftarError
from sync.replica.replica import Replica
from sync.replica.waiting import bytes_waiting
from sync.wire.plan import PlanAnswer, PlanRequest

T = TypeVar("T")


class Asks(Protocol):
    """What a plan needs of a transport."""

    def post(self, path: str, body: bytes) -> object: ...


class Reads(Protocol):
    """What a plan needs of the laptop."""

    def run(self, job: Callable[[Replica], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """Bytes are estimates; `seconds` is None where it is not known how fast the link is."""

    changes_up: int
    changes_down: int
    bytes_up: int
    bytes_down: int
    seconds: int | None


def make_plan(line: Asks, local: Reads, *, up: float, down: float) -> Plan:
    """Ask the server, and add what waits here; `up` and `down` are bytes per second, 0 if unknown."""
    request, changes, size = local.run(_outgoing)
    reply = line.post("/v1/plan", request.pack())
    if not getattr(reply, "complete", False):
        raise DaftarError("connection_cut")
    answer = PlanAnswer.unpack(getattr(reply, "body", b""))
    seconds = None
    up, down = up or down, down or up
    if up:
        seconds = round(size / up + answer.size / down) or 1
    return Plan(changes, answer.changes, size, answer.size, seconds)


def _outgoing(replica: Replica) -> tuple[PlanRequest, int, int]:
    changes = size = 0
    cursors = {}
    device = replica.ids.device(replica.identity.device)
    for state in replica.workspaces.all():
        if state.number is None:
            continue
        cursors[state.number] = state.cursor
        changes += state.unsent
        size += bytes_waiting(replica.database, workspace=state.index, device=device, acked=state.acked)
    return PlanRequest(replica.identity.device, cursors), changes, size
