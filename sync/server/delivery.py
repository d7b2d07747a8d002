"""What a laptop lacks of a log: stored frames as they are, small ones joined, its own as references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from sync.changes import Change, ChangeId
from sync.frames import changes_of
from sync.frames.packing import open_frame, pack_changes
from sync.server.ledger import unpack_effective
from sync.server.storage import journal
from sync.server.storage.journal import Entry
from sync.wire.messages import Pulled

SMALL: Final = 8 * 1024
_LEVEL: Final = 9
_ENTRIES: Final = 2_000
_REFERENCE: Final = 24


@dataclass(slots=True)
class Budget:
    """The bytes an answer may still hold; the first frame always fits, so that everything moves on."""

    left: int
    used: bool = field(default=False)

    def take(self, size: int) -> bool:
        if size > self.left and self.used:
            return False
        self.left -= size
        self.used = True
        return True


def deliver(
    connection: Connection, workspace: bytes, *, cursor: int, device: int, budget: Budget
) -> tuple[tuple[Pulled, ...], bool]:
    """What follows `cursor`, in `pseq` order, and whether something had to be left for the next answer."""
    entries = journal.entries_after(connection, workspace, cursor=cursor, limit=_ENTRIES)
    chosen = []
    for entry in entries:
        if not budget.take(_REFERENCE if _is_own(entry, device) else entry.size):
            break
        chosen.append(entry)
    more = len(chosen) < len(entries) or len(entries) == _ENTRIES
    firsts = [entry.first_pseq for entry in chosen if not _is_own(entry, device)]
    frames = journal.frames_at(connection, workspace, firsts=firsts) if firsts else {}
    pulled: list[Pulled] = []
    for own, run in groupby(chosen, key=lambda entry: _is_own(entry, device)):
        if own:
            pulled += _references(list(run), cursor)
        else:
            pulled += _joined(list(run), frames, workspace, cursor)
    return tuple(pulled), more


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


def _joined(
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
    entries: Sequence[Entry], frames: dict[int, tuple[bytes, bytes | None]], workspace: bytes, cursor: int
) -> list[Pulled]:
    changes: list[Change] = []
    stamps: dict[ChangeId, int] = {}
    for entry in entries:
        frame, stored = frames[entry.first_pseq]
        part = changes_of(open_frame(frame, workspace))
        stamps.update({part[at].id: stamp for at, stamp in unpack_effective(stored).items()})
        changes += part
    skipped = max(0, cursor + 1 - entries[0].first_pseq)
    pulled, pseq = [], entries[0].first_pseq + skipped
    for packed, part in pack_changes(changes[skipped:], level=_LEVEL):
        effective = {at: stamps[one.id] for at, one in enumerate(part) if one.id in stamps}
        pulled.append(Pulled(pseq, pseq + len(part) - 1, packed, effective=effective))
        pseq += len(part)
    return pulled
