"""One sync from beginning to end: what the command line runs, and the worker again and again."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from desktop.store.happenings import HAPPENED, Happening, with_happenings
from desktop.store.parcels import carries
from desktop.store.purge import DISK_CODES
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.store.sweeping import sweep_daily
from desktop.syncing.happening import Fillings, mending, what_happened
from desktop.syncing.joined import (
    CERTIFICATE,
    FORMER_TOKEN,
    JOIN_CODE,
    JOIN_SERVER,
    LAPTOP,
    LAST_SYNC_MS,
    OFFSET_MS,
    RATE_DOWN,
    RATE_UP,
    TOKEN,
    TOKEN_MS,
    Joined,
    read_joined,
)
from desktop.syncing.leaving import DEVICE_REVOKED, finish_leaving, hand_in
from desktop.syncing.line import Connect, Line, asked, over_http, trusting
from desktop.syncing.local import StoreLocal
from desktop.syncing.outcomes import learn_outcomes
from desktop.syncing.refetching import refetch, refetch_daily
from desktop.syncing.rewinding import Beside, sync_beside_restores
from sync.clock import Clock
from sync.errors import DaftarError

if TYPE_CHECKING:
    from sync.client.plan import Plan
    from sync.client.session import Memory, Progress, Receipt, Replying

RENEW_AFTER_MS: Final = 30 * 24 * 60 * 60 * 1000
_FORMER_TOKENS: Final = 6


def rest(seconds: float) -> None:
    """A pause between two tries that Ctrl-C ends."""
    threading.Event().wait(seconds)


def sync_once(
    store: Store,
    *,
    clock: Clock,
    pause: Callable[[float], None] = rest,
    connect: Connect = over_http,
    jitter: Callable[[], float] = random.random,
    stopped: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda _progress: None,
    interrupted: Callable[[], bool] = lambda: False,
    memory: Memory | None = None,
    wait_s: int = 0,
    accept_removals: bool = False,
    compare: bool = False,
    tries: int = 8,
) -> Receipt:
    """Send and receive until nothing is left; raises `not_enrolled` and what the session raises.

    With `compare`, everything is compared with the server, also where the sums agree.
    """

    def run() -> Receipt:
        return _sync_once(
            store,
            clock=clock,
            pause=pause,
            connect=connect,
            jitter=jitter,
            stopped=stopped,
            report=report,
            interrupted=interrupted,
            memory=memory,
            wait_s=wait_s,
            accept_removals=accept_removals,
            compare=compare,
            tries=tries,
        )

    return with_former_token(store, run)


def _sync_once(
    store: Store,
    *,
    clock: Clock,
    pause: Callable[[float], None],
    connect: Connect,
    jitter: Callable[[], float],
    stopped: Callable[[], bool],
    report: Callable[[Progress], None],
    interrupted: Callable[[], bool],
    memory: Memory | None,
    wait_s: int,
    accept_removals: bool,
    compare: bool,
    tries: int,
) -> Receipt:
    from sync.client.session import Memory, Session

    memory = memory or Memory()
    join_late(store, clock=clock, connect=connect)
    joined, offset = _joined_so_far(store)
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    fillings = Fillings(report)
    try:
        local = StoreLocal(store, access_epoch=joined.access_epoch, offset_ms=offset)

        def session_over(transport: Replying) -> Session:
            return Session(
                transport,
                local,
                clock,
                pause=pause,
                jitter=jitter,
                stopped=stopped,
                give_way=store.user_waits,
                interrupted=interrupted,
                memory=memory,
                accept_removals=accept_removals,
                tries=tries,
            )

        def once(wait_s: int) -> Receipt:
            return session_over(line).sync(
                epoch=joined.epoch, access_epoch=local.access_epoch, wait_s=wait_s, report=fillings.hear
            )

        try:
            handed = hand_in_carried(store, line, clock=clock)
            beside = Beside(clock, joined.epoch, jitter, memory.clear)
            receipt = sync_beside_restores(store, line, local, once, wait_s=wait_s, beside=beside)
        except DaftarError as error:
            if error.code == DEVICE_REVOKED:
                keep_parcels(store, clock=clock)
                hand_in(store, line, local, session=session_over, epoch=joined.epoch)
            raise
        _keep_rates(store, memory)
        news = what_happened(receipt, fillings.whole, at_ms=clock.now_ms())
        if receipt.differing or compare:
            news += _repair(store, line, local, receipt, at_ms=clock.now_ms(), epoch=joined.epoch)
        if not stopped():
            _keep_news(store, news, at_ms=clock.now_ms())
        store.give_back()
        _afterwards(store, line, joined, clock=clock, waits=handed is None)
        refetch_daily(store, line, local, epoch=joined.epoch, clock=clock)
    finally:
        line.close()
    return receipt


def _joined_so_far(store: Store) -> tuple[Joined, int]:
    """What the laptop joined, and by how many milliseconds its clock was off."""
    reader = store.reader()
    try:
        return read_joined(reader), int(reader.meta(OFFSET_MS) or 0)
    finally:
        reader.close()


def _afterwards(store: Store, line: Line, joined: Joined, *, clock: Clock, waits: bool) -> None:
    """What is said to the server when records are in step."""
    finish_leaving(store, line)
    tell_keys(store, line, clock=clock, waits=waits)
    learn_outcomes(store, line, clock=clock)
    renew_token(store, line, joined, clock=clock)


def _repair(
    store: Store,
    line: Line,
    local: StoreLocal,
    receipt: Receipt,
    *,
    at_ms: int,
    epoch: int,
    suspects: Sequence[bytes] = (),
) -> list[Happening]:
    """Look for the records that differ, put them right, and leave in the receipt what still differs."""
    from sync.client.repair import repair_all

    done = repair_all(line, local, suspects=suspects)
    refetch(store, line, local, epoch=epoch)
    receipt.repaired = sum(len(one.records) or int(one.sums) for one in done)
    receipt.differing = [one.name for one in done if not one.equal]
    return mending(done, at_ms=at_ms)


def _keep_news(store: Store, news: Iterable[Happening], *, at_ms: int) -> None:
    """All went well: note when, and what came of it for the list of what happened."""
    _sweep(store, at_ms=at_ms)
    values: dict[str, int | str] = {LAST_SYNC_MS: at_ms}
    news = list(news)
    if news:
        reader = store.reader()
        try:
            values[HAPPENED] = with_happenings(reader.meta(HAPPENED), news)
        finally:
            reader.close()
    store.remember(values)


def _sweep(store: Store, *, at_ms: int) -> None:
    """Once a day, delete files that nobody can want any more; where the disk does not let it, another day."""
    try:
        sweep_daily(store, now_ms=at_ms)
    except DaftarError as error:
        if error.code not in DISK_CODES:
            raise


def repair_once(
    store: Store, *, clock: Clock, suspects: Sequence[bytes] = (), connect: Connect = over_http
) -> Receipt:
    """Sync, then compare everything with the server and put right what differs, `suspects` in any case."""
    reader = store.reader()
    try:
        joined, offset = read_joined(reader), int(reader.meta(OFFSET_MS) or 0)
    finally:
        reader.close()
    receipt = sync_once(store, clock=clock, connect=connect)
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        local = StoreLocal(store, access_epoch=joined.access_epoch, offset_ms=offset)
        now = clock.now_ms()
        news = _repair(store, line, local, receipt, at_ms=now, epoch=joined.epoch, suspects=suspects)
        _keep_news(store, news, at_ms=now)
    finally:
        line.close()
    return receipt


def plan_once(store: Store, *, connect: Connect = over_http) -> Plan:
    """What a sync would send and receive now; nothing of it travels."""
    from sync.client.plan import make_plan

    reader = store.reader()
    try:
        joined, offset = read_joined(reader), int(reader.meta(OFFSET_MS) or 0)
        up, down = float(reader.meta(RATE_UP) or 0), float(reader.meta(RATE_DOWN) or 0)
    finally:
        reader.close()
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        local = StoreLocal(store, access_epoch=joined.access_epoch, offset_ms=offset)
        return make_plan(line, local, up=up, down=down)
    finally:
        line.close()


def _keep_rates(store: Store, memory: Memory) -> None:
    """Remember how fast the link was, where it was measured."""
    found = {RATE_UP: round(memory.link.up), RATE_DOWN: round(memory.link.down)}
    known = {name: rate for name, rate in found.items() if rate}
    if known:
        store.remember(known)


def tell_keys(store: Store, line: Replying, *, clock: Clock, waits: bool = False) -> None:
    """The code of bundles is imported when there is somebody to tell. What waits for this is handed in."""
    from desktop.syncing.identity import show_keys

    show_keys(store, line, clock=clock)
    if waits:
        hand_in_carried(store, line, clock=clock)


def join_late(store: Store, *, clock: Clock, connect: Connect) -> None:
    """A laptop that began from a starter pack asks for its token when it first sees the server."""
    reader = store.reader()
    try:
        server, code = reader.meta(JOIN_SERVER), reader.meta(JOIN_CODE)
        known, name = reader.meta(TOKEN), str(reader.meta(LAPTOP) or "")
        certificate = str(reader.meta(CERTIFICATE) or "")
    finally:
        reader.close()
    if known or not code:
        return
    from desktop.syncing.enrolment import enrol

    enrol(
        store,
        server=str(server),
        code=str(code),
        name=name,
        clock=clock,
        connect=connect,
        certificate=certificate,
    )
    store.remember({JOIN_CODE: None})


def hand_in_carried(store: Store, line: Replying, *, clock: Clock) -> int | None:
    """Colleagues' changes go ahead of this laptop's own, which may stand on them; nothing where they wait."""
    reader = store.reader()
    try:
        if not carries(reader):
            return 0
        from desktop.syncing.carrying import hand_in

        return hand_in(store, reader, line, clock=clock)
    finally:
        reader.close()


def keep_parcels(store: Store, *, clock: Clock) -> None:
    """What this laptop carried, and may hand in no more, stays for others to carry on."""
    reader = store.reader()
    try:
        carried = carries(reader)
    finally:
        reader.close()
    if carried:
        from desktop.syncing.handing import keep_for_others

        keep_for_others(store, clock=clock)


def renew_token(store: Store, line: Replying, joined: Joined, *, clock: Clock) -> bool:
    """Ask for a new token when the present one is a month old; the old one goes on if that fails."""
    from sync.wire.tokens import RenewAnswer

    now = clock.now_ms()
    if 0 <= now - joined.token_ms < RENEW_AFTER_MS:
        return False
    try:
        answer = RenewAnswer.unpack(asked(line, "/v1/token", b""))
    except DaftarError:
        return False
    reader = store.reader()
    try:
        former = [joined.token, *former_tokens(reader)][:_FORMER_TOKENS]
    finally:
        reader.close()
    store.remember({TOKEN: answer.token, TOKEN_MS: now, FORMER_TOKEN: " ".join(former)})
    return True


def former_tokens(reader: Reader) -> list[str]:
    """The tokens before the present one, newest first."""
    return str(reader.meta(FORMER_TOKEN) or "").split()


def with_former_token(store: Store, run: Callable[[], Receipt]) -> Receipt:
    """Run a sync; where the server does not know the token, with the ones before it: a server that was
    restored from an older copy knows one of those.
    """
    try:
        return run()
    except DaftarError as error:
        if error.code != "token_unknown":
            raise
        reader = store.reader()
        try:
            present, former = str(reader.meta(TOKEN)), former_tokens(reader)
        finally:
            reader.close()
        for at, token in enumerate(former):
            store.remember({TOKEN: token, FORMER_TOKEN: " ".join(former[at + 1 :])})
            try:
                return run()
            except DaftarError as again:
                if again.code != "token_unknown":
                    raise
        store.remember({TOKEN: present, FORMER_TOKEN: " ".join(former)})
        raise
