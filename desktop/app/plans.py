"""The screens of the window in the order of the rail. Each is imported when it is first visited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts
from desktop.settings import Settings
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from desktop.windows.plans import ScreenPlan

if TYPE_CHECKING:
    from desktop.screens.settings.screen import Spot

PLAN_KINDS: Final = frozenset({"activity", "result", "milestone", "budget_line", "dependency", "role"})
MEASURE_KINDS: Final = frozenset({"indicator", "value", "target", "dimension", "category", "period"})
MEETING_KINDS: Final = frozenset({"meeting", "agenda_item", "decision", "action_point"})


def t(msgid: str) -> str:
    """Marks a message id; the window translates it when it is shown."""
    return msgid


def screen_plans(facts: SyncFacts, *, keep: Callable[[Settings], object]) -> dict[str, ScreenPlan]:
    """Every screen by its key."""
    plans = (
        ScreenPlan("desk", t("My desk"), "home", _desk(facts), place="top"),
        ScreenPlan(
            "decisions",
            t("Needs your decision"),
            "git-pull-request-arrow",
            _decisions,
            place="top",
            pill=True,
        ),
        ScreenPlan("workplan", t("Workplan"), "workplan", _workplan, PLAN_KINDS),
        ScreenPlan("indicators", t("Results and indicators"), "indicators", _indicators, MEASURE_KINDS),
        ScreenPlan("meetings", t("Meetings"), "meetings", _meetings, MEETING_KINDS),
        ScreenPlan("exchange", t("Send and receive"), "arrow-down-up", _exchange(facts), place="bottom"),
        ScreenPlan("settings", t("Settings"), "settings", _settings(facts, keep), place="bottom"),
        ScreenPlan("removed", t("Removed items"), "trash", _removed, place="aside"),
    )
    return {plan.key: plan for plan in plans}


def _desk(facts: SyncFacts) -> Callable[[Look, Desk, Host], Screen]:
    def make(look: Look, desk: Desk, host: Host) -> Screen:
        from desktop.screens.desk.screen import DeskScreen

        return DeskScreen(look, desk, host, sync=facts)

    return make


def _decisions(look: Look, desk: Desk, host: Host) -> Screen:
    from desktop.screens.decisions.screen import DecisionsScreen

    return DecisionsScreen(look, desk, host)


def _workplan(look: Look, desk: Desk, host: Host) -> Screen:
    from desktop.screens.workplan.screen import WorkplanScreen

    return WorkplanScreen(look, desk, host)


def _indicators(look: Look, desk: Desk, host: Host) -> Screen:
    from desktop.screens.indicators.screen import IndicatorsScreen

    return IndicatorsScreen(look, desk, host)


def _meetings(look: Look, desk: Desk, host: Host) -> Screen:
    from desktop.screens.meetings.screen import MeetingsScreen

    return MeetingsScreen(look, desk, host)


def _removed(look: Look, desk: Desk, host: Host) -> Screen:
    from desktop.screens.removed.screen import RemovedScreen

    return RemovedScreen(look, desk, host)


def _exchange(facts: SyncFacts) -> Callable[[Look, Desk, Host], Screen]:
    def make(look: Look, desk: Desk, host: Host) -> Screen:
        from desktop.screens.exchange.screen import ExchangeScreen

        return ExchangeScreen(look, desk, host, sync=facts)

    return make


def _settings(facts: SyncFacts, keep: Callable[[Settings], object]) -> Callable[[Look, Desk, Host], Screen]:
    spots: list[Spot] = []

    def make(look: Look, desk: Desk, host: Host) -> Screen:
        from desktop.screens.settings.screen import SettingsScreen, Spot

        if not spots:
            spots.append(Spot())
        return SettingsScreen(look, desk, host, keep=keep, sync=facts, spot=spots[0])

    return make
