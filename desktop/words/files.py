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
    "away": t("On the server, not on this laptop"),
    "absent": t("Not on the server yet: a colleague's laptop still has to send it"),
    "lost": t("Missing: the copy on this laptop is gone, and it was not sent"),
    "refused": t("Not accepted by the server"),
}
"""Where the content of a file is."""

SENDING: Final[Mapping[str, str]] = {
    "now": t("Goes out with the next connection"),
    "network": t("Goes out over a good network"),
    "demand": t("Goes out only when asked for"),
}
FETCHING: Final[Mapping[str, str]] = {
    "now": t("Comes with the next connection"),
    "network": t("Comes over a good network"),
    "demand": t("Comes only when asked for"),
}
TRAVELS: Final[Mapping[str, str]] = {
    "now": t("With the next connection"),
    "network": t("Over a good network"),
    "demand": t("Only when asked for"),
}
"""When a file travels, by its policy."""
