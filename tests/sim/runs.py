"""Runs worlds one after the other until enough device-days have passed."""

import time
import traceback
from collections.abc import Callable
from typing import Final

from sim.oracle import ViolationError
from sim.plan import Plan, draw_plan
from sim.report import Tally, again
from sim.sabotage import planted, suited
from sim.world import World

WORLD_DAYS: Final = 25
_STRIDE: Final = 100_003
MOST_VIOLATIONS: Final = 5
_SAY_EVERY: Final = 5


def world_plan(seed: int, *, days: int, sabotage: str | None) -> Plan:
    plan = draw_plan(seed, days=days)
    return plan if sabotage is None else suited(sabotage, plan)


def live(plan: Plan, tally: Tally, *, sabotage: str | None = None) -> None:
    """Live through one world; where something does not hold, the tally tells it."""
    with planted(sabotage):
        world = World(plan)
        try:
            with world:
                world.run()
        except Exception as error:  # noqa: BLE001 - any way to fail is a violation, and is told with its seed
            tally.violations.append(_told(error, plan, world.day, sabotage))
        tally.worlds += 1
        tally.device_days += world.device_days
        tally.faults.update(world.faults)
        tally.done.update(world.done)
        tally.checked.update(world.oracle.counts)


def _told(error: Exception, plan: Plan, day: int, sabotage: str | None) -> str:
    what = str(error)
    if not isinstance(error, ViolationError):
        what = "".join(traceback.format_exception(error))[-3_000:]
    command = again(plan.seed, days=plan.days, sabotage=sabotage)
    return f"VIOLATION in world {plan.seed}, day {day}: {what[:3_000]}\n  see it again: {command}"


def simulate(
    *,
    seed: int,
    device_days: int,
    sabotage: str | None = None,
    days: int = WORLD_DAYS,
    most_violations: int = MOST_VIOLATIONS,
    say: Callable[[str], None],
) -> Tally:
    """Worlds out of one seed until that many device-days have passed, or too much has gone wrong. What does
    not hold is said at once, and what was lived through is told also where somebody ends the run early.
    """
    tally, begun, at = Tally(seed), time.process_time(), 0
    most = 1 if sabotage is not None else most_violations
    while tally.device_days < device_days and len(tally.violations) < most:
        plan = world_plan(seed * _STRIDE + at, days=days, sabotage=sabotage)
        told = len(tally.violations)
        try:
            live(plan, tally, sabotage=sabotage)
        except KeyboardInterrupt:
            say("ended early, within a world that is not counted")
            break
        for violation in tally.violations[told:]:
            say(violation)
        at += 1
        if at % _SAY_EVERY == 0:
            say(tally.progress(time.process_time() - begun))
    return tally
