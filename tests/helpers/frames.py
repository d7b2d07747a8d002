"""The main window around one screen, with every other place in the rail, for screenshots."""

from typing import Any

from helpers.office import NOW_MS
from helpers.stage import LANGUAGES, SIZES

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.widgets.look import Look
from desktop.widgets.screen import Screen
from desktop.windows.main_window import MainWindow
from desktop.windows.plans import ScreenPlan

__all__ = ["LANGUAGES", "SIZES", "framed", "some_facts"]

_PLACES = (
    ("desk", "My desk", "home", "top"),
    ("decisions", "Needs your decision", "git-pull-request-arrow", "top"),
    ("workplan", "Workplan", "workplan", "module"),
    ("indicators", "Results and indicators", "indicators", "module"),
    ("meetings", "Meetings", "meetings", "module"),
    ("exchange", "Send and receive", "arrow-down-up", "bottom"),
    ("settings", "Settings", "settings", "bottom"),
)
_DAY_MS = 86_400_000


def some_facts(pending: int = 12, decisions: int = 3) -> SyncFacts:
    """A laptop that has something to send."""
    state = SyncState(pending=pending, decisions=decisions, last_success_ms=NOW_MS - 4 * _DAY_MS)
    return SyncFacts(lambda: None, state=state)


def framed(
    look: Look, desk: Desk, key: str, factory: Any, *, size: tuple[int, int], sync: SyncFacts | None = None
) -> tuple[MainWindow, Any]:
    """A shown window with this screen in front."""
    plans = {
        place: ScreenPlan(
            place, label, icon, factory if place == key else Screen, place=where, pill=place == "decisions"
        )
        for place, label, icon, where in _PLACES
    }
    facts = sync or some_facts()
    window = MainWindow(look, desk, plans, facts)
    window.resize(*size)
    window.show()
    window.go(key)
    return window, window.front
