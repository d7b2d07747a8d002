"""What colleagues sent and the server did not accept, for coordinators: asked from the server each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from desktop.syncing.joined import Joined
from desktop.syncing.line import Connect, over_http, trusting
from sync.changes import Change, ChangeId
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.replica.workspaces import WorkspaceState

if TYPE_CHECKING:
    from sync.wire.departures import Kept, ReleaseAnswer

COORDINATING: Final = ("coordinator", "administrator")


@dataclass(frozen=True, slots=True)
class Held:
    """One change that waits for a coordinator. `released_ms` is 0 while nobody has let it in."""

    workspace: WorkspaceState
    change: Change
    code: str
    person: str
    laptop: str
    received_ms: int
    released_ms: int

    @property
    def id(self) -> str:
        """As people name it, within its workspace."""
        return f"{self.change.device:012x}-{self.change.dseq}"

    @property
    def mark(self) -> str:
        """What tells it from every other: each workspace counts the changes of a laptop from one."""
        return f"{self.workspace.id.hex()}/{self.id}"


def coordinated(states: Iterable[WorkspaceState]) -> list[WorkspaceState]:
    """The workspaces whose quarantine this person may read."""
    return [state for state in states if state.role in COORDINATING and state.number is not None]


def held_changes(
    joined: Joined, states: Sequence[WorkspaceState], *, connect: Connect = over_http
) -> list[Held]:
    """Everything in the quarantines of these workspaces, oldest first."""
    from sync.wire.departures import QUARANTINE_PATH, QuarantineAnswer, QuarantineRequest

    found = []
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        for state in states:
            assert state.number is not None
            reply = line.post(QUARANTINE_PATH, QuarantineRequest(state.number).pack())
            for kept in QuarantineAnswer.unpack(_body(reply)).kept:
                found += [
                    Held(state, change, *_told(kept))
                    for change in changes_of(open_frame(kept.frame, state.id))
                ]
    finally:
        line.close()
    return found


def _told(kept: Kept) -> tuple[str, str, str, int, int]:
    return kept.code, kept.person, kept.laptop, kept.received_ms, kept.released_ms


def release(
    joined: Joined, state: WorkspaceState, ids: Sequence[ChangeId], *, connect: Connect = over_http
) -> ReleaseAnswer:
    """Let changes in, under the names of their authors; they come with the next sync."""
    from sync.wire.departures import RELEASE_PATH, ReleaseAnswer, ReleaseRequest

    assert state.number is not None
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        reply = line.post(RELEASE_PATH, ReleaseRequest(state.number, tuple(ids)).pack())
        return ReleaseAnswer.unpack(_body(reply))
    finally:
        line.close()


def discard(
    joined: Joined,
    state: WorkspaceState,
    ids: Sequence[ChangeId],
    reason: str,
    *,
    connect: Connect = over_http,
) -> ReleaseAnswer:
    """Decide that changes are never let in; the laptops that sent them are told why.

    Raises what `check_reason` raises.
    """
    from sync.wire.departures import ReleaseAnswer
    from sync.wire.outcomes import DISCARD_PATH, DiscardRequest

    reason = check_reason(reason)
    assert state.number is not None
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        reply = line.post(DISCARD_PATH, DiscardRequest(state.number, tuple(ids), reason).pack())
        return ReleaseAnswer.unpack(_body(reply))
    finally:
        line.close()


def check_reason(text: str) -> str:
    """The reason as it is kept; raises `reason_missing`, and `reason_too_long` where its end were lost."""
    from sync.wire.outcomes import LONGEST_REASON, tidy_reason

    reason = tidy_reason(text)
    if not reason:
        raise DaftarError("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise DaftarError("reason_too_long", limit=LONGEST_REASON)
    return reason


def read_id(text: str) -> ChangeId:
    """The inverse of `Held.id`; raises `not_in_quarantine`."""
    device, _, dseq = text.strip().lower().partition("-")
    try:
        return int(device, 16), int(dseq)
    except ValueError as error:
        raise DaftarError("not_in_quarantine") from error


def _body(reply: object) -> bytes:
    if not getattr(reply, "complete", False):
        raise DaftarError("connection_cut")
    body: bytes = reply.body  # type: ignore[attr-defined]  # a line replies with a body
    return body
