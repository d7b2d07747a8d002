"""What a laptop pushed, taken apart and checked before any lock is taken.

New records stay columns and packed bytes; everything else becomes change objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgpack

from sync.changes import Change, canonical, next_chain
from sync.digest import new_terms
from sync.errors import DaftarError
from sync.frames import Block, Group, changes_of
from sync.frames.bodies import pack_bodies
from sync.frames.packing import open_frame
from sync.merge.texts import FirstText, first_texts
from sync.server import access, checking
from sync.wire.messages import Push

CHANGE_CAP: Final = 512 * 1024
WRONG_AUTHOR: Final = "wrong_author"
TOO_BIG: Final = "too_big"
_TOP_STAMP: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pushes: the person, what the person may do here, and on which device.

    `poses` says whether an author is the account of somebody else; what a laptop wrote before it was
    enrolled stands under an account of its own drawing, which is nobody's.
    """

    person: bytes
    role: str
    device: int
    server_device: int
    poses: Callable[[bytes], bool]


class Plain(NamedTuple):
    """A new record as it will be stored: its state behind the creation, its term and its documents."""

    kind: str
    record: bytes
    state: bytes
    term: bytes
    texts: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Piece:
    """One pushed frame. `plain` and `changes` are by position, and so are the codes of refused changes."""

    frame: bytes
    block: Block
    chains: list[bytes] = field(default_factory=list)
    plain: dict[int, Plain] = field(default_factory=dict)
    changes: dict[int, Change] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def first_dseq(self) -> int:
        return self.block.dseqs[0]

    @property
    def last_dseq(self) -> int:
        return self.block.dseqs[-1]

    @property
    def is_plain(self) -> bool:
        """Whether it holds nothing but new records that may be taken."""
        return not self.refused and len(self.plain) == len(self.block)

    def change_at(self, position: int) -> Change:
        """The change at a position as an object, made when it is needed."""
        if position not in self.changes:
            self.changes.update(enumerate(changes_of(self.block)))
        return self.changes[position]


@dataclass(frozen=True, slots=True)
class Intake:
    """A push for one workspace: consecutive changes of one device, in pieces."""

    workspace: bytes
    device: int
    first_dseq: int
    chain: bytes
    pieces: tuple[Piece, ...]

    @property
    def last_dseq(self) -> int:
        return self.pieces[-1].last_dseq if self.pieces else self.first_dseq - 1

    def chain_after(self, dseq: int) -> bytes:
        """The chain after one of the pushed changes, or before the first."""
        for piece in self.pieces:
            if piece.first_dseq <= dseq <= piece.last_dseq:
                return piece.chains[dseq - piece.first_dseq]
        return self.chain


def take_in(push: Push, *, workspace: bytes, sender: Sender) -> Intake:
    """Take a push apart; raises `DaftarError("bad_frame")` where it is not what a laptop may send."""
    pieces, chain, expected = [], push.chain, push.first_dseq
    for frame in push.frames:
        piece = Piece(frame, open_frame(frame, workspace))
        _insist_on_order(piece.block, sender.device, expected)
        _lay_out(piece, chain)
        _refuse(piece, sender)
        chain, expected = piece.chains[-1], piece.last_dseq + 1
        pieces.append(piece)
    return Intake(workspace, sender.device, push.first_dseq, push.chain, tuple(pieces))


def _insist_on_order(block: Block, device: int, expected: int) -> None:
    if not block.dseqs or block.dseqs != list(range(expected, expected + len(block))):
        raise DaftarError("bad_frame", reason="order")
    if any(other != device for other in block.devices) or block.dseqs[-1] >= 1 << 48:
        raise DaftarError("bad_frame", reason="device")
    if any(group.hole for group in block.groups) or any(stamp >= _TOP_STAMP for stamp in block.stamps):
        raise DaftarError("bad_frame", reason="change")


def _lay_out(piece: Piece, chain: bytes) -> None:
    """Tell plain creations from the rest, and continue the chain over all of them."""
    block = piece.block
    packed: list[bytes] = [b""] * len(block)
    rest = [group for group in block.groups if not _lay_out_plain(piece, group, packed)]
    if rest:
        positions = [at for group in rest for at in group.positions]
        for at, change in _objects(block, rest, positions):
            piece.changes[at] = change
            packed[at] = canonical(change)
    if max(map(len, packed)) > CHANGE_CAP:
        piece.refused.update({at: TOO_BIG for at, data in enumerate(packed) if len(data) > CHANGE_CAP})
    for data in packed:
        chain = next_chain(chain, data)
        piece.chains.append(chain)


