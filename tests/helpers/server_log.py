"""What the server writes on standard error, as it is when it runs for itself."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sync.server.logs import LOGGER, start_logging

_LOGGERS = ("", LOGGER.name, "uvicorn.error")


@contextmanager
def kept_log(level: str = "info") -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile; loggers and hooks are as before afterwards."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(one, one.handlers, one.propagate, one.level) for one in loggers]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    stream, written = sys.stderr, io.StringIO()
    sys.stderr = written
    try:
        start_logging(level)
        yield written
    finally:
        sys.stderr = stream
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        for one, handlers, propagate, number in before:
            one.handlers, one.propagate = handlers, propagate
            one.setLevel(number)
