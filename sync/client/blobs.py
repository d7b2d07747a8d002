"""Files to and from the server with `requests`: from any byte on, and given up at once when records wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import requests

from sync.blobs import BLOCK, PieceSize, Span, blob_path, span_text, wish_text
from sync.client.lines import Lines
from sync.client.transport import CONNECT_TIMEOUT_S, STALL_TIMEOUT_S
from sync.client.trust import Pinned, certificate_problem, context_of
from sync.errors import DaftarError
from sync.wire.blobs import Kept
from sync.wire.failures import unpack_error
from sync.wire.messages import CONTENT_TYPE

CUT: Final = "connection_cut"
_BYTES: Final = "application/octet-stream"
_SMALL: Final = 64 * 1024
_UP_BLOCK: Final = 16 * 1024


class HaltedError(Exception):
    """Something more important waits; what was done until now is kept on both sides."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server has of a file: its size where it has all of it, else how much came from here."""

    size: int | None
    received: int


class BlobLine:
    """One server and one connection; `halt` is asked again and again while bytes travel."""

    def __init__(self, url: str, token: str, *, halt: Callable[[], bool]) -> None:
        self._url = url.rstrip("/")
        self._halt = halt
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update({"Accept-Encoding": "identity", "Authorization": f"Bearer {token}"})

    def trust(self, pem: str) -> None:
        """Believe these certificates and no others; raises `certificate_unreadable`."""
        self._session.mount("https://", Pinned(Lines(), context_of(pem)))

    def close(self) -> None:
        self._session.close()

    def standing(self, workspace: bytes, fingerprint: bytes) -> Standing:
        with self._ask("HEAD", workspace, fingerprint) as answer:
            size, received = (answer.headers.get(f"daftar-{name}", "") for name in ("size", "received"))
            if answer.status_code == requests.codes.ok and size.isdecimal():
                return Standing(int(size), 0)
            if answer.status_code == requests.codes.not_found and received.isdecimal():
                return Standing(None, int(received))
            raise _refusal_without_words(answer.status_code)

    def put(self, workspace: bytes, fingerprint: bytes, span: Span, data: bytes) -> Kept:
        headers = {"Content-Type": _BYTES, "Content-Range": span_text(span)}
        body = _Outgoing(data, self._halt)
        with self._ask("PUT", workspace, fingerprint, headers=headers, data=body) as answer:
            return Kept.unpack(_words(answer))

    def get(self, workspace: bytes, fingerprint: bytes, span: Span) -> Iterator[bytes]:
        """The bytes of a span that reaches to the end of the file; ends early where the link is cut."""
        wish = {"Range": wish_text(span.start)} if span.start else {}
        with self._ask("GET", workspace, fingerprint, headers=wish) as answer:
            if answer.headers.get("content-type") != _BYTES:
                _words(answer)
                raise DaftarError("bad_answer")
            if wish and answer.headers.get("content-range") != span_text(span):
                raise DaftarError("bad_answer")
            left = span.length
            try:
                for block in answer.iter_content(BLOCK):
                    if self._halt():
                        raise HaltedError
                    if len(block) > left:
                        raise DaftarError("bad_answer")
                    left -= len(block)
                    yield block
            except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError) as error:
                raise DaftarError(CUT) from error
            if left:
                raise DaftarError(CUT)

    @contextmanager
    def _ask(
        self,
        method: str,
        workspace: bytes,
        fingerprint: bytes,
        *,
        headers: dict[str, str] | None = None,
        data: _Outgoing | None = None,
    ) -> Iterator[requests.Response]:
        if self._halt():
            raise HaltedError
        try:
            answer = self._session.request(
                method,
                self._url + blob_path(fingerprint, workspace=workspace),
                headers=headers,
                data=data,
                timeout=(CONNECT_TIMEOUT_S, STALL_TIMEOUT_S),
                stream=True,
                allow_redirects=False,
            )
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise DaftarError(certificate_problem(error) or CUT) from error
        except (requests.exceptions.RequestException, UnicodeError, ValueError) as error:
            raise DaftarError("server_address_wrong", url=self._url) from error
        with answer:
            yield answer


class _Outgoing:
    """A piece that is read as it is sent, so that sending can be given up in the middle."""

    def __init__(self, data: bytes, halt: Callable[[], bool]) -> None:
        self._data = memoryview(data)
        self._at = 0
        self._halt = halt

    def __len__(self) -> int:
        return len(self._data)

    def read(self, _size: int = -1) -> bytes:
        if self._halt():
            raise HaltedError
        block = bytes(self._data[self._at : self._at + _UP_BLOCK])
        self._at += len(block)
        return block


def upload(
    line: BlobLine,
    workspace: bytes,
    fingerprint: bytes,
    *,
    size: int,
    read: Callable[[int, int], bytes],
    begin: Callable[[int], None] = lambda _at: None,
    report: Callable[[int], None] = lambda _bytes: None,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Send what the server lacks of a file; the result is how many bytes that took.

    `read` gives the bytes from one offset to another, `begin` hears where it goes on. A cut is
    for the caller, who tries again later.
    """
    standing = line.standing(workspace, fingerprint)
    if standing.size is not None:
        return 0
    pieces, at, sent = PieceSize(), min(standing.received, size), 0
    begin(at)
    while True:
        stop = min(size, at + pieces.bytes)
        data, began = read(at, stop), monotonic()
        kept = line.put(workspace, fingerprint, Span(at, stop, size), data)
        pieces.done(seconds=monotonic() - began)
        sent += len(data)
        report(len(data))
        if kept.whole:
            return sent
        if not at < kept.received <= stop:
            raise DaftarError("bad_answer")
        at = kept.received


def download(
    line: BlobLine,
    workspace: bytes,
    fingerprint: bytes,
    *,
    size: int,
    start: int,
    write: Callable[[bytes], None],
    report: Callable[[int], None] = lambda _bytes: None,
) -> int:
    """Fetch a file from a byte on; `write` takes what comes, also what comes before a cut."""
    got = 0
    if start < size:
        for block in line.get(workspace, fingerprint, Span(start, size, size)):
            write(block)
            got += len(block)
            report(len(block))
    return got


def _words(answer: requests.Response) -> bytes:
    """The body of an answer in our form; raises the code of a refusal, and `not_a_server`."""
    if answer.headers.get("content-type") != CONTENT_TYPE:
        raise DaftarError("not_a_server", status=answer.status_code)
    try:
        body = next(answer.iter_content(_SMALL), b"")
    except requests.exceptions.RequestException as error:
        raise DaftarError(CUT) from error
    expected = answer.headers.get("content-length", "")
    if not expected.isdecimal() or len(body) != int(expected):
        raise DaftarError(CUT)
    if answer.status_code != requests.codes.ok:
        raise unpack_error(body)
    return body


def _refusal_without_words(status: int) -> DaftarError:
    """What an answer without a body means."""
    known = {401: "token_unknown", 403: "device_revoked", 404: "files_unsupported", 429: "busy", 503: "busy"}
    code = known.get(status)
    return DaftarError(code) if code else DaftarError("not_a_server", status=status)
