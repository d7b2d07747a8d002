"""How a language writes numbers, months and weekdays. English stands here; the others come from Babel's CLDR.

Babel is imported only when another language asks, so that an English window starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from babel.core import Locale

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Region(NamedTuple):
    """The writing habits of one language in one country. Weeks and years begin at index 0.

    A named tuple, because every start pays for what this module imports.
    """

    group: str
    decimal: str
    minus: str
    percent: str
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    days: tuple[str, ...]
    days_short: tuple[str, ...]


ENGLISH = Region(
    group=",",
    decimal=".",
    minus="-",
    percent="{number}%",
    months=_MONTHS,
    months_short=tuple(name[:3] for name in _MONTHS),
    days=_DAYS,
    days_short=tuple(name[:3] for name in _DAYS),
)


def region(language: str, *, country: str, arabic_digits: bool) -> Region:
    """The habits of a language, with the months of a country and the signs that go with the digits."""
    if language == "en":
        return ENGLISH
    locale = _locale(language, country)
    system = "arab" if arabic_digits and "arab" in locale.number_symbols else "latn"
    signs = locale.number_symbols[system]
    months, days = locale.months["format"], locale.days["format"]
    # Arabic has no short months of its own; Babel would answer with those of whichever country came first.
    short = months["wide" if language == "ar" else "abbreviated"]
    return Region(
        group=signs["group"],
        decimal=signs["decimal"],
        # CLDR adds direction marks; here a number that needs them is isolated as a whole.
        minus="-",
        percent="{number}\u202f%" if language == "fr" else "{number}" + ("٪" if system == "arab" else "%"),
        months=tuple(months["wide"][number] for number in range(1, 13)),
        months_short=tuple(short[number] for number in range(1, 13)),
        days=tuple(days["wide"][number] for number in range(7)),
        days_short=tuple(days["abbreviated"][number] for number in range(7)),
    )


def _locale(language: str, country: str) -> Locale:
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale(language, country or None)
    except UnknownLocaleError:
        return Locale(language)
