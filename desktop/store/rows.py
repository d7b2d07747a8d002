"""What views hold: immutable rows with what was seen, and questions asked of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.changes import Bases, Value


@dataclass(frozen=True, slots=True)
class Row:
    """One record as shown. `values` has every declared field; sets are lists, maps are dicts.

    `seen` goes into every command made from this row. `contested` names the keys two people changed,
    `unsent` tells whether anything of it is only on this laptop.
    """

    id: bytes
    kind: str
    workspace: bytes
    values: Mapping[str, Value]
    seen: Mapping[str, Bases] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    unsent: bool = False
    deleted: bool = False
    made_by: bytes = b""
    made_stamp: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition: `op` is one of `= != < <= > >= contains in null not_null`."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a field; numbers as numbers, text without regard to case."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of a kind, in which order. Sorting and filtering happen in SQL."""

    kind: str
    workspaces: tuple[bytes, ...] = ()
    where: tuple[Where, ...] = ()
    order: tuple[Order, ...] = ()
    deleted: bool = False
    limit: int | None = None
    search: str = field(default="")
