"""Requests and answers of `/v1/sync` (SYNC §4).

A sync message is a 4-byte length, a header in MessagePack that names the length of each frame, and
then the frames back to back: whoever receives only a part of it (a cut link) still has every whole
frame before the cut, see `unpack_part`.

Workspaces are named by the small number the server gave them at enrolment; `access_epoch` tells
whether that list is still the right one. A frame travels without its workspace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from sync.errors import DaftarError
from sync.frames.container import frame_hash
from sync.wire.access import MAX_WORKSPACES, Access, access_list, read_access
from sync.wire.packing import (
    ID_BYTES,
    PROTOCOL,
    Tail,
    extra,
    fields,
    items,
    octets,
    split,
    text,
    unpack,
    whole,
    with_tail,
    without_tail,
)

CONTENT_TYPE: Final = "application/vnd.daftar"
MAX_FRAMES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of one frame from `offset` on. `frame` is the frame's own hash, `total` its length."""

    frame: bytes
    offset: int
    total: int
    data: bytes

    @property
    def end(self) -> int:
        return self.offset + len(self.data)


@dataclass(frozen=True, slots=True)
class Push:
    """Frames of this device for one workspace. `chain` is the chain before `first_dseq`.

    `head` goes on with the frame that begins at `first_dseq`, whose first bytes the server holds already;
    `tail` begins the frame behind `frames`.
    """

    workspace: int
    first_dseq: int
    chain: bytes
    frames: tuple[bytes, ...]
    head: Piece | None = None
    tail: Piece | None = None

    @property
    def parts(self) -> list[bytes]:
        """What travels behind the header."""
        head, tail = [[piece.data] if piece else [] for piece in (self.head, self.tail)]
        return [*head, *self.frames, *tail]

    @property
    def size(self) -> int:
        return sum(map(len, self.parts))


