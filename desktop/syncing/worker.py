"""The sync worker: a plain thread that syncs by itself and tells what happens through a callback."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from desktop.store.fetching import Fetching
from desktop.store.outbox import clock_off
from desktop.store.store import Store
from desktop.syncing.blobs import FilesReceipt
from desktop.syncing.forecast import forecast_for_slow_line
from desktop.syncing.happening import Naming
from desktop.syncing.joined import JOIN_CODE, LAST_SYNC_MS, TOKEN
from desktop.syncing.kept import KeptLine
from desktop.syncing.line import Connect, over_http
from desktop.syncing.once import sync_once
from desktop.syncing.schedule import Pace, due_after_change, pause_after
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.changed import Changed

if TYPE_CHECKING:
    from sync.client.plan import Plan
    from sync.client.session import Memory, Progress

ACCESS_CODES: Final = frozenset(
    {"access_ended", "token_revoked", "token_unknown", "token_expired", "device_revoked", "hand_in_over"}
)
AWAY_CODES: Final = frozenset({"no_connection", "connection_cut", "cut_message", "server_unreachable"})
WAIT_S: Final = 45
_SHORTEST_WAIT_S: Final = 1.0
"""A server that answers sooner, though there is nothing new, does not wait; so nobody listens to it."""
_LONG: Final = 1e9

MoveFiles = Callable[[Store, Callable[[], bool], Callable[[float], None]], FilesReceipt]
"""(store, whether something else is wanted, pause) -> what became of files."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where the worker stands. Numbers of a run count from its start."""

    joined: bool = True
    running: bool = False
    requests: int = 0
    sending: int = 0
    receiving: int = 0
    done_bytes: int = 0
    total_bytes: int = 0
    """About; 0 where nobody knows yet how much there is."""
    cut: bool = False
    """The connection broke; another try follows by itself."""
    no_connection: bool = False
    access_ended: bool = False
    problem: str = ""
    """The code of what stopped the last try, where it needs a person."""
    problem_params: tuple[tuple[str, str | int], ...] = ()
    """What its sentence speaks of."""
    last_success_ms: int | None = None
    fetching: Fetching | None = None
    """The workspace that is being filled; it stays said while the connection is down."""
    plan: Plan | None = None
    """How much there is, asked before a slow line is used."""
    differing: tuple[str, ...] = ()
    """Workspaces that are not what the server has, and could not be put right."""


