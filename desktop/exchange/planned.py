"""What an import would do, as plain data that can be shown before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sync.records import Value


class Severity(StrEnum):
    """How much a person should care."""

    ERROR = "error"
    """Something was read that could not be taken over."""
    WARNING = "warning"
    """Taken over, but it should be looked at."""
    NOTE = "note"
    """Worth knowing; nothing to do."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another record of the same plan, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands in the file; rows count from 1, as on screen."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not taken over as it stood, or that should be known; worded by `explain_problem`."""

    sheet: str
    row: int | None
    column: str | None
    read: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    severity: Severity = Severity.NOTE


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record to be made. `values` are canonical; references are ids of records that exist, or `Ref`."""

    kind: str
    key: str
    values: Mapping[str, Value]
    source: Source


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table that was found: what it was taken for, and which column became which field."""

    sheet: str
    kind: str
    header_row: int
    first_row: int
    last_row: int
    columns: Mapping[str, str]
    confidence: float


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything a file would bring in, and everything it would not."""

    name: str
    fingerprint: str
    records: tuple[PlannedRecord, ...]
    problems: tuple[Problem, ...]
    tables: tuple[TableSummary, ...]
    cells: Mapping[str, int]
    """How many filled cells were `imported`, are `structure`, or are `listed` among the problems."""

    @property
    def created(self) -> dict[str, int]:
        """How many records of each kind would be made."""
        return dict(Counter(record.kind for record in self.records))

    def of_kind(self, kind: str) -> list[PlannedRecord]:
        """The planned records of one kind, in the order of the file."""
        return [record for record in self.records if record.kind == kind]


class Existing(Protocol):
    """What the workspace already holds, so that the same person or output is not made twice."""

    def find(self, kind: str, *, name: str = "", code: str = "", within: bytes | None = None) -> bytes | None:
        """The record with this name or code, compared as people would; `within` is its dimension."""

    def code_of(self, record: bytes) -> str | None:
        """The code of a record that `find` gave."""

    def last_key(self, kind: str, parent: bytes | None) -> str | None:
        """The order key of the last sibling under a parent."""
