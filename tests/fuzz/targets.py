"""The decoders, each with inputs that are right; whatever else they are given ends in a `DaftarError`."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.laptop import Laptop
from helpers.spreadsheets import make_xlsx

from desktop.exchange import plan_import
from desktop.store.keys import Cost, create_keys, open_keys, parse_key_file
from sync.changes import Change
from sync.digest import record_term
from sync.errors import DaftarError
from sync.frames import block_of, changes_of, decode_block, encode_block, seal
from sync.frames.packing import open_frame, pack_changes
from sync.merge import RecordState, fold
from sync.merge.texts import merge_text, read_text, set_text
from sync.records.ids import parse_id
from sync.server.finding import Needle
from sync.server.inside import NotLookedInto, says
from sync.server.refolding import term_in
from sync.server.states import pack_state
from sync.server.storage.archive import RecordRow
from sync.server.stored import read_effective
from sync.wire.access import Access
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.failures import pack_error, unpack_error
from sync.wire.messages import Pulled, SyncAnswer, SyncRequest, Trouble, WorkspaceAnswer
from sync.wire.outcomes import Became, DiscardRequest, OutcomesAnswer, OutcomesRequest
from sync.wire.tokens import RenewAnswer

WORKSPACE = bytes(range(16))
ROWS = [
    ["Output 1.1: Skills", None, None, None],
    ["Code", "Activity", "Start", "Budget (USD)"],
    ["1.1.1", "Train mentors", "12/05/2026", 1200.5],
    ["1.1.2", "تدريب المرشدين", "01 Mar 2026", "25 200,50"],
    ["TOTAL", None, None, "=SUM(D3:D4)"],
]
START_MS = 1_767_225_600_000


@dataclass(frozen=True, slots=True)
class Target:
    """`decode` is called with damaged forms of `right`; `dressed` puts them into what protects them."""

    decode: Callable[[bytes], object]
    right: Sequence[bytes]
    dressed: Callable[[bytes], bytes] = bytes


def some_changes() -> list[Change]:
    laptop = Laptop(0x10_0000_0001, bytes(16), now_ms=START_MS)
    meeting = laptop.create(WORKSPACE, "meeting", {"title": "Weekly", "notes": set_text(None, "مطر").update})
    visit = laptop.create(WORKSPACE, "activity", {"title": "Visit", "tags": ["a", "b"], "progress": 40})
    value = laptop.create(WORKSPACE, "value", {"cells": {"F|15-24": "3", "M|15-24": "4.5"}})
    edits = [laptop.edit(visit, {"title": f"Visit {at}"}, {"title": (visit.id,)}) for at in range(3)]
    return [meeting, visit, value, *edits, laptop.edit(visit, {"deleted": True})]


def _frame() -> bytes:
    ((frame, _),) = pack_changes(some_changes())
    return frame


def _request() -> bytes:
    laptop = Laptop(0x10_0000_0001, bytes(16), now_ms=START_MS)
    changes = [laptop.create(WORKSPACE, "activity", {"title": f"Visit {at}"}) for at in range(3)]
    return laptop.request(laptop.push(7, changes), cursors={7: 12, 8: 0}).pack()


def _answer() -> bytes:
    pulled = (Pulled(1, 7, _frame(), effective={2: START_MS}), Pulled(8, 9, first_dseq=4, last_dseq=5))
    return SyncAnswer(
        START_MS,
        access_epoch=3,
        access=(Access(7, WORKSPACE, "officer", "Jordan"),),
        workspaces=(WorkspaceAnswer(7, 9, bytes(16), 5, bytes(16), pulled),),
        troubles=(Trouble(7, 4, "base_missing"),),
        more=True,
    ).pack()


def _read_changes(data: bytes) -> object:
    """What a laptop and a server do with a frame: open it, take it apart, fold it, and hash the state."""
    terms = []
    for change in changes_of(open_frame(data, WORKSPACE)):
        state = RecordState(WORKSPACE, change.kind, change.record)
        if not change.hole:
            fold(state, change)
            terms.append(record_term(state))
    return terms


def _read_block(data: bytes) -> object:
    return list(changes_of(decode_block(data, WORKSPACE)))


def _read_answer(data: bytes) -> object:
    answer, _whole = SyncAnswer.unpack_part(data)
    return [
        changes_of(open_frame(one.frame, WORKSPACE))
        for item in answer.workspaces
        for one in item.pulled
        if one.frame
    ]


def _read_request(data: bytes) -> object:
    request, _whole = SyncRequest.unpack_part(data)
    return [open_frame(frame, WORKSPACE) for push in request.pushes for frame in push.frames]


def _read_book(data: bytes) -> object:
    return plan_import(data, today_year=2026, name="plan.xlsx")


def _read_table(data: bytes) -> object:
    return plan_import(data, today_year=2026, name="plan.csv")


def _sheet() -> bytes:
    with zipfile.ZipFile(io.BytesIO(make_xlsx(ROWS))) as book:
        return book.read("xl/worksheets/sheet1.xml")


def _rebound(sheet: bytes) -> bytes:
    """A workbook whose first sheet is these bytes, which no checksum protects."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_xlsx(ROWS))) as book, zipfile.ZipFile(made, "w") as other:
        for name in book.namelist():
            other.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else book.read(name))
    return made.getvalue()


