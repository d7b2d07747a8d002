"""Takes a push frame by frame where it cannot be taken as a whole: one bad frame stops no other workspace and
nothing that is to be received, and stays here for whoever may read it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sync.clock import Clock
from sync.server.intake import Sender, take_in
from sync.server.ledger import Receipt
from sync.server.poison import POISON, code_of
from sync.server.storage import Storage, unread
from sync.server.storage.unread import UnreadFrame
from sync.wire.codes import FRAME_REFUSED, FRAME_REFUSED_NEWER
from sync.wire.messages import Push

_NEWER: Final = "frame_too_new"
_OF_FRAMES: Final = frozenset({"bad_frame", "cut_frame", _NEWER, POISON})

Take = Callable[[Push], Receipt]


class Pushing:
    """Takes pushes of one server; `take` is the ordinary way, one transaction."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def take(self, push: Push, *, workspace: bytes, sender: Sender, take: Take) -> Receipt:
        """Everything up to the first frame that cannot be taken; that one is kept, and told with a code."""
        try:
            return take(push)
        except Exception as error:
            if code_of(error) not in _OF_FRAMES:
                raise
        troubles: list[tuple[int, str]] = []
        first, chain = push.first_dseq, push.chain
        for frame in push.frames:
            alone = Push(push.workspace, first, chain, (frame,))
            try:
                intake = take_in(alone, workspace=workspace, sender=sender)
                receipt = take(alone)
            except Exception as error:
                code = code_of(error)
                if code not in _OF_FRAMES:
                    raise
                self._keep(workspace, sender.device, first, frame, code)
                told = FRAME_REFUSED_NEWER if code == _NEWER else FRAME_REFUSED
                return Receipt((*troubles, (first, told)))
            if receipt.new_epoch:
                return receipt
            troubles += receipt.troubles
            first, chain = intake.last_dseq + 1, intake.chain_after(intake.last_dseq)
        return Receipt(tuple(troubles))

    def _keep(self, workspace: bytes, device: int, first: int, frame: bytes, code: str) -> None:
        row = UnreadFrame(device, first, code, self._clock.now_ms(), frame)
        self._storage.writing(lambda connection: unread.put_frame(connection, workspace, row))
