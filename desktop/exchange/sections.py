"""Takes apart the titles that stand over groups of rows: `Output 1.1: …`, `Produit 1.1 …`, `المخرج 1.1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from desktop.exchange.folding import fold, fold_word, latin_digits, listed, squash
from desktop.exchange.terms import LEVEL_CODES, NOTE_WORDS, TOTAL_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBER_SIGN = re.compile(r"^(?:n[°ºo]\.?|no\.|#|number|numéro|رقم)\s*(?=\d)", re.IGNORECASE)
_CODE = re.compile(
    r"(?P<code>(?:[A-Z]{1,3}[.\-]?)?\d{1,3}(?:[.\-]\d{1,3}){0,5}[a-z]?|[IVX]{1,4}|[A-H])(?=$|[\s:.)\-–—،])[.)]?"
)
_BORDER = re.compile(r"^\s*[:.)\-–—،]*\s*")
_SAFE_CODE = re.compile(r"(?:[A-Z]{1,3}[.\-]?)?\d{1,3}(?:[.\-]\d{1,3})+[a-z]?$|[A-Z]{1,3}[.\-]?\d{1,3}$")
_AFTER_TOTAL: Final = frozenset(
    listed("of for de du des general generale usd eur budget in en all activities")
)
_LEVEL_WORDS: Final = {
    tuple(fold_word(word) for word in text.split()): code for text, code in LEVEL_CODES.items()
}
_LONGEST = max(map(len, _LEVEL_WORDS))


@dataclass(frozen=True, slots=True)
class Heading:
    """A title with the level and code that stood before it."""

    title: str
    code: str | None = None
    type: str | None = None
    """impact, outcome, output, other, result (no level said) or activity."""
    level: str = ""
    """The word as it stands in the file."""


def read_title(text: str, *, bare_numbers: bool = False) -> Heading:
    """Level word, code and title of a text; a lone number is a code only where codes are expected."""
    plain = squash(latin_digits(text)).replace("٫", ".")
    type_, level, rest = _take_level(plain)
    code, title = _take_code(rest, expected=bool(type_) or bare_numbers)
    if type_ and code is None and not re.match(r"\s*(?:[:\-–—]|$)", rest):
        # `Output of the mill` is a title that happens to begin with the word.
        type_, level, title = None, "", plain
    # Without a title, what was read is all there is: `Output 1.1`.
    return Heading(title or plain, code, type_, level)


def _take_level(text: str) -> tuple[str | None, str, str]:
    """The level word at the start of a text, and what follows it."""
    words: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if len(words) == _LONGEST or (words and text[words[-1].end() : match.start()].strip()):
            break
        if not words and match.start():
            break
        words.append(match)
    for length in range(len(words), 0, -1):
        spelt = text[: words[length - 1].end()]
        key = tuple(fold_word(word) for word in fold(spelt).split())
        if key in _LEVEL_WORDS:
            return _LEVEL_WORDS[key], spelt, text[words[length - 1].end() :]
    return None, "", text


def _take_code(text: str, *, expected: bool) -> tuple[str | None, str]:
    rest = _NUMBER_SIGN.sub("", text.strip())
    match = _CODE.match(rest)
    if not match:
        return None, _BORDER.sub("", text.strip())
    code, title = match["code"], _BORDER.sub("", rest[match.end() :])
    safe = _SAFE_CODE.match(code) is not None
    if not safe and not expected:
        bordered = re.match(r"\s*[:.)]", rest[match.end("code") :]) is not None
        if not (bordered and title and code.isdigit()):
            return None, text.strip()
    if not safe and code.isalpha() and not re.match(r"\s*(?:[:.)\-–—]|$)", rest[match.end("code") :]):
        # `A meeting`, `I am`: a letter is a code only before a border.
        return None, _BORDER.sub("", text.strip())
    return code, title


def parent_codes(code: str) -> list[str]:
    """The codes above a code, the nearest first: 1.2 and 1 for 1.2.3."""
    parts = re.split(r"([.\-])", code.strip(" ."))
    return ["".join(parts[:end]) for end in range(len(parts) - 2, 0, -2)]


def starts_with_note_word(text: str) -> bool:
    """Whether a text says of itself that it is a note: `NB: …`, `Source: …`, `* …`."""
    plain = squash(text)
    if plain.startswith(("*", "†", "(*", "¹")):
        return True
    head, border, _ = plain.partition(":")
    if border and fold(head) in NOTE_WORDS:
        return True
    first = re.split(r"[\s:\-–.]", plain.replace("N.B.", "NB"), maxsplit=1)[0]
    return fold(first) in {"nb", "nota", "note", "remarque", "ملاحظه", "ملاحظات"}


def is_total_text(text: str) -> bool:
    """Whether a text is the label of a total: `TOTAL`, `Sous-total 1.1`, `Total Output 2`, `المجموع`."""
    if len(text) > 80:
        return False
    folded = fold(text)
    if folded in TOTAL_WORDS:
        return True
    raw = text.split()
    for length in (3, 2, 1):
        if fold(" ".join(raw[:length])) in TOTAL_WORDS:
            following = raw[length:]
            heading = read_title(" ".join(following)) if following else None
            named = heading is not None and (heading.type is not None or heading.code is not None)
            linking = {fold(word) for word in following} & _AFTER_TOTAL
            return named or (len(following) <= 4 and bool(linking))
    return False
