"""The door of the laptop application: hands the arguments to the command line."""

import os
import sys


def main() -> int:
    """Run the command line of this process; the exit status is what it returns."""
    from desktop.cli import run

    return run(sys.argv[1:], os.environ)


if __name__ == "__main__":
    sys.exit(main())
