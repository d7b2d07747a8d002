"""What this laptop is, read in the reader thread; plain data, no Qt. The token of the server stays unread."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.people import Author, author_of
from desktop.store.reader import Reader
from desktop.syncing.joined import LAPTOP, SERVER


@dataclass(frozen=True, slots=True)
class LaptopFacts:
    """Who sits here, which workspaces with which role, and the server, where there is one."""

    author: Author
    workspaces: tuple[tuple[str, str], ...]
    server: str
    laptop: str


def read_laptop(reader: Reader) -> LaptopFacts:
    """Everything about this laptop at one moment."""
    workspaces = tuple((state.name, state.role) for state in reader.workspaces())
    return LaptopFacts(
        author_of(reader, bytes(reader.meta("account") or b"")),
        workspaces,
        str(reader.meta(SERVER) or ""),
        str(reader.meta(LAPTOP) or ""),
    )
