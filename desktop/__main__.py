"""The door of the laptop application: hands the arguments to the command line."""

import gc
import os
import sys
from typing import Final

_MADE: Final = 20_000


def collect_seldom() -> None:
    """Look for rings of objects seldom: applying what was pulled makes many objects and hardly a ring."""
    gc.set_threshold(_MADE, 20, 20)


def main() -> int:
    """Run the command line of this process; the exit status is what it returns."""
    from desktop.cli import run

    collect_seldom()
    return run(sys.argv[1:], os.environ)


if __name__ == "__main__":
    sys.exit(main())
