"""Puts settled states in the place of what a replica holds of records; what is tentative stays on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sync.digest import Digest, record_term
from sync.merge import RecordState, fold, is_deleted
from sync.merge.holes import inherit
from sync.replica.careful import code_of, is_poison
from sync.replica.changed import Changed, Touched
from sync.replica.replica import Replica
from sync.replica.rows import OTHER_TABLE
from sync.replica.states import Loaded

CHUNK: Final = 500
UNREADABLE: Final = bytes(16)


def add_up(
    replica: Replica, workspace: bytes, kind: str, rowids: Sequence[int]
) -> tuple[dict[bytes, bytes], int]:
    """Record -> term, computed again from what the tables hold of settled records.

    What is only derived from that (the stored term, whether it is deleted, its questions) is put right on the
    way; also says for how many records. A record that cannot be read has a term that no record has.
    """
    try:
        return _add_up(replica, workspace, kind, rowids)
    except Exception as error:
        if not is_poison(error):
            raise
        if len(rowids) == 1:
            try:
                return {replica.ids.record(rowids[0]): UNREADABLE}, 1
            except KeyError:
                # Even whose row it is cannot be said; the server's copy comes under its right name.
                return {}, 1
    terms: dict[bytes, bytes] = {}
    wrong = 0
    for rowid in rowids:
        found, more = add_up(replica, workspace, kind, [rowid])
        terms |= found
        wrong += more
    return terms, wrong


def _add_up(
    replica: Replica, workspace: bytes, kind: str, rowids: Sequence[int]
) -> tuple[dict[bytes, bytes], int]:
    loaded = replica.applier.states.load(kind, rowids, workspace)
    terms: dict[bytes, bytes] = {}
    wrong = 0
    for item in loaded.values():
        term = None
        if item.is_settled:
            term = record_term(item.settled if item.settled is not None else item.shown)
            terms[item.shown.record] = term
        wrong += _put_right(replica, item, term)
    return terms, wrong


def _put_right(replica: Replica, item: Loaded, term: bytes | None) -> bool:
    deleted = is_deleted(item.shown)
    asked = bool(item.shown.heads) and replica.applier.list_conflicts(item)
    if deleted == item.was_deleted and (term is None or term == item.term):
        return asked
    table = item.shown.kind if item.shown.kind in replica.applier.states.codecs else OTHER_TABLE
    replica.database.execute(
        f'UPDATE "{table}" SET _deleted = ?, _term = ? WHERE id = ?', (int(deleted), term, item.rowid)
    )
    return True


def parts(replica: Replica, workspace: bytes) -> Iterator[tuple[str, list[int]]]:
    """All records of a workspace, some at a time: kind and rows."""
    database, states = replica.database, replica.applier.states
    index = replica.workspaces.get(workspace).index
    others = database.execute(f"SELECT DISTINCT _kind FROM {OTHER_TABLE} WHERE _ws = ?", (index,)).fetchall()
    for kind in [*states.codecs, *(str(row[0]) for row in others)]:
        if kind in states.codecs:
            rows = database.execute(f'SELECT id FROM "{kind}" WHERE _ws = ? ORDER BY id', (index,))
        else:
            rows = database.execute(
                f"SELECT id FROM {OTHER_TABLE} WHERE _ws = ? AND _kind = ? ORDER BY id", (index, kind)
            )
        found = [int(row[0]) for row in rows.fetchall()]
        for at in range(0, len(found), CHUNK):
            yield kind, found[at : at + CHUNK]


def put_states(replica: Replica, workspace: bytes, told: Sequence[RecordState]) -> Changed:
    """Let these be the settled states."""
    touched = Touched()
    state = replica.workspaces.get(workspace)
    for settled in told:
        _put(replica, state.index, settled, state.digest, touched)
    replica.workspaces.save(state)
    return touched.changed(local=False)


def take_over(replica: Replica, workspace: bytes, told: Sequence[RecordState]) -> Changed:
    """Like `put_states`, where the server told them: nothing that was set aside of them waits any more."""
    changed = put_states(replica, workspace, told)
    rowids = replica.ids.rowids([one.record for one in told])
    replica.aside.forget_records(replica.workspaces.get(workspace), rowids)
    return changed


def take_over_carefully(
    replica: Replica, workspace: bytes, told: Sequence[RecordState], failed: dict[bytes, str]
) -> Changed:
    """The same, each by itself: what cannot be taken over is left as it is, and why is noted."""
    touched = Touched()
    state = replica.workspaces.get(workspace)
    for settled in told:

        def put(settled: RecordState = settled) -> None:
            _put(replica, state.index, settled, state.digest, touched)
            replica.aside.forget_records(state, replica.ids.rowids([settled.record]))

        error = replica.careful.attempt(state, put)
        if error is not None:
            failed[settled.record] = code_of(error)
    replica.workspaces.save(state)
    return touched.changed(local=False)


def put_digest(replica: Replica, workspace: bytes, terms: dict[bytes, bytes]) -> Changed:
    """Let the stored digest be the sum of what the records really are."""
    state = replica.workspaces.get(workspace)
    state.digest = Digest()
    state.digest.add_all(terms.items())
    replica.workspaces.save(state)
    return Changed(local=False)


def _put(replica: Replica, index: int, told: RecordState, digest: Digest, touched: Touched) -> None:
    applier, database = replica.applier, replica.database
    rowid = replica.ids.rowid(told.record)
    unsettled = replica.settler.unsettled(replica.workspaces.get(told.workspace), told.record)
    item = _read(replica, told, rowid)
    kind = applier.states.kinds.get(told.kind)
    declared = {name: str(field.merge) for name, field in kind.fields.items()} if kind else {}
    told.classes = (item.shown.classes if item else {}) | declared
    touched.add(told.kind, told.record)
    if item is None:
        settled = told.copy() if unsettled else None
        item = Loaded(rowid, told, settled, True, None, 0)
        hole_base = applier.holes.lookup(index)
        for change in unsettled:
            fold(item.shown, inherit(change, hole_base))
        applier.renew_term(item, digest)
        applier.states.insert(item)
    else:
        item.settled, item.is_settled = told, True
        item.changed |= {*declared, *told.values, *item.shown.heads, *item.shown.values, *item.shown.texts}
        item.shown = told.copy()
        hole_base = applier.holes.lookup(index)
        for change in unsettled:
            fold(item.shown, inherit(change, hole_base))
        item.changed |= {*item.shown.heads, *item.shown.texts, *item.shown.values, *told.heads, *told.texts}
        _clear(replica, item)
        applier.renew_term(item, digest)
    applier.finish([item], touched)
    created = told.created or (0, 0)
    table = told.kind if told.kind in applier.states.codecs else OTHER_TABLE
    database.execute(
        f'UPDATE "{table}" SET _dev = ?, _dseq = ?, _stamp = ?, _author = ? WHERE id = ?',
        (
            replica.ids.device(created[0]),
            created[1],
            told.created_stamp,
            replica.ids.author(told.created_by),
            rowid,
        ),
    )


def _read(replica: Replica, told: RecordState, rowid: int) -> Loaded | None:
    """What is here of a record; what cannot be read is taken away, to be written anew."""
    try:
        return replica.applier.states.load(told.kind, [rowid], told.workspace).get(rowid)
    except Exception as error:
        if not is_poison(error):
            raise
    table = told.kind if told.kind in replica.applier.states.codecs else OTHER_TABLE
    replica.database.execute(f'DELETE FROM "{table}" WHERE id = ?', (rowid,))
    for other in ("head", "document", "conflict"):
        replica.database.execute(f"DELETE FROM {other} WHERE record = ?", (rowid,))
    replica.applier.indexer.remove([rowid])
    return None


def _clear(replica: Replica, item: Loaded) -> None:
    """Take away what is written anew, whatever had become of it."""
    database = replica.database
    for other in ("head", "document", "conflict"):
        database.execute(f"DELETE FROM {other} WHERE record = ?", (item.rowid,))
    table = item.shown.kind if item.shown.kind in replica.applier.states.codecs else OTHER_TABLE
    database.execute(f'UPDATE "{table}" SET _extra = NULL WHERE id = ?', (item.rowid,))