class SyncWorker:
    """Syncs the store it is given until it is stopped. The callback is called in the worker's thread."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        on_status: Callable[[SyncStatus], None],
        connect: Connect = over_http,
        files: MoveFiles | None = None,
        pace: Pace | None = None,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_status = on_status
        self._files = files
        self._pace = pace or Pace()
        self._jitter = jitter
        self._monotonic = monotonic
        self._condition = threading.Condition()
        self._stopping = False
        self._failures = 0
        self._due = monotonic()
        self._status = SyncStatus()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._line = KeptLine(connect, unwanted=lambda: self._wanted)
        self._memory: Memory | None = None
        self._naming = Naming(store)
        self._polling = False
        self._connected = False
        self._news = False
        self._clock_off = 0
        self._accepted = False
        self._compare = False
        self._announce = True
        """The next run is one that a person looks at: over a slow line, it begins with how much there is."""
        self._wanted = False
        """Somebody wants a sync, so a request that waits for news is given up."""
        self._thread = threading.Thread(target=self._work, name="daftar-sync", daemon=True)

    def start(self) -> None:
        """Begin with a sync at once."""
        self._unsubscribe = self._store.subscribe(self._hear)
        self._thread.start()

    def ask_now(self) -> None:
        """Sync as soon as the present one, if there is one, has ended."""
        self._announce = True
        with self._condition:
            self._due = self._monotonic()
            self._interrupt()

    def accept_removals(self) -> None:
        """Sync now, and let the next sync remove as much as colleagues have deleted."""
        self._accepted = True
        self.ask_now()

    def compare(self) -> None:
        """Sync now, and compare everything with the server, whatever the sums say."""
        self._compare = True
        self.ask_now()

    def stop(self, *, timeout: float = 2.0) -> bool:
        """Stop; true where the thread has ended. One that waits for the network ends by itself later."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        with self._condition:
            self._stopping = True
            self._interrupt()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _hear(self, changed: Changed) -> None:
        if changed.local:
            with self._condition:
                self._due = due_after_change(
                    self._monotonic(),
                    self._due,
                    self._pace,
                    failures=self._failures,
                    connected=self._connected,
                )
                self._interrupt()

    def _interrupt(self) -> None:
        """Wake the worker, from whatever it waits for; the condition is held."""
        self._wanted = True
        self._condition.notify_all()
        if self._polling:
            self._line.hang_up()

    def _work(self) -> None:
        try:
            while self._wait_until_due():
                if self._run() and self._move_files():
                    self._listen()
        finally:
            self._line.drop()

    def _listen(self) -> None:
        """Wait on the line for what colleagues send, as long as nothing else is to be done."""
        listens = True
        while listens:
            with self._condition:
                if self._stopping or self._wanted:
                    return
                self._polling = True
            began = self._monotonic()
            try:
                well = self._run(wait_s=WAIT_S)
                waited = self._monotonic() - began >= _SHORTEST_WAIT_S or self._news
                listens = self._connected = well and waited
            finally:
                with self._condition:
                    self._polling = False
            if well and self._news:
                listens = self._move_files() and listens

    def _wait_until_due(self) -> bool:
        with self._condition:
            while not self._stopping:
                left = self._due - self._monotonic()
                if left <= 0:
                    self._wanted = False
                    self._due = self._monotonic() + _LONG
                    return True
                self._condition.wait(min(left, _LONG))
        return False

    def _run(self, *, wait_s: int = 0) -> bool:
        """One sync; whether it went well. With `wait_s` it says nothing unless there is news."""
        from sync.client.session import Memory

        self._memory = self._memory or Memory()
        accepted, self._accepted = self._accepted, False
        compare = False
        if not wait_s:
            compare, self._compare = self._compare, False
        try:
            if not self._is_joined():
                self._tell(SyncStatus(joined=False))
                return False
            if not wait_s:
                self._begin()
            receipt = sync_once(
                self._store,
                clock=self._clock,
                pause=self._sleep,
                connect=self._line.open,
                jitter=self._jitter,
                stopped=lambda: self._stopping,
                report=self._report,
                interrupted=lambda: bool(wait_s) and self._wanted,
                memory=self._memory,
                wait_s=wait_s,
                accept_removals=accepted,
                compare=compare,
            )
        except Exception as error:  # noqa: BLE001 - a bug is reported, and the next try goes on
            self._complain(error)
            return False
        self._news = receipt.pulled > 0
        if not (wait_s and self._wanted):
            differing = tuple(receipt.differing)
            off, before = clock_off(receipt.offset_ms), self._clock_off
            self._clock_off = off
            told = self._status.running or differing != self._status.differing or bool(off) != bool(before)
            self._succeed(differing, quietly=bool(wait_s) and receipt.pulled == 0 and not told)
        return True

    def _begin(self) -> None:
        """Tell that a run begins, and how much there is where the line is slow and somebody looks."""
        before = self._status
        began = SyncStatus(
            running=True,
            last_success_ms=before.last_success_ms,
            fetching=before.fetching,
            differing=before.differing,
        )
        self._tell(began)
        announce, self._announce = self._announce, False
        if announce:
            plan = forecast_for_slow_line(self._store, connect=self._line.open)
            if plan is not None:
                self._tell(replace(began, plan=plan, total_bytes=plan.bytes_up + plan.bytes_down))

    def _complain(self, error: Exception) -> None:
        """Tell what stopped a try."""
        if not isinstance(error, DaftarError):
            threading.excepthook(
                threading.ExceptHookArgs((type(error), error, error.__traceback__, self._thread))
            )
            self._fail("unexpected", {})
            return
        self._line.drop()
        if error.code != "store_closed":
            self._fail(error.code, error.params)

    def _move_files(self) -> bool:
        """Give files a turn, now that records are in step; whether nothing went wrong.

        Where more is left, records are looked after first, and then it goes on.
        """
        if self._files is None:
            return True
        try:
            receipt = self._files(self._store, lambda: self._stopping or self._wanted, self._sleep)
        except Exception as error:  # noqa: BLE001 - a bug is reported, and the next try goes on
            self._complain(error)
            return False
        if receipt.left and receipt.bytes_up + receipt.bytes_down and not receipt.problem:
            with self._condition:
                self._due = self._monotonic()
                self._wanted = True
        return True

    def _is_joined(self) -> bool:
        reader = self._store.reader()
        try:
            last = reader.meta(LAST_SYNC_MS)
            self._status = replace(self._status, last_success_ms=int(last) if last else None)
            return bool(reader.meta(TOKEN) or reader.meta(JOIN_CODE))
        finally:
            reader.close()

    def _sleep(self, seconds: float) -> None:
        """A pause inside a sync that ends early when the worker is stopped."""
        until = self._monotonic() + seconds
        with self._condition:
            while not self._stopping and (left := until - self._monotonic()) > 0:
                self._condition.wait(left)

    def _report(self, progress: Progress) -> None:
        receipt, filling = progress.receipt, progress.filling
        if self._polling and not receipt.pulled and filling is None:
            return
        done = receipt.bytes_up + receipt.bytes_down
        fetching = self._status.fetching if filling is None else self._naming.fetching(filling)
        self._tell(
            replace(
                self._status,
                running=self._status.running or filling is not None,
                fetching=fetching,
                requests=receipt.requests,
                sending=receipt.pushed,
                receiving=receipt.pulled,
                done_bytes=done,
                total_bytes=self._total(done, receipt.left),
                cut=progress.waiting,
            )
        )

    def _total(self, done: int, left: int) -> int:
        """About how much there is: as the server said last, else as it was planned."""
        plan = self._status.plan
        planned = plan.bytes_up + plan.bytes_down if plan is not None else 0
        return done + left if left else planned if planned > done else 0

    def _succeed(self, differing: tuple[str, ...], *, quietly: bool = False) -> None:
        self._failures = 0
        done = replace(self._status, last_success_ms=self._clock.now_ms())
        if quietly:
            self._status = done
        else:
            self._tell(replace(done, running=False, cut=False, fetching=None, plan=None, differing=differing))
        self._plan(pause_after(0, self._pace, jitter=self._jitter()))

    def _fail(self, code: str, params: Mapping[str, str | int]) -> None:
        self._failures += 1
        self._connected = False
        ended, away = code in ACCESS_CODES, code in AWAY_CODES
        self._tell(
            replace(
                self._status,
                running=False,
                cut=code == "connection_cut",
                no_connection=away,
                plan=None,
                access_ended=ended,
                problem="" if away else code,
                problem_params=() if away else tuple(sorted(params.items())),
            )
        )
        pause = pause_after(self._failures, self._pace, jitter=self._jitter())
        self._plan(self._pace.refused if ended or code == "mass_delete" else pause)

    def _plan(self, pause: float) -> None:
        with self._condition:
            self._due = min(self._due, self._monotonic() + pause)

    def _tell(self, status: SyncStatus) -> None:
        self._status = status
        self._on_status(status)
