"""Bundles on the server: what laptops signed is taken whoever hands it in, and packs are made for people."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Final

import msgpack
from sqlalchemy import Connection

from sync.bundles.cards import SERVER, STARTER, Card
from sync.bundles.keys import SecretKeys
from sync.bundles.layout import PART_NEWER, Entry, PieceKind
from sync.bundles.notes import Held, Notes, Place, Welcome
from sync.bundles.reading import BundleFile, Piece
from sync.bundles.writing import FAT32, Draft, Made, OpenVolume, write_bundle
from sync.clock import Clock
from sync.errors import DaftarError
from sync.frames.strand import said
from sync.server import recovery
from sync.server.access import NONE, NOT_GRANTED
from sync.server.author import ACCOUNT
from sync.server.cards import Cards, Signer, server_keys
from sync.server.delivery import joined
from sync.server.enclosed import Enclosed, enclosed_pieces
from sync.server.enrolment import Caller
from sync.server.files import BlobStore, open_store
from sync.server.intake import Intake, Sender, take_in
from sync.server.ledger import Ledger, Receipt
from sync.server.names import plain_name
from sync.server.poison import code_of
from sync.server.settings import Settings
from sync.server.storage import Storage, cards, devices, journal, people
from sync.server.storage.devices import Device, Installation, server_device
from sync.server.storage.people import Person, Reach
from sync.wire.keys import BundleAnswer, Handed
from sync.wire.messages import Push

FORK: Final = "strand_fork"
GAP: Final = "strand_gap"
DOWN: Final = "down"
STARTER_PACK: Final = "starter"
USUAL_FILE: Final = 5 * 1024 * 1024
"""A larger file is fetched by laptops only on demand, and goes along only where that is asked for."""
_TOGETHER: Final = 16
_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """What a bundle brought, who made it, and where its maker stood in each workspace."""

    answer: BundleAnswer
    account: bytes
    cursors: Mapping[bytes, int]
    files: int = 0
    """Attached files that are whole on the server now."""


@dataclass(slots=True)
class _Count:
    dseq: int = 0
    taken: int = 0
    refused: int = 0
    code: str = ""


@dataclass(slots=True)
class _Run:
    """Strands of one device in one workspace that follow each other."""

    workspace: bytes
    device: int
    first: int
    before: bytes
    last: int
    frames: list[bytes] = field(default_factory=list)
    signed: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)
    """(first, last, chain before, signature) of each frame."""

    def apart(self) -> Iterator[_Run]:
        """Each frame by itself."""
        for frame, one in zip(self.frames, self.signed, strict=True):
            first, last, before, _ = one
            yield _Run(self.workspace, self.device, first, before, last, [frame], [one])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bundle for a person holds. `since` names, by workspace, what need not be said again."""

    since: Mapping[bytes, int] = field(default_factory=dict)
    code: str = ""
    split: int = FAT32
    files: int = 0
    """Attached files of at most this size go along; 0 for none."""
    files_most: int | None = None
    """How many bytes of files at most."""
    server: str = ""
    """For a starter pack: the address of this server."""
    invite_code: str = ""


