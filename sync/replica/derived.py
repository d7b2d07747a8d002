"""What a replica stores twice, because it follows from its log: found where the two differ, and put right.

Small numbers for devices and runs, where frames stand in the log, and the own counters of a workspace are
kept beside the frames that say the same. A frame has a hash of its own and is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.changes import Change, base_field, chain_over
from sync.frames import Block
from sync.merge.texts import read_text
from sync.replica.damaged import block_in, changes_in
from sync.replica.ids import COUNTER_BITS, Database
from sync.replica.rows import OTHER_TABLE
from sync.replica.states import Loaded, States
from sync.replica.workspaces import Workspaces, WorkspaceState

NUMBERS_DIFFER: Final = "numbers_differ"
OWN_DIFFERS: Final = "own_differs"
_PREFIX: Final = 10
_COUNTER: Final = (1 << COUNTER_BITS) - 1
_ROUNDS: Final = 200


@dataclass(frozen=True, slots=True)
class Amiss:
    """One stored value that is not what the log says; `sql` puts it right, where that follows."""

    code: str
    workspace: bytes = b""
    sql: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the log of one device, with what its frame says."""

    log: int
    workspace: bytes
    index: int
    stored: tuple[int, int]
    device: int
    said: tuple[int, int]
    own: bool


def find_amiss(database: Database, kinds: Iterable[str]) -> Iterator[Amiss]:
    """Everything that differs, one thing after the other; what follows on one that is wrong may, too."""
    places = {state.index: state for state in Workspaces(database).all()}
    filed = {int(ws) for (ws,) in database.execute("SELECT DISTINCT ws FROM log")}
    lost = {index: state for index, state in places.items() if index not in filed and state.cursor}
    if len(filed - places.keys()) == len(lost) == 1:
        (index,), (state,) = filed - places.keys(), lost.values()
        sql = "UPDATE workspace_state SET idx = ? WHERE item = ?"
        yield Amiss(NUMBERS_DIFFER, state.id, ((sql, (index, state.id)),))
        return
    lines, spoken = list[_Line](), dict[int, frozenset[bytes]]()
    for log, records, line in _lines(database, places):
        spoken[log] = records
        if line is not None:
            lines.append(line)
    yield from _devices(database, lines)
    yield from _runs(database, kinds)
    yield from _origins(database, kinds, spoken)
    own = {line.device for line in lines if line.own}
    (known,) = database.execute("SELECT value FROM meta WHERE key = 'device'").fetchone() or (None,)
    if len(own) == 1 and known not in own:
        (device,) = own
        yield Amiss(NUMBERS_DIFFER, sql=(("UPDATE meta SET value = ? WHERE key = 'device'", (device,)),))
        known = device
    for state in places.values():
        yield from _counters(database, state, lines, int(known or 0))


def put_amiss_right(database: Database, kinds: Iterable[str]) -> int:
    """Put right what follows from the log; how many values that were. The id map is to be read anew."""
    names, count = tuple(kinds), 0
    for _ in range(_ROUNDS):
        # What is found behind something that is wrong may only follow from that.
        found = next((one for one in find_amiss(database, names) if one.sql), None)
        if found is None:
            break
        for sql, values in found.sql:
            database.execute(sql, values)
        count += 1
    return count


# The log


def _lines(
    database: Database, places: Mapping[int, WorkspaceState]
) -> Iterator[tuple[int, frozenset[bytes], _Line | None]]:
    """Of each row that can be read: its id, its records, and more where one device wrote it."""
    rows = database.execute(
        "SELECT id, ws, device, first_dseq, last_dseq, frame, first_pseq IS NULL"
        " AND id NOT IN (SELECT log FROM strand) FROM log ORDER BY id"
    ).fetchall()
    for log, ws, index, first, last, frame, own in rows:
        state = places.get(ws)
        block = block_in(bytes(frame), state.id, values=False) if state is not None else None
        if state is None or block is None:
            continue
        records = frozenset(one for group in block.groups for one in group.records)
        # What was fetched once more stands without them.
        if not _is_of_one(block) or not (index or own):
            yield log, records, None
            continue
        said = (block.dseqs[0], block.dseqs[-1])
        yield log, records, _Line(log, state.id, index, (first, last), block.devices[0], said, bool(own))


