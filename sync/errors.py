"""Errors of the environment, as codes: the side that faces the user puts them into words."""

from __future__ import annotations


class DaftarError(Exception):
    """Something outside the program is in the way: a full disk, a used code, a damaged file.

    `code` is stable and travels; `params` fill the placeholders of the worded message.
    A bug is never a `DaftarError`.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in sorted(self.params.items()))
        return f"{self.code} ({shown})" if shown else self.code
