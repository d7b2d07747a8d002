"""What of a sync is worth telling: how far a filling is, what travelled, and what was put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.store.fetching import Fetching
from desktop.store.happenings import COMPARED, DIFFERS, EXCHANGED, FILLED, REPAIRED, Happening
from desktop.store.store import Store

if TYPE_CHECKING:
    from sync.client.repair import Repaired
    from sync.client.session import Progress, Receipt
    from sync.client.snapshots import Filling


@dataclass(slots=True)
class Fillings:
    """Hears a session's progress on its way to whoever wants it, and keeps which workspaces became whole."""

    report: Callable[[Progress], None]
    whole: list[bytes] = field(default_factory=list)

    def hear(self, progress: Progress) -> None:
        filling = progress.filling
        if filling is not None and filling.done >= filling.size and filling.workspace not in self.whole:
            self.whole.append(filling.workspace)
        self.report(progress)


class Naming:
    """Says of which workspace a session speaks; its name is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[bytes, str] = {}

    def fetching(self, filling: Filling) -> Fetching:
        if filling.workspace not in self._names:
            reader = self._store.reader()
            try:
                self._names = {state.id: state.name for state in reader.workspaces()}
            finally:
                reader.close()
        name = self._names.get(filling.workspace, "")
        return Fetching(filling.workspace, name, filling.done, filling.size, filling.usable)


def what_happened(receipt: Receipt, whole: Iterable[bytes], *, at_ms: int) -> list[Happening]:
    """Nothing for a sync that moved nothing."""
    news = [Happening(FILLED, at_ms, workspace=workspace) for workspace in whole]
    if receipt.pushed or receipt.pulled:
        counts = {
            "sent": receipt.pushed,
            "received": receipt.pulled,
            "bytes_up": receipt.bytes_up,
            "bytes_down": receipt.bytes_down,
            "cuts": receipt.cuts,
        }
        news.insert(0, Happening(EXCHANGED, at_ms, counts))
    return news


def mending(done: Iterable[Repaired], *, at_ms: int) -> list[Happening]:
    """What came of comparing with the server."""
    news = []
    for one in done:
        if one.records or one.sums:
            counts = {"count": len(one.records)}
            news.append(Happening(REPAIRED, at_ms, counts, one.workspace))
        if not one.equal:
            news.append(Happening(DIFFERS, at_ms, {"count": one.only_here}, one.workspace))
    return news or [Happening(COMPARED, at_ms)]
