"""Finds how far a laptop and a server that was restored from an older copy still tell the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from sync.changes import ChangeId
from sync.errors import DaftarError
from sync.replica.replica import Replica
from sync.replica.rewinding import UNKNOWN, change_at
from sync.wire.verify import MOST_PLACES, VerifyAnswer, VerifyRequest

T = TypeVar("T")

Same = Callable[[Sequence[int]], list[bool] | None]
_CLOSELY: Final = 4 * MOST_PLACES


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
    number = state.number

    def same(places: Sequence[int]) -> list[bool] | None:
        """For each place whether it is the same change; None where the server cannot tell."""
        answer = _ask(line, VerifyRequest(device, number, state.cursor, places=tuple(places)))
        theirs = {pseq: (owner, dseq) for pseq, owner, dseq in answer.found}
        ours = _ours(local, workspace, places)
        if not theirs:
            return None
        return [
            place in theirs and (ours[place] == theirs[place] or UNKNOWN in (ours[place], theirs[place]))
            for place in places
        ]

    low = 0 if base is None else base[0].pseq
    high = min(_ask(line, VerifyRequest(device, number, state.cursor)).head, state.cursor)
    if high < low:
        return 0
    end = _search(same, low, high)
    # A change may have come to the same place again, behind others that have not.
    while (below := _first_other(same, max(low, end - _CLOSELY), end)) is not None:
        end = _search(same, low, below - 1)
    return end


def _search(same: Same, low: int, high: int) -> int:
    while low < high:
        places = _spread(low, high)
        known = same(places)
        if known is None:
            # The records themselves are compared.
            return high
        for place, is_same in zip(places, known, strict=True):
            if not is_same:
                high = place - 1
                break
            low = place
    return low


def _first_other(same: Same, low: int, high: int) -> int | None:
    """The first place behind `low` up to `high` that is not the same, looked at one by one."""
    for start in range(low + 1, high + 1, MOST_PLACES):
        places = range(start, min(start + MOST_PLACES, high + 1))
        known = same(places)
        if known is None:
            return None
        for place, is_same in zip(places, known, strict=True):
            if not is_same:
                return place
    return None


def _spread(low: int, high: int) -> tuple[int, ...]:
    """Places behind `low` up to `high`, evenly, `high` among them."""
    width = high - low
    count = min(MOST_PLACES, width)
    return tuple(sorted({low + width * at // count for at in range(1, count + 1)}))


def _ours(local: Runs, workspace: bytes, places: Sequence[int]) -> dict[int, ChangeId | None]:
    return local.run(lambda replica: {place: change_at(replica, workspace, place) for place in places})


def _ask(line: Asks, request: VerifyRequest) -> VerifyAnswer:
    reply = line.post("/v1/verify", request.pack())
    if not getattr(reply, "complete", False):
        raise DaftarError("connection_cut")
    return VerifyAnswer.unpack(getattr(reply, "body", b""))