@dataclass(frozen=True, slots=True)
class Begun:
    """How much of one frame somebody holds: `size` bytes of the one that ends with number `last`."""

    workspace: int
    frame: bytes
    size: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What I have (`cursors`: workspace number -> last `pseq`) and what is new.

    `combined` covers, for every workspace: cursor, digest, acknowledged `dseq` and chain. The answer echoes
    `nonce`. `begun` are pulled frames of which a part has come; `last` is their last `pseq`.
    """

    device: int
    epoch: int
    client_ms: int
    max_bytes: int
    wait_s: int
    access_epoch: int
    combined: bytes
    cursors: dict[int, int]
    pushes: tuple[Push, ...] = ()
    nonce: int = 0
    begun: tuple[Begun, ...] = ()
    probe: bool = False
    """Ask what the server holds of a frame that was cut, though nothing is pushed."""
    by_log: tuple[int, ...] = ()
    """Workspaces whose snapshot was of no use: the log is wanted, where it goes back far enough."""

    def pack(self) -> bytes:
        flat = [number for pair in sorted(self.cursors.items()) for number in pair]
        header = [
            PROTOCOL,
            self.device,
            self.epoch,
            self.client_ms,
            self.max_bytes,
            self.wait_s,
            self.access_epoch,
            self.combined,
            flat,
            [_push_list(push) for push in self.pushes],
            self.nonce,
            [_begun_list(one) for one in self.begun],
            1 if self.probe else 0,
            list(self.by_log),
        ]
        return with_tail(without_tail(header, 10), [data for push in self.pushes for data in push.parts])

    @classmethod
    def unpack(cls, data: bytes) -> SyncRequest:
        """The whole request; raises `cut_message` where the end is missing."""
        request, complete = cls.unpack_part(data)
        if not complete:
            raise DaftarError("cut_message")
        return request

    @classmethod
    def unpack_part(cls, data: bytes) -> tuple[SyncRequest, bool]:
        """What has arrived of a request, and whether that is all of it.

        Raises `cut_message` where not even the header is whole.
        """
        header, tail = split(data)
        body = unpack(header, 10)
        frames = Tail(tail)
        device, epoch, client_ms, max_bytes, wait_s, access_epoch = (whole(item) for item in body[1:7])
        flat = [whole(item) for item in items(body[8], MAX_WORKSPACES * 2)]
        pushes = tuple(_read_push(item, frames) for item in items(body[9], MAX_WORKSPACES))
        request = cls(
            device,
            epoch,
            client_ms,
            max_bytes,
            wait_s,
            access_epoch,
            octets(body[7], ID_BYTES),
            dict(zip(flat[::2], flat[1::2], strict=False)),
            tuple(push for push in pushes if push.frames or push.head or push.tail),
            whole(extra(body, 10, 0)),
            tuple(_read_begun(item) for item in items(extra(body, 11, []), MAX_WORKSPACES)),
            bool(whole(extra(body, 12, 0)) & 1),
            tuple(whole(item) for item in items(extra(body, 13, []), MAX_WORKSPACES)),
        )
        return request, frames.finish()


def _push_list(push: Push) -> list[Any]:
    lengths: list[Any] = [len(frame) for frame in push.frames]
    if push.head:
        lengths.insert(0, _piece_list(push.head))
    if push.tail:
        lengths.append(_piece_list(push.tail))
    return [push.workspace, push.first_dseq, push.chain, lengths]


def _piece_list(piece: Piece) -> list[Any]:
    return [len(piece.data), piece.offset, piece.total, piece.frame]


def _read_push(item: Any, tail: Tail) -> Push:
    number, first_dseq, chain, lengths = fields(item, 4)
    frames: list[bytes] = []
    head: Piece | None = None
    last: Piece | None = None
    for at, packed in enumerate(items(lengths, MAX_FRAMES)):
        if isinstance(packed, list):
            length, offset, total, frame = fields(packed, 4)
            piece = Piece(octets(frame, ID_BYTES), whole(offset), whole(total), tail.take_part(whole(length)))
            if at == 0 and offset:
                head = piece
            elif piece.data:
                last = piece
            continue
        data = tail.take_part(whole(packed))
        if len(data) == packed:
            frames.append(data)
        elif (known := frame_hash(data)) is not None:
            last = Piece(known, 0, packed, data)
    return Push(whole(number), whole(first_dseq), octets(chain, ID_BYTES), tuple(frames), head, last)


def _begun_list(one: Begun) -> list[Any]:
    return without_tail([one.workspace, one.frame, one.size, one.last], 3)


def _read_begun(item: Any) -> Begun:
    number, frame, size = fields(item, 3)
    return Begun(whole(number), octets(frame, ID_BYTES), whole(size), whole(extra(item, 3, 0)))


@dataclass(frozen=True, slots=True)
class Pulled:
    """Consecutive `pseq` from `first` to `last`.

    `frame` is `None` for the asking device's own changes `first_dseq`…`last_dseq`, all accepted.
    `effective` maps a position in the frame to the stamp everybody merges on, where it differs.
    Where `total` is not 0, `frame` is only a piece of one of that length, from `offset` on.
    """

    first: int
    last: int
    frame: bytes | None = None
    first_dseq: int = 0
    last_dseq: int = 0
    effective: dict[int, int] = field(default_factory=dict)
    offset: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class WorkspaceAnswer:
    """Where one workspace stands on the server, and what the asker lacks of it.

    `snapshot` says that the asker is to fill this workspace from the snapshot, and gets no frames here.
    """

    workspace: int
    head: int
    digest: bytes
    acked_dseq: int
    chain: bytes
    pulled: tuple[Pulled, ...] = ()
    snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A change that was not applied: `code` says why; `base_missing` means it waits for its base."""

    workspace: int
    dseq: int
    code: str


