"""Who may do what to which record: pure rules, checked on the server for each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NONE: Final = "none"
READER: Final = "reader"
OFFICER: Final = "officer"
COORDINATOR: Final = "coordinator"
ADMINISTRATOR: Final = "administrator"
ROLES: Final = (READER, OFFICER, COORDINATOR, ADMINISTRATOR)

NOT_GRANTED: Final = "not_granted"
ACCESS_LOST: Final = "access_lost"
ROLE_TOO_LOW: Final = "role_too_low"
READ_ONLY_KIND: Final = "read_only_kind"
NEEDS_COORDINATOR: Final = "needs_coordinator"
RECORD_LOCKED: Final = "record_locked"

COMMENT: Final = "comment"
WORKSPACE: Final = "workspace"
PERSON: Final = "person"
STATUS: Final = "status"

HANGING: Final[Mapping[str, tuple[str, ...]]] = {
    "attachment": ("about",),
    COMMENT: ("about",),
    "link": ("from_id", "to_id"),
}
"""Kinds of records that are about another one and go when it is erased, and the fields that say which."""

APPROVED_KINDS: Final = frozenset({"value", "activity"})
"""The kinds whose `status` can be an approval."""

APPROVALS: Final = frozenset({"approved", "accepted", "locked"})

ACCOUNT_FIELDS: Final = frozenset({"account", "access"})
"""Fields of a person that only the server's accounts fill."""

DESCRIBING_FIELDS: Final = frozenset({"role", "job_title"})
"""What a coordinator says of a person with an account: what the person does, never who it is."""

TELLING_FIELDS: Final = ACCOUNT_FIELDS | {STATUS}
"""All the fields whose values decide whether a change is allowed."""


def at_least(role: str, needed: str) -> bool:
    """Whether a role has all the rights of another; a role that is not known has none."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)


def unrestricted(role: str, *, kind: str) -> bool:
    """Whether every change to a kind is allowed, whatever it writes."""
    special = kind in {WORKSPACE, PERSON} or (kind in APPROVED_KINDS and not at_least(role, COORDINATOR))
    return at_least(role, OFFICER) and not special


def may(
    role: str, *, kind: str, create: bool, writes: Mapping[str, Any], by_server: bool = False
) -> str | None:
    """Say why a change is refused, as a code, or None.

    `by_server` says that the record is one of the server's own: of persons it made from accounts
    only what they do is edited on laptops, by coordinators; persons that imports made are edited by all.
    """
    if role == NONE:
        return ACCESS_LOST
    if not at_least(role, READER):
        return NOT_GRANTED
    if kind == WORKSPACE or (kind == PERSON and ACCOUNT_FIELDS & writes.keys()):
        return READ_ONLY_KIND
    if kind == PERSON and by_server:
        if not writes or not writes.keys() <= DESCRIBING_FIELDS:
            return READ_ONLY_KIND
        return None if at_least(role, COORDINATOR) else ROLE_TOO_LOW
    if not at_least(role, OFFICER):
        return None if kind == COMMENT and create else ROLE_TOO_LOW
    if kind in APPROVED_KINDS and writes.get(STATUS) in APPROVALS and not at_least(role, COORDINATOR):
        return NEEDS_COORDINATOR
    return None


def held_back(role: str, *, kind: str, settled_status: object) -> str | None:
    """Say why an edit of an approved record is refused, as a code, or None.

    What somebody has vouched for is not altered by an edit whose author had not seen the approval
    either. A coordinator may edit, and take the approval back.
    """
    if kind in APPROVED_KINDS and settled_status in APPROVALS and not at_least(role, COORDINATOR):
        return RECORD_LOCKED
    return None
