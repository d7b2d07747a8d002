"""The body of an answer with an error status, and what a client makes of one that is no answer of ours."""

from __future__ import annotations

import msgpack

from sync.errors import DaftarError
from sync.wire.packing import MOST_FIELDS, PROTOCOL, pack


def pack_error(code: str, params: dict[str, str | int]) -> bytes:
    """The body of an answer with an error status: a code, never prose."""
    return pack([PROTOCOL, code, params])


def unpack_error(data: bytes) -> DaftarError:
    """The error an answer carries; `not_a_server` where the body is no answer of ours (a captive portal)."""
    try:
        body = msgpack.unpackb(data, strict_map_key=True, max_map_len=32)
        if (
            isinstance(body, list)
            and 3 <= len(body) <= MOST_FIELDS
            and body[0] == PROTOCOL
            and isinstance(body[1], str)
        ):
            params = {str(key): value for key, value in body[2].items() if isinstance(value, str | int)}
            return DaftarError(body[1], **params)
    except (ValueError, AttributeError, msgpack.UnpackException):
        return DaftarError("not_a_server")
    return DaftarError("not_a_server")
