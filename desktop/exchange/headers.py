"""What one heading means: its candidate fields, its period, its currency, its category."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from desktop.exchange.amounts import currency_of
from desktop.exchange.countries import country_code
from desktop.exchange.folding import fold, fold_word, squash
from desktop.exchange.periods import PeriodPart, read_period
from desktop.exchange.vocabulary import CATEGORY_CODES, FILLERS, HEADERS, THOUSANDS_WORDS

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_PLURAL = re.compile(r"\((?:s|es|e|e\)\(s|x|aux|ات|ون)\)", re.IGNORECASE)
_DATE_SHAPE = re.compile(r"[djmya]{1,4}([/.\- ])[djmya]{1,4}\1[djmya]{1,4}$", re.IGNORECASE)
_AGES = re.compile(r"(?:<|>|≥|≤)?\s*\d{1,2}(?:\s*[-–]\s*\d{1,2}|\s*\+|\s*(?:and over|et plus|فما فوق))$")
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as read; `fields` maps candidate fields to a score up to 1."""

    label: str
    fields: Mapping[str, float] = field(default_factory=dict)
    period: PeriodPart | None = None
    currency: str | None = None
    thousands: bool = False
    percent: bool = False
    category: tuple[str, str] | None = None
    place: bool = False
    """It is the name of a country."""

    @property
    def best(self) -> float:
        return max(self.fields.values(), default=0.0)

    @property
    def known(self) -> bool:
        """It says something: a field, a period or a category."""
        told = self.period is not None or self.category is not None or self.place
        return self.best >= 0.7 or told or (self.currency is not None and not self.fields)


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold_word(word) for word in fold(text).split())


def _without_fillers(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in FILLERS) or words


def _build_index() -> dict[tuple[str, ...], dict[str, float]]:
    """Every known phrase -> its fields; a phrase listed whole beats one that only shares its main words."""
    index: dict[tuple[str, ...], dict[str, float]] = {}
    for name, listed in HEADERS.items():
        for phrase in listed.split(";"):
            exact = _words(phrase)
            if not exact:
                continue
            index.setdefault(exact, {})[name] = 1.0
            index.setdefault(_without_fillers(exact), {}).setdefault(name, 0.97)
    return index


INDEX: Final = _build_index()


def quick_fields(text: str) -> Mapping[str, float]:
    """The fields of a text that is a known phrase as it stands; for scanning many rows."""
    if len(text) > 40:
        return {}
    return INDEX.get(_words(_BRACKETS.sub(" ", text) if "(" in text else text), {})


@lru_cache(maxsize=4096)
def read_heading(text: str) -> Heading:
    """Everything a heading says. Memory is bounded, and headings repeat from sheet to sheet."""
    label = squash(text).rstrip(" *:").strip()
    if not label or len(label) > _LONGEST:
        return Heading(label)
    if label in {"#", "№", "N°", "Nº"}:
        return Heading(label, {"code": 1.0})
    period = read_period(label)
    if period is not None:
        return Heading(label, INDEX.get(_words(label), {}), period)
    bare, notes = _split_brackets(label)
    words, currency, percent = _take_signs(bare)
    thousands = False
    for note in notes:
        inner, found, hundredth = _take_signs(note, alone=True)
        currency, percent = currency or found, percent or hundredth
        if fold(note) in THOUSANDS_WORDS or (found and " ".join(inner) in THOUSANDS_WORDS):
            thousands = True
        elif inner and not found and period is None:
            period = read_period(note)
    fields = _match(words)
    if period is None and max(fields.values(), default=0.0) < 0.95:
        period, rest = _take_period(words)
        if period is not None:
            fields = _match(rest) if rest else {}
    category = _category(label)
    place = not fields and period is None and category is None and country_code(label) is not None
    return Heading(label, fields, period, currency, thousands, percent, category, place)


def _split_brackets(label: str) -> tuple[str, list[str]]:
    """The heading without `(s)` and without its bracketed notes, and the notes."""
    bare = _PLURAL.sub("", label)
    notes = [note for note in _BRACKETS.findall(bare) if not _DATE_SHAPE.match(note.strip())]
    outside = _BRACKETS.sub(" ", bare).strip()
    return (outside, notes) if outside else (" ".join(notes), [])


def _take_signs(text: str, *, alone: bool = False) -> tuple[tuple[str, ...], str | None, bool]:
    """The folded words of a text without currency and percent signs, and those."""
    currency, kept = None, []
    for piece in re.split(r"[\s/]+", text.replace("$", " $ ").replace("€", " € ")):
        found = (
            currency_of(piece, alone=alone)
            if len(piece) < 12 and piece.casefold() not in {"le", "ll", "us"}
            else None
        )
        if found:
            currency = found
        else:
            kept.append(piece)
    words = _words(" ".join(kept))
    percent = "%" in words
    return words, currency, percent


def _match(words: tuple[str, ...]) -> dict[str, float]:
    """Candidate fields of a phrase: whole, without little words, or by what it contains."""
    if not words:
        return {}
    if words in INDEX:
        return dict(INDEX[words])
    short = _without_fillers(words)
    if short in INDEX:
        return {name: min(score, 0.97) for name, score in INDEX[short].items()}
    head_first = any(word in {"de", "du", "des", "of"} for word in words) or not "".join(words).isascii()
    return _contained(short, head_first=head_first) or _misspelt(short)


def _contained(words: tuple[str, ...], *, head_first: bool) -> dict[str, float]:
    """Fields whose phrase stands inside a longer heading; the head of the phrase counts more."""
    if len(words) > 9:
        return {}
    found: dict[str, float] = {}
    for length in range(min(len(words) - 1, 5), 0, -1):
        for start in range(len(words) - length + 1):
            window = words[start : start + length]
            if length == 1 and (window[0] in FILLERS or len(window[0]) < 3):
                continue
            place = 0.02 if (start == 0) == head_first else 0.0
            score = 0.55 + 0.35 * length / len(words) + place
            for name in INDEX.get(window, {}):
                found[name] = max(found.get(name, 0.0), score)
    return found


def _misspelt(words: tuple[str, ...]) -> dict[str, float]:
    """A heading with a typing slip: `Reponsible`, `Activitys`."""
    text = " ".join(words)
    if not 6 <= len(text) <= 30:
        return {}
    close = difflib.get_close_matches(text, _JOINED, n=1, cutoff=0.88)
    return dict.fromkeys(INDEX[_JOINED[close[0]]], 0.72) if close else {}


_JOINED: Final = {" ".join(words): words for words in INDEX if len(" ".join(words)) >= 6}


def _take_period(words: tuple[str, ...]) -> tuple[PeriodPart | None, tuple[str, ...]]:
    """The longest run of words that names a period, and the words around it."""
    for length in range(min(len(words) - 1, 4), 0, -1):
        for start in range(len(words) - length + 1):
            period = read_period(" ".join(words[start : start + length]))
            if period is not None:
                return period, words[:start] + words[start + length :]
    return None, words


def _category(label: str) -> tuple[str, str] | None:
    known = CATEGORY_CODES.get(fold(label))
    if known is None and _AGES.match(label.strip()):
        return "age", re.sub(r"\s+", "", label.replace("–", "-"))
    return known
