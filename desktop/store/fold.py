"""The search form of words: one fold for what is stored and what is asked, so that spelling does not hide.

Plain `unicode61` splits vocalised Arabic into letters and misses احمد for أحمد. Here marks and tatweel
go, the forms of alef, of yeh and of teh marbuta become one, digits become ASCII and case goes. Stored
text holds each word with and without the article ال and what is joined to it, and each code (`1.2.3`)
also in one piece. Whoever changes any of it raises `FOLD_VERSION`, and the index is built again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

FOLD_VERSION = 3
# The words of a country team's records many times over; at most a few megabytes.
_REMEMBERED = 1 << 16
_LONGEST_WORD = 200

# Hamza and madda above or below a letter are marks once decomposed (أ إ آ ؤ ئ), so only these are left.
_LETTERS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": None})
# Some vowel signs of New Tai Lue and Vedic are letters here and not in SQLite.
_TOKEN = re.compile(r"[^\W_\u19b0-\u19c9\u1cf2\u1cf3]+")
_DIGIT = re.compile("[0-9]")
_ARTICLES = ("ال", "وال", "بال", "كال", "فال", "لل", "ولل", "وبال")
_SHORTEST_STEM = 2
# Letters in a code such as JO-2.1-A or Q2/2026 are few; in a sentence such as `meeting(2026)` they are not.
_CODE_LETTERS = 4


def fold(text: str) -> str:
    """The folded words of a text, each once where it stands, with single spaces between them."""
    return " ".join(filter(None, map(_fold_word, text.split())))


def fold_row(text: str) -> str:
    """What is put into the search index for a text; the index is built with `unicode61`."""
    if text.isascii() and not _DIGIT.search(text):
        # The index itself splits and lowers plain letters.
        return text
    return " ".join(map(_index_form, text.split()))


def query(text: str) -> str:
    """The FTS5 expression that finds what somebody typed; all words must occur, the last may go on.

    Empty where nothing searchable was typed: FTS5 refuses an empty expression, so the caller asks only
    for a non-empty one.
    """
    wanted = [term for word in text.split() for term in _query_word(word)]
    quoted = [f'"{term}"' for term in wanted]
    if quoted:
        quoted[-1] += "*"
    return " ".join(quoted)


@lru_cache(_REMEMBERED)
def _fold_word(word: str) -> str:
    """Fold what stands between two spaces, which may be several words or none."""
    if word.isascii():
        plain = word.lower()
    else:
        plain = unicodedata.normalize("NFKD", word).casefold()
        # Casefolding may compose and decompose again (ß, ΐ), so marks are taken out after it.
        plain = unicodedata.normalize("NFKD", plain).translate(_LETTERS)
        plain = "".join(_plain(letter) for letter in plain)
        plain = unicodedata.normalize("NFC", plain)
    return " ".join(_TOKEN.findall(plain))


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return "" if category[0] == "M" or category == "Cf" else letter


class _Remembered(dict[str, str]):
    """The index forms of words already seen: a third faster than `lru_cache`, and this is a hot path."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        form = self[word] = _index_word(word)
        return form


_index_form = _Remembered().__getitem__


def _index_word(word: str) -> str:
    tokens = _fold_word(word[:_LONGEST_WORD]).split()
    kept = [form for token in tokens for form in dict.fromkeys((token, _stem(token)))]
    if _is_code(tokens):
        kept.append("".join(tokens))
    return " ".join(kept)


def _query_word(word: str) -> list[str]:
    tokens = _fold_word(word[:_LONGEST_WORD]).split()
    if _is_code(tokens):
        return ["".join(tokens)]
    # Rows hold every word without its article too, so the bare form alone finds both.
    return [_stem(token) for token in tokens]


def _stem(token: str) -> str:
    for article in _ARTICLES:
        if token.startswith(article) and len(token) - len(article) >= _SHORTEST_STEM:
            return token[len(article) :]
    return token


def _is_code(tokens: list[str]) -> bool:
    return (
        len(tokens) > 1
        and any(token.isdigit() for token in tokens)
        and all(token.isdigit() or len(token) <= _CODE_LETTERS for token in tokens)
    )
