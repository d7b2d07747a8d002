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
_MOST_VIOLATIONS: Final = 5


def world_plan(seed: int, *, days: int, sabotage: str | None) -> Plan:
    plan = draw_plan(seed, days=days)
    return plan if sabotage is None else suited(sabotage, plan)


def live(plan: Plan, tally: Tally, *, sabotage: str | None = None) -> bool:
    """Live through one world; False where something does not hold, which the tally then tells."""
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
    return not tally.violations


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
    say: Callable[[str], None],
) -> Tally:
    """Worlds out of one seed until that many device-days have passed, or too much has gone wrong."""
    tally, begun, at = Tally(seed), time.process_time(), 0
    while tally.device_days < device_days and len(tally.violations) < _MOST_VIOLATIONS:
        plan = world_plan(seed * _STRIDE + at, days=days, sabotage=sabotage)
        if not live(plan, tally, sabotage=sabotage) and sabotage is not None:
            break
        at += 1
        if at % 10 == 0:
            passed = time.process_time() - begun
            say(f"{tally.device_days:,} device-days, {tally.device_days / passed:.1f} a second")
    return tally
