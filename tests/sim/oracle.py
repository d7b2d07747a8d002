"""Knows what people were told is saved, and says at rest whether it is all there, and everywhere the same."""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgpack
from sim.headquarters import Headquarters
from sim.machine import Machine
from sim.model import Model, Record
from sim.texts import tokens

from sync.changes import Change
from sync.digest import Digest, record_term
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge import RecordState, conflicts_of
from sync.merge.register import Register
from sync.merge.texts import read_text
from sync.server.ledger import unpack_effective
from sync.server.states import unpack_state
from sync.wire.codes import FRAME_REFUSED

Mark = bytes


class ViolationError(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: int, what: str) -> None:
        super().__init__(f"invariant {invariant}: {what}")
        self.invariant = invariant


def mark(change: Change) -> Mark:
    """What a change is, whatever number it goes by: who wrote what and when."""
    return bytes(
        msgpack.packb(
            (change.workspace, change.record, change.author, change.stamp, sorted(change.writes.items()))
        )
    )


@dataclass(slots=True)
class Saved:
    """A change that somebody was told is saved, and the laptops that hold it unsent."""

    change: Change
    holders: set[str] = field(default_factory=set)


class Oracle:
    """Follows every laptop and reads the server's tables for itself."""

    def __init__(self, server: Headquarters, workspaces: Sequence[tuple[bytes, int]]) -> None:
        self._server = server
        self.workspaces = dict(workspaces)
        self.told: dict[Mark, Saved] = {}
        self.gone: set[Mark] = set()
        self.counts: Counter[str] = Counter()
        self._last_stamp: dict[str, int] = {}
        self.may_wait = False
        """Whether changes may come before those that they stand on."""
        self.server_lost = False
        self.whole: Callable[[bytes], bytes] = bytes
        """A frame of the server's as it stood before its disk went bad."""

    # Following

    def saved(self, machine: Machine, changes: Sequence[Change]) -> None:
        for change in changes:
            last = self._last_stamp.get(machine.name, 0)
            if change.stamp <= last:
                raise ViolationError(17, f"{machine.name}: stamp {change.stamp} behind {last}")
            self._last_stamp[machine.name] = change.stamp
            self.told.setdefault(mark(change), Saved(change)).holders.add(machine.name)
            self.counts["changes"] += 1

    def found(self, machine: Machine, unsent: Sequence[Change]) -> None:
        """After a start: what was told as saved must be here unless the server has it."""
        here = {mark(change): change for change in unsent}
        held = [one for one, saved in self.told.items() if machine.name in saved.holders and one not in here]
        if held:
            there = set(self._everything()) | set(map(mark, machine.ordered()))
            for one in held:
                if one in there:
                    self.told[one].holders.discard(machine.name)
                if one not in there and one not in self.gone:
                    raise ViolationError(
                        10, f"{machine.name} lost {self.told[one].change} by being switched off"
                    )
        for one, change in here.items():
            self.told.setdefault(one, Saved(change)).holders.add(machine.name)
            if change.former:
                # It keeps the stamp that it got on whichever copy of this disk it was made.
                continue
            self._last_stamp[machine.name] = max(self._last_stamp.get(machine.name, 0), change.stamp)

    def copied(self, origin: Machine, clone: Machine) -> None:
        for saved in self.told.values():
            if origin.name in saved.holders:
                saved.holders.add(clone.name)

    def replaced(self, machine: Machine) -> None:
        """The disk of a laptop is gone: what nobody else has, and never left it, is gone with it."""
        there = set(self._everything())
        self._last_stamp.pop(machine.name, None)
        for one, saved in self.told.items():
            if machine.name in saved.holders:
                saved.holders.discard(machine.name)
                if not saved.holders and one not in there:
                    self.gone.add(one)

    def server_replaced(self) -> None:
        """What the lost disk of the server alone knew is told by nobody any more."""
        self.may_wait = self.server_lost = True
        there = set(self._everything())
        for one, saved in self.told.items():
            if one not in there and not saved.holders:
                self.gone.add(one)

    # The server's tables

    def _log(self, workspace: bytes) -> list[tuple[Change, int | None]]:
        with self._server.storage.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT first_pseq, last_pseq, effective, frame FROM log WHERE workspace_id = ?"
                " UNION ALL SELECT first_pseq, last_pseq, effective, frame FROM history"
                " WHERE workspace_id = ? ORDER BY first_pseq",
                (workspace, workspace),
            ).fetchall()
        found: list[tuple[Change, int | None]] = []
        for first, last, effective, frame in rows:
            if first != len(found) + 1:
                raise ViolationError(8, f"a gap in pseq before {first}")
            stamps = unpack_effective(effective)
            changes = changes_of(open_frame(self.whole(bytes(frame)), workspace))
            if last - first + 1 != len(changes):
                raise ViolationError(8, f"pseq {first} to {last} holds {len(changes)} changes")
            found += [(change, stamps.get(at)) for at, change in enumerate(changes)]
        return found

    def _aside(self, table: str, workspace: bytes) -> Iterator[Change]:
        with self._server.storage.reading() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT change FROM {table} WHERE workspace_id = ?", (workspace,)
            ).fetchall()
        for (frame,) in rows:
            yield changes_of(open_frame(bytes(frame), workspace))[0]

    def _everything(self) -> Iterator[Mark]:
        """The marks of all that the server holds: applied, refused or waiting."""
        for workspace in self.workspaces:
            for change, _ in self._log(workspace):
                if not change.hole:
                    yield mark(change)
            for table in ("quarantine", "parked"):
                yield from map(mark, self._aside(table, workspace))

    # At rest

    def check(self, machines: Sequence[Machine]) -> None:
        """Everything that must hold when nobody has anything left to say."""
        given_up = set[Mark]().union(*(self._given_up(machine) for machine in machines))
        for workspace in self.workspaces:
            log = self._log(workspace)
            self._check_order(log)
            self._check_loss(workspace, log, given_up)
            model = Model(workspace, log, lost_of=self._server.device() if self.server_lost else None)
            if model.strange:
                raise ViolationError(6, "; ".join(model.strange[:3]))
            self._check_server(workspace, model)
            for machine in machines:
                self._check_laptop(machine, workspace, model, head=len(log))
            self.counts["open questions"] += len(model.questions())
            self.counts["records checked"] += len(model.records) * (1 + len(machines))
        self._check_nothing_is_left(machines)
        self.counts["quiet moments"] += 1

    def _check_order(self, log: Sequence[tuple[Change, int | None]]) -> None:
        """No gap in anybody's numbers; they are in order where nobody had to wait for somebody else."""
        taken: dict[int, list[int]] = {}
        for change, _ in log:
            taken.setdefault(change.device, []).append(change.dseq)
        for device, dseqs in taken.items():
            ordered = sorted(dseqs) if self.may_wait else dseqs
            if ordered != list(range(1, len(dseqs) + 1)):
                raise ViolationError(8, f"the log holds dseq {dseqs} of {device:x}")

    @staticmethod
    def _given_up(machine: Machine) -> set[Mark]:
        """What a laptop was told that the server cannot take: its author is shown it, and it goes nowhere."""
        return {mark(one) for one in machine.refused(FRAME_REFUSED)}

    def _check_loss(
        self, workspace: bytes, log: Sequence[tuple[Change, int | None]], given_up: Container[Mark]
    ) -> None:
        applied = Counter(mark(change) for change, _ in log if not change.hole)
        # On a restored laptop whose clock stands still somebody may do the very same thing anew, without a
        # former self.
        again = [change for change, _ in log if not change.hole and applied[mark(change)] > 1]
        issued = {mark(change) for change in again if change.former}
        twice = next((change for change in again if mark(change) in issued), None)
        if twice is not None:
            numbers = [change.id for change, _ in log if mark(change) == mark(twice)]
            raise ViolationError(
                3, f"one change was taken {applied[mark(twice)]} times, as {numbers}: {twice}"
            )
        refused = set(map(mark, self._aside("quarantine", workspace)))
        waiting = list(self._aside("parked", workspace))
        if waiting:
            raise ViolationError(2, f"{len(waiting)} changes wait for ever, such as {waiting[0]}")
        for one, saved in self.told.items():
            if saved.change.workspace != workspace or one in self.gone:
                continue
            if one not in applied and one not in refused and one not in given_up:
                raise ViolationError(2, f"lost: {saved.change}")

    def _check_server(self, workspace: bytes, model: Model) -> None:
        with self._server.storage.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT record_id, kind, state, term FROM record WHERE workspace_id = ?", (workspace,)
            ).fetchall()
            documents = connection.exec_driver_sql(
                "SELECT record_id, field, snapshot FROM document WHERE workspace_id = ?", (workspace,)
            ).fetchall()
            stored, summary = connection.exec_driver_sql(
                "SELECT digest, summary FROM head WHERE workspace_id = ?", (workspace,)
            ).one()
        texts: dict[bytes, dict[str, bytes]] = {}
        for key, name, snapshot in documents:
            texts.setdefault(bytes(key), {})[name] = bytes(snapshot)
        digest, seen = Digest(), set()
        for key, kind, packed, term in rows:
            state, _ = unpack_state(bytes(packed), workspace=workspace, kind=kind, record=bytes(key))
            state.texts = texts.get(bytes(key), {})
            if record_term(state) != bytes(term):
                raise ViolationError(20, f"the server's term of {bytes(key).hex()} is not that of its state")
            digest.replace(bytes(key), None, bytes(term))
            seen.add(bytes(key))
            _compare("server", state, model.records.get(bytes(key)), everything=False)
        if seen != model.records.keys():
            raise ViolationError(1, "the server's records are not those of its log")
        if digest.stored() != bytes(stored) or digest.summary() != bytes(summary):
            raise ViolationError(20, "the server's digest is not that of its records")

    def _check_laptop(self, machine: Machine, workspace: bytes, model: Model, *, head: int) -> None:
        reader = machine.reader
        state = next((one for one in reader.workspaces() if one.id == workspace), None)
        if state is None or state.number is None:
            return
        if state.cursor != head or state.unsent:
            raise ViolationError(
                13, f"{machine.name} stands at {state.cursor} of {head}, {state.unsent} unsent"
            )
        digest, seen = Digest(), set()
        for loaded in _states(machine, state.index, workspace):
            settled = loaded.settled if loaded.settled is not None else loaded.shown
            if record_term(settled) != loaded.term:
                raise ViolationError(
                    20, f"{machine.name}: the term of {settled.record.hex()} is not that of its state"
                )
            digest.replace(settled.record, None, loaded.term)
            seen.add(settled.record)
            _compare(machine.name, loaded.shown, model.records.get(settled.record), everything=True)
            if loaded.was_deleted != model.records[settled.record].is_deleted():
                raise ViolationError(1, f"{machine.name}: {settled.record.hex()} is deleted on one side only")
        if seen != model.records.keys():
            raise ViolationError(
                1, f"{machine.name} has {len(seen)} records, the log leads to {len(model.records)}"
            )
        if digest.stored() != state.digest.stored():
            raise ViolationError(20, f"{machine.name}: the stored digest is not that of its records")
        listed = {
            bytes(row[0])
            for row in reader.connection.execute("SELECT id FROM conflict WHERE ws = ?", (state.index,))
        }
        if listed != model.questions():
            raise ViolationError(
                7, f"{machine.name} lists {len(listed)} questions, there are {len(model.questions())}"
            )

    def _check_nothing_is_left(self, machines: Sequence[Machine]) -> None:
        for machine in machines:
            went_back = "SELECT count(*) FROM meta WHERE key LIKE 'went_back_%'"
            if not self.server_lost and machine.reader.connection.execute(went_back).fetchone()[0]:
                raise ViolationError(12, f"{machine.name} took the server for one that was restored")
            for table, invariant in (("job", 10), ("aside", 27), ("unlike", 27)):
                left = machine.reader.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                if left:
                    raise ViolationError(invariant, f"{machine.name}: {left} rows are left in {table}")


