"""The data of an entry grid: periods and places down, disaggregation across. It knows no record type."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class EntryState(Enum):
    """How far a value has come, or what is wrong with it."""

    PLAIN = "plain"
    SAVED = "saved"
    WAITING = "waiting"
    SENT = "sent"
    APPROVED = "approved"
    RETURNED = "returned"
    MISSING = "missing"
    TWO_VALUES = "two_values"
    INVALID = "invalid"
    LOCKED = "locked"
    EMPTY = "empty"  # nothing yet, and not due
    DUE = "due"  # nothing yet, and due
    BLOCKED = "blocked"  # a total that must not be made


class EntryRole(Enum):
    """What a row or column is for."""

    GROUP = "group"
    INPUT = "input"
    TOTAL = "total"
    GRAND = "grand"


@dataclass(frozen=True, slots=True)
class EntryCell:
    """`text` is shown; `edit` is what the editor and the clipboard get when it differs."""

    text: str = ""
    state: EntryState = EntryState.PLAIN
    reason: str = ""
    tip: str = ""
    edit: str | None = None
    locked: bool = False

    @property
    def plain(self) -> str:
        return self.text if self.edit is None else self.edit


@dataclass(frozen=True, slots=True)
class HeaderSpan:
    """A header over some columns; an empty text leaves the place bare."""

    text: str
    span: int


@dataclass(frozen=True, slots=True)
class EntryColumn:
    key: str
    title: str
    role: EntryRole = EntryRole.INPUT
    width: int = 67
    ends_group: bool = False


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A period (GROUP), a line of inputs, or a line of totals. `group` names the period it belongs to."""

    key: str
    title: str
    role: EntryRole = EntryRole.INPUT
    group: str = ""
    caption: str = ""
    badge_text: str = ""
    badge_family: str = "none"
    badge_icon: str = ""


class EntryData(Protocol):
    """What a screen gives the entry grid. `levels` are the headers over the columns, outermost first."""

    def corner(self) -> str: ...

    def levels(self) -> Sequence[Sequence[HeaderSpan]]: ...

    def columns(self) -> Sequence[EntryColumn]: ...

    def rows(self) -> Sequence[EntryRow]: ...

    def cell(self, row: str, column: str) -> EntryCell: ...


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """One input as a person changed it."""

    row: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryEdits:
    """Changes made by one act. `how`: typed, cleared, filled, pasted."""

    how: str
    edits: tuple[EntryEdit, ...]
    refused: int = 0
