"""What a commit touched: the one fact that views, models and the sync badge refresh from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changed:
    """Kinds -> record ids that were touched; `origin` lets the author ignore its own echo."""

    touched: Mapping[str, frozenset[bytes]] = field(default_factory=dict)
    origin: object | None = None
    conflicts: bool = False
    local: bool = True

    def __bool__(self) -> bool:
        return bool(self.touched) or self.conflicts

    def of(self, kind: str) -> frozenset[bytes]:
        return self.touched.get(kind, frozenset())


def together(parts: Sequence[Changed]) -> Changed:
    """What one commit touched that did several things of the same origin."""
    if len(parts) == 1:
        return parts[0]
    touched: defaultdict[str, set[bytes]] = defaultdict(set)
    for part in parts:
        for kind, records in part.touched.items():
            touched[kind] |= records
    return Changed(
        {kind: frozenset(records) for kind, records in touched.items()},
        next((part.origin for part in parts), None),
        any(part.conflicts for part in parts),
        all(part.local for part in parts),
    )


class Touched:
    """Collects what an apply touches."""

    def __init__(self) -> None:
        self._records: defaultdict[str, set[bytes]] = defaultdict(set)
        self.conflicts = False
        self.refold: set[tuple[str, bytes]] = set()
        """Records whose tentative changes must be folded again, on what is settled now."""
        self.beside: set[tuple[str, bytes]] = set()
        """Records that have tentative changes too, which as a rule stand on what is settled already."""

    def add(self, kind: str, *records: bytes) -> None:
        self._records[kind].update(records)

    def take_refold(self) -> set[tuple[str, bytes]]:
        taken, self.refold = self.refold, set()
        return taken

    def take_beside(self) -> set[tuple[str, bytes]]:
        taken, self.beside = self.beside, set()
        return taken

    def changed(self, *, origin: object | None = None, local: bool = True) -> Changed:
        touched = {kind: frozenset(records) for kind, records in self._records.items()}
        return Changed(touched, origin, self.conflicts, local)
