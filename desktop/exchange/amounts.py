"""Numbers, money and percentages as they stand in cells; the habit of a column decides doubtful ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from desktop.exchange.cells import Cell
from desktop.exchange.folding import fold, latin_digits, listed, squash
from desktop.exchange.terms import CURRENCY_WORDS, MISSING_WORDS
from sync.records.numbers import DecimalSign, plain_characters, read_number

_AFTER_COMMA = re.compile(r"\d,\d{1,2}(?!\d)|\.\d{3},\d")
_AFTER_DOT = re.compile(r"\d\.\d{1,2}(?!\d)|,\d{3}\.\d")
_DOUBTFUL = re.compile(r"-?\d{1,3}[,.]\d{3}")
_MONEY_WORD = re.compile(r"[^\W\d_]+\.?|[$€£¥]", re.UNICODE)
_RATIO = re.compile(r"\(?\s*([\d\s.,']+)\s*(?:/|of|sur|out of|من)\s*([\d\s.,']+)\s*\)?$")
_WORDS_TOO = frozenset(listed("ALL ANG AWG BAM CUP GEL LAK MAD MOP PEN SOS TOP TRY"))
_COMMON = frozenset(listed("USD EUR GBP CHF KES UGX ETB EGP JOD LBP IQD SDG SSP"))
_LESS_THAN = re.compile(r"[<≤]\s*\d+$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as read; `doubtful` when another country would read it differently."""

    value: Decimal
    currency: str | None = None
    percent: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """A value that may tell its two parts, such as `31% (41/132)`."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    percent: bool = False


def plain_number(text: str) -> Decimal | None:
    """A number without any word or sign beside it."""
    try:
        return Decimal(read_number(text))
    except ValueError:
        return None


def decimal_habit(texts: Iterable[str]) -> DecimalSign | None:
    """The decimal sign that the texts of one column prove; None without proof or with both."""
    comma = dot = False
    for text in texts:
        plain = plain_characters(text)
        comma = comma or _AFTER_COMMA.search(plain) is not None
        dot = dot or _AFTER_DOT.search(plain) is not None
    if comma == dot:
        return None
    return "," if comma else "."


@lru_cache(maxsize=4096)
def missing_reason(text: str) -> str | None:
    """Why nothing was reported, if a text says so: `blank`, `not_applicable`, `later`, `none`, `hidden`."""
    bare = squash(text).strip("()[]").casefold()
    if not bare.strip("-–—_.?…/* "):
        return "blank"
    if _LESS_THAN.match(bare):
        return "hidden"
    return MISSING_WORDS.get(bare) or MISSING_WORDS.get(fold(bare))


def read_amount(cell: Cell, *, habit: DecimalSign | None = None) -> Amount | None:
    """The number in a cell, with currency or percent sign; None when there is none."""
    if isinstance(cell.value, bool) or cell.value is None:
        return None
    if isinstance(cell.value, Decimal):
        return Amount(cell.value * 100, None, True) if cell.percent else Amount(cell.value)
    return read_amount_text(cell.value, habit=habit) if isinstance(cell.value, str) else None


def read_amount_text(text: str, *, habit: DecimalSign | None = None) -> Amount | None:
    """The number in a text such as `USD 1,200.00`, `25 200,00 $` or `31 %`."""
    body = squash(plain_characters(text))
    percent = body.endswith("%") or body.startswith("%") or "٪" in body
    body = body.strip("%٪ ")
    currency = None
    for word in _MONEY_WORD.findall(body):
        found = currency_of(word)
        if found is None:
            return None
        currency = found
        body = body.replace(word, " ", 1)
    body = re.sub(r"/?[-=]$", "", body.strip()) if body.strip().endswith(("/=", "/-")) else body.strip()
    try:
        value = Decimal(read_number(body, decimal=habit))
    except ValueError:
        return None
    return Amount(value, currency, percent, doubtful=habit is None and _DOUBTFUL.fullmatch(body) is not None)


def currency_of(word: str, *, alone: bool = False) -> str | None:
    """The three letters of a currency, from its code, sign or everyday name.

    Codes that are English words too (ALL, TOP, TRY) count only when they stand `alone`, as in brackets.
    """
    bare = word.strip(" .()[]'")
    code = bare.upper()
    if code in CURRENCY_CODES and (alone or (code not in _WORDS_TOO and (bare == code or code in _COMMON))):
        return code
    return CURRENCY_WORDS.get(code.casefold()) or CURRENCY_WORDS.get(fold(word))


def read_ratio(cell: Cell, *, habit: DecimalSign | None = None) -> Ratio | None:
    """A value with its parts if it tells them: `31% (41/132)`, `41/132`, `0.31`."""
    amount = read_amount(cell, habit=habit)
    if amount is not None:
        return Ratio(amount.value, percent=amount.percent)
    if not isinstance(cell.value, str):
        return None
    text = latin_digits(squash(cell.value))
    match = _RATIO.search(text)
    if not match:
        return None
    numerator, denominator = plain_number(match[1].strip()), plain_number(match[2].strip())
    rest = text[: match.start()].strip(" (=:")
    whole = read_amount_text(rest, habit=habit) if rest else None
    if numerator is None or not denominator or (rest and whole is None):
        return None
    return Ratio(whole.value if whole else None, numerator, denominator, bool(whole and whole.percent))


CURRENCY_CODES: Final = frozenset(
    listed(
        "AED AFN ALL AMD ANG AOA ARS AUD AZN BAM BBD BDT BGN BHD BIF BND BOB BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD GBP GEL GHS GMD "
        "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KZT "
        "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO "
        "NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SLE "
        "SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST "
        "XAF XOF XPF YER ZAR ZMW ZWL",
    )
)
