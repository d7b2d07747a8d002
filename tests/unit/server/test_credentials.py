"""Codes and tokens."""

import re

from hypothesis import given
from hypothesis import strategies as st

from sync.server import credentials


def test_codes_are_short_and_unambiguous() -> None:
    for _ in range(200):
        assert re.fullmatch("[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", credentials.draw_code())
    assert len(credentials.ALPHABET) == len(set(credentials.ALPHABET)) == 32


def test_codes_and_tokens_do_not_repeat() -> None:
    assert len({credentials.draw_code() for _ in range(500)}) == 500
    assert len({credentials.draw_token() for _ in range(500)}) == 500


def test_a_hash_depends_on_code_and_salt() -> None:
    hashes = {
        credentials.hash_code(code, salt=salt, cost=2)
        for code in ("K7PM-4XQ2", "K7PM-4XQ3")
        for salt in (b"a", b"b")
    }
    assert len(hashes) == 4


@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    code = credentials.read_code(text)
    assert code is None or credentials.read_code(code) == code
    hash_ = credentials.hash_token(text)
    assert hash_ is None or len(hash_) == 32


def test_a_drawn_token_has_a_hash() -> None:
    token = credentials.draw_token()
    assert len(token) == 43
    assert credentials.hash_token(token) is not None
