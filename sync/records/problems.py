"""What can be wrong with a value, as codes, and the sentence that says what to do about each."""

from collections.abc import Mapping
from typing import Final

from sync.errors import DaftarError

TYPED_LIMIT: Final = 80
"""A message quotes at most this many characters of what was typed."""

PROBLEMS: Final[Mapping[str, str]] = {
    "required": "This is needed.",
    "unknown_field": "“{field}” is not known here. Check its spelling.",
    "cannot_change": "This cannot be changed once it is saved. Add a new one instead.",
    "not_text": "Write text here. “{typed}” is kept until you fix it.",
    "bad_character": "Delete the hidden character at place {place}. What you typed is kept until you fix it.",
    "too_long": "Shorten this to {limit} characters or fewer. What you typed is kept until you fix it.",
    "too_many": "Keep {limit} entries or fewer. What you typed is kept until you fix it.",
    "not_a_number": "Write a number. “{typed}” is kept until you fix it.",
    "not_a_whole_number": "Write a whole number. “{typed}” is kept until you fix it.",
    "too_small": "Write {minimum} or more. “{typed}” is kept until you fix it.",
    "too_big": "Write {maximum} or less. “{typed}” is kept until you fix it.",
    "not_yes_or_no": "Write yes or no. “{typed}” is kept until you fix it.",
    "not_a_date": "Write a date as day, month, year: 05/03/2026. “{typed}” is kept until you fix it.",
    "not_a_datetime": "Write a date and a time: 05/03/2026 14:30. “{typed}” is kept until you fix it.",
    "not_a_choice": "Choose an entry of the list. “{typed}” is kept until you fix it.",
    "not_a_reference": "Choose an existing record. “{typed}” is kept until you fix it.",
    "not_a_list": "Write entries separated by semicolons. “{typed}” is kept until you fix it.",
    "not_a_map": "Write each entry as name=value. “{typed}” is kept until you fix it.",
    "not_a_key": "“{typed}” is not a category of this table. Check the codes.",
    "not_a_position": "Choose a place in the list. “{typed}” is kept until you fix it.",
    "not_a_quarter": "Write a quarter as 2026-Q1. “{typed}” is kept until you fix it.",
    "not_a_currency": "Write the three letters of a currency: USD. “{typed}” is kept until you fix it.",
    "not_a_country": "Write the two letters of a country: JO. “{typed}” is kept until you fix it.",
    "not_an_email": "Write an e-mail address. “{typed}” is kept until you fix it.",
    "not_a_url": "Write a web address that starts with https://. “{typed}” is kept until you fix it.",
    "not_a_fingerprint": "This is not the fingerprint of a file. “{typed}” is kept until you fix it.",
    "not_a_time_zone": "Write a time zone: Asia/Amman. “{typed}” is kept until you fix it.",
    "not_a_code": "Use letters, digits, dots and dashes only. “{typed}” is kept until you fix it.",
    "end_before_start": "The end is before the start. Choose {start} or later.",
    "same_record": "Choose two different records.",
}


def quote(value: object) -> str:
    """What was typed, short enough for a message and free of characters no message can carry."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "�")
    return text if len(text) <= TYPED_LIMIT else text[: TYPED_LIMIT - 1] + "…"


class FieldProblem(DaftarError):  # noqa: N818
    """One value that cannot be accepted: the code, the field, and what was typed, untouched."""

    def __init__(
        self, code: str, field: str, value: object = None, params: Mapping[str, str | int] | None = None
    ) -> None:
        super().__init__(code, **{"field": field, "typed": quote(value), **(params or {})})
        self.field = field
        self.value = value

    @property
    def message(self) -> str:
        """The English sentence; translate it and fill it with `params`."""
        return PROBLEMS[self.code]
