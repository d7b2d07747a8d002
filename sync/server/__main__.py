"""The door of the server: hands the arguments to its command line."""

import sys

from sync.server.cli import run_line


def main() -> int:
    return run_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
