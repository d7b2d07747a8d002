"""Numbers as people write them in three languages, turned into one canonical decimal text."""

import re
import unicodedata
from decimal import Decimal
from typing import Final, Literal

from sync.records import syntax

DecimalSign = Literal[",", "."]

# Direction marks and zero-width characters that come along when a cell is copied; none is part of a number.
_INVISIBLE: Final = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x061C, 0xFEFF]
)
_DASHES: Final = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D], "-")
_GROUPERS: Final = dict.fromkeys(
    map(ord, " \t\xa0\u2007\u2008\u2009\u202f'\u2019\u02bc\u2018\xb4`\u066c"), "'"
)
_ARABIC_DECIMAL: Final = "\u066b"
_ARABIC_COMMA: Final = "\u060c"
_DIGITS: Final = "[0-9]+"
_MOST_DIGITS: Final = 60


def is_canonical(text: str) -> bool:
    """Whether a text is a number exactly as it travels: "12.5", never "12.50", "+12.5" or "-0"."""
    return len(text) <= syntax.NUMBER_LENGTH and re.fullmatch(syntax.NUMBER, text) is not None


def canonical_number(number: Decimal | float) -> str:
    """The canonical text of a number. A float keeps the 15 digits that a spreadsheet shows."""
    exact = Decimal(f"{number:.15g}") if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_DIGITS:
        raise ValueError("no plain number")
    whole, _, fraction = format(exact.copy_abs(), "f").partition(".")
    return _join(whole, fraction, negative=exact.is_signed())


def plain_characters(text: str) -> str:
    """The text with ASCII digits and dashes and without direction marks."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(character, character)) for character in text)
    return "".join(digits).translate(_INVISIBLE).translate(_DASHES)


def read_number(text: str, *, decimal: DecimalSign | None = None) -> str:
    """The canonical text of a number typed by a person; raises ValueError when it is not understood.

    Spaces of any width, apostrophes and the Arabic thousands sign group digits by three. With both a comma
    and a dot the last one is the decimal sign. One of them alone is the decimal sign, unless exactly three
    digits follow it and one to three stand before it ("1,234"): then `decimal` decides, and without
    `decimal` it groups thousands. Nothing else is guessed.
    """
    body = plain_characters(text).strip()
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1].strip()
    elif body[:1] in {"-", "+"}:
        negative, body = body[0] == "-", body[1:].strip()
    elif body.endswith("-"):
        negative, body = True, body[:-1].strip()
    body = body.replace(_ARABIC_COMMA, ",").translate(_GROUPERS)
    whole, fraction = _split(body, decimal)
    return _join(whole, fraction, negative=negative)


def _split(body: str, decimal: DecimalSign | None) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    if _ARABIC_DECIMAL in body:
        whole, _, fraction = body.partition(_ARABIC_DECIMAL)
        return _ungroup(whole), _fraction(fraction)
    commas, dots = body.count(","), body.count(".")
    if not commas and not dots:
        return _ungroup(body), ""
    if commas and dots:
        sign = "," if body.rfind(",") > body.rfind(".") else "."
    else:
        sign = "," if commas else "."
        if commas + dots > 1 or (decimal != sign and _could_group(body, sign)):
            return _ungroup(body), ""
    whole, _, fraction = body.rpartition(sign)
    return _ungroup(whole, but=sign) if whole else "0", _fraction(fraction, whole=whole)


def _could_group(body: str, sign: str) -> bool:
    """Whether the one comma or dot could stand between thousands: "1,234", but not "0,125" or "1234,567"."""
    before, _, after = body.partition(sign)
    return 1 <= len(before) <= 3 and len(after) == 3 and before.isdigit() and not before.startswith("0")


def _ungroup(whole: str, *, but: str = "") -> str:
    """The digits of a whole number, in groups of three or not grouped."""
    if re.fullmatch(_DIGITS, whole):
        return whole
    for sign in "',.".replace(but, "") if but else "',.":
        first, *groups = whole.split(sign)
        if (
            groups
            and re.fullmatch(r"[0-9]{1,3}", first)
            and all(re.fullmatch("[0-9]{3}", part) for part in groups)
        ):
            return first + "".join(groups)
    raise ValueError("no whole number")


def _fraction(fraction: str, *, whole: str = "0") -> str:
    if re.fullmatch(_DIGITS, fraction) or (not fraction and whole):
        return fraction
    raise ValueError("no fraction")


def _join(whole: str, fraction: str, *, negative: bool) -> str:
    whole = whole.lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    text = f"{whole}.{fraction}" if fraction else whole
    return f"-{text}" if negative and text != "0" else text
