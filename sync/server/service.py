"""What a laptop asks of the server: to be enrolled, to hand in its work, and to get what it lacks."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from sync.clock import Clock
from sync.digest import Digest
from sync.errors import DaftarError
from sync.frames.packing import open_frame
from sync.server import recovery
from sync.server.access import NONE, NOT_GRANTED
from sync.server.author import ACCOUNT
from sync.server.begun import BegunFrames
from sync.server.bundles import Bundles
from sync.server.cards import Cards
from sync.server.claiming import claim_device, owns_device
from sync.server.delivery import Budget, deliver
from sync.server.discarding import Discarding
from sync.server.enrolment import Caller, Enrolment
from sync.server.intake import Sender, take_in
from sync.server.leaving import Departures
from sync.server.ledger import Ledger, Receipt
from sync.server.planning import plan
from sync.server.pushing import Pushing
from sync.server.quarantine import Quarantine
from sync.server.reading import Archive
from sync.server.settings import Settings
from sync.server.snapshots import is_better
from sync.server.storage import Storage, journal, people
from sync.server.storage.devices import server_device
from sync.server.storage.people import Reach
from sync.server.storage.replica import Replica
from sync.server.verifying import verify
from sync.wire.access import Access
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.keys import BundleAnswer, KeysAnswer, KeysRequest
from sync.wire.messages import (
    Begun,
    Pulled,
    Push,
    SyncAnswer,
    SyncRequest,
    Trouble,
    WorkspaceAnswer,
    combined_digest,
)
from sync.wire.plan import PlanAnswer, PlanRequest
from sync.wire.tokens import RenewAnswer
from sync.wire.verify import VerifyAnswer, VerifyRequest

NOTHING = Digest().summary()
_MANY = 1_000
"""A laptop that lacks more changes than this may be better served by a snapshot."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a person's workspaces stand for one device."""

    reaches: Mapping[int, Reach]
    revoked: bool = False

    @property
    def open(self) -> list[Reach]:
        return [reach for reach in self.reaches.values() if reach.role != NONE]

    @property
    def access_epoch(self) -> int:
        """Grows with each alteration of the person's access: rows stay, and their epochs only grow.

        0 for a laptop that may enter nothing at all any more.
        """
        return 0 if self.revoked else sum(reach.epoch for reach in self.reaches.values())


