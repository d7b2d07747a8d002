"""What of the own log a snapshot stands behind: settled by it, refused by it, or still on top of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync.changes import Change, ChangeId
from sync.frames import block_of, changes_of
from sync.frames.packing import make_frame, open_frame
from sync.merge.chunks import Tables
from sync.merge.files import files_of_change
from sync.merge.holes import ERASED, REPEATED
from sync.replica.apply import Applier
from sync.replica.carried import Carried
from sync.replica.changed import Touched
from sync.replica.damaged import changes_in
from sync.replica.erasing import add_files, note_erased
from sync.replica.ids import Database, IdMap
from sync.replica.numbers import former_devices
from sync.replica.rows import OTHER_TABLE
from sync.replica.settle import Settler
from sync.replica.workspaces import WorkspaceState

COVERED: Final = "covered"
"""The code under which own changes are kept that a snapshot stands for."""


class Covering:
    """Tentative changes of a workspace, read when there are others than before."""

    def __init__(
        self, database: Database, applier: Applier, settler: Settler, ids: IdMap, *, carried: Carried
    ) -> None:
        self._database = database
        self._applier = applier
        self._settler = settler
        self._carried = carried
        self._ids = ids
        self._read: tuple[tuple[int, int, int], dict[bytes, list[Change]]] | None = None

    def tentative(self, state: WorkspaceState, record: bytes) -> list[Change]:
        """What is here of a record without a `pseq`, in the order in which it was made; what colleagues gave
        counts only where the server has not refused it.
        """
        rows = "FROM log WHERE ws = ? AND first_pseq IS NULL"
        rows += " AND id NOT IN (SELECT log FROM strand WHERE code != '')"
        count, last = self._database.execute(
            f"SELECT count(*), ifnull(max(id), 0) {rows}", (state.index,)
        ).fetchone()
        if not count:
            return []
        key = (state.index, int(count), int(last))
        if self._read is None or self._read[0] != key:
            found: dict[bytes, list[Change]] = {}
            for (frame,) in self._database.execute(f"SELECT frame {rows} ORDER BY id", (state.index,)):
                for change in changes_of(open_frame(bytes(frame), state.id)):
                    found.setdefault(change.record, []).append(change)
            self._read = (key, found)
        return self._read[1].get(record, [])

    def take_over(self, state: WorkspaceState, tables: Tables, touched: Touched) -> None:
        """Let the log begin at the snapshot: what it covers leaves the log, what it refused is told."""
        codes = {(hole.device, hole.dseq): hole.code for hole in tables.holes}
        refused: list[Change] = []
        found = self._database.execute(
            "SELECT id, device, frame FROM log WHERE ws = ? AND first_pseq IS NULL ORDER BY id",
            (state.index,),
        ).fetchall()
        rows = [(log, device, changes_of(open_frame(bytes(frame), state.id))) for log, device, frame in found]
        own = self._ids.device(self._settler.device)
        for _, _, changes in rows:
            refused += [change for change in changes if change.id in codes and tables.covers(change.id)]
        self._keep_own(state, tables, codes)
        for log, device, changes in rows:
            if device == own:
                self._keep(log, [change for change in changes if not tables.covers(change.id)], len(changes))
        self._carried.note_covered(state, tables.positions)
        self._database.execute("DELETE FROM log WHERE ws = ? AND first_pseq IS NOT NULL", (state.index,))
        self.forget_places(state)
        self._tell(state, [change for change in refused if change.device == self._settler.device], codes)
        self._settler.withdraw(state, refused, touched)

    def _keep_own(self, state: WorkspaceState, tables: Tables, codes: Mapping[ChangeId, str]) -> None:
        """What was typed here and is in the snapshot leaves the log, and is kept for a server that may have
        to be told of it again. Nobody is told of it, as of what is repeated.
        """
        own, former = self._settler.device, former_devices(self._database)
        (least,) = self._database.execute(
            "SELECT min(0, ifnull(min(dseq), 0)) FROM trouble WHERE ws = ?", (state.index,)
        ).fetchone()
        frames = self._database.execute(
            "SELECT frame FROM log WHERE ws = ? AND (first_pseq IS NOT NULL OR device = ?) ORDER BY id",
            (state.index, self._ids.device(own)),
        ).fetchall()
        for (frame,) in frames:
            for change in changes_in(bytes(frame), state.id) or ():
                if change.hole or change.id in codes or not tables.covers(change.id):
                    continue
                if change.device == own:
                    self._trouble(state, change.dseq, COVERED, change, seen=True)
                elif change.device in former:
                    # The numbers above are the present device's.
                    least -= 1
                    self._trouble(state, least, COVERED, change, seen=True)

    def _keep(self, log: int, left: list[Change], count: int) -> None:
        """Leave of a row of the log what the snapshot does not cover; each row holds consecutive changes."""
        if len(left) == count:
            return
        for at, run in enumerate(_runs(left)):
            place = (run[0].dseq, run[-1].dseq, make_frame(block_of(run)))
            if at == 0:
                self._database.execute(
                    "UPDATE log SET first_dseq = ?, last_dseq = ?, frame = ? WHERE id = ?", (*place, log)
                )
            else:
                self._database.execute(
                    "INSERT INTO log(ws, device, first_dseq, last_dseq, frame)"
                    " SELECT ws, device, ?, ?, ? FROM log WHERE id = ?",
                    (*place, log),
                )
        if not left:
            self._database.execute("DELETE FROM log WHERE id = ?", (log,))

    def forget_places(self, state: WorkspaceState) -> None:
        """Nothing may point to a row of the log that is gone: its number is given out again."""
        self._read = None
        for table in (*self._applier.states.codecs, OTHER_TABLE):
            self._database.execute(
                f'UPDATE "{table}" SET _made = 0'
                " WHERE _ws = ? AND _made != 0 AND _made NOT IN (SELECT id FROM log)",
                (state.index,),
            )
        self._database.execute("DELETE FROM touch WHERE log NOT IN (SELECT id FROM log)")

    def _tell(self, state: WorkspaceState, refused: list[Change], codes: dict[ChangeId, str]) -> None:
        for change in refused:
            if codes[change.id] == ERASED:
                note_erased(
                    self._database, state.index, kind=change.kind, record=change.record, was_here=True
                )
                add_files(self._database, state.index, change.record, files_of_change(change))
            self._trouble(state, change.dseq, codes[change.id], change, seen=codes[change.id] == REPEATED)

    def _trouble(self, state: WorkspaceState, place: int, code: str, change: Change, *, seen: bool) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO trouble(ws, dseq, code, kind, record, frame, seen)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (
                state.index,
                place,
                code,
                change.kind,
                self._ids.rowid(change.record),
                make_frame(block_of([change])) if code != ERASED else b"",
                int(seen),
            ),
        )


def _runs(changes: list[Change]) -> list[list[Change]]:
    """Changes of one device in runs without a gap."""
    runs: list[list[Change]] = []
    for change in changes:
        if runs and runs[-1][-1].dseq + 1 == change.dseq:
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs
