"""How much a sync would move: asked from the server, or, without a network, what waits on this laptop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.store.outbox import waiting_size
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.joined import RATE_DOWN, RATE_UP
from desktop.syncing.line import Connect, over_http
from desktop.syncing.once import plan_once
from sync.errors import DaftarError

if TYPE_CHECKING:
    from sync.client.plan import Plan


@dataclass(frozen=True, slots=True)
class WaitingHere:
    """What waits, known without a network. `seconds` is None where no line was measured yet."""

    changes: int
    bytes: int
    seconds: int | None


def waiting_here(reader: Reader) -> WaitingHere:
    """What is only on this laptop, and how long it would take over the line of last time."""
    changes, size = waiting_size(reader)
    rate = _rates(reader)[0] or _rates(reader)[1]
    return WaitingHere(changes, size, (round(size / rate) or 1) if size and rate else None)


def is_slow(reader: Reader) -> bool:
    """Whether the line was slow the last time; one that was never measured is not."""
    from sync.client.link import SLOW

    known = [rate for rate in _rates(reader) if rate]
    return bool(known) and min(known) < SLOW


def forecast_for_slow_line(store: Store, *, connect: Connect = over_http) -> Plan | None:
    """The plan, where the line was slow the last time; None where it was not, or where none is to be had.

    A line that is down is met by the sync that follows, which tries again and says what is wrong.
    """
    reader = store.reader()
    try:
        slow = is_slow(reader)
    finally:
        reader.close()
    if not slow:
        return None
    try:
        return plan_once(store, connect=connect)
    except DaftarError:
        return None


def _rates(reader: Reader) -> tuple[float, float]:
    """Bytes per second, up and down; 0 where they are not known."""
    return float(reader.meta(RATE_UP) or 0), float(reader.meta(RATE_DOWN) or 0)
