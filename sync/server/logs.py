"""One JSON line per event on standard error: codes and figures, never names, addresses or contents."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from sync.server.traces import trace_of

LOGGER: Final = logging.getLogger("daftar.server")
OTHER: Final = "other"
"""The place of what was asked under an address that is none of ours."""


_LONGEST: Final = 200

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class JsonLines(logging.Formatter):
    """A log record as one JSON object; its figures come from `extra={"figures": {...}}`.

    Of what libraries say only the fixed words of the first line are kept: what they put into them, or write
    below them, may be anybody's.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if record.name == LOGGER.name else _fixed(record.msg),
        }
        line.update(getattr(record, "figures", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _fixed(words: object) -> str:
    return str(words).partition("\n")[0][:_LONGEST]


def log(event: str, *, level: int = logging.INFO, trace: bool = False, **figures: str | float) -> None:
    LOGGER.log(level, event, extra={"figures": figures}, exc_info=trace)


def start_logging(level: str) -> None:
    """Send this log, warnings of libraries and errors that nobody caught to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]
    for name in (LOGGER.name, "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper() if name == LOGGER.name else logging.WARNING)
    sys.excepthook = lambda _kind, error, _trace: _tell_uncaught(error)
    threading.excepthook = lambda hook: _tell_uncaught(hook.exc_value)
    sys.unraisablehook = lambda hook: _tell_uncaught(hook.exc_value)


def _tell_uncaught(error: BaseException | None) -> None:
    LOGGER.critical("uncaught", exc_info=error)


class RequestLog:
    """Writes a line for each request: path, status, error code, time and sizes; `meter` counts the same."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        *,
        meter: Callable[..., None] = lambda **_figures: None,
    ) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, seen = time.monotonic(), {"status": 0, "in": 0, "out": 0}

        async def received() -> MutableMapping[str, Any]:
            message = await receive()
            seen["in"] += len(message.get("body", b""))
            return message

        async def sent(message: MutableMapping[str, Any]) -> None:
            seen["status"] = message.get("status", seen["status"])
            seen["out"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, received, sent)
        except Exception:
            log("bug", level=logging.ERROR, trace=True, path=place_of(scope))
            scope.setdefault("state", {})["code"], seen["status"] = "server_error", 500
            raise
        finally:
            self._tell(scope, seen, time.monotonic() - start)

    def _tell(self, scope: Scope, seen: dict[str, int], seconds: float) -> None:
        path, code = place_of(scope), scope.get("state", {}).get("code", "")
        told: dict[str, Any] = {"path": path, "status": seen["status"], "code": code}
        sizes: dict[str, Any] = {"bytes_in": seen["in"], "bytes_out": seen["out"]}
        self._meter(**told, seconds=seconds, **sizes)
        log("request", **told, ms=round(seconds * 1000, 1), **sizes)


def place_of(scope: Scope) -> str:
    """The address as the application describes it, without the names in it; `other` for what is not there."""
    return str(getattr(scope.get("route"), "path", OTHER))
