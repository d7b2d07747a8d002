"""Where a person may go: the list of workspaces that enrolment and every sync hand out.

A person has one account (16 bytes, the `author` of changes) and one `person` record in each
workspace that he may enter; that record carries the account in its field `account`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sync.wire.packing import ID_BYTES, fields, octets, text, whole

MAX_WORKSPACES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Access:
    """One workspace this person may enter. `role`: reader, officer, coordinator, administrator."""

    number: int
    workspace: bytes
    role: str
    name: str


def access_list(item: Access) -> list[Any]:
    return [item.number, item.workspace, item.role, item.name]


def read_access(item: Any) -> Access:
    number, workspace, role, name = fields(item, 4)
    return Access(whole(number), octets(workspace, ID_BYTES), text(role), text(name))
