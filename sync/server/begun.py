"""Frames of which only a beginning has arrived, kept for minutes so that a laptop goes on inside them.

Each is a file in the data folder, so every worker of a host finds it; what is lost costs only bytes again.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sync.clock import Clock
from sync.frames.container import FRAME_CAP, HASH_BYTES
from sync.wire.messages import Piece, Push

_KEPT_MS: Final = 15 * 60 * 1000
_SWEEP_MS: Final = 60 * 1000
_MOST_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Assembled:
    """A push with the frames that are whole now, and how much of the next one is kept."""

    push: Push
    frame: bytes = b""
    size: int = 0


class BegunFrames:
    """One frame for each device and workspace; a new one takes the place of the last."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._swept = 0

    def held(self, device: int, workspace: int) -> tuple[bytes, int]:
        """The hash of the frame that is kept, and how many bytes of it; nothing where there is none."""
        frame, data = self._read(device, workspace)
        return frame, len(data)

    def assemble(self, push: Push, *, device: int) -> Assembled:
        """Put pieces together; a piece that does not fit what is kept is left out with all behind it."""
        workspace = push.workspace
        frames: tuple[bytes, ...] = push.frames
        rest = push.tail
        if push.head is not None:
            data = self._joined(push.head, device, workspace)
            if data is None:
                return Assembled(replace(push, frames=(), head=None, tail=None))
            if len(data) < push.head.total:
                return self._keep(replace(push, frames=()), push.head.frame, data, device=device)
            frames = (data, *frames)
        elif rest is None and not frames:
            return Assembled(push)
        if rest is None:
            self._drop(device, workspace)
            return Assembled(replace(push, frames=frames, head=None, tail=None))
        data = self._joined(rest, device, workspace) or rest.data
        if len(data) >= rest.total:
            self._drop(device, workspace)
            return Assembled(replace(push, frames=(*frames, data), head=None, tail=None))
        return self._keep(replace(push, frames=frames), rest.frame, data, device=device)

    def _joined(self, piece: Piece, device: int, workspace: int) -> bytes | None:
        frame, known = self._read(device, workspace)
        if frame != piece.frame:
            known = b""
        if piece.total > FRAME_CAP or piece.end > piece.total or piece.offset > len(known):
            return None
        return known[: piece.offset] + piece.data + known[piece.end :]

    def _keep(self, push: Push, frame: bytes, data: bytes, *, device: int) -> Assembled:
        self._sweep()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(device, push.workspace)
        # A file of its own until it is whole: two requests of a laptop may come at once.
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(self._clock.now_ms().to_bytes(8) + frame + data)
        Path(name).replace(path)
        return Assembled(replace(push, head=None, tail=None), frame, len(data))

    def _read(self, device: int, workspace: int) -> tuple[bytes, bytes]:
        try:
            stored = self._path(device, workspace).read_bytes()
        except FileNotFoundError:
            return b"", b""
        begin = 8 + HASH_BYTES
        if len(stored) < begin or self._clock.now_ms() - int.from_bytes(stored[:8]) > _KEPT_MS:
            return b"", b""
        return stored[8:begin], stored[begin:]

    def _drop(self, device: int, workspace: int) -> None:
        self._path(device, workspace).unlink(missing_ok=True)

    def _path(self, device: int, workspace: int) -> Path:
        return self._folder / f"{device:012x}-{workspace}"

    def _sweep(self) -> None:
        """Once a minute, take away what is old, and the oldest where it is too much."""
        now = self._clock.now_ms()
        if 0 <= now - self._swept < _SWEEP_MS or not self._folder.is_dir():
            return
        self._swept = now
        found: list[tuple[int, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError), path.open("rb") as file:
                found.append((int.from_bytes(file.read(8)), path.stat().st_size, path))
        room = _MOST_BYTES
        for began, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0 or not 0 <= now - began <= _KEPT_MS:
                path.unlink(missing_ok=True)
