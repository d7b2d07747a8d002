"""Codes and tokens: drawn at random, read forgivingly, and kept only as hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without 0, 1, I and O, so that a code survives a telephone call and bad handwriting."""

TOKEN_BYTES: Final = 32
_CODE_LENGTH: Final = 8
_HASH_BYTES: Final = 32


def draw_code() -> str:
    """A code such as K7PM-4XQ2: 40 random bits."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def read_code(text: str) -> str | None:
    """A code as it was typed, in its one written form; None if it cannot be one."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) != _CODE_LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return f"{signs[:4]}-{signs[4:]}"


def hash_code(code: str, *, salt: bytes, cost: int) -> bytes:
    """Slow on purpose: 40 bits would not withstand a quick hash if the table were stolen."""
    return hashlib.scrypt(code.encode(), salt=salt, n=cost, r=8, p=1, dklen=_HASH_BYTES)


def draw_token() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def hash_token(text: str) -> bytes | None:
    """The hash under which a token is kept; None if the text cannot be one."""
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return hashlib.sha256(raw).digest() if len(raw) == TOKEN_BYTES else None
