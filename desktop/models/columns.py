"""Columns and cells of a grid as plain data: a screen declares the columns, a provider fills the cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from desktop.models.candidates import Provider


class CellKind(Enum):
    """How a cell is drawn and edited."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    STATUS = "status"
    PERSON = "person"
    TICK = "tick"
    PROGRESS = "progress"


class Align(Enum):
    LEADING = "leading"
    CENTRE = "centre"
    TRAILING = "trailing"
    NUMBER = "number"  # right, whatever the direction of the window


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `title` and `group` are message ids; `group` stands over neighbours that share it."""

    key: str
    title: str
    kind: CellKind = CellKind.TEXT
    align: Align | None = None
    width: int = 120
    stretch: bool = False
    editable: bool = False
    sort_key: str = ""
    group: str = ""
    rule: bool = False  # a line at its trailing edge
    current: bool = False  # the header in the accent, as for this quarter
    tip: str = ""
    choices: Sequence[tuple[str, str]] = ()
    provider: Provider | None = None

    @property
    def alignment(self) -> Align:
        if self.align is not None:
            return self.align
        if self.kind is CellKind.NUMBER:
            return Align.NUMBER
        return Align.CENTRE if self.kind is CellKind.TICK else Align.LEADING


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: words already in the language of the person."""

    text: str = ""
    edit: str | None = None  # what the editor starts with and the clipboard carries; else `text`
    prefix: str = ""  # a code before the text, quieter
    second: str = ""  # a caption after the text, quieter
    icon: str = ""
    family: str = ""
    tip: str = ""
    checked: bool = False
    share: float = 0.0
    person: bytes = b""  # the id that chooses the colour of an avatar
    muted: bool = False
    locked: bool = False
    problem: str = ""  # why the text cannot be used; the text stays
    tint: str = ""  # the status family whose tint fills the cell, such as "ask"
    choices: Sequence[tuple[str, str]] = ()  # what this cell may be, where not every row has the same

    @property
    def plain(self) -> str:
        return self.text if self.edit is None else self.edit


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a grid shows it. `seen` is opaque here and goes back with every edit."""

    id: bytes
    cells: Mapping[str, Cell] = field(default_factory=dict)
    group: bool = False
    muted: bool = False
    seen: object = None

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, EMPTY)


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell as a person changed it: typed text, or "true" and "false" for a tick."""

    id: bytes
    key: str
    text: str
    seen: object = None


@dataclass(frozen=True, slots=True)
class Edits:
    """Changes made by one act, which are undone as one. `how`: typed, cleared, filled, ticked, today."""

    how: str
    edits: tuple[CellEdit, ...]


@dataclass(frozen=True, slots=True)
class PastedBlock:
    """A pasted block: the cells it lands on, what fell on locked cells, and lines past the last row."""

    edits: tuple[CellEdit, ...]
    rows: int
    refused: int
    beyond: tuple[tuple[str, ...], ...]
    first_key: str
