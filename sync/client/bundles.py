"""Between the replica and a bundle: what a laptop puts into one, and what it does with what one brings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgpack

from sync.bundles.cards import Card, stand_said
from sync.bundles.files import FilePiece, read_piece
from sync.bundles.keys import PublicKeys, SecretKeys
from sync.bundles.layout import PART_NEWER, Entry, PieceKind
from sync.bundles.notes import Held, Notes, Place
from sync.bundles.reading import Piece
from sync.changes import canonical, chain_over, next_chain
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.ordering import order_sums
from sync.frames.packing import make_frame, open_frame, pack_changes
from sync.frames.slicing import part
from sync.frames.strand import Strand, open_strand, said
from sync.replica.careful import BUG, is_poison
from sync.replica.changed import Changed
from sync.replica.received import Received, unpack_stamps
from sync.replica.replica import Replica
from sync.replica.rewinding import order_here
from sync.replica.workspaces import WorkspaceState

Run = Callable[[Callable[[Replica], Changed]], Changed]
"""Runs a job in one transaction of the writer."""

TakeFile = Callable[[bytes, FilePiece], str]
"""Takes a piece of a file of a workspace; answers with the code of what stands in its way, or nothing."""

GAP: Final = "bundle_gap"
OTHER_PAST: Final = "bundle_other_past"
"""What a bundle tells of the server's order does not go on from what is here."""
POISON: Final = "strand_poison"
"""The code of a strand on which the program itself failed; the log says how."""
OWN: Final = "strand_own"
"""A bundle holds something under this laptop's number that it has not made."""
_TOGETHER: Final = 32
_LOGGER: Final = logging.getLogger("desktop.sync")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the server said a workspace stands, with its signature."""

    head: int
    digest: bytes
    signature: bytes


# What goes in


def own_strands(replica: Replica, state: WorkspaceState, keys: SecretKeys) -> Iterator[Strand]:
    """Everything unsent of this laptop in one workspace, signed frame by frame, up to what its disk has
    damaged: what follows cannot be proven.
    """
    device = replica.identity.device
    chain = state.acked_chain
    unsent = [change for change in replica.readable(state)[0] if change.dseq > state.acked]
    for frame, changes in pack_changes(unsent):
        first, last, before = changes[0].dseq, changes[-1].dseq, chain
        chain = chain_over(before, changes)
        text = said(state.id, device, first=first, last=last, before=before, after=chain)
        yield Strand(state.id, device, first, last, before, chain, keys.sign(text), frame)


def strand_piece(strand: Strand, place: int) -> tuple[Entry, bytes]:
    entry = Entry(
        PieceKind.STRAND,
        place,
        strand.device,
        strand.first,
        strand.last,
        strand.before,
        strand.signature,
    )
    return entry, strand.frame


def ordered_pieces(
    replica: Replica, state: WorkspaceState, place: int, *, head: int, since: int
) -> Iterator[tuple[Entry, bytes]]:
    """What the server ordered up to `head`, as this laptop keeps it; from the frame that holds `since` on."""
    for first, last, stored, effective in replica.ordered_frames(state, since=since, head=head):
        stamps, frame = unpack_stamps(effective), stored
        if last > head:
            kept = part(open_frame(stored, state.id), 0, head - first + 1)
            frame = make_frame(kept)
            stamps = {at: stamp for at, stamp in stamps.items() if at < len(kept)}
        packed = bytes(msgpack.packb(stamps))
        entry = Entry(PieceKind.PULLED, place, 0, first, min(last, head))
        yield entry, len(packed).to_bytes(4) + packed + frame


# What comes out


@dataclass(slots=True)
class Brought:
    """What a bundle did here; changes are counted."""

    new: int = 0
    """Changes of colleagues that the server has not ordered, here for the first time."""
    known: int = 0
    ordered: int = 0
    """Changes in the server's order."""
    acknowledged: int = 0
    files: int = 0
    """Attached files that are whole here now."""
    elsewhere: int = 0
    """Changes of workspaces that this laptop's user may not enter."""
    problems: dict[str, int] = field(default_factory=dict)

    def add_problem(self, code: str) -> None:
        self.problems[code] = self.problems.get(code, 0) + 1


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom to believe: the server's keys, confirmed cards by device, and numbers that ended."""

    server: PublicKeys | None
    cards: Mapping[int, Card]
    revoked: frozenset[int] = frozenset()

    def card(self, device: int) -> Card:
        """The card of a device; raises `bundle_untrusted` or `device_revoked`."""
        if device in self.revoked:
            raise DaftarError("device_revoked")
        card = self.cards.get(device)
        if card is None:
            raise DaftarError("bundle_untrusted", fingerprint="", name="")
        return card


