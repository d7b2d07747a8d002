"""Dates and times as people write them in three languages: day first, never month first."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from sync.records import syntax
from sync.records.numbers import plain_characters

_YEAR_FIRST: Final = r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
_DAY_FIRST: Final = r"([0-9]{1,2}) ?([-/. ]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{2})"
_DAY_NAMED: Final = r"([0-9]{1,2})(?:er)?[-/. ]+([^\W\d_]+(?: [^\W\d_]+)?)\.?,?[-/. ]+([0-9]{4}|[0-9]{2})"
_NAMED_DAY: Final = r"([^\W\d_]+)\.? +([0-9]{1,2}),? +([0-9]{4})"
_TIME: Final = r"([0-9]{1,2})(?: ?[:hH] ?([0-9]{2})?(?::00(?:\.0+)?)?)? ?(am|pm|a\.m\.|p\.m\.|ص|م)?"
_MARKS: Final = dict.fromkeys([*range(0x064B, 0x0653), 0x0640])
_FIRST_SERIAL: Final = date(1899, 12, 30)
_YEARS: Final = range(1900, 2200)

_MONTH_NAMES: Final = (
    "january jan janvier janv يناير كانون_الثاني",
    "february feb février fevrier févr fevr fév fev فبراير شباط",
    "march mar mars مارس آذار اذار",
    "april apr avril avr أبريل ابريل إبريل نيسان",
    "may mai مايو أيار ايار",
    "june jun juin يونيو حزيران",
    "july jul juillet juil يوليو تموز",
    "august aug août aout أغسطس اغسطس آب اب",
    "september sep sept septembre سبتمبر أيلول ايلول",
    "october oct octobre أكتوبر اكتوبر تشرين_الأول تشرين_الاول",
    "november nov novembre نوفمبر تشرين_الثاني",
    "december dec décembre decembre déc ديسمبر كانون_الأول كانون_الاول",
)


def is_canonical_date(text: str) -> bool:
    return re.fullmatch(syntax.DATE, text) is not None


def is_canonical_datetime(text: str) -> bool:
    return re.fullmatch(syntax.DATETIME, text) is not None


def read_date(text: str) -> str:
    """`YYYY-MM-DD` of a date typed by a person; raises ValueError when it is not understood.

    Two-digit years are 2000-2069 and 1970-1999. A number alone is not a date: see `serial_date`.
    """
    plain = " ".join(plain_characters(text).split())
    day, rest = _take_date(plain)
    if rest and not re.fullmatch(r"[T ]?00:00(:00(\.0+)?)?", rest):
        raise ValueError("more than a date")
    return day


def read_datetime(text: str) -> str:
    """`YYYY-MM-DDTHH:MM`; a date alone is midnight. Seconds other than 00 and offsets are refused."""
    plain = " ".join(plain_characters(text).split())
    day, rest = _take_date(plain)
    rest = rest.removeprefix("T").strip(" ,،")
    rest = re.sub(r"^(at|à|a|الساعة) ", "", rest)
    return f"{day}T{_read_time(rest) if rest else '00:00'}"


def serial_date(number: float) -> str:
    """The date of a spreadsheet's day number (1900 system); a part of a day is refused."""
    if number != int(number):
        raise ValueError("more than a date")
    return serial_datetime(number)[:10]


def serial_datetime(number: float) -> str:
    """The date and time of a spreadsheet's day number, to the minute."""
    days = int(number)
    if not 1 <= days <= 109_574 or days == 60:
        raise ValueError("no day number")
    minutes = round((number - days) * 1440)
    # Spreadsheets count a 29 February 1900 that never was (day 60).
    day = _FIRST_SERIAL + timedelta(days=days + (days < 60))
    return (datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)).isoformat()[:16]  # noqa: DTZ001


def from_python(value: date) -> str:
    """Canonical text of a date or of a datetime that ends on a full minute and has no offset."""
    if not isinstance(value, datetime):
        return _checked(value.year, value.month, value.day)
    nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if value.tzinfo is not None or nearest.second:
        raise ValueError("more than minutes")
    return f"{_checked(nearest.year, nearest.month, nearest.day)}T{nearest:%H:%M}"


def _take_date(plain: str) -> tuple[str, str]:
    """The date a text starts with, and what follows it."""
    if found := re.match(_YEAR_FIRST, plain):
        year, month, day = found[1], found[3], found[4]
        return _checked(int(year), int(month), int(day)), _after(plain, found)
    if found := re.match(_DAY_FIRST, plain):
        return _checked(_full_year(found[4]), int(found[3]), int(found[1])), _after(plain, found)
    if found := re.match(_DAY_NAMED, plain):
        return _checked(_full_year(found[3]), _month(found[2]), int(found[1])), _after(plain, found)
    if found := re.match(_NAMED_DAY, plain):
        return _checked(_full_year(found[3]), _month(found[1]), int(found[2])), _after(plain, found)
    raise ValueError("no date")


def _after(plain: str, found: re.Match[str]) -> str:
    rest = plain[found.end() :]
    if rest[:1].isalnum() and not rest.startswith("T"):
        raise ValueError("no date")
    return rest


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _month(name: str) -> int:
    plain = name.casefold().translate(_MARKS).replace(" ", "_")
    for number, names in enumerate(_MONTH_NAMES, start=1):
        if plain in names.split():
            return number
    raise ValueError("no month")


def _checked(year: int, month: int, day: int) -> str:
    if year not in _YEARS:
        raise ValueError("no such year")
    return date(year, month, day).isoformat()


def _read_time(text: str) -> str:
    found = re.fullmatch(_TIME, text, re.IGNORECASE)
    if found is None or (found[2] is None and found[3] is None and "h" not in text.lower()):
        raise ValueError("no time")
    hour, minute = int(found[1]), int(found[2] or 0)
    if half := (found[3] or "").lower().replace(".", ""):
        if not 1 <= hour <= 12:
            raise ValueError("no time")
        hour = hour % 12 + (12 if half in {"pm", "م"} else 0)
    if hour > 23 or minute > 59:
        raise ValueError("no time")
    return f"{hour:02d}:{minute:02d}"
