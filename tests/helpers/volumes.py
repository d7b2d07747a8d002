"""Bundles in memory, for tests that look at their bytes."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from sync.bundles.layout import Entry
from sync.bundles.writing import FAT32, Draft, write_bundle


def volumes_of(
    draft: Draft,
    pieces: Iterable[tuple[Entry, bytes]],
    *,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    split: int = FAT32,
) -> list[bytes]:
    """The volumes that a bundle is written in."""
    volumes: list[bytes] = []

    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        out = io.BytesIO()
        yield out
        volumes.append(out.getvalue())

    write_bundle(draft, list(pieces), open_volume, draw=draw, split=split)
    return volumes
