"""People and organisations out of the cells where offices write several of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.exchange.folding import fold, squash
from desktop.exchange.terms import NOBODY_WORDS

_HARD = re.compile(r"[;؛\n\r•·|]+")
_SPACED = re.compile(r"\s+/\s*|\s*/\s+|\s+\+\s+|\s*،\s+")
_TIGHT = re.compile(r"\s*[/+]\s*")
_WORDS = re.compile(r"\s+(?:&|and|et|و)\s+", re.IGNORECASE)
_COMMA = re.compile(r"\s*,\s*")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9.\-]{1,9}s?$")
_MINISTRY = re.compile(
    r"^(?:ministry|ministère|ministere|department|directorate|direction|وزارة|مديرية|دائرة)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_LIST_MARK = re.compile(r"^\s*(?:[-–—*•▪]|\d{1,2}[.)])\s+")
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one cell; `empty` are words such as TBD, `repeated` were there twice."""

    names: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def is_nobody(text: str) -> bool:
    """Whether a text says that nobody is named yet: TBD, à définir, a dash."""
    return not text.strip(" -–—_.?…/*") or fold(text) in NOBODY_WORDS


class NameReader:
    """Splits the cells of a column, judging by what stands alone in its other cells."""

    def __init__(self, texts: Iterable[str], *, known: Callable[[str], bool]) -> None:
        self._alone = {fold(piece) for text in texts for piece in _HARD.split(text) if piece.strip()}
        self._known = known

    def is_alone(self, name: str) -> bool:
        """The name fills a cell of its own somewhere, or the workspace knows it."""
        return fold(name) in self._alone or self._known(name)

    def organisations(self, text: str) -> Names:
        """`UNHCR / KEPSA` are two, `ILO/EIIP` is one unless both stand alone elsewhere."""
        return self._collect(text, self._split_organisation)

    def people(self, text: str) -> Names:
        """`Achieng Otieno / Yusuf Abdi` are two, `Otieno, Achieng` is one."""
        return self._collect(text, self._split_person)

    def _collect(self, text: str, split: Callable[[str], list[str]]) -> Names:
        names: dict[str, str] = {}
        empty, repeated = [], []
        for piece in _HARD.split(text):
            for part in split(squash(_LIST_MARK.sub("", piece))):
                name = part.strip(" ,.;:-–").strip() if not part.endswith(".") else part.strip(" ,;:-–")
                if is_nobody(name):
                    empty += [name] if name else []
                elif fold(name) in names:
                    repeated.append(name)
                else:
                    names[fold(name)] = name
        return Names(tuple(names.values()), tuple(empty), tuple(repeated))

    def _split_organisation(self, piece: str) -> list[str]:
        found = []
        for part in _SPACED.split(piece):
            tight = self._if_all(_TIGHT.split(part), self.is_alone) or [part]
            for one in tight:
                found += self._by_words_and_commas(one)
        return found

    def _by_words_and_commas(self, text: str) -> list[str]:
        def likely(part: str) -> bool:
            return self.is_alone(part) or _ACRONYM.match(part) is not None

        commas = _COMMA.split(text)
        if len(commas) > 1 and not (_MINISTRY.match(text) and not all(map(likely, commas[1:]))):
            return [one for part in commas for one in self._by_words(part, likely)]
        return self._by_words(text, likely)

    def _by_words(self, text: str, likely: Callable[[str], bool]) -> list[str]:
        return self._if_all(_WORDS.split(text), likely) or [text]

    def _split_person(self, piece: str) -> list[str]:
        found = []
        for part in re.split(r"\s*[/+&]\s*|\s*،\s*|\s+(?:and|et|و)\s+", piece):
            commas = _COMMA.split(part)
            several = all(self.is_alone(one) or len(one.split()) > 1 for one in commas)
            found += commas if len(commas) > 1 and several else [part]
        return [self._without_brackets(name) for name in found]

    def _without_brackets(self, name: str) -> str:
        """`Achieng Otieno (CTA)` is the Achieng Otieno of the other rows."""
        bare = _BRACKETS.sub("", name).strip()
        return bare if bare and bare != name and self.is_alone(bare) else name

    @staticmethod
    def _if_all(parts: list[str], fits: Callable[[str], bool]) -> list[str]:
        return parts if len(parts) > 1 and all(part and fits(part) for part in parts) else []
