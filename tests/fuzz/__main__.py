"""Feeds the decoders with damaged inputs for as long as one likes; what breaks one is kept as a case.

python3 build/tasks.py fuzz --seconds 600 --seed 7          all of them
python3 build/tasks.py fuzz frame sheet --seconds 60        these
"""

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from fuzz.mutation import damaged
from fuzz.running import BrokenWordError, run
from fuzz.targets import Target, targets

CASES = Path(__file__).parent / "cases"


def main(arguments: list[str]) -> int:
    known = targets()
    parser = argparse.ArgumentParser(prog="python3 build/tasks.py fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="decoder", help=", ".join(known))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - known.keys()
    if unknown:
        parser.error(f"no such decoder: {', '.join(sorted(unknown))}")
    names, broken = chosen.names or list(known), 0
    for name in names:
        broken += _try(name, known[name], seconds=chosen.seconds / len(names), seed=chosen.seed)
    return 1 if broken else 0


def _try(name: str, target: Target, *, seconds: float, seed: int) -> int:
    chance, tried, broken = random.Random(f"{seed}:{name}"), 0, 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = damaged(chance.choice(target.right), target.right, chance)
        tried += 1
        try:
            run(target.decode, target.dressed(data))
        except BrokenWordError as error:
            broken += 1
            print(f"{name}: {error}: kept as {_keep(name, data)}")
    print(f"{name}: {tried} inputs, {broken} broken", flush=True)
    return broken


def _keep(name: str, data: bytes) -> Path:
    path = CASES / name / hashlib.sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
