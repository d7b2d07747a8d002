"""Long texts are stored small, and what is read again is what was written, or an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import DaftarError
from sync.merge.texts import first_text, set_text
from sync.replica.kept import is_cut, keep_first, keep_text, kept_text

TEXTS = st.text(alphabet="ab é متفق\n𝄞\x00", max_size=120)


@given(text=TEXTS)
def test_a_new_text_is_read_again_with_what_its_row_says(text: str) -> None:
    first = first_text(set_text(None, text).update)
    stored = keep_first(first.stored, first.text)
    assert kept_text(stored, first.text) == first.stored
    if len(text.encode()) >= 64:
        assert is_cut(stored)
        assert len(stored) < len(first.stored)


@given(document=st.binary(max_size=200))
def test_any_document_is_read_again(document: bytes) -> None:
    # A document never begins as a stored one does: it begins with its own mark.
    document = b"loro" + document
    assert kept_text(keep_text(document)) == document
    assert kept_text(keep_first(document, ""), "") == document


@pytest.mark.parametrize("said", [None, "", "Agreed, and more, by all who were there that da", "Agreed"])
def test_a_row_that_says_something_else_is_noticed(said: str | None) -> None:
    first = first_text(set_text(None, "Agreed, and more, by all who were there that day").update)
    stored = keep_first(first.stored, first.text)
    assert is_cut(stored)
    with pytest.raises(DaftarError, match="bad_text"):
        kept_text(stored, said)


@pytest.mark.parametrize(
    "stored", [b"\x00cut", b"\x00cut" + bytes(12), b"\x28\xb5\x2f\xfd\x00", b"\x28\xb5\x2f\xfd"]
)
def test_a_damaged_document_is_an_error(stored: bytes) -> None:
    with pytest.raises(DaftarError, match="bad_text"):
        kept_text(stored, "Agreed")
