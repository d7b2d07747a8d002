"""Joining a laptop to its programme: a one-time code for a token, workspaces, and the recovery wrap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from desktop.store.keys import add_recovery_wrap
from desktop.store.parcels import try_again
from desktop.store.store import Store
from desktop.syncing.joined import (
    ACCESS_EPOCH,
    CERTIFICATE,
    LAPTOP,
    OFFSET_MS,
    PERSON,
    SERVER,
    TOKEN,
    TOKEN_MS,
)
from desktop.syncing.line import Connect, Line, over_http, trusting
from sync.clock import Clock
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.replica.replica import Replica
from sync.wire.enrolment import EnrolAnswer

_PASSING = frozenset({"no_connection", "connection_cut", "bad_answer", "busy", "database_unavailable"})
_LONGEST_CERTIFICATE = 256 * 1024
_LOOPBACK = ("localhost", "127.", "::1")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who this laptop's user is, and where he may go: workspace id -> (name, role)."""

    person: str
    account: bytes
    workspaces: Mapping[bytes, tuple[str, str]]


def tidy_address(typed: str) -> str:
    """The address of a server as it is used; raises `server_address_wrong` or `server_not_safe`."""
    address = typed.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise DaftarError("server_address_wrong", url=typed[:200]) from error
    if parts.scheme not in ("http", "https") or not host:
        raise DaftarError("server_address_wrong", url=typed[:200])
    if parts.scheme == "http" and not host.startswith(_LOOPBACK):
        raise DaftarError("server_not_safe", url=address)
    return address.rstrip("/")


def read_certificate(path: Path) -> str:
    """The certificates in a file, as PEM; raises `certificate_unreadable`."""
    from sync.client.trust import context_of

    try:
        text = path.read_bytes()[:_LONGEST_CERTIFICATE].decode("ascii")
    except (OSError, UnicodeError) as error:
        raise DaftarError("certificate_unreadable") from error
    context_of(text)
    return text


def enrol(
    store: Store,
    *,
    server: str,
    code: str,
    name: str,
    clock: Clock,
    connect: Connect = over_http,
    certificate: str = "",
) -> Enrolled:
    """Exchange a one-time code, then keep everything the laptop needs to begin.

    Safe to repeat after a lost answer: the device number is on the disk before the code is used. A number
    that another laptop has is drawn anew once. With a certificate, as PEM, nothing else is believed of the
    server, now and later.
    """
    address = tidy_address(server)
    line = trusting(connect(address, None), certificate)
    try:
        answer = _ask(store, line, code=code, name=name)
    finally:
        line.close()
    store.remember({CERTIFICATE: certificate or None})
    _keep(store, answer, address=address, name=name, clock=clock)
    _show_keys(store, trusting(connect(address, answer.token), certificate), clock=clock)
    return Enrolled(
        answer.person, answer.account, {one.workspace: (one.name, one.role) for one in answer.access}
    )


def _ask(store: Store, line: Line, *, code: str, name: str) -> EnrolAnswer:
    from sync.client.session import enrol as exchange

    try:
        return exchange(line, code=code.strip(), device=store.device, name=name)
    except DaftarError as error:
        if error.code != "device_taken":
            raise
    store.renew()
    return exchange(line, code=code.strip(), device=store.device, name=name)


def _show_keys(store: Store, line: Line, *, clock: Clock) -> None:
    """So that bundles can be made before the first sync; where the line breaks, that sync does it."""
    from desktop.syncing.identity import show_keys

    try:
        show_keys(store, line, clock=clock)
    except DaftarError as error:
        if error.code not in _PASSING:
            raise
    finally:
        line.close()


def _keep(store: Store, answer: EnrolAnswer, *, address: str, name: str, clock: Clock) -> None:
    now = clock.now_ms()
    if answer.recovery_public:
        add_recovery_wrap(store.profile.paths.keys, key=store.profile.key, public=answer.recovery_public)

    def grant(replica: Replica) -> Changed:
        for one in answer.access:
            replica.workspaces.grant(one.workspace, number=one.number, role=one.role, name=one.name)
        return Changed({"workspace": frozenset(one.workspace for one in answer.access)}, local=False)

    store.run(grant)
    # The token last: a laptop that has one is enrolled.
    store.remember({PERSON: answer.person, LAPTOP: name, ACCESS_EPOCH: answer.access_epoch})
    store.remember({OFFSET_MS: answer.server_ms - now})
    store.become(answer.account)
    # What could not be handed in under a former invitation may be now.
    store.post(try_again).result()
    store.remember({SERVER: address, TOKEN: answer.token, TOKEN_MS: now})
