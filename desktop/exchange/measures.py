"""Periods, places, indicators, dimensions and categories, each planned once however often it is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from desktop.exchange.building import Builder, Draft
from desktop.exchange.cells import Sheet
from desktop.exchange.countries import country_code
from desktop.exchange.existing import fold_code
from desktop.exchange.folding import fold, latin_digits, listed, squash
from desktop.exchange.periods import Span
from desktop.exchange.planned import Ref
from desktop.exchange.vocabulary import CATEGORY_CODES

_DIMENSION_TYPES: Final = {
    "sex": "sex",
    "age": "age",
    "residence": "status",
    "disability": "disability",
    "nationality": "nationality",
}
_DIMENSION_NAMES: Final = {"sex": "Sex", "age": "Age", "residence": "Status", "disability": "Disability"}
_FREQUENCIES: Final = {"Q": "quarterly", "H": "semiannual"}
_FORBIDDEN = re.compile(r"[\s/|]+")
_AROUND_SIGNS = re.compile(r"\s*([-–—+<>])\s*")
_EVERYBODY: Final = frozenset(
    fold(word)
    for word in listed(
        "Total; All; Both; Both sexes; All ages; Tous; Toutes; Ensemble; Les deux; المجموع;"
        " الكل; الإجمالي; الجميع;"
        "كلا الجنسين; Overall; T",
        by=";",
    )
)
_PREFIX = 30

Target = Ref | bytes


def is_everybody(text: str) -> bool:
    """Whether a category text stands for all of them together."""
    return fold(text) in _EVERYBODY


@dataclass(slots=True)
class Measures:
    """The things that numbers hang on, shared by all tables of a file."""

    builder: Builder
    indicators: dict[str, Target] = field(default_factory=dict)
    categories: dict[tuple[str, str], str] = field(default_factory=dict)

    def period(self, span: Span, *, sheet: Sheet, row: int) -> Target:
        """The reporting period with these days."""
        found = self.builder.existing.find("period", code=span.label, name=span.label)
        if found is not None:
            return found
        key = f"period:{span.label}"
        if key not in self.builder.drafts:
            draft = self.builder.add("period", key, sheet=sheet, row=row)
            days = {"start": span.start.isoformat(), "end": span.end.isoformat()}
            draft.values.update({"name": span.label, "code": span.label, **days})
            self.builder.put(draft, "frequency", _frequency(span.label))
        return Ref(key)

    def named_period(self, name: str, *, sheet: Sheet, row: int) -> Target:
        """A period that has a name but no dates that could be read."""
        return self.builder.named("period", name, sheet=sheet, row=row)

    def place(
        self, name: str, *, sheet: Sheet, row: int, country: bool, under: Target | None = None
    ) -> Target:
        """The place of that name; one country is one place in any language."""
        code = country_code(name)
        found = self.builder.existing.find("place", name=name, code=code or "" if country else "")
        if found is not None:
            return found
        key = f"place:{code}" if code else f"place:{fold(name)}"
        if key not in self.builder.drafts:
            draft = self.builder.add("place", key, sheet=sheet, row=row)
            draft.values["name"] = name
            draft.parent = under
            if code:
                draft.values.update({"type": "country", "country": code})
        return Ref(key)

    def know_indicator(self, draft: Draft) -> None:
        """Remember an indicator of the file by its title and code."""
        self.indicators.setdefault(fold(str(draft.values["title"])), Ref(draft.key))
        if draft.values.get("code"):
            self.indicators.setdefault(f"code {fold_code(str(draft.values['code']))}", Ref(draft.key))

    def indicator(self, title: str, code: str) -> Target | None:
        """The indicator with that title or code, also when one of two titles was cut short."""
        folded = fold(title)
        found = self.indicators.get(folded) if title else None
        if found is None and code:
            found = self.indicators.get(f"code {fold_code(code)}")
        if found is None:
            found = self.builder.existing.find("indicator", name=title, code=code)
        if found is None and len(folded) >= _PREFIX:
            near = [one for known, one in self.indicators.items() if _cut(known, folded)]
            found = near[0] if len(near) == 1 else None
        if found is not None and title:
            self.indicators.setdefault(folded, found)
        return found

    def dimension(self, name: str, label: str, *, sheet: Sheet, row: int) -> Target:
        """The dimension of a column; `name` is its field, or its folded heading for others."""
        shown = label or _DIMENSION_NAMES.get(name, name)
        code = _DIMENSION_TYPES.get(name) or category_code(name, name)
        found = self.builder.existing.find("dimension", name=shown, code=code)
        if found is not None:
            return found
        key = f"dimension:{name}"
        if key not in self.builder.drafts:
            draft = self.builder.add("dimension", key, sheet=sheet, row=row)
            draft.values["name"] = shown
            draft.values["code"] = code
            draft.values["type"] = _DIMENSION_TYPES.get(name, "other")
        return Ref(key)

    def category(self, name: str, text: str, *, dimension: Target, sheet: Sheet, row: int) -> str:
        """The code of a category of a dimension, the category being planned when it is new."""
        known = self.categories.get((name, fold_code_of(text)))
        if known is not None:
            return known
        code = category_code(name, text)
        if isinstance(dimension, bytes):
            found = self.builder.existing.find("category", name=text, code=code, within=dimension)
            if found is not None:
                code = self.builder.existing.code_of(found) or code
                self.categories[name, fold_code_of(text)] = code
                return code
        key = f"category:{name}:{code}"
        if key not in self.builder.drafts:
            draft = self.builder.add("category", key, sheet=sheet, row=row)
            draft.values.update({"name": squash(text), "code": code, "dimension": dimension})
        self.categories[name, fold_code_of(text)] = code
        return code


def category_code(name: str, text: str) -> str:
    """A short code without spaces: the usual one where there is one, else the text itself."""
    known = CATEGORY_CODES.get(fold(text))
    if known is not None and known[0] == name:
        return known[1]
    plain = _AROUND_SIGNS.sub(lambda match: "-" if match[1] in "–—" else match[1], squash(latin_digits(text)))
    return _FORBIDDEN.sub("-", plain).strip("-")[:60] or "?"


def fold_code_of(text: str) -> str:
    """Category texts as compared: `25+` and `25 +` are one, `25+` and `<25` are two."""
    return "".join(squash(latin_digits(text)).casefold().split())


def _cut(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _PREFIX and longer.startswith(shorter)


def _frequency(label: str) -> str | None:
    if "/" in label:
        return None
    if len(label) == 4:
        return "annual"
    return _FREQUENCIES.get(label[5:6], "monthly")
