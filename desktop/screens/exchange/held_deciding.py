"""Asking the server what it keeps back, and deciding about it: what runs on a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from desktop.store.outbox import held_aside
from desktop.store.reader import Reader
from desktop.syncing.joined import read_joined
from desktop.syncing.quarantine import Held, coordinated, discard, held_changes, release
from sync.errors import DaftarError

DECIDED: Final = "change_discarded"


@dataclass(frozen=True, slots=True)
class LetIn:
    """What came of letting changes in: how many were, and the codes of those that were not."""

    released: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


def read_held(reader: Reader) -> list[Held]:
    """Ask the server; what was let in before, or taken off the list here, is left out."""
    found = held_changes(read_joined(reader), coordinated(reader.workspaces()))
    seen = held_aside(reader)
    return [one for one in found if not one.released_ms and one.mark not in seen]


def let_in(reader: Reader, chosen: Sequence[Held]) -> LetIn:
    """Let changes in, workspace by workspace."""
    joined, released = read_joined(reader), 0
    refused: dict[str, int] = {}
    places: dict[bytes, list[Held]] = {}
    for one in chosen:
        places.setdefault(one.workspace.id, []).append(one)
    for held in places.values():
        answer = release(joined, held[0].workspace, [one.change.id for one in held])
        released += answer.released
        for _, _, code in answer.refused:
            refused[code] = refused.get(code, 0) + 1
    return LetIn(released, refused)


@dataclass(frozen=True, slots=True)
class Discarded:
    """What came of discarding one change: `code` says why not, `left` what waits now, where that was told."""

    held: Held
    done: bool
    code: str
    left: Sequence[Held] | None


def discard_one(reader: Reader, held: Held, reason: str) -> Discarded:
    """Discard it, and ask anew; what was decided stays so where the line is cut before the list came."""
    answer = discard(read_joined(reader), held.workspace, [held.change.id], reason)
    code = next((each for _, _, each in answer.refused), "" if answer.released else DECIDED)
    try:
        left = read_held(reader)
    except DaftarError:
        return Discarded(held, not code, code, None)
    return Discarded(held, not code, code, left)
