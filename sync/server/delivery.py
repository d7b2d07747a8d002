"""What a laptop lacks of a log: stored frames as they are, small ones joined, its own as references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from typing import Final

from sqlalchemy import Connection

from sync.changes import Change, ChangeId
from sync.frames import changes_of
from sync.frames.container import frame_hash
from sync.frames.packing import pack_changes
from sync.server.storage import journal
from sync.server.storage.journal import Entry
from sync.server.stored import read_stored, unpack_effective
from sync.wire.messages import Begun, Pulled

SMALL: Final = 8 * 1024
_LEVEL: Final = 9
_ENTRIES: Final = 2_000
_REFERENCE: Final = 24
_UNCUT: Final = 256 * 1024
"""Answers of at least so many bytes are not worth cutting a frame for."""
_LEAST: Final = 1024
"""A smaller piece of a frame is not worth its message."""


@dataclass(slots=True)
class Budget:
    """The bytes an answer may still hold; something always fits, so that everything moves on.

    A small answer may end inside a frame; a large one ends where a frame does. `later` is about how many
    bytes had to be left for the next answer.
    """

    left: int
    used: bool = field(default=False)
    later: int = 0
    cuts: bool = False

    @classmethod
    def of(cls, max_bytes: int) -> Budget:
        """What a laptop asked for."""
        return cls(max(0, max_bytes), cuts=max_bytes < _UNCUT)

    def choose(self, entries: Sequence[Entry], device: int) -> int:
        """How many of the entries go into the answer, by the sizes they are stored in."""
        room = self.left
        for at, entry in enumerate(entries):
            size = _REFERENCE if _is_own(entry, device) else entry.size
            if (at or self.used) and (room <= 0 if self.cuts else size > room):
                self.later += sum(one.size for one in entries[at:] if not _is_own(one, device))
                return at
            room -= size
        return len(entries)

    def fit(self, parts: Sequence[Pulled], *, have: int = 0) -> list[Pulled]:
        """The frames there is room for, the first from its byte `have` on, the last cut where it must be."""
        taken: list[Pulled] = []
        for at, part in enumerate(parts):
            whole = _REFERENCE if part.frame is None else len(part.frame) - (0 if at else have)
            size = min(whole, max(self.left, 0 if self.used else _LEAST)) if self.cuts else whole
            if size < min(whole, _LEAST):
                self.later += sum(len(one.frame or b"") for one in parts[at:])
                break
            self.left -= size
            self.used = True
            if part.frame is None or size == len(part.frame):
                taken.append(part)
                continue
            offset = 0 if at else have
            piece = part.frame[offset : offset + size]
            taken.append(replace(part, frame=piece, offset=offset, total=len(part.frame)))
            if size < whole:
                self.later += whole - size + sum(len(one.frame or b"") for one in parts[at + 1 :])
                break
        return taken


def deliver(
    connection: Connection,
    workspace: bytes,
    *,
    cursor: int,
    device: int,
    budget: Budget,
    begun: Begun | None = None,
) -> tuple[tuple[Pulled, ...], bool]:
    """What follows `cursor`, in `pseq` order, and whether something had to be left for the next answer.

    `begun` is the frame behind the cursor of which the asker has a part: it is made again and gone on with.
    """
    entries = journal.entries_after(connection, workspace, cursor=cursor, limit=_ENTRIES)
    chosen = entries[: budget.choose(entries, device)]
    firsts = [entry.first_pseq for entry in chosen if not _is_own(entry, device)]
    frames = journal.frames_at(connection, workspace, firsts=firsts) if firsts else {}
    pulled: list[Pulled] = []
    have = 0
    if begun is not None:
        pulled = _again(chosen, frames, workspace, cursor=cursor, begun=begun, device=device)
        have = begun.size if pulled else 0
        cursor = begun.last if pulled else cursor
    rest = [entry for entry in chosen if entry.last_pseq > cursor]
    for own, run in groupby(rest, key=lambda entry: _is_own(entry, device)):
        if own:
            pulled += _references(list(run), cursor)
        else:
            pulled += joined(list(run), frames, workspace, cursor)
    fitted = budget.fit(pulled, have=have)
    cut = len(fitted) < len(pulled) or any(
        part.offset + len(part.frame or b"") < part.total for part in fitted
    )
    return tuple(fitted), cut or len(chosen) < len(entries) or len(entries) == _ENTRIES


def _again(
    entries: Sequence[Entry],
    frames: dict[int, tuple[bytes, bytes | None]],
    workspace: bytes,
    *,
    cursor: int,
    begun: Begun,
    device: int,
) -> list[Pulled]:
    """The frame that ends at `begun.last`, if it comes out as the one of which the asker has a part."""
    run = list(
        takewhile(lambda entry: entry.first_pseq <= begun.last and not _is_own(entry, device), entries)
    )
    if not run or run[-1].last_pseq < begun.last <= cursor:
        return []
    first = run[0]
    if len(run) == 1 and first.first_pseq > cursor and first.last_pseq == begun.last:
        made = [_as_stored(first, *frames[first.first_pseq])]
    else:
        made = _join(run, frames, workspace, cursor, last=begun.last)
    if len(made) != 1 or made[0].frame is None or begun.size >= len(made[0].frame):
        return []
    return made if frame_hash(made[0].frame) == begun.frame else []


def _is_own(entry: Entry, device: int) -> bool:
    return entry.device == device and entry.first_dseq > 0


def _references(run: Sequence[Entry], cursor: int) -> list[Pulled]:
    """Consecutive numbers of the asker's own changes, as few as possible."""
    pulled: list[Pulled] = []
    for entry in run:
        skipped = max(0, cursor + 1 - entry.first_pseq)
        first, first_dseq = entry.first_pseq + skipped, entry.first_dseq + skipped
        last = pulled[-1] if pulled else None
        if last and last.last + 1 == first and last.last_dseq + 1 == first_dseq:
            pulled[-1] = Pulled(last.first, entry.last_pseq, None, last.first_dseq, entry.last_dseq)
        else:
            pulled.append(Pulled(first, entry.last_pseq, None, first_dseq, entry.last_dseq))
    return pulled


