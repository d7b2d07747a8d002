"""What a server does beside pushes and pulls: snapshots, history, quarantine, bundles, lost access."""

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from helpers.house import House
from helpers.laptop import Laptop
from sqlalchemy import update

from sync.bundles.cards import Card
from sync.bundles.keys import PublicKeys, SecretKeys
from sync.bundles.notes import Notes, Place
from sync.bundles.writing import Draft, write_bundle
from sync.changes import Change, chain_over, chain_start
from sync.client.bundles import strand_piece
from sync.digest import EMPTY
from sync.frames.packing import pack_changes
from sync.frames.strand import Strand, said
from sync.server.bundles import Wish
from sync.server.compaction import Compactor
from sync.server.files.folder import FolderStore
from sync.server.finding import Needle, find
from sync.server.mending import Mending
from sync.server.snapshots import Snapshots
from sync.server.storage.people import Workspace
from sync.server.storage.schema import record
from sync.wire.departures import Purged, QuarantineRequest, ReleaseRequest
from sync.wire.keys import KeysRequest
from sync.wire.messages import Push
from sync.wire.outcomes import DiscardRequest, OutcomesRequest
from sync.wire.plan import PlanRequest
from sync.wire.snapshots import Manifest
from sync.wire.verify import VerifyRequest

KEYS = SecretKeys(bytes([7]) * 32)


def run_errands(house: House, workspaces: list[Workspace]) -> None:
    """Every call of a laptop and every work of the server that `push` and `pull` leave out."""
    maria = house.person("Maria Torres", *workspaces, role="coordinator")
    laptop = house.laptop(maria)
    for workspace in workspaces:
        made = laptop.create(workspace.id, "activity", {"title": "Survey"})
        house.push(laptop, workspace, made)
        decide(house, workspace, laptop)
        age(house, workspace, laptop, made)
        compare(house, workspace, laptop, made)
        send_nonsense(house, workspace, laptop)
        store = FolderStore(house.settings.files_folder)
        assert find(house.storage, workspace, Needle("Survey"), store=store).found
        mend(house, workspace, made)
    house.service.plan(
        house.caller(laptop), PlanRequest(laptop.device, {one.number: 1 for one in workspaces}).pack()
    )
    house.sync(laptop, laptop.request(cursors={one.number: 0 for one in workspaces}))
    carry(house, workspaces, laptop)
    for workspace in workspaces:
        leave(house, workspace)
    house.accounts.end(maria)
    house.service.healthy()


def decide(house: House, workspace: Workspace, coordinator: Laptop) -> None:
    """What a reader typed is let in, what was wrong is discarded, and both are told."""
    reader = house.laptop(house.person("Omar Khalil", workspace, role="reader"))
    typed = [reader.create(workspace.id, "activity", {"title": f"Visit {at}"}) for at in range(2)]
    house.push(reader, workspace, *typed)
    caller, service = house.caller(coordinator), house.service
    kept = service.quarantine.answer(caller, QuarantineRequest(workspace.number)).kept
    assert {(one.device, one.dseq) for one in kept} >= {one.id for one in typed}
    first, second = (one.id for one in typed)
    released = service.quarantine.release_for(caller, ReleaseRequest(workspace.number, (first,)))
    assert released.released == 1
    request = DiscardRequest(workspace.number, (second,), "Entered twice")
    assert service.discarding.discard_for(caller, request).released == 1
    asked = OutcomesRequest(workspace.number, (first, second))
    assert len(service.discarding.answer(house.caller(reader), asked).became) == 2


def age(house: House, workspace: Workspace, laptop: Laptop, made: Change) -> None:
    """The log becomes a snapshot and history, and both are read."""
    snapshots = Snapshots(house.storage, clock=house.clock)
    house.clock.move(days=1)
    Compactor(house.storage, snapshots, clock=house.clock).compact(workspace.id, keep_days=0)
    house.push(laptop, workspace, laptop.edit(made, {"title": "Second survey"}))
    snapshots.make(workspace.id)
    house.clock.move(days=30)
    snapshots.forget_former(workspace.id)
    snapshots.refresh()
    archive, caller = house.service.archive, house.caller(laptop)
    manifest = Manifest.unpack(archive.manifest(caller, workspace.id.hex()))
    assert archive.chunk(caller, manifest.pieces[0].hash.hex())
    assert archive.history(caller, workspace.id.hex(), made.record.hex()).frames
    house.pull(laptop, workspace)


