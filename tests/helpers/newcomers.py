"""A newcomer for the server's tests: fills states from a snapshot, and goes on with the log behind it."""

from dataclasses import replace

from helpers.house import House, Reader
from helpers.laptop import Laptop

from sync.merge.chunks import Chunk, Tables, open_piece
from sync.server.storage.people import Workspace
from sync.wire.snapshots import Manifest, hash_of


class Newcomer:
    """Reads as a laptop does: the snapshot's manifest, its pieces by address, then what follows."""

    def __init__(self, house: House, workspace: Workspace) -> None:
        self.house = house
        self.workspace = workspace
        self.laptop: Laptop = house.laptop(house.person("Newcomer", workspace, role="reader"))
        self.tables = Tables({})
        self.reader = Reader(workspace.id)

    def manifest(self) -> Manifest:
        caller = self.house.caller(self.laptop)
        return Manifest.unpack(self.house.service.archive.manifest(caller, self.workspace.id.hex()))

    def fill(self) -> Manifest:
        """Take the snapshot, every piece of it checked."""
        manifest, caller = self.manifest(), self.house.caller(self.laptop)
        for listed in manifest.pieces:
            data = self.house.service.archive.chunk(caller, listed.hash.hex())
            assert (hash_of(data), len(data)) == (listed.hash, listed.size)
            piece = open_piece(data, self.workspace.id)
            if isinstance(piece, Chunk):
                for group in piece.block.groups:
                    for state in piece.states(group):
                        assert state.record not in self.reader.states
                        self.reader.states[state.record] = state
            else:
                self.tables = piece
        for hole in self.tables.holes:
            self.reader._holes[hole.device, hole.dseq] = dict(hole.bases)
        self.reader.cursor = manifest.pseq
        assert self.reader.summary() == manifest.digest
        return manifest

    def follow(self) -> None:
        """Pull what the log holds behind the snapshot; the digest must be the server's."""
        answer = self.house.pull(self.laptop, self.workspace, cursor=self.reader.cursor)
        assert not answer.snapshot
        self.reader.read(answer.pulled)
        assert self.reader.cursor == answer.head
        assert self.reader.summary() == answer.digest

    def by_log(self) -> Reader:
        """The same by the log alone, from its beginning."""
        reader = Reader(self.workspace.id)
        answer = self.house.pull(self.laptop, self.workspace)
        assert not answer.snapshot
        reader.read(answer.pulled)
        assert (reader.cursor, reader.summary()) == (answer.head, answer.digest)
        return reader


def plain(reader: Reader) -> dict[bytes, object]:
    """States as two roads to the same place must have them."""
    return {record: _plain(replace(state)) for record, state in reader.states.items()}


def _plain(state: object) -> object:
    from sync.digest import record_term
    from sync.merge import RecordState, conflicts_of

    assert isinstance(state, RecordState)
    heads = {
        key: (
            [(head.id, head.stamp, head.author, head.value, head.creation) for head in register.heads],
            register.awaited,
        )
        for key, register in state.heads.items()
    }
    conflicts = [conflict.id for conflict in conflicts_of(state)]
    return (
        state.created,
        state.created_stamp,
        state.created_by,
        state.values,
        heads,
        conflicts,
        record_term(state),
    )