def joined(
    run: Sequence[Entry], frames: dict[int, tuple[bytes, bytes | None]], workspace: bytes, cursor: int
) -> list[Pulled]:
    """Large frames as they are stored; runs of small ones, and one that the cursor rests in, made anew."""
    pulled: list[Pulled] = []
    for remade, part in groupby(run, key=lambda entry: entry.size < SMALL or entry.first_pseq <= cursor):
        entries = list(part)
        if remade and (len(entries) > 1 or entries[0].first_pseq <= cursor):
            pulled += _join(entries, frames, workspace, cursor)
        else:
            pulled += [_as_stored(entry, *frames[entry.first_pseq]) for entry in entries]
    return pulled


def _as_stored(entry: Entry, frame: bytes, effective: bytes | None) -> Pulled:
    return Pulled(entry.first_pseq, entry.last_pseq, frame, effective=unpack_effective(effective))


def _join(
    entries: Sequence[Entry],
    frames: dict[int, tuple[bytes, bytes | None]],
    workspace: bytes,
    cursor: int,
    *,
    last: int | None = None,
) -> list[Pulled]:
    """Frames made anew out of some; one that cannot be read goes out as it is, between them."""
    opened = [(entry, read_stored(frames[entry.first_pseq][0], workspace)) for entry in entries]
    pulled: list[Pulled] = []
    for readable, run in groupby(opened, key=lambda one: one[1] is not None):
        if readable:
            parts = [(entry, changes_of(block)) for entry, block in run if block is not None]
            pulled += _join_read(parts, frames, cursor, last=last)
        else:
            pulled += [_as_stored(entry, *frames[entry.first_pseq]) for entry, _ in run]
    return pulled


def _join_read(
    entries: Sequence[tuple[Entry, Sequence[Change]]],
    frames: dict[int, tuple[bytes, bytes | None]],
    cursor: int,
    *,
    last: int | None,
) -> list[Pulled]:
    changes: list[Change] = []
    stamps: dict[ChangeId, int] = {}
    for entry, part in entries:
        _, stored = frames[entry.first_pseq]
        stamps.update({part[at].id: stamp for at, stamp in unpack_effective(stored).items()})
        changes += part
    first = entries[0][0].first_pseq
    skipped = max(0, cursor + 1 - first)
    pulled, pseq = [], first + skipped
    end = len(changes) if last is None else last + 1 - first
    for packed, part in pack_changes(changes[skipped:end], level=_LEVEL):
        effective = {at: stamps[one.id] for at, one in enumerate(part) if one.id in stamps}
        pulled.append(Pulled(pseq, pseq + len(part) - 1, packed, effective=effective))
        pseq += len(part)
    return pulled