class Taking:
    """Takes the pieces of one bundle, in any order; each batch is a transaction of its own."""

    def __init__(
        self,
        run: Run,
        notes: Notes,
        trusted: Trusted,
        *,
        by_server: bool,
        take_file: TakeFile = lambda _workspace, _piece: "",
    ) -> None:
        self._run = run
        self._notes = notes
        self._trusted = trusted
        self._by_server = by_server
        self._take_file = take_file
        self.brought = Brought()
        self._told: set[tuple[str, tuple[int, bytes]]] = set()

    def take(self, pieces: Iterable[Piece]) -> Brought:
        """Everything of these pieces that can be taken; what cannot is counted under its code."""
        ordered: dict[int, list[tuple[Entry, bytes]]] = {}
        batch: list[tuple[Entry, bytes]] = []
        for held in self._notes.held if self._by_server else ():
            self._acknowledge(held)
        for piece in pieces:
            if piece.data is None or piece.entry.place >= len(self._notes.places):
                self.brought.add_problem(piece.code or "bundle_damaged")
            elif piece.entry.kind is PieceKind.STRAND:
                batch.append((piece.entry, piece.data))
                if len(batch) >= _TOGETHER:
                    self._take_strands(batch)
                    batch = []
            elif piece.entry.kind is PieceKind.PULLED and self._by_server:
                self._take_ordered(piece.entry.place, [(piece.entry, piece.data)])
            elif piece.entry.kind is PieceKind.PULLED:
                ordered.setdefault(piece.entry.place, []).append((piece.entry, piece.data))
            elif piece.entry.kind is PieceKind.BLOB:
                # Never ahead of the records that name it.
                self._take_rest(ordered, batch)
                ordered, batch = {}, []
                self._take_piece(piece.entry, piece.data)
            else:
                self.brought.add_problem(PART_NEWER)
        self._take_rest(ordered, batch)
        return self.brought

    def _take_rest(
        self, ordered: Mapping[int, Sequence[tuple[Entry, bytes]]], batch: Sequence[tuple[Entry, bytes]]
    ) -> None:
        for place, parts in ordered.items():
            self._take_proven(place, parts)
        self._take_strands(batch)

    def _take_piece(self, entry: Entry, data: bytes) -> None:
        """Some bytes of a file; a file in whose way something stands is told once."""
        try:
            code = self._take_file(self._notes.places[entry.place].id, read_piece(entry, data))
        except DaftarError as error:
            code = error.code
        mark = (entry.place, entry.signature)
        if code and (code, mark) not in self._told:
            self._told.add((code, mark))
            self.brought.add_problem(code)

    # Strands

    def _take_strands(self, batch: Sequence[tuple[Entry, bytes]]) -> None:
        if not batch:
            return
        found = Brought()

        def job(replica: Replica) -> Changed:
            touched: dict[str, frozenset[bytes]] = {}
            conflicts = False
            for entry, frame in batch:
                changed = self._take_strand(replica, entry, frame, found)
                conflicts = conflicts or changed.conflicts
                for kind, records in changed.touched.items():
                    touched[kind] = touched.get(kind, frozenset()) | records
            return Changed(touched, None, conflicts, local=False)

        self._run(job)
        self._add(found)

    def _take_strand(self, replica: Replica, entry: Entry, frame: bytes, found: Brought) -> Changed:
        place, count = self._notes.places[entry.place], entry.last - entry.first + 1
        state = next((one for one in replica.workspaces.all() if one.id == place.id), None)
        if state is None or state.role == "none":
            found.elsewhere += count
            return Changed()
        done: list[tuple[Changed, str]] = []

        def take() -> None:
            done.append(replica.apply_strand(self._checked(replica, place.id, entry, frame)))

        error = replica.careful.attempt(state, take)
        if error is not None:
            # Nothing of it stays, and the others do not wait for it.
            if not isinstance(error, DaftarError):
                _LOGGER.error("refused %s to %s of a bundle", entry.first, entry.last, exc_info=error)
            found.add_problem(error.code if isinstance(error, DaftarError) else POISON)
            return Changed()
        ((changed, code),) = done
        if code:
            found.add_problem(code)
        elif changed:
            found.new += count
        else:
            found.known += count
        return changed

    def _checked(self, replica: Replica, workspace: bytes, entry: Entry, frame: bytes) -> Strand:
        """A strand whose signature holds, and whose author is not somebody else."""
        card = self._trusted.card(entry.device)
        block = open_frame(frame, workspace)
        changes = changes_of(block)
        after = chain_over(entry.before, changes)
        strand = Strand(
            workspace, entry.device, entry.first, entry.last, entry.before, after, entry.signature, frame
        )
        open_strand(strand)
        if not card.keys.has_signed(strand.signature, strand.said()):
            raise DaftarError("bundle_forged")
        authors = set(block.authors) - {card.account}
        if any(replica.is_account(author) for author in authors):
            raise DaftarError("wrong_author")
        return strand

    # What the server ordered

    def _take_ordered(self, place: int, parts: Sequence[tuple[Entry, bytes]]) -> None:
        id_ = self._notes.places[place].id
        for entry, data in parts:
            done = [0]
            try:
                self._run_with_care(partial(_apply_ordered, id_=id_, entry=entry, data=data, done=done))
            except DaftarError as error:
                self._note(error, entry)
                continue
            self.brought.ordered += done[0]

    def _run_with_care(self, job: Callable[..., Changed]) -> None:
        """Run a job; where something in it cannot be taken in, once more, and that is set aside."""
        try:
            self._run(job)
        except Exception as error:
            if not is_poison(error):
                raise
            self._run(partial(job, careful=True))

    def _note(self, error: DaftarError, entry: Entry) -> None:
        if error.code == "workspace_missing":
            self.brought.elsewhere += entry.last - entry.first + 1
        else:
            self.brought.add_problem(GAP if error.code == "pull_gap" else error.code)

    def _take_proven(self, place: int, parts: Sequence[tuple[Entry, bytes]]) -> None:
        """What a colleague hands on of the server's order: all of it, and only where the digest proves it."""
        note, server = self._notes.places[place], self._trusted.server
        told = stand_said(note.id, note.head, note.digest)
        if server is None or not server.has_signed(note.stand, told):
            self.brought.add_problem("bundle_forged")
            return
        done = [0]

        def job(replica: Replica) -> Changed:
            touched: dict[str, frozenset[bytes]] = {}
            if replica.workspaces.get(note.id).cursor >= note.head:
                return Changed()
            for entry, data in sorted(parts, key=lambda one: one[0].first):
                changed = _apply_ordered(replica, id_=note.id, entry=entry, data=data, done=done)
                for kind, records in changed.touched.items():
                    touched[kind] = touched.get(kind, frozenset()) | records
            state = replica.workspaces.get(note.id)
            if state.cursor < note.head:
                raise DaftarError("pull_gap", expected=note.head, got=state.cursor)
            if replica.aside.expected(state).summary() != note.digest:
                raise DaftarError("bundle_forged")
            return Changed(touched, None, conflicts=True, local=False)

        try:
            self._run(job)
        except Exception as error:
            if not isinstance(error, DaftarError) and not is_poison(error):
                raise
            # What cannot be taken in cannot be proven either: it comes again from the server.
            self._note(error if isinstance(error, DaftarError) else DaftarError(BUG), parts[0][0])
            return
        self.brought.ordered += done[0]

    # Acknowledgements

    def _acknowledge(self, held: Held) -> None:
        id_ = self._notes.places[held.place].id

        def job(replica: Replica) -> Changed:
            if held.device != replica.identity.device:
                return Changed()
            state = next((one for one in replica.workspaces.all() if one.id == id_), None)
            if state is None or not state.acked < held.dseq <= state.dseq:
                return Changed()
            chain = state.acked_chain
            for change in replica.unsent(state):
                if state.acked < change.dseq <= held.dseq:
                    chain = next_chain(chain, canonical(change))
            if chain == held.chain:
                self.brought.acknowledged += held.dseq - state.acked
                replica.acknowledge(id_, held.dseq, chain)
            else:
                self.brought.add_problem(OWN)
            return Changed()

        self._run(job)

    def _add(self, found: Brought) -> None:
        self.brought.new += found.new
        self.brought.known += found.known
        self.brought.elsewhere += found.elsewhere
        for code, count in found.problems.items():
            self.brought.problems[code] = self.brought.problems.get(code, 0) + count