class Service:
    """The use cases behind the HTTP application; each write is one transaction on one workspace."""

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Clock,
        settings: Settings,
        replica: Replica | None = None,
        on_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._replica = replica
        self._clock = clock
        self.enrolment = Enrolment(storage, clock=clock, settings=settings)
        self.departures = Departures(storage, clock=clock, settings=settings)
        self.quarantine = Quarantine(storage, clock=clock, on_commit=self._tell)
        self.discarding = Discarding(storage, clock=clock)
        self.cards = Cards(storage, clock=clock)
        self.bundles = Bundles(storage, clock=clock, settings=settings, on_commit=self._tell)
        self.archive = Archive(storage)
        self.on_commit = on_commit
        self._pushing = Pushing(storage, clock=clock)
        self._begun = BegunFrames(settings.begun_folder, clock=clock)
        self._server_device: int | None = None

    def _tell(self) -> None:
        self.on_commit()

    def news(self) -> object:
        """A value that differs when something was committed that a waiting laptop may want to know."""
        with self._storage.reading() as connection:
            known = [one.id for one in people.workspaces(connection)]
            return journal.heads(connection, known), people.epochs(connection)

    def healthy(self) -> None:
        """Ask the database whether it is there; raises `database_unavailable`."""
        with self._storage.reading() as connection:
            people.epochs(connection)

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        enrolled = self.enrolment.enrol(request.code, device=request.device, name=request.name)
        with self._storage.reading() as connection:
            public = recovery.public_key(connection)
        stand = _Stand({reach.workspace.number: reach for reach in enrolled.reaches})
        return EnrolAnswer(
            self._clock.now_ms(),
            enrolled.token.text,
            enrolled.person.id,
            enrolled.person.name,
            stand.access_epoch,
            _access_list(stand),
            public,
        )

    def show_keys(self, caller: Caller, body: bytes) -> KeysAnswer:
        """Give a laptop its card, and those of its colleagues."""
        request = KeysRequest.unpack(body)
        return self.cards.register(caller, device=request.device, public=request.public)

    def take_bundle(self, body: bytes) -> BundleAnswer:
        """Take a bundle, whoever hands it in; it says itself whose it is."""
        return self.bundles.apply(io.BytesIO(body)).answer

    def renew(self, token: str) -> RenewAnswer:
        """A new token in exchange for one that still holds."""
        renewed = self.enrolment.renew(self.enrolment.authenticate(token))
        return RenewAnswer(self._clock.now_ms(), renewed.text, renewed.expires)

    def sync_bytes(self, caller: Caller, body: bytes) -> tuple[SyncRequest, SyncAnswer]:
        """Answer a request that arrived whole."""
        request = SyncRequest.unpack(body)
        return request, self.sync(caller, request)

    def hand_in(self, caller: Caller, body: bytes) -> SyncAnswer:
        """A sync of a revoked laptop: everything it sends goes into quarantine, and it gets nothing."""
        if caller.revoked:
            self.departures.count_hand_in(caller, len(body))
        return self.sync(caller, SyncRequest.unpack(body))

    def verify(self, caller: Caller, body: bytes) -> VerifyAnswer:
        """Tell a laptop whose digest differs which records to look at, or their states."""
        request = VerifyRequest.unpack(body)
        with self._storage.reading() as connection:
            stand = _read_stand(connection, caller, request.device)
            return verify(self._storage, connection, stand.reaches.get(request.workspace), request)

    def plan(self, caller: Caller, body: bytes) -> PlanAnswer:
        """How much a laptop would receive."""
        request = PlanRequest.unpack(body)
        with self._storage.reading() as connection:
            return plan(connection, _read_stand(connection, caller, request.device).open, request)

    def take_part(self, caller: Caller, body: bytes) -> None:
        """Take the whole frames of a request that was cut; nobody is there to be answered."""
        request, _ = SyncRequest.unpack_part(body)
        if request.pushes:
            self._take_pushes(caller, request)

    def sync(self, caller: Caller, request: SyncRequest) -> SyncAnswer:
        """Take what was pushed, then say what the laptop lacks; every call is safe to repeat."""
        troubles: tuple[Trouble, ...] = ()
        new_epoch = False
        nonce = request.nonce
        if not request.pushes and not request.probe and self._is_same_nearby(caller, request):
            return SyncAnswer(self._clock.now_ms(), same=True, nonce=nonce)
        if request.pushes:
            troubles, new_epoch = self._take_pushes(caller, request)
        with self._storage.reading() as connection:
            if new_epoch or owns_device(connection, caller, request.device) is False:
                # Its numbers are somebody else's, so nothing that is told by them would be true.
                return SyncAnswer(
                    self._clock.now_ms(), access_epoch=request.access_epoch, new_epoch=True, nonce=nonce
                )
            stand = _read_stand(connection, caller, request.device)
            begun = self._begun_frames(stand, request)
            if not request.pushes and not begun and _is_same(stand, request):
                return SyncAnswer(self._clock.now_ms(), same=True, nonce=nonce)
            workspaces, more, left = _deliver_all(connection, stand, request, replica=self._replica)
        known = request.access_epoch == stand.access_epoch
        return SyncAnswer(
            self._clock.now_ms(),
            access_epoch=stand.access_epoch,
            access=None if known else _access_list(stand),
            workspaces=workspaces,
            troubles=troubles,
            more=more,
            nonce=nonce,
            begun=begun,
            left=left,
        )

    def _is_same_nearby(self, caller: Caller, request: SyncRequest) -> bool:
        """Whether the replica knows all that the laptop knows, and no more; it lags by moments at most."""
        if self._replica is None:
            return False

        def ask(connection: Connection) -> bool:
            owned = owns_device(connection, caller, request.device)
            return bool(owned) and _is_same(_read_stand(connection, caller, request.device), request)

        return bool(self._replica.ask(ask))

    def _begun_frames(self, stand: _Stand, request: SyncRequest) -> tuple[Begun, ...]:
        """What is kept of frames that did not come whole, for a laptop that pushes or asks for it."""
        numbers = [push.workspace for push in request.pushes]
        if request.probe:
            numbers = list(stand.reaches)
        kept = [(number, *self._begun.held(request.device, number)) for number in numbers]
        return tuple(Begun(number, frame, size) for number, frame, size in kept if size)

    def _take_pushes(self, caller: Caller, request: SyncRequest) -> tuple[tuple[Trouble, ...], bool]:
        """Take each push in a transaction of its own; says which changes were not applied."""
        with self._storage.reading() as connection:
            owned = owns_device(connection, caller, request.device)
            stand = _read_stand(connection, caller, request.device)
            if self._server_device is None:
                self._server_device = server_device(connection)
        if owned is None:
            owned = claim_device(
                self._storage,
                caller,
                number=request.device,
                epoch=request.epoch,
                now_ms=self._clock.now_ms(),
            )
        if not owned:
            return (), True
        troubles: list[Trouble] = []
        new_epoch = False
        for sent in request.pushes:
            reach = stand.reaches.get(sent.workspace)
            if reach is None:
                troubles += _forged(sent)
                continue
            push = self._begun.assemble(sent, device=request.device).push
            if not push.frames:
                continue
            sender = Sender(
                caller.person_id, reach.role, request.device, self._server_device, self._is_somebody
            )
            take = self._taking(reach.workspace.id, sender=sender, caller=caller)
            receipt = self._pushing.take(push, workspace=reach.workspace.id, sender=sender, take=take)
            troubles += [Trouble(push.workspace, dseq, code) for dseq, code in receipt.troubles]
            new_epoch = new_epoch or receipt.new_epoch
        self.on_commit()
        return tuple(troubles), new_epoch

    def _is_somebody(self, account: bytes) -> bool:
        """Whether an author is an account of this server, or the server itself."""
        if account == ACCOUNT:
            return True
        with self._storage.reading() as connection:
            return people.find_person(connection, account) is not None

    def _taking(self, workspace: bytes, *, sender: Sender, caller: Caller) -> Callable[[Push], Receipt]:
        return lambda push: self._take(push, workspace, sender=sender, caller=caller)

    def _take(self, push: Push, workspace: bytes, *, sender: Sender, caller: Caller) -> Receipt:
        """Check without a lock what costs time; the role that counts is the one read under the lock."""
        intake = take_in(push, workspace=workspace, sender=sender)

        def work(connection: Connection) -> Receipt:
            ledger = Ledger(self._storage, connection, workspace, now_ms=self._clock.now_ms())
            role = people.role_now(
                connection,
                person_id=caller.person_id,
                workspace_id=workspace,
                installation_id=caller.installation_id,
            )
            valid = intake
            if role != sender.role:
                valid = take_in(push, workspace=workspace, sender=replace(sender, role=role))
            receipt = ledger.take(valid, role=role)
            ledger.close()
            return receipt

        return self._storage.writing(work)


