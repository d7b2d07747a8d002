"""SYNC 29: whatever bytes a bundle file holds, it is refused with a code, in little memory."""

import io
import secrets
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import msgpack
import pytest
from helpers.volumes import volumes_of
from hypothesis import given
from hypothesis import strategies as st

from desktop.words.messages import MESSAGES
from sync.bundles.cards import Card
from sync.bundles.keys import SecretKeys
from sync.bundles.layout import (
    HEAD_CAP,
    LENGTH,
    MAGIC,
    MANIFEST_CAP,
    Entry,
    Head,
    Manifest,
    PieceKind,
)
from sync.bundles.notes import Notes, Place
from sync.bundles.reading import BundleFile
from sync.bundles.sealing import Lock, digest_of
from sync.bundles.writing import Draft
from sync.errors import DaftarError

MEGABYTE = 1 << 20
SERVER, MAKER, READER = (SecretKeys(bytes([at]) * 32) for at in (1, 2, 3))
CARD = Card(77, bytes(16), "Lina", "laptop", MAKER.public, 1_700_000_000_000).sign(SERVER)
PIECES = [bytes([at]) * (50 + 900 * at) for at in range(6)]


def write(*, split: int = 1 << 30, code: str = "", pieces: list[bytes] | None = None) -> list[bytes]:
    """The volumes of a bundle for READER."""
    notes = Notes((Place(bytes(16), "Jordan"),), (CARD,))
    draft = Draft("share", 1_700_000_000_000, CARD, MAKER, notes, (READER.public,), code, b"", 6)
    made = [(Entry(PieceKind.STRAND, 0, 77, 1, 1), piece) for piece in (pieces or PIECES)]
    return volumes_of(draft, made, split=split)


WHOLE = write()[0]
T = TypeVar("T")


def attempt(action: Callable[[], T]) -> tuple[str, T | None]:
    """The code of a refusal, or what came of it."""
    try:
        return "", action()
    except DaftarError as error:
        return error.code, None


def read(data: bytes, keys: SecretKeys = READER) -> list[tuple[bytes | None, str]]:
    bundle = BundleFile(io.BytesIO(data))
    bundle.insist_on(SERVER.public)
    bundle.open([keys])
    return [(piece.data, piece.code) for piece in bundle.pieces()]


def test_inv_29_a_whole_bundle_gives_back_every_piece() -> None:
    assert read(WHOLE) == [(piece, "") for piece in PIECES]


def test_inv_29_each_volume_can_be_read_alone() -> None:
    large = [secrets.token_bytes(200_000) for _ in range(5)]
    volumes = write(split=500_000, pieces=large)
    assert len(volumes) == 3
    assert all(len(volume) <= 500_000 for volume in volumes)
    found = [data for volume in reversed(volumes) for data, _ in read(volume)]
    assert sorted(found, key=lambda one: one or b"") == sorted(large)


@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_inv_29_a_flipped_bit_is_seen(at: int, bit: int) -> None:
    data = bytearray(WHOLE)
    data[at] ^= 1 << bit
    code, found = attempt(lambda: read(bytes(data)))
    assert not code or code in MESSAGES
    if found is None:
        return
    assert all(data in (piece, None) for (data, _), piece in zip(found, PIECES, strict=True))
    assert [code for _, code in found].count("bundle_damaged") == 1


@given(length=st.integers(0, len(WHOLE) - 1))
def test_inv_29_a_cut_file_gives_what_is_whole(length: int) -> None:
    code, found = attempt(lambda: read(WHOLE[:length]))
    if found is None:
        assert code in ("bundle_cut", "bundle_unknown")
        return
    whole = [data for data, _ in found if data is not None]
    assert whole == PIECES[: len(whole)]
    assert {code for data, code in found if data is None} == {"bundle_cut"}


def test_inv_29_the_wrong_recipient_learns_nothing() -> None:
    with pytest.raises(DaftarError, match="bundle_not_for_you"):
        read(WHOLE, SecretKeys(bytes([9]) * 32))


def test_inv_29_a_maker_whom_nobody_confirms_is_believed_only_by_fingerprint() -> None:
    stranger = replace(CARD, signature=bytes(64))
    notes = Notes((Place(bytes(16), "Jordan"),))
    draft = Draft("share", 1, stranger, MAKER, notes, (READER.public,))
    bundle = BundleFile(io.BytesIO(volumes_of(draft, [])[0]))
    with pytest.raises(DaftarError, match="bundle_untrusted"):
        bundle.insist_on(SERVER.public)
    assert bundle.insist_on(SERVER.public, fingerprint=MAKER.public.fingerprint.lower()) == ""


def test_inv_29_a_card_of_somebody_else_does_not_fit_the_signature() -> None:
    other = Card(78, bytes(16), "Omar", "laptop", READER.public, 1).sign(SERVER)
    with pytest.raises(DaftarError, match="bundle_forged"):
        BundleFile(io.BytesIO(_with_head(lambda head: replace(head, card=other))))


