"""Paragraphs that two people wrote in at the same time: merged without a question, but worth reading once."""

from __future__ import annotations

from collections.abc import Sequence

import loro

from sync.errors import DaftarError
from sync.merge.texts import is_refusal, open_document, text_of


def mixed_paragraphs(snapshot: bytes, updates: Sequence[bytes]) -> list[str]:
    """The paragraphs of a merged text that no one of its writers has seen so.

    `updates` are the newest one of each writer. Each ends at what its writer had before them, so what stands
    in none of these was put together. Raises `DaftarError("bad_text")` for an update of another text.
    """
    document = open_document(snapshot)
    merged = text_of(document).splitlines()
    seen: set[str] = set()
    for update in updates:
        document.checkout(_end_of(update, document))
        seen.update(text_of(document).splitlines())
    return [line for line in merged if line.strip() and line not in seen]


def _end_of(update: bytes, document: loro.LoroDoc) -> loro.Frontiers:
    try:
        spans = loro.LoroDoc.decode_import_blob_meta(update, check_checksum=True).partial_end_vv.to_spans()
    except BaseException as error:
        if is_refusal(error):
            raise DaftarError("bad_text") from error
        raise
    ends = {peer: end for peer, (_, end) in spans.inner().items()}
    known = {peer: end for peer, (_, end) in document.oplog_vv.to_spans().inner().items()}
    if not ends or any(known.get(peer, 0) < end for peer, end in ends.items()):
        raise DaftarError("bad_text")
    return loro.Frontiers.from_ids([loro.ID(peer, end - 1) for peer, end in ends.items()])
