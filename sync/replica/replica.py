"""The replica as a whole: local edits in, pulled frames in, unsent frames out.

Every method that writes expects an open transaction; on a rollback the caller makes a new `Replica`
or calls `reload`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from sync.changes import Bases, Change, Edit, base_field, canonical, flatten, next_chain
from sync.clock import HybridClock
from sync.errors import DaftarError
from sync.frames import FRAME_LIMIT
from sync.frames.joining import expected_size, rejoin
from sync.frames.packing import join_frames, pack_blocks, pack_changes
from sync.frames.strand import Strand
from sync.merge import CREATED
from sync.records import Kind, id_text
from sync.replica.apply import Applier
from sync.replica.aside import Aside
from sync.replica.careful import Careful
from sync.replica.carried import Carried
from sync.replica.chains import agrees
from sync.replica.changed import Changed, Touched
from sync.replica.damaged import changes_in, damaged_strands, drop_damaged_strands, written_in
from sync.replica.filling import Filler
from sync.replica.ids import Database, IdMap
from sync.replica.pulling import Puller, Turn
from sync.replica.received import Received
from sync.replica.settle import Settler
from sync.replica.source import Indexer, Source
from sync.replica.tentative import Tentative
from sync.replica.unread import Unread
from sync.replica.workspaces import Workspaces, WorkspaceState

SMALL_FRAME = FRAME_LIMIT // 2
PERSON = "person"
SERVER_ACCOUNT = bytes(16)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes here: the device number of this laptop and the account of its user."""

    device: int
    account: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Frames to push for one workspace, starting right behind what the server acknowledged.

    `ends` are the `dseq` with which each frame ends.
    """

    workspace: WorkspaceState
    first_dseq: int
    last_dseq: int
    frames: tuple[bytes, ...]
    complete: bool
    ends: tuple[int, ...] = ()


class Replica:
    """One laptop's replica over one database connection."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Kind],
        indexer: Indexer,
        *,
        identity: Identity,
        clock: HybridClock,
    ) -> None:
        self.database = self._database = database
        self.kinds = kinds
        self.identity = identity
        self.clock = clock
        self.ids = IdMap(database)
        self.workspaces = Workspaces(database)
        self.applier = Applier(database, kinds, self.ids, indexer)
        self.carried = Carried(database, self.ids, device=identity.device)
        self.settler = Settler(database, self.applier, self.ids, identity.device, carried=self.carried)
        self.tentative = Tentative(
            database,
            self.applier,
            self.settler,
            ids=self.ids,
            device=identity.device,
            carried=self.carried,
        )
        self.puller = Puller(
            database,
            self.applier,
            self.settler,
            ids=self.ids,
            device=identity.device,
            clock=clock,
            carried=self.carried,
            tentative=self.tentative,
        )
        self.aside = Aside(database, self.ids, kinds)
        self.unread = Unread(database)
        self.careful = Careful(
            database,
            self.puller,
            applier=self.applier,
            settler=self.settler,
            tentative=self.tentative,
            carried=self.carried,
            ids=self.ids,
            aside=self.aside,
            unread=self.unread,
            device=identity.device,
        )
        self.filler = Filler(
            database, self.applier, self.settler, ids=self.ids, indexer=indexer, carried=self.carried
        )

    def reload(self) -> None:
        """Forget what a rolled back transaction put into the caches."""
        self.ids.reload()
        self.carried.forget_caches()
        self.puller.forget_caches()
        row = self._database.execute("SELECT value FROM meta WHERE key = 'stamp'").fetchone()
        self.clock.reset(int(row[0]) if row else 0)

    # Local edits

    def write(
        self, edits: Sequence[Edit], *, origin: object | None = None, together: int | None = None
    ) -> tuple[Changed, list[Change]]:
        """Stamp, log and apply edits as one `txn` per workspace; they become visible together.

        With `together`, each so many of them are a `txn`: parts of a job do not wait for each other
        on other laptops.

        Raises `DaftarError("too_big")` where a `txn` does not fit a frame of the largest size.
        """
        touched = Touched()
        written: list[Change] = []
        by_workspace: dict[bytes, list[Edit]] = {}
        for edit in edits:
            by_workspace.setdefault(edit.workspace, []).append(edit)
        for workspace, own in by_workspace.items():
            state = self.workspaces.get(workspace)
            changes = self._stamp(own, state, together or len(own))
            self.log_changes(state, changes, touched)
            written += changes
        self._save_clock()
        return touched.changed(origin=origin), written

    def _stamp(self, edits: Sequence[Edit], state: WorkspaceState, together: int) -> list[Change]:
        changes = []
        for offset, edit in enumerate(edits):
            classes = self._classes(edit)
            bases = {} if edit.create else self._bases(edit)
            changes.append(
                Change(
                    self.identity.device,
                    state.dseq + 1 + offset,
                    edit.workspace,
                    edit.kind,
                    edit.record,
                    self.identity.account,
                    self.clock.tick(),
                    state.dseq + 1 + offset // together * together,
                    edit.create,
                    flatten(edit.writes, classes),
                    bases,
                    classes,
                )
            )
        return changes

    def _bases(self, edit: Edit) -> dict[str, Bases]:
        """What the author had seen. A hole lets its dependents inherit the creation without its name, and
        the creation is what a base means that is left out.
        """
        bases = {}
        for key, seen in edit.seen.items():
            named = tuple(one for one in seen if one != CREATED)
            if self._covers(edit, key) and (named or not seen):
                bases[key] = named
        return bases

    @staticmethod
    def _covers(edit: Edit, key: str) -> bool:
        return key in edit.writes or "deleted" in edit.writes

    def _classes(self, edit: Edit) -> dict[str, str]:
        kind = self.kinds.get(edit.kind)
        if kind is None:
            raise DaftarError("unknown_kind", kind=edit.kind)
        names = {base_field(key) for key in edit.writes}
        return {name: str(kind.fields[name].merge) for name in names if name in kind.fields}

    def log_changes(
        self, state: WorkspaceState, changes: Sequence[Change], touched: Touched, *, shown: bool = True
    ) -> None:
        """Chain, log and apply own changes that are stamped already; not `shown` where others fold them."""
        for change in changes:
            state.chain = next_chain(state.chain, canonical(change))
        state.dseq += len(changes)
        for packed in pack_blocks(changes, limit=FRAME_LIMIT * 8):
            first, last = packed.changes[0], packed.changes[-1]
            log = self._append(state, first.device, first.dseq, last.dseq, packed.frame)
            source = Source(state.id, state.index, log, settled=False, effective={})
            if shown:
                self.applier.apply(packed.block, source, None, touched)
        self.workspaces.save_own(state)

    def _append(self, state: WorkspaceState, device: int, first: int, last: int, frame: bytes) -> int:
        cursor = self._database.execute(
            "INSERT INTO log(ws, device, first_dseq, last_dseq, frame) VALUES(?, ?, ?, ?, ?)",
            (state.index, self.ids.device(device), first, last, frame),
        )
        return int(cursor.lastrowid)

    def _save_clock(self) -> None:
        self._database.execute(
            "INSERT INTO meta(key, value) VALUES('stamp', ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (self.clock.last,),
        )

    # Outgoing

    def outgoing(
        self, state: WorkspaceState, max_bytes: int, *, after: int | None = None, apart: bool = False
    ) -> Outgoing | None:
        """Frames behind the acknowledged `dseq` or another, about `max_bytes` of them; small ones joined,
        or, with `apart`, each `txn` by itself.
        """
        begin = state.acked if after is None else after
        if state.dseq <= begin:
            return None
        rows = self._database.execute(
            "SELECT first_dseq, last_dseq, frame FROM log"
            " WHERE ws = ? AND device = ? AND last_dseq > ? ORDER BY first_dseq",
            (state.index, self.ids.device(self.identity.device), begin),
        )
        taken: list[tuple[int, int, bytes]] = []
        size = 0
        complete = True
        for first, last, stored in rows:
            frame = bytes(stored)
            size += expected_size(frame)
            if taken and size > max_bytes:
                complete = False
                break
            taken.append((first, last, frame))
        if apart:
            changes = [one for one in join_frames((row[2] for row in taken), state.id) if one.dseq > begin]
            cut = list(pack_changes(changes, limit=1))
            ends = [part[-1].dseq for _, part in cut]
            return Outgoing(state, begin + 1, ends[-1], tuple(one for one, _ in cut), complete, tuple(ends))
        frames, ends, done = [], [], 0
        for frame, count in self._joined(state, [frame for _, _, frame in taken]):
            done += count
            frames.append(frame)
            ends.append(taken[done - 1][1])
        return Outgoing(state, taken[0][0], taken[-1][1], tuple(frames), complete, tuple(ends))

    @staticmethod
    def _joined(state: WorkspaceState, frames: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """Each frame to send with how many of the given ones it holds."""
        for small, run in groupby(frames, key=lambda frame: len(frame) < SMALL_FRAME):
            if small:
                yield from rejoin(list(run), state.id)
            else:
                yield from ((frame, 1) for frame in run)

    def made(self, workspace: bytes, dseq: int, chain: bytes) -> bool:
        """Whether the change the server holds as own `dseq` is the one this laptop made."""
        state = self.workspaces.get(workspace)
        if dseq <= state.acked or dseq > state.dseq:
            return dseq <= state.dseq
        device = self.identity.device
        return agrees(self._database, self.ids, state, device=device, dseq=dseq, chain=chain)

    def keep_own(self, state: WorkspaceState, frame: bytes, first: int, last: int) -> int:
        """Put a frame of own changes into the log, and nothing else."""
        return self._append(state, self.identity.device, first, last, frame)

    def unsent(self, state: WorkspaceState) -> list[Change]:
        """Own changes without a `pseq`, in order."""
        rows = self._database.execute(
            "SELECT frame FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL ORDER BY first_dseq",
            (state.index, self.ids.device(self.identity.device)),
        ).fetchall()
        return join_frames((bytes(frame) for (frame,) in rows), state.id)

    def readable(self, state: WorkspaceState) -> tuple[list[Change], int]:
        """Own changes without a `pseq` up to the first that the disk has damaged or mislaid, and how many are
        left.
        """
        rows = self._database.execute(
            "SELECT frame FROM log WHERE ws = ? AND device = ? AND first_pseq IS NULL ORDER BY first_dseq",
            (state.index, self.ids.device(self.identity.device)),
        ).fetchall()
        read = [changes_in(bytes(frame), state.id) for (frame,) in rows]
        whole = list(takewhile(lambda changes: changes is not None, read))
        changes = [one for part in whole for one in part or ()]
        last = max(state.acked, changes[-1].dseq if changes else 0)
        # Less than nothing, or nothing, is left where every row is there.
        return changes, max(0, state.dseq - last)

    def ordered_frames(
        self, state: WorkspaceState, *, since: int, head: int
    ) -> Iterator[tuple[int, int, bytes, bytes | None]]:
        """First and last `pseq`, frame and stamps of what the server ordered behind `since`, up to `head`."""
        upto = min(head, state.cursor)
        rows = self._database.execute(
            "SELECT first_pseq, last_pseq, frame, effective FROM log"
            " WHERE ws = ? AND last_pseq > ? AND first_pseq <= ? ORDER BY first_pseq",
            (state.index, since, upto),
        )
        for first, last, frame, effective in rows:
            yield first, last, bytes(frame), effective

    def acknowledge(self, workspace: bytes, dseq: int, chain: bytes) -> None:
        """The server holds everything up to `dseq`."""
        state = self.workspaces.get(workspace)
        if dseq > state.acked:
            state.acked, state.acked_chain = dseq, chain
            self.workspaces.save(state)

    # Carried by colleagues

    def is_account(self, account: bytes) -> bool:
        """Whether an author is the server, or a person that the server knows."""
        if account == SERVER_ACCOUNT or PERSON not in self.kinds:
            return account == SERVER_ACCOUNT
        found = self._database.execute(
            "SELECT 1 FROM person WHERE account = ? LIMIT 1", (id_text(account),)
        ).fetchone()
        return found is not None

    def apply_strand(self, strand: Strand) -> tuple[Changed, str]:
        """Take a strand that a bundle brought; what the server has not ordered is shown as tentative.

        Says with a code why it was left alone, or nothing. Raises `workspace_missing` and `bad_frame`.
        """
        state = self.workspaces.get(strand.workspace)
        block, log, code = self.carried.add(state, strand)
        if block is None:
            return Changed(), code
        touched = Touched()
        self.tentative.take_in(state, block, log, touched)
        self.clock.witness(*block.stamps)
        self._save_clock()
        return touched.changed(local=False), code

    def drop_damaged(self) -> Changed:
        """Take out of what is shown what a colleague gave and this laptop's disk has damaged since."""
        touched = Touched()
        for state in self.workspaces.all():
            rows = damaged_strands(self._database, state)
            # Own work that is damaged too is made anew first.
            if not rows or self.readable(state)[1]:
                continue
            written = written_in(self._database, self.applier.states.codecs, rows)
            drop_damaged_strands(self._database, state)
            self.carried.forget_caches()
            again = {(kind, self.ids.record(rowid)) for kind, some in written.items() for rowid in some}
            self.tentative.fold_again(state, again, touched)
            self.workspaces.save(state)
        return touched.changed(local=False)

    # Pulled

    def apply_pulled(
        self,
        workspace: bytes,
        received: Received,
        *,
        origin: object | None = None,
        turn: Turn | None = None,
        careful: bool = False,
        certain: bool = False,
    ) -> Changed:
        """Apply one pulled frame and move the cursor behind it; what is behind already is left alone.

        With `turn` it stops inside the frame where that is over, and the same call goes on. With `careful`,
        what cannot be taken in is set aside; without, it raises. With `certain` that goes for a frame too
        that may have been damaged on the way.
        Raises `pull_gap` where the frame does not begin right behind the cursor.
        """
        state = self.workspaces.get(workspace)
        if received.last <= state.cursor:
            return Changed()
        touched = Touched()
        self._database.execute(
            "INSERT OR IGNORE INTO arrival(ws, first_pseq, at_ms) VALUES(?, ?, ?)",
            (state.index, received.first, self.clock.corrected_ms()),
        )
        if careful:
            self.careful.pull(state, received, touched, certain=certain)
        else:
            self.puller.pull(state, received, touched, turn=turn)
        self.workspaces.save(state)
        self._save_clock()
        return touched.changed(origin=origin, local=False)

    def try_again(self) -> Changed:
        """Take in what was set aside, as far as this version of the program can."""
        touched = Touched()
        for index in sorted({*self.aside.workspaces(), *self.unread.workspaces()}):
            state = next((one for one in self.workspaces.all() if one.index == index), None)
            if state is not None and self.careful.try_again(state, touched):
                self.workspaces.save(state)
        return touched.changed(local=False)

    def settle_own(
        self,
        workspace: bytes,
        *,
        first: int,
        last: int,
        first_dseq: int,
        last_dseq: int,
        give_way: Callable[[], bool] = lambda: False,
        careful: bool = False,
    ) -> Changed:
        """The server ordered own changes `first_dseq`…`last_dseq`, all accepted, as `first`…`last`.

        Where `give_way` says that somebody waits, it stops on the way, and the same call goes on.
        """
        state = self.workspaces.get(workspace)
        if last <= state.cursor:
            return Changed()
        if first > state.cursor + 1 or last - first != last_dseq - first_dseq:
            raise DaftarError("pull_gap", expected=state.cursor + 1, got=first)
        touched = Touched()
        done = state.cursor + 1 - first
        if careful:
            own = {"first_dseq": first_dseq + done, "last_dseq": last_dseq}
            self.careful.settle(state, first=first + done, touched=touched, **own)
        else:
            state.cursor += self.settler.settle(
                state, first + done, first_dseq + done, last_dseq, touched, give_way=give_way
            )
        state.head = max(state.head, state.cursor)
        self.workspaces.save(state)
        return touched.changed(local=False)


def new_identity(draw: Callable[[int], int], account: bytes) -> Identity:
    """A fresh device number: 48 random bits drawn on the laptop itself, never zero."""
    number = 0
    while number == 0:
        number = draw(48)
    return Identity(number, account)
