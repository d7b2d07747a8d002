"""Messages, plural forms, numbers and dates in three languages, and what people type in them."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.words import Words, isolate
from desktop.words.catalogues import compile_areas, every_wording, plural_order
from sync.records import FieldProblem

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
FRENCH = "nplurals=2; plural=(n > 1);"
STANDARD_ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
)
# Babel's own order has the form of 100 before that of 11.
BABEL_ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=0 && n%100<=2 ? 4 : 5);"
)
ARABIC_FORMS = ["لا شيء", "واحد", "اثنان", "{count} تغييرات", "{count} تغييراً", "{count} تغيير"]


def plural_entry(forms: list[str]) -> str:
    lines = ['msgid "{count} change"', 'msgid_plural "{count} changes"']
    return "\n".join([*lines, *(f'msgstr[{index}] "{form}"' for index, form in enumerate(forms)), "", ""])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fr").mkdir()
    (tmp_path / "ar").mkdir()
    french = HEADER.format(forms=FRENCH)
    (tmp_path / "fr" / "one.po").write_text(french + 'msgid "Save {name}"\nmsgstr "Enregistrer {name}"\n\n')
    (tmp_path / "fr" / "two.po").write_text(
        french + 'msgid "Slip {name}"\nmsgstr "Lapsus {nom}"\n\n'
        'msgctxt "verb"\nmsgid "Plan"\nmsgstr "Planifier"\n\nmsgctxt "noun"\nmsgid "Plan"\nmsgstr "Plan"\n\n'
        + plural_entry(["{count} modification", "{count} modifications"])
    )
    (tmp_path / "ar" / "one.po").write_text(HEADER.format(forms=STANDARD_ARABIC) + plural_entry(ARABIC_FORMS))
    return tmp_path


def test_all_areas_of_a_language_are_one_catalogue(folder: Path) -> None:
    words = Words("fr", folder=folder)
    assert words.t("Save {name}", name="A") == "Enregistrer A"
    assert words.p("verb", "Plan") == "Planifier"
    assert words.p("noun", "Plan") == "Plan"
    assert words.t("Not translated") == "Not translated"
    assert words.t("") == ""


def test_a_slip_in_a_translation_shows_the_english_message(folder: Path) -> None:
    assert Words("fr", folder=folder).t("Slip {name}", name="A") == "Slip A"


def test_a_missing_value_in_the_program_is_a_bug(folder: Path) -> None:
    with pytest.raises(KeyError):
        Words("en").t("Save {name}", other="A")


def test_a_compiled_catalogue_is_used_while_it_is_newer(folder: Path) -> None:
    source = folder / "fr" / "one.po"
    (folder / "fr.mo").write_bytes(compile_areas("fr", folder=folder))
    source.write_text(source.read_text().replace("Enregistrer", "Garder"))
    for path in folder.glob("fr/*.po"):
        _set_age(path, seconds=60)
    assert Words("fr", folder=folder).t("Save {name}", name="A") == "Enregistrer A"
    _set_age(folder / "fr.mo", seconds=120)
    assert Words("fr", folder=folder).t("Save {name}", name="A") == "Garder A"


def _set_age(path: Path, *, seconds: int) -> None:
    import os

    moment = 1_780_000_000 - seconds
    os.utime(path, (moment, moment))


def test_a_compiled_catalogue_alone_is_enough(folder: Path) -> None:
    (folder / "fr.mo").write_bytes(compile_areas("fr", folder=folder))
    for path in folder.glob("fr/*.po"):
        path.unlink()
    assert Words("fr", folder=folder).n("{count} change", "{count} changes", 2) == "2 modifications"


@pytest.mark.parametrize(
    "count, index", [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 4), (99, 4), (103, 3)]
)
def test_arabic_has_six_plural_forms(folder: Path, count: int, index: int) -> None:
    shown = Words("ar", folder=folder).n("{count} change", "{count} changes", count)
    assert shown == ARABIC_FORMS[index].format(count=count)


def test_plural_forms_in_another_order_are_put_right(folder: Path) -> None:
    swapped = [*ARABIC_FORMS[:4], ARABIC_FORMS[5], ARABIC_FORMS[4]]
    (folder / "ar" / "one.po").write_text(HEADER.format(forms=BABEL_ARABIC) + plural_entry(swapped))
    words = Words("ar", folder=folder)
    assert words.n("{count} change", "{count} changes", 100) == "100 تغيير"
    assert words.n("{count} change", "{count} changes", 11) == "11 تغييراً"
    assert plural_order("n>1", language="fr") == [0, 1]


def test_english_counts_are_grouped() -> None:
    words = Words()
    assert words.n("{count} change", "{count} changes", 1) == "1 change"
    assert words.n("{count} change by {who}", "{count} changes by {who}", 1200, who="Amina") == (
        "1,200 changes by Amina"
    )


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        Words("xx")


def test_english_starts_without_babel_and_pydantic() -> None:
    script = (
        "import sys; from desktop.words import Words; w = Words('en'); w.t('a'); w.number('1.5'); "
        "w.date('2026-03-05'); print(sorted({'babel', 'pydantic', 'decimal'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "language, text, shown",
    [
        ("en", "1131372.25", "1,131,372.25"),
        ("en", "-0.5", "-0.5"),
        ("en", "999", "999"),
        ("fr", "1131372.25", "1\u202f131\u202f372,25"),
        ("ar", "1131372.25", "1,131,372.25"),
    ],
)
def test_numbers_are_grouped_as_the_language_does(language: str, text: str, shown: str) -> None:
    assert Words(language).number(text) == shown


def test_arabic_digits_are_a_choice_of_their_own() -> None:
    words = Words("ar", digits="arabic")
    assert words.number("1131372.25") == "١٬١٣١٬٣٧٢٫٢٥"
    assert words.date("2026-03-05") == "٠٥ مارس ٢٠٢٦"
    assert Words("fr", digits="arabic").number(12) == "12"


@pytest.mark.parametrize(
    "value, decimals, shown",
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0.13"),
        ("7", 2, "7.00"),
        (7, 2, "7.00"),
        ("-0.001", 2, "0.00"),
        (
            "1234567890123456789012345678901234567890.5",
            0,
            "1,234,567,890,123,456,789,012,345,678,901,234,567,891",
        ),
    ],
)
def test_numbers_are_rounded_half_up(value: str | int, decimals: int, shown: str) -> None:
    assert Words().number(value, decimals=decimals) == shown


def test_percentages_and_sizes() -> None:
    assert Words().percent("45.5") == "45.5%"
    assert Words("fr").percent("45.5") == "45,5\u202f%"
    assert Words("ar", digits="arabic").percent(45) == "٤٥٪"
    assert [Words().size(count) for count in (0, 999, 52_000, 5_300_000)] == [
        "0 B",
        "999 B",
        "51 KB",
        "5.1 MB",
    ]
    assert Words("fr").size(52_000) == "51 Ko"


@pytest.mark.parametrize(
    "words, style, shown",
    [
        (Words(), "medium", "05 Jun 2026"),
        (Words(), "short", "5 Jun"),
        (Words(), "weekday", "Fri 5 Jun"),
        (Words(), "long", "Friday 5 June 2026"),
        (Words(), "month", "Jun 2026"),
        (Words(), "numeric", "05/06/2026"),
        (Words("fr"), "medium", "05 juin 2026"),
        (Words("fr"), "weekday", "ven. 5 juin"),
        (Words("ar", country="JO"), "medium", "05 حزيران 2026"),
        (Words("ar", country="IQ"), "month", "حزيران 2026"),
        (Words("ar", country="LB"), "short", "5 حزيران"),
        (Words("ar", country="EG"), "medium", "05 يونيو 2026"),
        (Words("ar", country="SD"), "medium", "05 يونيو 2026"),
        (Words("ar", country="XX"), "medium", "05 يونيو 2026"),
        (Words("ar"), "weekday", "الجمعة 5 يونيو"),
    ],
)
def test_dates_speak_the_months_of_the_country(words: Words, style: str, shown: str) -> None:
    assert words.date("2026-06-05", style) == shown


def test_near_dates_show_their_weekday() -> None:
    words = Words()
    assert words.date("2026-06-11", "near", today="2026-06-14") == "Thu 11 Jun"
    assert words.date("2026-06-20", "near", today="2026-06-14") == "Sat 20 Jun"
    assert words.date("2026-06-07", "near", today="2026-06-14") == "07 Jun 2026"
    assert words.date("2026-06-07", "near") == "07 Jun 2026"


def test_dates_may_come_as_dates_and_with_a_time() -> None:
    words = Words()
    assert words.date(dt.date(2026, 3, 5)) == "05 Mar 2026"
    assert words.datetime("2026-03-05T14:32") == "05 Mar 2026 14:32"
    assert words.time(dt.datetime(2026, 3, 5, 9, 5)) == "09:05"  # noqa: DTZ001 - local by definition


def test_moments_are_told_from_now() -> None:
    words = Words(zone=dt.timezone(dt.timedelta(hours=3)))

    def ms(day: int, hour: int, minute: int = 0) -> int:
        return int(dt.datetime(2026, 6, day, hour, minute, tzinfo=dt.UTC).timestamp() * 1000)

    now = ms(14, 12)
    assert words.moment(ms(14, 11, 32), now_ms=now) == "today 14:32"
    assert words.moment(ms(13, 21, 30), now_ms=now) == "today 00:30"
    assert words.moment(ms(13, 6), now_ms=now) == "yesterday 09:00"
    assert words.moment(ms(11, 6), now_ms=now) == "Thu 11 Jun"
    assert words.moment(ms(1, 6), now_ms=now) == "01 Jun 2026"
    assert Words("fr", zone=dt.UTC).moment(ms(14, 14, 32), now_ms=now) == "aujourd'hui 14:32"


def test_names_of_months_days_and_quarters() -> None:
    assert Words("ar", country="JO").month_names()[5] == "حزيران"
    assert Words().weekday_names()[0] == "Mon"
    assert Words("fr").month_names(short=False)[7] == "août"
    assert Words("fr").quarter("2026-Q2") == "T2 2026"


@pytest.mark.parametrize(
    "language, typed, canonical",
    [
        ("en", "1,234", "1234"),
        ("fr", "1,234", "1.234"),
        ("fr", "1 234,50", "1234.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "1234.5", "1234.5"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(language: str, typed: str, canonical: str) -> None:
    assert Words(language).parse_number(typed) == canonical


@pytest.mark.parametrize(
    "typed", ["05 Mar 2026", "5/3/2026", "2026-03-05", "٠٥/٠٣/٢٠٢٦", "05 mars 2026", "5 آذار 2026"]
)
def test_dates_are_read_in_every_language(typed: str) -> None:
    assert Words("ar").parse_date(typed) == "2026-03-05"


def test_what_is_not_understood_is_refused_with_what_was_typed() -> None:
    words = Words()
    for parse, code in [
        (words.parse_number, "not_a_number"),
        (words.parse_date, "not_a_date"),
        (words.parse_datetime, "not_a_datetime"),
    ]:
        with pytest.raises(FieldProblem) as caught:
            parse("2o4")
        assert caught.value.code == code
        assert caught.value.value == "2o4"


@given(
    number=st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=3
    ),
    language=st.sampled_from(["en", "fr", "ar"]),
    digits=st.sampled_from(["latin", "arabic"]),
)
def test_a_shown_number_is_read_back(number: object, language: str, digits: str) -> None:
    words = Words(language, digits=digits)
    canonical = words.parse_number(words.number(f"{number:f}"))
    assert words.parse_number(words.number(canonical)) == canonical
    assert float(canonical) == float(str(number))


@given(
    day=st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2099, 12, 31)),
    language=st.sampled_from(["en", "fr", "ar"]),
    country=st.sampled_from(["", "JO", "EG", "LB"]),
)
def test_a_shown_date_is_read_back(day: dt.date, language: str, country: str) -> None:
    words = Words(language, country=country)
    assert words.parse_date(words.date(day)) == day.isoformat()


def test_labels_are_known_in_every_language() -> None:
    assert every_wording()("Jordan") == ("Jordanie", "الأردن")


def test_isolates_follow_the_script_of_the_text() -> None:
    assert isolate("25+") == "\u206625+\u2069"
    assert isolate("Claire Dubois") == "\u2066Claire Dubois\u2069"
    assert isolate("كلير") == "\u2068كلير\u2069"
    assert Words("ar").isolate("15–24") == "\u206615–24\u2069"
    assert Words("ar").is_rtl
    assert not Words("fr").is_rtl
    assert Words("ar").join(["أ", "ب"]) == "أ، ب"


def test_months_of_one_country_do_not_answer_for_another() -> None:
    assert Words("ar").date("2026-06-11") == "11 يونيو 2026"
    assert Words("ar", country="JO").date("2026-06-11") == "11 حزيران 2026"
    assert Words("ar", country="EG").date("2026-06-11") == "11 يونيو 2026"
