"""The search form of words: one fold for what is stored and what is asked, so that spelling does not hide.

Plain `unicode61` splits vocalised Arabic into letters and misses احمد for أحمد. Here marks and tatweel
go, the forms of alef, of yeh and of teh marbuta become one, digits become ASCII and case goes. Stored
text holds each word with and without the article ال and what is joined to it, and each code (`1.2.3`)
also in one piece. Whoever changes any of it raises `FOLD_VERSION`, and the index is built again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

FOLD_VERSION = 3
# The words of a country team's records many times over; at most a few megabytes.
_REMEMBERED = 1 << 16
_LONGEST_WORD = 200

# Hamza and madda above or below a letter are marks once decomposed (أ إ آ ؤ ئ), so only these are left.
_LETTERS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": None})
# Some vowel signs of New Tai Lue and Vedic are letters here and not in SQLite.
_TOKEN = re.compile(r"[^\W_\u19b0-\u19c9\u1cf2\u1cf3]+")
_SHAPES = bytes(
    48 if chr(code) in "0123456789" else 97 if chr(code).isalnum() else 32 if chr(code).isspace() else 45
    for code in range(128)
).ljust(256, b"-")
"""What an ASCII letter is to a code: a digit, a letter, a space or something between."""
_BETWEEN = "\x1f"
_IN_CODES = (b"0-0", b"0-a", b"a-0", b"0--", b"--0")
"""Shapes of which every code holds at least one: a number that something stands before or behind."""
_ARTICLES = ("ال", "وال", "بال", "كال", "فال", "لل", "ولل", "وبال")
_SHORTEST_STEM = 2
# Letters in a code such as JO-2.1-A or Q2/2026 are few; in a sentence such as `meeting(2026)` they are not.
_CODE_LETTERS = 4


def fold(text: str) -> str:
    """The folded words of a text, each once where it stands, with single spaces between them."""
    return " ".join(filter(None, map(_fold_word, text.split())))


def fold_row(text: str) -> str:
    """What is put into the search index for a text; the index is built with `unicode61`."""
    return fold_rows([text])[0]


def fold_rows(texts: Sequence[str]) -> list[str]:
    """`fold_row` of many texts in a fraction of the time: every text of a first pull comes through here."""
    plain = [text for text in texts if text.isascii()]
    whole = _BETWEEN.join(plain)
    if not plain or whole.count(_BETWEEN) >= len(plain):
        return [_fold_plain(text) if text.isascii() else _fold_words(text) for text in texts]
    folded = _fold_plain(whole).split(_BETWEEN)
    if len(plain) == len(texts):
        return folded
    rows = iter(folded)
    return [next(rows) if text.isascii() else _fold_words(text) for text in texts]


def _fold_words(text: str) -> str:
    return " ".join(map(_index_form, text.split()))


def _fold_plain(text: str) -> str:
    """The index itself splits and lowers ASCII letters: only codes are to be added, each behind its word."""
    shapes, words = text.encode().translate(_SHAPES), dict[int, int]()
    for shape in _IN_CODES:
        at = shapes.find(shape)
        while at >= 0:
            end = shapes.find(b" ", at)
            end = len(text) if end < 0 else end
            words[end] = shapes.rfind(b" ", 0, at) + 1
            at = shapes.find(shape, end)
    parts, done = list[str](), 0
    for end, first in sorted(words.items()):
        code = _code_form(text[first:end])
        if code:
            parts += (text[done:end], " ", code)
            done = end
    return "".join([*parts, text[done:]])


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
    """The forms of words already seen: a third faster than `lru_cache`, and this is a hot path."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        form = self[word] = self._form(word)
        return form


def _index_word(word: str) -> str:
    tokens = _fold_word(word[:_LONGEST_WORD]).split()
    kept = [form for token in tokens for form in dict.fromkeys((token, _stem(token)))]
    if _is_code(tokens):
        kept.append("".join(tokens))
    return " ".join(kept)


def _code_word(word: str) -> str:
    """A code in one piece; nothing for other words."""
    tokens = _fold_word(word[:_LONGEST_WORD]).split()
    return "".join(tokens) if _is_code(tokens) else ""


_index_form = _Remembered(_index_word).__getitem__
_code_form = _Remembered(_code_word).__getitem__


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
