"""The command line of the laptop: every intent without a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["run"]


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command line; 0 only where it did what it was asked for.

    The passphrase of the environment is read here and nowhere else, and passed on.
    """
    from desktop.cli.line import Call, run_line

    call = Call(
        as_json="--json" in arguments,
        passphrase=environment.get("DAFTAR_PASSPHRASE") or None,
        wished=environment.get("DAFTAR_LANGUAGE", ""),
        locale=next(
            (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
        ),
    )
    return run_line(list(arguments), call)