def _text() -> bytes:
    return set_text(None, "Rain in Irbid. مطر في إربد").update


def _open_keys(data: bytes) -> object:
    """Open a key file with a passphrase; what it says of the cost is not believed without limit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.json"
        path.write_bytes(data)
        return open_keys(path, passphrase="four plain words here")


def _key_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.json"
        create_keys(path, keyring=None, passphrase="four plain words here", cost=Cost(1, 8 * 1024))
        return path.read_bytes()


KEYS = b'{"version": 1, "profile": "p", "wraps": [{"type": "passphrase", "salt": "AAAA", "nonce": "AAAA"}]}'
TABLE = b"Activity;Start;Budget\nVisit;2026-03-01;1 200,50\nTraining;12/05/2026;x\n"


def _look_inside(data: bytes) -> object:
    """What a server does that looks for a text in an attached file."""
    needle = Needle("Amal Saleh")

    def read(start: int, stop: int) -> Iterator[bytes]:
        yield data[start:stop]

    try:
        return says(read, len(data), needle.is_in, length=needle.length)
    except NotLookedInto as told:
        raise DaftarError(told.why) from told


def _stored_state() -> bytes:
    """A record that was changed, as a server stores it."""
    laptop = Laptop(0x10_0000_0001, bytes(16), now_ms=START_MS)
    made = laptop.create(WORKSPACE, "activity", {"title": "Visit", "tags": ["a", "b"]})
    state = RecordState(WORKSPACE, "activity", made.record)
    for change in (made, laptop.edit(made, {"title": "Visits"}), laptop.edit(made, {"deleted": True})):
        fold(state, change)
    return pack_state(state)


def _read_stored(data: bytes) -> object:
    """What a server does with a state that its disk may have damaged."""
    read_effective(data)
    return term_in(RecordRow(bytes(16), "activity", data, bytes(16)), {}, WORKSPACE)


def targets() -> dict[str, Target]:
    block = encode_block(block_of(some_changes()))
    return {
        "request": Target(_read_request, [_request()]),
        "answer": Target(_read_answer, [_answer()]),
        "enrol_request": Target(EnrolRequest.unpack, [EnrolRequest("K7PM-4XQ2", 5, "Lina").pack()]),
        "enrol_answer": Target(
            EnrolAnswer.unpack,
            [
                EnrolAnswer(
                    1, "t", bytes(16), "Lina", 1, (Access(7, WORKSPACE, "officer", "J"),), bytes(32)
                ).pack()
            ],
        ),
        "discard_request": Target(DiscardRequest.unpack, [DiscardRequest(1, ((7, 1),), "why").pack()]),
        "outcomes_request": Target(OutcomesRequest.unpack, [OutcomesRequest(1, ((7, 1), (7, 2))).pack()]),
        "outcomes_answer": Target(
            OutcomesAnswer.unpack, [OutcomesAnswer((Became(7, 1, 0, 9, "why"), Became(7, 2, 9))).pack()]
        ),
        "renew_answer": Target(RenewAnswer.unpack, [RenewAnswer(1, "token", 2).pack()]),
        "error": Target(unpack_error, [pack_error("too_large", {"bytes": 8})]),
        "frame": Target(_read_changes, [_frame()]),
        "sealed": Target(_read_changes, [block], dressed=seal),
        "block": Target(_read_block, [block]),
        "text": Target(lambda data: read_text(merge_text(None, data)), [_text()]),
        "state": Target(_read_stored, [_stored_state()]),
        "attached": Target(_look_inside, [make_xlsx(ROWS), b"<p>Amal&nbsp;Saleh</p>", b'{"a": "\\u0041"}']),
        "id": Target(
            lambda data: parse_id(data.decode("utf-8", "replace")), [b"018f0000-0000-8000-8000-000000000000"]
        ),
        "keys": Target(parse_key_file, [KEYS]),
        "wraps": Target(_open_keys, [_key_file()]),
        "workbook": Target(_read_book, [make_xlsx(ROWS)]),
        "sheet": Target(_read_book, [_sheet()], dressed=_rebound),
        "table": Target(_read_table, [TABLE]),
    }
