"""A few simulated worlds at each test run: stored seeds that once found something, and some wild ones."""

import json
from pathlib import Path

import pytest
from sim.plan import draw_plan
from sim.report import Tally
from sim.runs import live, simulate

pytestmark = pytest.mark.logs("set aside")
CASES = json.loads(Path(__file__).with_name("seeds.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['seed']}: {case['found']}")
def test_inv_01_a_world_that_once_went_apart_holds_together(case: dict[str, object]) -> None:
    tally = Tally(0)
    live(draw_plan(int(str(case["seed"])), days=int(str(case["days"]))), tally)
    assert not tally.violations, tally.violations[0]


def test_inv_02_laptops_and_server_agree_through_mishaps_of_every_kind() -> None:
    tally = simulate(seed=6, device_days=80, days=8, say=lambda _line: None)
    assert not tally.violations, tally.violations[0]
    assert tally.checked["changes"] > 60
    assert tally.checked["quiet moments"] >= tally.worlds
    assert {"answer lost", "power cut after a commit", "request twice"} <= tally.faults.keys()


def test_the_same_seed_lives_the_same_life() -> None:
    first, second = Tally(0), Tally(0)
    for tally in (first, second):
        live(draw_plan(4, days=3), tally)
    assert first == second
