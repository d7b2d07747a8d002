"""Runs a decoder on one input and says whether it kept its word."""

import time
import tracemalloc
from collections.abc import Callable

from sync.errors import DaftarError

MOST_BYTES = 96 << 20
MOST_SECONDS = 20.0


class BrokenWordError(AssertionError):
    """A decoder that raised something else than a `DaftarError`, or took far too much."""


def run(decode: Callable[[bytes], object], data: bytes) -> str:
    """The code it answered with, or nothing; raises `BrokenWordError`."""
    tracemalloc.start()
    began, code = time.process_time(), ""
    try:
        decode(data)
    except DaftarError as error:
        code = error.code
    except RecursionError as error:
        raise BrokenWordError("endless depth") from error
    except Exception as error:
        raise BrokenWordError(f"{type(error).__name__}: {error}") from error
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    if most > MOST_BYTES or time.process_time() - began > MOST_SECONDS:
        raise BrokenWordError(f"{most:,} bytes, {time.process_time() - began:.1f} s")
    return code