def _lay_out_plain(piece: Piece, group: Group, packed: list[bytes]) -> bool:
    """Lay out a group of plain creations; False where it is none."""
    texts = _plain_texts(group)
    if texts is None:
        return False
    block, kind = piece.block, group.kind
    whole = pack_bodies(group, texts=True)
    bodies = pack_bodies(group, texts=False) if texts else whole
    pack = msgpack.Packer().pack
    for record, at, body in zip(group.records, group.positions, whole, strict=True):
        # What `changes.pack_head` packs of a creation, without the object.
        head = (block.devices[at], block.dseqs[at], kind, record, block.authors[at], block.stamps[at])
        packed[at] = pack((*head, block.txns[at], 1)) + body
    terms = new_terms(group, bodies, texts)
    documents = _documents(group, texts)
    for row, at in enumerate(group.positions):
        own = documents.get(row, ())
        state = bodies[row] + pack(([], [name for name, _ in own])) if own else bodies[row]
        piece.plain[at] = Plain(kind, group.records[row], state, terms[row], own)
    return True


def _plain_texts(group: Group) -> dict[str, list[FirstText]] | None:
    """The long texts of a group of plain creations; None where it is no such group."""
    simple = group.create and not group.covers and not group.formers
    if not simple or any(column.bases is not None for column in group.columns):
        return None
    try:
        return first_texts(group)
    except DaftarError:
        # One of them is no text at all; one by one it is told which.
        return None


def _documents(
    group: Group, texts: Mapping[str, Sequence[FirstText]]
) -> dict[int, tuple[tuple[str, bytes], ...]]:
    """Row -> its documents, by name."""
    found: dict[int, tuple[tuple[str, bytes], ...]] = {}
    for column in sorted(group.columns, key=lambda column: column.name):
        if column.name in texts:
            rows = range(len(group.records)) if column.rows is None else column.rows
            for row, text in zip(rows, texts[column.name], strict=True):
                found[row] = (*found.get(row, ()), (column.name, text.stored))
    return found


def _objects(block: Block, groups: Sequence[Group], positions: Sequence[int]) -> Iterable[tuple[int, Change]]:
    part = Block(
        block.workspace, block.devices, block.dseqs, block.stamps, block.txns, block.authors, list(groups)
    )
    return zip(sorted(positions), changes_of(part), strict=True)


def _refuse(piece: Piece, sender: Sender) -> None:
    """Note which changes are refused, and why; the first reason counts."""
    block, refused = piece.block, piece.refused
    for group in block.groups:
        for row, code in checking.check_group(group).items():
            refused.setdefault(group.positions[row], code)
        for row, code in _not_allowed(group, sender):
            refused[group.positions[row]] = code
    posing = {author for author in set(block.authors) if author != sender.person and sender.poses(author)}
    if posing:
        refused.update({at: WRONG_AUTHOR for at, author in enumerate(block.authors) if author in posing})


def _not_allowed(group: Group, sender: Sender) -> Iterable[tuple[int, str]]:
    if access.unrestricted(sender.role, kind=group.kind):
        return
    server = sender.server_device.to_bytes(6)
    writes = _telling_writes(group)
    by_writes_alone = access.at_least(sender.role, access.OFFICER) and group.kind in access.APPROVED_KINDS
    for row in writes if by_writes_alone else range(len(group.records)):
        own = group.records[row][:6] == server
        code = access.may(
            sender.role, kind=group.kind, create=group.create, writes=writes.get(row, {}), by_server=own
        )
        if code is not None:
            yield row, code


def _telling_writes(group: Group) -> dict[int, dict[str, Any]]:
    """Row -> the written fields that access depends on: of persons all of them."""
    writes: dict[int, dict[str, Any]] = {}
    for column in group.columns:
        if group.kind == access.PERSON or column.name in access.TELLING_FIELDS:
            rows = range(len(group.records)) if column.rows is None else column.rows
            for row, value in zip(rows, column.values, strict=True):
                writes.setdefault(row, {})[column.name] = value
    return writes
