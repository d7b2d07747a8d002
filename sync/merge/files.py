"""Which files attachments name: both sides delete the files of erased records, and have to find the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.changes import Change
from sync.merge.record import RecordState

ATTACHMENT: Final = "attachment"
_FIELD: Final = "sha256"
_SIZE: Final = 32


def files_of_change(change: Change) -> set[bytes]:
    """The file that a change names."""
    return fingerprints([change.writes.get(_FIELD)]) if change.kind == ATTACHMENT else set()


def files_of_record(state: RecordState) -> set[bytes]:
    """The files that a record names, in an open question too."""
    if state.kind != ATTACHMENT:
        return set()
    return fingerprints([state.values.get(_FIELD), *(head.value for head in state.register(_FIELD).heads)])


def fingerprint_of(value: object) -> bytes | None:
    """What the field says; None where it is no fingerprint, as other laptops may have written anything."""
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return None
    return found if len(found) == _SIZE else None


def fingerprints(values: Iterable[object]) -> set[bytes]:
    """Those among some values of the field."""
    return {found for value in values if (found := fingerprint_of(value)) is not None}
