"""What the composition root tells the main window about its screens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from desktop.bridge.desk import Desk
from desktop.settings import Settings
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen

Factory = Callable[[Look, Desk, Host], Screen]
Place = Literal["top", "module", "bottom", "aside"]
"""`aside` is not in the rail: settings, the search and links lead there."""
REMOVED: Final = "removed"
Keep = Callable[[Settings], object]
"""Writes the preferences to disk."""


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    """One screen: where it stands in the rail, what it is called, and which kinds of records it shows."""

    key: str
    label: str
    """A message id."""
    icon: str
    factory: Factory
    kinds: frozenset[str] = frozenset()
    place: Place = "module"
    pill: bool = False
    """The count beside it asks for a decision."""
