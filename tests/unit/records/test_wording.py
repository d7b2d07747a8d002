"""Every word that a declaration shows has a French and an Arabic wording with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from sync.records import KINDS, PROBLEMS, FieldProblem, kind
from sync.records.parsing import comparable

TRANSLATIONS = Path(__file__).parents[3] / "resources" / "translations"
LANGUAGES = ("fr", "ar")
UNITS_IN_WORDS = {"days", "min"}


def shown_words() -> set[str]:
    fields = [field for one in KINDS.values() for field in one.fields.values()]
    words = {one.label for one in KINDS.values()} | {one.plural for one in KINDS.values()}
    words |= {field.label for field in fields} | {field.hint for field in fields if field.hint}
    words |= {label for field in fields for label in field.choice_labels.values()}
    return words | set(PROBLEMS.values()) | UNITS_IN_WORDS


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "records.po").open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[a-z]+\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    found = {str(message.id): message.string for message in catalogue(language) if message.id}
    assert shown_words() - set(found) == set()
    assert set(found) - shown_words() == set()
    assert [msgid for msgid, wording in found.items() if not wording] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders_and_the_stop(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            assert placeholders(str(message.string)) == placeholders(str(message.id)), message.id
            assert str(message.string).endswith(".") == str(message.id).endswith("."), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choices_of_a_list_have_different_wordings(language: str) -> None:
    found = {str(message.id): str(message.string) for message in catalogue(language) if message.id}
    for one in KINDS.values():
        for field in one.fields.values():
            wordings = [comparable(found[label]) for label in field.choice_labels.values()]
            assert len(set(wordings)) == len(wordings), f"{one.name}.{field.name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_aliases_never_contradict_a_wording(language: str) -> None:
    found = {str(message.id): str(message.string) for message in catalogue(language) if message.id}
    for one in KINDS.values():
        for field in one.fields.values():
            for code, label in field.choice_labels.items():
                for wording in (code, label, found[label]):
                    assert field.choice_aliases.get(comparable(wording), code) == code, (
                        f"{field.name}: {wording}"
                    )


def test_every_problem_can_be_worded_with_what_was_typed() -> None:
    # Params that single problems carry beside the field and what was typed.
    params: dict[str, str | int] = {
        "place": 1,
        "limit": 500,
        "minimum": "0",
        "maximum": "100",
        "start": "2026-03-05",
    }
    for code, template in PROBLEMS.items():
        problem = FieldProblem(code, "progress", "2o4", params)
        assert problem.message == template
        assert "{" not in template.format(**problem.params)


def test_a_problem_quotes_at_most_a_line_of_what_was_typed() -> None:
    problem = FieldProblem("not_a_number", "spent", "x" * 5000)
    assert problem.value == "x" * 5000
    assert len(str(problem.params["typed"])) == 80
    assert str(FieldProblem("not_text", "title", "a\x00\ud800").params["typed"]) == "a\ufffd?"


def test_a_problem_is_raised_with_its_params() -> None:
    with pytest.raises(FieldProblem) as caught:
        kind("activity").field("progress").parse("101")
    assert caught.value.params == {"field": "progress", "typed": "101", "maximum": "100"}
