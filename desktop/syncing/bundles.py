"""Bundles on a laptop: making one for the server or a colleague, looking into one, and taking one in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Final

from desktop.store import parcels
from desktop.store.attachments import Vault
from desktop.store.failures import disk_errors
from desktop.store.parcels import Parcel
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.enclosed import Enclosing, Files, Unpacking, choose_files, file_pieces, sound
from desktop.syncing.identity import (
    read_self,
    read_stands,
    read_trusted,
    remember_cards,
    secret_keys,
    server_keys,
    stored_keys,
)
from desktop.syncing.recipients import SERVER, Recipient, readable_by
from sync.bundles.cards import Card
from sync.bundles.keys import SecretKeys
from sync.bundles.layout import Entry, Head
from sync.bundles.notes import Notes
from sync.bundles.reading import BundleFile, Piece
from sync.bundles.writing import FAT32, Draft, Made, OpenVolume, write_bundle
from sync.client.bundles import (
    OWN,
    Brought,
    Stand,
    Taking,
    notes_of,
    ordered_pieces,
    own_strands,
    strand_piece,
)
from sync.clock import Clock, stamp_ms
from sync.errors import DaftarError
from sync.frames.container import is_intact
from sync.frames.strand import Strand
from sync.replica.damaged import LOG_DAMAGED, block_in
from sync.replica.replica import Replica
from sync.replica.workspaces import WorkspaceState

UP: Final = "up"
SHARE: Final = "share"
SUFFIX: Final = ".daftar-bundle"
_SOME: Final = 32


@dataclass(frozen=True, slots=True)
class Saved:
    """A bundle that was written: its files, and how many changes of how many people are in it; `damaged` are
    those that could not go along, because this laptop's disk has damaged them or what they follow.
    """

    files: tuple[Path, ...]
    made: Made
    own: int
    carried: int
    ordered: int
    enclosed: Enclosing = field(default_factory=Enclosing)
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make. `since` is a `pseq` per workspace behind which the server's order is put in too."""

    recipients: tuple[Recipient, ...]
    target: Path
    split: int = FAT32
    since: Callable[[WorkspaceState], int | None] = field(default=lambda _state: None)
    files: Files = Files.NONE
    files_most: int | None = None
    """Attached files that go along: which, and of how many bytes at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be told of one volume. `notes` only where it could be opened."""

    file: Path
    head: Head
    trust: str
    notes: Notes | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(slots=True)
class Taken:
    """What became of one bundle: `carried` are volumes kept for the server."""

    files: tuple[Path, ...]
    head: Head
    trust: str
    brought: Brought = field(default_factory=Brought)
    carried: int = 0
    missing: int = 0
    """Volumes that were not given; they can be taken in later."""
    code: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


# Making


def make_bundle(store: Store, reader: Reader, wish: Wish, *, clock: Clock) -> Saved:
    """Write everything unsent, and what colleagues gave to be carried, for these recipients.

    Raises `bundle_nothing` where there is nothing to say, `log_damaged` where there is and none of it can be
    read, and what `write_bundle` raises.
    """
    me = read_self(store, reader, clock=clock)
    to_server = any(one.key == SERVER for one in wish.recipients)
    others = [one for one in wish.recipients if one.key != SERVER]
    stands = {} if to_server and not others else read_stands(reader)
    server = server_keys(reader)

    open_ = {
        state.id
        for state in reader.workspaces()
        if state.role != "none" and all(readable_by(reader, state, one.account) for one in others)
    }

    def job(replica: Replica) -> _Contents:
        states = [state for state in replica.workspaces.all() if state.id in open_]
        return _gather(replica, states, wish, stands, me.keys[0], with_order=not to_server)

    contents, vault = store.run(job), Vault(store.profile)
    chosen = choose_files(
        reader,
        vault,
        contents.states,
        files=wish.files,
        most=wish.files_most,
        past=lambda state: state.id in contents.since,
    )
    enclosed = sound(vault, chosen)
    if not contents.strands and not contents.ordered and not enclosed.files:
        raise DaftarError(LOG_DAMAGED if contents.damaged else "bundle_nothing")
    authors = {strand.device for _, strand in contents.strands} - {me.card.device}
    known = read_trusted(reader).cards
    cards = [known[device] for device in sorted(authors) if device in known]
    draft = Draft(
        UP if to_server else SHARE,
        clock.now_ms(),
        me.card,
        me.keys[0],
        notes_of(contents.states, cards, stands=contents.stands),
        tuple(one.keys for one in wish.recipients),
        "",
        server.mark if server else b"",
        contents.own + contents.carried + contents.ordered,
    )
    files: list[Path] = []
    pieces = chain(_pieces(store, contents), file_pieces(vault, enclosed))
    opener = _volumes(wish.target, files)
    made = write_bundle(draft, pieces, opener, draw=secrets.token_bytes, split=wish.split)
    counts = (contents.own, contents.carried, contents.ordered)
    return Saved(tuple(files), made, *counts, enclosed, contents.damaged)


