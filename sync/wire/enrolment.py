"""Request and answer of `/v1/enrol`: what a laptop needs to begin. Neither has frames."""

from __future__ import annotations

from dataclasses import dataclass

from sync.wire.access import MAX_WORKSPACES, Access, access_list, read_access
from sync.wire.packing import ID_BYTES, PROTOCOL, items, octets, pack, text, unpack, whole


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A one-time code, the device number this laptop drew, and the name colleagues see."""

    code: str
    device: int
    name: str

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.code, self.device, self.name])

    @classmethod
    def unpack(cls, data: bytes) -> EnrolRequest:
        body = unpack(data, 4)
        return cls(text(body[1])[:64], whole(body[2]), text(body[3])[:200])


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
        access = [access_list(item) for item in self.access]
        return pack(
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
        body = unpack(data, 8)
        return cls(
            whole(body[1]),
            text(body[2]),
            octets(body[3], ID_BYTES),
            text(body[4]),
            whole(body[5]),
            tuple(read_access(item) for item in items(body[6], MAX_WORKSPACES)),
            octets(body[7]),
        )
