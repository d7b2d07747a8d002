"""How far workspaces are filled from a snapshot, as the tables tell it: after a cut too, with no network."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.reader import Reader

_PIECES = (
    "SELECT coalesce(sum(size), 0),"
    " coalesce(sum(CASE WHEN applied THEN size ELSE length(data) END), 0),"
    " coalesce(sum(NOT applied AND place < ?), 0)"
    " FROM base_piece WHERE ws = ? AND place IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Fetching:
    """One workspace that is not whole here yet. `usable`: what people work with first is there."""

    workspace: bytes
    name: str
    done: int
    size: int
    usable: bool

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means whole."""
        return self.done * 100 // self.size if self.size else 0


def fetching_now(reader: Reader) -> list[Fetching]:
    """The workspaces that were begun and are not whole, in the order of their names."""
    begun = reader.connection.execute("SELECT ws, usable FROM base WHERE done = 0").fetchall()
    if not begun:
        return []
    states = {state.index: state for state in reader.workspaces()}
    found = []
    for index, usable in begun:
        state = states.get(index)
        if state is None:
            continue
        size, done, missing = reader.connection.execute(_PIECES, (usable, index)).fetchone()
        found.append(Fetching(state.id, state.name, int(done), int(size), state.cursor > 0 or not missing))
    return sorted(found, key=lambda one: one.name)
