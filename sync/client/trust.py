"""Whose word on the server's name is believed: that of the system, or of one certificate alone."""

from __future__ import annotations

import ssl
from typing import Any, Final

from sync.client.lines import Lines, Noted
from sync.errors import DaftarError

_OF_THE_NAME: Final = frozenset({62, 64})
"""OpenSSL's codes for a certificate of another host and of another address."""
_DEEPEST: Final = 8


def context_of(pem: str) -> ssl.SSLContext:
    """Checks servers against these certificates and no others; raises `certificate_unreadable`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError) as error:
        raise DaftarError("certificate_unreadable") from error
    return context


class Pinned(Noted):
    """Makes connections that trust one context, whatever the system trusts."""

    def __init__(self, lines: Lines, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(lines)

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, **keywords, ssl_context=self._context)

    def cert_verify(self, conn: Any, *_usual: Any) -> None:
        """The usual one adds the certificates of the system."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = None


def certificate_problem(error: BaseException) -> str:
    """The code for a certificate that was refused, somewhere inside an error; empty for other errors."""
    waiting: list[object] = [error]
    for _ in range(_DEEPEST):
        found = [each for each in waiting if isinstance(each, ssl.SSLCertVerificationError)]
        if found:
            wrong = any(each.verify_code in _OF_THE_NAME for each in found)
            return "certificate_wrong_name" if wrong else "certificate_untrusted"
        waiting = [inner for each in waiting if isinstance(each, BaseException) for inner in _inside(each)]
    return ""


def _inside(error: BaseException) -> list[object]:
    return [*error.args, getattr(error, "reason", None), error.__cause__]
