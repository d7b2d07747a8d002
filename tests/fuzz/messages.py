"""Everything that one program packs for another to unpack: found by looking, each with an example."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import sync.blobs
import sync.wire
from sync.wire.access import Access
from sync.wire.blobs import Kept as KeptBytes
from sync.wire.departures import (
    Kept,
    Purged,
    QuarantineAnswer,
    QuarantineRequest,
    ReleaseAnswer,
    ReleaseRequest,
    Taken,
)
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.keys import BundleAnswer, Handed, KeysAnswer, KeysRequest, Stand
from sync.wire.messages import SyncAnswer, SyncRequest
from sync.wire.outcomes import Became, DiscardRequest, OutcomesAnswer, OutcomesRequest
from sync.wire.plan import PlanAnswer, PlanRequest
from sync.wire.snapshots import HistoryAnswer, Manifest, Piece
from sync.wire.tokens import RenewAnswer
from sync.wire.verify import SentState, VerifyAnswer, VerifyRequest

WORKSPACE = bytes(range(16))
ELSEWHERE = {SyncRequest, SyncAnswer}
"""Those whose frames are opened too, and whose cut forms count: they have targets of their own."""
EXAMPLES: tuple[Any, ...] = (
    EnrolRequest("K7PM-4XQ2", 5, "Lina"),
    EnrolAnswer(1, "t", bytes(16), "Lina", 1, (Access(7, WORKSPACE, "officer", "J"),), bytes(32)),
    DiscardRequest(1, ((7, 1),), "why"),
    OutcomesRequest(1, ((7, 1), (7, 2))),
    OutcomesAnswer((Became(7, 1, 0, 9, "why"), Became(7, 2, 9))),
    RenewAnswer(1, "token", 2),
    Purged((1, 2)),
    Taken(9),
    QuarantineRequest(7),
    QuarantineAnswer((Kept(7, 1, "invalid_value", 9, 0, "Lina", "laptop", b"frame"),), more=True),
    ReleaseRequest(7, ((7, 1), (7, 2))),
    ReleaseAnswer(1, ((7, 2, "not_kept"),)),
    KeysRequest(5, bytes(64)),
    KeysAnswer(bytes(64), b"card", (b"one", b"two"), (3,), (Stand(7, 9, bytes(16), bytes(64)),)),
    BundleAnswer((Handed(WORKSPACE, 5, 9, 1, 1, "not_granted"),), ("bundle_cut",)),
    PlanRequest(5, {7: 12, 8: 0}),
    PlanAnswer(12, 4_000),
    VerifyRequest(5, 7, 9, bytes(4096), (bytes(16), WORKSPACE), (1, 2, 3), 1),
    VerifyAnswer(
        9,
        bytes(16),
        (0, 255),
        ((WORKSPACE, bytes(16)),),
        (SentState(WORKSPACE, "activity", b"state", (("notes", b"text"),)),),
        ((3, bytes(16)),),
    ),
    Manifest(9, bytes(16), 1, (Piece(bytes(32), 200), Piece(bytes([1]) * 32, 300))),
    HistoryAnswer((b"one", b"two")),
    KeptBytes(12, whole=False),
)


def messages() -> dict[str, Any]:
    """The examples by a name for each."""
    return {_name(type(one)): one for one in EXAMPLES}


def unpacked() -> set[type]:
    """Every class of the wire and of the files that has an `unpack`."""
    return {
        found
        for package in (sync.wire, sync.blobs)
        for module in _modules(package)
        for found in vars(module).values()
        if isinstance(found, type) and found.__module__ == module.__name__ and hasattr(found, "unpack")
    }


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _name(kind: type) -> str:
    """`outcomes_request`; the answer about a file is told from the one about a change by its package."""
    word = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in kind.__name__)[1:]
    return f"{word}_bytes" if kind is KeptBytes else word
