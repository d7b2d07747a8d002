"""The quick road of new records by column leaves exactly what the road of single changes leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.store.driver import sqlite
from sync.changes import Change, Edit, base_field, chain_over, chain_start
from sync.clock import HybridClock
from sync.digest import Digest, record_term
from sync.frames import block_of
from sync.frames.packing import make_frame
from sync.merge import RecordState, fold
from sync.merge.texts import set_text, text_term
from sync.records import KINDS, make_record_id
from sync.replica.received import Received
from sync.replica.replica import Identity, Replica
from sync.replica.schema import create_tables
from sync.server.intake import Sender, take_in
from sync.server.settling import Settler
from sync.server.states import pack_state, unpack_state
from sync.server.storage.schema import document
from sync.wire.messages import Push

WORKSPACE = make_record_id(1, 1, 1)
PERSON, DEVICE, OTHER = b"p" * 16, 77, 78
NOW = 1_767_225_600_000
NAMES = st.sampled_from(["", "Visit", "2.1 Visit", "زيارة", "%s \\ \"'", "a" * 300])
IDS = st.integers(1, 4).map(lambda number: make_record_id(9, 1, number)) | st.just(b"raw id of 16 by.")
FEW = {name: KINDS[name] for name in ("activity", "value", "meeting")}
WRITES = {
    "activity": st.fixed_dictionaries(
        {"title": st.sampled_from(["Visit", "Training 2"])},
        optional={
            "description": NAMES | st.none(),
            "progress": st.integers(0, 100) | st.none(),
            "start": st.sampled_from(["2026-01-05", "2026-02-28"]) | st.none(),
            "lead": IDS | st.none(),
            "tags/a": st.just(True), "tags/#b%s": st.just(True) | st.none(),
            "places/#" + b"q".hex() * 16: st.just(True),
        },
    ),
    "value": st.fixed_dictionaries(
        {"indicator": IDS, "period": IDS, "cells/F": st.sampled_from(["3", "4.5"])},
        optional={"cells/M|%s": st.just("7") | st.none(), "cells/A": st.just("0"), "note": NAMES},
    ),
    "meeting": st.fixed_dictionaries(
        {"title": NAMES},
        optional={
            "notes": st.sampled_from(["", "one", "ein Satz. " * 80]).map(
                lambda text: set_text(None, text).update
            ),
            "participants/#" + b"r".hex() * 16: st.just(True),
        },
    ),
}  # fmt: skip


@st.composite
def creations(draw: st.DrawFn) -> list[Change]:
    changes = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        kind = draw(st.sampled_from(sorted(WRITES)))
        writes = draw(WRITES[kind])
        record = make_record_id(DEVICE, 3, number) if draw(st.integers(0, 5)) else bytes([number]) * 16
        classes = {base_field(key): KINDS[kind].fields[base_field(key)].merge.value for key in writes}
        stamp = (NOW + draw(st.integers(0, 5_000))) << 16
        changes.append(
            Change(DEVICE, number, WORKSPACE, kind, record, PERSON, stamp, number, True, writes, {}, classes)
        )
    return changes


class Index:
    """Notes what would be searched for."""

    def __init__(self) -> None:
        self.rows: dict[int, object] = {}

    def add(self, kind: str, rows: Sequence[tuple[int, int, str, str]]) -> None:
        self.rows.update({row[0]: (kind, *row[1:3], sorted(re.findall(r"\w+", row[3]))) for row in rows})

    def add_new(self, rows: dict[str, list[tuple[int, int, str, str]]]) -> None:
        for kind, held in rows.items():
            self.add(kind, held)

    replace = add_new

    def remove(self, rowids: Sequence[int]) -> None:
        for rowid in rowids:
            del self.rows[rowid]


@contextmanager
def laptop(*, device: int, by_column: bool) -> Iterator[tuple[Any, Replica, Index]]:
    with closing(sqlite.connect(":memory:", isolation_level=None)) as database:
        create_tables(database, FEW)
        index = Index()
        clock = HybridClock(SimpleNamespace(now_ms=lambda: NOW))
        replica = Replica(database, FEW, index, identity=Identity(device, PERSON), clock=clock)
        replica.workspaces.grant(WORKSPACE, number=1, role="officer", name="Jordan")
        if not by_column:
            creator: Any = replica.applier._creator
            creator.create = lambda *_all, **_named: False
        yield database, replica, index


def _everything(database: Any, replica: Replica, index: Index) -> dict[str, Any]:
    """All that is stored, by record id: small numbers for ids are given in the order of asking."""
    states = replica.applier.states
    found: dict[str, Any] = {"log": database.execute("SELECT * FROM log").fetchall()}
    found["workspace"] = replica.workspaces.get(WORKSPACE).digest.stored()
    found["searched"] = {replica.ids.record(rowid): row for rowid, row in index.rows.items()}
    found["columns"] = {}
    for kind in FEW:
        rows = database.execute(states.codecs[kind].select_sql).fetchall()
        for row, item in zip(
            rows, states.load(kind, [row[0] for row in rows], WORKSPACE).values(), strict=True
        ):
            face = (kind, item.made, item.is_settled, item.was_deleted, item.term, _face(item.shown))
            found["columns"][item.shown.record] = states.codecs[kind].shown_values(row)
            found[item.shown.record.hex()] = (face, _face(item.settled or item.shown))
    return found


def _face(state: RecordState) -> tuple[object, ...]:
    texts = {name: text_term(snapshot) for name, snapshot in state.texts.items()}
    created = (state.created, state.created_stamp, state.created_by)
    return (created, state.values, state.heads, texts)


@given(creations(), st.dictionaries(st.integers(0, 11), st.integers(1, 9), max_size=2))
def test_a_pulled_frame_leaves_the_same_rows(changes: list[Change], moved: dict[int, int]) -> None:
    effective = {at: changes[at].stamp + by for at, by in moved.items() if at < len(changes)}
    left = []
    for by_column in (True, False):
        with laptop(device=OTHER, by_column=by_column) as (database, replica, index):
            frame = make_frame(block_of(changes))
            replica.apply_pulled(WORKSPACE, Received(1, len(changes), frame, effective))
            left.append(_everything(database, replica, index))
    assert left[0] == left[1]
    expected = Digest()
    for at, change in enumerate(changes):
        state = RecordState(WORKSPACE, change.kind, change.record)
        fold(state, change, effective=effective.get(at))
        expected.replace(change.record, None, record_term(state))
    assert left[0]["workspace"] == expected.stored()


@given(creations(), st.sets(st.integers(0, 11), max_size=3))
def test_settling_leaves_the_same_rows_whether_terms_were_kept_or_not(
    changes: list[Change], edited: set[int]
) -> None:
    """Without the terms that records were made with, values are read and everything is counted anew."""
    left = []
    for kept in (True, False):
        with laptop(device=DEVICE, by_column=True) as (database, replica, index):
            replica.write([_edit(change) for change in changes], together=1)
            titles = [one for at, one in enumerate(changes) if at in edited and "title" in one.writes]
            for change in titles:
                replica.write([Edit(WORKSPACE, change.kind, change.record, {"title": "New"})])
            if not kept:
                for kind in WRITES:
                    database.execute(f'UPDATE "{kind}" SET _term = NULL')
            last = len(changes)
            replica.settle_own(WORKSPACE, first=1, last=last, first_dseq=1, last_dseq=last)
            middle = replica.workspaces.get(WORKSPACE).digest.stored()
            if titles:
                end = last + len(titles)
                replica.settle_own(WORKSPACE, first=last + 1, last=end, first_dseq=last + 1, last_dseq=end)
            left.append((middle, _everything(database, replica, index)))
    assert left[0] == left[1]
    expected = Digest()
    for change in changes:
        state = RecordState(WORKSPACE, change.kind, change.record)
        fold(state, change)
        expected.replace(change.record, None, record_term(state))
    assert left[0][0] == expected.stored()


def _edit(change: Change) -> Edit:
    return Edit(WORKSPACE, change.kind, change.record, change.writes, create=True)


class Rows:
    """In place of a database: nothing is there, and what is written is kept."""

    def __init__(self) -> None:
        self.records: dict[bytes, tuple[Any, ...]] = {}
        self.documents: dict[tuple[bytes, str], bytes] = {}

    def fetch(self, *_all: object, **_named: object) -> Iterator[tuple[Any, ...]]:
        return iter(())

    def upsert(self, _connection: object, table: object, rows: Sequence[tuple[Any, ...]]) -> None:
        if table is document:
            self.documents.update({(row[1], row[2]): row[3] for row in rows})
        else:
            self.records.update({row[1]: row for row in rows})

    def seen(self) -> tuple[object, object]:
        states = {
            key: (kind, term, unpack_state(stored, workspace=workspace, kind=kind, record=key))
            for workspace, key, kind, stored, term in self.records.values()
        }
        return states, {key: text_term(snapshot) for key, snapshot in self.documents.items()}


@given(creations(), st.sets(st.integers(0, 11), max_size=3))
def test_the_server_stores_the_same_rows(changes: list[Change], edited: set[int]) -> None:
    """Also where the same push goes on to change what it brought."""
    edits = [
        Change(
            DEVICE, len(changes) + place, WORKSPACE, changes[at].kind, changes[at].record, PERSON,
            (NOW + 6_000) << 16, 900 + place, False, {"title": "New"}, {}, {"title": "r"},
        )
        for place, at in enumerate(sorted(at for at in edited if at < len(changes)), start=1)
    ]  # fmt: skip
    frame = make_frame(block_of(changes))
    sender = Sender(PERSON, "coordinator", DEVICE, 1, lambda _author: False)
    push = Push(1, 1, chain_start(WORKSPACE), (frame,))
    (piece,) = take_in(push, workspace=WORKSPACE, sender=sender).pieces
    assert sum(len(group.records) for group in piece.groups) == len(changes)
    assert piece.chains == [
        chain_over(chain_start(WORKSPACE), changes[: at + 1]) for at in range(len(changes))
    ]
    left = []
    for by_column in (True, False):
        rows, digest = Rows(), Digest()
        storage: Any = SimpleNamespace(bulk=rows)
        settler = Settler(storage, storage, WORKSPACE, now_ms=NOW)
        if by_column:
            assert settler.add_piece(piece)
        for change in edits if by_column else [*changes, *edits]:
            settler.fold(change, effective=None, hole_base=lambda _change, _key: None)
        settler.save(digest)
        left.append((rows.seen(), digest.stored()))
    assert left[0] == left[1]


@given(creations())
def test_the_server_stores_the_bytes_that_the_fold_would_store(changes: list[Change]) -> None:
    sender = Sender(PERSON, "coordinator", DEVICE, 1, lambda _author: False)
    push = Push(1, 1, chain_start(WORKSPACE), (make_frame(block_of(changes)),))
    (piece,) = take_in(push, workspace=WORKSPACE, sender=sender).pieces
    rows = Rows()
    storage: Any = SimpleNamespace(bulk=rows)
    settler = Settler(storage, storage, WORKSPACE, now_ms=NOW)
    settler.add_piece(piece)
    settler.save(Digest())
    for change in changes:
        state = RecordState(WORKSPACE, change.kind, change.record)
        fold(state, change)
        assert rows.records[change.record][3:] == (pack_state(state), record_term(state))
