"""The decoders, each with inputs that are right; whatever else they are given ends in a `DaftarError`."""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fuzz import packs
from fuzz.messages import messages
from helpers.laptop import Laptop
from helpers.spreadsheets import make_xlsx

from desktop.exchange import plan_import
from desktop.store.backup import Access as BackupAccess
from desktop.store.backup import BackupInfo, read_info
from desktop.store.backup import verify as verify_backup
from desktop.store.keys import Cost, create_keys, open_keys, parse_key_file
from sync.bundles.cards import Card
from sync.changes import Change
from sync.digest import record_term
from sync.errors import DaftarError
from sync.frames import block_of, changes_of, decode_block, encode_block, seal
from sync.frames.container import STATES, unseal
from sync.frames.packing import open_frame, pack_changes
from sync.merge import RecordState, fold
from sync.merge.chunks import HoleMark, Tables, open_piece, pack_chunk, pack_tables
from sync.merge.texts import merge_text, read_text, set_text
from sync.records import KINDS
from sync.records.ids import parse_id
from sync.replica.careful import code_of, is_poison
from sync.server.finding import Needle
from sync.server.inside import NotLookedInto, says
from sync.server.origins import declared
from sync.server.refolding import term_in
from sync.server.states import pack_state
from sync.server.storage.archive import RecordRow
from sync.server.stored import read_effective
from sync.wire.access import Access
from sync.wire.failures import pack_error, unpack_error
from sync.wire.messages import Pulled, SyncAnswer, SyncRequest, Trouble, WorkspaceAnswer
from sync.wire.states import unpack_plain, unpack_state

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


def _read_either(data: bytes) -> object:
    """Every piece is the same bytes, of which one sort only can be right."""
    try:
        return packs.read(data)
    except DaftarError as error:
        return error.code


def _states() -> list[RecordState]:
    """Some that were changed since they were made, and one that was not."""
    found: dict[bytes, RecordState] = {}
    for change in some_changes():
        state = found.setdefault(change.record, RecordState(WORKSPACE, change.kind, change.record))
        fold(state, change)
    return list(found.values())


def _pieces() -> list[bytes]:
    classes = {kind: dict(declared(kind)) for kind in KINDS}
    mark = HoleMark(5, 3, "invalid_value", {"title": ((5, 1),)})
    tables = Tables({5: 9}, frozenset({(5, 7)}), (mark,), {WORKSPACE: _frame()}, (("activity", WORKSPACE),))
    return [pack_chunk(_states(), classes), pack_tables(tables)]


def _read_piece(data: bytes) -> object:
    piece = open_piece(data, WORKSPACE)
    if isinstance(piece, Tables):
        return piece
    return [list(piece.states(group)) for group in piece.block.groups]


def _state() -> bytes:
    return pack_state(next(state for state in _states() if state.heads))


def _read_state(data: bytes) -> object:
    """What is sent to mend a record: where it cannot be read the record is named and stays as it is."""
    try:
        unpack_plain(data)
        return unpack_state(data, workspace=WORKSPACE, kind="activity", record=WORKSPACE)
    except Exception as error:
        if not is_poison(error) or isinstance(error, RecursionError):
            raise
        raise DaftarError(code_of(error)) from error


def _backup_header() -> bytes:
    info = BackupInfo(1, "2026-01-01T00:00:00Z", "p", 1, 3, hashlib.sha256(b"abc").hexdigest())
    return json.dumps(asdict(info)).encode()


def _backup(header: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("backup.json", header or _backup_header())
        archive.writestr("keys.json", _key_file())
        archive.writestr("daftar.db", b"abc")
    return made.getvalue()


def _read_backup(data: bytes) -> object:
    """Its header; whether the database in it is what it says, and opens. This one holds none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.daftar-backup"
        path.write_bytes(data)
        info = read_info(path)
        try:
            verify_backup(path, access=BackupAccess(passphrase="four plain words here"))
        except DaftarError:
            return info
        return info


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
        **{name: Target(type(one).unpack, [one.pack()]) for name, one in messages().items()},
        "bundle": Target(packs.read, [packs.RIGHT]),
        "bundle_head": Target(packs.read, [packs.head_of(packs.RIGHT)[0].pack()], dressed=packs.with_head),
        "bundle_manifest": Target(packs.read, [packs.manifest_of(packs.RIGHT)], dressed=packs.with_manifest),
        "bundle_notes": Target(packs.read, [packs.notes_of(packs.RIGHT)], dressed=packs.with_notes),
        "bundle_piece": Target(_read_either, [one for _, one in packs.parts()], dressed=packs.with_pieces),
        "card": Target(Card.read, [packs.card().pack()]),
        "piece": Target(_read_piece, _pieces()),
        "piece_inside": Target(
            _read_piece,
            [unseal(one, wanted=STATES).payload for one in _pieces()],
            dressed=lambda data: seal(data, kind=STATES),
        ),
        "state": Target(_read_state, [_state()]),
        "backup": Target(_read_backup, [_backup()]),
        "backup_header": Target(_read_backup, [_backup_header()], dressed=_backup),
        "error": Target(unpack_error, [pack_error("too_large", {"bytes": 8})]),
        "frame": Target(_read_changes, [_frame()]),
        "sealed": Target(_read_changes, [block], dressed=seal),
        "block": Target(_read_block, [block]),
        "text": Target(lambda data: read_text(merge_text(None, data)), [_text()]),
        "stored_state": Target(_read_stored, [_stored_state()]),
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