def _apply_ordered(
    replica: Replica, *, id_: bytes, entry: Entry, data: bytes, done: list[int], careful: bool = False
) -> Changed:
    end = 4 + int.from_bytes(data[:4])
    try:
        stamps = msgpack.unpackb(data[4:end], strict_map_key=False)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise DaftarError("bundle_damaged") from error
    if not isinstance(stamps, dict) or any(
        type(number) is not int for pair in stamps.items() for number in pair
    ):
        raise DaftarError("bundle_damaged")
    before = replica.workspaces.get(id_).cursor
    received = Received(entry.first, entry.last, data[end:], stamps)
    _insist_on_past(replica, id_, received)
    received = _behind(before, received, id_)
    _insist_on_own(replica, id_, received)
    changed = replica.apply_pulled(id_, received, careful=careful, certain=True)
    done[0] += replica.workspaces.get(id_).cursor - before
    return changed


def _insist_on_own(replica: Replica, id_: bytes, received: Received) -> None:
    """Raise `strand_own` where something is under this laptop's number that it has not made: a copy of its
    disk did, or it did itself before it was restored. Over the network the chains tell it.
    """
    device, state = replica.identity.device, replica.workspaces.get(id_)
    if received.last <= state.cursor:
        return
    try:
        block = open_frame(received.frame, id_, values=False)
    except DaftarError:
        # Whoever applies it says what is wrong with it.
        return
    theirs = {
        dseq: stamp
        for owner, dseq, stamp in zip(block.devices, block.dseqs, block.stamps, strict=True)
        if owner == device
    }
    if theirs:
        ours = {change.dseq: change.stamp for change in replica.unsent(state)}
        unlike = [dseq for dseq, stamp in theirs.items() if ours.get(dseq) != stamp]
        if any(dseq in ours or dseq > state.dseq for dseq in unlike):
            raise DaftarError(OWN)
        if unlike:
            # They have their place here already, and a change has only one.
            raise DaftarError(OTHER_PAST)


