"""HTTP to the server with `requests`: lean headers, stall timeouts, and what arrived before a cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import requests

from sync.errors import DaftarError
from sync.wire.messages import CONTENT_TYPE, unpack_error

CONNECT_TIMEOUT_S: Final = 10.0
STALL_TIMEOUT_S: Final = 30.0
_PIECE: Final = 4096
_ANSWER_CAP: Final = 64 * 1024 * 1024
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of an answer. `complete` is false where the link was cut while it came in."""

    body: bytes
    complete: bool


class Transport:
    """One server, one connection that is kept open while it lasts."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.headers.update({"Content-Type": CONTENT_TYPE, "Accept-Encoding": "identity"})
        self._session.trust_env = False
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._session.close()

    def post(self, path: str, body: bytes) -> Reply:
        """Send one request.

        Raises `no_connection` where nothing could be sent, `connection_cut` where no byte of an
        answer came, `not_a_server` for an answer that is none of ours, and the code of an error answer.
        """
        try:
            response = self._session.post(
                self._url + path,
                data=body,
                timeout=(CONNECT_TIMEOUT_S, STALL_TIMEOUT_S),
                stream=True,
                allow_redirects=False,
            )
        except requests.exceptions.ConnectionError as error:
            raise DaftarError("connection_cut" if _was_sent(error) else "no_connection") from error
        except requests.exceptions.Timeout as error:
            raise DaftarError("connection_cut") from error
        except (requests.exceptions.RequestException, UnicodeError, ValueError) as error:
            raise DaftarError("server_address_wrong", url=self._url) from error
        with response:
            reply = self._read(response)
        said = response.headers.get("Content-Type", "")
        if said != CONTENT_TYPE and not reply.complete and CONTENT_TYPE.startswith(said):
            raise DaftarError("connection_cut")
        if said != CONTENT_TYPE:
            raise DaftarError("not_a_server", status=response.status_code)
        if response.status_code != requests.codes.ok:
            if not reply.complete:
                raise DaftarError("connection_cut")
            refusal = unpack_error(reply.body)
            retry = response.headers.get("Retry-After", "")
            if retry.isdigit():
                refusal.params["retry_after"] = int(retry)
            raise refusal
        return reply

    def _read(self, response: requests.Response) -> Reply:
        collected = bytearray()
        try:
            for piece in self._pieces(response):
                collected += piece
                if len(collected) > _ANSWER_CAP:
                    raise DaftarError("bad_answer")
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
            return Reply(bytes(collected), complete=False)
        # Our server always says how much it sends; a head without that was cut itself.
        expected = response.headers.get("Content-Length", "")
        return Reply(bytes(collected), complete=expected.isdigit() and len(collected) == int(expected))

    @staticmethod
    def _pieces(response: requests.Response) -> Iterator[bytes]:
        yield from response.iter_content(_PIECE)


def _was_sent(error: requests.exceptions.ConnectionError) -> bool:
    """Whether the connection had been made before it failed."""
    text = repr(error)
    return "NewConnectionError" not in text and "NameResolutionError" not in text