class Bundles:
    """Use cases on bundle files; each write is one transaction on one workspace."""

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Clock,
        settings: Settings,
        on_commit: Callable[[], None] = lambda: None,
        store: BlobStore | None = None,
    ) -> None:
        self._store = store
        self._storage = storage
        self._clock = clock
        self._settings = settings
        self._cards = Cards(storage, clock=clock)
        self.on_commit = on_commit

    # Taking

    def apply(self, file: IO[bytes]) -> Brought:
        """Take everything of a bundle that can be taken; safe to repeat, in any order."""
        bundle = BundleFile(file)
        with self._storage.reading() as connection:
            own = server_keys(connection)
        card = bundle.head.card
        if bundle.insist_on(own.public) == SERVER and card.keys == own.public:
            raise DaftarError("bundle_not_for_server")
        self._signer(card.device, {card.device: card}, own)
        _, notes = bundle.open([own])
        known = {one.device: one for one in (*notes.cards, card)}
        counts: dict[tuple[bytes, int], _Count] = {}
        problems: list[str] = []
        enclosed = self._enclosed(card.device)
        for run in _runs(bundle.pieces(), notes, problems, enclosed):
            count = counts.setdefault((run.workspace, run.device), _Count())
            try:
                self._take_some(run, self._signer(run.device, known, own), count)
            except Exception as error:  # noqa: BLE001 - what is nobody's poison is raised again
                count.code = count.code or code_of(error)
        self.on_commit()
        handed = tuple(
            Handed(workspace, device, one.dseq, one.taken, one.refused, one.code)
            for (workspace, device), one in sorted(counts.items())
        )
        cursors = {place.id: place.cursor for place in notes.places}
        return Brought(BundleAnswer(handed, tuple(problems)), card.account, cursors, enclosed.taken)

    def _enclosed(self, device: int) -> Enclosed:
        """Files are handed in by whoever made the bundle, whose role counts."""
        with self._storage.reading() as connection:
            row, owner = devices.find_device(connection, device), cards.person_of(connection, device)
        assert row is not None
        assert owner is not None
        caller = Caller(row.installation_id, owner[0], b"")
        return Enclosed(self._storage, self._files, caller, clock=self._clock, settings=self._settings)

    def _take_some(self, run: _Run, signer: Signer, count: _Count) -> None:
        """Strands that follow each other; where one of them is no good, those before it are taken still."""
        try:
            self._take_run(run, signer, count)
        except Exception as error:
            code = code_of(error)
            if len(run.frames) == 1 or code in (NOT_GRANTED, FORK, GAP):
                raise
            for alone in run.apart():
                self._take_run(alone, signer, count)

    def _take_run(self, run: _Run, signer: Signer, count: _Count) -> None:
        with self._storage.reading() as connection:
            found = people.find_access(connection, person_id=signer.person, workspace_id=run.workspace)
            number = server_device(connection)
        if found is None:
            raise DaftarError(NOT_GRANTED)
        sender = Sender(signer.person, found.role, run.device, number, self._is_somebody)
        push = Push(0, run.first, run.before, tuple(run.frames))
        intake = take_in(push, workspace=run.workspace, sender=sender)
        self._insist_signed(run, intake, signer)
        receipt, before, after = self._take(intake, found.role)
        if receipt.new_epoch:
            raise DaftarError(FORK)
        count.dseq = max(count.dseq, after)
        if after < run.last:
            raise DaftarError(GAP)
        count.taken += max(0, run.last - max(before, run.first - 1))
        count.refused += sum(dseq > before for dseq, _ in receipt.troubles)

    @staticmethod
    def _insist_signed(run: _Run, intake: Intake, signer: Signer) -> None:
        for first, last, before, signature in run.signed:
            if intake.chain_after(first - 1) != before:
                raise DaftarError("bundle_forged")
            text = said(
                run.workspace,
                run.device,
                first=first,
                last=last,
                before=before,
                after=intake.chain_after(last),
            )
            if not signer.keys.has_signed(signature, text):
                raise DaftarError("bundle_forged")

    def _take(self, intake: Intake, role: str) -> tuple[Receipt, int, int]:
        def work(connection: Connection) -> tuple[Receipt, int, int]:
            ledger = Ledger(self._storage, connection, intake.workspace, now_ms=self._clock.now_ms())
            before = ledger.last_dseq(intake.device)
            receipt = ledger.take(intake, role=role)
            after = ledger.last_dseq(intake.device)
            ledger.close()
            return receipt, before, after

        return self._storage.writing(work)

    def _is_somebody(self, account: bytes) -> bool:
        if account == ACCOUNT:
            return True
        with self._storage.reading() as connection:
            return people.find_person(connection, account) is not None

    # Whose it is

    def _signer(self, device: int, shown: Mapping[int, Card], own: SecretKeys) -> Signer:
        """Whose keys a device signs with; a laptop that began from a starter pack is met here.

        Raises `device_revoked` and `bundle_untrusted`.
        """
        with self._storage.reading() as connection:
            known, owner = cards.find_card(connection, device), cards.person_of(connection, device)
        if owner is not None and owner[3]:
            raise DaftarError("device_revoked")
        if known is not None and owner is not None:
            return Signer(Card.read(known).keys, owner[0])
        card = shown.get(device)
        if card is None or not card.confirmed_by(own.public):
            raise DaftarError("bundle_untrusted", fingerprint="", name="")
        if owner is not None and owner[0] != card.account:
            raise DaftarError("bundle_forged")
        self._storage.writing(lambda connection: self._meet(connection, card, own))
        return Signer(card.keys, card.account)

    def _meet(self, connection: Connection, card: Card, own: SecretKeys) -> None:
        now = self._clock.now_ms()
        person = people.find_person(connection, card.account)
        if person is None:
            raise DaftarError("bundle_untrusted", fingerprint="", name=card.person)
        if card.confirmed_by(own.public) == STARTER:
            self._use_invite(connection, card, now)
        name = plain_name(card.laptop)
        if devices.find_device(connection, card.device) is None:
            row = Installation(uuid.uuid4().bytes, person.id, name, now, None, None)
            devices.add_installation(connection, row)
            devices.add_device(connection, Device(card.device, row.id, None, 1, now))
        issued = Card(card.device, person.id, person.name, name, card.keys, now).sign(own)
        cards.put_card(connection, card.device, issued.pack(), issued=now)

    @staticmethod
    def _use_invite(connection: Connection, card: Card, now: int) -> None:
        """A starter pack is good for one laptop, as its code is."""
        pass_ = card.introduction
        assert pass_ is not None
        invite = devices.find_invite(connection, pass_.invite)
        if invite is None or invite.person_id != card.account:
            raise DaftarError("code_unknown")
        if invite.used_at is None:
            if invite.expires <= card.issued_ms:
                raise DaftarError("code_expired")
            devices.use_invite(connection, pass_.invite, now=now, device_number=card.device)
        elif invite.device != card.device:
            raise DaftarError("code_used")

    # Making

    def create(
        self, person: Person, wish: Wish, open_volume: OpenVolume, *, draw: Callable[[int], bytes]
    ) -> Made:
        """A bundle with what the server ordered, for a person's laptops, or for whoever knows the code."""
        with self._storage.reading() as connection:
            own, card = self._cards.server_card(connection)
            recipients = tuple(
                Card.read(packed).keys
                for _, packed, revoked in cards.cards_of(connection, [person.id])
                if not revoked
            )
            if not recipients and not wish.code:
                raise DaftarError("bundle_no_keys", name=person.name)
            every = people.reaches(connection, person_id=person.id, device=0)
            open_ = [reach for reach in every if reach.role != NONE]
            welcome = self._welcome(connection, person, wish, every, own) if wish.invite_code else None
            notes = Notes(
                tuple(_place(reach, wish.since) for reach in open_),
                (),
                tuple(self._held(connection, person, open_)),
                welcome,
            )
            draft = Draft(
                STARTER_PACK if welcome else DOWN,
                self._clock.now_ms(),
                card,
                own,
                notes,
                recipients,
                wish.code,
                own.public.mark,
                sum(place.head - min(place.head, wish.since.get(place.id, 0)) for place in notes.places),
            )
            pieces = chain(
                _pulled(connection, open_, wish.since),
                enclosed_pieces(connection, self._files, open_, limit=wish.files, most=wish.files_most),
            )
            return write_bundle(draft, pieces, open_volume, draw=draw, split=wish.split)

    def _files(self) -> BlobStore:
        return self._store or open_store(self._settings.files, folder=self._settings.files_folder)

    def _welcome(
        self,
        connection: Connection,
        person: Person,
        wish: Wish,
        reaches: list[Reach],
        own: SecretKeys,
    ) -> Welcome:
        from sync.server.enrolment import Enrolment

        enrolment = Enrolment(self._storage, clock=self._clock, settings=self._settings)
        hash_ = enrolment.hash_of(wish.invite_code)
        invite = devices.find_invite(connection, hash_)
        if invite is None:
            raise DaftarError("code_unknown")
        key, introduction = self._cards.introduce(person, own=own, invite=hash_, expires_ms=invite.expires)
        return Welcome(
            person.id,
            person.name,
            wish.server,
            wish.invite_code,
            key.seed,
            introduction.pack(),
            own.public.pack(),
            recovery.public_key(connection),
            sum(reach.epoch for reach in reaches),
        )

    @staticmethod
    def _held(connection: Connection, person: Person, reaches: list[Reach]) -> Iterator[Held]:
        numbers = [number for number, _, _ in cards.cards_of(connection, [person.id])]
        for at, reach in enumerate(reaches):
            for number in numbers:
                found = journal.find_position(connection, reach.workspace.id, device=number)
                if found is not None:
                    yield Held(at, number, found.dseq, found.chain)


