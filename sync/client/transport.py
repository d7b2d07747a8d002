"""HTTP to the server with `requests`: lean headers, stall timeouts, and what arrived before a cut."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

import requests
import urllib3

from sync.client.lines import Lines, Noted
from sync.client.trust import Pinned, certificate_problem, context_of
from sync.errors import DaftarError
from sync.wire.failures import unpack_error
from sync.wire.messages import CONTENT_TYPE

CONNECT_TIMEOUT_S: Final = 10.0
STALL_TIMEOUT_S: Final = 30.0
_PIECE: Final = 64 * 1024
_FLOOR_S: Final = 60.0
_SLOWEST: Final = 1_000
"""Bytes per second that even the worst link brings; with fewer, a request is given up in the end."""
_BUFFERED: Final = 4_000
"""The same for what lies in buffers on the way, of which nothing is heard until it has arrived."""
_SENT_AT_ONCE: Final = 16 * 1024
_TOO_LARGE: Final = 413
_LATER: Final = frozenset({429, 502, 503, 504})
_ANSWER_CAP: Final = 64 * 1024 * 1024
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of an answer. `complete` is false where the link was cut while it came in."""

    body: bytes
    complete: bool


class Transport:
    """One server, one connection that is kept open while it lasts."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        stall_s: float = STALL_TIMEOUT_S,
    ) -> None:
        self._url = url.rstrip("/")
        self._monotonic = monotonic
        self._now = now
        self._stall_s = stall_s
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.headers.update({"Content-Type": CONTENT_TYPE, "Accept-Encoding": "identity"})
        self._session.trust_env = False
        self._lines = Lines()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Noted(self._lines))
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def trust(self, pem: str) -> None:
        """Believe these certificates and no others from now on; raises `certificate_unreadable`."""
        self._session.mount("https://", Pinned(self._lines, context_of(pem)))

    def close(self) -> None:
        self._session.close()

    def hang_up(self) -> None:
        """End a request that waits for its answer, from another thread; the next one connects anew."""
        self._lines.hang_up()

    def get(self, path: str, *, start: int = 0) -> Reply:
        """Read what stands at an address, from a byte on; fails as `post` does."""
        return self._send("GET", path, b"", headers={"Range": f"bytes={start}-"} if start else {})

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        """Send one request; `wait_s` is how long the server may think about its answer."""
        return self._send("POST", path, body, wait_s=wait_s, headers={})

    def _send(
        self, method: str, path: str, body: bytes, *, headers: Mapping[str, str], wait_s: int = 0
    ) -> Reply:
        """Ask, and read what comes.

        Raises `no_connection` where nothing could be sent, `connection_cut` where no byte of an
        answer came, `not_a_server` for an answer that is none of ours, and the code of an error answer.
        """
        if self._lines.was_hung_up():
            raise DaftarError("connection_cut")
        deadline = self._monotonic() + _FLOOR_S + wait_s + len(body) / _SLOWEST
        silence = self._stall_s + wait_s + len(body) / _BUFFERED
        try:
            response = self._session.request(
                method,
                self._url + path,
                data=_Pieces(body) if body else b"",
                headers=headers,
                timeout=(CONNECT_TIMEOUT_S, silence),
                stream=True,
                allow_redirects=False,
            )
        except requests.exceptions.ConnectionError as error:
            raise DaftarError(_what_broke(error)) from error
        except requests.exceptions.Timeout as error:
            raise DaftarError("connection_cut") from error
        except (requests.exceptions.RequestException, UnicodeError, ValueError) as error:
            raise DaftarError("server_address_wrong", url=self._url) from error
        with response:
            reply = self._read(response, deadline=deadline)
        self._insist_on_ours(response, reply)
        if response.status_code != (requests.codes.partial if headers else requests.codes.ok):
            if not reply.complete:
                raise DaftarError("connection_cut")
            raise _with_pause(unpack_error(reply.body), response, now=self._now())
        return reply

    def _insist_on_ours(self, response: requests.Response, reply: Reply) -> None:
        """Raise for what somebody else answered: a proxy on the way, a page to sign in."""
        said = response.headers.get("Content-Type", "")
        if said == CONTENT_TYPE:
            return
        if response.status_code == _TOO_LARGE:
            raise DaftarError("too_large", bytes=0)
        if response.status_code in _LATER:
            raise _with_pause(DaftarError("busy"), response, now=self._now())
        if not reply.complete and CONTENT_TYPE.startswith(said):
            raise DaftarError("connection_cut")
        raise DaftarError("not_a_server", status=response.status_code)

    def _read(self, response: requests.Response, *, deadline: float) -> Reply:
        expected = response.headers.get("Content-Length", "")
        if expected.isdigit():
            deadline += int(expected) / _SLOWEST
        collected = bytearray()
        try:
            for piece in self._pieces(response):
                collected += piece
                if len(collected) > _ANSWER_CAP:
                    raise DaftarError("bad_answer")
                if self._monotonic() > deadline:
                    return Reply(bytes(collected), complete=False)
        except (urllib3.exceptions.HTTPError, OSError):
            return Reply(bytes(collected), complete=False)
        # Our server always says how much it sends; a head without that was cut itself.
        return Reply(bytes(collected), complete=expected.isdigit() and len(collected) == int(expected))

    @staticmethod
    def _pieces(response: requests.Response) -> Iterator[bytes]:
        # As it comes in: what is read in fixed amounts loses its last part in a cut. Nothing is unpacked.
        while piece := response.raw.read1(_PIECE, decode_content=False):
            yield piece


class _Pieces:
    """A body that is handed over bit by bit, so that each bit has the patience of the link to itself."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._body), _SENT_AT_ONCE):
            yield self._body[at : at + _SENT_AT_ONCE]


def _with_pause(error: DaftarError, response: requests.Response, *, now: float) -> DaftarError:
    """The error with the pause the server asks for, as seconds or as a moment by the clock of its answer."""
    retry = response.headers.get("Retry-After", "").strip()
    if retry.isdecimal():
        error.params["retry_after"] = int(retry)
        return error
    until = _moment(retry)
    if until is not None:
        # Its own clock, where it says it: a laptop's may be years off.
        said = _moment(response.headers.get("Date", ""))
        error.params["retry_after"] = max(0, math.ceil(until - (now if said is None else said)))
    return error


def _moment(text: str) -> float | None:
    """A date as HTTP writes it, in seconds; nothing where it is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _what_broke(error: requests.exceptions.ConnectionError) -> str:
    cut = "connection_cut" if _was_sent(error) else "no_connection"
    return certificate_problem(error) or cut


def _was_sent(error: requests.exceptions.ConnectionError) -> bool:
    """Whether the connection had been made before it failed."""
    text = repr(error)
    return "NewConnectionError" not in text and "NameResolutionError" not in text
