"""Request and answer of `/v1/plan`: how much a laptop would receive if it synced now."""

from __future__ import annotations

from dataclasses import dataclass

from sync.wire.packing import PROTOCOL, items, pack, unpack, whole

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """`cursors`: workspace number -> last `pseq`."""

    device: int
    cursors: dict[int, int]

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.device, [number for pair in self.cursors.items() for number in pair]])

    @classmethod
    def unpack(cls, data: bytes) -> PlanRequest:
        body = unpack(data, 3)
        flat = [whole(item) for item in items(body[2], _MOST)]
        return cls(whole(body[1]), dict(zip(flat[::2], flat[1::2], strict=False)))


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """Changes of others and about how many bytes they are."""

    changes: int
    size: int

    def pack(self) -> bytes:
        return pack([PROTOCOL, self.changes, self.size])

    @classmethod
    def unpack(cls, data: bytes) -> PlanAnswer:
        body = unpack(data, 3)
        return cls(whole(body[1]), whole(body[2]))