@dataclass(frozen=True, slots=True)
class _Contents:
    states: tuple[WorkspaceState, ...]
    strands: tuple[tuple[int, Strand], ...]
    stands: Mapping[bytes, Stand]
    since: Mapping[bytes, int]
    own: int
    carried: int
    ordered: int
    damaged: int


def _gather(
    replica: Replica,
    states: Sequence[WorkspaceState],
    wish: Wish,
    stands: Mapping[bytes, Stand],
    keys: SecretKeys,
    *,
    with_order: bool,
) -> _Contents:
    strands: list[tuple[int, Strand]] = []
    since: dict[bytes, int] = {}
    own = carried = ordered = damaged = 0
    for place, state in enumerate(states):
        brought = replica.carried.unordered(state)
        mine = list(own_strands(replica, state, keys))
        strands += [(place, one) for one in (*brought, *mine)]
        carried += sum(one.last - one.first + 1 for one in brought)
        own += sum(one.last - one.first + 1 for one in mine)
        damaged += replica.readable(state)[1]
        start, stand = wish.since(state), stands.get(state.id)
        if with_order and start is not None and stand is not None and start < stand.head <= state.cursor:
            if any(
                not is_intact(one[2]) for one in replica.ordered_frames(state, since=start, head=stand.head)
            ):
                damaged += stand.head - start
                continue
            since[state.id] = start
            ordered += stand.head - start
    kept = {id_: stand for id_, stand in stands.items() if id_ in since}
    return _Contents(tuple(states), tuple(strands), kept, since, own, carried, ordered, damaged)


def _pieces(store: Store, contents: _Contents) -> Iterator[tuple[Entry, bytes]]:
    for place, state in enumerate(contents.states):
        stand = contents.stands.get(state.id)
        if stand is not None:
            start, head = contents.since[state.id], stand.head
            while start < head:
                # Some at a time, so that whoever edits meanwhile does not wait.
                some = store.run(partial(_some, state=state, place=place, since=start, head=head))
                if not some:
                    break
                yield from some
                start = some[-1][0].last
    for place, strand in contents.strands:
        yield strand_piece(strand, place)


def _some(
    replica: Replica, *, state: WorkspaceState, place: int, since: int, head: int
) -> list[tuple[Entry, bytes]]:
    found = []
    for piece in ordered_pieces(replica, state, place, head=head, since=since):
        found.append(piece)
        if len(found) >= _SOME:
            break
    return found


def _volumes(target: Path, files: list[Path]) -> OpenVolume:
    @contextmanager
    def open_volume(volume: int, volumes: int) -> Iterator[IO[bytes]]:
        path = volume_path(target, volume, volumes)
        part = path.with_name(f"{path.name}.part")
        with disk_errors():
            with part.open("wb") as file:
                yield file
            part.replace(path)
        files.append(path)

    return open_volume


def volume_path(target: Path, volume: int, volumes: int) -> Path:
    """`stick.daftar-bundle`, or `stick.1of3.daftar-bundle`."""
    named = target if target.suffix else target.with_name(f"{target.name}{SUFFIX}")
    if volumes == 1:
        return named
    return named.with_name(f"{named.stem}.{volume}of{volumes}{named.suffix}")


# Looking


def look(path: Path, *, reader: Reader | None = None, code: str = "") -> Look:
    """Who made a bundle, when, and how much is in it; more where this laptop or the code can open it."""
    with disk_errors(), path.open("rb") as file:
        bundle = BundleFile(file)
        trust = bundle.confirmed_by(server_keys(reader) if reader is not None else None)
        try:
            manifest, notes = bundle.open(stored_keys(reader) if reader is not None else (), code=code)
        except DaftarError as error:
            if error.code in ("bundle_not_for_you", "bundle_code_needed"):
                return Look(path, bundle.head, trust)
            raise
        return Look(path, bundle.head, trust, notes, manifest.entries)


# Taking


def take_bundles(
    store: Store, reader: Reader, files: Sequence[Path], *, code: str = "", fingerprint: str = ""
) -> list[Taken]:
    """Take in these files, in whatever order they are given; volumes of one bundle belong together.

    What cannot be taken is told with its code and changes nothing.
    """
    groups: dict[bytes, list[tuple[Head, Path]]] = {}
    for path in files:
        with disk_errors(), path.open("rb") as file:
            head = BundleFile(file).head
        known = groups.setdefault(head.bundle, [])
        if all(other.volume != head.volume for other, _ in known):
            known.append((head, path))
    taken = []
    for group in groups.values():
        group.sort(key=lambda pair: pair[0].volume)
        taken.append(_take_group(store, reader, group, code=code, fingerprint=fingerprint))
    # What the server ordered may say that records were erased.
    store.erase_left()
    return taken


