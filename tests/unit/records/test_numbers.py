"""Numbers as people write them in three languages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.numbers import canonical_number, is_canonical, read_number

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("1131372.25", "1131372.25"),
        ("1,131,372.25", "1131372.25"),
        ("1 131 372,25", "1131372.25"),
        ("25\u202f200,00", "25200"),
        ("3\xa0900,00", "3900"),
        ("1\u2009234", "1234"),
        ("1.131.372,25", "1131372.25"),
        ("1'131'372.25", "1131372.25"),
        ("1\u2019131\u2019372,25", "1131372.25"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("١٢٣٤", "1234"),
        ("٣،٥", "3.5"),
        ("۱۲۳", "123"),
        ("\u200f١٢٫٥\u200f", "12.5"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1 234.567", "1234.567"),
        ("1,234,567", "1234567"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("+7", "7"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("\u22125", "-5"),
        ("5-", "-5"),
        ("(1,200)", "-1200"),
        ("  42 ", "42"),
    ],
)
def test_numbers_are_read_in_three_languages(typed: str, meant: str) -> None:
    assert read_number(typed) == meant


@pytest.mark.parametrize(
    "typed,decimal,meant",
    [
        ("1,234", None, "1234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", None, "1234"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1.5", ",", "1.5"),
        ("1,5", ".", "1.5"),
        ("1,234.5", ",", "1234.5"),
        ("1.234,5", ".", "1234.5"),
        ("0.125", ",", "0.125"),
    ],
)
def test_one_separator_before_three_digits_needs_a_hint(typed: str, decimal: str | None, meant: str) -> None:
    assert read_number(typed, decimal=decimal) == meant  # type: ignore[arg-type]  # parameters are plain text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "n/a",
        "TBD",
        "2o4",
        "12 34",
        "1,23,456",
        "1.2.3",
        "1,5,5",
        "1,234 567",
        "1'234,567'8",
        "--5",
        "(-5)",
        "1e5",
        "12%",
        "USD 100",
        "31% (41/132)",
        ".",
        "-",
        "٫",
        "½",
        "²",
        "Ⅳ",
    ],
)
def test_what_is_not_understood_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"no (whole number|fraction)"):
        read_number(typed)


@given(DECIMALS)
def test_canonical_text_is_stable_and_exact(number: Decimal) -> None:
    text = canonical_number(number)
    assert is_canonical(text)
    assert Decimal(text) == number
    assert canonical_number(Decimal(text)) == text
    assert read_number(text, decimal=".") == text


@given(
    DECIMALS, st.sampled_from([(",", "."), (".", ","), ("\u202f", ","), ("٬", "٫"), ("'", "."), (" ", ",")])
)
def test_grouped_numbers_read_back(number: Decimal, signs: tuple[str, str]) -> None:
    grouper, decimal = signs
    shown = f"{number:,.6f}".replace(",", "G").replace(".", decimal).replace("G", grouper)
    assert read_number(shown) == canonical_number(number)


@given(st.text())
def test_any_text_gives_a_canonical_number_or_a_refusal(text: str) -> None:
    try:
        number = read_number(text)
    except ValueError:
        return
    assert is_canonical(number) or len(number) > 40


@pytest.mark.parametrize(
    "text", ["12.50", "+1", "-0", "01", "1.", ".5", "1e3", "1,5", "", " 1", "1\n", "٣", "NaN"]
)
def test_only_one_spelling_is_canonical(text: str) -> None:
    assert not is_canonical(text)


def test_no_digit_is_lost_beyond_the_precision_of_arithmetic() -> None:
    long = "1234567890123456789012345678.90123456789"
    assert canonical_number(Decimal(long)) == long
    assert read_number(f"-{long}") == f"-{long}"


def test_floats_keep_what_a_spreadsheet_shows() -> None:
    assert canonical_number(0.1 + 0.2) == "0.3"
    assert canonical_number(1131372.25) == "1131372.25"
    assert canonical_number(3.0) == "3"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("1e400"), Decimal("1e-400"), 1e300])
def test_numbers_without_a_plain_text_are_refused(number: Decimal | float) -> None:
    with pytest.raises(ValueError, match="no plain number"):
        canonical_number(number)