def _runs(pieces: Iterator[Piece], notes: Notes, problems: list[str], enclosed: Enclosed) -> Iterator[_Run]:
    """Strands that follow each other, some at a time; what is damaged is noted and left out. Files are taken
    on the way, behind everything that stands before them.
    """
    run: _Run | None = None
    for piece in pieces:
        entry = piece.entry
        if piece.data is None or entry.place >= len(notes.places):
            _note(problems, piece.code or "bundle_damaged")
            continue
        if entry.kind is PieceKind.BLOB:
            if run is not None:
                yield run
                run = None
            _note(problems, enclosed.take(notes.places[entry.place].id, entry, piece.data))
            continue
        if entry.kind is not PieceKind.STRAND:
            # What the server itself ordered is no news to it.
            _note(problems, "" if entry.kind is PieceKind.PULLED else PART_NEWER)
            continue
        workspace = notes.places[entry.place].id
        follows = run is not None and (run.workspace, run.device, run.last + 1) == (
            workspace,
            entry.device,
            entry.first,
        )
        if run is not None and (not follows or len(run.frames) >= _TOGETHER):
            yield run
            run = None
        if run is None:
            run = _Run(workspace, entry.device, entry.first, entry.before, entry.last)
        run.last = entry.last
        run.frames.append(piece.data)
        run.signed.append((entry.first, entry.last, entry.before, entry.signature))
    if run is not None:
        yield run


