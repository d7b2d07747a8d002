"""When to sync, as pure functions: soon after a change, now and then while all is well, else ever later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A change waits a little, because people rarely stop after one."""

    after_change: float = 3.0
    after_change_connected: float = 0.5
    """While the line is open and the server listens, a change goes out almost at once."""
    idle: float = 60.0
    first_retry: float = 10.0
    longest_retry: float = 600.0
    refused: float = 3600.0


def pause_after(failures: int, pace: Pace, *, jitter: float) -> float:
    """How long to wait for the next try; `jitter` (0 to 1) keeps laptops from marching in step."""
    if failures == 0:
        return pace.idle * (0.75 + jitter / 2)
    backed_off = min(pace.longest_retry, pace.first_retry * 2.0 ** min(failures - 1, 16))
    return float(backed_off * (0.5 + jitter))


def due_after_change(now: float, due: float, pace: Pace, *, failures: int, connected: bool = False) -> float:
    """When the next sync is due after somebody changed something at `now`, if it was due at `due` before.

    While the server cannot be reached a change does not hurry it.
    """
    pause = pace.after_change_connected if connected else pace.after_change
    return due if failures else min(due, now + pause)
