"""A change: some fields of one record, by one person, on one device, and what its author had seen.

Keys of `writes` and `bases` are field names, or `field/key` for one member of a map or set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

Value = Any
"""A canonical value: None, bool, int, str, bytes, or a list of these (ORDER: [parent id, key])."""

ChangeId = tuple[int, int]
"""(device number, `dseq`), unique inside one workspace."""

Bases = tuple[ChangeId, ...]

DELETED: Final = "deleted"
"""The register every record has beside its declared fields."""


def chain_start(workspace: bytes) -> bytes:
    """The chain before the first change of any device in a workspace."""
    return hashlib.blake2b(workspace, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it is folded, hashed and chained.

    A key of `writes` that is missing in `bases` was made on the record's creation. `classes` gives the
    merge class of each field by its one-letter code, so that software that does not know the field
    can still merge it. `hole` marks the place of a change the server did not accept: its writes name
    the keys without their values, its bases are what its dependents inherit, `code` says why.
    """

    device: int
    dseq: int
    workspace: bytes
    kind: str
    record: bytes
    author: bytes
    stamp: int
    txn: int
    create: bool
    writes: Mapping[str, Value]
    bases: Mapping[str, Bases] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    hole: bool = False
    code: str = ""
    former: bytes = b""
    """For a change issued again under a new device number: the hash of what it was before."""

    @property
    def id(self) -> ChangeId:
        return (self.device, self.dseq)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a command wants: the writer adds device, `dseq`, stamp and author.

    `seen` holds, per key, the heads whose value was on the screen when editing began; a key that is
    missing there was still as created. For text fields the written value is the Loro update (bytes).
    """

    workspace: bytes
    kind: str
    record: bytes
    writes: Mapping[str, Value]
    seen: Mapping[str, Bases] = field(default_factory=dict)
    create: bool = False


def base_field(key: str) -> str:
    """The declared field of a key: `cells` for `cells/F|15-24`."""
    return key.partition("/")[0]


def pack_body(values: Mapping[str, Value]) -> bytes:
    """Canonical bytes of a record's values: sorted keys, nothing for what is not there."""
    flat: list[Value] = []
    for key in sorted(values):
        if values[key] is not None:
            flat += (key, values[key])
    return bytes(msgpack.packb(flat))


def pack_head(change: Change) -> bytes:
    """Canonical bytes of everything in a change but its writes."""
    packed: bytes = msgpack.packb(
        (
            change.device,
            change.dseq,
            change.kind,
            change.record,
            change.author,
            change.stamp,
            change.txn,
            (2 if change.hole else 0) | change.create,
        )
    )
    return packed + change.former


def pack_edit_body(change: Change) -> bytes:
    """Canonical bytes of the writes and bases of a change that is not a plain creation."""
    keys = sorted(change.writes.keys() | change.bases.keys())
    written = [(key, change.writes[key]) if key in change.writes else (key,) for key in keys]
    bases = [sorted(change.bases[key]) if key in change.bases else None for key in keys]
    return bytes(msgpack.packb((written, bases)))


def canonical(change: Change) -> bytes:
    """The bytes that chains and signatures cover; independent of frames and codecs."""
    plain = change.create and not change.bases
    return pack_head(change) + (pack_body(change.writes) if plain else pack_edit_body(change))


def next_chain(chain: bytes, change_bytes: bytes) -> bytes:
    """`chain(n) = H(chain(n-1), canonical change n)`, 128 bits."""
    return hashlib.blake2b(chain + change_bytes, digest_size=16).digest()


def chains_over(chain: bytes, packed: Iterable[bytes]) -> list[bytes]:
    """The chain after each of consecutive changes of one device, given as canonical bytes."""
    hashed, chains = hashlib.blake2b, []
    for data in packed:
        chain = hashed(chain + data, digest_size=16).digest()
        chains.append(chain)
    return chains


def chain_over(chain: bytes, changes: Iterable[Change]) -> bytes:
    """Continue a chain over consecutive changes of one device."""
    for change in changes:
        chain = next_chain(chain, canonical(change))
    return chain


def flatten(values: Mapping[str, Value], classes: Mapping[str, str]) -> dict[str, Value]:
    """Spread maps and sets over their keys: `{"cells": {"F": "3"}}` becomes `{"cells/F": "3"}`."""
    flat: dict[str, Value] = {}
    for name, value in values.items():
        merge = classes.get(name, "r")
        if merge == "k" and isinstance(value, Mapping):
            flat.update({f"{name}/{key}": item for key, item in value.items()})
        elif merge == "s" and isinstance(value, Sequence) and not isinstance(value, str | bytes):
            flat.update({f"{name}/{member_key(member)}": True for member in value})
        else:
            flat[name] = value
    return flat


def member_key(member: str | bytes) -> str:
    """The key of a set member: text as it is, an id as 32 hex digits behind a `#`."""
    return f"#{member.hex()}" if isinstance(member, bytes) else member


def key_member(key: str) -> str | bytes:
    """The inverse of `member_key`."""
    if len(key) == 33 and key.startswith("#"):
        try:
            return bytes.fromhex(key[1:])
        except ValueError:
            return key
    return key