def _note(problems: list[str], code: str) -> None:
    if code and code not in problems:
        problems.append(code)


def _place(reach: Reach, since: Mapping[bytes, int]) -> Place:
    place = reach.workspace
    cursor = min(reach.pseq, since.get(place.id, 0))
    return Place(place.id, place.name, place.number, reach.role, cursor, reach.pseq, reach.summary)


def _pulled(
    connection: Connection, reaches: list[Reach], since: Mapping[bytes, int]
) -> Iterator[tuple[Entry, bytes]]:
    """What the server ordered from `since` on, as far as it stood when the heads were read: by the change
    that is there already a laptop sees whether it goes on from what it has.
    """
    for at, reach in enumerate(reaches):
        workspace, known = reach.workspace.id, since.get(reach.workspace.id, 0)
        cursor = max(0, known - 1) if known < reach.pseq else known
        while cursor < reach.pseq:
            found = journal.entries_after(connection, workspace, cursor=cursor, limit=_ENTRIES)
            entries = [entry for entry in found if entry.last_pseq <= reach.pseq]
            if not entries:
                break
            frames = journal.frames_at(connection, workspace, firsts=[entry.first_pseq for entry in entries])
            for one in joined(entries, frames, workspace, cursor):
                assert one.frame is not None
                stamps = bytes(msgpack.packb(one.effective))
                yield (
                    Entry(PieceKind.PULLED, at, 0, one.first, one.last),
                    len(stamps).to_bytes(4) + stamps + one.frame,
                )
            cursor = entries[-1].last_pseq
