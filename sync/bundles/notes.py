"""The notes of a bundle: places, cards, where the maker stands, what the server holds, how to begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync.bundles.cards import Card
from sync.errors import DaftarError

_MOST_PLACES: Final = 1000
_MOST_CARDS: Final = 500
_MOST_POSITIONS: Final = 20_000
_NAME: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace. `head` and `digest` stand behind the last pulled piece; `cursor` is the maker's own."""

    id: bytes
    name: str = ""
    number: int | None = None
    role: str = ""
    cursor: int = 0
    head: int = 0
    digest: bytes = b""
    stand: bytes = b""
    """The server's signature over head and digest, where a colleague hands on what the server ordered."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the server holds of a device: everything up to `dseq`, with this chain."""

    place: int
    device: int
    dseq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a first run needs to begin without a connection."""

    account: bytes
    person: str
    server: str
    code: str
    seed: bytes
    introduction: bytes
    server_keys: bytes
    recovery: bytes
    access_epoch: int


@dataclass(frozen=True, slots=True)
class Notes:
    """Everything of a manifest but its pieces."""

    places: tuple[Place, ...] = ()
    cards: tuple[Card, ...] = ()
    held: tuple[Held, ...] = ()
    welcome: Welcome | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def pack(self) -> dict[str, Any]:
        packed: dict[str, Any] = {
            "places": [
                [one.id, one.name, one.number, one.role, one.cursor, one.head, one.digest, one.stand]
                for one in self.places
            ],
            "cards": [card.pack() for card in self.cards],
            "held": [[one.place, one.device, one.dseq, one.chain] for one in self.held],
        }
        if self.welcome is not None:
            one = self.welcome
            packed["welcome"] = [
                one.account,
                one.person,
                one.server,
                one.code,
                one.seed,
                one.introduction,
                one.server_keys,
                one.recovery,
                one.access_epoch,
            ]
        return packed

    @classmethod
    def read(cls, packed: Mapping[str, Any]) -> Notes:
        """Raises `bundle_damaged` where a note is not of its shape."""
        places = tuple(_place(item) for item in _rows(packed.get("places", []), _MOST_PLACES, 8))
        held = tuple(_held(item, len(places)) for item in _rows(packed.get("held", []), _MOST_POSITIONS, 4))
        cards = packed.get("cards", [])
        if not isinstance(cards, list) or len(cards) > _MOST_CARDS:
            raise DaftarError("bundle_damaged")
        known = (*_typed((item, bytes) for item in cards),)
        welcome = packed.get("welcome")
        return cls(
            places,
            tuple(_card(item) for item in known),
            held,
            None if welcome is None else _welcome(welcome),
        )


def _place(item: list[Any]) -> Place:
    id_, name, number, role, cursor, head, digest, stand = item
    _typed([(id_, bytes), (name, str), (role, str), (digest, bytes), (stand, bytes)])
    numbers = [cursor, head] if number is None else [cursor, head, number]
    if len(id_) != 16 or len(name) > _NAME or not all(_is_number(one) for one in numbers):
        raise DaftarError("bundle_damaged")
    return Place(id_, name, number, role, cursor, head, digest, stand)


def _held(item: list[Any], places: int) -> Held:
    place, device, dseq, chain = item
    _typed([(chain, bytes)])
    if not all(_is_number(one) for one in (place, device, dseq)) or place >= places or len(chain) != 16:
        raise DaftarError("bundle_damaged")
    return Held(place, device, dseq, chain)


def _welcome(item: Any) -> Welcome:
    (parts,) = _rows([item], 1, 9)
    *others, epoch = parts
    kinds = (bytes, str, str, str, bytes, bytes, bytes, bytes)
    account, person, server, code, seed, pass_, keys, recovery = _typed(zip(others, kinds, strict=True))
    if not _is_number(epoch):
        raise DaftarError("bundle_damaged")
    return Welcome(account, person, server, code, seed, pass_, keys, recovery, epoch)


def _card(item: bytes) -> Card:
    try:
        return Card.read(item)
    except DaftarError as error:
        raise DaftarError("bundle_damaged") from error


def _rows(items: Any, most: int, width: int) -> list[list[Any]]:
    if not isinstance(items, list) or len(items) > most:
        raise DaftarError("bundle_damaged")
    if any(not isinstance(item, list) or len(item) != width for item in items):
        raise DaftarError("bundle_damaged")
    return items


def _typed(pairs: Any) -> list[Any]:
    found = []
    for item, kind in pairs:
        if not isinstance(item, kind):
            raise DaftarError("bundle_damaged")
        found.append(item)
    return found


def _is_number(item: Any) -> bool:
    return type(item) is int and 0 <= item < 1 << 62
