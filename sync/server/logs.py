"""One JSON line per event on standard error: codes and figures, never names, addresses or contents."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

LOGGER: Final = logging.getLogger("daftar.server")


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class JsonLines(logging.Formatter):
    """A log record as one JSON object; its figures come from `extra={"figures": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update(getattr(record, "figures", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log(event: str, *, level: int = logging.INFO, trace: bool = False, **figures: str | float) -> None:
    LOGGER.log(level, event, extra={"figures": figures}, exc_info=trace)


def start_logging(level: str) -> None:
    """Send this server's log, and uvicorn's warnings, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("daftar.server", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper() if name == "daftar.server" else logging.WARNING)


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
            log("bug", level=logging.ERROR, trace=True, path=scope["path"])
            raise
        seconds, code = time.monotonic() - start, scope.get("state", {}).get("code", "")
        self._meter(
            path=scope["path"],
            status=seen["status"],
            code=code,
            seconds=seconds,
            bytes_in=seen["in"],
            bytes_out=seen["out"],
        )
        log(
            "request",
            path=scope["path"],
            status=seen["status"],
            code=code,
            ms=round(seconds * 1000, 1),
            bytes_in=seen["in"],
            bytes_out=seen["out"],
        )