def _read_stand(connection: Connection, caller: Caller, device: int) -> _Stand:
    reaches = people.reaches(connection, person_id=caller.person_id, device=device)
    if caller.revoked:
        reaches = [replace(reach, role=NONE) for reach in reaches]
    return _Stand({reach.workspace.number: reach for reach in reaches}, caller.revoked)


def _is_same(stand: _Stand, request: SyncRequest) -> bool:
    """Whether one combined digest says that there is nothing to say."""
    if request.access_epoch != stand.access_epoch:
        return False
    parts = [(reach.workspace.id, reach.pseq, reach.summary, reach.dseq, reach.chain) for reach in stand.open]
    return combined_digest(parts) == request.combined


def _deliver_all(
    connection: Connection, stand: _Stand, request: SyncRequest, *, replica: Replica | None
) -> tuple[tuple[WorkspaceAnswer, ...], bool, int]:
    """An answer for each workspace that differs; where the cursors show no difference, for all of them.

    Also whether there is more to pull, and about how many bytes. Of a workspace that was lost, a laptop
    learns how much of its own work was handed in, and nothing else.
    """
    pushed = {push.workspace for push in request.pushes}
    differing = [
        reach
        for reach in stand.open
        if request.cursors.get(reach.workspace.number) != reach.pseq or reach.workspace.number in pushed
    ]
    budget, more = Budget.of(request.max_bytes), False
    answers = [
        WorkspaceAnswer(number, 0, NOTHING, reach.dseq, reach.chain)
        for number, reach in stand.reaches.items()
        if reach.role == NONE and number in pushed
    ]
    for reach in differing or stand.open:
        number = reach.workspace.number
        cursor = request.cursors.get(number, 0)
        pulled: tuple[Pulled, ...] = ()
        left = False
        many = reach.pseq - cursor > _MANY and number not in request.by_log
        filled = many and is_better(connection, reach.workspace.id, cursor=cursor)
        if cursor < reach.pseq and not filled:
            pulled, left = _deliver(connection, reach, request, budget=budget, replica=replica)
            filled = pulled[0].first > cursor + 1 if pulled else not left
        more = more or left
        where = (number, reach.pseq, reach.summary, reach.dseq, reach.chain)
        answers.append(WorkspaceAnswer(*where, () if filled else pulled, filled))
    return tuple(answers), more, budget.later


def _deliver(
    connection: Connection, reach: Reach, request: SyncRequest, *, budget: Budget, replica: Replica | None
) -> tuple[tuple[Pulled, ...], bool]:
    """Frames from the replica where it has all that was promised from the first database, else from that."""
    number, workspace = reach.workspace.number, reach.workspace.id
    cursor = request.cursors.get(number, 0)
    begun = next((one for one in request.begun if one.workspace == number), None)

    def ask(copy: Connection) -> tuple[tuple[tuple[Pulled, ...], bool], Budget] | None:
        own = replace(budget)
        if journal.heads(copy, [workspace])[0] < reach.pseq:
            return None
        told = deliver(copy, workspace, cursor=cursor, device=request.device, budget=own, begun=begun)
        return told, own

    found = None if replica is None else replica.ask(ask)
    if found is None:
        return deliver(
            connection, workspace, cursor=cursor, device=request.device, budget=budget, begun=begun
        )
    delivered, spent = found
    budget.left, budget.used, budget.later = spent.left, spent.used, spent.later
    return delivered


def _access_list(stand: _Stand) -> tuple[Access, ...]:
    return tuple(
        Access(reach.workspace.number, reach.workspace.id, reach.role, reach.workspace.name)
        for reach in stand.open
    )


def _forged(push: Push) -> list[Trouble]:
    """A workspace this person never had: its changes are refused one by one, and kept nowhere."""
    count = 0
    for frame in push.frames:
        try:
            count += len(open_frame(frame, bytes(16)))
        except DaftarError:
            count += 1
            break
    return [Trouble(push.workspace, push.first_dseq + at, NOT_GRANTED) for at in range(count)]
