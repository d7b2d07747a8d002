"""The HTTP application without a socket: a question goes in, and every byte of the answer comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute


@dataclass(frozen=True, slots=True)
class Question:
    """One request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def bytes(self) -> bytes:
        """Everything of it."""
        return b"\n".join([*(b"%s: %s" % pair for pair in self.headers), self.body])


class Switchboard:
    """Puts questions to an application, one after the other."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._runner.close()

    @property
    def routes(self) -> set[tuple[str, str]]:
        """Method and path of everything that can be asked."""
        found = [route for route in self._app.routes if isinstance(route, APIRoute)]
        assert len(found) == len(self._app.routes)
        return {(method, route.path) for route in found for method in route.methods}

    def ask(self, question: Question, *, token: str = "") -> Answer:
        return self._runner.run(self._ask(question, token))

    async def _ask(self, question: Question, token: str) -> Answer:
        path, _, query = question.path.partition("?")
        headers = {**question.headers, "authorization": f"Bearer {token}"}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": question.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 4242),
            "server": ("127.0.0.1", 80),
        }
        told: list[Any] = []
        asked = [{"type": "http.request", "body": question.body, "more_body": False}]

        async def receive() -> Any:
            if not asked:
                # Nobody hangs up before the answer is there.
                await asyncio.Event().wait()
            return asked.pop()

        async def send(item: Any) -> None:
            told.append(item)

        await self._app(scope, receive, send)
        body = b"".join(item.get("body", b"") for item in told[1:])
        return Answer(told[0]["status"], tuple(tuple(pair) for pair in told[0]["headers"]), body)
