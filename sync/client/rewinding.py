"""Finds how far a laptop and a server that was restored from an older copy still tell the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from sync.errors import DaftarError
from sync.replica.replica import Replica
from sync.replica.rewinding import order_here, unread_here
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
    high = min(_ask(line, VerifyRequest(device, state.number, state.cursor)).head, state.cursor)
    if high < low:
        return 0
    unread = local.run(partial(unread_here, workspace=workspace))
    while low < high:
        behind = next((last for first, last in unread if first <= low + 1 <= last), 0)
        if behind:
            # What cannot be read is no sign of another past.
            low = min(behind, high)
            continue
        places = _spread(low, min([high, *(first - 1 for first, _ in unread if first > low)]))
        request = VerifyRequest(device, state.number, state.cursor, places=places, after=low)
        theirs = dict(_ask(line, request).found)
        ours = local.run(partial(order_here, workspace=workspace, after=low, places=places))
        if places[0] not in theirs or places[0] not in ours:
            # The order is not known there, or cannot be read: the records themselves are compared.
            return high
        for place in places:
            if place not in theirs or place not in ours:
                break
            if ours[place] != theirs[place]:
                high = place - 1
                break
            low = place
    return low


def _spread(low: int, high: int) -> tuple[int, ...]:
    """Places behind `low` up to `high`, evenly, `high` among them."""
    width = high - low
    count = min(MOST_PLACES, width)
    return tuple(sorted({low + width * at // count for at in range(1, count + 1)}))


def _ask(line: Asks, request: VerifyRequest) -> VerifyAnswer:
    reply = line.post("/v1/verify", request.pack())
    if not getattr(reply, "complete", False):
        raise DaftarError("connection_cut")
    return VerifyAnswer.unpack(getattr(reply, "body", b""))