def compare(house: House, workspace: Workspace, laptop: Laptop, made: Change) -> None:
    caller = house.caller(laptop)
    head = house.pull(laptop, workspace).head
    for request in (
        VerifyRequest(laptop.device, workspace.number, head, EMPTY),
        VerifyRequest(laptop.device, workspace.number, head, records=(made.record,)),
        VerifyRequest(laptop.device, workspace.number, head, places=(head,), after=head - 1),
    ):
        assert house.service.verify(caller, request.pack()).head == head


def mend(house: House, workspace: Workspace, made: Change) -> None:
    """A record that the disk has damaged is folded anew from the log."""
    key = (record.c.workspace_id == workspace.id, record.c.record_id == made.record)
    house.storage.writing(
        lambda connection: connection.execute(update(record).where(*key).values(state=b"damaged"))
    )
    mending = Mending(house.storage, clock=house.clock)
    assert mending.look(workspace).mended
    assert mending.mend(workspace).mended
    assert not mending.look(workspace).mended


def send_nonsense(house: House, workspace: Workspace, laptop: Laptop) -> None:
    """A frame that nobody can read is kept."""
    frames = (b"no frame at all" * 4,)
    push = Push(workspace.number, laptop.dseqs[workspace.id] + 1, laptop.chains[workspace.id], frames)
    assert house.sync(laptop, laptop.request(push)).troubles


def carry(house: House, workspaces: list[Workspace], laptop: Laptop) -> None:
    """A stick from the laptop, and one for it."""
    shown = house.service.show_keys(
        house.caller(laptop), KeysRequest(laptop.device, KEYS.public.pack()).pack()
    )
    card, server, pieces = Card.read(shown.card), PublicKeys.read(shown.server), []
    for place, workspace in enumerate(workspaces):
        carried = laptop.create(workspace.id, "activity", {"title": "Carried"})
        before = laptop.chains.get(workspace.id, chain_start(workspace.id))
        ((frame, changes),) = pack_changes([carried])
        dseq, after = carried.dseq, chain_over(before, changes)
        text = said(workspace.id, laptop.device, first=dseq, last=dseq, before=before, after=after)
        strand = Strand(workspace.id, laptop.device, dseq, dseq, before, after, KEYS.sign(text), frame)
        pieces.append(strand_piece(strand, place))
    notes = Notes(tuple(Place(one.id, one.name) for one in workspaces))
    draft = Draft("up", house.clock.now_ms(), card, KEYS, notes, (server,), "", server.mark, len(pieces))
    brought = io.BytesIO()

    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield brought

    write_bundle(draft, pieces, open_volume, draw=secrets.token_bytes)
    told = house.service.take_bundle(brought.getvalue())
    assert [one.code for one in told.handed] == [""] * len(workspaces), told
    assert sum(one.taken for one in told.handed) == len(workspaces)
    person = next(one for one in house.accounts.persons() if one.id == house.caller(laptop).person_id)
    house.service.bundles.create(person, Wish(), open_volume, draw=secrets.token_bytes)


def leave(house: House, workspace: Workspace) -> None:
    """Somebody loses access, hands in what was not sent, erases the rest, and is revoked."""
    person = house.person("Lina Haddad", workspace)
    laptop = house.laptop(person)
    unsent = laptop.create(workspace.id, "activity", {"title": "Unsent"})
    house.accounts.revoke_access(person, workspace)
    house.push(laptop, workspace, unsent)
    caller = house.caller(laptop)
    house.service.departures.note_purged(caller, Purged((workspace.number,)))
    house.accounts.end(person)
