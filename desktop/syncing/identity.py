"""Who this laptop is to others: its keys and card, the cards of colleagues, and the server's keys.

All of it lies in the encrypted database. A new device number gets new keys; the old ones stay, because
bundles may still come that were sealed to them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgpack

from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.joined import LAPTOP, PERSON
from desktop.syncing.line import asked
from sync.bundles.cards import Card, Introduction
from sync.bundles.keys import SEED, PublicKeys, SecretKeys
from sync.client.bundles import Stand, Trusted
from sync.clock import Clock
from sync.errors import DaftarError
from sync.wire.keys import KeysAnswer, KeysRequest

if TYPE_CHECKING:
    from desktop.store.driver import Connection
    from sync.client.session import Replying

SEEDS: Final = "bundle_seeds"
CARD: Final = "bundle_card"
CARDS: Final = "bundle_cards"
REVOKED: Final = "bundle_revoked"
STANDS: Final = "bundle_stands"
SERVER_KEYS: Final = "server_keys"
KEYS_MS: Final = "bundle_keys_ms"
INTRODUCTION: Final = "bundle_introduction"
INTRODUCTION_SEED: Final = "bundle_introduction_seed"
REFRESH_AFTER_MS: Final = 10 * 60 * 1000
_MOST_CARDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Self:
    """This laptop as the maker of bundles; `keys` newest first."""

    card: Card
    keys: tuple[SecretKeys, ...]


def secret_keys(store: Store) -> tuple[SecretKeys, ...]:
    """The keys of this device number, drawn at first use, and those of former ones."""
    device = store.device

    def job(connection: Connection) -> list[Any]:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (SEEDS,)).fetchone()
        seeds: list[Any] = msgpack.unpackb(row[0]) if row else []
        if not seeds or seeds[-1][0] != device:
            seeds.append([device, secrets.token_bytes(SEED)])
            connection.execute(
                "INSERT INTO meta(key, value) VALUES(?, ?)"
                " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (SEEDS, msgpack.packb(seeds)),
            )
        return seeds

    return tuple(SecretKeys(seed) for _, seed in reversed(store.post(job).result()))


def stored_keys(reader: Reader) -> tuple[SecretKeys, ...]:
    """The keys that were drawn so far; newest first."""
    packed = reader.meta(SEEDS)
    return tuple(SecretKeys(seed) for _, seed in reversed(msgpack.unpackb(packed))) if packed else ()


def read_self(store: Store, reader: Reader, *, clock: Clock) -> Self:
    """The card that others are shown: the server's, else one by the starter pack, else nobody's."""
    keys, packed = secret_keys(store), reader.meta(CARD)
    public = keys[0].public
    if packed:
        card = Card.read(bytes(packed))
        if card.device == store.device and card.keys == public:
            return Self(card, keys)
    account = bytes(reader.meta("account"))
    person, laptop = str(reader.meta(PERSON) or ""), str(reader.meta(LAPTOP) or "")
    introduced = reader.meta(INTRODUCTION)
    pass_ = Introduction.read(bytes(introduced)) if introduced else None
    card = Card(store.device, account, person, laptop, public, clock.now_ms(), pass_)
    if pass_ is not None and pass_.account == account:
        card = card.sign(SecretKeys(bytes(reader.meta(INTRODUCTION_SEED))))
    return Self(card, keys)


def server_keys(reader: Reader) -> PublicKeys | None:
    packed = reader.meta(SERVER_KEYS)
    return PublicKeys.read(bytes(packed)) if packed else None


def known_cards(reader: Reader) -> list[Card]:
    """The cards of colleagues, as the server and earlier bundles showed them."""
    packed = reader.meta(CARDS)
    return [Card.read(one) for one in msgpack.unpackb(packed)] if packed else []


def read_trusted(reader: Reader, shown: Iterable[Card] = ()) -> Trusted:
    """Whom to believe: known cards, and those shown now that somebody confirms."""
    server = server_keys(reader)
    cards = {card.device: card for card in shown if card.confirmed_by(server)}
    cards |= {card.device: card for card in known_cards(reader)}
    revoked = reader.meta(REVOKED)
    return Trusted(server, cards, frozenset(msgpack.unpackb(revoked) if revoked else ()))


def remember_cards(store: Store, reader: Reader, shown: Iterable[Card]) -> None:
    """Keep confirmed cards that a bundle brought, so that what they signed can be handed on."""
    server, known = server_keys(reader), {card.device: card for card in known_cards(reader)}
    new = [card for card in shown if card.device not in known and card.confirmed_by(server)]
    if new:
        _keep_cards(store, [*known.values(), *new])


def _keep_cards(store: Store, cards: Iterable[Card]) -> None:
    store.remember({CARDS: msgpack.packb([card.pack() for card in list(cards)[-_MOST_CARDS:]])})


def read_stands(reader: Reader) -> dict[bytes, Stand]:
    """Where the server said each workspace stands, with its signature."""
    packed = reader.meta(STANDS)
    rows = msgpack.unpackb(packed) if packed else []
    return {id_: Stand(head, digest, signature) for id_, head, digest, signature in rows}


def refresh_keys(store: Store, reader: Reader, line: Replying, *, clock: Clock, force: bool = False) -> bool:
    """Show the server this laptop's keys, at most every ten minutes; says whether it answered.

    A new device number is known to the server only after its first sync; then the next one does it.
    """
    since = clock.now_ms() - int(reader.meta(KEYS_MS) or 0)
    own = secret_keys(store)[0].public
    if not force and 0 <= since < REFRESH_AFTER_MS and _is_current(reader, store.device, own):
        return False
    try:
        body = asked(line, "/v1/keys", KeysRequest(store.device, own.pack()).pack())
    except DaftarError as error:
        if error.code in ("bad_device", "not_found"):
            return False
        raise
    take_keys(store, reader, KeysAnswer.unpack(body), clock=clock)
    return True


def take_keys(store: Store, reader: Reader, answer: KeysAnswer, *, clock: Clock) -> None:
    """Keep what the server said; cards of laptops that only bundles know stay."""
    server = PublicKeys.read(answer.server)
    told = {card.device: card for card in map(Card.read, answer.cards) if card.confirmed_by(server)}
    kept = {card.device: card for card in known_cards(reader) if card.device not in answer.revoked}
    numbers = {state.number: state.id for state in reader.workspaces() if state.number is not None}
    stands = [
        [numbers[one.workspace], one.head, one.digest, one.signature]
        for one in answer.stands
        if one.workspace in numbers
    ]
    store.remember(
        {
            SERVER_KEYS: answer.server,
            CARD: answer.card,
            CARDS: msgpack.packb([card.pack() for card in (kept | told).values()]),
            REVOKED: msgpack.packb(list(answer.revoked)),
            STANDS: msgpack.packb(stands),
            KEYS_MS: clock.now_ms(),
        }
    )


def _is_current(reader: Reader, device: int, own: PublicKeys) -> bool:
    packed = reader.meta(CARD)
    if not packed:
        return False
    card = Card.read(bytes(packed))
    return card.device == device and card.keys == own


def show_keys(store: Store, line: Replying, *, clock: Clock) -> bool:
    """Now and then: this laptop's card, and those of colleagues, so that bundles can be made offline."""
    reader = store.reader()
    try:
        return refresh_keys(store, reader, line, clock=clock)
    finally:
        reader.close()
