"""Where an attached file is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def t(msgid: str) -> str:
    """Mark a text for translation."""
    return msgid


STATES: Final[Mapping[str, str]] = {
    "here": t("On this laptop and on the server"),
    "waiting": t("On this laptop, not yet sent"),
    "partly": t("Partly here"),
    "away": t("On the server"),
    "refused": t("Not accepted by the server"),
}