def test_inv_29_a_code_opens_and_a_wrong_one_does_not() -> None:
    data = write(code="ABCD-EFGH")[0]
    bundle = BundleFile(io.BytesIO(data))
    bundle.open(code="abcd efgh")
    assert [piece.data for piece in bundle.pieces()] == PIECES
    with pytest.raises(DaftarError, match="bundle_code_wrong"):
        BundleFile(io.BytesIO(data)).open(code="ABCD-EFGJ")
    with pytest.raises(DaftarError, match="bundle_code_needed"):
        BundleFile(io.BytesIO(data)).open([SERVER])


def _with_head(alter: object, *, keys: SecretKeys = MAKER) -> bytes:
    """The bundle with another head, signed again by whoever has these keys."""
    size = int.from_bytes(WHOLE[len(MAGIC) : len(MAGIC) + LENGTH])
    start = len(MAGIC) + LENGTH
    head = Head.read(WHOLE[start : start + size])
    assert callable(alter)
    packed = alter(head).pack()
    rest = WHOLE[start + size + 64 :]
    return b"".join([MAGIC, len(packed).to_bytes(LENGTH), packed, keys.sign(Head.said(packed)), rest])


GREEDY = {
    "a head of four gigabytes": MAGIC + b"\xff\xff\xff\xff" + bytes(1000),
    "a head of nested lists": MAGIC + HEAD_CAP.to_bytes(4) + b"\x91" * HEAD_CAP,
    "a head of empty lists": MAGIC + HEAD_CAP.to_bytes(4) + b"\xdd\x00\x00\xff\xfb" + b"\x90" * HEAD_CAP,
    "a list of four billion": MAGIC + (10).to_bytes(4) + b"\xdd\xff\xff\xff\xff" + bytes(100),
    "an expensive lock": _with_head(
        lambda head: replace(head, lock=Lock(bytes(16), 1 << 30, 1 << 40, bytes(40)))
    ),
    "a manifest longer than the file": _with_head(lambda head: replace(head, manifest_size=MANIFEST_CAP)),
    "a manifest longer than allowed": _with_head(lambda head: replace(head, manifest_size=1 << 40)),
    "more pieces than there are": _with_head(lambda head: replace(head, pieces=40_000)),
}


@pytest.mark.parametrize("data", GREEDY.values(), ids=GREEDY.keys())
def test_inv_29_a_greedy_file_is_refused_in_little_memory(data: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DaftarError) as caught:
            read(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code in MESSAGES
    assert peak < 16 * MEGABYTE


def test_inv_29_a_manifest_made_to_fill_the_memory_is_refused() -> None:
    """Even one that a colleague signed and sealed: the largest that the caps let through."""
    notes = b"\xdd\x00\x07\xff\xfb" + b"\x90" * (512 * 1024 - 5)
    packed = len(notes).to_bytes(LENGTH) + notes
    tracemalloc.start()
    try:
        with pytest.raises(DaftarError, match="bundle_damaged"):
            Manifest.read(packed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * MEGABYTE


def test_inv_29_a_piece_that_swells_is_refused_before_it_does() -> None:
    from backports import zstd

    from sync.frames.packing import open_frame

    bomb = zstd.compress(bytes(64 * MEGABYTE))
    header = bytes([1, 1, 0x80, 0x80, 0x80, 0x20, len(bomb) & 0x7F | 0x80, len(bomb) >> 7, 0])
    tracemalloc.start()
    try:
        with pytest.raises(DaftarError, match="bad_frame"):
            open_frame(header + digest_of(bomb)[:16] + bomb, bytes(16))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MEGABYTE


@given(data=st.binary(max_size=400))
def test_inv_29_noise_is_refused_with_a_code(data: bytes) -> None:
    for noise in (data, MAGIC + data, MAGIC + len(data).to_bytes(4) + data):
        with pytest.raises(DaftarError) as caught:
            read(noise)
        assert caught.value.code in MESSAGES


LEAVES = st.none() | st.integers(-5, 1 << 63) | st.text(max_size=5) | st.binary(max_size=70) | st.booleans()
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=9), max_leaves=30)


@given(body=BODIES, table=st.binary(max_size=300))
def test_inv_29_a_manifest_of_any_shape_is_refused_or_read(body: object, table: bytes) -> None:
    notes = msgpack.packb(body)
    packed = len(notes).to_bytes(LENGTH) + notes + table
    code, _ = attempt(lambda: Notes.read(Manifest.read(packed).notes))
    assert not code or code in MESSAGES


@given(body=BODIES, name=st.sampled_from(["places", "cards", "held", "welcome"]))
def test_inv_29_notes_of_any_shape_are_refused_or_read(body: object, name: str) -> None:
    code, _ = attempt(lambda: Notes.read({name: body}))
    assert code in ("", "bundle_damaged")


@given(body=BODIES)
def test_inv_29_a_head_or_card_of_any_shape_is_refused_or_read(body: object) -> None:
    packed = msgpack.packb(body)
    for reading in (Head.read, Card.read):
        with pytest.raises(DaftarError) as caught:
            reading(packed)
        assert caught.value.code in MESSAGES
