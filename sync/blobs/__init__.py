"""Files by the fingerprint of their content: names, ranges, pieces. Bytes travel apart from records."""

from sync.blobs.names import BLOB_LIMIT, EMPTY, blob_name, blob_path, parse_name
from sync.blobs.pieces import BLOCK, FIRST_PIECE, LARGEST_PIECE, SMALLEST_PIECE, PieceSize
from sync.blobs.ranges import Span, parse_span, parse_wish, span_text, wish_text

__all__ = [
    "BLOB_LIMIT",
    "BLOCK",
    "EMPTY",
    "FIRST_PIECE",
    "LARGEST_PIECE",
    "SMALLEST_PIECE",
    "PieceSize",
    "Span",
    "blob_name",
    "blob_path",
    "parse_name",
    "parse_span",
    "parse_wish",
    "span_text",
    "wish_text",
]
