"""Finding a person, workspace or laptop by a name that a human typed, or by its id."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sync.errors import DaftarError

T = TypeVar("T")

_LONGEST: Final = 200
_NAMELESS: Final = "?"


def tidy_name(text: str) -> str:
    """A name as it is kept: NFC, single spaces; raises `DaftarError("bad_name")` for none or a giant one."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name or len(name) > _LONGEST or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise DaftarError("bad_name", longest=_LONGEST)
    return name


def plain_name(text: str) -> str:
    """A name that somebody signed long before it comes here, as it can be kept: never refused."""
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text)
    return unicodedata.normalize("NFC", " ".join(plain.split()))[:_LONGEST] or _NAMELESS


def same_name(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def device_text(number: int) -> str:
    """A device number as people see it: twelve hex digits."""
    return f"{number:012x}"


def read_device(text: str) -> int | None:
    try:
        return int(text, 16) if len(text) == 12 else None
    except ValueError:
        return None


def pick(
    text: str, things: Sequence[T], *, what: str, name: Callable[[T], str], ids: Callable[[T], Sequence[str]]
) -> T:
    """The one thing of this id or name.

    Raises `DaftarError` with `person_not_found` (and so on, by `what`), or `not_unique` with the
    candidates' ids.
    """
    by_id = [thing for thing in things if text.lower() in ids(thing)]
    if len(by_id) == 1:
        return by_id[0]
    found = [thing for thing in things if same_name(name(thing), text)]
    if not found:
        raise DaftarError(f"{what}_not_found", name=text)
    if len(found) > 1:
        candidates = ", ".join(f"{ids(thing)[0]} ({name(thing)})" for thing in found)
        raise DaftarError("not_unique", name=text, candidates=candidates)
    return found[0]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
