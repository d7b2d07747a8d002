"""The one door to every call of a laptop: who calls, how often, and how much of the body is read.

A call that is not added here is not counted; a test asks every address of the application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.errors import DaftarError
from sync.server.enrolment import Caller, Enrolment
from sync.server.limits import Body, Pace, read_body
from sync.server.settings import Settings

_READ: Final = frozenset({"POST", "PUT"})
_STRANGERS: Final = frozenset({"token_unknown", "token_expired", "device_revoked", "hand_in_over"})

Authenticate = Callable[[str], Caller]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in."""

    request: Request
    reading: asyncio.Future[Body] | None
    known: Caller | None

    @property
    def caller(self) -> Caller:
        """The laptop; every call has one but that of a stranger who enrols."""
        assert self.known is not None
        return self.known

    async def arrived(self) -> Body:
        """What came of the body."""
        return Body(b"") if self.reading is None else await self.reading

    async def body(self) -> bytes:
        """The whole body; raises `stalled` or `cut_off`."""
        body = await self.arrived()
        if not body.whole:
            raise DaftarError("stalled" if body.stalled else "cut_off")
        return body.data


Door = Callable[[Call], Awaitable[Response]]


class Calls:
    """Adds calls to an application, each with its weight in what a laptop may ask in a minute."""

    def __init__(self, app: FastAPI, enrolment: Enrolment, settings: Settings, *, pace: Pace) -> None:
        self._app = app
        self._enrolment = enrolment
        self._settings = settings
        self._pace = pace

    def add(
        self, method: str, path: str, door: Door, *, weight: int = 1, limit: int = 0, leaving: bool = False
    ) -> None:
        """A call of an enrolled laptop; where `leaving`, of one that was revoked too."""
        who = self._enrolment.authenticate_leaving if leaving else self._enrolment.authenticate
        self._add(method, path, door, who=who, weight=weight, limit=limit)

    def add_open(self, method: str, path: str, door: Door, *, weight: int) -> None:
        """A call of a stranger, counted by address."""
        self._add(method, path, door, who=None, weight=weight, limit=0)

    def _add(
        self, method: str, path: str, door: Door, *, who: Authenticate | None, weight: int, limit: int
    ) -> None:
        async def enter(request: Request) -> Response:
            reading: asyncio.Future[Body] | None = None
            if method in _READ:
                # Reading begins at once, because what has arrived is gone with the connection; a stranger's
                # bytes (never more than the limit) are dropped unread.
                reading = asyncio.ensure_future(self._read(request, limit))
                reading.add_done_callback(_take_notice)
            try:
                known = await self._let_in(request, who, weight)
                return await door(Call(request, reading, known))
            finally:
                if reading is not None:
                    reading.cancel()

        self._app.add_api_route(path, enter, methods=[method])

    async def _let_in(self, request: Request, who: Authenticate | None, weight: int) -> Caller | None:
        """Who calls, counted; a token that lets nobody in counts for the address it came from."""
        if who is None:
            self._pace.count(_address(request), weight)
            return None
        try:
            caller = await run_in_threadpool(who, bearer(request))
        except DaftarError as error:
            if error.code in _STRANGERS:
                self._pace.count(_address(request), weight)
            raise
        self._pace.count(caller.installation_id, weight)
        return caller

    async def _read(self, request: Request, limit: int) -> Body:
        most = limit or self._settings.body_limit
        return await read_body(request, limit=most, stall_s=self._settings.stall_s)


def bearer(request: Request) -> str:
    """The token of a request; raises `token_unknown` where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DaftarError("token_unknown")
    return token


def _address(request: Request) -> bytes:
    return request.client.host.encode() if request.client else b""


def _take_notice(reading: asyncio.Future[Body]) -> None:
    """Nobody waits for the body of a request that was refused; how its reading ended is nobody's news."""
    if not reading.cancelled():
        reading.exception()
