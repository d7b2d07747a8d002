"""Finds how far a laptop and a server that was restored from an older copy still tell the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from sync.client.repair import NOT_GRANTED
from sync.errors import DaftarError
from sync.replica.replica import Replica
from sync.replica.rewinding import base_order, bases_unknown, keep_base_order, order_here, unread_here
from sync.replica.workspaces import WorkspaceState
from sync.wire.verify import MOST_PLACES, VerifyAnswer, VerifyRequest

T = TypeVar("T")
_TAIL: Final = 64
"""So many changes before the end of a snapshot tell whether a server has the same order there."""


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
    known = local.run(partial(base_order, workspace=workspace, pseq=low)) if low else b""
    if known and _order_at(line, device, state, low) not in (known, b""):
        # What lies under the log is of another past.
        return 0
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


def learn_base_orders(line: Asks, local: Runs) -> None:
    """Behind a filling: keep by which changes the server says that the snapshot ends."""
    device = local.run(lambda replica: replica.identity.device)
    for state, pseq in local.run(bases_unknown):
        try:
            order = _order_at(line, device, state, pseq)
        except DaftarError as error:
            if error.code != NOT_GRANTED:
                raise
            # It was lost in this moment; the next sync says so.
            continue
        local.run(partial(keep_base_order, workspace=state.id, pseq=pseq, order=order))


def _order_at(line: Asks, device: int, state: WorkspaceState, pseq: int) -> bytes:
    """The server's sum over the last changes up to a number; nothing where it does not know them."""
    assert state.number is not None
    after = max(0, pseq - _TAIL)
    request = VerifyRequest(device, state.number, state.cursor, places=(pseq,), after=after)
    return dict(_ask(line, request).found).get(pseq, b"")


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