def _take_group(
    store: Store, reader: Reader, group: Sequence[tuple[Head, Path]], *, code: str, fingerprint: str
) -> Taken:
    head, first = group[0]
    paths = tuple(path for _, path in group)
    taken = Taken(paths, head, "", missing=head.volumes - len(group))
    server = server_keys(reader)
    try:
        with disk_errors(), first.open("rb") as file:
            bundle = BundleFile(file)
            taken.trust = bundle.insist_on(server, fingerprint=fingerprint)
            if head.card.device in read_trusted(reader).revoked:
                raise DaftarError("device_revoked")
            _, notes = bundle.open(secret_keys(store), code=code)
    except DaftarError as error:
        mine = server is not None and head.server == server.mark
        if error.code == "bundle_not_for_you" and head.kind == UP and mine:
            taken.carried = sum(_carry(store, path, one) for one, path in group)
            return taken
        taken.code, taken.params = error.code, error.params
        return taken
    shown = [*notes.cards, head.card]
    remember_cards(store, reader, shown)
    trusted = read_trusted(reader, shown)
    if fingerprint and not head.card.confirmed_by(server):
        cards = {**trusted.cards, head.card.device: head.card}
        trusted = type(trusted)(trusted.server, cards, trusted.revoked)
    by_server = server is not None and head.card.keys == server
    pieces = partial(_all_pieces, store, group, code=code, taken=taken)
    if store.run(_has_damage):
        # As a sync does it: what was typed is issued anew, as the records show it.
        store.renew()
    with Unpacking(store, reader, by_server=by_server) as unpacking:
        take = partial(Taking, store.run, notes, trusted, by_server=by_server, take_file=unpacking.take)
        taking = take()
        taken.brought = taking.brought
        taking.take(pieces())
        if OWN in taken.brought.problems:
            # As the server would answer it: a new number, under which what was brought is somebody else's.
            store.renew()
            taking = take()
            taken.brought = taking.brought
            taking.take(pieces())
    taken.brought.files = unpacking.taken
    return taken


def _has_damage(replica: Replica) -> bool:
    """Whether something that was not sent cannot be read from this laptop's own disk."""
    return any(replica.readable(state)[1] for state in replica.workspaces.all())


def _all_pieces(
    store: Store, group: Sequence[tuple[Head, Path]], *, code: str, taken: Taken
) -> Iterator[Piece]:
    """The pieces of all volumes; one that is damaged as a whole does not keep the others out."""
    keys = secret_keys(store)
    for head, path in group:
        with disk_errors(), path.open("rb") as file:
            try:
                bundle = BundleFile(file)
                same = bundle.head.card.keys == taken.head.card.keys
                if not same or bundle.head.manifest_hash != taken.head.manifest_hash:
                    raise DaftarError("bundle_forged")
                bundle.open(keys, code=code)
            except DaftarError as error:
                taken.brought.add_problem(error.code)
                taken.missing += head.volumes > 1
                continue
            yield from bundle.pieces()


def _carry(store: Store, path: Path, head: Head) -> bool:
    """Keep a sealed volume for the server; raises `bundle_too_large`."""
    if path.stat().st_size > parcels.MOST_BYTES:
        raise DaftarError("parcel_too_large", megabytes=parcels.MOST_BYTES // (1 << 20))
    with disk_errors():
        data = path.read_bytes()
    parcel = Parcel(head.bundle, head.volume, head.card.person, head.made_ms, data)
    return store.post(lambda connection: parcels.keep(connection, parcel)).result()


def card_name(card: Card) -> str:
    """A maker as people call it."""
    return " · ".join(part for part in (card.person, card.laptop) if part)


def ordered_since(reader: Reader, state: WorkspaceState, from_ms: int) -> int:
    """The last `pseq` before the first frame that holds a change of this time or later, or may hold one."""
    rows = reader.connection.execute(
        "SELECT first_pseq, frame FROM log WHERE ws = ? AND first_pseq IS NOT NULL ORDER BY first_pseq",
        (state.index,),
    )
    for first, frame in rows:
        block = block_in(bytes(frame), state.id, values=False)
        if block is None or any(stamp_ms(stamp) >= from_ms for stamp in block.stamps):
            return int(first) - 1
    return state.cursor
