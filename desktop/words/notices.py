"""What a notice says: told once, in plain words, with numbers in the right plural."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.words.parcels import dropped_text, kept_text
from desktop.words.words import Words


def notice_text(words: Words, code: str, params: Mapping[str, str | int]) -> str:
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
    if code == "parcel_dropped":
        return dropped_text(words, params)
    if code == "parcels_kept":
        return kept_text(words, count)
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
