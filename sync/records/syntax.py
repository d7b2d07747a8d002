"""The written forms of canonical values, as patterns that Python and pydantic's Rust engine read alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BAD_CHARACTERS: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Control characters other than tab and newline; lone surrogates are refused beside them."""

TEXT: Final = f"[^{BAD_CHARACTERS}]*"
FILLED_TEXT: Final = rf"[ \t\n]*[^ \t\n{BAD_CHARACTERS}][^{BAD_CHARACTERS}]*"
NUMBER: Final = r"0|-?(?:0\.[0-9]*[1-9]|[1-9][0-9]*(?:\.[0-9]*[1-9])?)"
NUMBER_FROM_ZERO: Final = r"0|0\.[0-9]*[1-9]|[1-9][0-9]*(?:\.[0-9]*[1-9])?"
NUMBER_LENGTH: Final = 40
CHOICE: Final = r"[A-Za-z0-9_.-]{1,60}"
ORDER_KEY: Final = r"[0-9A-Za-z]{1,500}"

_YEAR = "(?:19|20|21)[0-9]{2}"
_LEAP_YEAR = "(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)"
DATE: Final = (
    f"{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29"
)
DATETIME: Final = f"(?:{DATE})T(?:[01][0-9]|2[0-3]):[0-5][0-9]"

_CODE = rf"[^|/\s{BAD_CHARACTERS}]{{1,60}}"


@dataclass(frozen=True, slots=True)
class Syntax:
    """A named form of short texts, and the problem code of what does not follow it."""

    pattern: str
    problem: str
    upper: bool = False
    """People may type it in small letters."""
    lower: bool = False
    """People may type it in capitals."""


SYNTAXES: Final[Mapping[str, Syntax]] = {
    "quarter": Syntax(f"{_YEAR}-Q[1-4]", "not_a_quarter", upper=True),
    "cell": Syntax(rf"{_CODE}(?:\|{_CODE}){{0,7}}", "not_a_key"),
    "code": Syntax(_CODE, "not_a_code"),
    "currency": Syntax("[A-Z]{3}", "not_a_currency", upper=True),
    "country": Syntax("[A-Z]{2}", "not_a_country", upper=True),
    "email": Syntax(
        rf"[^@\s{BAD_CHARACTERS}]+@[^@\s{BAD_CHARACTERS}]+\.[^@\s{BAD_CHARACTERS}]+", "not_an_email"
    ),
    "url": Syntax(rf"https?://[^\s{BAD_CHARACTERS}]+", "not_a_url"),
    "sha256": Syntax("[0-9a-f]{64}", "not_a_fingerprint", lower=True),
    "time_zone": Syntax(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", "not_a_time_zone"),
}
