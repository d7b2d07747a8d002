"""What the page of an indicator says while there is nothing to enter figures into, with the way out of it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.screens.indicators.facts import Facts
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.look import Look


def nothing_to_enter(
    look: Look, facts: Facts, *, add_periods: Callable[[], object], ask_place: Callable[[], object]
) -> EmptyState | None:
    """None where there are periods, and places in them."""
    words, year = look.words, facts.moment.year
    if not facts.periods:
        icon, act = "calendar", add_periods
        title = words.t("No reporting periods in {year}", year=year)
        text = words.t("Figures are entered for periods. The year can be made of four quarters.")
        action = words.t("Add the quarters of {year}", year=year)
    elif not facts.places and not facts.other_places:
        icon, act = "map-pin", ask_place
        title = words.t("No places yet")
        text = words.t("Figures are entered for places, such as governorates or camps.")
        action = words.t("Add a place")
    elif not facts.places:
        icon, act = "map-pin", ask_place
        title = words.t("No place chosen")
        text = words.t("This indicator has no figures yet. Its first place opens the table.")
        action = words.t("Choose a place")
    else:
        return None
    made = EmptyState(look, icon=icon, title=title, text=text, action=action, framed=False)
    made.acted.connect(act)
    return made
