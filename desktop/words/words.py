"""The one object that knows the person's language: messages, plural forms, numbers, dates, and reading them.

It is made by the composition root and handed to whoever shows something.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from desktop.words import catalogues, typed
from desktop.words.bidi import isolate
from desktop.words.regions import ARABIC_DIGITS, region

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

LANGUAGES = {"en": "English", "fr": "Français", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})
NEAR_DAYS = 6

DateStyle = Literal["medium", "short", "near", "weekday", "long", "month", "numeric"]

# More digits than a number that may travel has.
_DIGITS = 120
_SIZES = ("B", "KB", "MB", "GB")


class Words:
    """Words, numbers and dates in one language; immutable, cheap to make, safe to share among threads."""

    def __init__(
        self,
        language: str = "en",
        *,
        country: str = "",
        digits: str = "latin",
        folder: Path | None = None,
        zone: dt.tzinfo | None = None,
    ) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}")
        self.language = language
        self.country = country
        self._arabic_digits = digits == "arabic" and language == "ar"
        self._region = region(language, country=country, arabic_digits=self._arabic_digits)
        self._catalogue = catalogues.load(language, folder=folder)
        self._zone = zone

    @property
    def is_rtl(self) -> bool:
        return self.language in RIGHT_TO_LEFT

    # Messages

    def t(self, msgid: str, /, **params: object) -> str:
        """Translate a message and fill its placeholders."""
        if not msgid:
            return ""
        return self._filled(self._catalogue.gettext(msgid), msgid, params)

    def n(self, singular: str, plural: str, count: int, /, **params: object) -> str:
        """Translate with the plural form of `count`, which fills `{count}`, grouped."""
        text = self._catalogue.ngettext(singular, plural, count)
        shown = self.number(count)
        return self._filled(text, singular if count == 1 else plural, {"count": shown, "n": shown, **params})

    def p(self, context: str, msgid: str, /, **params: object) -> str:
        """Translate a word that means different things in different places."""
        return self._filled(self._catalogue.pgettext(context, msgid), msgid, params)

    def isolate(self, text: str, /) -> str:
        """Keep a code, range, number or name in one piece inside a sentence."""
        return isolate(text)

    def join(self, items: list[str], /) -> str:
        """A list in a line."""
        return ("، " if self.language == "ar" else ", ").join(items)

    # Numbers

    def number(self, value: str | int | Decimal, /, decimals: int | None = None) -> str:
        """A number with its thousands grouped; all its decimals, or rounded half up to so many."""
        text = str(value) if isinstance(value, int) else _plain(value, decimals=decimals)
        if isinstance(value, int) and decimals:
            text = f"{text}.{'0' * decimals}"
        whole, _, fraction = text.removeprefix("-").partition(".")
        shown = f"{int(whole):,}".replace(",", self._region.group)
        if fraction:
            shown = f"{shown}{self._region.decimal}{fraction}"
        return self.digits(f"{self._region.minus}{shown}" if text.startswith("-") else shown)

    def percent(self, value: str | int | Decimal, /, decimals: int | None = None) -> str:
        """A percentage; the value is already one: 45 is 45 %."""
        return self._region.percent.format(number=self.number(value, decimals))

    def size(self, count: int, /) -> str:
        """An amount of data, in the unit that keeps it short: 51 KB."""
        amount, unit = float(count), 0
        while amount >= 1000 and unit < len(_SIZES) - 1:
            amount, unit = amount / 1024, unit + 1
        decimals = 1 if unit > 1 and amount < 10 else 0
        shown = self.number(f"{amount:.{decimals}f}")
        return self._sized(shown, _SIZES[unit])

    def digits(self, text: str, /) -> str:
        """The text with the digits that the person chose."""
        return text.translate(ARABIC_DIGITS) if self._arabic_digits else text

    # Dates

    def date(
        self, iso: str | dt.date, /, style: DateStyle = "medium", *, today: str | dt.date | None = None
    ) -> str:
        """A day: `05 Mar 2026`; `near` shows the weekday within six days of `today`: `Thu 11 Jun`."""
        day = _day(iso)
        short, days = self._region.months_short[day.month - 1], self._region.days_short
        if style == "near":
            close = today is not None and abs((day - _day(today)).days) <= NEAR_DAYS
            style = "weekday" if close else "medium"
        forms = {
            "medium": f"{day.day:02d} {short} {day.year}",
            "short": f"{day.day} {short}",
            "weekday": f"{days[day.weekday()]} {day.day} {short}",
            "long": (
                f"{self._region.days[day.weekday()]} {day.day} "
                f"{self._region.months[day.month - 1]} {day.year}"
            ),
            "month": f"{short} {day.year}",
            "numeric": f"{day.day:02d}/{day.month:02d}/{day.year}",
        }
        return self.digits(forms[style])

    def time(self, iso: str | dt.datetime, /) -> str:
        """The time of day: `14:32`."""
        moment = iso if isinstance(iso, dt.datetime) else dt.datetime.fromisoformat(iso)
        return self.digits(f"{moment:%H:%M}")

    def datetime(
        self, iso: str | dt.datetime, /, style: DateStyle = "medium", *, today: str | dt.date | None = None
    ) -> str:
        """A day and a time: `05 Mar 2026 14:32`."""
        moment = iso if isinstance(iso, dt.datetime) else dt.datetime.fromisoformat(iso)
        return f"{self.date(moment, style, today=today)} {self.time(moment)}"

    def moment(self, when_ms: int, /, *, now_ms: int) -> str:
        """When something happened, seen from now: `today 14:32`, `Thu 11 Jun`, `05 Mar 2026`."""
        when, now = self._local(when_ms), self._local(now_ms)
        if when.date() == now.date():
            return self.t("today {time}", time=self.time(when))
        if when.date() == now.date() - dt.timedelta(days=1):
            return self.t("yesterday {time}", time=self.time(when))
        return self.date(when, "near", today=now)

    def month_names(self, *, short: bool = True) -> tuple[str, ...]:
        """The twelve months, January first."""
        return self._region.months_short if short else self._region.months

    def weekday_names(self, *, short: bool = True) -> tuple[str, ...]:
        """The seven days, Monday first."""
        return self._region.days_short if short else self._region.days

    def quarter(self, quarter: str, /) -> str:
        """A quarter of a year, from `2026-Q2`."""
        year, _, number = quarter.partition("-Q")
        return self.t("Q{quarter} {year}", quarter=self.digits(number), year=self.digits(year))

    # What people type

    def parse_number(self, text: str, /) -> str:
        """The canonical decimal text of a number as people here write it; raises `FieldProblem`."""
        return typed.parse_number(text, decimal=self._region.decimal)

    def parse_date(self, text: str, /) -> str:
        """The ISO text of a date as people here write it, day first; raises `FieldProblem`."""
        return typed.parse_date(text)

    def parse_datetime(self, text: str, /) -> str:
        """The ISO text of a date with its time, to the minute; raises `FieldProblem`."""
        return typed.parse_datetime(text)

    def _local(self, milliseconds: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).astimezone(self._zone)

    def _sized(self, amount: str, unit: str) -> str:
        shown = {
            "B": self.t("{amount} B", amount=amount),
            "KB": self.t("{amount} KB", amount=amount),
            "MB": self.t("{amount} MB", amount=amount),
            "GB": self.t("{amount} GB", amount=amount),
        }
        return shown[unit]

    def _filled(self, text: str, msgid: str, params: dict[str, object]) -> str:
        if not params:
            return text
        shown = {name: self._shown(value) for name, value in params.items()}
        try:
            return text.format_map(shown)
        except (KeyError, IndexError, ValueError):
            # A slip in a translation must not take the message away.
            if text == msgid:
                raise
            return msgid.format_map(shown)

    def _shown(self, value: object) -> str:
        # Years and codes are integers too, so nothing is grouped here.
        return self.digits(str(value)) if isinstance(value, int) else str(value)


def _day(value: str | dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])


def _plain(value: str | Decimal, *, decimals: int | None) -> str:
    if decimals is None:
        return value if isinstance(value, str) else format(value, "f")
    from decimal import ROUND_HALF_UP, Context, Decimal

    unit = Decimal(1).scaleb(-decimals)
    rounded = Decimal(value).quantize(unit, context=Context(prec=_DIGITS, rounding=ROUND_HALF_UP))
    # Rounding must not leave a minus before nothing.
    return format(abs(rounded) if rounded.is_zero() else rounded, "f")
