"""Requests and answers of `/v1/sync` and `/v1/enrol` (SYNC §4).

A sync message is a 4-byte length, a header in MessagePack that names the length of each frame, and
then the frames back to back: whoever receives only a part of it (a cut link) still has every whole
frame before the cut, see `unpack_part`. Enrolment messages have no frames.

Workspaces are named by the small number the server gave them at enrolment; `access_epoch` tells
whether that list is still the right one. A frame travels without its workspace.

A person has one account (16 bytes, the `author` of changes) and one `person` record in each
workspace that he may enter; that record carries the account in its field `account`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from sync.errors import DaftarError

PROTOCOL: Final = 1
CONTENT_TYPE: Final = "application/vnd.daftar"
MAX_WORKSPACES: Final = 1_000
MAX_FRAMES: Final = 10_000
ID_BYTES: Final = 16
MAX_HEADER: Final = 4 * 1024 * 1024
_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Push:
    """Frames of this device for one workspace. `chain` is the chain before `first_dseq`."""

    workspace: int
    first_dseq: int
    chain: bytes
    frames: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What I have (`cursors`: workspace number -> last `pseq`) and what is new.

    `combined` covers, for every workspace: cursor, digest, acknowledged `dseq` and chain.
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

    def pack(self) -> bytes:
        flat = [number for pair in sorted(self.cursors.items()) for number in pair]
        pushes = [
            [p.workspace, p.first_dseq, p.chain, [len(frame) for frame in p.frames]] for p in self.pushes
        ]
        return _with_tail(
            [
                PROTOCOL,
                self.device,
                self.epoch,
                self.client_ms,
                self.max_bytes,
                self.wait_s,
                self.access_epoch,
                self.combined,
                flat,
                pushes,
            ],
            [frame for push in self.pushes for frame in push.frames],
        )

    @classmethod
    def unpack(cls, data: bytes) -> SyncRequest:
        """The whole request; raises `cut_message` where the end is missing."""
        request, complete = cls.unpack_part(data)
        if not complete:
            raise DaftarError("cut_message")
        return request

    @classmethod
    def unpack_part(cls, data: bytes) -> tuple[SyncRequest, bool]:
        """What has arrived of a request, with whole frames only, and whether that is all of it.

        Raises `cut_message` where not even the header is whole.
        """
        header, tail = _split(data)
        body = _unpack(header, 10)
        frames = _Tail(tail)
        device, epoch, client_ms, max_bytes, wait_s, access_epoch = (_whole(item) for item in body[1:7])
        flat = [_whole(item) for item in _list(body[8], MAX_WORKSPACES * 2)]
        pushes = tuple(_read_push(item, frames) for item in _list(body[9], MAX_WORKSPACES))
        request = cls(
            device,
            epoch,
            client_ms,
            max_bytes,
            wait_s,
            access_epoch,
            _bytes(body[7], ID_BYTES),
            dict(zip(flat[::2], flat[1::2], strict=False)),
            tuple(push for push in pushes if push.frames),
        )
        return request, frames.finish()


def _read_push(item: Any, tail: _Tail) -> Push:
    parts = _list(item, 4, exactly=True)
    frames = [tail.take(_whole(length)) for length in _list(parts[3], MAX_FRAMES)]
    whole = tuple(frame for frame in frames if frame is not None)
    return Push(_whole(parts[0]), _whole(parts[1]), _bytes(parts[2], ID_BYTES), whole)


@dataclass(frozen=True, slots=True)
class Pulled:
    """Consecutive `pseq` from `first` to `last`.

    `frame` is `None` for the asking device's own changes `first_dseq`…`last_dseq`, all accepted.
    `effective` maps a position in the frame to the stamp everybody merges on, where it differs.
    """

    first: int
    last: int
    frame: bytes | None = None
    first_dseq: int = 0
    last_dseq: int = 0
    effective: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkspaceAnswer:
    """Where one workspace stands on the server, and what the asker lacks of it."""

    workspace: int
    head: int
    digest: bytes
    acked_dseq: int
    chain: bytes
    pulled: tuple[Pulled, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A change that was not applied: `code` says why; `base_missing` means it waits for its base."""

    workspace: int
    dseq: int
    code: str


