"""Finds the translations of a language: the compiled catalogue, or the areas' sources compiled in memory.

Each area of the program has a `.po` file of its own in `resources/translations/<language>/`; together
they are one catalogue.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

# The plural forms of every catalogue, in the order of the samples below. Babel's own formula for Arabic
# swaps the last two; areas written with it are put into this order when they are joined.
PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
    ),
}
# One count for each plural form.
PLURAL_SAMPLES = {"fr": (1, 2), "ar": (0, 1, 2, 3, 11, 100)}
SOURCE_LANGUAGE = "en"


def translations_folder() -> Path:
    """The folder that the application was installed with."""
    from pathlib import Path

    import resources

    return Path(next(iter(resources.__path__))) / "translations"


def load(language: str, *, folder: Path | None = None) -> gettext.NullTranslations:
    """The catalogue of a language; English needs none, because the program speaks it."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    root = folder or translations_folder()
    compiled = root / f"{language}.mo"
    areas = sorted((root / language).glob("*.po"))
    newest = max((path.stat().st_mtime_ns for path in areas), default=0)
    if compiled.exists() and compiled.stat().st_mtime_ns > newest:
        return _read(compiled, compiled.stat().st_mtime_ns)
    return _compile(root, language, tuple((path.name, path.stat().st_mtime_ns) for path in areas))


def every_wording(*, folder: Path | None = None) -> Callable[[str], tuple[str, ...]]:
    """All translations of a message, so that an import understands labels in any of the languages."""
    catalogues = [load(language, folder=folder) for language in PLURAL_FORMS]
    return lambda msgid: tuple(catalogue.gettext(msgid) for catalogue in catalogues) if msgid else ()


def compile_areas(language: str, *, folder: Path) -> bytes:
    """All areas of a language as the bytes of one compiled catalogue."""
    from babel.messages.mofile import write_mo

    target = BytesIO()
    write_mo(target, join_areas(language, folder=folder))
    return target.getvalue()


def join_areas(language: str, *, folder: Path) -> Catalog:
    """All areas of a language as one catalogue, their plural forms in one order."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language, charset="utf-8", fuzzy=False)
    whole.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", PLURAL_FORMS[language]),
    ]
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as stream:
            area = read_po(stream, locale=language, abort_invalid=True)
        order = plural_order(area.plural_expr, language=language)
        for message in area:
            if message.id:
                whole[message.id] = _reordered(message, order)
    return whole


def plural_order(formula: str, *, language: str) -> list[int]:
    """For each plural form of ours, which form of a catalogue with this formula it is."""
    # The formula comes from our own files, and gettext compiles it without running anything else.
    choose = gettext.c2py(formula)
    return [choose(sample) for sample in PLURAL_SAMPLES[language]]


def _reordered(message: Message, order: list[int]) -> Message:
    forms = message.string
    if isinstance(forms, (list, tuple)) and len(forms) > max(order):
        message.string = tuple(forms[index] for index in order)
    return message


@lru_cache(8)
def _read(path: Path, _changed: int) -> gettext.GNUTranslations:
    with path.open("rb") as stream:
        return gettext.GNUTranslations(stream)


@lru_cache(8)
def _compile(folder: Path, language: str, areas: tuple[tuple[str, int], ...]) -> gettext.NullTranslations:
    if not areas:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(compile_areas(language, folder=folder)))
