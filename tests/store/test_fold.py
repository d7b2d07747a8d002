"""Search finds a word however it was spelled, and never stumbles over what was typed."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.store.driver import Connection, sqlite
from desktop.store.fold import fold, fold_row, fold_rows, query


@pytest.fixture(scope="module")
def index() -> Iterator[Connection]:
    with closing(sqlite.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, body, content='', contentless_delete=1,"
            " tokenize='unicode61 remove_diacritics 0')"
        )
        yield connection


def finds(index: Connection, stored: str, asked: str) -> bool:
    index.execute("DELETE FROM search")
    index.execute("INSERT INTO search (rowid, title, body) VALUES (1, ?, '')", (fold_row(stored),))
    expression = query(asked)
    if not expression:
        return False
    return bool(index.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,)).fetchall())


@pytest.mark.parametrize(
    "text, folded",
    [
        ("أحمد إبراهيم آمنة ٱلله", "احمد ابراهيم امنه الله"),
        ("مُحَمَّد", "محمد"),
        ("مـــدرسة على", "مدرسه علي"),
        ("٢٠٢٦ ۲۰۲۶ 2026", "2026 2026 2026"),
        ("Élevage NAÏF Straße", "elevage naif strasse"),
        ("ﻻ ﷲ", "لا الله"),
        ("مسؤول هيئة", "مسوول هييه"),
        ("کتابی", "كتابي"),
        ("  Job-search_clubs (RPL)!  ", "job search clubs rpl"),
        ("ደብተር", "ደብተር"),
        ("می\u200cخواهم \u200fنعم\u200e", "ميخواهم نعم"),
        ("25+ — … ✓", "25"),
        ("", ""),
    ],
)
def test_spellings_fold_into_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "stored, asked",
    [
        ("تدريب في المدرسة الصناعية", "مدرسة"),
        ("تدريب في مدرسة صناعية", "المدرسة"),
        ("والمدرسة", "مدرسة"),
        ("بالمدرسة", "المدرسه"),
        ("للمدرسة", "مدرسة"),
        ("كالمدرسة فالمدرسة", "مدرسة"),
        ("ولللاجئين", "لاجئين"),
        ("أحمد العلي", "احمد علي"),
        ("أَحْمَد", "أحمد"),
        ("المدرسة", "المد"),
        ("المدرسة", "ال"),
        ("مدرسة", "مد"),
        ("Réunion de pilotage", "reunion"),
        ("Employment services in Zarqa", "zarqa EMPLOY"),
        ("Activity 1.2.3 in Q2/2026", "1.2.3"),
        ("Activity 1.2.3 in Q2/2026", "1.2"),
        ("Activity 1.2.3 in Q2/2026", "q2/2026"),
        ("JO-2.1-A", "jo-2.1"),
        ("Ages 15–24", "15-24"),
        ("Ages ١٥–٢٤", "15–24"),
        ("Meeting (2026)", "meeting(2026)"),
        ("job search clubs", "job-search"),
        ("job-search clubs", "search"),
    ],
)
def test_what_is_asked_finds_what_is_stored(index: Connection, stored: str, asked: str) -> None:
    assert finds(index, stored, asked)


@pytest.mark.parametrize(
    "stored, asked",
    [
        ("Activity 1.3.2", "1.2.3"),
        ("Ages 15–24", "24-15"),
        ("Zarqa", "Zarqa Mafraq"),
        ("Zarqa", "arqa"),
        ("والد", "له"),
        ("Zarqa", "zarqas"),
        ("clubs of job seekers", "clu of"),
    ],
)
def test_other_words_are_not_found(index: Connection, stored: str, asked: str) -> None:
    assert not finds(index, stored, asked)


@pytest.mark.parametrize("typed", ["", "   ", '"', "*", "()", "--", "…", "\u200f", "\0", "\ud800", "_"])
def test_nothing_searchable_asks_for_nothing(typed: str) -> None:
    assert query(typed) == ""


@pytest.mark.parametrize(
    "typed", ["AND OR NOT", "NEAR(a b, 2)", "title:x", '"a', "a*b", "-x", "^a", "{a b}:c", "a\0b", "a'b;--"]
)
def test_the_syntax_of_the_index_means_nothing_to_people(index: Connection, typed: str) -> None:
    assert finds(index, typed, typed)


TEXTS = st.text(max_size=80) | st.text(alphabet="اأإآىةهلبوكفـَّ ٣3-.", max_size=40)


@given(typed=TEXTS)
@example(typed="\U0001e900\U0001e901")
@example(typed="a\U0001e900")
def test_nothing_typed_is_a_syntax_error(index: Connection, typed: str) -> None:
    expression = query(typed)
    if expression:
        index.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,)).fetchall()


@given(text=TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    words=st.lists(
        st.text(alphabet="اأإآىةهلبوكفمرسدعABCéè٣3", min_size=1, max_size=12), min_size=1, max_size=6
    ),
    data=st.data(),
)
def test_a_stored_word_is_found_by_itself_and_by_how_it_begins(
    index: Connection, words: list[str], data: st.DataObject
) -> None:
    asked = data.draw(st.sampled_from(words))
    assert finds(index, " ".join(words), asked)
    begun = asked[: data.draw(st.integers(1, len(asked)))]
    assert finds(index, " ".join(words), begun)


def test_every_letter_is_one_for_the_index_too() -> None:
    """The index keeps no positions, so a word that it would split into a phrase could not be asked for."""
    with closing(sqlite.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, content='', contentless_delete=1,"
            " detail=column, tokenize='unicode61 remove_diacritics 0')"
        )
        for first in range(0x80, 0x20000, 64):
            letters = [chr(number) for number in range(first, first + 64) if not 0xD800 <= number < 0xE000]
            expression = query(" ".join(f"a{letter}b" for letter in letters))
            if expression:
                connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,)).fetchall()


@given(texts=st.lists(st.text(alphabet="aB12é ٣-/._\n\x1f'", max_size=14), max_size=6))
def test_many_texts_fold_as_each_does_alone(texts: list[str]) -> None:
    assert fold_rows(texts) == [fold_row(text) for text in texts]


@given(text=st.text(alphabet="aBcde12 -/._\n',", max_size=40))
def test_every_word_of_a_plain_text_and_every_code_is_found(index: Connection, text: str) -> None:
    for word in text.split():
        if fold(word):
            assert finds(index, text, word)