@dataclass(frozen=True, slots=True)
class Access:
    """One workspace this person may enter. `role`: reader, officer, coordinator, administrator."""

    number: int
    workspace: bytes
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class SyncAnswer:
    """`same` answers carry nothing but the time. `access` is sent where the asker's list is out of date.

    `new_epoch` tells a device that it is a clone or was restored: it draws a new device number.
    """

    server_ms: int
    same: bool = False
    access_epoch: int = 0
    access: tuple[Access, ...] | None = None
    workspaces: tuple[WorkspaceAnswer, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    more: bool = False
    new_epoch: bool = False

    def pack(self) -> bytes:
        if self.same:
            return _with_tail([PROTOCOL, self.server_ms], [])
        return _with_tail(
            [
                PROTOCOL,
                self.server_ms,
                self.access_epoch,
                None if self.access is None else [_access_list(item) for item in self.access],
                [_workspace_list(item) for item in self.workspaces],
                [[item.workspace, item.dseq, item.code] for item in self.troubles],
                (1 if self.more else 0) | (2 if self.new_epoch else 0),
            ],
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
        """What has arrived of an answer, up to the first frame that is not whole, and whether that is all."""
        header, tail = _split(data)
        body = _unpack(header)
        if len(body) == 2:
            return cls(_whole(body[1]), same=True), True
        frames = _Tail(tail)
        if len(body) != 7:
            raise DaftarError("bad_answer")
        access = (
            None if body[3] is None else tuple(_read_access(item) for item in _list(body[3], MAX_WORKSPACES))
        )
        troubles = [_list(item, 3, exactly=True) for item in _list(body[5], 1_000_000)]
        flags = _whole(body[6])
        answer = cls(
            _whole(body[1]),
            False,
            _whole(body[2]),
            access,
            tuple(_read_workspace(item, frames) for item in _list(body[4], MAX_WORKSPACES)),
            tuple(Trouble(_whole(a), _whole(b), _text(c)) for a, b, c in troubles),
            bool(flags & 1),
            bool(flags & 2),
        )
        return answer, frames.finish()


def _access_list(item: Access) -> list[Any]:
    return [item.number, item.workspace, item.role, item.name]


def _read_access(item: Any) -> Access:
    number, workspace, role, name = _list(item, 4, exactly=True)
    return Access(_whole(number), _bytes(workspace, ID_BYTES), _text(role), _text(name))


def _workspace_list(item: WorkspaceAnswer) -> list[Any]:
    pulled = [_pulled_list(part) for part in item.pulled]
    return [item.workspace, item.head, item.digest, item.acked_dseq, item.chain, pulled]


def _pulled_list(part: Pulled) -> list[Any]:
    if part.frame is None:
        return [part.first, part.last, part.first_dseq, part.last_dseq]
    effective = [number for pair in sorted(part.effective.items()) for number in pair]
    head = [part.first, part.last, len(part.frame)]
    return [*head, effective] if effective else head


def _read_workspace(item: Any, tail: _Tail) -> WorkspaceAnswer:
    number, head, digest, dseq, chain, pulled = _list(item, 6, exactly=True)
    parts = []
    for packed in _list(pulled, MAX_FRAMES):
        part = _read_pulled(packed, tail)
        if part is not None:
            parts.append(part)
    return WorkspaceAnswer(
        _whole(number),
        _whole(head),
        _bytes(digest, ID_BYTES),
        _whole(dseq),
        _bytes(chain, ID_BYTES),
        tuple(parts),
    )


def _read_pulled(item: Any, tail: _Tail) -> Pulled | None:
    parts = _list(item, 4)
    if len(parts) < 3:
        raise DaftarError("bad_answer")
    first, last = _whole(parts[0]), _whole(parts[1])
    if last < first:
        raise DaftarError("bad_answer")
    if len(parts) == 4 and not isinstance(parts[3], list):
        return None if tail.cut else Pulled(first, last, None, _whole(parts[2]), _whole(parts[3]))
    flat = [_whole(number) for number in _list(parts[3], 1_000_000)] if len(parts) == 4 else []
    frame = tail.take(_whole(parts[2]))
    if frame is None:
        return None
    return Pulled(first, last, frame, effective=dict(zip(flat[::2], flat[1::2], strict=False)))


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A one-time code, the device number this laptop drew, and the name colleagues see."""

    code: str
    device: int
    name: str

    def pack(self) -> bytes:
        return _pack([PROTOCOL, self.code, self.device, self.name])

    @classmethod
    def unpack(cls, data: bytes) -> EnrolRequest:
        body = _unpack(data, 4)
        return cls(_text(body[1])[:64], _whole(body[2]), _text(body[3])[:200])


@dataclass(frozen=True, slots=True)
class EnrolAnswer:
    """What a laptop needs to begin: its token, who its user is, and where he may go."""

    server_ms: int
    token: str
    account: bytes
    person: str
    access_epoch: int
    access: tuple[Access, ...]
    recovery_public: bytes

    def pack(self) -> bytes:
        access = [_access_list(item) for item in self.access]
        return _pack(
            [
                PROTOCOL,
                self.server_ms,
                self.token,
                self.account,
                self.person,
                self.access_epoch,
                access,
                self.recovery_public,
            ]
        )

    @classmethod
    def unpack(cls, data: bytes) -> EnrolAnswer:
        body = _unpack(data, 8)
        return cls(
            _whole(body[1]),
            _text(body[2]),
            _bytes(body[3], ID_BYTES),
            _text(body[4]),
            _whole(body[5]),
            tuple(_read_access(item) for item in _list(body[6], MAX_WORKSPACES)),
            _bytes(body[7]),
        )


def pack_error(code: str, params: dict[str, str | int]) -> bytes:
    """The body of an answer with an error status: a code, never prose."""
    return _pack([PROTOCOL, code, params])


def unpack_error(data: bytes) -> DaftarError:
    """The error an answer carries; `not_a_server` where the body is no answer of ours (a captive portal)."""
    try:
        body = msgpack.unpackb(data, strict_map_key=True, max_map_len=32)
        if isinstance(body, list) and len(body) == 3 and body[0] == PROTOCOL and isinstance(body[1], str):
            params = {str(key): value for key, value in body[2].items() if isinstance(value, str | int)}
            return DaftarError(body[1], **params)
    except (ValueError, AttributeError, msgpack.UnpackException):
        return DaftarError("not_a_server")
    return DaftarError("not_a_server")


def combined_digest(parts: Sequence[tuple[bytes, int, bytes, int, bytes]]) -> bytes:
    """One hash over each workspace's `(id, cursor or head, digest summary, acknowledged dseq, chain)`."""
    return hashlib.blake2b(msgpack.packb(sorted(parts)), digest_size=ID_BYTES).digest()


class _Tail:
    """The frames behind a header, taken one after the other; after a cut nothing more is given out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.cut = False

    def take(self, length: int) -> bytes | None:
        end = self._at + length
        if self.cut or end > len(self._data):
            self.cut = True
            return None
        frame = self._data[self._at : end]
        self._at = end
        return frame

    def finish(self) -> bool:
        """Whether everything had arrived; bytes behind the last frame are an error."""
        if not self.cut and self._at != len(self._data):
            raise DaftarError("bad_message")
        return not self.cut


def _with_tail(header: list[Any], frames: Sequence[bytes]) -> bytes:
    packed = _pack(header)
    return b"".join([len(packed).to_bytes(_LENGTH_BYTES), packed, *frames])


def _split(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < _LENGTH_BYTES:
        raise DaftarError("cut_message")
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
    if end - _LENGTH_BYTES > MAX_HEADER:
        raise DaftarError("bad_message")
    if len(data) < end:
        raise DaftarError("cut_message")
    return data[_LENGTH_BYTES:end], data[end:]


def _pack(body: list[Any]) -> bytes:
    return bytes(msgpack.packb(body))


def _unpack(data: bytes, length: int | None = None) -> list[Any]:
    try:
        body = msgpack.unpackb(data, strict_map_key=True, max_map_len=0)
    except (ValueError, msgpack.UnpackException) as error:
        raise DaftarError("bad_message") from error
    if not isinstance(body, list) or len(body) < 2:
        raise DaftarError("bad_message")
    if body[0] != PROTOCOL:
        raise DaftarError("protocol_unknown")
    if length is not None and len(body) != length:
        raise DaftarError("bad_message")
    return body


def _whole(item: Any) -> int:
    if type(item) is not int or not 0 <= item < 1 << 63:
        raise DaftarError("bad_message")
    return item


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise DaftarError("bad_message")
    return item


def _bytes(item: Any, length: int | None = None) -> bytes:
    if not isinstance(item, bytes) or (length is not None and len(item) != length):
        raise DaftarError("bad_message")
    return item


def _list(item: Any, longest: int, *, exactly: bool = False) -> list[Any]:
    if not isinstance(item, list) or len(item) > longest or (exactly and len(item) != longest):
        raise DaftarError("bad_message")
    return item
