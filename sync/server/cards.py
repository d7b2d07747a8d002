"""The server's own keys, and the cards it gives out: who a device is, to be checked offline."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from sync.bundles.cards import Card, Introduction, stand_said
from sync.bundles.keys import SEED, PublicKeys, SecretKeys
from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.access import NONE
from sync.server.author import ACCOUNT
from sync.server.enrolment import Caller
from sync.server.storage import Storage, cards, devices, people
from sync.server.storage.devices import server_device
from sync.server.storage.people import Person
from sync.wire.keys import KeysAnswer, Stand

BUNDLE_SEED: Final = "bundle_seed"


def prepare(connection: Connection) -> None:
    """Draw the server's seed, once."""
    if devices.get_setting(connection, BUNDLE_SEED) is None:
        devices.put_setting(connection, BUNDLE_SEED, secrets.token_bytes(SEED))


def server_keys(connection: Connection) -> SecretKeys:
    seed = devices.get_setting(connection, BUNDLE_SEED)
    if seed is None:
        raise DaftarError("not_migrated")
    return SecretKeys(seed)


def rename_cards(connection: Connection, owner: Person, *, now_ms: int) -> None:
    """Give the laptops of a person cards with the present name; no former name is kept."""
    for number, packed, _ in cards.cards_of(connection, [owner.id]):
        known = Card.read(packed)
        card = Card(number, owner.id, owner.name, known.laptop, known.keys, now_ms)
        cards.put_card(connection, number, card.sign(server_keys(connection)).pack(), issued=now_ms)


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key signs a strand, and what the server knows of its holder."""

    keys: PublicKeys
    person: bytes


class Cards:
    """Use cases on cards; each is one transaction."""

    def __init__(self, storage: Storage, *, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def register(self, caller: Caller, *, device: int, public: bytes) -> KeysAnswer:
        """Give a laptop its card for one of its numbers, and what it needs of its colleagues."""
        keys = PublicKeys.read(public)

        def work(connection: Connection) -> Card:
            row = devices.find_device(connection, device)
            if row is None or row.installation_id != caller.installation_id:
                raise DaftarError("bad_device")
            owner = people.find_person(connection, caller.person_id)
            laptop = devices.find_installation(connection, caller.installation_id)
            assert owner is not None
            assert laptop is not None
            return self._issue(connection, device, keys, owner, laptop.name)

        card = self._storage.writing(work)
        with self._storage.reading() as connection:
            return self._answer(connection, caller, card, device)

    def _issue(
        self, connection: Connection, device: int, keys: PublicKeys, owner: Person, laptop: str
    ) -> Card:
        now = self._clock.now_ms()
        known = cards.find_card(connection, device)
        if known is not None:
            card = Card.read(known)
            if card.keys == keys and (card.person, card.laptop) == (owner.name, laptop):
                return card
        card = Card(device, owner.id, owner.name, laptop, keys, now).sign(server_keys(connection))
        cards.put_card(connection, device, card.pack(), issued=now)
        return card

    def _answer(self, connection: Connection, caller: Caller, card: Card, device: int) -> KeysAnswer:
        own = server_keys(connection)
        around = cards.cards_of(connection, cards.colleagues(connection, caller.person_id))
        stands = [
            Stand(
                reach.workspace.number,
                reach.pseq,
                reach.summary,
                own.sign(stand_said(reach.workspace.id, reach.pseq, reach.summary)),
            )
            for reach in people.reaches(connection, person_id=caller.person_id, device=device)
            if reach.role != NONE
        ]
        return KeysAnswer(
            own.public.pack(),
            card.pack(),
            tuple(packed for number, packed, revoked in around if not revoked and number != device),
            tuple(number for number, _, revoked in around if revoked),
            tuple(stands),
        )

    def server_card(self, connection: Connection) -> tuple[SecretKeys, Card]:
        """The server as the maker of a bundle."""
        own = server_keys(connection)
        card = Card(server_device(connection), ACCOUNT, "", "", own.public, self._clock.now_ms())
        return own, card.sign(own)

    @staticmethod
    def introduce(
        person: Person, *, own: SecretKeys, invite: bytes, expires_ms: int
    ) -> tuple[SecretKeys, Introduction]:
        """A key by which one laptop of this person says who it is before it has met the server."""
        key = SecretKeys(secrets.token_bytes(SEED))
        return key, Introduction(person.id, person.name, key.public, invite, expires_ms).sign(own)
