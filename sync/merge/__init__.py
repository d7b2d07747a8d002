"""Merging, pure: fold changes into the state of a record; conflicts are derived from the state.

The fold does not depend on the order in which changes arrive (SYNC §2, §4).
"""

from sync.merge.conflicts import Conflict, conflict_id, conflicts_of, is_deleted, may_conflict
from sync.merge.record import Folded, RecordState, fold
from sync.merge.register import CREATED, Head, Register, fold_register, in_conflict, shown_heads, winner

__all__ = [
    "CREATED",
    "Conflict",
    "Folded",
    "Head",
    "RecordState",
    "Register",
    "conflict_id",
    "conflicts_of",
    "fold",
    "fold_register",
    "in_conflict",
    "is_deleted",
    "may_conflict",
    "shown_heads",
    "winner",
]
