"""Frames: small self-contained pieces of the log, the same on the wire, on disk and in a file.

A frame is a container (`container`) around a block of changes laid out by column (`block`, `columns`).
"""

from sync.frames.block import Block, Column, Group, block_of, changes_of
from sync.frames.codec import decode_block, encode_block
from sync.frames.container import FRAME_LIMIT, Frame, read_frames, seal, unseal

__all__ = [
    "FRAME_LIMIT",
    "Block",
    "Column",
    "Frame",
    "Group",
    "block_of",
    "changes_of",
    "decode_block",
    "encode_block",
    "read_frames",
    "seal",
    "unseal",
]
