"""What a laptop pushed, taken apart and checked before any lock is taken.

New records stay columns and packed bytes; everything else becomes change objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import add
from typing import Any, Final, NamedTuple

import msgpack

from sync.changes import Change, canonical, chains_over
from sync.digest import new_terms
from sync.errors import DaftarError
from sync.frames import Block, Column, Group, changes_of
from sync.frames.bodies import pack_bodies
from sync.frames.packing import open_frame
from sync.merge.texts import FirstText, first_texts
from sync.server import access
from sync.server.vetting import refusals
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
class PlainGroup:
    """New records of one kind by column: lists run in parallel, `documents` are by row."""

    kind: str
    positions: list[int]
    records: list[bytes]
    states: list[bytes]
    terms: list[bytes]
    documents: Mapping[int, tuple[tuple[str, bytes], ...]]

    def rows(self) -> Iterable[tuple[int, Plain]]:
        """Position and record, one by one."""
        for row, (at, record) in enumerate(zip(self.positions, self.records, strict=True)):
            own = self.documents.get(row, ())
            yield at, Plain(self.kind, record, self.states[row], self.terms[row], own)


@dataclass(slots=True)
class Piece:
    """One pushed frame. `changes` are by position, and so are the codes of refused changes."""

    frame: bytes
    block: Block
    chains: list[bytes] = field(default_factory=list)
    groups: list[PlainGroup] = field(default_factory=list)
    changes: dict[int, Change] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    _plain: dict[int, Plain] | None = None

    @property
    def first_dseq(self) -> int:
        return self.block.dseqs[0]

    @property
    def last_dseq(self) -> int:
        return self.block.dseqs[-1]

    @property
    def is_plain(self) -> bool:
        """Whether it holds nothing but new records that may be taken."""
        return not self.refused and sum(len(group.records) for group in self.groups) == len(self.block)

    @property
    def plain(self) -> dict[int, Plain]:
        """The new records by position, made when they are needed one by one."""
        if self._plain is None:
            self._plain = {at: plain for group in self.groups for at, plain in group.rows()}
        return self._plain

    def change_at(self, position: int) -> Change:
        """The change at a position as an object, made when it is needed."""
        if position not in self.changes:
            # One that was put in the place of another stays.
            self.changes.update({**dict(enumerate(changes_of(self.block))), **self.changes})
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
    piece.chains = chains_over(chain, packed)


def _lay_out_plain(piece: Piece, group: Group, packed: list[bytes]) -> bool:
    """Lay out a group of plain creations; False where it is none."""
    texts = _plain_texts(group)
    if texts is None:
        return False
    whole = pack_bodies(group, texts=True)
    bodies = pack_bodies(group, texts=False) if texts else whole
    for at, data in zip(group.positions, map(add, _heads(piece.block, group), whole), strict=True):
        packed[at] = data
    terms, documents, states = new_terms(group, bodies, texts), _documents(group, texts), bodies
    if documents:
        pack = msgpack.Packer().pack
        states = list(bodies)
        for row, own in documents.items():
            states[row] += pack(([], [name for name, _ in own]))
    piece.groups.append(PlainGroup(group.kind, group.positions, group.records, states, terms, documents))
    return True


def _heads(block: Block, group: Group) -> Iterable[bytes]:
    """What `changes.pack_head` packs of each creation, without the objects."""
    at = group.positions
    named = (_pick(column, at) for column in (block.authors, block.stamps, block.txns))
    devices, dseqs = _pick(block.devices, at), _pick(block.dseqs, at)
    return map(
        msgpack.Packer().pack,
        zip(devices, dseqs, repeat(group.kind), group.records, *named, repeat(1), strict=False),
    )


def _pick(column: Sequence[Any], positions: Sequence[int]) -> list[Any]:
    return [column[at] for at in positions]


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
            for row, text in zip(_rows(column, group), texts[column.name], strict=True):
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
        for row, code in refusals(group).items():
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
    if access.at_least(sender.role, access.OFFICER) and group.kind in access.APPROVED_KINDS:
        writes = _approvals(group)
        rows: Iterable[int] = writes
    else:
        writes = _telling_writes(group)
        rows = range(len(group.records))
    for row in rows:
        own = group.records[row][:6] == server
        code = access.may(
            sender.role, kind=group.kind, create=group.create, writes=writes.get(row, {}), by_server=own
        )
        if code is not None:
            yield row, code


def _approvals(group: Group) -> dict[int, dict[str, Any]]:
    """Row -> the status it writes, where that is one that not everybody may write."""
    return {
        row: {access.STATUS: value}
        for column in group.columns
        if column.name == access.STATUS
        for row, value in zip(_rows(column, group), column.values, strict=True)
        if type(value) is str and value in access.APPROVALS
    }


def _rows(column: Column, group: Group) -> Sequence[int]:
    return range(len(group.records)) if column.rows is None else column.rows


def _telling_writes(group: Group) -> dict[int, dict[str, Any]]:
    """Row -> the written fields that access depends on: of persons all of them."""
    writes: dict[int, dict[str, Any]] = {}
    for column in group.columns:
        if group.kind == access.PERSON or column.name in access.TELLING_FIELDS:
            for row, value in zip(_rows(column, group), column.values, strict=True):
                writes.setdefault(row, {})[column.name] = value
    return writes
