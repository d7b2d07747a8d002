"""Compiles the translations: all areas of a language become one catalogue. Complains of words that miss a
translation, contradict each other or lose a placeholder; with --strict the complaints are the exit status.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "resources" / "translations"
PLURALS = {"ar": 6, "fr": 2}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {"t": None, "n": (1, 2), "p": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")

Key = tuple[str | None, str]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build/catalogues.py", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail when there is a complaint")
    strict = parser.parse_args(arguments).strict
    problems: list[str] = []
    merged = {language: merge(language, problems) for language in PLURALS}
    for language, catalog in merged.items():
        problems += [f"{language}: {problem}" for problem in complaints(catalog, plurals=PLURALS[language])]
        compile_to(TRANSLATIONS / f"{language}.mo", catalog)
    problems += gaps(merged)
    for problem in sorted(set(problems)):
        print(problem, file=sys.stderr)
    count = sum(len(catalog) for catalog in merged.values())
    print(f"words: {count} translations in {len(merged)} languages, {len(set(problems))} complaints")
    return 1 if strict and problems else 0


def merge(language: str, problems: list[str]) -> Catalog:
    """One catalogue from all areas of a language."""
    whole = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as stream:
            area = read_po(stream, locale=language, abort_invalid=True)
        if area.num_plurals != PLURALS[language]:
            problems.append(
                f"{language}/{path.name}: {area.num_plurals} plural forms, not {PLURALS[language]}"
            )
        for message in area:
            if not message.id:
                whole.mime_headers = area.mime_headers
                continue
            had = whole.get(message.id, message.context)
            if had is not None and had.string != message.string:
                problems.append(
                    f"{language}/{path.name}: {shown(message)} is translated otherwise in another area"
                )
            whole[message.id] = message
    return whole


def complaints(catalog: Catalog, *, plurals: int) -> Iterator[str]:
    """What is wrong within one language."""
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.fuzzy or not all(forms):
            yield f"{shown(message)} is not translated"
        if message.pluralizable and len(forms) != plurals:
            yield f"{shown(message)} has {len(forms)} plural forms, not {plurals}"
        wanted = placeholders(*identity(message))
        # A plural form may say "one" or "two" in words, so only the count may be left out.
        spared = {"count"} if message.pluralizable else set()
        for form in forms:
            if form and not wanted - spared <= placeholders(form) <= wanted:
                yield f"{shown(message)} has other placeholders than its translation"


def gaps(catalogs: dict[str, Catalog]) -> Iterator[str]:
    """What the program says, or one language says, that another does not."""
    known = {
        language: {key(message) for message in catalog if message.id}
        for language, catalog in catalogs.items()
    }
    wanted = set().union(*known.values(), used_messages())
    for language, had in known.items():
        for context, text in sorted(wanted - had, key=str):
            yield f"{language}: no translation of {text!r}" + (f" ({context})" if context else "")


def used_messages() -> Iterator[Key]:
    """The words in the program's own text, as Babel finds them."""
    found = extract_from_dir(ROOT / "desktop", [("**.py", "python")], keywords=KEYWORDS)
    for _path, _line, text, _comments, context in found:
        yield context, text if isinstance(text, str) else text[0]


def compile_to(path: Path, catalog: Catalog) -> None:
    """Write beside and rename, so that a running window never reads half a catalogue."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as stream:
        write_mo(stream, catalog)
    partial.replace(path)


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def identity(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def key(message: Message) -> Key:
    return message.context, identity(message)[0]


def shown(message: Message) -> str:
    return repr(identity(message)[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
