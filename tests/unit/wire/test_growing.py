"""Every message may grow at its end: what a later version adds is passed over, within limits."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Protocol

import msgpack
import pytest

import sync.wire
from sync.digest import EMPTY, TERM_BYTES
from sync.errors import DaftarError
from sync.wire import blobs, departures, enrolment, keys, messages, outcomes, plan, snapshots, tokens, verify
from sync.wire.access import Access
from sync.wire.failures import pack_error, unpack_error
from sync.wire.packing import MOST_FIELDS, with_tail


class Message(Protocol):
    """Whatever has bytes."""

    def pack(self) -> bytes: ...
    @classmethod
    def unpack(cls, data: bytes) -> "Message": ...


WORKSPACE, HASH, FRAME = bytes(range(16)), bytes(range(32)), b"a frame"
BEGUN = messages.Begun(1, WORKSPACE, 7, 9)
ACCESS = Access(1, WORKSPACE, "officer", "Jordan")
PULLED = (
    messages.Pulled(1, 2, FRAME, effective={0: 5}, offset=3, total=40),
    messages.Pulled(3, 4, None, 8, 9),
)
# What says nothing is left out at the end of a message; a later version would say it. So it is said here.
EXAMPLES: list[Message] = [
    messages.SyncRequest(
        1,
        2,
        3,
        4,
        5,
        6,
        WORKSPACE,
        {1: 9},
        (messages.Push(1, 4, WORKSPACE, (FRAME,)),),
        77,
        (BEGUN,),
        True,
        (1,),
    ),
    messages.SyncAnswer(5, same=True, nonce=77),
    messages.SyncAnswer(
        5,
        False,
        6,
        (ACCESS,),
        (messages.WorkspaceAnswer(1, 4, WORKSPACE, 2, WORKSPACE, PULLED, True),),
        (messages.Trouble(1, 2, "wrong_author"),),
        more=True,
        new_epoch=True,
        nonce=77,
        begun=(BEGUN,),
        left=99,
    ),
    enrolment.EnrolRequest("K7PM-4XQ2", 7, "laptop"),
    enrolment.EnrolAnswer(1, "token", WORKSPACE, "Amina Hassan", 2, (ACCESS,), bytes(32)),
    tokens.RenewAnswer(1, "token", 2),
    keys.KeysRequest(7, bytes(64)),
    keys.KeysAnswer(bytes(64), b"card", (b"other",), (3,), (keys.Stand(1, 2, HASH, bytes(64)),)),
    keys.BundleAnswer((keys.Handed(WORKSPACE, 7, 8, 9, 0, "code"),), ("bundle_cut",)),
    departures.Purged((1, 2)),
    departures.Taken(5),
    departures.QuarantineRequest(1),
    departures.QuarantineAnswer((departures.Kept(1, 2, "code", 3, 4, "Amina", "laptop", FRAME),), more=True),
    departures.ReleaseRequest(1, ((2, 3), (4, 5))),
    departures.ReleaseAnswer(1, ((2, 3, "code"),)),
    outcomes.DiscardRequest(1, ((2, 3),), "Entered twice"),
    outcomes.OutcomesRequest(1, ((2, 3),)),
    outcomes.OutcomesAnswer((outcomes.Became(1, 2, 3, 4, "Entered twice"),)),
    plan.PlanRequest(1, {2: 3}),
    plan.PlanAnswer(1, 2),
    verify.VerifyRequest(1, 2, 3, EMPTY, (WORKSPACE,), (4,), 5),
    verify.VerifyAnswer(
        1,
        WORKSPACE,
        (1, 2),
        ((WORKSPACE, bytes(TERM_BYTES)),),
        (verify.SentState(WORKSPACE, "meeting", b"state", (("notes", b"text"),)),),
        ((6, WORKSPACE),),
    ),
    snapshots.Manifest(9, WORKSPACE, 1, (snapshots.Piece(HASH, 10), snapshots.Piece(HASH, 20))),
    snapshots.HistoryAnswer((FRAME,)),
    blobs.Kept(10, whole=True),
]
UNKNOWN: list[list[Any]] = [[7], ["later"], [b"more", [1, [2, "3"]], None]]
IN_FRAMES = (messages.SyncRequest, messages.SyncAnswer)
named = pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: type(one).__name__)


def test_every_message_class_has_an_example() -> None:
    assert {type(one) for one in EXAMPLES} == set(message_classes())


@named
@pytest.mark.parametrize("unknown", UNKNOWN, ids=["a number", "a text", "several"])
def test_fields_at_the_end_of_a_message_are_passed_over(example: Message, unknown: list[Any]) -> None:
    assert type(example).unpack(grown(example, lambda header: [*header, *unknown])) == example


@named
@pytest.mark.parametrize("unknown", UNKNOWN, ids=["a number", "a text", "several"])
def test_fields_at_the_end_of_each_row_are_passed_over(example: Message, unknown: list[Any]) -> None:
    assert type(example).unpack(grown(example, lambda header: with_longer_rows(header, unknown))) == example


@named
def test_a_message_does_not_grow_without_end(example: Message) -> None:
    with pytest.raises(DaftarError) as refused:
        type(example).unpack(grown(example, lambda header: [*header, *range(MOST_FIELDS)]))
    assert refused.value.code in {"bad_message", "bad_answer"}


def test_an_error_may_grow_too() -> None:
    body = [*msgpack.unpackb(pack_error("busy", {"seconds": 7})), "later"]
    assert unpack_error(msgpack.packb(body)).params == {"seconds": 7}


def message_classes() -> Iterator[type]:
    """Every class of the package that has bytes of its own."""
    for module in pkgutil.iter_modules(sync.wire.__path__, "sync.wire."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and hasattr(thing, "unpack") and thing.__module__ == module.name:
                yield thing


def grown(example: Message, grow: Any) -> bytes:
    data = example.pack()
    if not isinstance(example, IN_FRAMES):
        return bytes(msgpack.packb(grow(msgpack.unpackb(data))))
    end = 4 + int.from_bytes(data[:4])
    return with_tail(grow(msgpack.unpackb(data[4:end])), [data[end:]])


def with_longer_rows(header: list[Any], unknown: list[Any]) -> list[Any]:
    """Each list of lists is one of rows; a row grows behind the rows in it."""
    return [
        [[*with_longer_rows(row, unknown), *unknown] for row in item] if is_rows(item) else item
        for item in header
    ]


def is_rows(item: Any) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(one, list) for one in item)
