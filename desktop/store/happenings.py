"""What happened between this laptop and the server of late, by code; a short list in the notebook.

Workspaces stand in it by id, so that the name of one that was lost does not stay behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

HAPPENED: Final = "happened"
"""Where the list stands among the values that a notebook keeps."""

EXCHANGED: Final = "exchanged"
FILLED: Final = "filled"
REPAIRED: Final = "repaired"
DIFFERS: Final = "differs"
COMPARED: Final = "compared"

_MOST: Final = 30
_TOGETHER_MS: Final = 60 * 60 * 1000
"""The runs of an hour are told as one."""
_SINCE: Final = "since"
_COUNTS: Final = ("sent", "received", "bytes_up", "bytes_down", "cuts")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the list."""

    code: str
    at_ms: int
    params: Mapping[str, int] = field(default_factory=dict)
    workspace: bytes = b""


def read_happenings(stored: object) -> list[Happening]:
    """The list, newest first, from what the notebook keeps of it."""
    rows = json.loads(str(stored)) if stored else []
    return [_from_row(row) for row in rows]


def with_happenings(stored: object, news: Iterable[Happening]) -> str:
    """The stored list with what happened now; what repeats itself is told once, with its last time."""
    found = read_happenings(stored)
    for one in news:
        same = next((each for each in found if _continues(each, one)), None)
        if same is not None:
            found.remove(same)
        found.insert(0, one if same is None else _joined(same, one))
    return json.dumps([_to_row(one) for one in found[:_MOST]])


def _continues(before: Happening, now: Happening) -> bool:
    if (before.code, before.workspace) != (now.code, now.workspace):
        return False
    if now.code == DIFFERS:
        return True
    return now.code == EXCHANGED and 0 <= now.at_ms - _since(before) < _TOGETHER_MS


def _joined(before: Happening, now: Happening) -> Happening:
    if now.code != EXCHANGED:
        return now
    counts = {name: before.params.get(name, 0) + now.params.get(name, 0) for name in _COUNTS}
    return Happening(now.code, now.at_ms, {**counts, _SINCE: _since(before)})


def _since(one: Happening) -> int:
    return one.params.get(_SINCE, one.at_ms)


def _to_row(one: Happening) -> list[Any]:
    return [one.code, one.at_ms, dict(one.params), one.workspace.hex()]


def _from_row(row: list[Any]) -> Happening:
    code, at_ms, params, workspace = row
    return Happening(str(code), int(at_ms), dict(params), bytes.fromhex(workspace))
