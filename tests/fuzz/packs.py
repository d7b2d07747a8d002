"""Bundles for the decoders: a right one, and ways to put a damaged part into one that is sealed and signed
as it should be, so that the damage reaches what reads the part.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import IO
from unittest.mock import patch

import msgpack
from helpers.laptop import Laptop

from sync.bundles.cards import Card, Introduction
from sync.bundles.files import cut_file, read_piece
from sync.bundles.keys import KEY, SecretKeys
from sync.bundles.layout import LENGTH, MAGIC, Entry, Head, Manifest, PieceKind
from sync.bundles.notes import Held, Notes, Place, Welcome
from sync.bundles.reading import BundleFile
from sync.bundles.sealing import ContentKey, digest_of, unwrap
from sync.bundles.writing import Draft, write_bundle
from sync.changes import chain_over, chain_start
from sync.frames import changes_of
from sync.frames.packing import open_frame, pack_changes
from sync.frames.strand import SIGNATURE, Strand, open_strand, said

WORKSPACE = bytes(range(16))
SERVER = SecretKeys(bytes([1]) * 32)
LINA = SecretKeys(bytes([2]) * 32)
DEVICE, START_MS = 0x10_0000_0001, 1_767_225_600_000


def card() -> Card:
    pass_ = Introduction(bytes(16), "Lina", LINA.public, b"invite", START_MS).sign(SERVER)
    return Card(DEVICE, bytes(16), "Lina", "Amman", LINA.public, START_MS, pass_).sign(LINA)


def notes() -> Notes:
    welcome = Welcome(
        bytes(16), "Lina", "https://example.org", "K7PM", bytes(32), card().pack(), bytes(64), bytes(32), 3
    )
    place = Place(WORKSPACE, "Jordan", 7, "officer", 1, 2, bytes(16), bytes(64))
    return Notes((place,), (card(),), (Held(0, DEVICE, 3, bytes(16)),), welcome)


def parts() -> list[tuple[Entry, bytes]]:
    """A strand, something that the server ordered, and a file."""
    laptop = Laptop(DEVICE, bytes(16), now_ms=START_MS)
    changes = [laptop.create(WORKSPACE, "activity", {"title": f"Visit {at}"}) for at in range(3)]
    ((frame, _),) = pack_changes(changes)
    before = chain_start(WORKSPACE)
    after = chain_over(before, changes)
    text = said(WORKSPACE, DEVICE, first=1, last=3, before=before, after=after)
    strand = Entry(PieceKind.STRAND, 0, DEVICE, 1, 3, before, LINA.sign(text))
    stamps = bytes(msgpack.packb({1: START_MS}))
    pulled = (Entry(PieceKind.PULLED, 0, 0, 1, 3), len(stamps).to_bytes(4) + stamps + frame)
    return [(strand, frame), pulled, *cut_file(0, bytes(32), 5, [b"Wells"])]


def bundle(code: str = "") -> bytes:
    kept = io.BytesIO()

    @contextmanager
    def volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield kept

    draft = Draft("share", START_MS, card(), LINA, notes(), (SERVER.public,), code, SERVER.public.mark, 3)
    # The same bytes every time, so that a case that is kept goes on to be one.
    with patch.object(ContentKey, "draw", lambda bundle: ContentKey(bundle, bytes(KEY))):
        write_bundle(draft, parts(), volume, draw=bytes)
    return kept.getvalue()


RIGHT = bundle()


def read(data: bytes) -> object:
    """Everything that somebody does with a bundle before anything of it is applied."""
    file = BundleFile(io.BytesIO(data))
    file.insist_on(SERVER.public)
    manifest, told = file.open([SERVER])
    found: list[object] = [manifest, told]
    for piece in file.pieces():
        entry = piece.entry
        if piece.data is None or not told.places:
            continue
        place = told.places[entry.place].id
        if entry.kind is PieceKind.STRAND:
            after = chain_over(entry.before, changes_of(open_frame(piece.data, place)))
            named = (place, entry.device, entry.first, entry.last, entry.before, after, entry.signature)
            found.append(open_strand(Strand(*named, piece.data)))
        elif entry.kind is PieceKind.PULLED:
            found.append(open_frame(piece.data[4 + int.from_bytes(piece.data[:4]) :], place))
        elif entry.kind is PieceKind.BLOB:
            found.append(read_piece(entry, piece.data))
    return found


def head_of(data: bytes) -> tuple[Head, bytes]:
    """The head of a bundle and what stands behind its signature."""
    end = len(MAGIC) + LENGTH + int.from_bytes(data[len(MAGIC) : len(MAGIC) + LENGTH])
    return Head.read(data[len(MAGIC) + LENGTH : end]), data[end + SIGNATURE :]


def manifest_of(data: bytes) -> bytes:
    head, rest = head_of(data)
    key = unwrap(head.bundle, head.recipients, [SERVER])
    return key.open(rest[: head.manifest_size], 0)


def with_head(packed: bytes) -> bytes:
    """A bundle with this head, signed."""
    _, rest = head_of(RIGHT)
    return MAGIC + len(packed).to_bytes(LENGTH) + packed + LINA.sign(Head.said(packed)) + rest


def with_manifest(packed: bytes, pieces: Sequence[bytes] = ()) -> bytes:
    """A bundle with this manifest, and with these pieces where they differ, sealed and signed."""
    head, rest = head_of(RIGHT)
    key = unwrap(head.bundle, head.recipients, [SERVER])
    sealed = key.seal(packed, 0)
    head = replace(head, manifest_size=len(sealed), manifest_hash=digest_of(sealed))
    behind = b"".join(pieces) if pieces else rest[head_of(RIGHT)[0].manifest_size :]
    told = head.pack()
    return MAGIC + len(told).to_bytes(LENGTH) + told + LINA.sign(Head.said(told)) + sealed + behind


def with_notes(packed: bytes) -> bytes:
    """A bundle whose notes are these bytes, which stand before the table of pieces."""
    table = manifest_of(RIGHT)
    end = LENGTH + int.from_bytes(table[:LENGTH])
    return with_manifest(len(packed).to_bytes(LENGTH) + packed + table[end:])


def notes_of(data: bytes) -> bytes:
    table = manifest_of(data)
    return table[LENGTH : LENGTH + int.from_bytes(table[:LENGTH])]


def with_pieces(data: bytes) -> bytes:
    """A bundle in which every piece is these bytes."""
    head, _ = head_of(RIGHT)
    key: ContentKey = unwrap(head.bundle, head.recipients, [SERVER])
    sealed = [key.seal(data, at) for at in range(1, head.pieces + 1)]
    manifest = Manifest.read(manifest_of(RIGHT))
    entries = [
        replace(entry, size=len(one), hash=digest_of(one))
        for entry, one in zip(manifest.entries, sealed, strict=True)
    ]
    return with_manifest(Manifest(manifest.notes, tuple(entries)).pack(), sealed)
