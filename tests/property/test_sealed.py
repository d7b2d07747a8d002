"""Encrypted files: what goes in comes out, from any byte on, however often writing is broken off."""

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.store.sealed import CHUNK, MAGIC, Sealing, read_sealed, sealed_size
from desktop.syncing.blobs import Excerpts
from sync.errors import DaftarError

KEY, NAME = bytes(range(32)), bytes(32)
EDGES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]) | st.integers(
    0, 3 * CHUNK
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def plain(size: int) -> bytes:
    return bytes(at * 31 % 251 for at in range(size))


def write(path: Path, *pieces: bytes, key: bytes = KEY) -> None:
    for piece in pieces:
        with Sealing(path, key=key, fingerprint=NAME) as sealing:
            sealing.write(piece)


def read(path: Path, start: int = 0, *, key: bytes = KEY, name: bytes = NAME) -> bytes:
    return b"".join(read_sealed(path, key=key, fingerprint=name, start=start))


@settings(max_examples=60, deadline=None)
@given(size=EDGES, cuts=st.lists(EDGES, max_size=4), start=EDGES)
def test_a_file_reads_back_whole_wherever_it_was_broken_off(
    folder: Path, size: int, cuts: list[int], start: int
) -> None:
    path, content = folder / "file", plain(size)
    path.unlink(missing_ok=True)
    marks = sorted({0, size, *(cut for cut in cuts if cut < size)})
    write(path, b"", *(content[a:b] for a, b in pairwise(marks)))
    assert sealed_size(path) == size
    assert read(path) == content
    assert read(path, start) == content[start:]


@settings(max_examples=40, deadline=None)
@given(size=EDGES, lost=st.integers(0, CHUNK))
def test_a_torn_end_is_left_out_and_writing_goes_on_before_it(folder: Path, size: int, lost: int) -> None:
    path, content = folder / "torn", plain(size)
    path.unlink(missing_ok=True)
    write(path, content)
    with path.open("r+b") as file:
        file.truncate(max(0, path.stat().st_size - lost))
    with Sealing(path, key=KEY, fingerprint=NAME) as sealing:
        assert sealing.size <= size
        sealing.write(content[sealing.size :])
    assert read(path) == content


@settings(max_examples=30, deadline=None)
@given(size=EDGES, marks=st.lists(EDGES, max_size=6))
def test_excerpts_are_what_stands_there(folder: Path, size: int, marks: list[int]) -> None:
    path, content = folder / "excerpts", plain(size)
    path.unlink(missing_ok=True)
    write(path, content)
    excerpts = Excerpts(lambda start: read_sealed(path, key=KEY, fingerprint=NAME, start=start))
    for at in marks:
        start = min(at, size)
        stop = min(size, start + 1000)
        assert excerpts(start, stop) == content[start:stop]


def test_nothing_of_the_content_or_of_equal_chunks_shows(folder: Path) -> None:
    path = folder / "same"
    write(path, b"secret register " * (CHUNK // 8))
    raw = path.read_bytes()
    assert b"secret" not in raw
    body = raw[len(MAGIC) :]
    half = len(body) // 2
    assert body[:half] != body[half:]


def test_a_tail_that_is_written_again_takes_a_fresh_nonce(folder: Path) -> None:
    path = folder / "nonce"
    write(path, b"abc")
    before = path.read_bytes()
    write(path, b"def")
    assert path.read_bytes()[len(MAGIC) : len(MAGIC) + 24] != before[len(MAGIC) : len(MAGIC) + 24]


def test_chunks_that_were_altered_exchanged_or_of_another_file_are_refused(folder: Path) -> None:
    path = folder / "altered"
    write(path, plain(2 * CHUNK))
    raw = path.read_bytes()
    half = len(MAGIC) + (len(raw) - len(MAGIC)) // 2
    for wrong in (
        raw[:99] + bytes([raw[99] ^ 1]) + raw[100:],
        MAGIC + raw[half:] + raw[len(MAGIC) : half],
        b"PLAIN" + raw,
    ):
        path.write_bytes(wrong)
        with pytest.raises(DaftarError, match="file_damaged"):
            read(path)
    path.write_bytes(raw)
    for key, name in ((bytes(32), NAME), (KEY, bytes([1] * 32))):
        with pytest.raises(DaftarError, match="file_damaged"):
            read(path, key=key, name=name)
