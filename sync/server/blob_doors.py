"""The three requests about a file as HTTP: how far it is, its bytes, and more bytes of it."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sync.blobs import parse_name, parse_span, span_text
from sync.errors import DaftarError
from sync.server.blobs import Blobs
from sync.server.calls import Call, Calls
from sync.wire.messages import CONTENT_TYPE

PATH: Final = "/v1/blobs/{sha256}"
SIZE: Final = "daftar-size"
RECEIVED: Final = "daftar-received"
BYTES: Final = "application/octet-stream"
_WORKSPACE: Final = re.compile(r"[0-9a-f]{32}")


class BlobDoors:
    """The endpoints with what they need. Who calls is established before anything is looked at."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def add_to(self, calls: Calls) -> None:
        calls.add("HEAD", PATH, self.head)
        calls.add("GET", PATH, self.get)
        calls.add("PUT", PATH, self.put)

    async def head(self, call: Call) -> Response:
        workspace, fingerprint = _meant(call.request)
        standing = await run_in_threadpool(self._blobs.standing, call.caller, workspace, fingerprint)
        if standing.size is None:
            return Response(status_code=404, headers={RECEIVED: str(standing.received)})
        return Response(headers={SIZE: str(standing.size)})

    async def get(self, call: Call) -> Response:
        workspace, fingerprint = _meant(call.request)
        wish = call.request.headers.get("range", "")
        span, blocks = await run_in_threadpool(
            lambda: self._blobs.read(call.caller, workspace, fingerprint, wish=wish)
        )
        headers = {"content-length": str(span.length), "accept-ranges": "bytes"}
        if wish:
            headers["content-range"] = span_text(span)
        status = 206 if wish else 200
        return StreamingResponse(blocks, status_code=status, headers=headers, media_type=BYTES)

    async def put(self, call: Call) -> Response:
        workspace, fingerprint = _meant(call.request)
        span = parse_span(call.request.headers.get("content-range", ""))
        body = await call.arrived()
        kept = await run_in_threadpool(self._blobs.take, call.caller, workspace, fingerprint, span, body.data)
        if not body.whole:
            raise DaftarError("stalled" if body.stalled else "cut_off")
        return Response(kept.pack(), media_type=CONTENT_TYPE)


def _meant(request: Request) -> tuple[bytes, bytes]:
    """Workspace and fingerprint; raises `bad_blob`."""
    workspace = request.query_params.get("workspace", "")
    if not _WORKSPACE.fullmatch(workspace):
        raise DaftarError("bad_blob")
    return bytes.fromhex(workspace), parse_name(request.path_params["sha256"])
