"""What each role may do, checked here for comfort; the server checks every change for real (SYNC §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sync.changes import Edit
from sync.errors import DaftarError

ROLES: Final = ("reader", "officer", "coordinator", "administrator")
_APPROVED_KINDS: Final = frozenset({"value", "activity"})
_APPROVALS: Final = frozenset({"approved", "accepted", "locked"})
_ACCOUNT_FIELDS: Final = frozenset({"account", "access"})
_DESCRIBING_FIELDS: Final = frozenset({"role", "job_title"})
_NO_VALUES: Final[Mapping[str, Any]] = {}


def at_least(role: str, needed: str) -> bool:
    """Whether a role has all the rights of another; a role that is not known has none."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)


def insist_may(edit: Edit, *, role: str, values: Mapping[str, Any] = _NO_VALUES) -> None:
    """Raise the code of what stands in the way; `values` are those of the record before the edit."""
    if role not in ROLES:
        raise DaftarError("access_ended")
    if edit.kind == "workspace" or (edit.kind == "person" and _ACCOUNT_FIELDS & edit.writes.keys()):
        raise DaftarError("read_only_kind", kind=edit.kind)
    if edit.kind == "person" and not edit.create and values.get("account"):
        if not edit.writes.keys() <= _DESCRIBING_FIELDS:
            raise DaftarError("read_only_kind", kind=edit.kind)
        if not at_least(role, "coordinator"):
            raise DaftarError("role_too_low", role=role)
    if not at_least(role, "officer"):
        if edit.kind == "comment" and edit.create:
            return
        raise DaftarError("role_too_low", role=role)
    if edit.kind in _APPROVED_KINDS and not at_least(role, "coordinator"):
        if edit.writes.get("status") in _APPROVALS:
            raise DaftarError("needs_coordinator")
        if values.get("status") in _APPROVALS:
            raise DaftarError("record_locked")
