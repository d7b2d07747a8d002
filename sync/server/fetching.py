"""The addresses that laptops read beside a sync: manifests, pieces of snapshots with Range, and history."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from sync.errors import DaftarError
from sync.server.calls import Call, Calls
from sync.server.service import Service
from sync.wire.messages import CONTENT_TYPE

_FROM: Final = re.compile(r"bytes=(\d{1,12})-")
_PARTIAL: Final = 206


def message(body: bytes, *, status: int = 200) -> Response:
    return Response(body, status_code=status, media_type=CONTENT_TYPE)


class _Shelves:
    """The endpoints."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def manifest(self, call: Call) -> Response:
        workspace = call.request.path_params["workspace"]
        return message(await run_in_threadpool(self._service.archive.manifest, call.caller, workspace))

    async def chunk(self, call: Call) -> Response:
        address = call.request.path_params["address"]
        data = await run_in_threadpool(self._service.archive.chunk, call.caller, address)
        asked = _FROM.fullmatch(call.request.headers.get("range", ""))
        if asked is None:
            return message(data)
        start = int(asked[1])
        if start >= len(data):
            raise DaftarError("bad_range")
        answer = message(data[start:], status=_PARTIAL)
        answer.headers["content-range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return answer

    async def history(self, call: Call) -> Response:
        workspace, record = call.request.path_params["workspace"], call.request.path_params["record"]
        found = await run_in_threadpool(self._service.archive.history, call.caller, workspace, record)
        return message(found.pack())


def add_shelves(calls: Calls, service: Service) -> None:
    shelves = _Shelves(service)
    calls.add("GET", "/v1/snapshots/{workspace}", shelves.manifest)
    calls.add("GET", "/v1/chunks/{address}", shelves.chunk)
    calls.add("GET", "/v1/history/{workspace}/{record}", shelves.history)
