"""What went wrong, for a log: where, and of which kind, without a word of what it was about.

The text of an error often holds values: PostgreSQL quotes rows and keys, Python what it could not convert. So
nothing of it is told; kinds, codes and names of the schema are enough to find the place.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Final

from sync.errors import DaftarError

_NAMED: Final = ("table_name", "column_name", "constraint_name")
_MOST: Final = 10


def trace_of(error: BaseException) -> str:
    """An error and what led to it, the first cause first."""
    return "\n".join(line for one in reversed(list(_chain(error))) for line in _lines(one))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on; parts of a group stand behind the group."""
    seen: set[int] = set()
    ahead: list[BaseException] = [error]
    while ahead and len(seen) < _MOST:
        one = ahead.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            ahead += one.exceptions
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if before is not None:
            ahead.append(before)


def _lines(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield " ".join([f"{type(error).__module__}.{type(error).__qualname__}", *_codes(error)])


def _codes(error: BaseException) -> Iterator[str]:
    """What names the fault and comes from programs and schemas, never from people."""
    if isinstance(error, DaftarError):
        yield error.code
    if isinstance(error, OSError) and error.errno is not None:
        yield f"errno={error.errno}"
    for name in ("sqlstate", "sqlite_errorname"):
        if told := getattr(error, name, None):
            yield f"{name}={told}"
    diagnosis = getattr(error, "diag", None)
    for name in _NAMED:
        if told := getattr(diagnosis, name, None):
            yield f"{name}={told}"