def _is_of_one(block: Block) -> bool:
    """Whether a frame holds consecutive changes of one device."""
    first, count = block.dseqs[0] if block.dseqs else 0, len(block.dseqs)
    return bool(count) and len(set(block.devices)) == 1 and block.dseqs[-1] == first + count - 1


def _devices(database: Database, lines: list[_Line]) -> Iterator[Amiss]:
    table = dict(database.execute("SELECT idx, item FROM device").fetchall())
    votes: dict[int, Counter[int]] = {}
    for line in lines:
        votes.setdefault(line.index, Counter())[line.device] += 1
    for index, counted in votes.items():
        ((device, _),) = counted.most_common(1)
        if index and table.get(index) != device and (index not in table or device not in table.values()):
            gone = ("DELETE FROM device WHERE item = ? OR idx = ?", (device, index))
            made = ("INSERT INTO device(idx, item) VALUES(?, ?)", (index, device))
            yield Amiss(NUMBERS_DIFFER, sql=(gone, made))
            table = {idx: item for idx, item in table.items() if item != device} | {index: device}
    numbers = {item: index for index, item in table.items()}
    for line in lines:
        wanted = numbers.get(line.device, line.index)
        if (wanted, *line.said) != (line.index, *line.stored):
            sql = "UPDATE log SET device = ?, first_dseq = ?, last_dseq = ? WHERE id = ?"
            yield Amiss(NUMBERS_DIFFER, line.workspace, ((sql, (wanted, *line.said, line.log)),))


def _runs(database: Database, kinds: Iterable[str]) -> Iterator[Amiss]:
    """The prefixes of record ids, against the records that frames speak of."""
    known = {index: bytes(prefix) for index, prefix in database.execute("SELECT idx, prefix FROM source")}
    ids = dict(database.execute("SELECT idx, item FROM workspace_state").fetchall())
    votes: dict[int, Counter[bytes]] = {}
    for table in (*kinds, OTHER_TABLE):
        rows = database.execute(
            f'SELECT r.id, log.ws, log.frame FROM (SELECT min(id) AS id, _made FROM "{table}"'
            f" WHERE id > {_COUNTER} GROUP BY id >> {COUNTER_BITS}, _made LIMIT 200) AS r"
            " JOIN log ON log.id = r._made"
        ).fetchall()
        for rowid, ws, frame in rows:
            block = block_in(bytes(frame), bytes(ids.get(ws, b"")), values=False)
            counter = (rowid & _COUNTER).to_bytes(6)
            said = {one for group in (block.groups if block else ()) for one in group.records}
            voted = votes.setdefault(rowid >> COUNTER_BITS, Counter())
            voted.update(one[:_PREFIX] for one in said if one[_PREFIX:] == counter)
    for index, counted in votes.items():
        if not counted or known.get(index) in counted:
            continue
        prefix = counted.most_common(1)[0][0]
        gone = ("DELETE FROM source WHERE prefix = ? OR idx = ?", (prefix, index))
        made = ("INSERT INTO source(idx, prefix) VALUES(?, ?)", (index, prefix))
        yield Amiss(NUMBERS_DIFFER, sql=(gone, made))


def _origins(
    database: Database, kinds: Iterable[str], spoken: Mapping[int, frozenset[bytes]]
) -> Iterator[Amiss]:
    """The row of the log in which each record came. Where that is lost, the server tells the history."""
    known = {index: bytes(prefix) for index, prefix in database.execute("SELECT idx, prefix FROM source")}
    raw = {index: bytes(item) for index, item in database.execute("SELECT idx, item FROM raw_id")}
    for table in (*kinds, OTHER_TABLE):
        for rowid, made in database.execute(f'SELECT id, _made FROM "{table}" WHERE _made != 0').fetchall():
            index = rowid >> COUNTER_BITS
            record = known.get(index, b"") + (rowid & _COUNTER).to_bytes(6) if index else raw.get(rowid, b"")
            # A row that went with an erased record, or was emptied, tells nothing any more.
            said = spoken.get(made)
            if said and record not in said:
                sql = f'UPDATE "{table}" SET _made = 0 WHERE id = ?'
                yield Amiss(NUMBERS_DIFFER, sql=((sql, (rowid,)),))


