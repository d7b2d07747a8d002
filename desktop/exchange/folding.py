"""Text as people write it in offices, brought to one form so that it can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARABIC = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ة": "ه",
        "ـ": None,
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    }
)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_JOINERS = re.compile("[\u200c\u200d]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w%]+|_+")


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """Trim; every run of spaces, line breaks and no-break spaces becomes one space."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def latin_digits(text: str) -> str:
    """Arabic-Indic digits as ASCII, nothing else touched."""
    return text if text.isascii() else text.translate(_DIGITS)


_DIGITS = str.maketrans({mark: new for mark, new in _ARABIC.items() if new is not None and new.isdigit()})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Case, accents, punctuation, Arabic letter forms and spaces made equal; `%` is kept as a word."""
    if text.isascii():
        plain = text.casefold()
    else:
        decomposed = unicodedata.normalize(
            "NFKD", _JOINERS.sub("", _INVISIBLE.sub("", text)).replace("°", "o")
        )
        kept = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
        # Decomposition splits alef with hamza into alef and a mark, which is what folding wants.
        plain = kept.translate(_ARABIC).casefold()
    return " ".join(_NOT_WORD.sub(" ", plain).replace("%", " % ").split())


def fold_word(word: str) -> str:
    """One folded word without the Arabic article or a Latin plural ending."""
    if word.startswith("ال") and len(word) > 4:
        return word[2:]
    if word.isascii() and len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.isascii() and len(word) > 3 and word[-1] == "s" and word[-2] != "s":
        return word[:-1]
    return word


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of a text, each without article or plural ending."""
    return tuple(fold_word(word) for word in fold(text).split())


def listed(text: str, *, by: str | None = None) -> list[str]:
    """The entries of a list that is written as one text, as long tables of words are easiest to keep."""
    return [entry.strip() for entry in text.split(by)]
