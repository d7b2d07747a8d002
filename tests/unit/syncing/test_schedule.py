"""When the next sync is due, without a clock."""

import pytest

from desktop.syncing.schedule import Pace, due_after_change, pause_after

PACE = Pace(after_change=3, idle=60, first_retry=10, longest_retry=600)


def test_while_all_is_well_laptops_ask_now_and_then_and_not_in_step() -> None:
    assert {pause_after(0, PACE, jitter=jitter) for jitter in (0.0, 0.5, 1.0)} == {45.0, 60.0, 75.0}


def test_tries_come_ever_later_up_to_a_limit() -> None:
    pauses = [pause_after(failures, PACE, jitter=0.5) for failures in (1, 2, 3, 4, 20, 10_000)]
    assert pauses == [10, 20, 40, 80, 600, 600]


@pytest.mark.parametrize("due, failures, expected", [(500.0, 0, 103.0), (101.0, 0, 101.0), (500.0, 2, 500.0)])
def test_a_change_hurries_the_next_sync_unless_the_server_is_away(
    due: float, failures: int, expected: float
) -> None:
    assert due_after_change(100.0, due, PACE, failures=failures) == expected