def _insist_on_past(replica: Replica, id_: bytes, received: Received) -> None:
    """Raise `bundle_other_past` where the order up to the cursor is not the one that is here: the server was
    restored from an older copy since the bundle was made, or since this laptop heard of it.
    """
    cursor, after = replica.workspaces.get(id_).cursor, received.first - 1
    if not received.first <= cursor <= received.last:
        return
    frames = [(received.first, received.last, received.frame, received.effective)]
    theirs = order_sums(frames, id_, after=after, places=[cursor])
    ours = order_here(replica, id_, after=after, places=[cursor])
    if theirs and ours and theirs != ours:
        raise DaftarError(OTHER_PAST)


def _behind(cursor: int, received: Received, workspace: bytes) -> Received:
    """What of a frame is behind the cursor: whoever made the bundle did not know where it stands."""
    if not received.first <= cursor < received.last:
        return received
    try:
        block = open_frame(received.frame, workspace)
    except DaftarError:
        # It is set aside as it came.
        return received
    skipped = cursor + 1 - received.first
    if len(block) != received.last - received.first + 1:
        raise DaftarError("bad_frame", reason="pseq")
    stamps = {at - skipped: stamp for at, stamp in received.effective.items() if at >= skipped}
    return Received(cursor + 1, received.last, make_frame(part(block, skipped, len(block))), stamps)


def notes_of(
    states: Sequence[WorkspaceState], cards: Iterable[Card], *, stands: Mapping[bytes, Stand]
) -> Notes:
    """The notes of a laptop's bundle over some of its workspaces."""
    places = []
    for state in states:
        stand = stands.get(state.id)
        head, digest, signature = (stand.head, stand.digest, stand.signature) if stand else (0, b"", b"")
        places.append(Place(state.id, state.name, state.number, "", state.cursor, head, digest, signature))
    return Notes(tuple(places), tuple(cards))
