"""The addresses that laptops read beside a sync: manifests, pieces of snapshots with Range, and history."""

from __future__ import annotations

import re
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.errors import DaftarError
from sync.server.service import Service
from sync.wire.messages import CONTENT_TYPE

_FROM: Final = re.compile(r"bytes=(\d{1,12})-")
_PARTIAL: Final = 206


def bearer(request: Request) -> str:
    """The token of a request; raises `token_unknown` where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DaftarError("token_unknown")
    return token


def message(body: bytes, *, status: int = 200) -> Response:
    return Response(body, status_code=status, media_type=CONTENT_TYPE)


class _Shelves:
    """The endpoints."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def manifest(self, request: Request, workspace: str) -> Response:
        def work() -> bytes:
            caller = self._service.enrolment.authenticate(bearer(request))
            return self._service.archive.manifest(caller, workspace)

        return message(await run_in_threadpool(work))

    async def chunk(self, request: Request, address: str) -> Response:
        def work() -> bytes:
            caller = self._service.enrolment.authenticate(bearer(request))
            return self._service.archive.chunk(caller, address)

        data = await run_in_threadpool(work)
        asked = _FROM.fullmatch(request.headers.get("range", ""))
        if asked is None:
            return message(data)
        start = int(asked[1])
        if start >= len(data):
            raise DaftarError("bad_range")
        answer = message(data[start:], status=_PARTIAL)
        answer.headers["content-range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return answer

    async def history(self, request: Request, workspace: str, record: str) -> Response:
        def work() -> bytes:
            caller = self._service.enrolment.authenticate(bearer(request))
            return self._service.archive.history(caller, workspace, record).pack()

        return message(await run_in_threadpool(work))


def add_shelves(app: FastAPI, service: Service) -> None:
    shelves = _Shelves(service)
    app.add_api_route("/v1/snapshots/{workspace}", shelves.manifest, methods=["GET"])
    app.add_api_route("/v1/chunks/{address}", shelves.chunk, methods=["GET"])
    app.add_api_route("/v1/history/{workspace}/{record}", shelves.history, methods=["GET"])
