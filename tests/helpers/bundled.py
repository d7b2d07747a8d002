"""An office that has met a server: keys and cards without one, and bundles made for it by a colleague."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgpack
from helpers.office import JORDAN, Office

from desktop.syncing.identity import CARD, CARDS, SERVER_KEYS, secret_keys
from sync.bundles.cards import Card
from sync.bundles.keys import SecretKeys
from sync.bundles.notes import Notes, Place
from sync.bundles.writing import Draft, write_bundle
from sync.changes import Change, chain_over, chain_start, flatten
from sync.client.bundles import strand_piece
from sync.clock import COUNTER_BITS
from sync.frames.packing import pack_changes
from sync.frames.strand import Strand, said
from sync.records import KINDS, make_record_id

SERVER = SecretKeys(bytes([1]) * 32)
OMAR = SecretKeys(bytes([2]) * 32)
OMAR_DEVICE = 0x0_0A11_0CE5
OMAR_ACCOUNT = bytes([0xE5]) * 16


def meet_server(office: Office) -> Card:
    """The office's laptop has a card, and knows Omar's."""
    own = secret_keys(office.store)[0]
    now = office.clock.now_ms()
    mine = Card(office.store.device, bytes(16), "Lina Haddad", "Amman 3", own.public, now).sign(SERVER)
    omar = Card(OMAR_DEVICE, OMAR_ACCOUNT, "Omar Khalil", "Mafraq 1", OMAR.public, now).sign(SERVER)
    office.store.remember(
        {
            SERVER_KEYS: SERVER.public.pack(),
            CARD: mine.pack(),
            CARDS: msgpack.packb([omar.pack()]),
        }
    )
    return omar


def bundle_from_omar(
    office: Office, target: Path, titles: Sequence[str], *, code: str = "", confirmed: bool = True
) -> Path:
    """A bundle with new activities by Omar, for the office's laptop."""
    card = meet_server(office)
    if not confirmed:
        card = Card(9, OMAR_ACCOUNT, "Omar Khalil", "Mafraq 1", OMAR.public, office.clock.now_ms())
    changes = [_activity(office, at, title) for at, title in enumerate(titles, 1)]
    before, pieces = chain_start(JORDAN), []
    for frame, part in pack_changes(changes):
        after = chain_over(before, part)
        first, last = part[0].dseq, part[-1].dseq
        text = said(JORDAN, OMAR_DEVICE, first=first, last=last, before=before, after=after)
        strand = Strand(JORDAN, OMAR_DEVICE, first, last, before, after, OMAR.sign(text), frame)
        pieces.append(strand_piece(strand, 0))
        before = after

    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        with target.open("wb") as file:
            yield file

    own = secret_keys(office.store)[0]
    recipients = () if code else (own.public,)
    notes = Notes((Place(JORDAN, "Jordan"),))
    draft = Draft(
        "share", office.clock.now_ms(), card, OMAR, notes, recipients, code, SERVER.public.mark, len(titles)
    )
    write_bundle(draft, pieces, open_volume, draw=secrets.token_bytes)
    return target


def _activity(office: Office, dseq: int, title: str) -> Change:
    fields = KINDS["activity"].fields
    return Change(
        OMAR_DEVICE,
        dseq,
        JORDAN,
        "activity",
        make_record_id(OMAR_DEVICE, 3, dseq),
        OMAR_ACCOUNT,
        office.clock.now_ms() << COUNTER_BITS,
        dseq,
        create=True,
        writes=flatten({"title": title}, {}),
        classes={"title": fields["title"].merge.value},
    )