# Own counters


def _counters(database: Database, state: WorkspaceState, lines: list[_Line], device: int) -> Iterator[Amiss]:
    """The last own change, the acknowledged one, and the chain between them."""
    own = [one for one in lines if one.own and one.workspace == state.id and one.device == device]
    tail = _changes(database, state, own)
    if tail is None:
        # A damaged row is told by itself.
        return
    yield from _cursor(database, state)
    acked, first = state.acked, tail[0].dseq if tail else state.dseq + 1
    last = tail[-1].dseq if tail else state.acked
    guesses = [acked, first - 1]
    for guess in guesses:
        rest = [one for one in tail if one.dseq > guess]
        if rest and rest[0].dseq != guess + 1:
            continue
        if chain_over(state.acked_chain, rest) == state.chain and max(last, guess) >= state.acked:
            if (guess, max(last, guess)) != (state.acked, state.dseq):
                sql = "UPDATE workspace_state SET acked = ?, dseq = ? WHERE idx = ?"
                yield Amiss(OWN_DIFFERS, state.id, ((sql, (guess, max(last, guess), state.index)),))
            return
    yield Amiss(OWN_DIFFERS, state.id)


def _cursor(database: Database, state: WorkspaceState) -> Iterator[Amiss]:
    """The last place of the server's order that is here."""
    question = (
        "SELECT max(last_pseq) FROM log WHERE ws = ?"
        " AND NOT EXISTS (SELECT 1 FROM unread WHERE unread.ws = log.ws)"
    )
    (last,) = database.execute(question, (state.index,)).fetchone()
    if last is not None and last != state.cursor:
        sql = "UPDATE workspace_state SET cursor = ? WHERE idx = ?"
        yield Amiss(OWN_DIFFERS, state.id, ((sql, (last, state.index)),))


def _changes(database: Database, state: WorkspaceState, own: list[_Line]) -> list[Change] | None:
    """Own changes without a `pseq`, in order; None where not all of them can be read."""
    whole: list[Change] = []
    rows = database.execute(
        "SELECT frame FROM log WHERE ws = ? AND first_pseq IS NULL AND id NOT IN (SELECT log FROM strand)",
        (state.index,),
    ).fetchall()
    if len(rows) != len(own):
        return None
    for (frame,) in rows:
        changes = changes_in(bytes(frame), state.id)
        if changes is None:
            return None
        whole += changes
    return sorted(whole, key=lambda one: one.dseq)


# Rows


def rows_amiss(
    database: Database, states: States, kind: str, loaded: Mapping[int, Loaded]
) -> list[tuple[int, dict[str, Any]]]:
    """Records whose row does not show what their registers and texts say, with the columns as they should
    be.
    """
    codec = states.codecs.get(kind)
    touched = {rowid: item for rowid, item in loaded.items() if item.shown.heads or item.shown.texts}
    if codec is None or not touched:
        return []
    wrong = []
    for rowid, item in touched.items():
        keys = {base_field(key) for key in item.shown.heads} | item.shown.texts.keys()
        texts = {name: read_text(snapshot) for name, snapshot in item.shown.texts.items()}
        wanted = codec.columns_of(item.shown.values, texts, sorted(keys & codec.kind.fields.keys()))
        if not wanted:
            continue
        columns = ", ".join(f'"{name}"' for name in wanted)
        stored = database.execute(f'SELECT {columns} FROM "{kind}" WHERE id = ?', (rowid,)).fetchone()
        if stored is not None and tuple(stored) != tuple(_as_stored(one) for one in wanted.values()):
            wrong.append((rowid, wanted))
    return wrong


def _as_stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
