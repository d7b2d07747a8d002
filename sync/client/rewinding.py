"""Finds how far a laptop and a server that was restored from an older copy still tell the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sync.changes import ChangeId
from sync.errors import DaftarError
from sync.replica.replica import Replica
from sync.replica.rewinding import change_at
from sync.wire.verify import MOST_PLACES, VerifyAnswer, VerifyRequest

T = TypeVar("T")


class Asks(Protocol):
    """What this needs of a transport."""

    def post(self, path: str, body: bytes) -> object: ...


class Runs(Protocol):
    """What this needs of the laptop."""

    def run(self, job: Callable[[Replica], T]) -> T: ...


def common_end(line: Asks, local: Runs, workspace: bytes) -> int:
    """The last `pseq` up to which both have the same changes in the same order."""
    state = local.run(lambda replica: replica.workspaces.get(workspace))
    device = local.run(lambda replica: replica.identity.device)
    base = local.run(lambda replica: replica.filler.goal(state))
    assert state.number is not None
    low = 0 if base is None else base[0].pseq
    head = _ask(line, VerifyRequest(device, state.number, state.cursor)).head
    high = min(head, state.cursor)
    if high < low:
        return 0
    while low < high:
        places = _spread(low, high)
        answer = _ask(line, VerifyRequest(device, state.number, state.cursor, places=places))
        theirs = {pseq: (owner, dseq) for pseq, owner, dseq in answer.found}
        if not theirs:
            # A server that cannot tell: the records themselves are compared.
            return high
        low, high = _narrow(_ours(local, workspace, places), theirs, places, low=low, high=high)
    return low


def _spread(low: int, high: int) -> tuple[int, ...]:
    """Places behind `low` up to `high`, evenly, `high` among them."""
    width = high - low
    count = min(MOST_PLACES, width)
    return tuple(sorted({low + width * at // count for at in range(1, count + 1)}))


def _narrow(
    ours: Mapping[int, ChangeId | None],
    theirs: Mapping[int, ChangeId],
    places: Sequence[int],
    *,
    low: int,
    high: int,
) -> tuple[int, int]:
    for place in places:
        if place not in theirs or ours[place] != theirs[place]:
            return low, place - 1
        low = place
    return low, high


def _ours(local: Runs, workspace: bytes, places: Sequence[int]) -> dict[int, ChangeId | None]:
    return local.run(lambda replica: {place: change_at(replica, workspace, place) for place in places})


def _ask(line: Asks, request: VerifyRequest) -> VerifyAnswer:
    reply = line.post("/v1/verify", request.pack())
    if not getattr(reply, "complete", False):
        raise DaftarError("connection_cut")
    return VerifyAnswer.unpack(getattr(reply, "body", b""))