@dataclass(frozen=True, slots=True)
class SyncAnswer:
    """`same` answers carry nothing but the time. `access` is sent where the asker's list is out of date.

    `new_epoch` tells a device that it is a clone or was restored: it draws a new device number. `nonce` is
    that of the request; `begun` are pushed frames of which the server holds a part; `left` is about how
    many bytes more there are to pull.
    """

    server_ms: int
    same: bool = False
    access_epoch: int = 0
    access: tuple[Access, ...] | None = None
    workspaces: tuple[WorkspaceAnswer, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    more: bool = False
    new_epoch: bool = False
    nonce: int = 0
    begun: tuple[Begun, ...] = ()
    left: int = 0

    def pack(self) -> bytes:
        if self.same:
            return with_tail(without_tail([PROTOCOL, self.server_ms, self.nonce], 2), [])
        header = [
            PROTOCOL,
            self.server_ms,
            self.access_epoch,
            None if self.access is None else [access_list(item) for item in self.access],
            [_workspace_list(item) for item in self.workspaces],
            [[item.workspace, item.dseq, item.code] for item in self.troubles],
            (1 if self.more else 0) | (2 if self.new_epoch else 0),
            self.nonce,
            [_begun_list(one) for one in self.begun],
            self.left,
        ]
        return with_tail(
            without_tail(header, 7),
            [part.frame for item in self.workspaces for part in item.pulled if part.frame is not None],
        )

    @classmethod
    def unpack(cls, data: bytes) -> SyncAnswer:
        """The whole answer; raises `cut_message` where the end is missing."""
        answer, complete = cls.unpack_part(data)
        if not complete:
            raise DaftarError("cut_message")
        return answer

    @classmethod
    def unpack_part(cls, data: bytes) -> tuple[SyncAnswer, bool]:
        """What has arrived of an answer, a piece of the last frame included, and whether that is all."""
        header, tail = split(data)
        body = unpack(header)
        if len(body) < 7:
            # Of "nothing new" too a later version may tell more; whatever tells news has seven fields.
            return cls(whole(body[1]), same=True, nonce=whole(extra(body, 2, 0))), True
        frames = Tail(tail)
        access = (
            None if body[3] is None else tuple(read_access(item) for item in items(body[3], MAX_WORKSPACES))
        )
        troubles = [fields(item, 3) for item in items(body[5], 1_000_000)]
        flags = whole(body[6])
        answer = cls(
            whole(body[1]),
            False,
            whole(body[2]),
            access,
            tuple(_read_workspace(item, frames) for item in items(body[4], MAX_WORKSPACES)),
            tuple(Trouble(whole(a), whole(b), text(c)) for a, b, c in troubles),
            bool(flags & 1),
            bool(flags & 2),
            whole(extra(body, 7, 0)),
            tuple(_read_begun(item) for item in items(extra(body, 8, []), MAX_WORKSPACES)),
            whole(extra(body, 9, 0)),
        )
        return answer, frames.finish()


def _workspace_list(item: WorkspaceAnswer) -> list[Any]:
    pulled = [_pulled_list(part) for part in item.pulled]
    packed = [item.workspace, item.head, item.digest, item.acked_dseq, item.chain, pulled]
    return [*packed, 1] if item.snapshot else packed


def _pulled_list(part: Pulled) -> list[Any]:
    if part.frame is None:
        return [part.first, part.last, part.first_dseq, part.last_dseq]
    effective = [number for pair in sorted(part.effective.items()) for number in pair]
    row: list[Any] = [part.first, part.last, len(part.frame), effective, part.offset, part.total]
    return row if part.total else without_tail(row, 3)


def _read_workspace(item: Any, tail: Tail) -> WorkspaceAnswer:
    number, head, digest, dseq, chain, pulled = fields(item, 6)
    parts = []
    for packed in items(pulled, MAX_FRAMES):
        part = _read_pulled(packed, tail)
        if part is not None:
            parts.append(part)
    return WorkspaceAnswer(
        whole(number),
        whole(head),
        octets(digest, ID_BYTES),
        whole(dseq),
        octets(chain, ID_BYTES),
        tuple(parts),
        bool(extra(item, 6, 0)),
    )


def _read_pulled(item: Any, tail: Tail) -> Pulled | None:
    parts = items(item, 16)
    if len(parts) < 3:
        raise DaftarError("bad_answer")
    first, last, length = (whole(part) for part in parts[:3])
    if last < first:
        raise DaftarError("bad_answer")
    if len(parts) > 3 and not isinstance(parts[3], list):
        return None if tail.cut else Pulled(first, last, None, length, whole(parts[3]))
    flat = [whole(number) for number in items(parts[3], 1_000_000)] if len(parts) > 3 else []
    offset, total = (whole(parts[4]), whole(parts[5])) if len(parts) > 5 else (0, 0)
    frame = tail.take_part(length)
    if not frame:
        return None
    if len(frame) < length:
        total = total or length
    effective = dict(zip(flat[::2], flat[1::2], strict=False))
    return Pulled(first, last, frame, effective=effective, offset=offset, total=total)


def combined_digest(parts: Sequence[tuple[bytes, int, bytes, int, bytes]]) -> bytes:
    """One hash over each workspace's `(id, cursor or head, digest summary, acknowledged dseq, chain)`."""
    return hashlib.blake2b(msgpack.packb(sorted(parts)), digest_size=ID_BYTES).digest()
