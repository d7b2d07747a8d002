"""A planted fault has to be found, in a world that holds together without it."""

import pytest
from sim.report import Tally
from sim.runs import live, simulate, world_plan
from sim.sabotage import PLANTS

pytestmark = pytest.mark.logs("set aside")
DAYS = 8
FIRST = 7 * 100_003


@pytest.mark.parametrize("name", PLANTS)
def test_inv_02_a_planted_fault_is_found(name: str) -> None:
    found = simulate(seed=7, device_days=250, sabotage=name, days=DAYS, say=lambda _line: None)
    assert len(found.violations) == 1, f"{name} went unnoticed for {found.device_days} device-days"
    assert f"--sabotage {name}" in found.violations[0]
    assert "TypeError" not in found.violations[0], found.violations[0]


def test_a_run_says_at_once_what_does_not_hold() -> None:
    said: list[str] = []
    found = simulate(seed=7, device_days=250, sabotage="lww", days=DAYS, say=said.append)
    assert said[-1] == found.violations[0]
    assert said[-1].startswith("VIOLATION in world ")


@pytest.mark.parametrize("name", PLANTS)
def test_inv_01_the_world_of_a_planted_fault_holds_together_without_it(name: str) -> None:
    tally = Tally(0)
    live(world_plan(FIRST, days=DAYS, sabotage=name), tally)
    assert not tally.violations, tally.violations[0]
