"""What happened between this laptop and the server, in words; windows and the command line say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.words.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, what goes with it, and how it is: `ok`, `bad` or nothing."""

    text: str
    detail: str = ""
    family: str = ""


def happening_told(words: Words, code: str, params: Mapping[str, int], workspace: str) -> Told | None:
    """What one happening says; None for a code that this version does not know."""
    name, count = words.isolate(workspace), params.get("count", 0)
    if code == "exchanged":
        return Told(_exchanged(words, params), _carried(words, params))
    if code == "filled":
        return Told(words.t("Everything of {workspace} is here", workspace=name), family="ok")
    if code == "compared":
        return Told(words.t("Checked against the server: all is equal"), family="ok")
    if code == "repaired":
        text = words.t("Checked against the server: sums added up again")
        if count:
            text = words.n(
                "Checked against the server: {count} record repaired",
                "Checked against the server: {count} records repaired",
                count,
            )
        return Told(text, name, "ok")
    if code == "differs":
        return Told(words.t("Not as on the server, and could not be repaired"), name, "bad")
    return None


def _exchanged(words: Words, params: Mapping[str, int]) -> str:
    sent, received = (words.number(params.get(name, 0)) for name in ("sent", "received"))
    return words.t("{sent} sent, {received} received", sent=sent, received=received)


def _carried(words: Words, params: Mapping[str, int]) -> str:
    up, down = (words.isolate(words.size(params.get(name, 0))) for name in ("bytes_up", "bytes_down"))
    parts = [words.t("{up} up, {down} down", up=up, down=down)]
    if params.get("cuts"):
        parts.append(words.n("cut {count} time", "cut {count} times", params["cuts"]))
    return " · ".join(parts)
