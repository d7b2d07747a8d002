"""All that the program says exists in French and Arabic, with every plural form and the same placeholders."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from helpers import repository

from desktop.words.catalogues import (
    PLURAL_FORMS,
    PLURAL_SAMPLES,
    join_areas,
    plural_order,
    translations_folder,
)
from sync.records import KINDS, PROBLEMS

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {"t": None, "n": (1, 2), "p": ((1, "c"), 2)}
LANGUAGES = ["fr", "ar"]
# The administrator's terminal and pages speak English alone.
UNTRANSLATED = ("sync/server/",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message the program uses: its context, its English, its English plural, and where it stands."""

    context: str | None
    singular: str
    plural: str | None
    where: str

    def __str__(self) -> str:
        shown = repr(self.singular) if self.context is None else f"{self.singular!r} as {self.context!r}"
        return f"{self.where}: {shown}"


@cache
def wanted() -> tuple[Wanted, ...]:
    return (*extracted("desktop"), *extracted("sync"), *declared())


def extracted(top: str) -> Iterator[Wanted]:
    """What Babel finds in the text of the program."""
    found = extract_from_dir(repository.ROOT / top, [("**.py", "python")], keywords=KEYWORDS)
    for path, line, message, _comments, context in found:
        where = f"{top}/{Path(path).as_posix()}:{line}"
        if where.startswith(UNTRANSLATED):
            continue
        singular, plural = message if isinstance(message, tuple) else (message, None)
        if singular:
            yield Wanted(context, singular, plural, where)


def declared() -> Iterator[Wanted]:
    """The words of the record types, which are data and not calls."""
    for kind in KINDS.values():
        texts = [kind.label, kind.plural]
        for field in kind.fields.values():
            texts += [field.label, field.hint, *(field.choice_labels.values())]
        for text in filter(None, texts):
            yield Wanted(None, text, None, f"kind {kind.name}")
    for code, text in PROBLEMS.items():
        yield Wanted(None, text, None, f"problem {code}")


@cache
def catalogue(language: str) -> Catalog:
    return join_areas(language, folder=translations_folder())


def areas(language: str) -> list[Path]:
    return sorted((translations_folder() / language).glob("*.po"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def complaint(want: Wanted, language: str) -> str | None:
    """What is wrong with the translation of a message, if anything."""
    message = catalogue(language).get(want.singular, want.context)
    if message is None or not all(forms(message)):
        return "is not translated"
    if message.fuzzy:
        return "is marked as a guess"
    if want.plural is None:
        if any(placeholders(form) != placeholders(want.singular) for form in forms(message)):
            return "has other placeholders than its translation"
        return None
    if not message.pluralizable or len(forms(message)) != len(PLURAL_SAMPLES[language]):
        return f"has not {len(PLURAL_SAMPLES[language])} plural forms"
    return _plural_complaint(want, message, language)


def _plural_complaint(want: Wanted, message: Message, language: str) -> str | None:
    needed = placeholders(want.plural or "")
    for form in forms(message):
        used = placeholders(form)
        # One, two and none may be said in words, so that the form has no number.
        if not used <= needed or not needed - {"count", "n"} <= used:
            return "has other placeholders than its translation"
    if not needed & {"count", "n"}:
        return None
    for index, sample in enumerate(PLURAL_SAMPLES[language]):
        # French uses its first form for 0 and 1, so it cannot say one of them in words.
        in_words = sample <= 2 and language != "fr"
        if not in_words and not placeholders(forms(message)[index]) & {"count", "n"}:
            return f"has a plural form without its number: {forms(message)[index]!r}"
    return None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_placeholders(language: str) -> None:
    found = {f"{want} {said}": None for want in wanted() if (said := complaint(want, language))}
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_area_counts_as_the_language_does(language: str) -> None:
    for path in areas(language):
        with path.open("rb") as stream:
            area = read_po(stream, locale=language, abort_invalid=True)
        assert area.num_plurals == len(PLURAL_SAMPLES[language]), path.name
        order = plural_order(area.plural_expr, language=language)
        assert order == list(range(area.num_plurals)), path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_areas_do_not_contradict_each_other(language: str) -> None:
    said: dict[tuple[object, object], tuple[str, object]] = {}
    contradictions = []
    for path in areas(language):
        with path.open("rb") as stream:
            area = read_po(stream, locale=language)
        for message in area:
            key = (message.context, message.id if isinstance(message.id, str) else message.id[0])
            first = said.setdefault(key, (path.name, forms(message)[0]))
            if message.id and first[1] != forms(message)[0]:
                contradictions.append(
                    f"{key[1]!r}: {first[1]!r} in {first[0]}, {forms(message)[0]!r} in {path.name}"
                )
    assert not contradictions, "\n".join(["", *contradictions])


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_areas(language: str) -> None:
    assert [path.name for path in areas(language)] == [path.name for path in areas("fr")]
    assert catalogue(language).plural_forms.rstrip(";") == PLURAL_FORMS[language].rstrip(";")
