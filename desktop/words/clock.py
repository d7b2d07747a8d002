"""What is said where a laptop's clock is far from the server's: by how much, what is safe, what to do."""

from __future__ import annotations

from typing import Final

from desktop.words.words import Words

_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR: Final = 365 * _DAY
_SEVERAL: Final = 2
"""From so many of a larger unit on, it is said in that one."""


def clock_sentence(words: Words, off_ms: int) -> str:
    """`off_ms` is how far the laptop is behind the server's time; it is ahead where that is negative."""
    amount = words.isolate(_amount(words, abs(off_ms)))
    told = words.t("This laptop's clock is wrong: it is {amount} behind the server's.", amount=amount)
    if off_ms < 0:
        told = words.t("This laptop's clock is wrong: it is {amount} ahead of the server's.", amount=amount)
    advice = words.t(
        "Set date, time and time zone in the settings of this computer. Nothing is lost meanwhile: what was "
        "written keeps its order, the dates you type are not affected, and sending goes on."
    )
    return f"{told} {advice}"


def _amount(words: Words, ms: int) -> str:
    if ms >= _SEVERAL * _YEAR:
        return words.n("about {count} year", "about {count} years", round(ms / _YEAR))
    if ms >= _SEVERAL * _DAY:
        return words.n("about {count} day", "about {count} days", round(ms / _DAY))
    if ms >= _SEVERAL * _HOUR:
        return words.n("about {count} hour", "about {count} hours", round(ms / _HOUR))
    return words.n("about {count} minute", "about {count} minutes", round(ms / _MINUTE))
