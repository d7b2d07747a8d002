"""SYNC 26: older and newer bundles. What a reader does not know is passed over or refused, by rule."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import IntEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.couriers import attach, hand_to_server, save, take
from helpers.laptop import Laptop
from helpers.team import Member, Team
from helpers.volumes import volumes_of
from store.test_inv_29_files import held

from desktop.store.driver import sqlite
from desktop.syncing import bundles as laptop_bundles
from desktop.syncing.bundles import look
from desktop.syncing.enclosed import Files
from desktop.words.messages import MESSAGES
from sync.bundles import layout
from sync.bundles.cards import Card, stand_said
from sync.bundles.files import FilePiece, cut_file, files_in
from sync.bundles.keys import SecretKeys
from sync.bundles.layout import PART_NEWER, Entry, Head
from sync.bundles.notes import Notes, Place
from sync.bundles.reading import BundleFile
from sync.bundles.writing import FAT32, Draft, Made, OpenVolume, write_bundle
from sync.changes import chain_over, chain_start
from sync.client.bundles import Taking, Trusted
from sync.clock import HybridClock
from sync.errors import DaftarError
from sync.frames import block_of
from sync.frames.packing import make_frame
from sync.frames.strand import said
from sync.records import KINDS
from sync.replica.replica import Identity, Replica
from sync.replica.schema import create_tables

STORED = Path(__file__).parent / "stored"
NOW = 1_767_225_600_000
JORDAN, LINA, READER_ID = b"j" * 16, b"l" * 16, b"r" * 16
SERVER, MAKER, READER = (SecretKeys(bytes([at]) * 32) for at in (1, 2, 3))
CARD = Card(77, LINA, "Lina Haddad", "Irbid 2", MAKER.public, NOW).sign(SERVER)
CONTENT = b"signed minutes " * 20
LATER, CRITICAL = 77, 177
"""Kinds of pieces that a later version writes: one may be passed over, the other not."""

Pieces = list[tuple[Entry, bytes]]


def records() -> Pieces:
    """Two records that the server has not ordered, one with a file."""
    laptop = Laptop(77, LINA, now_ms=NOW)
    activity = laptop.create(JORDAN, "activity", {"title": "Wells"})
    name = hashlib.sha256(CONTENT).hexdigest()
    named = {"title": "Minutes", "about": activity.record, "sha256": name, "size": len(CONTENT)}
    changes = [activity, laptop.create(JORDAN, "attachment", named)]
    before = chain_start(JORDAN)
    after = chain_over(before, changes)
    signature = MAKER.sign(said(JORDAN, 77, first=1, last=2, before=before, after=after))
    return [(Entry(layout.PieceKind.STRAND, 0, 77, 1, 2, before, signature), make_frame(block_of(changes)))]


def file_pieces() -> Pieces:
    return list(cut_file(0, hashlib.sha256(CONTENT).digest(), len(CONTENT), [CONTENT]))


def newer(kind: int = LATER) -> Pieces:
    """What a later version may put in: its numbers mean what that version says."""
    return [(Entry(kind, 0, (1 << 64) - 1, 5, 3), b"of tomorrow")]


def bundle(pieces: Sequence[tuple[Entry, bytes]]) -> bytes:
    stand = SERVER.sign(stand_said(JORDAN, 0, bytes(16)))
    notes = Notes((Place(JORDAN, "Jordan", 1, "", 0, 0, bytes(16), stand),), (CARD,))
    draft = Draft("share", NOW, CARD, MAKER, notes, (READER.public,), "", SERVER.public.mark, 2)
    return volumes_of(draft, pieces, draw=lambda count: b"d" * count)[0]


@contextmanager
def laptop() -> Iterator[Replica]:
    class Index:
        def __getattr__(self, _name: str) -> Callable[..., None]:
            return lambda *_all: None

    with closing(sqlite.connect(":memory:", isolation_level=None)) as database:
        create_tables(database, KINDS)
        clock = HybridClock(SimpleNamespace(now_ms=lambda: NOW))
        identity: Any = Identity(78, READER_ID)
        index: Any = Index()
        replica = Replica(database, KINDS, index, identity=identity, clock=clock)
        replica.workspaces.grant(JORDAN, number=1, role="officer", name="Jordan")
        yield replica


def taken(data: bytes) -> tuple[list[str], bytes, dict[str, int]]:
    """What a laptop makes of a bundle: titles of its records, bytes of files, problems."""
    got = bytearray()

    def take_file(_workspace: bytes, piece: FilePiece) -> str:
        got.extend(piece.data)
        return ""

    file = BundleFile(io.BytesIO(data))
    assert file.insist_on(SERVER.public) == "server"
    _, notes = file.open([READER])
    with laptop() as replica:
        cards = {card.device: card for card in (*notes.cards, file.head.card)}
        trusted = Trusted(SERVER.public, cards)
        run: Any = lambda job: job(replica)  # noqa: E731 - as the writer does it
        taking = Taking(run, notes, trusted, by_server=False, take_file=take_file)
        brought = taking.take(file.pieces())
        titles = [
            str(title)
            for kind in ("activity", "attachment")
            for (title,) in replica.database.execute(f'SELECT title FROM "{kind}"').fetchall()
        ]
    return titles, bytes(got), brought.problems


RECORDS = ["Wells", "Minutes"]


# What is stored was written by releases, and is never written anew.


@pytest.mark.parametrize(
    "name, content, problems",
    [("before-files", b"", {}), ("with-files", CONTENT, {}), ("of-tomorrow", CONTENT, {PART_NEWER: 1})],
)
def test_inv_26_a_stored_bundle_of_a_release_is_read(
    name: str, content: bytes, problems: dict[str, int]
) -> None:
    data = (STORED / f"{name}.bundle").read_bytes()
    assert taken(data) == (RECORDS, content, problems)


def test_inv_26_the_format_is_still_that_of_the_stored_bundles() -> None:
    """Who changes what is written must know that released readers have to live with it."""
    for name in ("before-files", "with-files"):
        head = BundleFile(io.BytesIO((STORED / f"{name}.bundle").read_bytes())).head
        assert Head.read(head.pack()) == head
        assert head.pack()[1] == layout.VERSION == 1
    assert {kind.name: int(kind) for kind in layout.PieceKind} == {
        "STRAND": 1,
        "PULLED": 2,
        "BLOB": 3,
        "SNAPSHOT": 4,
    }


# An older reader


class OlderKind(IntEnum):
    """What a reader knows that has not learned of files."""

    STRAND = 1
    PULLED = 2


def as_older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "PieceKind", OlderKind)
    for module in ("sync.client.bundles", "sync.server.bundles", "sync.bundles.files"):
        monkeypatch.setattr(f"{module}.PieceKind", _Older)


class _Older:
    STRAND = OlderKind.STRAND
    PULLED = OlderKind.PULLED
    BLOB = None
    SNAPSHOT = None


def test_inv_26_a_reader_that_knows_no_files_takes_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bundle([*records(), *file_pieces()])
    as_older(monkeypatch)
    assert taken(data) == (RECORDS, b"", {PART_NEWER: 1})
    monkeypatch.undo()
    assert taken(data) == (RECORDS, CONTENT, {})


def test_inv_26_an_older_laptop_takes_the_records_now_and_the_files_once_it_is_newer(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, CONTENT)
    stick = tmp_path / "stick.daftar-bundle"
    save(lina, "Omar", target=stick, files=Files.USUAL)
    as_older(monkeypatch)
    (first,) = take(omar, stick)
    assert (first.brought.new, first.brought.files, first.brought.problems) == (1, 0, {PART_NEWER: 1})
    assert held(omar, fingerprint) is None
    monkeypatch.undo()
    (again,) = take(omar, stick)
    assert (again.brought.known, again.brought.files, again.brought.problems) == (1, 1, {})
    assert held(omar, fingerprint) == CONTENT


def test_inv_26_an_older_server_takes_the_records_too(
    team: Team, acquainted: tuple[Member, Member, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, _, activity = acquainted
    attach(lina, activity, CONTENT)
    save(lina, "server", target=tmp_path / "up.daftar-bundle", files=Files.USUAL)
    as_older(monkeypatch)
    (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert (brought.answer.handed[0].taken, brought.answer.problems, brought.files) == (1, (PART_NEWER,), 0)
    monkeypatch.undo()
    (again,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert (again.answer.problems, again.files) == ((), 1)


# A newer writer


def test_inv_26_a_kind_of_a_later_version_is_passed_over_and_told() -> None:
    data = bundle([*newer(), *records(), *newer(), *file_pieces(), *newer()])
    assert taken(data) == (RECORDS, CONTENT, {PART_NEWER: 3})
    assert PART_NEWER in MESSAGES


def test_inv_26_a_critical_kind_is_refused_as_a_whole_with_a_code() -> None:
    file = BundleFile(io.BytesIO(bundle([*records(), *newer(CRITICAL)])))
    with pytest.raises(DaftarError, match="bundle_newer"):
        file.open([READER])


def test_inv_26_a_later_version_of_the_head_is_refused_before_anything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layout, "VERSION", 2)
    data = bundle(records())
    monkeypatch.undo()
    with pytest.raises(DaftarError, match="bundle_newer"):
        BundleFile(io.BytesIO(data))


def test_inv_26_a_damaged_piece_of_a_later_kind_is_damaged_and_not_newer() -> None:
    data = bytearray(bundle([*records(), *newer()]))
    data[-1] ^= 1
    assert taken(bytes(data)) == (RECORDS, b"", {"bundle_damaged": 1})


def with_newer(write: Callable[..., Made], kind: int) -> Callable[..., Made]:
    def writing(draft: Draft, pieces: Iterator[tuple[Entry, bytes]], opener: OpenVolume, **more: Any) -> Made:
        return write(draft, [*newer(kind), *pieces, *newer(kind)], opener, **more)

    return writing


@pytest.mark.parametrize("kind", [LATER, CRITICAL])
def test_inv_26_laptop_and_server_take_of_a_newer_bundle_what_the_rule_says(
    team: Team,
    acquainted: tuple[Member, Member, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: int,
) -> None:
    lina, omar, _ = acquainted
    third = lina.add("activity", {"title": "Third"})
    monkeypatch.setattr(laptop_bundles, "write_bundle", with_newer(write_bundle, kind))
    stick, up = tmp_path / "stick.daftar-bundle", tmp_path / "up.daftar-bundle"
    save(lina, "Omar", target=stick, split=FAT32)
    save(lina, "server", target=up)
    if kind == CRITICAL:
        (refused,) = take(omar, stick)
        assert (refused.code, refused.brought.new) == ("bundle_newer", 0)
        assert omar.reader.rows("activity", [third]) == []
        with pytest.raises(DaftarError, match="bundle_newer"):
            hand_to_server(team, up)
        return
    assert files_in(look(stick, reader=omar.reader).entries) == (0, 0)
    (done,) = take(omar, stick)
    assert (done.brought.new, done.brought.problems) == (1, {PART_NEWER: 2})
    assert omar.row("activity", third)["title"] == "Third"
    (brought,) = hand_to_server(team, up)
    assert (brought.answer.handed[0].taken, brought.answer.problems) == (1, (PART_NEWER,))
