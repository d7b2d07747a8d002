"""The HTTP application: bytes in, bytes out, errors as codes; the rules are elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from sync.clock import Clock
from sync.errors import DaftarError
from sync.server.blob_doors import BlobDoors
from sync.server.blobs import Blobs
from sync.server.calls import Call, Calls, bearer
from sync.server.enrolment import Caller
from sync.server.fetching import add_shelves, message
from sync.server.files import open_store
from sync.server.limits import Failures, Pace
from sync.server.logs import RequestLog
from sync.server.metrics import CONTENT_TYPE as METRICS_TYPE
from sync.server.metrics import Metrics, insist_on_token
from sync.server.service import Service
from sync.server.settings import Settings
from sync.server.snapshots import Snapshots
from sync.server.storage import Storage
from sync.server.storage.replica import Replica
from sync.server.upkeep import Upkeep
from sync.server.watcher import Watcher
from sync.wire.departures import (
    HAND_IN_PATH,
    PURGED_PATH,
    QUARANTINE_PATH,
    RELEASE_PATH,
    Purged,
    QuarantineRequest,
    ReleaseRequest,
)
from sync.wire.enrolment import EnrolRequest
from sync.wire.failures import pack_error
from sync.wire.messages import SyncAnswer, SyncRequest
from sync.wire.outcomes import DISCARD_PATH, OUTCOMES_PATH, DiscardRequest, OutcomesRequest

_STATUS: Final = {
    "bad_message": 400,
    "bad_request": 400,
    "bad_frame": 400,
    "cut_frame": 400,
    "frame_too_new": 400,
    "protocol_unknown": 400,
    "bad_device": 400,
    "bad_name": 400,
    "bad_keys": 400,
    "bundle_unknown": 400,
    "bundle_damaged": 400,
    "bundle_cut": 400,
    "bundle_newer": 400,
    "bundle_too_large": 413,
    "bundle_forged": 403,
    "bundle_untrusted": 403,
    "bundle_not_for_you": 403,
    "bundle_not_for_server": 403,
    "cut_off": 400,
    "cut_message": 400,
    "code_unknown": 403,
    "code_used": 403,
    "code_expired": 403,
    "token_unknown": 401,
    "token_expired": 401,
    "device_revoked": 403,
    "hand_in_over": 403,
    "not_granted": 403,
    "needs_coordinator": 403,
    "device_taken": 409,
    "not_found": 404,
    "snapshot_missing": 404,
    "chunk_missing": 404,
    "history_missing": 404,
    "bad_range": 416,
    "bad_blob": 400,
    "blob_absent": 404,
    "blob_differs": 422,
    "blob_gap": 409,
    "blob_store_unavailable": 503,
    "file_too_large": 413,
    "files_full": 413,
    "file_erased": 409,
    "role_too_low": 403,
    "method_unknown": 405,
    "stalled": 408,
    "too_large": 413,
    "too_many_requests": 429,
    "busy": 503,
    "database_unavailable": 503,
    "disk_full": 507,
    "not_migrated": 503,
}
_HIDDEN: Final = frozenset({"database_unavailable"})
_GUESSES: Final = frozenset({"code_unknown", "code_used", "code_expired"})


def create_app(
    settings: Settings, storage: Storage, clock: Clock, *, replica: Replica | None = None
) -> FastAPI:
    """Put the application together; every collaborator is handed in."""
    service = Service(storage, clock=clock, settings=settings, replica=replica)
    watcher = Watcher(service.news, every_s=settings.wait_poll_s)
    service.on_commit = watcher.poke
    upkeep = Upkeep(Snapshots(storage, clock=clock), watcher, every_s=settings.upkeep_s)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watcher.start()
        upkeep.start()
        yield
        watcher.stop()
        await upkeep.close()
        await watcher.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.watcher = watcher
    metrics = Metrics(waiting=lambda: watcher.waiting)
    _add_errors(app)
    app.add_middleware(RequestLog, meter=metrics.request)
    doors = _Doors(settings, service, watcher, clock, metrics)
    pace = Pace(clock=clock, allowed=settings.requests_a_minute)
    calls = Calls(app, service.enrolment, settings, pace=pace)
    _add_calls(calls, doors, settings)
    store = open_store(settings.files, folder=settings.files_folder)
    BlobDoors(Blobs(storage, store, clock=clock, settings=settings)).add_to(calls)
    add_shelves(calls, service)
    app.add_api_route("/healthz", doors.health, methods=["GET"])
    app.add_api_route("/metrics", doors.metrics, methods=["GET"])
    return app


class _Doors:
    """The endpoints with what they need."""

    def __init__(
        self, settings: Settings, service: Service, watcher: Watcher, clock: Clock, metrics: Metrics
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._service = service
        self._watcher = watcher
        self._failures = Failures(
            clock=clock, allowed=settings.enrol_failures, window_ms=settings.enrol_window_ms
        )

    async def sync(self, call: Call) -> Response:
        body = await call.arrived()
        version = self._watcher.version
        if not body.whole:
            # Whole frames that came before the cut are kept: the laptop goes on behind them.
            await run_in_threadpool(self._service.take_part, call.caller, body.data)
            raise DaftarError("stalled" if body.stalled else "cut_off")
        asked, answer = await run_in_threadpool(self._service.sync_bytes, call.caller, body.data)
        if asked.pushes:
            self._metrics.pushed(len(asked.pushes), len(answer.troubles))
        if answer.same and asked.wait_s:
            answer = await self._wait(call.request, call.caller, asked, answer, version=version)
        return message(answer.pack())

    async def _wait(
        self, request: Request, caller: Caller, asked: SyncRequest, answer: SyncAnswer, *, version: int
    ) -> SyncAnswer:
        """The long poll: look again whenever there may be news, until there is, or nobody listens any more.

        While it waits it holds no thread and no connection to the database.
        """
        deadline = time.monotonic() + min(asked.wait_s, self._settings.wait_limit_s)
        gone = asyncio.ensure_future(_until_gone(request))
        try:
            while answer.same and not self._watcher.stopping:
                left = deadline - time.monotonic()
                if left <= 0 or gone.done():
                    break
                news = asyncio.ensure_future(self._watcher.wait(since=version, seconds=left))
                await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if gone.done():
                    break
                version = self._watcher.version
                answer = await run_in_threadpool(self._service.sync, caller, asked)
        finally:
            gone.cancel()
        return answer

    async def enrol(self, call: Call) -> Response:
        address = call.request.client.host if call.request.client else ""
        self._failures.check(address)
        body = await call.body()
        try:
            answer = await run_in_threadpool(lambda: self._service.enrol(EnrolRequest.unpack(body)))
        except DaftarError as error:
            if error.code in _GUESSES:
                self._failures.add(address)
            raise
        return message(answer.pack())

    async def verify(self, call: Call) -> Response:
        body = await call.body()
        return message((await run_in_threadpool(self._service.verify, call.caller, body)).pack())

    async def plan(self, call: Call) -> Response:
        body = await call.body()
        return message((await run_in_threadpool(self._service.plan, call.caller, body)).pack())

    async def keys(self, call: Call) -> Response:
        body = await call.body()
        return message((await run_in_threadpool(self._service.show_keys, call.caller, body)).pack())

    async def bundles(self, call: Call) -> Response:
        body = await call.body()
        return message((await run_in_threadpool(self._service.take_bundle, body)).pack())

    async def token(self, call: Call) -> Response:
        token = bearer(call.request)
        return message((await run_in_threadpool(self._service.renew, token)).pack())

    async def hand_in(self, call: Call) -> Response:
        body = await call.body()
        return message((await run_in_threadpool(self._service.hand_in, call.caller, body)).pack())

    async def purged(self, call: Call) -> Response:
        named, departures = Purged.unpack(await call.body()), self._service.departures
        return message((await run_in_threadpool(departures.note_purged, call.caller, named)).pack())

    async def quarantine(self, call: Call) -> Response:
        asked, quarantine = QuarantineRequest.unpack(await call.body()), self._service.quarantine
        return message((await run_in_threadpool(quarantine.answer, call.caller, asked)).pack())

    async def release(self, call: Call) -> Response:
        asked, quarantine = ReleaseRequest.unpack(await call.body()), self._service.quarantine
        return message((await run_in_threadpool(quarantine.release_for, call.caller, asked)).pack())

    async def outcomes(self, call: Call) -> Response:
        asked, discarding = OutcomesRequest.unpack(await call.body()), self._service.discarding
        return message((await run_in_threadpool(discarding.answer, call.caller, asked)).pack())

    async def discard(self, call: Call) -> Response:
        asked, discarding = DiscardRequest.unpack(await call.body()), self._service.discarding
        return message((await run_in_threadpool(discarding.discard_for, call.caller, asked)).pack())

    async def health(self) -> Response:
        await run_in_threadpool(self._service.healthy)
        return Response(b"ok", media_type="text/plain")

    async def metrics(self, request: Request) -> Response:
        insist_on_token(request.headers.get("authorization", ""), self._settings.metrics_token)
        return Response(self._metrics.text(), headers={"content-type": METRICS_TYPE})


def _add_calls(calls: Calls, doors: _Doors, settings: Settings) -> None:
    """What costs the server more weighs more in what may be asked in a minute."""
    calls.add("POST", "/v1/sync", doors.sync)
    calls.add("POST", "/v1/verify", doors.verify)
    calls.add("POST", "/v1/plan", doors.plan)
    calls.add_open("POST", "/v1/enrol", doors.enrol, weight=10)
    calls.add("POST", "/v1/keys", doors.keys)
    calls.add("POST", "/v1/bundles", doors.bundles, weight=20, limit=settings.bundle_limit)
    calls.add("POST", "/v1/token", doors.token, weight=10)
    calls.add("POST", HAND_IN_PATH, doors.hand_in, leaving=True)
    calls.add("POST", PURGED_PATH, doors.purged, leaving=True)
    calls.add("POST", QUARANTINE_PATH, doors.quarantine, weight=5)
    calls.add("POST", RELEASE_PATH, doors.release, weight=5)
    calls.add("POST", DISCARD_PATH, doors.discard, weight=5)
    calls.add("POST", OUTCOMES_PATH, doors.outcomes)


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(DaftarError)
    async def expected(request: Request, error: DaftarError) -> Response:
        request.state.code = error.code
        params = {} if error.code in _HIDDEN else error.params
        answer = message(pack_error(error.code, params), status=_STATUS.get(error.code, 400))
        if error.code == "too_many_requests":
            answer.headers["retry-after"] = str(error.params["seconds"])
        return answer

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found", 405: "method_unknown"}.get(error.status_code, "bad_request")
        request.state.code = code
        return message(pack_error(code, {}), status=error.status_code)

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> Response:
        return message(pack_error("server_error", {}), status=500)


async def _until_gone(request: Request) -> None:
    """Return when the client has hung up; its body has been read already."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
