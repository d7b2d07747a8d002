"""What a laptop pushed, taken apart and checked before any lock is taken.

New records without long texts stay columns and packed bytes; everything else becomes change objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from sync.changes import Change, canonical, next_chain, pack_body
from sync.errors import DaftarError
from sync.frames import Block, Group, changes_of
from sync.frames.packing import open_frame
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


@dataclass(frozen=True, slots=True)
class Plain:
    """A new record as it will be stored."""

    kind: str
    record: bytes
    body: bytes


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
    pack = msgpack.Packer().pack
    rest = [group for group in block.groups if not _is_plain(group)]
    for group in block.groups:
        if not _is_plain(group):
            continue
        for record, at, values in zip(group.records, group.positions, _rows(group), strict=True):
            body = pack_body(values)
            piece.plain[at] = Plain(group.kind, record, body)
            packed[at] = pack(_creation_head(block, group.kind, record, at)) + body
    if rest:
        positions = [at for group in rest for at in group.positions]
        for at, change in _objects(block, rest, positions):
            piece.changes[at] = change
            packed[at] = canonical(change)
    for at, data in enumerate(packed):
        if len(data) > CHANGE_CAP:
            piece.refused[at] = TOO_BIG
        chain = next_chain(chain, data)
        piece.chains.append(chain)


def _is_plain(group: Group) -> bool:
    return (
        group.create
        and not group.covers
        and all(column.bases is None and column.merge != "t" for column in group.columns)
    )


def _rows(group: Group) -> list[dict[str, Any]]:
    """The values of each row of a group, by key."""
    rows: list[dict[str, Any]] = [{} for _ in group.records]
    for column in group.columns:
        places = range(len(group.records)) if column.rows is None else column.rows
        if column.keys is None:
            name = column.name
            for place, value in zip(places, column.values, strict=True):
                rows[place][name] = value
        else:
            prefix = column.name + "/"
            for place, key, value in zip(places, column.keys, column.values, strict=True):
                rows[place][prefix + key] = value
    return rows


def _creation_head(block: Block, kind: str, record: bytes, at: int) -> tuple[Any, ...]:
    """What `changes.pack_head` packs of a creation, without the object."""
    return (
        block.devices[at],
        block.dseqs[at],
        kind,
        record,
        block.authors[at],
        block.stamps[at],
        block.txns[at],
        1,
    )


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
    """Row -> the written fields that access depends on."""
    writes: dict[int, dict[str, Any]] = {}
    for column in group.columns:
        if column.name in access.TELLING_FIELDS:
            rows = range(len(group.records)) if column.rows is None else column.rows
            for row, value in zip(rows, column.values, strict=True):
                writes.setdefault(row, {})[column.name] = value
    return writes
