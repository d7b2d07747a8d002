"""The columns of the plan, which of them a width has room for, and the quarters of the chosen year."""

import datetime as dt

from desktop.models.candidates import Provider
from desktop.models.columns import Align, CellKind, Column
from desktop.models.quarter_columns import QUARTERS, quarter_columns
from desktop.words import Words
from sync.records import KINDS

TITLE, STATUS, LEAD, START, END = "title", "status", "lead", "start", "end"
PROGRESS, PLANNED, SPENT, PARTNERS = "progress", "planned", "spent", "partners"
QUARTER_KEYS = tuple(title.lower() for title in QUARTERS)

_WIDTHS = {STATUS: 116, LEAD: 140, START: 98, END: 98, PROGRESS: 112, PLANNED: 92, SPENT: 92, PARTNERS: 160}
_QUARTERS_WIDTH = 27 * 4
_TITLE_LEAST = 256
_FACE_ONLY = 44
# What comes first when there is little room, and how little room each of them can live with.
_IMPORTANCE = (STATUS, LEAD, "quarters", END, PROGRESS, START, PLANNED, SPENT, PARTNERS)


def t(msgid: str) -> str:
    """Marks a message id; the grid or form translates it when it is shown."""
    return msgid


def plan_columns(words: Words, year: int, today: dt.date, people: Provider) -> tuple[Column, ...]:
    """All columns in reading order."""
    # Held cells are worded by these, whichever kind they are of; each cell brings those it may be.
    choices = tuple(dict.fromkeys(status_choices(words, "activity") + status_choices(words, "milestone")))
    quarter = (today.month + 2) // 3 if today.year == year else None
    return (
        Column(TITLE, t("Activity"), stretch=True, width=_TITLE_LEAST, editable=True, rule=True),
        Column(STATUS, t("Status"), CellKind.STATUS, width=_WIDTHS[STATUS], editable=True, choices=choices),
        Column(LEAD, t("Who"), CellKind.PERSON, width=_WIDTHS[LEAD], editable=True, provider=people),
        *quarter_columns(current=quarter, group=t("Planned in")),
        Column(START, t("Start"), CellKind.DATE, width=_WIDTHS[START], editable=True),
        Column(END, t("End"), CellKind.DATE, width=_WIDTHS[END], editable=True),
        Column(PROGRESS, t("Progress"), CellKind.PROGRESS, width=_WIDTHS[PROGRESS], editable=True),
        Column(
            PLANNED, t("Planned"), CellKind.NUMBER, Align.NUMBER, width=_WIDTHS[PLANNED], group=t("Budget")
        ),
        Column(SPENT, t("Spent"), CellKind.NUMBER, Align.NUMBER, width=_WIDTHS[SPENT], group=t("Budget")),
        Column(PARTNERS, t("Partners"), width=_WIDTHS[PARTNERS]),
    )


def status_choices(words: Words, kind: str) -> tuple[tuple[str, str], ...]:
    """What the status of a line of this kind may be."""
    return tuple((code, words.t(label)) for code, label in KINDS[kind].fields["status"].choice_labels.items())


def fitting(width: int) -> tuple[frozenset[str], int]:
    """The keys that a grid of this width shows, and the width of the lead, who may be a face only."""
    room = width - _TITLE_LEAST
    shown = {TITLE}
    lead = _FACE_ONLY
    for key in _IMPORTANCE:
        need = _QUARTERS_WIDTH if key == "quarters" else _FACE_ONLY if key == LEAD else _WIDTHS[key]
        if need > room:
            break
        room -= need
        shown.update(QUARTER_KEYS if key == "quarters" else (key,))
    spare = _WIDTHS[LEAD] - _FACE_ONLY
    if LEAD in shown and room >= spare:
        lead = _WIDTHS[LEAD]
    return frozenset(shown), lead


def year_of(period: str, today: dt.date) -> int:
    """The year of the scope's period: `2026-Q2` and `2026` alike."""
    return int(period[:4]) if period[:4].isdigit() else today.year


def quarter_of(key: str, year: int) -> str:
    """The member that a tick stands for: `q2` of 2026 is `2026-Q2`."""
    return f"{year:04d}-{key.upper()}"
