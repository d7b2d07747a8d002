"""`python -m sim`: many laptops, bad links and power cuts, for as many device-days as are asked for."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

_FIXED_HASHES = "0"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="build/tasks.py simulate", description=__doc__)
    parser.add_argument("--days", type=int, default=1_000, help="device-days to live through")
    parser.add_argument("--seed", type=int, default=1, help="everything follows from it")
    parser.add_argument("--world", type=int, help="live through this one world again")
    parser.add_argument("--world-days", type=int, default=25, help="days of each world")
    parser.add_argument(
        "--sabotage", choices=("lww", "drop-ack", "reuse-peer-id", "fold-before-lock"), help="plant a fault"
    )
    parser.add_argument("--stop-at-first", action="store_true", help="end with the first violation")
    chosen = parser.parse_args(arguments)
    from sim.report import Tally
    from sim.runs import MOST_VIOLATIONS, live, simulate, world_plan

    begun = time.process_time()
    if chosen.world is not None:
        tally = Tally(chosen.world)
        live(
            world_plan(chosen.world, days=chosen.world_days, sabotage=chosen.sabotage),
            tally,
            sabotage=chosen.sabotage,
        )
    else:
        tally = simulate(
            seed=chosen.seed,
            device_days=chosen.days,
            sabotage=chosen.sabotage,
            days=chosen.world_days,
            most_violations=1 if chosen.stop_at_first else MOST_VIOLATIONS,
            say=lambda line: print(line, file=sys.stderr, flush=True),
        )
    print(tally.text(time.process_time() - begun))
    return 1 if tally.violations else 0


def _with_fixed_hashes() -> None:
    """Start again with fixed hashes, so that the order of sets is the same every time."""
    if os.environ.get("PYTHONHASHSEED") != _FIXED_HASHES:
        environment = {**os.environ, "PYTHONHASHSEED": _FIXED_HASHES}
        command = [sys.executable, "-m", "sim", *sys.argv[1:]]
        os.execve(sys.executable, command, environment)  # noqa: S606 - the same program again


if __name__ == "__main__":
    _with_fixed_hashes()
    sys.exit(main(sys.argv[1:]))
