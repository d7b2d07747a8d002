"""What is tentative in a log, replayed into another replica: own changes and those that colleagues gave."""

from __future__ import annotations

from desktop.store.reader import Reader
from sync.frames.packing import open_frame
from sync.frames.strand import Strand
from sync.replica.changed import Touched
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState


def read_strands(reader: Reader, state: WorkspaceState) -> list[Strand]:
    """Every strand of a workspace that counts."""
    rows = reader.connection.execute(
        "SELECT log.device, first_dseq, last_dseq, before, after, signature, frame"
        " FROM strand JOIN log ON log.id = strand.log WHERE strand.ws = ? AND code = ''"
        " ORDER BY log.id",
        (state.index,),
    ).fetchall()
    return [
        Strand(state.id, reader.ids.device_number(device), first, last, *map(bytes, proofs))
        for device, first, last, *proofs in rows
    ]


def replay_tentative(replica: Replica, reader: Reader, state: WorkspaceState) -> None:
    """Fold own unsent changes and carried ones together: they may stand on each other."""
    own = replica.workspaces.get(state.id)
    rows = reader.connection.execute(
        "SELECT frame, first_dseq, last_dseq FROM log WHERE ws = ? AND first_pseq IS NULL"
        " AND id NOT IN (SELECT log FROM strand) ORDER BY first_dseq",
        (state.index,),
    ).fetchall()
    records: set[tuple[str, bytes]] = set()
    frames = [(bytes(frame), first, last) for frame, first, last in rows]
    for frame, first, last in frames:
        replica.keep_own(own, frame, first, last)
    formers = reader.connection.execute(
        "SELECT hash, device, dseq FROM former WHERE ws = ?", (state.index,)
    ).fetchall()
    replica.carried.copy_formers(
        own, [(bytes(hash_), reader.ids.device_number(device), dseq) for hash_, device, dseq in formers]
    )
    strands = read_strands(reader, state)
    for strand in strands:
        replica.carried.add(own, strand)
    for frame in (*(one[0] for one in frames), *(one.frame for one in strands)):
        for group in open_frame(frame, state.id).groups:
            records |= {(group.kind, record) for record in group.records}
    replica.tentative.fold_again(own, records, Touched())
