"""The three requests about a file as HTTP: how far it is, its bytes, and more bytes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sync.blobs import parse_name, parse_span, span_text
from sync.errors import DaftarError
from sync.server.blobs import Blobs
from sync.server.enrolment import Caller
from sync.server.limits import read_body
from sync.server.settings import Settings
from sync.wire.messages import CONTENT_TYPE

PATH: Final = "/v1/blobs/{sha256}"
SIZE: Final = "daftar-size"
RECEIVED: Final = "daftar-received"
BYTES: Final = "application/octet-stream"
_WORKSPACE: Final = re.compile(r"[0-9a-f]{32}")


class BlobDoors:
    """The endpoints with what they need. Who calls is established before anything is looked at."""

    def __init__(
        self, blobs: Blobs, settings: Settings, *, caller: Callable[[Request], Awaitable[Caller]]
    ) -> None:
        self._blobs = blobs
        self._settings = settings
        self._caller = caller

    def add_to(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self.head, methods=["HEAD"])
        app.add_api_route(PATH, self.get, methods=["GET"])
        app.add_api_route(PATH, self.put, methods=["PUT"])

    async def head(self, request: Request) -> Response:
        caller = await self._caller(request)
        workspace, fingerprint = _meant(request)
        standing = await run_in_threadpool(self._blobs.standing, caller, workspace, fingerprint)
        if standing.size is None:
            return Response(status_code=404, headers={RECEIVED: str(standing.received)})
        return Response(headers={SIZE: str(standing.size)})

    async def get(self, request: Request) -> Response:
        caller = await self._caller(request)
        workspace, fingerprint = _meant(request)
        wish = request.headers.get("range", "")
        span, blocks = await run_in_threadpool(
            lambda: self._blobs.read(caller, workspace, fingerprint, wish=wish)
        )
        headers = {"content-length": str(span.length), "accept-ranges": "bytes"}
        if wish:
            headers["content-range"] = span_text(span)
        status = 206 if wish else 200
        return StreamingResponse(blocks, status_code=status, headers=headers, media_type=BYTES)

    async def put(self, request: Request) -> Response:
        # What has arrived is gone with the connection, so reading begins at once.
        reading = asyncio.ensure_future(
            read_body(request, limit=self._settings.body_limit, stall_s=self._settings.stall_s)
        )
        try:
            caller = await self._caller(request)
            workspace, fingerprint = _meant(request)
            span = parse_span(request.headers.get("content-range", ""))
        except DaftarError:
            reading.cancel()
            raise
        body = await reading
        kept = await run_in_threadpool(self._blobs.take, caller, workspace, fingerprint, span, body.data)
        if not body.whole:
            raise DaftarError("stalled" if body.stalled else "cut_off")
        return Response(kept.pack(), media_type=CONTENT_TYPE)


def _meant(request: Request) -> tuple[bytes, bytes]:
    """Workspace and fingerprint; raises `bad_blob`."""
    workspace = request.query_params.get("workspace", "")
    if not _WORKSPACE.fullmatch(workspace):
        raise DaftarError("bad_blob")
    return bytes.fromhex(workspace), parse_name(request.path_params["sha256"])
