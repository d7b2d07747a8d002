"""Looks through the records of a workspace: each must be what was stored, and all together what the digest
says. What the disk has damaged is folded anew from the log; what the log has lost too is noted and told.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from sync.digest import BUCKETS, TERM_BYTES, Digest, bucket_of
from sync.errors import DaftarError
from sync.server.refolding import Renewed, Texts, is_sound, renew
from sync.server.storage import Storage, archive, damage, journal
from sync.server.storage.archive import RecordRow

_MODULUS: Final = 1 << 8 * TERM_BYTES
_LOG: Final = logging.getLogger("daftar.server")


@dataclass(frozen=True, slots=True)
class Inspection:
    """Every record as it ought to be, without those that nothing gives back."""

    records: Sequence[RecordRow]
    documents: Mapping[bytes, Texts]
    renewed: Sequence[Renewed] = ()
    """What was damaged, and has to be put back."""
    lost: Sequence[RecordRow] = ()


def inspect(connection: Connection, workspace: bytes, head: journal.Head) -> Inspection:
    """Look at every record, and fold anew what is damaged; nothing is written.

    Raises `digest_differs` where they do not add up to the digest, though each is what was stored.
    """
    documents: dict[bytes, Texts] = dict(archive.documents_of(connection, workspace))
    sound: list[RecordRow] = []
    damaged: list[RecordRow] = []
    for row in archive.records_of(connection, workspace):
        (sound if is_sound(row, documents.get(row.id, {}), workspace) else damaged).append(row)
    left = _left_for(damaged, sound, head, workspace)
    if not damaged:
        return Inspection(sound, documents)
    pairs = [(row, documents.get(row.id, {})) for row in damaged]
    renewal = renew(connection, workspace, pairs, expected=left)
    lost = {row.id for row in renewal.lost}
    whole = [one for one in renewal.renewed if one.row.id not in lost]
    documents.update({one.row.id: one.texts for one in whole})
    # In the order of ids, as they are stored: what is made of them is the same each time.
    records = sorted([*sound, *(one.row for one in whole)], key=lambda row: row.id)
    return Inspection(records, documents, renewal.renewed, renewal.lost)


def _left_for(
    damaged: Sequence[RecordRow], sound: Sequence[RecordRow], head: journal.Head, workspace: bytes
) -> dict[int, int]:
    """What the digest leaves for the damaged records, by bucket."""
    digest = Digest()
    digest.add_all((row.id, row.term) for row in sound)
    if Digest(head.digest).summary() != head.summary:
        raise DaftarError("digest_differs", workspace=workspace.hex())
    places = range(0, BUCKETS * TERM_BYTES, TERM_BYTES)
    stored = digest.stored()
    left = [
        (int.from_bytes(head.digest[at : at + TERM_BYTES]) - int.from_bytes(stored[at : at + TERM_BYTES]))
        % _MODULUS
        for at in places
    ]
    buckets = {bucket_of(row.id) for row in damaged}
    if any(rest and bucket not in buckets for bucket, rest in enumerate(left)):
        raise DaftarError("digest_differs", workspace=workspace.hex())
    return {bucket: left[bucket] for bucket in buckets}


def put_renewed(storage: Storage, workspace: bytes, found: Inspection) -> None:
    """Put back what was folded anew, note what is beyond help, and say both in the log."""
    lost = sorted((row.kind, row.id) for row in found.lost)

    def work(connection: Connection) -> None:
        journal.lock_head(connection, workspace)
        for one in found.renewed:
            damage.put_record(
                connection, workspace, one.row, one.texts, former=one.former, former_texts=one.former_texts
            )
        damage.note_lost(connection, workspace, lost)

    with storage.reading() as connection:
        noted = damage.lost_records(connection, workspace)
    if found.renewed or lost != noted:
        storage.writing(work)
    beyond = {row.id for row in found.lost}
    for one in found.renewed:
        if one.row.id not in beyond:
            told = "%s %s of workspace %s was damaged and has been made good from its %s"
            _LOG.warning(told, one.row.kind, one.row.id.hex(), workspace.hex(), one.by)
    for kind, record in lost:
        told = "%s %s of workspace %s is damaged, and its log does not give it back: see daftar-server mend"
        _LOG.error(told, kind, record.hex(), workspace.hex())