def _states(machine: Machine, index: int, workspace: bytes) -> Iterator[Any]:
    reader = machine.reader
    for kind in reader.kinds:
        rows = [
            row[0] for row in reader.connection.execute(f'SELECT id FROM "{kind}" WHERE _ws = ?', (index,))
        ]
        yield from reader.states.load(kind, rows, workspace).values()
    others = reader.connection.execute(
        "SELECT id, _kind FROM other_record WHERE _ws = ?", (index,)
    ).fetchall()
    for rowid, kind in others:
        yield from reader.states.load(kind, [rowid], workspace).values()


def _compare(where: str, state: RecordState, record: Record | None, *, everything: bool) -> None:
    """A state of the product against what the log leads to."""
    if record is None:
        raise ViolationError(1, f"{where} has {state.kind} {state.record.hex()}, which is not in the log")
    name = f"{where}: {state.kind} {state.record.hex()}"
    if state.created != record.created or state.kind != record.kind:
        raise ViolationError(1, f"{name} was made by {state.created}, not {record.created}")
    wanted = record.values()
    if state.values != wanted:
        differing = {
            key for key in state.values.keys() | wanted.keys() if state.values.get(key) != wanted.get(key)
        }
        raise ViolationError(
            5, f"{name} shows other values of {sorted(differing)}: {state.values}, not {wanted}"
        )
    for key, register in state.heads.items():
        ids, expected = [head.id for head in register.heads], [node.id for node in record.heads(key)]
        if ids != expected and not _says_nothing(register):
            raise ViolationError(2, f"{name}/{key} has the heads {ids}, not {expected}")
    for field_name, snapshot in state.texts.items():
        text, expected_text = read_text(snapshot), record.text(field_name)
        if text != expected_text:
            lost = tokens(expected_text) ^ tokens(text)
            raise ViolationError(28, f"{name}/{field_name} reads otherwise; {len(lost)} words differ")
    if everything:
        questions = {
            conflict.key: frozenset(head.id for head in conflict.heads) for conflict in conflicts_of(state)
        }
        if questions != record.contested():
            raise ViolationError(
                6, f"{name} asks about {sorted(questions)}, not {sorted(record.contested())}"
            )


def _says_nothing(register: Register) -> bool:
    """Only the creation, without a value: the same as no register at all."""
    return len(register.heads) == 1 and register.heads[0].creation and register.heads[0].value is None
