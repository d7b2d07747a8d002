"""A small frame that would unfold into a giant block is refused before it does."""

import pytest

from sync.errors import DaftarError
from sync.frames import Block, Column, Group, encode_block, seal
from sync.frames.packing import open_frame


def test_inv_30_a_frame_of_a_few_bytes_does_not_become_millions_of_cells() -> None:
    rows, columns = 30_000, 400
    ids = [b"\1" * 10 + at.to_bytes(6) for at in range(rows)]
    same = [Column(f"c{at}", "r", ["x"] * rows) for at in range(columns)]
    group = Group("survey", True, False, list(range(rows)), ids, same)
    numbers = list(range(1, rows + 1))
    ones = [1] * rows
    block = Block(bytes(16), [5] * rows, numbers, ones, ones, [b"a" * 16] * rows, [group])
    frame = seal(encode_block(block))
    assert len(frame) < 2_000
    with pytest.raises(DaftarError, match="bad_frame"):
        open_frame(frame, bytes(16))
