"""The log says what happened in codes and figures, and nothing about anybody."""

import asyncio
import json
import logging
from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest

from sync.server.logs import LOGGER, JsonLines, RequestLog


class Kept(logging.Handler):
    """Keeps formatted lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    handler = Kept()
    monkeypatch.setattr(LOGGER, "handlers", [handler])
    monkeypatch.setattr(LOGGER, "propagate", False)
    LOGGER.setLevel(logging.INFO)
    return handler


async def _receive() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"12345", "more_body": False}


async def _send(_message: MutableMapping[str, Any]) -> None:
    return


def test_a_request_is_one_line_of_codes_and_figures(kept: Kept) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        scope["state"]["code"] = "token_unknown"
        await send({"type": "http.response.start", "status": 401})
        await send({"type": "http.response.body", "body": b"123"})

    route = SimpleNamespace(path="/v1/sync")
    scope = {"type": "http", "route": route, "state": {}, "client": ("192.0.2.7", 5)}
    asyncio.run(RequestLog(app)(scope, _receive, _send))
    (line,) = kept.lines
    assert {key: line[key] for key in ("event", "path", "status", "code", "bytes_in", "bytes_out")} == {
        "event": "request",
        "path": "/v1/sync",
        "status": 401,
        "code": "token_unknown",
        "bytes_in": 5,
        "bytes_out": 3,
    }
    assert "192.0.2.7" not in json.dumps(kept.lines)


def test_a_bug_is_logged_with_where_it_happened(kept: Kept) -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(RequestLog(app)({"type": "http", "path": "/x"}, _receive, _send))
    assert kept.lines[0]["event"] == "bug"
    assert "ZeroDivisionError" in kept.lines[0]["trace"]
