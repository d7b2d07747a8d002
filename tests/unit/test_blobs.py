"""Names, ranges and pieces of files."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.blobs import (
    LARGEST_PIECE,
    SMALLEST_PIECE,
    PieceSize,
    Span,
    parse_name,
    parse_span,
    parse_wish,
    span_text,
)
from sync.errors import DaftarError
from sync.wire.blobs import Kept

TOTALS = st.integers(0, 1 << 40)


@given(st.data(), TOTALS)
def test_a_span_reads_back_as_it_was_written(data: st.DataObject, total: int) -> None:
    start = data.draw(st.integers(0, total))
    stop = data.draw(st.integers(start, total))
    span = Span(start, stop, total) if stop > start else Span(total, total, total)
    assert parse_span(span_text(span)) == span


@given(st.text())
def test_made_up_headers_are_refused_or_lie_inside(text: str) -> None:
    for parse in (parse_span, lambda each: parse_wish(each, total=100)):
        with suppress(DaftarError):
            span = parse(text)
            assert 0 <= span.start <= span.stop <= span.total


@pytest.mark.parametrize(
    "text", ["", "bytes 0-0/0", "bytes 5-4/9", "bytes 0-9/9", "bytes 0-1/*", "bytes ٠-١/٩", "bytes 0-1/9\n"]
)
def test_spans_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(DaftarError, match="bad_blob"):
        parse_span(text)


@pytest.mark.parametrize("text", ["", "AB" * 32, "ab" * 31, "../" * 21 + "a", "ab" * 32 + "\n"])
def test_a_name_is_64_small_hexadecimal_digits(text: str) -> None:
    with pytest.raises(DaftarError, match="bad_blob"):
        parse_name(text)


def test_a_wish_past_the_end_is_refused() -> None:
    assert parse_wish("bytes=5-", total=9) == Span(5, 9, 9)
    assert parse_wish("bytes=5-99", total=9) == Span(5, 9, 9)
    for text in ("bytes=9-", "bytes=3-2", "bytes=-3", "lines=0-1"):
        with pytest.raises(DaftarError, match="bad_range"):
            parse_wish(text, total=9)


def test_pieces_grow_on_a_quick_link_and_shrink_on_a_slow_one() -> None:
    size = PieceSize()
    for _ in range(20):
        size.done(seconds=0.1)
    assert size.bytes == LARGEST_PIECE
    for _ in range(20):
        size.done(seconds=20)
    assert size.bytes == SMALLEST_PIECE


@given(st.binary(max_size=40))
def test_made_up_answers_are_refused(data: bytes) -> None:
    with suppress(DaftarError):
        kept = Kept.unpack(data)
        assert Kept.unpack(kept.pack()) == kept
