"""What a notice says: told once, in plain words, with numbers in the right plural."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Counts(Protocol):
    """The part of `Words` that a notice needs."""

    @property
    def is_rtl(self) -> bool: ...

    def t(self, msgid: str, /, **params: object) -> str: ...

    def n(self, singular: str, plural: str, count: int, /, **params: object) -> str: ...

    def isolate(self, text: str, /) -> str: ...


def notice_text(words: Counts, code: str, params: Mapping[str, str | int]) -> str:
    """The sentences of a notice; one of a later version is shown by its code."""
    workspace = str(params.get("workspace", ""))
    name = words.isolate(workspace) if words.is_rtl else workspace
    count = int(params.get("count", 0))
    if code == "records_erased":
        return words.n(
            "The administrator erased {count} record for good. It was removed from this laptop.",
            "The administrator erased {count} records for good. They were removed from this laptop.",
            count,
        )
    if code != "workspace_left":
        return words.t("Something happened that this version cannot describe ({code}).", code=code)
    if count == 0:
        return words.t(
            "You no longer have access to {workspace}. Everything was sent before; the data was removed "
            "from this laptop.",
            workspace=name,
        )
    return words.n(
        "You no longer have access to {workspace}. {count} unsent change was handed to its coordinator; the "
        "data was removed from this laptop.",
        "You no longer have access to {workspace}. {count} unsent changes were handed to its coordinator; "
        "the data was removed from this laptop.",
        count,
        workspace=name,
    )
